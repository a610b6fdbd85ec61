"""Editions made by hand: an invented town, with claims that say exactly what a test needs."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from html import unescape
from pathlib import Path
from typing import Any

from qantar.dossier.edition import Edition
from qantar.dossier.site import Site
from qantar.model.accession import Accession, Acquired, CaseSettings
from qantar.model.claim import (
    Claim,
    DemandDetail,
    EventDetail,
    FigureDetail,
    FramingDetail,
    OutageDetail,
    Passage,
    ResponseDetail,
)
from qantar.model.dates import read_when, window
from qantar.model.declared import DeclaredSource, SourceKind
from qantar.model.document import Row
from qantar.model.place import Gazetteer, Place, Where
from qantar.model.quantity import Quantity
from qantar.model.when import When
from qantar.record.contents import AccessionRecord, DocumentRecord
from qantar.weighing.events import Bonds, happenings
from qantar.weighing.figures import figures

from .crawler import Page, read_page

ZONE = "Asia/Almaty"
HASH = "ab" * 32
ACCESSION = "a1"

PLACES = (
    Place(id="SQ", name="Sayaq country", kind="country", lat=Decimal("48"), lon=Decimal("68")),
    Place(
        id="L1",
        name="Sayaqkent",
        kind="town",
        parent="SQ",
        names=(("kk", "Саяққент"), ("ru", "Саяккент")),
        variants=("Sajakkent",),
        former=("Novy Sayak",),
        lat=Decimal("43.25"),
        lon=Decimal("76.5"),
    ),
    Place(id="L2", name="Bread Square", kind="square", parent="L1"),
    Place(id="L3", name="Tuzkol", kind="village", parent="SQ"),
)


def day(text: str) -> When:
    """A day, month or year of the invented town."""
    when = read_when(text, zone=ZONE)
    assert isinstance(when, When), when
    return when


def clock(start: str, end: str = "", precision: str = "minute") -> When:
    """A window of clock times."""
    when = window(start, end, precision=precision, zone=ZONE)
    assert isinstance(when, When), when
    return when


def at(*places: str) -> tuple[Where, ...]:
    """Places by name, resolved where one entry has it."""
    gazetteer = Gazetteer.of(PLACES)
    found = []
    for name in places:
        ids = gazetteer.candidates(name)
        entry = gazetteer.places[ids[0]] if len(ids) == 1 else None
        found.append(
            Where(
                text=name,
                place=entry.id if entry else None,
                lat=entry.lat if entry else None,
                lon=entry.lon if entry else None,
                reach_m=entry.reach_m if entry else None,
            )
        )
    return tuple(found)


@dataclass
class Desk:
    """Numbers the claims of one edition: each stands on a row of its own."""

    claims: list[Claim] = field(default_factory=list)

    def claim(self, id_: str, kind: str, statement: str, **more: Any) -> Claim:
        """Add a claim with a source, said on 5 January 2030 unless told otherwise."""
        row = len(self.claims) + 1
        more.setdefault("voice", more.get("said_by"))
        more.setdefault("published", day("2030-01-05"))
        more.setdefault("evidence", "found_page")
        made = Claim(
            id=id_,
            kind=kind,
            statement=statement,
            passage=Passage(
                original=HASH, accession=ACCESSION, file="table.csv", row=row, at_row=row + 1
            ),
            source="collectors",
            **more,
        )
        self.claims.append(made)
        return made

    def event(self, id_: str, statement: str, kind: str = "clash", **more: Any) -> Claim:
        """Add a report of an event."""
        family = "violence" if kind in {"clash", "shooting"} else kind
        actors = more.pop("actors", "")
        detail = EventDetail(event_kind=kind, family=family, actors=actors)
        return self.claim(id_, "event", statement, detail=detail, **more)

    def figure(self, id_: str, value: int | str | None, key: str, **more: Any) -> Claim:
        """Add an answer to a question about people killed."""
        number = Decimal(value) if isinstance(value, int) else None
        text = "" if value is None else str(value)
        quantity = Quantity(text=text, unit="people", lower=number, upper=number) if text else None
        detail = FigureDetail(measure="killed", population="all", figure_key=key)
        said = more.pop("statement", f"{value} killed")
        return self.claim(id_, "figure", said, quantity=quantity, detail=detail, **more)

    def demand(self, id_: str, statement: str, key: str, **more: Any) -> Claim:
        """Add an occasion on which something was demanded."""
        detail = DemandDetail(demand_key=key, group="economic", addressed_to=("government",))
        return self.claim(id_, "demand", statement, detail=detail, **more)

    def answer(self, id_: str, to: str, answer: str, **more: Any) -> Claim:
        """Add what came of a demand."""
        detail = ResponseDetail(demand=to, answer=answer)
        return self.claim(id_, "response", f"answer: {answer}", detail=detail, **more)

    def framing(self, id_: str, term: str, blamed: str, said_by: str, **more: Any) -> Claim:
        """Add a use of a word for who is to blame."""
        detail = FramingDetail(framing_key=f"{blamed}-{term}", term=term, blamed=blamed)
        return self.claim(
            id_, "framing", f"calls {blamed} {term}", detail=detail, said_by=said_by, **more
        )

    def outage(self, id_: str, when: When, *places: str, **more: Any) -> Claim:
        """Add a window in which the network was down; `end=None` for one without a stated end."""
        ended = more.pop("ended", True)
        state = more.pop("state", "down")
        detail = OutageDetail(
            network="all",
            state=state,
            start_precision="minute",
            end_precision="minute" if ended else None,
        )
        return self.claim(
            id_, "outage", "network gone", detail=detail, when=when, where=at(*places), **more
        )

    def edition(self, **more: Any) -> Edition:
        """The edition of all that was added."""
        claims = tuple(self.claims)
        places = more.pop("places", PLACES)
        bonds = more.pop("bonds", Bonds())
        made = Edition(
            title="Winter in Sayaqkent",
            settings=CaseSettings(title="Winter in Sayaqkent", span="2030-01-01/2030-01-31"),
            zone=ZONE,
            language="en",
            made_on=date(2030, 2, 1),
            software="Qantar test",
            sources=(DeclaredSource(id="collectors", name="The collectors", kind=SourceKind.NGO),),
            accessions=(accession(),),
            documents=(document(claims),),
            claims=claims,
            places=places,
            events=happenings(claims, Gazetteer.of(places), bonds),
            figures=figures(claims, is_cumulative=lambda measure: measure == "killed"),
        )
        return replace(made, **more)


def accession() -> AccessionRecord:
    """The one file of these editions."""
    return AccessionRecord(
        id=ACCESSION,
        entry="e1" * 32,
        original=HASH,
        size=100,
        consent="public",
        accession=Accession(
            path="table.csv",
            source="collectors",
            title="All that was said",
            acquired=Acquired(on="2030-01-31", how="invented"),
        ),
    )


def document(claims: tuple[Claim, ...]) -> DocumentRecord:
    """Its rows: the id and the statement of each claim."""
    rows = tuple(
        Row(
            number=claim.passage.row,
            line=claim.passage.row + 1,
            at_row=claim.passage.at_row,
            values=(claim.id, claim.statement),
        )
        for claim in claims
    )
    return DocumentRecord(
        accession=ACCESSION,
        original=HASH,
        reader="table",
        media_type="text/csv",
        encoding="utf-8",
        header=("id", "statement"),
        rows=rows,
    )


def written(edition: Edition, out: Path, *writers: Callable[[Site], None]) -> Site:
    """Write some pages of an edition into a fresh folder."""
    out.mkdir(parents=True, exist_ok=True)
    site = Site(edition, out)
    for write in writers:
        write(site)
    return site


def page(site: Site, name: str) -> Page:
    """Read one page that was written."""
    return read_page(site.out / name)


def spaced(site: Site, name: str) -> str:
    """The text of one page with a space wherever a tag stands, so that cells stay apart."""
    html = (site.out / name).read_text(encoding="utf-8")
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())
