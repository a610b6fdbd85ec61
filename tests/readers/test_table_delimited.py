"""Delimited text: delimiters, ragged rows, headers, blank rows, control characters."""

from __future__ import annotations

import pytest

from qantar.model.finding import Severity
from qantar.model.table_settings import TableSettings
from qantar.readers.delimited import detect_delimiter

from .table_samples import codes, losses, only, read, values


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found_and_reported(delimiter: str) -> None:
    text = "id,name,note\n1,a,b\n2,c,d\n".replace(",", delimiter)
    document = read(text.encode())
    assert document.header == ("id", "name", "note")
    assert document.meta["delimiter"] == delimiter


@pytest.mark.parametrize(
    ("lines", "delimiter"),
    [
        (["id;sum\n", "1;2,50\n", "2;3,75\n"], ";"),
        (["id;text\n", "1;one, two, three\n", "2;four\n"], ";"),
        (["id\tname, first; last\n", "1\tx\n"], "\t"),
        (['id,"a;b;c"\n', '1,"d;e;f"\n'], ","),
        (["id,name\n", '1,"two\n', 'lines"\n', "2,x\n"], ","),
    ],
)
def test_the_delimiter_is_the_one_that_cuts_rows_alike(lines: list[str], delimiter: str) -> None:
    assert detect_delimiter(lines) == delimiter


def test_a_single_column_of_prose_stays_whole() -> None:
    document = read(b"Statement\nHello, world\nOne, two, three\n")
    assert values(document) == [("Hello, world",), ("One, two, three",)]
    assert codes(document) == []


def test_the_sheet_overrides_the_delimiter() -> None:
    document = read(b"a,b;c\n1,2;3\n", delimiter=";")
    assert document.header == ("a,b", "c")


def test_a_separator_line_is_obeyed_and_is_no_row() -> None:
    document = read(b"sep=|\r\na|b\r\n1|2,3\r\n")
    assert document.header == ("a", "b")
    assert [(row.values, row.line, row.at_row) for row in document.rows] == [(("1", "2,3"), 3, 2)]


def test_a_row_with_too_many_cells_is_kept_and_told_with_its_text() -> None:
    document = read(b"a,b\n1,2\n3,4,five,six\n7,8\n")
    row = document.rows[1]
    assert (row.values, row.extra) == (("3", "4"), ("five", "six"))
    finding = only(document, "too-many-cells")
    assert finding.severity is Severity.NOTE
    assert finding.file == "list.csv"
    assert finding.where is not None
    assert (finding.where.row, finding.where.line, finding.where.cell) == (2, 3, "C3")
    assert '"five", "six"' in finding.text
    assert len(document.rows) == 3


def test_empty_cells_beyond_the_header_are_nothing_to_tell() -> None:
    document = read(b"a,b\n1,2,,\n3,4,\n")
    assert values(document) == [("1", "2"), ("3", "4")]
    assert codes(document) == []


def test_a_row_with_too_few_cells_is_padded_and_told() -> None:
    document = read(b"a,b,c\n1\n2,3,4\n")
    assert values(document) == [("1", "", ""), ("2", "3", "4")]
    finding = only(document, "ragged-row")
    assert finding.severity is Severity.NOTE
    assert finding.where is not None
    assert (finding.where.row, finding.where.line) == (1, 2)


def test_blank_rows_between_data_are_counted_and_those_at_the_end_are_not() -> None:
    document = read(b"a,b\n1,2\n\n,\n  ,\n3,4\n\n\n\n")
    assert values(document) == [("1", "2"), ("3", "4")]
    assert document.meta["blank_rows"] == "3"
    assert [(row.number, row.line, row.at_row) for row in document.rows] == [(1, 2, 2), (2, 6, 6)]


def test_control_characters_are_told_and_kept() -> None:
    document = read(b"a,b\n1,x\x00y\x1b[31m\n")
    assert values(document) == [("1", "x\x00y\x1b[31m")]
    finding = only(document, "control-characters")
    assert finding.where is not None
    assert finding.where.cell == "B2"
    assert r"x\x00y\x1b[31m" in finding.text


def test_findings_hold_no_control_characters_themselves() -> None:
    document = read(b'a,b\n1,2,\x1b[2J\n3,\x07\n4,"x\n')
    assert all(each.text.isprintable() for each in document.findings)


def test_headers_are_trimmed_and_cells_are_not() -> None:
    document = read("\ufeff\ufeff Name ,\u00a0City\n  Anna ,  \u00a0\n".encode())
    assert document.header == ("Name", "City")
    assert values(document) == [("  Anna ", "  \u00a0")]


def test_repeated_headers_get_a_number_and_are_told() -> None:
    document = read(b"A,A,B,A#2,A,B\n1,2,3,4,5,6\n")
    assert document.header == ("A", "A#3", "B", "A#2", "A#4", "B#2")
    told = [each for each in document.findings if each.code == "duplicate-header"]
    assert [each.where.cell for each in told if each.where] == ["B1", "E1", "F1"]


def test_empty_headers_get_their_letter_and_are_told() -> None:
    document = read(b"A,,B,\n1,2,3,4\n")
    assert document.header == ("A", "column B", "B", "column D")
    finding = only(document, "empty-header")
    assert "column B, column D" in finding.text


def test_unnamed_columns_at_the_end_that_hold_nothing_are_dropped() -> None:
    document = read(b"A,B,,,\n1,2,,,\n3,4,,,\n")
    assert document.header == ("A", "B")
    assert values(document) == [("1", "2"), ("3", "4")]
    assert codes(document) == []


def test_a_header_further_down_is_found_and_what_stands_above_is_told() -> None:
    document = read(b"List of the town\n\nid,name\n1,a\n", header_row=3)
    assert document.header == ("id", "name")
    assert [(row.line, row.at_row) for row in document.rows] == [(4, 4)]
    assert '"List of the town"' in only(document, "above-header").text


def test_a_blank_header_row_moves_the_header_down_and_says_so() -> None:
    document = read(b"\n\nid,name\n1,a\n")
    assert document.header == ("id", "name")
    assert document.rows[0].at_row == 4
    assert "row 3" in only(document, "header-moved").text


def test_a_header_row_beyond_the_end_is_told() -> None:
    document = read(b"id,name\n1,a\n", header_row=9)
    assert document.rows == ()
    assert losses(document) == ["empty"]


@pytest.mark.parametrize("data", [b"", b"\n\n", b"  \r\n \t\n", b"\xef\xbb\xbf", b"\xff\xfe"])
def test_an_empty_file_is_told_and_gives_no_row(data: bytes) -> None:
    document = read(data)
    assert (document.header, document.rows, document.unreadable) == ((), (), 0)
    assert losses(document) == ["empty"]


def test_a_header_alone_is_a_note() -> None:
    document = read(b"a,b\n")
    assert document.header == ("a", "b")
    assert codes(document) == ["empty"]
    assert losses(document) == []


def test_line_and_paragraph_separators_are_no_line_ends() -> None:
    text = "a,b\n1,x\u2028y\x85z\x0bw\n2,v\n"
    document = read(text.encode())
    assert values(document)[0] == ("1", "x\u2028y\x85z\x0bw")
    assert [row.line for row in document.rows] == [2, 3]


def test_the_worksheet_of_a_text_file_is_said_to_mean_nothing() -> None:
    assert "worksheet" in only(read(b"a\n1\n", worksheet="X"), "setting-unused").text


@pytest.mark.parametrize(
    "wrong",
    [
        {"header_row": -1},
        {"delimiter": ""},
        {"delimiter": "::"},
        {"delimiter": '"'},
        {"encoding": ""},
    ],
)
def test_settings_no_table_could_be_read_with_are_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"header_row|delimiter|encoding"):
        TableSettings(**wrong)  # type: ignore[arg-type]  # wrong on purpose


def test_a_table_without_a_header_has_columns_by_their_letters() -> None:
    document = read(b"05.01.2022,Dana,a\n06.01.2022,Aliya,b\n", header_row=0)
    assert document.header == ("column A", "column B", "column C")
    assert [row.values for row in document.rows] == [
        ("05.01.2022", "Dana", "a"),
        ("06.01.2022", "Aliya", "b"),
    ]
    assert [(row.number, row.at_row, row.line) for row in document.rows] == [(1, 1, 1), (2, 2, 2)]
    assert document.findings == ()
