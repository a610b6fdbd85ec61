"""The shipped example through sheet, table reader and reading: every row, and its README's counts."""

from __future__ import annotations

import hashlib
import io
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from qantar.model.accession import Accession, Holds
from qantar.model.claim import Claim, EventDetail, FramingDetail, OutageDetail, ResponseDetail
from qantar.model.finding import Finding
from qantar.model.place import Gazetteer, Place
from qantar.model.speaker import Speaker, Speakers
from qantar.model.table_settings import TableSettings
from qantar.readers.sheet import read_sheet
from qantar.readers.table import read_table
from qantar.reading.context import Context, RowsRead
from qantar.reading.identifiers import Identifiers
from qantar.reading.places import declared_entry, with_parents
from qantar.reading.table import read_rows

FOLDER = Path(__file__).parents[2] / "examples" / "january-2022"


@dataclass
class January:
    """What the tables gave, by what they hold."""

    rows: dict[Holds, RowsRead] = field(default_factory=dict)
    places: list[Place] = field(default_factory=list)
    speakers: list[Speaker] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def claims(self, holds: Holds) -> tuple[Claim, ...]:
        return self.rows[holds].claims


@pytest.fixture(scope="module")
def january() -> January:
    sheet = read_sheet((FOLDER / "sheet.toml").read_text(encoding="utf-8"), name="sheet.toml")
    tables = [accession for accession in sheet.accessions if accession.holds]
    tables.sort(key=lambda one: (Holds.PLACES, Holds.SPEAKERS, one.holds).index(one.holds))
    made = January(places=[declared_entry(place) for place in sheet.places])
    identifiers = Identifiers(places=[place.id for place in made.places])
    for accession in tables:
        if accession.holds is Holds.SPEAKERS:
            made.places[:], told = with_parents(made.places)
            made.findings += told
        _take(made, accession, identifiers, zone=sheet.case.zone or "UTC")
    return made


def _take(made: January, accession: Accession, identifiers: Identifiers, *, zone: str) -> None:
    untrusted = (FOLDER / accession.path).read_bytes()
    document = read_table(
        io.BytesIO(untrusted),
        name=accession.path,
        sha256=hashlib.sha256(untrusted).hexdigest(),
        settings=TableSettings(),
    )
    context = Context(
        accession=accession,
        accession_id=accession.path,
        original=document.sha256,
        zone=zone,
        gazetteer=Gazetteer.of(made.places),
        speakers=Speakers.of(made.speakers),
    )
    rows = read_rows(document, context, identifiers)
    assert accession.holds is not None
    made.rows[accession.holds] = rows
    made.places += rows.places
    made.speakers += rows.speakers
    made.findings += [*document.findings, *rows.findings]


def test_every_row_is_read(january: January) -> None:
    rows = {holds: (n.rows_in, n.rows_read, n.rows_unreadable) for holds, n in january.rows.items()}
    assert rows == {
        Holds.STATEMENTS: (336, 336, 0),
        Holds.EVENTS: (214, 214, 0),
        Holds.OUTAGES: (45, 45, 0),
        Holds.DEMANDS: (50, 50, 0),
        Holds.FRAMINGS: (98, 98, 0),
        Holds.PLACES: (159, 159, 0),
        Holds.SPEAKERS: (85, 85, 0),
    }


def test_one_thing_is_noticed_and_it_is_a_place_that_is_none(january: January) -> None:
    (told,) = january.findings
    assert told.code == "unresolved-place"
    assert told.text.startswith('"outside Kazakhstan"')
    assert (told.file, told.where and told.where.cell) == ("claims.csv", "S258")


def test_stances_and_bases_are_those_of_the_readme(january: January) -> None:
    said = january.claims(Holds.STATEMENTS)
    assert Counter(claim.stance for claim in said) == {
        "asserts": 310,
        "revises": 10,
        "denies": 8,
        "doubts": 5,
        "withdraws": 3,
    }
    assert Counter(claim.basis for claim in said) == {
        "official": 224,
        "not-stated": 81,
        "reported": 17,
        "inferred": 6,
        "witnessed": 4,
        "told": 3,
        "believed": 1,
    }
    assert Counter(claim.basis for claim in january.claims(Holds.EVENTS)) == {
        "not-stated": 144,
        "official": 45,
        "reported": 13,
        "inferred": 7,
        "told": 3,
        "witnessed": 2,
    }


def test_every_reference_leads_to_a_row(january: January) -> None:
    said = january.claims(Holds.STATEMENTS)
    assert sum(claim.repeats is not None for claim in said) == 24
    assert sum(bool(claim.targets) for claim in said) == 21
    assert {claim.id: claim.targets for claim in said if claim.id in {"C029", "C031"}} == {
        "C029": ("C022",),
        "C031": ("C022",),
    }


def test_the_questions_are_those_of_the_readme(january: January) -> None:
    keys = Counter(claim.figure_key for claim in january.claims(Holds.STATEMENTS))
    del keys[None]
    assert len(keys) == 160
    assert sum(rows > 1 for rows in keys.values()) == 40
    assert keys["killed-all-kazakhstan-january-2022"] == 22
    assert keys["detained-all-kazakhstan-january-2022"] == 16


def test_amounts_are_as_stated(january: January) -> None:
    said = {claim.id: claim for claim in january.claims(Holds.STATEMENTS)}
    words = {name: q.words() for name in said if (q := said[name].quantity)}
    assert words["C022"] == "164"
    assert words["C033"] == "thousands (at least 1,000)"
    assert words["C330"] == "at least 200"
    assert words["C154"] == "at most 2,300"
    assert words["C125"] == "250 - 300"
    assert words["C217"] == "at least 95,000,000,000"
    for name in ("C029", "C030", "C031"):
        quantity = said[name].quantity
        assert quantity is None or not quantity.is_stated


def test_who_spoke_for_whom(january: January) -> None:
    said = {claim.id: claim for claim in january.claims(Holds.STATEMENTS)}
    assert said["C048"].voice == said["C034"].voice == "Prosecutor General's Office"
    assert (said["C101"].said_by, said["C101"].voice) == (
        "Officials (body not stated in headline)",
        None,
    )


def test_events_are_as_sharp_as_the_readme_says(january: January) -> None:
    events = january.claims(Holds.EVENTS)
    assert all(isinstance(claim.detail, EventDetail) for claim in events)
    assert all(claim.when and claim.where and claim.where[0].place for claim in events)
    whens = [claim.when for claim in events if claim.when]
    assert Counter(when.zone for when in whens).most_common(3) == [
        ("Asia/Almaty", 148),
        ("Asia/Aqtau", 30),
        ("Asia/Aqtobe", 9),
    ]
    sharp = Counter(when.precision.value for when in whens)
    assert (sharp["part-of-day"], sharp["minute"], sharp["hour"]) == (25, 23, 19)


def test_outages_are_those_of_the_readme(january: January) -> None:
    outages = [(c.detail, c) for c in january.claims(Holds.OUTAGES)]
    details = [detail for detail, _ in outages if isinstance(detail, OutageDetail)]
    assert Counter(detail.state for detail in details) == {
        "down": 22,
        "restored": 11,
        "degraded": 8,
        "announcement": 2,
        "cost-estimate": 2,
    }
    assert Counter(detail.method for detail in details) == {
        "user-report": 23,
        "probe": 12,
        "traffic": 5,
        None: 4,
        "bgp": 1,
    }


def test_each_demand_has_its_answer_but_two_that_none_was_found_for(january: January) -> None:
    kinds = Counter(claim.kind for claim in january.claims(Holds.DEMANDS))
    answers = [c.detail for c in january.claims(Holds.DEMANDS) if c.kind == "response"]
    assert kinds["demand"] == 50
    assert all(isinstance(answer, ResponseDetail) for answer in answers)
    assert kinds["response"] == 47


def test_framings_share_the_keys_of_the_readme(january: January) -> None:
    keys = Counter(
        claim.detail.framing_key
        for claim in january.claims(Holds.FRAMINGS)
        if isinstance(claim.detail, FramingDetail)
    )
    assert keys["terrorists-terrorist-attack"] == 7
    assert sum(rows > 1 for rows in keys.values()) == 17


@pytest.mark.parametrize("name", ["Жаңаөзен", "Жанаозен", "Zhanaozen", "Janaozen", "Новый Узень"])
def test_the_oil_town_is_found_under_all_its_names(january: January, name: str) -> None:
    places = Gazetteer.of(january.places)
    (found,) = places.candidates(name)
    assert places.places[found].name == "Zhanaozen"
    assert "KZ" in places.ancestors(found)


def test_every_place_lies_in_the_country_but_those_abroad(january: January) -> None:
    places = Gazetteer.of(january.places)
    outside = {place.name for place in january.places if not places.within(place.id, "KZ")}
    assert outside == {
        *("Moscow", "Minsk", "Geneva", "Paris", "Brussels", "Beijing", "Bishkek", "Kyiv"),
        "Afghanistan",
    }
