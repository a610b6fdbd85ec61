"""Statuses in a dossier: counts by source, no small number, no word and no day of any list."""

from __future__ import annotations

import csv
import io
import json

import pytest

from tests.published import build_case, files_in, publish_case
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


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    made = tmp_path_factory.mktemp("statuses")
    sheet = SHEET
    for name, states in STATES.items():
        source, consent = OF[name]
        sheet += LIST.format(name=name, source=source, consent=consent)
        rows = [
            f"{who},{born},{state},1999-09-0{n % 9 + 1},Zhurnalist-{n}"
            for n, ((who, born), state) in enumerate(zip(PEOPLE, states, strict=False))
        ]
        (made / f"{name}.csv").write_text("\n".join(["Name,Born,State,Day,By", *rows]), "utf-8")
    (made / "sheet.toml").write_text(sheet, encoding="utf-8")
    case, _ = build_case(made / "case", made / "sheet.toml")
    publish_case(case, made / "out")
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
