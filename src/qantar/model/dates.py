"""Reading times: a text becomes a window, or a problem that says why not. Never a guess.

The rules stand in `docs/time.md`. All functions are pure and remember what they
have read, because tables repeat the same dates.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache

from qantar.model.date_order import DateOrder
from qantar.model.edtf import (
    Edtf,
    EdtfDate,
    EdtfDateTime,
    EdtfError,
    EdtfInterval,
    Open,
    parse_edtf,
)
from qantar.model.when import Bound, Precision, Qualifier, When, WhenProblem
from qantar.model.zones import zone as load_zone

_REMEMBERED = 1 << 16
_QUARTER_DAY = 6

# First hour and the hour after the last; beyond 24 is the next day. `night` alone
# may be either side of midnight, so it is not here.
PARTS: dict[str, tuple[int, int]] = {
    "early": (0, 6),
    "morning": (6, 12),
    "afternoon": (12, 18),
    "evening": (18, 24),
    "late": (21, 24),
}
NIGHTS = {"early": (0, 6), "late": (22, 30)}
_WORDS_OF_PARTS = {
    "morning": ("morning", "утро", "утром", "таңертең"),
    "afternoon": ("afternoon", "днём", "днем", "түстен кейін"),
    "evening": ("evening", "вечер", "вечером", "кеш", "кешке"),
    "late": ("late",),
    "early": ("early", "dawn", "на рассвете", "таң"),
    "night": ("night", "ночь", "ночью", "түн", "түнде"),
}
_PART_WORDS = {word: part for part, words in _WORDS_OF_PARTS.items() for word in words}
_ABOUT = re.compile(r"(?:about|around|circa|ca?\.|≈|~|около|примерно|шамамен)\s*", re.I)
_BOUNDS: tuple[tuple[re.Pattern[str], Bound, bool], ...] = (
    (re.compile(r"(?:by|until|till|≤|до|к)\s+", re.I), Bound.BY, True),
    (re.compile(r"before\s+", re.I), Bound.BY, False),
    (re.compile(r"(?:since|from|≥|с|начиная с)\s+", re.I), Bound.SINCE, True),
    (re.compile(r"(?:after|после)\s+", re.I), Bound.SINCE, False),
)
_BOUND_ENDINGS = ((" дейін", Bound.BY), (" бастап", Bound.SINCE), (" бері", Bound.SINCE))
_CLOCK = re.compile(
    r"(\d{1,2}):(\d\d)(?::(\d\d)(?:[.,]\d+)?)?\s*(Z|UTC|[+-]\d\d:?\d\d|UTC[+-]\d{1,2})?"
)
_NUMERIC = re.compile(r"(\d{1,4})([./-])(\d{1,2})\2(\d{1,4})")


@dataclass(frozen=True, slots=True)
class _Unreadable(Exception):  # noqa: N818  # never leaves this module
    """Why a text gave no time."""

    problem: WhenProblem


class Fault(StrEnum):
    """The codes of findings about times."""

    IMPOSSIBLE = "impossible-date"
    AMBIGUOUS = "ambiguous-date"
    UNPARSED = "unparsed-date"


def _fail(code: Fault, text: str, readings: tuple[When, ...] = ()) -> _Unreadable:
    return _Unreadable(WhenProblem(code=code.value, text=text, readings=readings))


@lru_cache(_REMEMBERED)
def read_when(
    text: str, *, zone: str, order: DateOrder = DateOrder.ISO, night: str | None = None
) -> When | WhenProblem:
    """Read a time as found.

    Args:
        text: the text; digits of any script are digits.
        zone: IANA zone of clock times that name no offset, and of days.
        order: of day and month where a date is written in figures.
        night: "early" (00-06) or "late" (22-06) for a night of a date; None leaves
            it ambiguous.
    """
    cleaned = _plain_digits(" ".join(text.split()))
    try:
        return replace(_qualified(cleaned, _Reader(zone, order, night)), text=text)
    except _Unreadable as unreadable:
        return unreadable.problem


@lru_cache(_REMEMBERED)
def window(
    start: str,
    end: str,
    *,
    precision: str,
    zone: str,
    utc: bool = False,
    part: str | None = None,
    order: DateOrder = DateOrder.ISO,
) -> When | WhenProblem:
    """Make a window from two cells that give its edges, sharp to `precision`.

    Without an end the window is as long as its precision; a bare date as an end is
    included. With `utc` the cells are instants in UTC, shown in `zone`.
    """
    reader = _Reader("UTC" if utc else zone, order, None)
    try:
        first = reader.core(_plain_digits(start.strip()))
        last = reader.core(_plain_digits(end.strip())) if end.strip() else None
        made = _between(first, last, Precision(precision), zone, part)
    except _Unreadable as unreadable:
        return unreadable.problem
    except (ValueError, OverflowError):
        text = f'"{start}" to "{end}" is no possible span: it ends before it begins'
        return WhenProblem(code=Fault.IMPOSSIBLE.value, text=text)
    return replace(made, text=f"{start}/{end}" if end else start)


def from_edtf(text: str, *, zone: str) -> When:
    """Read an EDTF string of level 0 or 1.

    Raises:
        EdtfError: the text is none.
        ValueError: it lies outside the years 1 to 9999.
    """
    try:
        return replace(_Reader(zone, DateOrder.ISO, None).from_edtf(parse_edtf(text)), text=text)
    except _Unreadable as unreadable:
        raise ValueError(unreadable.problem.text) from unreadable


def _between(
    first: When, last: When | None, precision: Precision, zone: str, part: str | None
) -> When:
    begin = first.earliest
    if begin is None:
        message = "a window has a start"
        raise ValueError(message)
    if last is None:
        end = _end_by_precision(begin, precision, zone, part, first)
    else:
        end = last.earliest if last.precision in _INSTANTS else last.latest
    exact = precision in _OWN_LENGTH or last is None or _is_one_day(begin, end, zone)
    made = When(
        text="",
        earliest=begin,
        latest=end,
        precision=precision if exact else Precision.INTERVAL,
        zone=zone,
        part=part,
    )
    return replace(made, edtf=to_edtf(made))


_INSTANTS = frozenset({Precision.SECOND, Precision.MINUTE})
_OWN_LENGTH = frozenset({Precision.SECOND, Precision.MINUTE, Precision.HOUR, Precision.PART_OF_DAY})


def _is_one_day(begin: datetime, end: datetime | None, zone: str) -> bool:
    return end == _next_local_day(begin, zone)


def _next_local_day(begin: datetime, zone: str) -> datetime:
    following = begin.astimezone(load_zone(zone)).date() + timedelta(days=1)
    return _midnight(following, zone)


def _end_by_precision(
    begin: datetime, precision: Precision, zone: str, part: str | None, first: When
) -> datetime | None:
    lengths = {Precision.SECOND: 1, Precision.MINUTE: 60, Precision.HOUR: 3600}
    if precision in lengths:
        return begin + timedelta(seconds=lengths[precision])
    if precision is Precision.PART_OF_DAY:
        hours = PARTS[part][1] - PARTS[part][0] if part in PARTS else _QUARTER_DAY
        return begin + timedelta(hours=hours)
    if precision is Precision.DAY:
        return _next_local_day(begin, zone)
    return first.latest


def _midnight(day: date, zone: str) -> datetime:
    return _instants(datetime.combine(day, time()), zone)[0]


def _instants(local: datetime, zone: str) -> tuple[datetime, datetime]:
    """The first and the last instant that a local clock time can be.

    They differ where the clock was put back; where it was put forward over the
    time there is none, except that a day may begin at its first instant.
    """
    tz = load_zone(zone)
    found = [local.replace(tzinfo=tz, fold=fold).astimezone(UTC) for fold in (0, 1)]
    if found[0].astimezone(tz).replace(tzinfo=None) != local and local.time() != time():
        raise _fail(Fault.IMPOSSIBLE, f"the clock in {zone} skipped {local:%Y-%m-%d %H:%M}")
    return min(found), max(found)


class _Reader:
    """Reads texts under one zone, one order of day and month, and one word on nights."""

    def __init__(self, zone: str, order: DateOrder, night: str | None) -> None:
        self.zone, self.order, self.night = zone, order, night

    def core(self, text: str) -> When:
        """Read a text without qualifiers."""
        for attempt in (self._iso, self._with_clock, self._with_part, self._numeric, self._range):
            found = attempt(text)
            if found is not None:
                return found
        try:
            return self.from_edtf(parse_edtf(text))
        except EdtfError as error:
            message = (
                f'"{text}" is no date that can be read; expected is one such as 2022-01-05, '
                "2022-01, 2022-01-05 16:30 or 2022-01-04 evening"
            )
            raise _fail(Fault.UNPARSED, message) from error

    def _iso(self, text: str) -> When | None:
        if not re.fullmatch(r"\d{4}-\d\d-\d\d", text):
            return None
        year, month, day = (int(part) for part in text.split("-"))
        return self._day(self._date(year, month, day, text))

    def _date(self, year: int, month: int, day: int, text: str) -> date:
        try:
            return date(year, month, day)
        except ValueError as error:
            raise _fail(Fault.IMPOSSIBLE, f'"{text}" is a day that no calendar has') from error

    def _day(self, day: date) -> When:
        if day in {date.min, date.max}:
            raise _fail(Fault.IMPOSSIBLE, f"{day} lies at the edge of the calendar")
        return self._made(
            _midnight(day, self.zone), _midnight(day + timedelta(days=1), self.zone), Precision.DAY
        )

    def _made(self, begin: datetime | None, end: datetime | None, precision: Precision) -> When:
        made = When(text="", earliest=begin, latest=end, precision=precision, zone=self.zone)
        return replace(made, edtf=to_edtf(made))

    def _with_clock(self, text: str) -> When | None:
        found = re.fullmatch(rf"(.+?)(?:T|,? ){_CLOCK.pattern}", text)
        if found is None:
            return None
        day = self._whole_day(found[1], text)
        hour, minute, second = int(found[2]), int(found[3]), int(found[4] or 0)
        if hour == 24 and minute == second == 0:  # noqa: PLR2004  # the end of the day, as ISO 8601 has it
            day, hour = day + timedelta(days=1), 0
        try:
            local = datetime.combine(day, time(hour, minute, second))
        except ValueError as error:
            raise _fail(Fault.IMPOSSIBLE, f'"{text}" is no possible time of day') from error
        step = timedelta(seconds=1) if found[4] else timedelta(minutes=1)
        precision = Precision.SECOND if found[4] else Precision.MINUTE
        if found[5]:
            begin = (local - _shift(found[5])).replace(tzinfo=UTC)
            return self._made(begin, begin + step, precision)
        first, last = _instants(local, self.zone)
        return self._made(first, last + step, precision)

    def _whole_day(self, text: str, whole: str) -> date:
        read = self._iso(text) or self._numeric(text)
        if read is None or read.earliest is None:
            raise _fail(Fault.UNPARSED, f'"{whole}" has a time, but "{text}" is no day')
        return read.earliest.astimezone(load_zone(self.zone)).date()

    def _with_part(self, text: str) -> When | None:
        lowered = text.casefold()
        for word, part in _PART_WORDS.items():
            if lowered.endswith(f" {word}"):
                return self._part(self._whole_day(text[: -len(word)].strip(" ,"), text), part, text)
            for before in (f"{word} of ", f"{word} "):
                if lowered.startswith(before):
                    return self._part(self._whole_day(text[len(before) :], text), part, text)
        return None

    def _part(self, day: date, part: str, text: str) -> When:
        if part != "night":
            return self._hours(day, PARTS[part], part)
        readings = {name: self._hours(day, hours, "night") for name, hours in NIGHTS.items()}
        if self.night in readings:
            return readings[self.night]
        message = f'"{text}" may be the night before that day or the night after it'
        raise _fail(Fault.AMBIGUOUS, message, tuple(readings.values()))

    def _hours(self, day: date, hours: tuple[int, int], part: str) -> When:
        begin, end = (
            _instants(datetime.combine(day, time()) + timedelta(hours=h), self.zone)[0]
            for h in hours
        )
        return replace(self._made(begin, end, Precision.PART_OF_DAY), part=part)

    def _numeric(self, text: str) -> When | None:
        found = _NUMERIC.fullmatch(text)
        if found is None:
            return None
        first, middle, last = found[1], found[3], found[4]
        if len(first) == 4:  # noqa: PLR2004  # a year has four digits
            return self._day(self._date(int(first), int(middle), int(last), text))
        if len(last) != 4:  # noqa: PLR2004
            raise _fail(Fault.UNPARSED, f'"{text}" has no year of four digits')
        year, one, two = int(last), int(first), int(middle)
        if self.order in {DateOrder.DMY, DateOrder.MDY}:
            month, day = (two, one) if self.order is DateOrder.DMY else (one, two)
            return self._day(self._date(year, month, day, text))
        return self._either_order(year, one, two, text)

    def _either_order(self, year: int, one: int, two: int, text: str) -> When:
        """Read a date of undeclared order: its only possible reading, else none."""
        possible: list[When] = []
        for month, day in dict.fromkeys(((two, one), (one, two))):
            try:
                possible.append(self._day(date(year, month, day)))
            except ValueError:
                continue
        if len(possible) == 1:
            return possible[0]
        if not possible:
            raise _fail(Fault.IMPOSSIBLE, f'"{text}" is a day that no calendar has')
        message = f'"{text}" may be day or month first; say which with dates = "dmy" or "mdy"'
        raise _fail(Fault.AMBIGUOUS, message, tuple(possible))

    def _range(self, text: str) -> When | None:
        parts = re.split(r"\s+[–—-]\s+|\s*[–—]\s*", text)
        if len(parts) != 2 or not all(parts):  # noqa: PLR2004  # a range has two ends
            return None
        first, last = self.core(parts[0]), self.core(parts[1])
        return self._joined(first, last, text)

    def _joined(self, first: When, last: When, text: str) -> When:
        if first.earliest and last.latest and first.earliest >= last.latest:
            raise _fail(Fault.IMPOSSIBLE, f'"{text}" ends before it begins')
        return self._made(first.earliest, last.latest, Precision.INTERVAL)

    def from_edtf(self, read: Edtf) -> When:
        """Turn a parsed EDTF value into a window."""
        if isinstance(read, EdtfDateTime):
            return self._moment(read)
        if isinstance(read, EdtfDate):
            return self._edtf_date(read)
        ends = [
            self._edtf_date(end) if isinstance(end, EdtfDate) else None
            for end in (read.start, read.end)
        ]
        if ends[0] and ends[1]:
            return replace(self._joined(ends[0], ends[1], str(read)), edtf=str(read))
        return self._half_open(read, ends[0], ends[1])

    def _half_open(self, read: EdtfInterval, start: When | None, end: When | None) -> When:
        open_side = read.end if start else read.start
        bound = (Bound.SINCE if start else Bound.BY) if isinstance(open_side, Open) else Bound.NONE
        made = self._made(
            start.earliest if start else None, end.latest if end else None, Precision.INTERVAL
        )
        return replace(made, bound=bound, edtf=str(read))

    def _moment(self, read: EdtfDateTime) -> When:
        moment = read.moment()
        if moment.tzinfo is None:
            first, last = _instants(moment, self.zone)
        else:
            first = last = moment.astimezone(UTC)
        return self._made(first, last + timedelta(seconds=1), Precision.SECOND)

    def _edtf_date(self, read: EdtfDate) -> When:
        bounds = read.bounds()
        if bounds is None:
            raise _fail(Fault.IMPOSSIBLE, f'"{read}" lies outside the years 1 to 9999')
        begin, end = (_midnight(day, self.zone) for day in bounds)
        made = self._made(begin, end, _precision(read))
        return replace(made, qualifier=_QUALIFIERS[read.mark], edtf=str(read))


_QUALIFIERS = {
    "": Qualifier.EXACT,
    "~": Qualifier.ABOUT,
    "?": Qualifier.UNCERTAIN,
    "%": Qualifier.ABOUT_UNCERTAIN,
}
_MARKS = {qualifier: mark for mark, qualifier in _QUALIFIERS.items()}


def _precision(read: EdtfDate) -> Precision:
    if read.year.endswith("XX"):
        return Precision.CENTURY
    if read.year.endswith("X"):
        return Precision.DECADE
    if read.month in (None, "XX"):
        return Precision.YEAR
    if int(read.month or 0) > 12:  # noqa: PLR2004  # seasons are numbered beyond the months
        return Precision.SEASON
    return Precision.MONTH if read.day in (None, "XX") else Precision.DAY


def _shift(text: str) -> timedelta:
    found = re.fullmatch(r"(?:UTC)?([+-])(\d{1,2}):?(\d\d)?", text)
    if found is None:
        return timedelta(0)
    size = timedelta(hours=int(found[2]), minutes=int(found[3] or 0))
    return size if found[1] == "+" else -size


def _plain_digits(text: str) -> str:
    if text.isascii():
        return text
    return "".join(str(unicodedata.decimal(char, char)) for char in text)


def _qualified(text: str, reader: _Reader) -> When:
    """Take qualifiers and bounds off a text, and put them on the window."""
    for pattern, bound, includes in _BOUNDS:
        found = pattern.match(text)
        if found:
            return _bounded(_qualified(text[found.end() :], reader), bound, includes=includes)
    for ending, bound in _BOUND_ENDINGS:
        if text.casefold().endswith(ending):
            return _bounded(_qualified(text[: -len(ending)], reader), bound, includes=True)
    found = _ABOUT.match(text)
    if found and found.end() < len(text):
        when = _qualified(text[found.end() :], reader)
        return _marked(when, Qualifier.ABOUT)
    return reader.core(text)


def _marked(when: When, qualifier: Qualifier) -> When:
    marked = replace(when, qualifier=qualifier)
    return replace(marked, edtf=to_edtf(marked))


def _bounded(when: When, bound: Bound, *, includes: bool) -> When:
    """By a day: not later than its end. Before it: not later than its start. And so for since."""
    if bound is Bound.BY:
        edge = when.latest if includes else when.earliest
        made = replace(when, earliest=None, latest=edge, bound=bound, precision=Precision.INTERVAL)
    else:
        edge = when.earliest if includes else when.latest
        made = replace(when, earliest=edge, latest=None, bound=bound, precision=Precision.INTERVAL)
    return replace(made, edtf=to_edtf(made))


def to_edtf(when: When) -> str:
    """Write a window as EDTF; clock times as the instant they start, parts of day as their day."""
    local = load_zone(when.zone)
    start = when.earliest.astimezone(local) if when.earliest else None
    end = when.latest.astimezone(local) if when.latest else None
    writers: dict[Precision, Callable[[datetime], str]] = {
        Precision.DAY: lambda moment: moment.date().isoformat(),
        Precision.MONTH: lambda moment: f"{moment.year:04}-{moment.month:02}",
        Precision.YEAR: lambda moment: f"{moment.year:04}",
        Precision.DECADE: lambda moment: f"{moment.year:04}"[:3] + "X",
        Precision.CENTURY: lambda moment: f"{moment.year:04}"[:2] + "XX",
        Precision.SEASON: lambda moment: f"{moment.year:04}-{20 + moment.month // 3}",
        Precision.SECOND: _with_offset,
        Precision.MINUTE: _with_offset,
        Precision.HOUR: _with_offset,
    }
    mark = _MARKS[when.qualifier]
    if start is not None and when.precision in writers:
        written = writers[when.precision](start)
        return written if when.precision in _OWN_LENGTH else f"{written}{mark}"
    return _interval_text(start, end, mark)


def _with_offset(moment: datetime) -> str:
    shift = moment.strftime("%z")
    return f"{moment:%Y-%m-%dT%H:%M:%S}{shift[:3]}:{shift[3:5]}"


def _interval_text(start: datetime | None, end: datetime | None, mark: str) -> str:
    left = f"{start.date().isoformat()}{mark}" if start else ".."
    right = ".."
    if end is not None:
        right = f"{(end - timedelta(microseconds=1)).date().isoformat()}{mark}"
    return left if left == right else f"{left}/{right}"
