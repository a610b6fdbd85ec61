"""The outages: windows of several measurers side by side, and what was reported meanwhile."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from qantar.dossier.days import case_days, reported_outages, span_of, stretches
from qantar.dossier.outage_chart import (
    STATES,
    OutageChart,
    OutageChartText,
    is_drawn,
    outage_chart,
    shared_axis,
)
from qantar.dossier.pages.paging import in_parts
from qantar.dossier.pages.timeline import CHART, write_day_chart
from qantar.dossier.site import Site
from qantar.model.text import unique_slugs
from qantar.model.when import Precision, offset_text
from qantar.model.zones import zone
from qantar.weighing.outages import Region, Window

FIRST = "outages.html"
WINDOWS_A_PART = 300
# Each chart costs about a tenth of a second; further regions have their tables.
MOST_CHARTS = 12
APART = ("announcement", "cost-estimate")
_DATES = frozenset({Precision.DAY, Precision.MONTH, Precision.SEASON, Precision.YEAR})


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Windows under one heading: a region, or those of a state that is listed apart."""

    title: str
    anchor: str
    windows: tuple[Window, ...]
    place: str | None = None
    apart: bool = False
    measurers: int = 0
    unsourced: int = 0
    chart: str | None = None
    drawn: OutageChart | None = None
    zones: tuple[str, ...] = ()


def write_outages(site: Site) -> None:
    """Write all parts of the page and the charts of the regions."""
    groups = [*_regions(site), *_apart(site)]
    parts = in_parts([(group, group.windows) for group in groups], WINDOWS_A_PART)
    paths = [FIRST, *(f"outages-{number}.html" for number in range(2, len(parts) + 1))]
    shared = {
        "paths": paths,
        "groups": groups,
        "page_of": {
            section.head.anchor: paths[at]
            for at in reversed(range(len(parts)))
            for section in parts[at]
        },
        "edge": lambda window, end: edge_text(site, window, end=end),
        "total": len(site.edition.windows),
    }
    for at, sections in enumerate(parts):
        title = site.text("Outages, part %(number)s", number=at + 1)
        site.page(
            paths[at],
            "outages.html",
            title=title if at else site.text("Outages"),
            sections=sections,
            at=at,
            **(shared | (_days(site) if not at else {"days": (), "chart": None, "reported": {}})),
        )


def _days(site: Site) -> dict[str, object]:
    """What the first part says of each day of the span."""
    span = span_of(site.edition)
    days = stretches(case_days(site.edition, span)) if span else ()
    drawn = (site.out / CHART).is_file() or write_day_chart(site, days)
    reported = reported_outages(site.edition, [day.first for day in days if day.first == day.last])
    return {"days": days, "chart": CHART if drawn and days else None, "reported": reported}


def _regions(site: Site) -> Iterator[Group]:
    """The regions, those with most windows first, each with its chart."""
    listed = [(region, _in_order(region.windows)) for region in site.edition.regions]
    listed = [(region, windows) for region, windows in listed if windows]
    axis = shared_axis(_on_axis(site, [w for _, windows in listed for w in windows]))
    slugs = unique_slugs([f"r {region.name} {region.place or ''}" for region, _ in listed])
    for number, (region, windows) in enumerate(listed):
        slug = slugs[f"r {region.name} {region.place or ''}"]
        zones = _zones(windows, site.edition.zone)
        drawn = None
        if axis and number < MOST_CHARTS:
            drawn = outage_chart(windows, axis, zone(zones[0]), _texts(site, windows, zones[0]))
        if drawn:
            site.write(f"outages-{slug}.svg", drawn.picture)
        yield _group(site, region, windows, slug, drawn, zones)


def _group(
    site: Site,
    region: Region,
    windows: tuple[Window, ...],
    slug: str,
    drawn: OutageChart | None,
    zones: tuple[str, ...],
) -> Group:
    sourced = [window for window in windows if window.claim.is_sourced]
    return Group(
        title=region.name or site.text("Region not stated"),
        anchor=slug,
        windows=windows,
        place=region.place,
        measurers=len({w.claim.voice or w.claim.id for w in sourced}),
        unsourced=len(windows) - len(sourced),
        chart=f"outages-{slug}.svg" if drawn else None,
        drawn=drawn,
        zones=zones,
    )


def _in_order(windows: Iterable[Window]) -> tuple[Window, ...]:
    """The windows that say how a network was, by network, each in order of start."""
    told = [window for window in windows if window.detail.state not in APART]
    return tuple(sorted(told, key=lambda window: window.detail.network))


def _on_axis(site: Site, windows: Sequence[Window]) -> list[Window]:
    """The windows that set the axis: those that start in the span, else all.

    One window years before would press all others into a single line.
    """
    span = span_of(site.edition)
    told = [w for w in windows if w.claim.is_sourced and is_drawn(w)]
    local = zone(site.edition.zone)
    inside = [w for w in told if span and w.start and w.start.astimezone(local).date() in span]
    return inside or told


def _zones(windows: Iterable[Window], case_zone: str) -> tuple[str, ...]:
    """The zones in which these windows are told, the commonest first."""
    counts = Counter(w.claim.when.zone for w in windows if w.claim.when)
    ranked = sorted(counts, key=lambda name: (-counts[name], name != case_zone, name))
    return tuple(ranked) or (case_zone,)


def _texts(site: Site, windows: Iterable[Window], zone_name: str) -> OutageChartText:
    label = site.edition.label
    return OutageChartText(
        time=site.text("Local time (%(zone)s)", zone=zone_name),
        unnamed=site.text("measurer not named"),
        networks={n: label("network", n) for n in {w.detail.network for w in windows}},
        states={state: label("outage-state", state) for state in STATES},
    )


def _apart(site: Site) -> Iterator[Group]:
    """Announcements and cost estimates: they measure no network."""
    titles = {
        "announcement": site.text("Announcements"),
        "cost-estimate": site.text("Estimates of cost"),
    }
    for state in APART:
        windows = tuple(w for w in site.edition.windows if w.detail.state == state)
        if windows:
            yield Group(title=titles[state], anchor=state, windows=windows, apart=True)


def edge_text(site: Site, window: Window, *, end: bool) -> str:
    """One edge of a window in the zone of its place; a day's end is named by that day.

    "" where the edge is not stated.
    """
    moment = window.end if end else window.start
    if moment is None:
        return ""
    when, detail = window.claim.when, window.detail
    local = moment.astimezone(zone(when.zone if when else site.edition.zone))
    if (detail.end_precision if end else detail.start_precision) in _DATES:
        return _day_of(local, end=end)
    return f"{local:%Y-%m-%d %H:%M} ({offset_text(local)})"


def _day_of(local: datetime, *, end: bool) -> str:
    return (local - timedelta(microseconds=1) if end else local).date().isoformat()
