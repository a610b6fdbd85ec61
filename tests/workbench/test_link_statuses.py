"""`qantar link` writes what became of each person: every statement once, none resolved."""

from __future__ import annotations

import csv
from pathlib import Path

from qantar.workbench.link import LinkJob, link_lists

from .test_show import FILES, SHEET


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
