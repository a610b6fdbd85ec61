"""The tables that are published beside the pages: the same things, a row each.

Every row has an `id`, the `source` that it was taken from, the `locator` of its row
in the file, the `url` on record and the `page` of the dossier.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from qantar.dossier.count_rows import COUNT_COLUMNS, count_rows
from qantar.dossier.figure_rows import ONLY_IN_JSON, POINT_COLUMNS, figure_rows, point_rows
from qantar.dossier.pages.demands import demand_rows
from qantar.dossier.pages.events import event_name
from qantar.dossier.pages.findings import row_page
from qantar.dossier.people_rows import (
    LIST_COLUMNS,
    PERSON_COLUMNS,
    STATUS_COLUMNS,
    list_rows,
    person_rows,
    status_rows,
)
from qantar.dossier.site import Site
from qantar.dossier.tables import (
    ORIGIN,
    PLACES,
    SPEAKER,
    Row,
    amount,
    headers,
    instant,
    number,
    origin,
    origins,
    places,
    speaker,
    time,
)
from qantar.model.claim import Claim, DemandDetail, EventDetail, FigureDetail, ResponseDetail
from qantar.model.place import Place
from qantar.weighing.events import Happening


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """One table: its rows for JSON, and the columns of its CSV.

    `flat_rows` are the rows of the CSV where these are others than those of the
    JSON, and `only_in_json` the columns that these lack. `lists` are columns that
    hold a list of objects.
    """

    name: str
    columns: tuple[str, ...]
    rows: Callable[[Site], Iterable[Row]]
    flat_rows: Callable[[Site], Iterable[Row]] | None = None
    only_in_json: tuple[str, ...] = ()
    lists: tuple[str, ...] = ()

    @property
    def headers(self) -> tuple[str, ...]:
        """The header row of its CSV."""
        return headers(self.columns, self.lists)


def claim_rows(site: Site) -> Iterator[Row]:
    """Every claim."""
    event = {claim.id: one.id for one in site.edition.events for claim in one.claims}
    for claim in site.edition.claims:
        detail = claim.detail if isinstance(claim.detail, FigureDetail) else None
        yield {
            "id": claim.id,
            "kind": claim.kind,
            "statement": claim.statement,
            **speaker(claim),
            "hedge": claim.hedge,
            "when": time(claim.when),
            **places(claim),
            "amount": amount(claim.quantity),
            "figure": claim.figure_key,
            "measure": detail.measure if detail else None,
            "population": detail.population if detail else None,
            "as_of": time(detail.as_of if detail else None),
            "event": event.get(claim.id),
            **_demanded(claim),
            "repeats": claim.repeats,
            "targets": list(claim.targets),
            "topic": claim.topic,
            "language": claim.language,
            **origin(claim, site.links.claim(claim)),
        }


def _demanded(claim: Claim) -> Row:
    """The key of a demand; of an answer what it says, and the id of the demand it answers."""
    detail = claim.detail
    if isinstance(detail, ResponseDetail):
        return {"demand": None, "answers": detail.demand, "answer": detail.answer}
    key = detail.demand_key if isinstance(detail, DemandDetail) else None
    return {"demand": key, "answers": None, "answer": None}


def event_rows(site: Site) -> Iterator[Row]:
    """Every event, with the ids of its reports, the earliest first."""
    for event in site.edition.events:
        wheres = [where for claim in event.claims for where in claim.where]
        yield {
            "id": event.id,
            "name": event_name(event, site.edition),
            "claims": [claim.id for claim in event.claims],
            "reports": len(event.claims),
            "confirmed": event.confirmed,
            "differ_in": list(event.disagreements),
            "kinds": _kinds(event),
            "when": time(event.claims[0].when),
            "places": list(dict.fromkeys(where.text for where in wheres)),
            "place_ids": list(dict.fromkeys(where.place for where in wheres if where.place)),
            "voices": list(dict.fromkeys(claim.voice for claim in event.claims if claim.voice)),
            "has_source": event.is_sourced,
            **origins(event.claims, site.links.events[event.id]),
        }


def _kinds(event: Happening) -> list[str]:
    details = (claim.detail for claim in event.claims)
    return list(dict.fromkeys(d.event_kind for d in details if isinstance(d, EventDetail)))


def occasion_rows(site: Site) -> Iterator[Row]:
    """Every occasion on which a demand was voiced, with what is said to have come of it."""
    for row in demand_rows(site.edition).values():
        for occasion in row.demand.voiced:
            claim = occasion.claim
            detail = claim.detail if isinstance(claim.detail, DemandDetail) else None
            yield {
                "id": claim.id,
                "demand": row.demand.key,
                "name": row.name,
                "group": detail.group if detail else None,
                "statement": claim.statement,
                **speaker(claim),
                "when": time(claim.when),
                **places(claim),
                "addressed_to": list(detail.addressed_to) if detail else [],
                "outcomes": list(occasion.outcomes),
                "answered_by": [answer.id for answer in occasion.answers],
                **origin(claim, f"{row.page}#{row.anchor}"),
            }


def framing_rows(site: Site) -> Iterator[Row]:
    """Every framing, in the order said."""
    for framed in site.edition.framings:
        claim = framed.claim
        yield {
            "id": claim.id,
            "framing": framed.detail.framing_key,
            "term": framed.detail.term,
            "blamed": framed.detail.blamed,
            "statement": claim.statement,
            **speaker(claim),
            "changes": [before.id for before in framed.contradicts],
            **origin(claim, site.links.claim(claim)),
        }


def outage_rows(site: Site) -> Iterator[Row]:
    """Every window of every measurer, in order of start."""
    for window in site.edition.windows:
        claim, detail = window.claim, window.detail
        yield {
            "id": claim.id,
            "statement": claim.statement,
            **speaker(claim),
            "network": detail.network,
            "state": detail.state,
            "method": detail.method,
            "rule": detail.rule,
            "level": number(detail.level),
            **places(claim),
            "start": instant(window.start),
            "start_precision": detail.start_precision,
            "end": instant(window.end),
            "end_precision": detail.end_precision,
            "events_within": window.events_within,
            "said_within": window.said_within,
            **origin(claim, site.links.claim(claim)),
        }


def place_rows(site: Site) -> Iterator[Row]:
    """Every place on record."""
    source = {one.id: one.accession.source for one in site.edition.accessions}
    files = {one.id: one.accession.path for one in site.edition.accessions}
    for place in site.edition.places:
        names = dict(place.names)
        yield {
            "id": place.id,
            "name": place.name,
            "kind": place.kind,
            "name_kk": names.get("kk"),
            "name_ru": names.get("ru"),
            "variants": list(place.variants),
            "former": list(place.former),
            "parent": place.parent,
            "country": place.country,
            "lat": number(place.lat),
            "lon": number(place.lon),
            "reach_m": place.reach_m if place.lat is not None else None,
            "code": place.code,
            "coordinate_evidence": dict(place.evidence).get("coordinates"),
            "name_evidence": dict(place.evidence).get("names"),
            "source": source.get(place.accession or ""),
            "locator": _place_locator(place, files),
            "url": None,
            "page": site.links.places[place.id],
        }


def _place_locator(place: Place, files: dict[str, str]) -> Row | None:
    """Where its row stands; None for a place that a sheet declares, or that is not published."""
    if place.accession not in files:
        return None
    return {"file": files[place.accession], "row": place.row, "original": place.original}


def finding_rows(site: Site) -> Iterator[Row]:
    """Every finding, numbered in the order in which they were made."""
    source = {one.id: one.accession.source for one in site.edition.accessions}
    for count, finding in enumerate(site.edition.findings, start=1):
        where = finding.where
        yield {
            "id": f"finding-{count}",
            "code": finding.code,
            "severity": str(finding.severity),
            "text": finding.text,
            "column": where.column if where else None,
            "cell": where.cell if where else None,
            "source": source.get(finding.accession or ""),
            "locator": {
                "file": finding.file,
                "sheet": where.sheet if where else None,
                "row": where.row if where else None,
                "line": where.line if where else None,
                "original": finding.original,
            },
            "url": None,
            "page": row_page(site, finding) or "findings.html",
        }


EXPORTS = (
    Export(
        name="claims",
        columns=(
            "id", "kind", "statement", *SPEAKER, "hedge", "when", *PLACES,
            "amount", "figure", "measure", "population", "as_of",
            "event", "demand", "answers", "answer", "repeats", "targets", "topic", "language",
            *ORIGIN,
        ),
        rows=claim_rows,
    ),
    Export(
        name="events",
        columns=(
            "id", "name", "claims", "reports", "confirmed", "differ_in", "kinds",
            "when", *PLACES, "voices", "has_source", *ORIGIN,
        ),
        rows=event_rows,
        lists=("locator",),
    ),
    Export(
        name="figures",
        columns=POINT_COLUMNS,
        rows=figure_rows,
        flat_rows=point_rows,
        only_in_json=ONLY_IN_JSON,
    ),
    Export(
        name="demands",
        columns=(
            "id", "demand", "name", "group", "statement", *SPEAKER, "when", *PLACES,
            "addressed_to", "outcomes", "answered_by", *ORIGIN,
        ),
        rows=occasion_rows,
    ),
    Export(
        name="framings",
        columns=("id", "framing", "term", "blamed", "statement", *SPEAKER, "changes", *ORIGIN),
        rows=framing_rows,
    ),
    Export(
        name="outages",
        columns=(
            "id", "statement", *SPEAKER, "network", "state", "method", "rule", "level", *PLACES,
            "start",
            "start_precision", "end", "end_precision", "events_within", "said_within", *ORIGIN,
        ),
        rows=outage_rows,
    ),
    Export(
        name="places",
        columns=(
            "id", "name", "kind", "name_kk", "name_ru", "variants", "former", "parent", "country",
            "lat", "lon", "reach_m", "code", "coordinate_evidence", "name_evidence", *ORIGIN,
        ),
        rows=place_rows,
    ),
    Export(name="persons", columns=PERSON_COLUMNS, rows=person_rows),
    Export(name="statuses", columns=STATUS_COLUMNS, rows=status_rows),
    Export(name="lists", columns=LIST_COLUMNS, rows=list_rows),
    Export(name="counts", columns=COUNT_COLUMNS, rows=count_rows),
    Export(
        name="findings",
        columns=("id", "code", "severity", "text", "column", "cell", *ORIGIN),
        rows=finding_rows,
    ),
)  # fmt: skip
