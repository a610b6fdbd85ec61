"""The events: an index by day, and a page for each with its reports side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta

from qantar.dossier.edition import Edition
from qantar.dossier.pages.covering import Coverage
from qantar.dossier.pages.paging import in_parts, part_paths
from qantar.dossier.site import Site, when_text
from qantar.model.claim import Claim, EventDetail
from qantar.model.place import Where
from qantar.model.when import local_start
from qantar.weighing.events import Happening
from qantar.weighing.same_happening import NEAR_IN_TIME, PART_OF_DAY

EVENTS_A_PART = 400
REPORTS_A_PART = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One thing in which the reports differ, and who says what of it."""

    what: str
    values: tuple[tuple[str, tuple[Claim, ...]], ...]


def write_events(site: Site) -> None:
    """Write the index and all pages."""
    _write_index(site)
    coverage = Coverage.of(site.edition)
    for event in site.edition.events:
        _write_event(site, event, coverage)


def event_name(event: Happening, edition: Edition) -> str:
    """Name an event for readers, after its earliest report: kind, place, time."""
    first = event.claims[0]
    detail = first.detail
    kind = edition.label("event-kind", detail.event_kind) if isinstance(detail, EventDetail) else ""
    place = "; ".join(where.text for where in first.where)
    return ", ".join(
        part for part in (kind[:1].upper() + kind[1:], place, when_text(first.when)) if part
    )


def day_of_event(event: Happening) -> str:
    """The local day on which its earliest report begins, in ISO form; "" without a time."""
    when = event.claims[0].when
    start = local_start(when) if when else None
    return start.date().isoformat() if start else ""


def _write_index(site: Site) -> None:
    days: dict[str, list[Happening]] = {}
    for event in site.edition.events:
        days.setdefault(day_of_event(event), []).append(event)
    undated = days.pop("", [])
    ordered = [(day, days[day]) for day in sorted(days)] + ([("", undated)] if undated else [])
    parts = in_parts(ordered, EVENTS_A_PART)
    paths = part_paths("events/index.html", len(parts))
    events = site.edition.events
    sourced = [event for event in events if event.is_sourced]
    for at, sections in enumerate(parts):
        site.page(
            paths[at],
            "events.html",
            title=site.text("Events"),
            sections=sections,
            total=len(sourced),
            unsourced=len(events) - len(sourced),
            joined=sum(event.joined for event in sourced),
            differing=sum(bool(event.disagreements) for event in sourced),
            reports=sum(claim.is_sourced for event in events for claim in event.claims),
            name=lambda event: event_name(event, site.edition),
            what=difference_words(site),
            paths=paths,
            at=at,
        )


def _write_event(site: Site, event: Happening, coverage: Coverage) -> None:
    parts = in_parts([(None, event.claims)], REPORTS_A_PART)
    paths = part_paths(site.links.events[event.id], len(parts))
    covering = coverage.of_event(event)
    for at, sections in enumerate(parts):
        site.page(
            paths[at],
            "event.html",
            title=event_name(event, site.edition),
            event=event,
            reports=[claim for section in sections for claim in section.items],
            differences=differences(event, site.edition),
            heading=_difference_headings(site),
            points=_points(event.claims),
            covering=covering,
            can_tell=coverage.can_tell(event),
            sources=_sources(event),
            hours=_hours,
            near=NEAR_IN_TIME,
            sharp=PART_OF_DAY,
            paths=paths,
            at=at,
        )


def differences(event: Happening, edition: Edition) -> tuple[Difference, ...]:
    """Say in what the reports differ, with the reports under each value."""
    values: dict[str, Callable[[Claim], str]] = {
        "time": lambda claim: when_text(claim.when),
        "place": lambda claim: "; ".join(where.text for where in claim.where),
        "number": lambda claim: claim.quantity.words() if claim.quantity else "",
        "kind": lambda claim: _kind(claim, edition),
    }
    return tuple(
        Difference(what=what, values=_by_value(event.claims, values[what]))
        for what in event.disagreements
    )


def _by_value(
    claims: Iterable[Claim], value: Callable[[Claim], str]
) -> tuple[tuple[str, tuple[Claim, ...]], ...]:
    groups: dict[str, list[Claim]] = {}
    for claim in claims:
        if said := value(claim):
            groups.setdefault(said, []).append(claim)
    return tuple((said, tuple(group)) for said, group in groups.items())


def _kind(claim: Claim, edition: Edition) -> str:
    detail = claim.detail
    return edition.label("event-kind", detail.event_kind) if isinstance(detail, EventDetail) else ""


def _points(claims: Iterable[Claim]) -> tuple[Where, ...]:
    """The distinct points that the reports stand at, each with its reach."""
    points = {(w.text, w.lat, w.lon): w for c in claims for w in c.where if w.lat is not None}
    return tuple(points.values())


def _sources(event: Happening) -> tuple[str, ...]:
    """The outlets in which the reports were read, each once."""
    return tuple(dict.fromkeys(claim.outlet for claim in event.claims if claim.outlet))


def _hours(span: timedelta) -> int:
    return int(span / timedelta(hours=1))


def difference_words(site: Site) -> dict[str, str]:
    """What reports may differ in, in words."""
    return {
        "time": site.text("time"),
        "place": site.text("place"),
        "number": site.text("number"),
        "kind": site.text("kind"),
    }


def _difference_headings(site: Site) -> dict[str, str]:
    """What stands above the values that reports give."""
    return {
        "time": site.text("They give different times:"),
        "place": site.text("They give different places:"),
        "number": site.text("They give different numbers:"),
        "kind": site.text("They call it different kinds of event:"),
    }
