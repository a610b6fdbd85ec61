"""When: an uncertain time, as a window of instants with what is known of its edges.

How texts become windows is in `dates.py`; how windows sort and overlap is here and
in `docs/time.md`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from qantar.model.zones import start_of_day
from qantar.model.zones import zone as load_zone

_SECOND = timedelta(seconds=1)


class Precision(StrEnum):
    """How sharp a time was stated."""

    SECOND = "second"
    MINUTE = "minute"
    HOUR = "hour"
    PART_OF_DAY = "part-of-day"
    DAY = "day"
    MONTH = "month"
    SEASON = "season"
    YEAR = "year"
    DECADE = "decade"
    CENTURY = "century"
    INTERVAL = "interval"


LENGTHS = {
    Precision.SECOND: timedelta(seconds=1),
    Precision.MINUTE: timedelta(minutes=1),
    Precision.HOUR: timedelta(hours=1),
}
"""How long a clock time is."""

CLOCK = frozenset(LENGTHS)


class Qualifier(StrEnum):
    """How sure the source was of the time."""

    EXACT = "exact"
    ABOUT = "about"
    UNCERTAIN = "uncertain"
    ABOUT_UNCERTAIN = "about-uncertain"


class Bound(StrEnum):
    """Whether only one edge was stated: by (not later than), since (not earlier than)."""

    NONE = "none"
    BY = "by"
    SINCE = "since"


class YearFrom(StrEnum):
    """Where the year came from; never a guess that is not marked."""

    TEXT = "text"
    DOCUMENT = "document"
    SHEET = "sheet"
    INFERRED = "inferred"


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """An uncertain time.

    The thing lies somewhere in the window from `earliest` (included) to `latest`
    (not included), both aware and in UTC; None means that the side is open or not
    known. `text` is the time as found, `zone` the IANA zone of the place, `part` a
    word of the vocabulary part-of-day, `edtf` the form for exchange (lossy for
    clock times and parts of day, see `docs/time.md`).

    Raises:
        ValueError: an edge is not in UTC, or the window is empty.
    """

    text: str
    earliest: datetime | None
    latest: datetime | None
    precision: Precision
    zone: str
    part: str | None = None
    qualifier: Qualifier = Qualifier.EXACT
    bound: Bound = Bound.NONE
    year_from: YearFrom = YearFrom.TEXT
    edtf: str = ""

    def __post_init__(self) -> None:
        """Refuse an impossible window."""
        for edge in (self.earliest, self.latest):
            if edge is not None and edge.utcoffset() != timedelta(0):
                message = f"the edges of a window are in UTC, and {edge} is not"
                raise ValueError(message)
        if self.earliest and self.latest and self.earliest >= self.latest:
            message = f"the window from {self.earliest} to {self.latest} holds nothing"
            raise ValueError(message)
        load_zone(self.zone)


@dataclass(frozen=True, slots=True, kw_only=True)
class WhenProblem:
    """A text that gave no time: what was found and expected, and the readings it may have.

    `code` is a finding's: `impossible-date`, `ambiguous-date`, `unparsed-date`.
    """

    code: str
    text: str
    readings: tuple[When, ...] = ()


_FAR = datetime.max.replace(tzinfo=UTC)
_EVER = datetime.min.replace(tzinfo=UTC)


def sort_key(when: When | None) -> tuple[bool, datetime, bool, datetime, tuple[str, ...]]:
    """Order times: by earliest instant, then latest; a window open at its start sorts by its end.

    At the same instant what was over by then comes before what begins then, and a
    narrow window before a wide one. What has no edge at all, or no time at all,
    comes last. Times with the same window are told apart by their other fields, so
    that the order never depends on the one they came in.
    """
    if when is None:
        return (True, _FAR, True, _FAR, ())
    rest = (when.precision, when.qualifier, when.bound, when.zone, when.part or "")
    told = (*rest, when.edtf, when.text, when.year_from)
    edge = when.earliest or when.latest
    if edge is None:
        return (True, _FAR, False, _FAR, told)
    return (False, edge, when.earliest is not None, when.latest or _FAR, told)


def overlaps(one: When, other: When) -> bool:
    """Whether both can be the same instant; an open side reaches without end."""
    return _starts_before_end(one, other) and _starts_before_end(other, one)


def _starts_before_end(one: When, other: When) -> bool:
    return (one.earliest or _EVER) < (other.latest or _FAR)


def contains(outer: When, inner: When) -> bool:
    """Whether every instant of `inner` is one of `outer`."""
    starts = (outer.earliest or _EVER) <= (inner.earliest or _EVER)
    return starts and (inner.latest or _FAR) <= (outer.latest or _FAR)


def certainly_before(one: When, other: When) -> bool:
    """Whether `one` is over before `other` can begin."""
    return one.latest is not None and other.earliest is not None and one.latest <= other.earliest


def said_by_end_of(when: When, day: date, zone: str) -> bool:
    """Whether the window lies wholly before the end of `day` in `zone`.

    A partial date counts at its end: "2022-01" is not yet said on the 10th.
    """
    if when.latest is None or day >= date.max:
        return when.latest is not None
    return when.latest <= start_of_day(day + timedelta(days=1), load_zone(zone))


def local_start(when: When) -> datetime | None:
    """The earliest instant in the zone of the place, as it was then."""
    return when.earliest.astimezone(load_zone(when.zone)) if when.earliest else None


def local_end(when: When) -> datetime | None:
    """The end of the window (not included) in the zone of the place, as it was then."""
    return when.latest.astimezone(load_zone(when.zone)) if when.latest else None


def offset_text(moment: datetime) -> str:
    """The zone's distance from UTC at that moment: `UTC+6`, `UTC-3:30`, `UTC+5:07:48`, `UTC`."""
    seconds = round((moment.utcoffset() or timedelta()).total_seconds())
    if not seconds:
        return "UTC"
    minutes, second = divmod(abs(seconds), 60)
    hour, minute = divmod(minutes, 60)
    parts = [f":{minute:02}" if minute or second else "", f":{second:02}" if second else ""]
    return f"UTC{'+' if seconds > 0 else '-'}{hour}{''.join(parts)}"


def utc_offset_text(when: When) -> str:
    """The distance from UTC at the start of the window (its end, where the start is open).

    Where clocks were put back or forward inside the window both are named:
    `UTC+6, UTC+5`. "" where the window has no edge.
    """
    return _offsets(local_start(when), _last_second(local_end(when)))


def _offsets(*moments: datetime | None) -> str:
    return ", ".join(dict.fromkeys(offset_text(moment) for moment in moments if moment))


def _last_second(end: datetime | None) -> datetime | None:
    # In UTC: on the clock an hour may be missing before the end.
    return end and (end.astimezone(UTC) - _SECOND).astimezone(end.tzinfo)


def display(when: When) -> str:
    """Write the time without words of any language, in the zone of the place as it was then.

    What is written here, `read_when` reads as the same window (but an hour, which is
    written as the minute that begins it).
    """
    sign = {Bound.BY: "≤ ", Bound.SINCE: "≥ "}.get(when.bound, "")
    about = "≈ " if when.qualifier in {Qualifier.ABOUT, Qualifier.ABOUT_UNCERTAIN} else ""
    doubt = "?" if when.qualifier in {Qualifier.UNCERTAIN, Qualifier.ABOUT_UNCERTAIN} else ""
    return f"{sign}{about}{_span_text(when)}{doubt}"


def _span_text(when: When) -> str:
    start, end = local_start(when), local_end(when)
    if when.bound is Bound.BY and end is not None:
        return _last_text(end)
    if when.bound is Bound.SINCE and start is not None:
        return _edge_text(start)
    if start is None or end is None:
        left = _edge_text(start) if start else "…"
        return f"{left} – {_edge_text(end, is_end=True) if end else '…'}"
    if when.precision in CLOCK or when.precision is Precision.PART_OF_DAY:
        return _clock_text(when, start, end)
    return _calendar_text(when, start, end)


def _edge_text(moment: datetime, *, is_end: bool = False) -> str:
    """A single edge; an end at midnight is the day before, which the window still holds."""
    if _begins_a_day(moment):
        return (moment.date() - timedelta(days=int(is_end))).isoformat()
    return f"{_clock(moment)} ({offset_text(moment)})"


def _last_text(end: datetime) -> str:
    """The last day, minute or second that a window holds which ends there."""
    if _begins_a_day(end):
        return _edge_text(end, is_end=True)
    step = _SECOND if end.second else LENGTHS[Precision.MINUTE]
    last = (end.astimezone(UTC) - step).astimezone(end.tzinfo)
    return f"{_clock(last, seconds=bool(end.second))} ({offset_text(last)})"


def _begins_a_day(moment: datetime) -> bool:
    """Whether a moment is the first of its local day, which may begin at 01:00."""
    try:
        begins = start_of_day(moment.date(), load_zone(str(moment.tzinfo)))
    except OverflowError:  # the first day of the year 1 begins before the calendar does
        return False
    # Compared in UTC: two zones' clocks never compare equal where a time comes twice.
    return begins == moment.astimezone(UTC)


def _clock(moment: datetime, *, seconds: bool = False) -> str:
    # Not strftime: on some systems it writes the year 999 with three digits.
    finest = "seconds" if seconds or moment.second else "minutes"
    return moment.replace(tzinfo=None).isoformat(sep=" ", timespec=finest)


def _clock_text(when: When, start: datetime, end: datetime) -> str:
    # On the clock, so that a minute that came twice is one minute.
    if end.replace(tzinfo=None) - start.replace(tzinfo=None) == LENGTHS.get(when.precision):
        shown = _clock(start, seconds=when.precision is Precision.SECOND)
        return f"{shown} ({utc_offset_text(when)})"
    if _begins_a_day(end) and end.date() - start.date() == timedelta(days=1):
        return f"{_clock(start)}–24:00 ({utc_offset_text(when)})"
    shift = _offsets(start, end)
    if end.date() == start.date():
        return f"{_clock(start)}–{_clock(end)[len('2022-01-05 ') :]} ({shift})"
    return f"{_clock(start)} – {_clock(end)} ({shift})"


def _calendar_text(when: When, start: datetime, end: datetime) -> str:
    if not (_begins_a_day(start) and _begins_a_day(end)):
        return _clock_text(when, start, end)
    if when.precision is Precision.MONTH:
        return f"{start.year:04}-{start.month:02}"
    if when.precision is Precision.YEAR:
        return f"{start.year:04}"
    left, right = _edge_text(start), _edge_text(end, is_end=True)
    return left if left == right else f"{left} – {right}"


def display_utc(when: When) -> str:
    """Write the window in UTC; days and coarser as the instants between which they lie."""
    if when.earliest is None and when.latest is None:
        return ""
    start = _clock(when.earliest) if when.earliest else "…"
    end = _clock(when.latest) if when.latest else "…"
    if when.earliest and when.latest and when.latest - when.earliest <= LENGTHS[Precision.MINUTE]:
        return f"{start} UTC"
    return f"{start} – {end} UTC"
