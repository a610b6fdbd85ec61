"""Rows that a workbook hides: their claims are in the case, and leave only where the sheet says so."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime, timedelta
from pathlib import Path

import openpyxl

from qantar.archive.lock import writing
from qantar.record.read import read_contents
from qantar.workbench.build import build
from qantar.workbench.create import create
from qantar.workbench.plan import plan
from qantar.workbench.stores import record_of
from tests.published import NOW, build_case, publish_case
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


SERIES = """[sources.s]
name = "S"
kind = "ngo"
[[accession]]
path = "s.xlsx"
source = "s"
consent = "public"
holds = "series"
[accession.columns]
at = "at"
value = "value"
"""


def outages(folder: Path, rows: list[tuple[datetime, int, bool]]) -> tuple[list[str], list[str]]:
    """The ids of a series' outages in the case, and in the dossier; of each row: is it hidden."""
    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    sheet.append(["at", "value"])
    for number, (at, value, hidden) in enumerate(rows, 2):
        sheet.append([f"{at:%Y-%m-%dT%H:%M}Z", str(value)])
        sheet.row_dimensions[number].hidden = hidden
    (folder / "s.xlsx").write_bytes(saved(made))
    (folder / "sheet.toml").write_text(SERIES)
    case, _ = build_case(folder / "case", folder / "sheet.toml")
    count = sum(hidden for _, _, hidden in rows)
    assert f"  s.xlsx ({count:,} rows" in "\n".join(plan(case, as_of=None).lines())
    publish_case(case, folder / "out")
    data = (folder / "out" / "data" / "outages.csv").read_text(encoding="utf-8-sig")
    in_case = [claim.id for claim in read_contents(*record_of(case)).claims]
    return in_case, [row["id"] for row in csv.DictReader(io.StringIO(data))]


def hours(count: int) -> list[datetime]:
    return [datetime(2022, 1, 1, tzinfo=UTC) + timedelta(hours=n) for n in range(count)]


def test_an_outage_keeps_its_number_where_the_one_before_it_is_hidden(tmp_path: Path) -> None:
    """Else what somebody decided of the one would be taken for the other."""
    low, unseen = {60, 61, 80, 81}, {60, 61, 62}
    rows = [(at, 0 if n in low else 100, n in unseen) for n, at in enumerate(hours(96))]
    assert outages(tmp_path, rows) == (["s-outage-1", "s-outage-2"], ["s-outage-2"])


def test_an_outage_that_only_the_shown_rows_tell_stands_on_rows_of_the_dossier(
    tmp_path: Path,
) -> None:
    """A filter chose one of two signals: of one instant the first value counts, which it hides."""
    rows = []
    for n, at in enumerate(hours(96)):
        rows += [(at, 100, True), (at, 0 if n in {60, 61} else 100, False)]
    assert outages(tmp_path, rows) == ([], ["s-outage-1"])


def test_a_plan_without_a_build_says_that_it_does_not_know_what_is_hidden(tmp_path: Path) -> None:
    case = create(tmp_path / "case", title=None, now=NOW)
    assert any("qantar build" in line for line in plan(case, as_of=None).lines())
    with writing(case):
        build(case, software="test")
    assert not any("qantar build" in line for line in plan(case, as_of=None).lines())
