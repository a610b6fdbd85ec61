"""EDTF, levels 0 and 1: dates as archives exchange them.

Source: Extended Date/Time Format Specification, Library of Congress (2019), the
profile of ISO 8601-2:2019. Level 2 is refused, with the place where it begins.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import NamedTuple

MONTHS_IN_A_YEAR = 12
MINUTES_IN_AN_HOUR = 60
# Northern seasons, by convention: EDTF names them and leaves their months open.
_SEASON_STARTS = {21: 3, 22: 6, 23: 9, 24: 12}
_MONTHS_IN_A_SEASON = 3

# Digits of other scripts are no EDTF: `re.ASCII` keeps \d to 0-9.
_DATE = re.compile(
    r"(?P<year>-?\d{4}|-?\d{3}X|-?\d{2}XX|Y-?[1-9]\d{4,17})"
    r"(?:-(?P<month>\d\d|XX)(?:-(?P<day>\d\d|XX))?)?(?P<mark>[?~%])?",
    re.ASCII,
)
_TIME = re.compile(r"T(\d\d):(\d\d):(\d\d)(Z|[+-]\d\d(?::\d\d)?)?", re.ASCII)
# ISO 8601 writes the year zero without a sign, so a signed one names no year.
_SIGNED_ZERO = re.compile(r"-0+X*")


class EdtfError(ValueError):
    """A text is no EDTF of level 0 or 1.

    Attributes:
        position: where reading stopped, in characters from 0.
        expected: what would have been possible there.
    """

    def __init__(self, text: str, position: int, expected: str) -> None:
        """Say where and what was expected."""
        self.position, self.expected = position, expected
        super().__init__(
            f'"{text}" is no EDTF of level 0 or 1: at character {position + 1}, {expected}'
        )


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
        if not _DATE.fullmatch(str(self)) or _fault(self):
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
        if not _is_plain_day(self.day):
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
        if not dates or any(_beyond_interval(date_) for date_ in dates):
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


def parse_edtf(text: str) -> Edtf:
    """Read an EDTF string of level 0 or 1.

    Raises:
        EdtfError: it is none, or names a day that no calendar has.
    """
    if "/" not in text:
        return _point(text)
    left, _, right = text.partition("/")
    if "/" in right:
        raise EdtfError(text, len(left) + 1 + right.index("/"), "an interval has two ends")
    start, end = _end(text, left, 0), _end(text, right, len(left) + 1)
    if not (isinstance(start, EdtfDate) or isinstance(end, EdtfDate)):
        raise EdtfError(text, 0, "one end of an interval is a date")
    return EdtfInterval(start=start, end=end)


def _point(text: str) -> EdtfDate | EdtfDateTime:
    found, at = _read_date(text, 0)
    if at == len(text):
        return found
    clock = _TIME.match(text, at)
    if clock is None or clock.end() != len(text):
        raise EdtfError(text, at, "the date ends here, or a time follows such as T16:30:00Z")
    return _with_time(text, found, clock)


def _with_time(text: str, day: EdtfDate, clock: re.Match[str]) -> EdtfDateTime:
    if not _is_plain_day(day):
        raise EdtfError(text, clock.start(), "a time follows only a plain day")
    hour, minute, second = (int(clock[n]) for n in (1, 2, 3))
    try:
        return EdtfDateTime(day=day, hour=hour, minute=minute, second=second, shift=clock[4] or "")
    except ValueError as error:
        raise EdtfError(text, clock.start(), "there is no such time of day") from error


def _is_plain_day(day: EdtfDate) -> bool:
    return bool(day.day) and (day.year + str(day.day)).isdigit() and not day.mark


def _offset(shift: str) -> timezone | None:
    """The offset that a time of day names; None where it names none.

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


def _end(whole: str, part: str, offset: int) -> EdtfDate | Open | None:
    if part == "":
        return None
    if part == "..":
        return OPEN
    found, at = _read_date(part, 0, whole=whole, offset=offset)
    if at != len(part):
        raise EdtfError(whole, offset + at, "the date ends here")
    if _beyond_interval(found):
        expected = "unspecified digits and long years in an interval belong to level 2"
        raise EdtfError(whole, offset + _first_beyond(part), expected)
    return found


def _beyond_interval(end: EdtfDate) -> bool:
    return bool({"X", "Y"} & set(str(end)))


def _first_beyond(part: str) -> int:
    return min(part.find(letter) % (len(part) + 1) for letter in "XY")


def _read_date(
    text: str, at: int, *, whole: str | None = None, offset: int = 0
) -> tuple[EdtfDate, int]:
    whole = whole if whole is not None else text
    found = _DATE.match(text, at)
    if found is None:
        raise EdtfError(whole, offset + at, "a year of four digits begins")
    parts = _Parts(found["year"], found["month"], found["day"])
    fault = _fault(parts)
    if fault:
        part, expected = fault
        raise EdtfError(whole, offset + found.start(part), expected)
    mark = found["mark"] or ""
    return EdtfDate(year=parts.year, month=parts.month, day=parts.day, mark=mark), found.end()


class _Parts(NamedTuple):
    year: str
    month: str | None
    day: str | None


def _fault(read: EdtfDate | _Parts) -> tuple[str, str] | None:
    """What is wrong with a date that has the right form: which part, and what was expected."""
    if _SIGNED_ZERO.fullmatch(read.year):
        return "year", "the year zero is written without a sign"
    if (read.year.startswith("Y") or "X" in read.year) and read.month:
        return "month", "a long or partly unspecified year stands alone"
    if read.month is None:
        return None
    if read.month == "XX":
        return ("day", "a day follows a known month") if read.day not in (None, "XX") else None
    return _month_fault(read, int(read.month))


def _month_fault(read: EdtfDate | _Parts, month: int) -> tuple[str, str] | None:
    if month in _SEASON_STARTS:
        return ("day", "a season has no day") if read.day else None
    if not 1 <= month <= MONTHS_IN_A_YEAR:
        return "month", "a month from 01 to 12 or a season from 21 to 24 stands"
    if read.day is None or read.day == "XX":
        return None
    fault = _day_fault(abs(int(read.year)), month, int(read.day))
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
