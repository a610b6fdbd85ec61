"""The values of EDTF, levels 0 and 1: a date, a date with a time of day, an interval.

Every value that can be made can be written, and read again as itself.

Source: Extended Date/Time Format Specification, Library of Congress (2019), the
profile of ISO 8601-2:2019.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone

MONTHS_IN_A_YEAR = 12
MINUTES_IN_AN_HOUR = 60
# Northern seasons, by convention: EDTF names them and leaves their months open.
_SEASON_STARTS = {21: 3, 22: 6, 23: 9, 24: 12}
_MONTHS_IN_A_SEASON = 3

# Digits of other scripts are no EDTF: `re.ASCII` keeps \d to 0-9.
DATE = re.compile(
    r"(?P<year>-?\d{4}|-?\d{3}X|-?\d{2}XX|Y-?[1-9]\d{4,17})"
    r"(?:-(?P<month>\d\d|XX)(?:-(?P<day>\d\d|XX))?)?(?P<mark>[?~%])?",
    re.ASCII,
)
"""The form of a date; `fault_of` says what no date of this form may be."""

# ISO 8601 writes the year zero without a sign, so a signed one names no year.
_SIGNED_ZERO = re.compile(r"-0+X*")


@dataclass(frozen=True, slots=True, kw_only=True)
class EdtfDate:
    """A date: `year` may hold X for unspecified digits, `month` may be a season (21 to 24).

    `mark` is "?" uncertain, "~" approximate, "%" both, or "".

    Raises:
        ValueError: it is none of level 0 or 1, or a day that no calendar has.
    """

    year: str
    month: str | None = None
    day: str | None = None
    mark: str = ""

    def __post_init__(self) -> None:
        """Refuse what could not be written and read again."""
        found = DATE.fullmatch(str(self))
        parts = (self.year, self.month, self.day)
        if found is None or found.group("year", "month", "day") != parts or fault_of(*parts):
            message = f'"{self}" is no EDTF date of level 0 or 1'
            raise ValueError(message)

    def __str__(self) -> str:
        """Write it back."""
        return "-".join(part for part in (self.year, self.month, self.day) if part) + self.mark

    def bounds(self) -> tuple[date, date] | None:
        """The first day, and the day after the last; None outside the years 1 to 9998."""
        years = self._years()
        if years is None:
            return None
        first, last = years
        if self.month is None or self.month == "XX":
            return _span(first, 1, (last - first + 1) * MONTHS_IN_A_YEAR)
        month = int(self.month)
        if month in _SEASON_STARTS:
            return _span(first, _SEASON_STARTS[month], _MONTHS_IN_A_SEASON)
        if self.day is None or self.day == "XX":
            return _span(first, month, 1)
        start = date(first, month, int(self.day))
        return None if start == date.max else (start, start + timedelta(days=1))

    def _years(self) -> tuple[int, int] | None:
        text = self.year.removeprefix("Y")
        low, high = int(text.replace("X", "0")), int(text.replace("X", "9"))
        first, last = min(low, high), max(low, high)
        return (max(first, 1), last) if last >= 1 and last < date.max.year else None


@dataclass(frozen=True, slots=True, kw_only=True)
class EdtfDateTime:
    """An instant to the second; `shift` is "Z", an offset such as "+06:00" or "+06", or "".

    Raises:
        ValueError: the day is no plain day, or there is no such time of day or offset.
    """

    day: EdtfDate
    hour: int
    minute: int
    second: int
    shift: str = ""

    def __post_init__(self) -> None:
        """Refuse what could not be written and read again."""
        if not is_plain_day(self.day):
            message = f'"{self.day}" is no plain day, and has no time of day'
            raise ValueError(message)
        time(self.hour, self.minute, self.second, tzinfo=_offset(self.shift))

    def __str__(self) -> str:
        """Write it back."""
        return f"{self.day}T{self.hour:02}:{self.minute:02}:{self.second:02}{self.shift}"

    def moment(self) -> datetime:
        """The instant; naive where the text names no offset.

        Raises:
            ValueError: it lies in the year 0, which is EDTF and no year of the program.
        """
        day = date.fromisoformat(str(self.day))
        return datetime.combine(
            day, time(self.hour, self.minute, self.second), tzinfo=_offset(self.shift)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class EdtfInterval:
    """From one date to another, both included; None is unknown, `OPEN` without end.

    Raises:
        ValueError: no end is a date, or one has unspecified digits or a long year.
    """

    start: EdtfDate | Open | None
    end: EdtfDate | Open | None

    def __post_init__(self) -> None:
        """Refuse what could not be written and read again."""
        dates = [end for end in (self.start, self.end) if isinstance(end, EdtfDate)]
        if not dates or any(beyond_interval(date_) for date_ in dates):
            message = f'"{self}" is no EDTF interval of level 0 or 1'
            raise ValueError(message)

    def __str__(self) -> str:
        """Write it back."""
        return f"{'' if self.start is None else self.start}/{'' if self.end is None else self.end}"


@dataclass(frozen=True, slots=True)
class Open:
    """An end that an interval does not have."""

    def __str__(self) -> str:
        """Write it as EDTF does."""
        return ".."


OPEN = Open()
Edtf = EdtfDate | EdtfDateTime | EdtfInterval


def is_plain_day(day: EdtfDate) -> bool:
    """Whether it is a day of a year of four digits, without doubt, that may have a time."""
    return bool(day.day) and (day.year + str(day.day)).isdigit() and not day.mark


def _offset(shift: str) -> timezone | None:
    """Give the offset that a time of day names; None where it names none.

    Raises:
        ValueError: it is a day or more.
    """
    if shift in {"", "Z"}:
        return UTC if shift else None
    hours, _, minutes = shift[1:].partition(":")
    if int(minutes or 0) >= MINUTES_IN_AN_HOUR:
        message = f"{shift} has too many minutes"
        raise ValueError(message)
    size = timedelta(hours=int(hours), minutes=int(minutes or 0))
    return timezone(-size if shift.startswith("-") else size)


def beyond_interval(end: EdtfDate) -> bool:
    """Whether a date may stand in an interval at level 2 only."""
    return bool({"X", "Y"} & set(str(end)))


def fault_of(year: str, month: str | None, day: str | None) -> tuple[str, str] | None:
    """Say what is wrong with a date that has the right form: which part, and what was expected."""
    if _SIGNED_ZERO.fullmatch(year):
        return "year", "the year zero is written without a sign"
    if (year.startswith("Y") or "X" in year) and month:
        return "month", "a long or partly unspecified year stands alone"
    if month is None:
        return None
    if month == "XX":
        return ("day", "a day follows a known month") if day not in (None, "XX") else None
    return _month_fault(year, int(month), day)


def _month_fault(year: str, month: int, day: str | None) -> tuple[str, str] | None:
    if month in _SEASON_STARTS:
        return ("day", "a season has no day") if day else None
    if not 1 <= month <= MONTHS_IN_A_YEAR:
        return "month", "a month from 01 to 12 or a season from 21 to 24 stands"
    if day is None or day == "XX":
        return None
    fault = _day_fault(abs(int(year)), month, int(day))
    return ("day", fault) if fault else None


def _day_fault(year: int, month: int, day: int) -> str | None:
    # Leap years repeat every 400: a year that `date` cannot hold has a twin that it can.
    twin = year % 400 + 2000
    try:
        date(twin, month, day)
    except ValueError:
        return "no calendar has this day"
    return None


def _span(year: int, month: int, months: int) -> tuple[date, date] | None:
    after = year * MONTHS_IN_A_YEAR + month - 1 + months
    last_year, last_month = divmod(after, MONTHS_IN_A_YEAR)
    if last_year > date.max.year:
        return None
    return date(year, month, 1), date(last_year, last_month + 1, 1)
