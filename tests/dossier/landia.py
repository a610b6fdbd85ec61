"""Invented editions for the tests of timeline, map and outages: short to write, complete to publish."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from qantar.dossier.edition import Edition
from qantar.dossier.site import Site
from qantar.model.accession import Accession, CaseSettings
from qantar.model.claim import Claim, OutageDetail
from qantar.model.dates import window
from qantar.model.document import Row
from qantar.model.place import Gazetteer, Place, Where
from qantar.model.when import When
from qantar.record.contents import AccessionRecord, DocumentRecord
from qantar.weighing.events import happenings
from tests.weighing.claims import PASSAGE, ZONE, day

COUNTRY = Place(id="land", name="Landia", kind="country", lat=Decimal(48), lon=Decimal(67))
OBLAST = Place(
    id="obl", name="Sayaq oblast", kind="oblast", parent="land", lat=Decimal(44), lon=Decimal(76)
)
TOWN = Place(
    id="sayaqkent",
    name="Sayaqkent",
    kind="town",
    parent="obl",
    lat=Decimal("43.25"),
    lon=Decimal("76.9"),
    evidence=(("coordinates", "GeoNames (CC BY 4.0)"),),
)
SQUARE = Place(
    id="square",
    name="Bread Square",
    kind="square",
    parent="sayaqkent",
    lat=Decimal("43.26"),
    lon=Decimal("76.95"),
)
NOWHERE = Place(id="nowhere", name="Lost Mill", kind="building", parent="sayaqkent")
PLACES = (COUNTRY, OBLAST, TOWN, SQUARE, NOWHERE)


def edition(*claims: Claim, span: str | None = "2022-01-01/2022-01-31", **more: Any) -> Edition:
    """An edition of these claims, each on a row of its own in one published table."""
    listed = tuple(
        replace(claim, passage=replace(PASSAGE, row=at, at_row=at + 1))
        for at, claim in enumerate(claims, 1)
    )
    rows = tuple(Row(at, at + 1, at + 1, (claim.id,)) for at, claim in enumerate(listed, 1))
    return Edition(
        title="Winter in Sayaqkent",
        settings=CaseSettings(zone=ZONE, span=span),
        zone=ZONE,
        language="en",
        made_on=date(2030, 2, 1),
        software="Qantar test",
        accessions=(
            AccessionRecord(
                id="a1",
                entry="e1" * 32,
                original="0" * 64,
                size=1,
                accession=Accession(path="claims.csv"),
                consent="public",
            ),
        ),
        documents=(
            DocumentRecord(
                accession="a1",
                original="0" * 64,
                reader="table/1",
                media_type="text/csv",
                encoding="utf-8",
                header=("id",),
                rows=rows,
            ),
        ),
        claims=listed,
        places=PLACES,
        events=happenings(listed, Gazetteer.of(PLACES)),
        **more,
    )


def site(folder: Path, *claims: Claim, **more: Any) -> Site:
    """A dossier in the making, in `folder`."""
    return Site(edition(*claims, **more), folder)


def page(made: Site, name: str) -> str:
    """A page as written."""
    return (made.out / name).read_text(encoding="utf-8")


def at(place: str) -> Where:
    """A place of the invented gazetteer, as a claim names it."""
    found = {p.id: p for p in PLACES}.get(place)
    if found is None:
        return Where(text=place)
    return Where(text=found.name, place=found.id, lat=found.lat, lon=found.lon)


def moved(claim: Claim, *places: str) -> Claim:
    """The same claim about other places."""
    return replace(claim, where=tuple(at(place) for place in places))


def outage(
    name: str,
    measurer: str | None,
    start: str,
    end: str = "",
    *,
    state: str = "down",
    network: str = "all",
    precision: str = "minute",
    places: tuple[str, ...] = ("sayaqkent",),
    evidence: str = "found_page",
) -> Claim:
    """One window of one measurer; local clock times."""
    read = window(start, end, precision=precision, zone=ZONE)
    assert isinstance(read, When)
    return Claim(
        id=name,
        kind="outage",
        statement=f"{name}: network {state}",
        passage=PASSAGE,
        source="s",
        said_by=measurer,
        voice=measurer,
        published=day("2022-01-20"),
        when=read,
        where=tuple(at(place) for place in places),
        evidence=evidence,
        detail=OutageDetail(
            network=network,
            state=state,
            method="probe",
            start_precision=precision,
            end_precision=precision if end else None,
        ),
    )
