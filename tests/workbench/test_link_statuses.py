"""`qantar link` writes what became of each person: every statement once, none resolved."""

from __future__ import annotations

import csv
from pathlib import Path

from qantar.archive.case import Case
from qantar.workbench.link import LinkJob, link_lists
from qantar.workbench.link_statuses import STATUSES
from qantar.workbench.show import show

from .test_case_persons import taken
from .test_show import FILES, SHEET

ADDITIONS = Path(__file__).parents[2] / "docs" / "design" / "0011-what-linking-adds.md"


def test_every_statement_stands_once_under_its_person(tmp_path: Path) -> None:
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "sheet.toml").write_text(SHEET, encoding="utf-8")
    out = tmp_path / "out"
    report = link_lists(LinkJob(sheet=tmp_path / "sheet.toml", out=out, draws=2))
    assert report.to_json()["statuses"] == 4
    with (out / "statuses.csv").open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    with (out / "persons.csv").open(encoding="utf-8", newline="") as file:
        person = {(one["list"], one["row"]): one["person"] for one in csv.DictReader(file)}
    assert sorted((one["list"], one["row"]) for one in lines) == sorted(person)
    assert all(one["person"] == person[one["list"], one["row"]] for one in lines)
    first = person["ministry", "1"]
    assert [
        (one["number"], one["status"], one["words"], one["first"], one["body"], one["against"])
        for one in lines
        if one["person"] == first
    ] == [
        ("1", "killed", "қаза тапқан", "2022-01-06", "Б. А.", "2"),
        ("2", "released", "released", "2022-01-12", "Ministry (invented)", "1"),
    ]


def test_a_term_that_the_sheet_declares_is_known(tmp_path: Path) -> None:
    declared = '[vocabulary.person-status.exiled]\nen = "exiled"\nnote = "Left the country."\n'
    files = {"families.csv": "Name,Born,Day,Күйі,Who\nErlan Musin,1990-05-06,2022-01-07,exiled,\n"}
    head, _, tail = SHEET.partition('[[accession]]\npath = "ministry.csv"')
    sheet = (
        head
        + declared
        + '[[accession]]\npath = "families.csv"'
        + tail.partition('[[accession]]\npath = "families.csv"')[2]
    )
    (tmp_path / "sheet.toml").write_text(sheet, encoding="utf-8")
    (tmp_path / "families.csv").write_text(files["families.csv"], encoding="utf-8")
    report = link_lists(LinkJob(sheet=tmp_path / "sheet.toml", out=tmp_path / "out", draws=0))
    assert report.findings == ()
    assert "exiled,exiled" in (tmp_path / "out" / "statuses.csv").read_text(encoding="utf-8")


OWN_WORDS = """
[case]
span = "2022-01-02/2022-02-28"
[sources.families]
name = "Families of Sayaqkent (invented)"
[vocabulary.person-status.executed]
en = "executed"
family = "killed"
[vocabulary.person-status.seen-at-market]
en = "seen at the market"
family = "alive"
[vocabulary.person-status.remembered]
en = "remembered"
[[accession]]
path = "families.csv"
source = "families"
holds = "persons"
[accession.columns]
name = "Name"
birth_date = "Born"
status_date = "Day"
status = { column = "What", values = { "ату жазасы" = "executed", "went home" = "released" } }
"""
OWN = {
    "families.csv": "Name,Born,Day,What\n"
    "Aidar Balapanov,1980-02-03,2022-01-06,ату жазасы\n"
    "Aidar Balapanov,1980-02-03,2022-01-07,seen-at-market\n"
    "Aidar Balapanov,1980-02-03,2022-01-08,went home\n"
    "Aidar Balapanov,1980-02-03,2022-01-09,remembered\n"
}


def test_a_sheets_own_words_contradict_as_they_do_in_a_case(case: Case, tmp_path: Path) -> None:
    """An executed man was once no dead one to `qantar link`, which knew the shipped words alone."""
    taken(case, tmp_path, OWN, OWN_WORDS)
    shown = show(case, "a1/1", software="test").to_json()["statuses"]
    (tmp_path / "sheet.toml").write_text(OWN_WORDS, encoding="utf-8")
    (tmp_path / "families.csv").write_text(OWN["families.csv"], encoding="utf-8")
    out = tmp_path / "out"
    report = link_lists(LinkJob(sheet=tmp_path / "sheet.toml", out=out, draws=0))
    assert report.findings == ()
    with (out / STATUSES).open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    told = [(one["status"], one["against"]) for one in lines]
    assert told == [
        ("executed", "2 3"),
        ("seen-at-market", "1"),
        ("released", "1"),
        ("remembered", ""),
    ]
    assert isinstance(shown, list)
    assert told == [(one["status"], " ".join(map(str, one["against"]))) for one in shown]


def test_the_page_of_additions_has_the_columns_that_are_written(tmp_path: Path) -> None:
    (tmp_path / "sheet.toml").write_text(OWN_WORDS, encoding="utf-8")
    (tmp_path / "families.csv").write_text(OWN["families.csv"], encoding="utf-8")
    report = link_lists(LinkJob(sheet=tmp_path / "sheet.toml", out=tmp_path / "out", draws=0))
    page = ADDITIONS.read_text(encoding="utf-8")
    for name in ("statuses.csv", "findings.csv"):
        header = (tmp_path / "out" / name).read_text(encoding="utf-8").partition("\n")[0]
        assert f"`{name}`: `{header}`" in " ".join(page.split("\n")), name
    assert "`link --json`: `out`, `statuses`." in page
    assert {"out", "statuses"} <= report.to_json().keys()
