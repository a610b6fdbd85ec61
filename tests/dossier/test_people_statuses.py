"""Statuses in a dossier: counts by source, no small number, no word and no day of any list."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest

from qantar.archive.case import Case
from qantar.workbench.plan import plan
from tests.published import NOW, build_case, files_in, publish_case
from tests.workbench.test_case_persons import PEOPLE

from .test_people import SHEET, plain
from .test_people_withheld import found

LIST = """
[[accession]]
path = "{name}.csv"
source = "{source}"
consent = "{consent}"
holds = "persons"
columns = {{ name = "Name", birth_date = "Born", status = "State", event_date = "Day", said_by = "By" }}
"""
STATES = {
    "court": ["detained"] * 12 + ["released"] * 6 + ["killed"] * 2,
    "clinic": ["қаза тапқан"] * 3,
    "closed": ["deported"] * 8,
}
OF = {"court": ("bureau", "public"), "clinic": ("clinic", "public"), "closed": ("clinic", "given")}


def stated(made: Path, states_of: Mapping[str, list[str]], columns: str = "") -> Case:
    """Build a case of lists that state these statuses; `columns` in the place of the sheet's."""
    sheet = SHEET
    for name, states in states_of.items():
        source, consent = OF[name]
        said = LIST.format(name=name, source=source, consent=consent)
        sheet += said.replace('status = "State", ', columns) if columns else said
        rows = [
            f"{who},{born},{state},1999-09-0{n % 9 + 1},Zhurnalist-{n}"
            for n, ((who, born), state) in enumerate(zip(PEOPLE, states, strict=False))
        ]
        (made / f"{name}.csv").write_text("\n".join(["Name,Born,State,Day,By", *rows]), "utf-8")
    (made / "sheet.toml").write_text(sheet, encoding="utf-8")
    return build_case(made / "case", made / "sheet.toml")[0]


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    made = tmp_path_factory.mktemp("statuses")
    publish_case(stated(made, STATES), made / "out")
    return files_in(made / "out")


def test_counts_by_source_are_shown_and_small_ones_held_back(files: dict[str, bytes]) -> None:
    rows = {row["id"]: row["persons"] for row in json.loads(files["data/statuses.json"])}
    assert rows == {
        "bureau/detained": 12,
        "bureau/killed": None,
        "bureau/released": None,
        "bureau/other": 0,
        "bureau/not-stated": 0,
    }
    flat = csv.DictReader(io.StringIO(files["data/statuses.csv"].decode("utf-8-sig")))
    assert {row["id"]: row["persons"] for row in flat}["bureau/killed"] == ""


def test_the_page_says_the_same(files: dict[str, bytes]) -> None:
    said = plain(files["persons.html"])
    assert "A bureau detained 12" in said
    assert "A bureau killed not shown" in said
    assert "A bureau released not shown" in said


def test_a_source_of_whose_people_few_are_anything_is_not_in_the_table(
    files: dict[str, bytes],
) -> None:
    assert not [row for row in json.loads(files["data/statuses.json"]) if row["source"] == "clinic"]


def test_no_word_no_day_no_speaker_and_no_closed_list_leaves(files: dict[str, bytes]) -> None:
    days = [f"1999-09-0{n}" for n in range(1, 10)]
    assert found(files, ["қаза тапқан", "Zhurnalist", "deported", *days]) == []


def compared(case: Case, as_of: date | None = None) -> str:
    """What the plan says of earlier dossiers."""
    return "\n".join(one for one in plan(case, as_of=as_of).lines() if "compared" in one)


def test_a_plan_says_when_an_earlier_dossier_held_numbers_back(tmp_path: Path) -> None:
    """What one dossier holds back may follow from two."""
    case = stated(tmp_path, {"court": STATES["court"]})
    assert compared(case) == ""
    publish_case(case, tmp_path / "one")
    day = NOW.date().isoformat()
    assert f"small numbers of people are not shown ({day})" in compared(case)
    assert "hold its page Persons" in "\n".join(plan(case, as_of=None).lines())
    assert compared(case, date(2030, 1, 1)) == "", "as of a day there are no persons"
    (kept,) = case.releases.iterdir()
    kept.unlink()
    assert "one of which no copy can be read here any more" in compared(case)


def test_a_source_of_which_nothing_could_be_shown_held_numbers_back_too(tmp_path: Path) -> None:
    case = stated(tmp_path, {"clinic": STATES["clinic"]})
    publish_case(case, tmp_path / "one")
    assert json.loads(files_in(tmp_path / "one")["data/statuses.json"]) == []
    assert "small numbers of people are not shown" in compared(case)


@pytest.mark.parametrize(
    ("states", "columns"),
    [
        pytest.param(["detained"] * 12, "", id="nothing is held back"),
        pytest.param(STATES["court"], 'note = "State", ', id="no status is read"),
    ],
)
def test_where_no_number_is_held_back_nothing_is_said(
    states: list[str], columns: str, tmp_path: Path
) -> None:
    case = stated(tmp_path, {"court": states}, columns)
    publish_case(case, tmp_path / "one")
    assert compared(case) == ""
