"""The days of a case: its span, what is dated to each day, who reports an outage on it."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from qantar.dossier.edition import Edition
from qantar.model.when import Precision, local_start
from qantar.model.zones import zone
from qantar.weighing.outages import WINDOW_STATES, Day, Window, days

# Without a stated span: about a quarter of a year, where most is dated.
DAYS_WITHOUT_SPAN = 92
# More bars than this are thinner than the lines of print.
MOST_BARS = 124
_SHARP = frozenset(
    {
        Precision.SECOND,
        Precision.MINUTE,
        Precision.HOUR,
        Precision.PART_OF_DAY,
        Precision.DAY,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """The days a case is about, both included. `stated`: by its sheet, else worked out."""

    first: date
    last: date
    stated: bool = True

    def __contains__(self, day: date) -> bool:
        """Whether the day lies in the span."""
        return self.first <= day <= self.last


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    """Who reports that networks were down or degraded on one local day, and where.

    `measurers` are their names, "" for one that nobody names, in order of start.
    `regions` are names as found ("" where none is), those with most measurers first.
    """

    measurers: tuple[str, ...]
    regions: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Some days that follow one another, as one bar shows them.

    `events` and `published` are sums; `measurers` the most on any one of the days.
    """

    first: date
    last: date
    events: int
    published: int
    measurers: int


def span_of(edition: Edition) -> Span | None:
    """The span that the sheet states, else the days on which most is dated; None without a date.

    An edition as of a day ends on that day.
    """
    stated = _stated(edition)
    if stated is None:
        return _densest(sorted(_sharp_days(edition)))
    last = min(stated.last, edition.as_of) if edition.as_of else stated.last
    return Span(first=stated.first, last=last) if last >= stated.first else None


def _stated(edition: Edition) -> Span | None:
    if not edition.settings.span:
        return None
    first, _, last = edition.settings.span.partition("/")
    return Span(first=date.fromisoformat(first), last=date.fromisoformat(last or first))


def _sharp_days(edition: Edition) -> Iterator[date]:
    """The local days of events and outages that are known to the day."""
    for claim in edition.claims:
        when = claim.when if claim.kind in {"event", "outage"} else None
        start = local_start(when) if when and when.precision in _SHARP else None
        if start:
            yield start.date()


def _densest(found: list[date]) -> Span | None:
    """The `DAYS_WITHOUT_SPAN` days that hold most of these; the earliest of equals."""
    if not found:
        return None
    best, held = found[0], 0
    for start in dict.fromkeys(found):
        end = start + timedelta(days=DAYS_WITHOUT_SPAN - 1)
        here = bisect_right(found, end) - bisect_left(found, start)
        if here > held:
            best, held = start, here
    last = found[bisect_left(found, best) + held - 1]
    return Span(first=best, last=last, stated=False)


def case_days(edition: Edition, span: Span) -> tuple[Day, ...]:
    """What is counted for each local day of the span, in the zone of the case."""
    return days(edition.claims, edition.windows, first=span.first, last=span.last, tz=edition.zone)


def reported_outages(edition: Edition, wanted: Iterable[date]) -> dict[date, Reported]:
    """Who reports an outage on each of these days; days without any are left out.

    The same rule as `weighing.outages.days`: claims with a source only, and a
    window without a stated end touches only the day it starts on.
    """
    listed = sorted(set(wanted))
    found: dict[date, list[Window]] = {}
    for window in edition.windows:
        if window.detail.state in WINDOW_STATES and window.claim.is_sourced:
            for day in _touched(window, edition.zone, listed):
                found.setdefault(day, []).append(window)
    return {day: _reported(touching) for day, touching in found.items()}


def _touched(window: Window, case_zone: str, listed: list[date]) -> list[date]:
    if window.start is None:
        return []
    instant = timedelta(microseconds=1)
    until = max(window.end or window.start, window.start + instant)
    local = zone(case_zone)
    first = window.start.astimezone(local).date()
    last = (until - instant).astimezone(local).date()
    return listed[bisect_left(listed, first) : bisect_right(listed, last)]


def _reported(touching: list[Window]) -> Reported:
    # Two measurers that nobody names are not one, so these go by their claim.
    measurers: dict[str, str] = {}
    regions: dict[str, dict[str, str]] = {}
    for window in touching:
        claim = window.claim
        key, name = claim.voice or claim.id, claim.voice or claim.said_by or ""
        measurers[key] = name
        for region in [where.text for where in claim.where] or [""]:
            regions.setdefault(region, {})[key] = name
    ranked = sorted(regions.items(), key=lambda pair: (-len(pair[1]), pair[0]))
    return Reported(
        measurers=tuple(measurers.values()),
        regions=tuple((region, tuple(named.values())) for region, named in ranked),
    )


def stretches(counted: tuple[Day, ...]) -> tuple[Stretch, ...]:
    """Bring the days together so that there are at most `MOST_BARS`; few days stay single."""
    step = -(-len(counted) // MOST_BARS) or 1
    made = (counted[at : at + step] for at in range(0, len(counted), step))
    return tuple(
        Stretch(
            first=some[0].day,
            last=some[-1].day,
            events=sum(day.events for day in some),
            published=sum(day.published for day in some),
            measurers=max(day.reported_down for day in some),
        )
        for some in made
    )
