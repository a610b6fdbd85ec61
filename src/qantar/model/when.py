"""When: an uncertain time, as a window of instants with what is known of its edges.

How texts become windows is in `dates.py`; how windows sort and overlap is here and
in `docs/time.md`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from qantar.model.zones import zone as load_zone

MIDNIGHT = "00:00"


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


CLOCK = frozenset({Precision.SECOND, Precision.MINUTE, Precision.HOUR})


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


def sort_key(when: When | None) -> tuple[bool, datetime, datetime]:
    """Order times: by earliest instant, then latest; a window open at its start sorts by its end.

    What has no edge at all, or no time at all, comes last.
    """
    if when is None or (when.earliest is None and when.latest is None):
        return (True, _FAR, _FAR)
    first = when.earliest or when.latest or _FAR
    return (False, first, when.latest or _FAR)


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
    local = load_zone(zone)
    end = datetime.combine(day + timedelta(days=1), datetime.min.time(), tzinfo=local)
    return when.latest <= end.astimezone(UTC)


def local_start(when: When) -> datetime | None:
    """The earliest instant in the zone of the place, as it was then."""
    return when.earliest.astimezone(load_zone(when.zone)) if when.earliest else None


def local_end(when: When) -> datetime | None:
    """The end of the window (not included) in the zone of the place, as it was then."""
    return when.latest.astimezone(load_zone(when.zone)) if when.latest else None


def offset_text(moment: datetime) -> str:
    """The zone's distance from UTC at that moment: `UTC+6`, `UTC-3:30`, `UTC`."""
    minutes = round((moment.utcoffset() or timedelta()).total_seconds() / 60)
    if not minutes:
        return "UTC"
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'+' if minutes > 0 else '-'}{hours}{f':{rest:02}' if rest else ''}"


def display(when: When) -> str:
    """Write the time without words of any language, in the zone of the place as it was then."""
    sign = {Bound.BY: "≤ ", Bound.SINCE: "≥ "}.get(when.bound, "")
    about = "≈ " if when.qualifier in {Qualifier.ABOUT, Qualifier.ABOUT_UNCERTAIN} else ""
    doubt = "?" if when.qualifier in {Qualifier.UNCERTAIN, Qualifier.ABOUT_UNCERTAIN} else ""
    return f"{sign}{about}{_span_text(when)}{doubt}"


def _span_text(when: When) -> str:
    start, end = local_start(when), local_end(when)
    if when.bound is Bound.BY and end is not None:
        return _edge_text(end, is_end=True)
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
    if moment.strftime("%H:%M") == MIDNIGHT:
        return (moment - timedelta(hours=1) if is_end else moment).date().isoformat()
    return f"{moment:%Y-%m-%d %H:%M} ({offset_text(moment)})"


def _clock_text(when: When, start: datetime, end: datetime) -> str:
    shift = offset_text(start)
    lengths = {Precision.HOUR: 1.0, Precision.MINUTE: 1 / 60, Precision.SECOND: 1 / 3600}
    hours = (end - start).total_seconds() / 3600
    if when.precision in CLOCK and abs(hours - lengths[when.precision]) < lengths[Precision.SECOND]:
        clock = "%H:%M:%S" if when.precision is Precision.SECOND else "%H:%M"
        return f"{start:%Y-%m-%d} {start.strftime(clock)} ({shift})"
    if end.date() == start.date():
        return f"{start:%Y-%m-%d %H:%M}–{end:%H:%M} ({shift})"
    if end - timedelta(minutes=1) < _next_midnight(start):
        return f"{start:%Y-%m-%d %H:%M}–24:00 ({shift})"
    return f"{start:%Y-%m-%d %H:%M} – {end:%Y-%m-%d %H:%M} ({shift})"


def _next_midnight(moment: datetime) -> datetime:
    following = moment.date() + timedelta(days=1)
    return datetime.combine(following, datetime.min.time(), tzinfo=moment.tzinfo)


def _calendar_text(when: When, start: datetime, end: datetime) -> str:
    if when.precision is Precision.DAY:
        return start.date().isoformat()
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
    start = f"{when.earliest:%Y-%m-%d %H:%M}" if when.earliest else "…"
    end = f"{when.latest:%Y-%m-%d %H:%M}" if when.latest else "…"
    if when.earliest and when.latest and when.latest - when.earliest <= timedelta(minutes=1):
        return f"{start} UTC"
    return f"{start} – {end} UTC"
