"""Tables of names and places that a case brings: taken in, held in the record, used again."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from qantar.archive.case import Case
from qantar.model.decision import Verdict
from qantar.record.read import read_same_names
from qantar.workbench.link import LinkJob, link_lists
from qantar.workbench.review import review
from qantar.workbench.stores import forget_record, record_of

from .test_case_persons import PEOPLE, decided, groups, linkage, rebuilt, taken

LIST = """
[[accession]]
path = "{name}.csv"
holds = "persons"
columns = {{ name = "Name", birth_date = "Born", place = "Town" }}
"""
NAMES = """
[[accession]]
path = "forms.csv"
holds = "names"
columns = { kind = "Kind", name = "Name", forms = { column = "Forms", split = ";" } }
"""
PLACES = """
[places.sayaqkent]
name = "Sayaqkent"
former = ["Желтореченск"]
"""
MORE = [("Bauyrzhan Zhandosov", "1984-04-05", "Sayaqkent")]
OTHER = [("Sapsan Zhandosov", "1984-06-05", "Желтореченск")]
FORMS = "Kind,Name,Forms\ngiven,Bauyrzhan,Sapsan;Borik\ngiven,two words,Bob\n"


def table(people: list[tuple[str, str, str]]) -> str:
    return "Name,Born,Town\n" + "".join(f"{','.join(one)}\n" for one in people)


TOWN = [(name, born, "Temirtuz") for name, born in PEOPLE]
FILES = {"court.csv": table([*TOWN[:15], *MORE]), "morgue.csv": table([*TOWN[5:20], *OTHER])}
SHEET = LIST.format(name="court") + LIST.format(name="morgue")
ONE = frozenset({"a1/16", "a2/16"})


@pytest.fixture
def lists(case: Case, tmp_path: Path) -> Case:
    """Two lists, on which one man has different given names and lives in a town of two names."""
    taken(case, tmp_path, FILES, SHEET)
    return case


def test_a_table_of_names_joins_who_goes_by_them(lists: Case, tmp_path: Path) -> None:
    assert ONE not in groups(lists)
    report = taken(lists, tmp_path, {"forms.csv": FORMS}, NAMES)
    assert ONE in groups(lists)
    counted = report.rows["names"]
    assert (counted.read, counted.unreadable) == (1, 1)
    assert report.findings["unusable-form"] == 1
    names, _ = read_same_names(*record_of(lists))
    assert [(one.name, one.forms, one.origin) for one in names] == [
        ("Bauyrzhan", ("Sapsan", "Borik"), "a3/1")
    ]


def test_the_same_journal_gives_the_same_persons(lists: Case, tmp_path: Path) -> None:
    digest = taken(lists, tmp_path, {"forms.csv": FORMS}, NAMES + PLACES).record_digest
    before = linkage(lists)
    forget_record(lists)
    assert rebuilt(lists).record_digest == digest
    assert linkage(lists) == before


def test_a_table_that_is_withdrawn_counts_no_more(lists: Case, tmp_path: Path) -> None:
    taken(lists, tmp_path, {"forms.csv": FORMS}, NAMES)
    decided(lists, Verdict.WITHDRAW, "a3")
    rebuilt(lists)
    assert ONE not in groups(lists)
    assert read_same_names(*record_of(lists))[0] == ()


def test_review_compares_by_the_same_tables_and_says_by_which(lists: Case, tmp_path: Path) -> None:
    taken(lists, tmp_path, {"forms.csv": FORMS}, NAMES + PLACES)
    sitting = review(lists)
    cards = {(one.left.id, one.right.id): one for one in sitting.cards()}
    reasons = {one.field: one for one in cards["a1/16", "a2/16"].reasons}
    assert reasons["given"].by == "a3/1"
    assert reasons["place"].by == "the places of the case"


def test_without_a_case_the_sheet_brings_them(tmp_path: Path) -> None:
    for name, text in {**FILES, "forms.csv": FORMS}.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    reasons = {}
    for out, sheet in (("bare", SHEET), ("told", PLACES + SHEET + NAMES)):
        (tmp_path / f"{out}.toml").write_text(sheet, encoding="utf-8")
        job = LinkJob(sheet=tmp_path / f"{out}.toml", out=tmp_path / out, draws=0)
        report = link_lists(job)
        assert [one.name for one in report.lists] == ["court", "morgue"]
        with (tmp_path / out / "pairs.csv").open(encoding="utf-8", newline="") as file:
            reasons[out] = {
                (one["left_row"], one["right_row"]): (one["linked"], json.loads(one["reasons"]))
                for one in csv.DictReader(file)
                if one["left_list"] != one["right_list"]
            }
    linked, said = reasons["told"]["16", "16"]
    assert linked == "1"
    by = {one["field"]: one.get("by") for one in said}
    assert (by["given"], by["place"], by["birth"]) == ("forms/1", "the places of the case", None)
    assert reasons["bare"].get(("16", "16"), ("0", []))[0] == "0"
