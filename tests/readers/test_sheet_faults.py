"""Sheets that are not as they must be, and what is said about each.

`sheet_faults.txt` holds a case for every fault: its name, the sheet, `--`, and what is
said. Whoever changes a message changes it there, and reads it as a documenter would.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from qantar.errors import SheetError, SheetFault
from qantar.readers.sheet import read_sheet

CASES = Path(__file__).with_name("sheet_faults.txt")
ONE = '[[accession]]\npath = "a.csv"\n'


def golden() -> list[object]:
    _, *blocks = CASES.read_text(encoding="utf-8").split("== ")
    return [_case(block) for block in blocks]


def _case(block: str) -> object:
    name, _, rest = block.partition("\n")
    sheet, _, said = rest.partition("--\n")
    return pytest.param(sheet, said.strip(), id=name)


def refused(text: str) -> SheetError:
    with pytest.raises(SheetError) as caught:
        read_sheet(text, name="sheet.toml")
    return caught.value


@pytest.mark.parametrize(("text", "said"), golden())
def test_a_fault_is_named_with_its_line_and_what_is_expected(text: str, said: str) -> None:
    assert refused(text).message == said


def test_a_refusal_carries_its_faults_one_by_one() -> None:
    error = refused(ONE + 'consent = "publik"\nheader_row = -1\n')
    assert error.exit_code == 11
    assert error.where == "sheet.toml"
    assert error.faults == (
        SheetFault(
            line=3,
            path="accession 1 › consent",
            message='"publik" is none of public, given, restricted, unknown; '
            'did you mean "public"?',
        ),
        SheetFault(
            line=4,
            path="accession 1 › header_row",
            message="-1 is too small; counting begins at 1",
        ),
    )
    assert error.message == "\n".join(fault.words("sheet.toml") for fault in error.faults)
    assert str(error) == f"{error.message}\n{error.next}"


def test_a_fault_of_syntax_has_a_column() -> None:
    (fault,) = refused(ONE + "consent = public\n").faults
    assert (fault.line, fault.column) == (3, 11)


def test_lines_are_counted_alike_with_windows_line_ends() -> None:
    text = ONE + 'consent = "publik"\n'
    assert refused(text.replace("\n", "\r\n")).faults == refused(text).faults


def test_a_fault_in_a_list_over_several_lines_has_its_own_line() -> None:
    error = refused('[case]\nlanguages = [\n  "kk",\n  # Russian\n  "russian",\n]\n')
    assert [(fault.line, fault.path) for fault in error.faults] == [(5, "case › languages 2")]


def test_faults_of_one_file_do_not_hide_those_of_the_next() -> None:
    error = refused('[[accession]]\npath = 3\n[[accession]]\npath = "../a.csv"\nsource = "x"\n')
    assert [fault.line for fault in error.faults] == [2, 4, 5]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("x = " + "[" * 5000, 1),
        ("[case]\nx = " + "9" * 5000, 2),
        ("[case]\nx = 9_" + "9" * 5000, 2),
        ('[case]\ntitle = "\ud800"', 2),
        ('[case]\ntitle = "' + "x" * (1 << 20) + '"', 1),
        ("[case]\n\x00", 2),
        ("[case]\rzone = 1", 1),
        ("[case]\nx = 1e99999999999999999999", 2),
        ("[places.X]\nname = 'X'\nlat = nan\nlon = inf", 3),
        ("[places.X]\nname = 'X'\nlat = 1e99999999999999999999\nlon = 1", 3),
    ],
)
def test_hostile_text_is_refused_at_its_line(text: str, line: int) -> None:
    assert refused(text).faults[0].line == line


def test_what_the_sheet_quotes_cannot_write_on_the_terminal() -> None:
    said = str(refused(ONE + 'consent = "\\u001b[2J\\u0007"\n"\\u001b[2J" = 1\n'))
    assert "\x1b" not in said
    assert "\x07" not in said
    assert '"\\u001b[2J\\u0007" is none of public' in said


def test_long_texts_are_cut_in_messages() -> None:
    assert len(refused(ONE + f'consent = "{"x" * 5000}"\n').message) < 200


def test_keys_nested_without_end_are_refused_as_unknown() -> None:
    (fault,) = refused("a" + ".a" * 900 + " = 1").faults
    assert fault.path == "a"
