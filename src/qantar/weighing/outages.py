"""Outages: windows by region and network from several measurers, side by side, never averaged.

Beside each window stands how much was reported of it and during it, so that
silence is not read as peace.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from qantar.model.claim import Claim, OutageDetail
from qantar.model.place import Where
from qantar.model.text import name_key
from qantar.model.when import When
from qantar.model.zones import zone

WINDOW_STATES = frozenset({"down", "degraded"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """One measurer's window. `end` None: no end is given, which is not the same as no end.

    `events_within` counts event claims dated inside it, `said_within` claims of any
    other kind than outages said or published while it lasted. Both count what has a
    source, and are None where an edge is open.
    """

    claim: Claim
    detail: OutageDetail
    start: datetime | None
    end: datetime | None
    events_within: int | None = None
    said_within: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """All that measurers say of one region, in order of start."""

    name: str
    place: str | None
    windows: tuple[Window, ...]

    @property
    def measurers(self) -> tuple[str, ...]:
        """Who measured, in order of first window; "" for those whom nobody names."""
        return tuple(dict.fromkeys(w.claim.voice or w.claim.said_by or "" for w in self.windows))


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """One local day: what is dated to it, what was published on it, who reports an outage on it."""

    day: date
    events: int
    published: int
    reported_down: int


def windows(claims: Iterable[Claim]) -> tuple[Window, ...]:
    """Take the outages among the claims, each with what was reported inside it."""
    listed = tuple(claims)
    counted = [claim for claim in listed if claim.is_sourced]
    happened = sorted(e for c in counted if c.kind == "event" and c.when and (e := _point(c.when)))
    said = sorted(e for c in counted if c.kind != "outage" and c.said and (e := _point(c.said)))
    found = [
        _window(c, c.detail, happened, said) for c in listed if isinstance(c.detail, OutageDetail)
    ]
    return tuple(sorted(found, key=lambda w: (w.start is None, str(w.start), w.claim.id)))


def _window(
    claim: Claim, detail: OutageDetail, happened: list[datetime], said: list[datetime]
) -> Window:
    start = claim.when.earliest if claim.when else None
    end = _stated_end(claim, detail)
    bounded = start is not None and end is not None
    return Window(
        claim=claim,
        detail=detail,
        start=start,
        end=end,
        events_within=_between(happened, start, end) if bounded else None,
        said_within=_between(said, start, end) if bounded else None,
    )


def _stated_end(claim: Claim, detail: OutageDetail) -> datetime | None:
    """The end that was stated; the sharpness of a start is not an end."""
    return claim.when.latest if claim.when and detail.end_precision else None


def _point(when: When) -> datetime | None:
    """The instant at which a thing counts: what is sharp to a day counts at its start."""
    return when.earliest or when.latest


def _between(points: list[datetime], start: datetime | None, end: datetime | None) -> int:
    if start is None or end is None:
        return 0
    return bisect_right(points, end - timedelta(microseconds=1)) - bisect_left(points, start)


def regions(found: Iterable[Window]) -> tuple[Region, ...]:
    """Group the windows by region; a window over several regions stands under each.

    Spellings of one place are one region, under the name found first.
    """
    groups: dict[tuple[str, str | None], dict[str, Window]] = {}
    names: dict[tuple[str, str | None], str] = {}
    for window in found:
        for where in window.claim.where or (Where(text=""),):
            key = ("" if where.place else name_key(where.text), where.place)
            names.setdefault(key, where.text)
            groups.setdefault(key, {})[window.claim.id] = window
    made = [
        Region(name=names[key], place=key[1], windows=tuple(group.values()))
        for key, group in groups.items()
    ]
    return tuple(sorted(made, key=lambda region: (-len(region.windows), region.name)))


def days(
    claims: Iterable[Claim], found: Iterable[Window], *, first: date, last: date, tz: str
) -> tuple[Day, ...]:
    """Count events, publications and measurers reporting an outage, for each local day."""
    listed = [claim for claim in claims if claim.is_sourced]
    outages = [window for window in found if window.claim.is_sourced]
    local = zone(tz)
    events = _tally(c.when for c in listed if c.kind == "event")
    published = _tally(c.said for c in listed)
    made: list[Day] = []
    day = first
    while day <= last:
        start = datetime.combine(day, datetime.min.time(), tzinfo=local)
        end = datetime.combine(day + timedelta(days=1), datetime.min.time(), tzinfo=local)
        down = {w.claim.voice or w.claim.id for w in outages if _is_down(w, start, end)}
        key = day.isoformat()
        made.append(
            Day(
                day=day,
                events=events.get(key, 0),
                published=published.get(key, 0),
                reported_down=len(down),
            )
        )
        day += timedelta(days=1)
    return tuple(made)


def _tally(whens: Iterable[When | None]) -> dict[str, int]:
    """Count by the local day on which a window starts; longer ones than a day are left out."""
    counts: dict[str, int] = {}
    for when in whens:
        if when is None or when.earliest is None or when.latest is None:
            continue
        if when.latest - when.earliest > timedelta(days=1, hours=1):
            continue
        key = when.earliest.astimezone(zone(when.zone)).date().isoformat()
        counts[key] = counts.get(key, 0) + 1
    return counts


def _is_down(window: Window, start: datetime, end: datetime) -> bool:
    """Whether the window is an outage that touches the day; an open one, the day it starts on."""
    if window.detail.state not in WINDOW_STATES or window.start is None:
        return False
    until = window.end or window.start + timedelta(microseconds=1)
    return window.start < end and until > start
