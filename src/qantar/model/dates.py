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
from qantar.model.zones import UnknownZoneError, start_of
from qantar.model.zones import zone as load_zone

_REMEMBERED = 1 << 16
_LONGEST = 200  # characters; no date is longer, and a finding quotes what it refuses
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
_SPANS = frozenset({*PARTS, "night"})
_WORDS_OF_PARTS = {
    "morning": ("morning", "утро", "утром", "таң", "таңертең"),
    "afternoon": ("afternoon", "днём", "днем", "вторая половина дня", "түстен кейін"),
    "evening": ("evening", "вечер", "вечером", "кеш", "кешке"),
    "late": ("late evening", "late", "поздний вечер", "поздно вечером", "түнге жақын"),
    "early": (
        "early hours",
        "early",
        "dawn",
        "на рассвете",
        "первые часы суток",
        "тәуліктің алғашқы сағаттары",
    ),
    "night": ("night", "ночь", "ночью", "түн", "түнде"),
}
# The longest first: "late evening" ends in "evening" too.
_PART_WORDS = dict(
    sorted(
        ((word, part) for part, words in _WORDS_OF_PARTS.items() for word in words),
        key=lambda entry: -len(entry[0]),
    )
)
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
_NUMERIC = re.compile(r"(\d{4}|\d{1,2})([./-])(\d{1,2})\2(\d{4}|\d{1,2})")


@dataclass(frozen=True, slots=True)
class _Unreadable(Exception):  # noqa: N818  # never leaves this module
    """Why a text gave no time."""

    problem: WhenProblem


class Fault(StrEnum):
    """The codes of findings about times."""

    IMPOSSIBLE = "impossible-date"
    AMBIGUOUS = "ambiguous-date"
    UNPARSED = "unparsed-date"
    NO_ZONE = "no-zone"


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
    return _settled(
        lambda: replace(_qualified(_cleaned(text), _Reader(zone, order, night)), text=text)
    )


def _settled(attempt: Callable[[], When]) -> When | WhenProblem:
    """Turn every way in which a time cannot be had into a problem; nothing is raised for a text."""
    try:
        return attempt()
    except _Unreadable as unreadable:
        return unreadable.problem
    except UnknownZoneError as unknown:
        return WhenProblem(code=Fault.NO_ZONE.value, text=str(unknown))
    except OverflowError:
        text = "the time lies outside the years 1 to 9998"
        return WhenProblem(code=Fault.IMPOSSIBLE.value, text=text)


def _cleaned(text: str) -> str:
    if len(text) > _LONGEST:
        message = f'"{text[:_LONGEST]}…" is too long for a date; expected is one such as 2022-01-05'
        raise _fail(Fault.UNPARSED, message)
    return _plain_digits(" ".join(text.split()))


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

    def made() -> When:
        first = reader.core(_cleaned(start))
        last = reader.core(_cleaned(end)) if end.strip() else None
        sharpness = _sharpness(precision)
        if sharpness is Precision.PART_OF_DAY and part in _SPANS and _is_bare_day(first, last):
            day = reader.whole_day(_cleaned(start), start)
            return replace(reader.part_of(day, part, start), text=start, zone=zone)
        found = _between(first, last, sharpness, zone, part)
        return replace(found, text=f"{start}/{end}" if end else start)

    return _settled(made)


def _is_bare_day(first: When, last: When | None) -> bool:
    return last is None and first.precision is Precision.DAY


def _sharpness(word: str) -> Precision:
    try:
        return Precision(word)
    except ValueError as error:
        message = f'"{word}" is no precision; expected is one of {", ".join(Precision)}'
        raise _fail(Fault.UNPARSED, message) from error


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
    except OverflowError as error:
        message = f'"{text}" lies outside the years 1 to 9998'
        raise ValueError(message) from error


def _between(
    first: When, last: When | None, precision: Precision, zone: str, part: str | None
) -> When:
    begin = first.earliest
    if begin is None:
        raise _fail(Fault.UNPARSED, "a window begins with a date, not with an open side")
    # A word sharper than the texts themselves claims what they do not say.
    told = [first.precision] if last is None else [first.precision, last.precision]
    precision = max(precision, *told, key=_COARSENESS.index)
    if last is None and precision is first.precision:
        end = first.latest
    elif last is None:
        end = _end_by_precision(begin, precision, zone, part)
    else:
        end = last.earliest if last.precision in _INSTANTS else last.latest
        _in_order(begin, end, zone)
    # A wider window than the word says is no day or month any more, but a stretch of them.
    exact = precision in _OWN_LENGTH or end == _end_by_precision(begin, precision, zone, part)
    made = When(
        text="",
        earliest=begin,
        latest=end,
        precision=precision if exact else Precision.INTERVAL,
        zone=zone,
        part=part,
    )
    return replace(made, edtf=to_edtf(made))


_COARSENESS = list(Precision)
_INSTANTS = frozenset({Precision.SECOND, Precision.MINUTE})
_OWN_LENGTH = frozenset({Precision.SECOND, Precision.MINUTE, Precision.HOUR, Precision.PART_OF_DAY})
_LENGTHS = {Precision.SECOND: 1, Precision.MINUTE: 60, Precision.HOUR: 3600}
_MONTHS = {
    Precision.MONTH: 1,
    Precision.SEASON: 3,
    Precision.YEAR: 12,
    Precision.DECADE: 120,
    Precision.CENTURY: 1200,
}


def _in_order(begin: datetime, end: datetime | None, zone: str) -> None:
    if end is not None and end <= begin:
        left, right = (moment.astimezone(load_zone(zone)) for moment in (begin, end))
        message = f"a window from {left:%Y-%m-%d %H:%M} to {right:%Y-%m-%d %H:%M} ends too early"
        raise _fail(Fault.IMPOSSIBLE, message)


def _end_by_precision(
    begin: datetime, precision: Precision, zone: str, part: str | None
) -> datetime | None:
    """The end of the second, hour, day, month … that begins then; None for an interval."""
    if precision in _LENGTHS:
        return begin + timedelta(seconds=_LENGTHS[precision])
    if precision is Precision.PART_OF_DAY:
        hours = PARTS[part][1] - PARTS[part][0] if part in PARTS else _QUARTER_DAY
        return begin + timedelta(hours=hours)
    day = begin.astimezone(load_zone(zone)).date()
    if precision is Precision.DAY:
        return _midnight(day + timedelta(days=1), zone)
    if precision in _MONTHS:
        years, month = divmod(day.year * 12 + day.month - 1 + _MONTHS[precision], 12)
        if years > date.max.year:
            message = "the window ends outside the years 1 to 9998"
            raise _fail(Fault.IMPOSSIBLE, message)
        return _midnight(date(years, month + 1, 1), zone)
    return None


def _midnight(day: date, zone: str) -> datetime:
    """The first instant of a local day; where midnight is skipped, the jump."""
    return start_of(datetime.combine(day, time()), load_zone(zone))


def _instants(local: datetime, zone: str) -> tuple[datetime, datetime]:
    """The first and the last instant that a local clock time can be.

    They differ where the clock was put back; where it was put forward over the
    time there is none.
    """
    tz = load_zone(zone)
    found = [local.replace(tzinfo=tz, fold=fold).astimezone(UTC) for fold in (0, 1)]
    if found[0].astimezone(tz).replace(tzinfo=None) != local:
        raise _fail(Fault.IMPOSSIBLE, f"the clock in {zone} skipped {local:%Y-%m-%d %H:%M}")
    return min(found), max(found)


class _Reader:
    """Reads texts under one zone, one order of day and month, and one word on nights."""

    def __init__(self, zone: str, order: DateOrder, night: str | None) -> None:
        self.zone, self.order, self.night = zone, order, night

    def core(self, text: str) -> When:
        """Read a text without qualifiers."""
        for attempt in (self._iso, self._range, self._with_clock, self._with_part, self._numeric):
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
        begin, end = (_midnight(day + timedelta(days=n), self.zone) for n in (0, 1))
        if begin == end:
            raise _fail(Fault.IMPOSSIBLE, f"the calendar of {self.zone} left {day} out")
        return self._made(begin, end, Precision.DAY)

    def _made(self, begin: datetime | None, end: datetime | None, precision: Precision) -> When:
        made = When(text="", earliest=begin, latest=end, precision=precision, zone=self.zone)
        return replace(made, edtf=to_edtf(made))

    def _with_clock(self, text: str) -> When | None:
        found = re.fullmatch(rf"(.+?)(?:T|,? ){_CLOCK.pattern}", text)
        if found is None:
            return None
        day = self.whole_day(found[1], text)
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

    def whole_day(self, text: str, whole: str) -> date:
        """Read the day that a clock time or a part of a day, found in `whole`, belongs to."""
        read = self._iso(text) or self._numeric(text)
        if read is None or read.earliest is None:
            raise _fail(Fault.UNPARSED, f'"{whole}" has a time, but "{text}" is no day')
        return read.earliest.astimezone(load_zone(self.zone)).date()

    def _with_part(self, text: str) -> When | None:
        lowered = text.casefold()
        for word, part in _PART_WORDS.items():
            if lowered.endswith(f" {word}"):
                return self.part_of(
                    self.whole_day(text[: -len(word)].strip(" ,"), text), part, text
                )
            for before in (f"{word} of ", f"{word} "):
                if lowered.startswith(before):
                    return self.part_of(self.whole_day(text[len(before) :], text), part, text)
        return None

    def part_of(self, day: date, part: str, text: str) -> When:
        """Take the hours of a part of a day; `text` is what a problem quotes."""
        if part != "night":
            return self._hours(day, PARTS[part], part)
        readings = {name: self._hours(day, hours, "night") for name, hours in NIGHTS.items()}
        if self.night in readings:
            return readings[self.night]
        message = f'"{text}" may be the night before that day or the night after it'
        raise _fail(Fault.AMBIGUOUS, message, tuple(readings.values()))

    def _hours(self, day: date, hours: tuple[int, int], part: str) -> When:
        midnight = datetime.combine(day, time())
        begin, end = (
            start_of(midnight + timedelta(hours=hour), load_zone(self.zone)) for hour in hours
        )
        return replace(self._made(begin, end, Precision.PART_OF_DAY), part=part)

    def _numeric(self, text: str) -> When | None:
        found = _NUMERIC.fullmatch(text)
        if found is None:
            return None
        first, middle, last = found[1], found[3], found[4]
        if len(first) == len(last) == 4:  # noqa: PLR2004  # a year has four digits
            raise _fail(Fault.UNPARSED, f'"{text}" has two years and no day')
        if len(first) == 4:  # noqa: PLR2004
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
        if first.earliest is None or last.latest is None or not (first.latest and last.earliest):
            raise _fail(Fault.UNPARSED, f'"{text}" has an open side within a span')
        if first.earliest >= last.latest:
            raise _fail(Fault.IMPOSSIBLE, f'"{text}" ends before it begins')
        made = self._made(first.earliest, last.latest, Precision.INTERVAL)
        return _marked(made, _both(first.qualifier, last.qualifier))

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
        told = start or end
        qualifier = told.qualifier if told else Qualifier.EXACT
        return replace(made, bound=bound, qualifier=qualifier, edtf=str(read))

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
_DOUBTS = {
    Qualifier.EXACT: frozenset(),
    Qualifier.ABOUT: frozenset("~"),
    Qualifier.UNCERTAIN: frozenset("?"),
    Qualifier.ABOUT_UNCERTAIN: frozenset("~?"),
}


def _both(one: Qualifier, other: Qualifier) -> Qualifier:
    """A span is in doubt as far as either of its ends is."""
    doubts = _DOUBTS[one] | _DOUBTS[other]
    return next(qualifier for qualifier, found in _DOUBTS.items() if found == doubts)


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
    """Take a qualifier and a bound off a text, each once, and put them on the window."""
    rest, bound, includes = _without_bound(text)
    found = _ABOUT.match(rest)
    if found and found.end() < len(rest):
        when = reader.core(rest[found.end() :])
        when = _marked(when, _both(when.qualifier, Qualifier.ABOUT))
    else:
        when = reader.core(rest)
    if bound is Bound.NONE:
        return when
    if when.earliest is None or when.latest is None:
        raise _fail(Fault.UNPARSED, f'"{text}" bounds a time that is open already')
    return _bounded(when, bound, includes=includes)


def _without_bound(text: str) -> tuple[str, Bound, bool]:
    for pattern, bound, includes in _BOUNDS:
        found = pattern.match(text)
        if found:
            return text[found.end() :], bound, includes
    for ending, bound in _BOUND_ENDINGS:
        if text.casefold().endswith(ending):
            return text[: -len(ending)], bound, True
    return text, Bound.NONE, True


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
    return _interval_text(start, end, mark, is_open=when.bound is not Bound.NONE)


def _with_offset(moment: datetime) -> str:
    shift = moment.utcoffset() or timedelta()
    # EDTF has no seconds in an offset; before standard time only UTC says the instant.
    exact = moment if shift % timedelta(minutes=1) == timedelta() else moment.astimezone(UTC)
    return exact.isoformat(timespec="seconds")


def _interval_text(
    start: datetime | None, end: datetime | None, mark: str, *, is_open: bool
) -> str:
    # An open side is "..", one that nobody knows is empty.
    none = ".." if is_open else ""
    left = f"{start.date().isoformat()}{mark}" if start else none
    right = none
    if end is not None:
        right = f"{(end - timedelta(microseconds=1)).date().isoformat()}{mark}"
    return left if left == right else f"{left}/{right}"
