"""Rows that a workbook hides: their claims are in the case, and leave only where the sheet says so."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import openpyxl

from qantar.record.read import read_contents
from qantar.workbench.stores import record_of
from tests.published import build_case, publish_case
from tests.readers.table_samples import saved

HEAD = ["id", "said", "place", "repeats"]
ROWS = [
    ["x", "Hidden and first (invented).", "Aksay", ""],
    ["x", "Shown and second (invented).", "Aksay", ""],
    ["y", "Says the first again (invented).", "Boran", "x"],
]
PLACES = [["id", "name"], ["p1", "Aksay"], ["p2", "Boran"]]
SHEET = """[sources.s]
name = "S"
kind = "ngo"
[[accession]]
path = "places.xlsx"
source = "s"
consent = "public"
holds = "places"
[accession.columns]
id = "id"
name = "name"
[[accession]]
path = "list.xlsx"
source = "s"
consent = "public"
{more}holds = "statements"
[accession.columns]
id = "id"
statement = "said"
about_place = "place"
repeats = "repeats"
"""


def book(rows: list[list[str]], hidden: int) -> bytes:
    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    sheet.row_dimensions[hidden].hidden = True
    return saved(made)


def published(folder: Path, more: str) -> tuple[dict[str, dict[str, str]], str]:
    """The claims of the dossier by their ids, and all that it says."""
    (folder / "places.xlsx").write_bytes(book(PLACES, 2))
    (folder / "list.xlsx").write_bytes(book([HEAD, *ROWS], 2))
    (folder / "sheet.toml").write_text(SHEET.format(more=more))
    case, _ = build_case(folder / "case", folder / "sheet.toml")
    in_case = {claim.id: claim for claim in read_contents(*record_of(case)).claims}
    assert list(in_case) == ["x", "x#2", "y"]
    assert in_case["y"].repeats == "x"
    publish_case(case, folder / "out")
    data = (folder / "out" / "data" / "claims.csv").read_text(encoding="utf-8-sig")
    said = "".join(p.read_text(errors="replace") for p in (folder / "out").rglob("*.html"))
    return {row["id"]: row for row in csv.DictReader(io.StringIO(data))}, said


def test_claims_that_leave_keep_their_ids_and_know_nothing_of_hidden_rows(tmp_path: Path) -> None:
    """A name that only a hidden row of a table of places explains is not explained."""
    claims, said = published(tmp_path, "")
    assert list(claims) == ["x#2", "y"]
    assert claims["y"]["repeats"] == ""
    assert "Hidden and first" not in said
    assert "One claim stands in a row that a workbook hides." in " ".join(said.split())
    assert ">Boran<" in said
    assert "places/p1" not in said


def test_a_sheet_can_let_them_leave(tmp_path: Path) -> None:
    claims, said = published(tmp_path, 'hidden_rows = "publish"\n')
    assert list(claims) == ["x", "x#2", "y"]
    assert claims["y"]["repeats"] == "x"
    assert "Hidden and first" in said
