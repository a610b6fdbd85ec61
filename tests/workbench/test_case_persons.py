"""The persons of a case: linked by a build, under the decisions of people, the same every time."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pytest

from qantar.archive.case import Case
from qantar.archive.lock import writing
from qantar.model.decision import Decision, Verdict
from qantar.record.persons import Linkage, read_linkage
from qantar.record.read import read_contents, read_person_rows
from qantar.workbench.add import add
from qantar.workbench.build import build
from qantar.workbench.build_report import BuildReport
from qantar.workbench.decide import decide
from qantar.workbench.people_changes import changed_words, people_lines
from qantar.workbench.persons import NOT_COMPARED
from qantar.workbench.status import status
from qantar.workbench.stores import facts_of, forget_record, record_of

from .conftest import NOW

GIVEN = ("Aidar", "Botagoz", "Daulet", "Erlan", "Gulnar", "Islam", "Kamila", "Marat")
SURNAMES = ("Balapanov", "Dosmukhamedov", "Esenov", "Iskakov", "Karimov", "Musin", "Orazov")
PEOPLE = [(f"{g} {s}", f"19{60 + n:02}-0{1 + n % 9}-1{n % 10}") for n, (g, s) in enumerate(
    zip(GIVEN * 3, SURNAMES * 4, strict=False)
)]  # fmt: skip
"""Invented; no two share a name and a birth."""


def table(people: list[tuple[str, str]]) -> str:
    return "Name,Born\n" + "".join(f"{name},{born}\n" for name, born in people)


def listed(path: str, name: str = "", more: str = "") -> str:
    called = f'list = "{name}"\n' if name else ""
    return (
        f'[[accession]]\npath = "{path}"\nholds = "persons"\n{called}{more}'
        '[accession.columns]\nname = "Name"\nbirth_date = "Born"\n'
    )


def taken(case: Case, folder: Path, files: dict[str, str], sheet: str = "") -> BuildReport:
    """Add lists and build."""
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "sheet.toml").write_text(sheet or "".join(map(listed, files)), encoding="utf-8")
    add(case, paths=(), sheet_path=folder / "sheet.toml", now=NOW, acknowledge=lambda _: None)
    return rebuilt(case)


def rebuilt(case: Case) -> BuildReport:
    with writing(case):
        return build(case, software="test")


def decided(case: Case, verdict: Verdict, *targets: str) -> Decision:
    (made,) = decide(case, verdict=verdict, targets=targets, reason="why", now=NOW)
    return made


def linkage(case: Case) -> Linkage:
    found = read_linkage(*record_of(case))
    assert found is not None
    return found


def groups(case: Case) -> set[frozenset[str]]:
    persons = defaultdict(set)
    for (accession, row), person in linkage(case).persons.items():
        persons[person].add(f"{accession}/{row}")
    return {frozenset(rows) for rows in persons.values()}


@pytest.fixture
def lists(case: Case, tmp_path: Path) -> Case:
    """Two lists that share ten of their people."""
    taken(case, tmp_path, {"court.csv": table(PEOPLE[:15]), "morgue.csv": table(PEOPLE[5:20])})
    return case


def test_a_build_says_who_is_who(lists: Case) -> None:
    found = linkage(lists)
    rows = {(one, row.row) for one, row in read_person_rows(*record_of(lists))}
    assert found.persons.keys() == rows
    assert [(one.name, one.rows) for one in found.lists] == [("court", 15), ("morgue", 15)]
    assert groups(lists) >= {frozenset({"a1/6", "a2/1"}), frozenset({"a1/1"})}
    assert found.count.point == len(set(found.persons.values())) == 20
    assert found.count.low <= 20 <= found.count.high
    assert found.patterns == {"10": 5, "11": 10, "01": 5}
    assert len(found.drawn) == 100
    assert {sum(one.values()) for one in found.drawn} <= set(range(1, 31))


def test_a_build_tells_persons_and_lists(lists: Case) -> None:
    said = rebuilt(lists).to_json()
    assert (said["persons"], said["lists"]) == (20, 2)
    told = said["persons_interval"]
    assert isinstance(told, dict)
    assert told.keys() == {"point", "low", "high", "level"}
    assert said["list_rows"] == [
        {"name": "court", "source": "unknown", "rows": 15},
        {"name": "morgue", "source": "unknown", "rows": 15},
    ]


def test_the_same_journal_gives_the_same_record(lists: Case) -> None:
    first, before = rebuilt(lists), linkage(lists)
    forget_record(lists)
    again = rebuilt(lists)
    assert (again.record_digest, linkage(lists)) == (first.record_digest, before)


def test_decisions_hold_in_every_build(lists: Case) -> None:
    decided(lists, Verdict.NOT_SAME, "court/6", "morgue/1")
    joined = decided(lists, Verdict.SAME, "court/1", "morgue/15")
    rebuilt(lists)
    assert frozenset({"a1/1", "a2/15"}) in groups(lists)
    assert {frozenset({"a1/6"}), frozenset({"a2/1"})} <= groups(lists)
    decided(lists, Verdict.UNDO, joined.id)
    assert rebuilt(lists).changed
    assert {frozenset({"a1/1"}), frozenset({"a2/15"})} <= groups(lists)


def test_decisions_that_contradict_each_other_are_told_and_count_for_nothing(lists: Case) -> None:
    before = groups(lists)
    decided(lists, Verdict.SAME, "a1/1", "a1/2")
    decided(lists, Verdict.SAME, "a1/2", "a1/3")
    decided(lists, Verdict.NOT_SAME, "a1/1", "a1/3")
    report = rebuilt(lists)
    assert report.findings["contradictory-decisions"] == 3
    assert groups(lists) == before
    findings = read_contents(*record_of(lists)).findings
    told = [one.text for one in findings if one.code == "contradictory-decisions"]
    assert any(text.startswith("a1/1 and a1/3 not the same was decided") for text in told)


def test_rows_that_were_compared_with_nobody_are_told(lists: Case, tmp_path: Path) -> None:
    same = table([("Ким Виктор", "")] * 200)
    report = taken(lists, tmp_path, {"many.csv": same})
    assert report.findings["not-compared"] == 1
    (told,) = (one for one in read_contents(*record_of(lists)).findings if one.code == NOT_COMPARED)
    assert "199 others" in told.text
    assert (told.file, told.where and told.where.row) == ("many.csv", 1)


def test_a_further_list_renames_nobody_who_is_joined_with_nobody_earlier(
    lists: Case, tmp_path: Path
) -> None:
    before = linkage(lists).persons
    report = taken(lists, tmp_path, {"clinic.csv": table(PEOPLE[18:23])})
    after = linkage(lists).persons
    assert {key: after[key] for key in before} == before
    assert [after["a3", n] for n in range(1, 6)] == ["a2/14", "a2/15", "a3/3", "a3/4", "a3/5"]
    assert report.people is not None
    assert report.people.count.point == 23


def test_status_says_what_changed(lists: Case, tmp_path: Path) -> None:
    assert changed_words(facts_of(lists)) is None
    taken(lists, tmp_path, {"clinic.csv": table(PEOPLE[18:23])})
    for _ in range(2):
        assert changed_words(facts_of(lists)) == (
            "lists: clinic is new with 5 rows; persons 23, before 20"
        )
        rebuilt(lists)
    decided(lists, Verdict.SAME, "a1/1", "a1/2")
    rebuilt(lists)
    assert changed_words(facts_of(lists)) == "persons 22, before 23"
    said = status(lists).to_json()["record"]
    assert isinstance(said, dict)
    assert said["persons"]["point"] == 22
    assert [one["name"] for one in said["lists"]] == ["court", "morgue", "clinic"]
    line = next(people_lines(facts_of(lists)))
    assert line.startswith("persons: 22")
    assert line.endswith("lists: 15 rows court, 15 rows morgue, 5 rows clinic")


def test_editions_of_one_list_are_one_list(case: Case, tmp_path: Path) -> None:
    files = {"one.csv": table(PEOPLE[:8]), "two.csv": table(PEOPLE[1:9])}
    sheet = "".join(
        listed(path, "court", f'edition = "2022-0{n}"\n') for n, path in enumerate(files, start=1)
    )
    report = taken(case, tmp_path, files, sheet)
    assert (report.lists, report.to_json()["persons"]) == (1, 9)
    found = linkage(case)
    assert found.lists[0].accessions == ("a1", "a2")
    assert found.patterns == {"1": 9}


def test_only_accessions_that_count_are_linked(lists: Case) -> None:
    decided(lists, Verdict.WITHDRAW, "a2")
    report = rebuilt(lists)
    assert (report.lists, report.to_json()["persons"]) == (1, 15)
    assert {accession for accession, _ in linkage(lists).persons} == {"a1"}


def test_a_case_without_lists_has_no_persons(built: Case) -> None:
    assert read_linkage(*record_of(built)) is None
    facts = facts_of(built)
    assert facts is not None
    assert facts.people is None
    assert list(people_lines(facts)) == []


BUILD = """
import sys
sys.modules["rapidfuzz"] = None
from qantar.cli.main import run
sys.exit(run(sys.argv[1:]))
"""


def test_where_linking_is_not_installed_a_build_goes_on_and_says_what_to_install(
    lists: Case,
) -> None:
    ran = subprocess.run(  # noqa: S603  # our own interpreter, our own words
        [sys.executable, "-c", BUILD, "build", str(lists.root)],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": "src"},
    )
    assert 'pip install "qantar[linking]"' in ran.stderr
    assert read_linkage(*record_of(lists)) is None
    assert len(list(read_person_rows(*record_of(lists)))) == 30
