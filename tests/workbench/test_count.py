"""Files that are counted: tables as they come, and results of linking with their draws."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from qantar.errors import InputRefusedError, MissingPathError, QantarError
from qantar.workbench.count_files import Material, read_linked, read_patterns

LINES = ("a,b,c,count", "1,0,0,5", "0,1,0,4", "0,1,1,2")
Row = tuple[str, int, int]


def cells(material: Material) -> list[int]:
    found: list[int] = material.strata[0].table.cells().tolist()
    return found


@pytest.mark.parametrize("parted", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_table_is_read_however_it_is_written(tmp_path: Path, parted: str, encoding: str) -> None:
    path = tmp_path / "patterns.csv"
    path.write_text("\r\n".join(LINES).replace(",", parted), encoding=encoding)
    assert cells(read_patterns(path)) == [0, 5, 4, 0, 0, 0, 2, 0]


def test_a_workbook_is_a_table_too(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for line in LINES:
        sheet.append([int(cell) if cell.isdigit() else cell for cell in line.split(",")])
    book.save(tmp_path / "patterns.xlsx")
    assert cells(read_patterns(tmp_path / "patterns.xlsx")) == [0, 5, 4, 0, 0, 0, 2, 0]


def test_the_json_form_is_told_from_a_table_in_json(tmp_path: Path) -> None:
    form = {"lists": ["a", "b", "c"], "patterns": [[[1, 0, 0], 5], [[0, 1, 1], 2]]}
    path = tmp_path / "patterns.json"
    path.write_text(json.dumps(form), encoding="utf-8-sig")
    assert cells(read_patterns(path)) == [0, 5, 0, 0, 0, 0, 2, 0]
    lines = [{"a": 1, "b": 0, "c": 0, "count": 5}, {"a": 0, "b": 1, "c": 1, "count": 2}]
    path.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    assert cells(read_patterns(path)) == [0, 5, 0, 0, 0, 0, 2, 0]


def test_a_row_that_is_lost_stops_it(tmp_path: Path) -> None:
    path = tmp_path / "patterns.csv"
    path.write_text("\n".join([*LINES, '1,1,"0,7', "1,0,1,3"]), encoding="utf-8")
    with pytest.raises(InputRefusedError) as caught:
        read_patterns(path)
    assert str(path) in str(caught.value.where)
    assert "wrong number of persons" in str(caught.value.next)


def test_two_columns_of_one_name_stop_it(tmp_path: Path) -> None:
    """They once were two lists: `a` and `a#2`."""
    path = tmp_path / "patterns.csv"
    path.write_text("a,a,c,count\n1,0,0,5\n0,1,0,4\n0,1,1,2\n", encoding="utf-8")
    with pytest.raises(InputRefusedError, match="more than once"):
        read_patterns(path)


def test_nesting_without_end_is_no_traceback(tmp_path: Path) -> None:
    path = tmp_path / "patterns.json"
    path.write_text('{"lists": ["a"], "patterns": ' + "[" * 200_000, encoding="utf-8")
    with pytest.raises(QantarError) as caught:
        read_patterns(path)
    assert 10 <= caught.value.exit_code < 20


# ---------------------------------------------------------------- results of linking

PERSONS: Sequence[Row] = (
    ("court", 1, 1),
    ("court", 2, 2),
    ("court (2022-02)", 1, 1),
    ("press", 1, 1),
    ("press", 2, 3),
    ("morgue", 1, 3),
)


def linked(folder: Path, *draws: Sequence[Row], persons: Sequence[Row] = PERSONS) -> Path:
    lines = ["list,row,id,person", *(f'"{name}",{row},,{who}' for name, row, who in persons)]
    (folder / "persons.csv").write_text("\n".join([*lines, ""]), encoding="utf-8")
    rows = [(number, *row) for number, draw in enumerate(draws) for row in draw]
    types = [pa.int32(), pa.string(), pa.int32(), pa.int64()]
    arrays = [pa.array([row[at] for row in rows], kind) for at, kind in enumerate(types)]
    table = pa.Table.from_arrays(arrays, ["draw", "list", "row", "person"])
    pq.write_table(table, folder / "draws.parquet", row_group_size=4)
    return folder


def test_persons_and_draws_become_tables_of_lists_without_their_editions(tmp_path: Path) -> None:
    apart = [(name, row, 10 + number) for number, (name, row, _) in enumerate(PERSONS)]
    one = [(name, row, 1) for name, row, _ in reversed(PERSONS)]
    material = read_linked(linked(tmp_path, apart, one, list(PERSONS)), most=3)
    (stratum,) = material.strata
    assert stratum.table.lists == ("court", "press", "morgue")
    # Person 1: court and press; 2: court; 3: press and morgue.
    assert stratum.table.cells().tolist() == [0, 1, 0, 1, 0, 0, 1, 0]
    first, second, third = stratum.draws
    assert first.cells().tolist() == [0, 3, 2, 0, 1, 0, 0, 0]
    assert second.cells().tolist() == [0, 0, 0, 0, 0, 0, 0, 1]
    assert third.cells().tolist() == stratum.table.cells().tolist()
    assert [caution.code for caution in stratum.cautions] == ["copied-list"]
    assert read_linked(tmp_path, most=2).draws == 2


def test_a_result_without_draws_has_none(tmp_path: Path) -> None:
    material = read_linked(linked(tmp_path), most=9)
    assert (material.draws, material.strata[0].draws) == (0, ())


def test_a_result_whose_files_do_not_fit_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputRefusedError, match="draw 0 has other rows"):
        read_linked(linked(tmp_path, PERSONS[:-1]), most=9)
    strange = [*PERSONS[:-1], ("prison", 1, 3)]
    with pytest.raises(InputRefusedError, match="draw 1 has other rows"):
        read_linked(linked(tmp_path, PERSONS, strange), most=9)
    (tmp_path / "draws.parquet").write_bytes(b"nothing")
    with pytest.raises(InputRefusedError, match="no draws that can be read"):
        read_linked(tmp_path, most=9)
    (tmp_path / "draws.parquet").unlink()
    with pytest.raises(MissingPathError, match="not there"):
        read_linked(tmp_path, most=9)
    (tmp_path / "persons.csv").write_text("list,row,person\ncourt,1,x\n", encoding="utf-8")
    with pytest.raises(InputRefusedError, match="line 2"):
        read_linked(tmp_path, most=9)
    (tmp_path / "persons.csv").write_text("list,row,person\n", encoding="utf-8")
    with pytest.raises(InputRefusedError, match="names nobody"):
        read_linked(tmp_path, most=9)
