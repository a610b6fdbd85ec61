"""The places: every entry of the gazetteer with its names, and what is said of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from qantar.dossier.edition import Edition
from qantar.dossier.pages.events import event_name
from qantar.dossier.pages.listing import CLAIMS_A_PART, by_kind
from qantar.dossier.pages.paging import in_parts, part_paths
from qantar.dossier.site import Site
from qantar.model.claim import Claim
from qantar.model.place import Place
from qantar.weighing.events import Happening

PLACES_A_PART = 500
MOST_INSIDE = 200


@dataclass(slots=True, kw_only=True)
class Told:
    """What is said of one place: claims that name it, events here and in places within it."""

    claims: list[Claim] = field(default_factory=list)
    events: dict[str, Happening] = field(default_factory=dict)
    within: dict[str, Happening] = field(default_factory=dict)

    def counted(self, kind: str | None = None) -> int:
        """How many of the claims have a source, of one kind or of all."""
        return sum(c.is_sourced and kind in (None, c.kind) for c in self.claims)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceRow:
    """One place in the index."""

    place: Place
    parent: Place | None
    claims: int
    demands: int
    events: int
    within: int
    unsourced: int


def write_places(site: Site) -> None:
    """Write the index and all pages."""
    told = _told(site.edition)
    _write_index(site, told)
    children: dict[str, list[Place]] = {}
    for place in site.edition.places:
        if place.parent:
            children.setdefault(place.parent, []).append(place)
    for place in site.edition.places:
        inside = sorted(children.get(place.id, ()), key=lambda one: (one.name, one.id))
        _write_place(site, place, told[place.id], inside)


def _told(edition: Edition) -> dict[str, Told]:
    told = {place.id: Told() for place in edition.places}
    for claim in edition.claims:
        for place in _named(claim):
            if place in told:
                told[place].claims.append(claim)
    around = {place: edition.gazetteer.ancestors(place) for place in told}
    for event in edition.events:
        here = {place for claim in event.claims for place in _named(claim) if place in told}
        for place in here:
            told[place].events[event.id] = event
        for place in {above for named in here for above in around[named]} - here:
            if place in told:
                told[place].within[event.id] = event
    return told


def _named(claim: Claim) -> dict[str, None]:
    return dict.fromkeys(where.place for where in claim.where if where.place)


def _write_index(site: Site, told: dict[str, Told]) -> None:
    rows = [_row(place, told[place.id], site.edition) for place in site.edition.places]
    rows.sort(key=lambda row: (-row.claims, -row.within, row.place.name, row.place.id))
    spoken_of = [row for row in rows if told[row.place.id].claims]
    others = [row for row in rows if not told[row.place.id].claims]
    others.sort(key=lambda row: (row.place.name, row.place.id))
    parts = in_parts([(True, spoken_of), (False, others)], PLACES_A_PART)
    paths = part_paths("places/index.html", len(parts))
    for at, sections in enumerate(parts):
        site.page(
            paths[at],
            "places.html",
            title=site.text("Places"),
            sections=sections,
            total=len(rows),
            named=sum(row.claims > 0 for row in spoken_of),
            unsourced=sum(row.claims == 0 for row in spoken_of),
            unresolved=_unresolved(site.edition.claims),
            paths=paths,
            at=at,
        )


def _unresolved(claims: Iterable[Claim]) -> int:
    """How many claims name a place that no entry, or more than one, is called."""
    return sum(any(where.place is None for where in claim.where) for claim in claims)


def _row(place: Place, told: Told, edition: Edition) -> PlaceRow:
    return PlaceRow(
        place=place,
        parent=edition.gazetteer.places.get(place.parent) if place.parent else None,
        claims=told.counted(),
        demands=told.counted("demand"),
        events=_sourced(told.events),
        within=_sourced(told.within),
        unsourced=len(told.claims) - told.counted(),
    )


def _sourced(events: dict[str, Happening]) -> int:
    return sum(event.is_sourced for event in events.values())


def _write_place(site: Site, place: Place, told: Told, inside: list[Place]) -> None:
    edition = site.edition
    above = [edition.gazetteer.places.get(name) for name in edition.gazetteer.ancestors(place.id)]
    in_events = {claim.id for event in told.events.values() for claim in event.claims}
    claims = [claim for claim in told.claims if claim.id not in in_events]
    listed: list[tuple[str, list[Happening] | list[Claim]]] = [
        ("events", list(told.events.values())),
        ("within", list(told.within.values())),
        *by_kind(claims),
    ]
    parts = in_parts([(head, items) for head, items in listed if items], CLAIMS_A_PART)
    paths = part_paths(site.links.places[place.id], len(parts))
    for at, sections in enumerate(parts):
        site.page(
            paths[at],
            "place.html",
            title=place.name,
            place=place,
            above=[one for one in above if one],
            inside=inside[:MOST_INSIDE],
            inside_total=len(inside),
            sections=sections,
            row=_row(place, told, edition),
            name=lambda event: event_name(event, edition),
            page_of_row=_row_page(site, place),
            paths=paths,
            at=at,
        )


def _row_page(site: Site, place: Place) -> str | None:
    """Where its row is shown as found; None for a place that no published table lists."""
    if place.accession is None or place.row is None:
        return None
    if (place.accession, place.row) not in site.links.page_of_row:
        return None
    return site.links.row(place.accession, place.row)
