"""Persons and Lists: counts, overlaps and numbers, and nothing by which anybody can be told."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import date
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from qantar.dossier.overlap_chart import MOST_LISTS, MOST_ROWS, overlap_chart
from qantar.dossier.pages.persons import PERSONS_A_PART, write_persons
from qantar.dossier.people import Overlap, ShownEdition, ShownList, ShownPeople
from qantar.dossier.site import Site
from qantar.model.decision import Verdict
from qantar.record.persons import PeopleCount, read_linkage
from qantar.workbench.decide import decide
from qantar.workbench.stores import forget_record, record_of
from tests.published import NOW, build_case, files_in, publish_case
from tests.workbench.conftest import rebuild
from tests.workbench.test_case_persons import PEOPLE, table

from .crawler import crawl, read_page
from .editions import Desk, page
from .test_people_withheld import found

SHEET = """
[case]
zone = "Asia/Almaty"
[sources.bureau]
name = "A bureau"
kind = "official"
[sources.clinic]
name = "A clinic"
kind = "ngo"
"""
LIST = """
[[accession]]
path = "{path}"
source = "{source}"
consent = "{consent}"
holds = "persons"
list = "{name}"
edition = "{edition}"
columns = {{ name = "Name", birth_date = "Born" }}
"""
CHANGED = [("Aidar Balapanow", PEOPLE[0][1]), *PEOPLE[2:12]]


def listed(path: str, source: str, name: str, edition: str, consent: str = "public") -> str:
    return LIST.format(path=path, source=source, name=name, edition=edition, consent=consent)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two editions of one public list, another public list, and one that is not public."""
    made = tmp_path_factory.mktemp("people")
    (made / "late.csv").write_text(table(CHANGED), encoding="utf-8")
    (made / "early.csv").write_text(table(PEOPLE[:10]), encoding="utf-8")
    (made / "clinic.csv").write_text(table(PEOPLE[8:15]), encoding="utf-8")
    (made / "closed.csv").write_text(table(PEOPLE[14:20]), encoding="utf-8")
    sheet = (
        SHEET
        + listed("late.csv", "bureau", "court", "2022-03")
        + listed("early.csv", "bureau", "court", "2022-02")
        + listed("clinic.csv", "clinic", "clinic", "2022-02")
        + listed("closed.csv", "clinic", "closed", "2022-02", consent="restricted")
    )
    (made / "sheet.toml").write_text(sheet, encoding="utf-8")
    case, _ = build_case(made / "case", made / "sheet.toml")
    publish_case(case, made / "out")
    return made


@pytest.fixture(scope="module")
def files(folder: Path) -> dict[str, bytes]:
    return files_in(folder / "out")


def plain(html: bytes) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html.decode()).split())


def test_only_public_lists_count(files: dict[str, bytes]) -> None:
    said = plain(files["persons.html"])
    assert "The published lists name 15 different persons." in said
    assert "closed" not in said
    assert len(json.loads(files["data/persons.json"])) == 15


def test_nobody_is_told_by_more_than_a_number(files: dict[str, bytes]) -> None:
    words = {part for name, born in PEOPLE for part in (*name.split(), born)}
    assert found(files, sorted(words)) == []


def test_the_numbers_say_nothing_and_are_in_no_order_of_rows(
    files: dict[str, bytes], folder: Path
) -> None:
    rows = json.loads(files["data/persons.json"])
    given = [row["id"] for row in rows]
    assert given == sorted(given)
    assert all(re.fullmatch(r"\d{5}-\d{5}", one) for one in given)
    assert len(set(given)) == 15
    on = [row["lists"] for row in rows]
    assert sorted(map(tuple, on)) != [tuple(one) for one in on]
    flat = csv.DictReader(io.StringIO(files["data/persons.csv"].decode("utf-8-sig")))
    assert [(row["id"], row["lists"]) for row in flat] == [
        (row["id"], "; ".join(row["lists"])) for row in rows
    ]
    page = plain(files["persons.html"])
    assert all(one in page for one in given)


def test_the_overlaps_add_up(files: dict[str, bytes]) -> None:
    rows = json.loads(files["data/persons.json"])
    on = {
        key: sum(tuple(row["lists"]) == key for row in rows)
        for key in (("list-1",), ("list-2",), ("list-1", "list-2"))
    }
    assert on == {("list-1",): 8, ("list-2",): 3, ("list-1", "list-2"): 4}
    said = plain(files["persons.html"])
    assert re.search(r"court, clinic 2 4 ", said)
    assert re.search(r"one list 11 2 lists 4 ", said)


def test_editions_stand_in_order_with_what_changed(files: dict[str, bytes]) -> None:
    rows = {row["id"]: row for row in json.loads(files["data/lists.json"])}
    early, late = rows["list-1"], rows["list-1-2"]
    assert (early["edition"], early["rows"], early["added"]) == ("2022-02", 10, None)
    assert (late["edition"], late["rows"]) == ("2022-03", 11)
    assert (late["added"], late["changed"], late["removed"]) == (2, 1, 1)
    said = plain(files["lists.html"])
    assert "A bureau" in said
    assert "2022-03 late.csv not recorded 11 2 1 1" in said


def test_the_pages_lead_nowhere_that_is_not_there(folder: Path) -> None:
    assert {"persons.html", "lists.html"} <= crawl(folder / "out").pages.keys()
    for name in ("persons.html", "lists.html"):
        assert read_page(folder / "out" / name).faults == []


def test_a_dossier_as_of_a_day_has_no_persons(folder: Path, tmp_path: Path) -> None:
    """Nobody knows when somebody was put on a list."""
    case, _ = build_case(tmp_path / "case", folder / "sheet.toml")
    publish_case(case, tmp_path / "out", as_of=date(2030, 1, 1))
    files = files_in(tmp_path / "out")
    assert "persons.html" not in files
    assert "lists.html" not in files
    assert json.loads(files["data/persons.json"]) == json.loads(files["data/lists.json"]) == []


def test_who_is_who_is_read_from_the_record_or_worked_out_with_the_same_result(
    folder: Path, tmp_path: Path
) -> None:
    """One list of the case is not public, so that case links anew; here all are."""
    sheet = (folder / "sheet.toml").read_text(encoding="utf-8").replace("restricted", "public")
    for name in ("late.csv", "early.csv", "clinic.csv", "closed.csv"):
        (tmp_path / name).write_bytes((folder / name).read_bytes())
    (tmp_path / "sheet.toml").write_text(sheet, encoding="utf-8")
    case, _ = build_case(tmp_path / "case", tmp_path / "sheet.toml")
    publish_case(case, tmp_path / "one")
    forget_record(case)
    publish_case(case, tmp_path / "two")
    one, two = (files_in(tmp_path / name) for name in ("one", "two"))
    assert one.keys() == two.keys()
    assert [path for path in one if one[path] != two[path]] == []
    before = {row["id"]: row["lists"] for row in json.loads(one["data/persons.json"])}
    rebuild(case)
    decide(case, verdict=Verdict.SAME, targets=("a3/1", "a4/6"), reason="invented", now=NOW)
    publish_case(case, tmp_path / "three")
    rows = json.loads(files_in(tmp_path / "three")["data/persons.json"])
    after = {row["id"]: row["lists"] for row in rows}
    assert len(after) == len(before) - 1
    assert set(after) < set(before)
    assert read_linkage(*record_of(case)) is not None


def people(width: int, overlaps: list[Overlap]) -> ShownPeople:
    lists = tuple(
        ShownList(
            name=f"list {n}",
            source="s",
            editions=(ShownEdition(name=None, accessions=("a1",), rows=9),),
            persons=100 - n,
        )
        for n in range(width)
    )
    count = PeopleCount(point=9, low=8, high=12, level=0.95)
    return ShownPeople(lists=lists, count=count, overlaps=tuple(overlaps))


def overlap(width: int, *on: int, persons: int = 5) -> Overlap:
    return Overlap(on=tuple(n in on for n in range(width)), persons=persons, low=3, high=8)


def test_the_chart_has_a_row_for_each_set_and_is_narrow(tmp_path: Path) -> None:
    drawn = overlap_chart(people(4, [overlap(4, 0), overlap(4, 1, 3), overlap(4, 2)]), "Persons")
    assert drawn is not None
    assert drawn.left_out == 0
    picture = ET.fromstring(drawn.picture)  # noqa: S314  # drawn above
    assert float(picture.attrib["width"]) <= 390
    words = [one.text for one in picture.iter("{http://www.w3.org/2000/svg}text")]
    assert {"list 0", "list 1", "list 2", "list 3", "Persons"} <= set(words)
    assert words.count("5") >= 3


def test_a_chart_has_only_so_much_room() -> None:
    wide = MOST_LISTS + 2
    many = [overlap(wide, n, n + 1) for n in range(MOST_LISTS - 1)] * 4
    drawn = overlap_chart(people(wide, [*many, overlap(wide, wide - 1)]), "Persons")
    assert drawn is not None
    assert drawn.left_out == len(many) - MOST_ROWS + 1


def test_nothing_is_drawn_of_one_list_or_of_no_overlap() -> None:
    assert overlap_chart(people(1, [overlap(1, 0)]), "Persons") is None
    assert overlap_chart(people(3, []), "Persons") is None
    assert overlap_chart(people(3, [overlap(3, 0, persons=0)]), "Persons") is None


def test_many_persons_go_on_in_parts(tmp_path: Path) -> None:
    shown = people(2, [overlap(2, 0)])
    persons = {f"{n:05}-00000": (True, False) for n in range(PERSONS_A_PART + 1)}
    shown = ShownPeople(
        lists=shown.lists, count=shown.count, overlaps=shown.overlaps, persons=persons
    )
    site = Site(Desk().edition(people=shown), tmp_path)
    write_persons(site)
    assert "01000-00000" in page(site, "persons--2.html").text
    assert "01000-00000" not in page(site, "persons.html").text


def test_lists_that_nothing_could_link_are_shown_without_persons(tmp_path: Path) -> None:
    shown = ShownPeople(lists=people(2, []).lists)
    site = Site(Desk().edition(people=shown), tmp_path)
    write_persons(site)
    text = page(site, "persons.html").text
    assert "it was not worked out which rows are one person" in text
    assert "Every person" not in text
