from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path
from typing import Any

import pytest

from qantar.dossier.exports import EXPORTS
from qantar.dossier.pages.data import csv_lines, inert, write_data
from qantar.dossier.people import Overlap, ShownEdition, ShownList, ShownPeople
from qantar.dossier.site import Site
from qantar.dossier.tables import OBJECTS
from qantar.model.finding import Finding, Locator, Severity
from qantar.record.persons import PeopleCount
from qantar.weighing.editions import Changes
from qantar.weighing.status_counts import StatusCounts
from tests.published import Published

from .counted import COUNTS
from .editions import Desk, at, clock, day, page, written

TEMPLATES = Path(__file__).parents[2] / "src/qantar/dossier/templates"


PEOPLE = ShownPeople(
    lists=(
        ShownList(
            name="court",
            source="collectors",
            persons=1,
            editions=(
                ShownEdition(name="2030-01", accessions=("a1",), rows=1),
                ShownEdition(
                    name="2030-02",
                    accessions=("a1",),
                    rows=2,
                    changes=Changes(added=1, changed=0, removed=0, kept=1, by_id=True),
                ),
            ),
        ),
        ShownList(
            name="morgue",
            source="collectors",
            persons=1,
            editions=(ShownEdition(name=None, accessions=("a1",), rows=1),),
        ),
    ),
    count=PeopleCount(point=1, low=1, high=2, level=0.95),
    overlaps=(Overlap(on=(True, True), persons=1, low=0, high=1),),
    persons={"12345-67890": (True, True)},
    statuses=(
        StatusCounts(source="collectors", of_status={"detained": 5, "killed": None}, unsaid=None),
    ),
)


def everything() -> Desk:
    desk = Desk()
    address = "https://example.org/1"
    desk.figure("C1", 5, "killed", said_by="The akim", url=address, where=at("Tuzkol"))
    desk.figure("C2", 5, "killed", said_by="A paper", repeats="C1")
    desk.figure("C3", None, "killed", said_by="A baker", stance="doubts", targets=("C1",))
    desk.event("E1", "Bread thrown", when=clock("2030-01-05T16:00"), where=at("Sayaqkent"))
    desk.event("E2", "Bread thrown", when=clock("2030-01-05T16:20"), where=at("Sayaqkent"))
    desk.outage("N1", clock("2030-01-05T12:00", "2030-01-05T20:00"), "Sayaqkent")
    desk.demand("D1", "Cheaper bread", "cheaper-bread", when=day("2030-01-05"))
    desk.answer("D1/a", "D1", "met")
    desk.framing("R1", "bandits", "strangers", "The akim")
    return desk


@pytest.fixture
def site(tmp_path: Path) -> Site:
    found = (
        Finding(
            code="empty",
            text="nothing",
            severity=Severity.NOTE,
            file="table.csv",
            accession="a1",
            where=Locator(row=1),
        ),
    )
    return written(
        everything().edition(findings=found, people=PEOPLE, counts=COUNTS), tmp_path, write_data
    )


def json_of(site: Site, name: str) -> list[dict[str, Any]]:
    found = json.loads((site.out / f"data/{name}.json").read_text(encoding="utf-8"))
    assert isinstance(found, list)
    return found


def csv_of(site: Site, name: str) -> list[dict[str, str]]:
    raw = (site.out / f"data/{name}.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize("export", EXPORTS, ids=lambda export: export.name)
def test_every_row_has_what_leads_to_its_source(site: Site, export: Any) -> None:
    rows = json_of(site, export.name)
    assert rows
    for row in rows:
        assert {"id", "source", "locator", "url", "page"} <= set(row)
    assert len({row["id"] for row in rows}) == len(rows)
    held = set(rows[0]).union(*rows[0].get("points", ()))
    assert held == {*export.columns, *export.only_in_json}


@pytest.mark.parametrize("export", EXPORTS, ids=lambda export: export.name)
def test_csv_says_the_same_as_json(site: Site, export: Any) -> None:
    flat, full = csv_of(site, export.name), json_of(site, export.name)
    if export.name == "figures":
        full = [{**figure, **point} for figure in full for point in figure["points"]]
    assert [row["id"] for row in flat] == [row["id"] for row in full]
    for cells, row in zip(flat, full, strict=True):
        for column in export.columns:
            value = row[column]
            if column in OBJECTS and column not in export.lists:
                for part in OBJECTS[column]:
                    expected = value.get(part) if value else None
                    assert cells[f"{column}_{part}"] == ("" if expected is None else str(expected))
            elif isinstance(value, str):
                assert cells[column] == value
            elif isinstance(value, list) and all(isinstance(one, str) for one in value):
                assert cells[column] == "; ".join(value)


def test_a_claim_leads_to_its_row_and_its_page(site: Site) -> None:
    first = json_of(site, "claims")[0]
    assert first["locator"] == {
        "file": "table.csv", "sheet": None, "row": 1, "line": None, "original": "ab" * 32,
    }  # fmt: skip
    assert first["url"] == "https://example.org/1"
    assert first["page"] == "passages/table-csv-a1-1.html#C1"
    assert first["source"] == "collectors"
    assert first["amount"] == {"text": "5", "lower": 5, "upper": 5, "unit": "people"}
    assert first["published"]["earliest"] == "2030-01-04T19:00:00Z"


def test_a_figure_holds_its_points_with_repeats_and_marks(site: Site) -> None:
    (figure,) = json_of(site, "figures")
    (point,) = figure["points"]
    assert (figure["id"], figure["state"], figure["claim_count"]) == ("killed", "contested", 3)
    assert (point["claim"], point["voice"], point["fate"]) == ("C1", "The akim", "current")
    assert (point["carried_by"], point["marked_by"]) == (["C2"], ["C3 doubts"])
    assert [locator["row"] for locator in figure["locator"]] == [1, 2, 3]


def test_an_event_names_its_reports_and_what_they_differ_in(site: Site) -> None:
    (event,) = json_of(site, "events")
    assert (event["claims"], event["differ_in"]) == (["E1", "E2"], ["time"])
    claims = {row["id"]: row for row in json_of(site, "claims")}
    assert {claims[name]["event"] for name in event["claims"]} == {event["id"]}
    (flat,) = csv_of(site, "events")
    assert flat["locator"] == "table.csv, row 4; table.csv, row 5"


def test_a_demand_names_its_answers(site: Site) -> None:
    (occasion,) = json_of(site, "demands")
    assert (occasion["outcomes"], occasion["answered_by"]) == (["met"], ["D1/a"])
    claims = {row["id"]: row for row in json_of(site, "claims")}
    assert (claims["D1/a"]["answers"], claims["D1/a"]["answer"]) == ("D1", "met")


def test_the_page_says_what_every_column_holds(site: Site) -> None:
    read = page(site, "data/index.html")
    words = (TEMPLATES / "data_words.html").read_text(encoding="utf-8")
    explained = set(re.findall(r'^  "([a-z_]+)": _\(', words, re.MULTILINE))
    used = {name for export in EXPORTS for name in (*export.columns, *export.only_in_json)}
    assert used - explained == set()
    assert explained - used == {export.name for export in EXPORTS} - used
    for export in EXPORTS:
        assert {f"{export.name}.json", f"{export.name}.csv"} <= set(read.links)
        assert f"t-{export.name}" in read.anchors


@pytest.mark.parametrize(
    ("text", "written_as"),
    [
        ("=1+1", "'=1+1"),
        ("+7 701", "'+7 701"),
        ("-cmd", "'-cmd"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("-5", "-5"),
        ("+5.25", "+5.25"),
        ("- 5", "'- 5"),
        ("5-1", "5-1"),
        ("", ""),
    ],
)
def test_no_text_is_a_formula(text: str, written_as: str) -> None:
    assert inert(text) == written_as


def test_what_is_no_text_stays_as_it_is() -> None:
    assert [inert(value) for value in (-5, 0.25, None)] == [-5, 0.25, None]


def test_formulas_in_evidence_are_inert_in_csv_and_as_found_in_json(tmp_path: Path) -> None:
    desk = Desk()
    desk.claim("C1", "assertion", '=HYPERLINK("https://example.org")', said_by="@akim")
    site = written(desk.edition(), tmp_path, write_data)
    (cells,) = csv_of(site, "claims")
    assert (cells["statement"][:2], cells["said_by"]) == ("'=", "'@akim")
    assert json_of(site, "claims")[0]["statement"].startswith("=HYPERLINK")


def test_a_table_without_rows_has_its_header(tmp_path: Path) -> None:
    site = written(Desk().edition(places=()), tmp_path, write_data)
    for export in EXPORTS:
        assert json_of(site, export.name) == []
        raw = (site.out / f"data/{export.name}.csv").read_text(encoding="utf-8-sig")
        assert raw.splitlines() == [",".join(export.headers)]


def test_a_column_that_nobody_announced_is_refused() -> None:
    with pytest.raises(ValueError, match="surprise"):
        list(csv_lines(("id",), [{"id": "C1", "surprise": "x"}]))


def test_the_example_has_as_many_rows_as_the_pages_show(january: Published) -> None:
    def rows(name: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = json.loads((january.out / f"data/{name}.json").read_bytes())
        return found

    assert len(rows("claims")) == sum(january.built.claims.values())
    assert len(rows("events")) == january.built.events
    assert len(rows("demands")) == 50
    assert len(rows("framings")) == 98
    assert len(rows("outages")) == 45
    pages = {path.relative_to(january.out).as_posix() for path in january.out.rglob("*.html")}
    for export in EXPORTS:
        for row in rows(export.name):
            assert row["page"].split("#")[0] in pages, row["page"]
    killed = next(r for r in rows("figures") if r["id"] == "killed-all-kazakhstan-january-2022")
    assert {point["amount"]["text"] for point in killed["points"]} >= {"164", "225", "238"}
