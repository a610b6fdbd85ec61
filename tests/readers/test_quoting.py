"""Quotes that break the rules: they cost their own row, never the rest of the file, and never in silence."""

from __future__ import annotations

import pytest

from qantar.model.finding import Severity
from qantar.readers import caps

from .table_samples import codes, losses, only, read, values


def test_quoted_cells_may_hold_delimiters_quotes_and_line_ends() -> None:
    document = read(b'a,b\n1,"x, ""y""\r\nz"\n2,""\n')
    assert values(document) == [("1", 'x, "y"\r\nz'), ("2", "")]
    assert codes(document) == []


def test_a_file_cut_inside_a_quoted_cell_loses_that_row_alone() -> None:
    document = read(b'a,b,c\n1,x,y\n2,"long text\nthat goes on, and on\nand is cut')
    assert values(document) == [("1", "x", "y")]
    assert document.unreadable == 1
    finding = only(document, "truncated")
    assert finding.severity is Severity.LOSS
    assert "opens in line 3" in finding.text
    assert "lines 3 to 5" in finding.text
    assert "long text" in finding.text
    assert finding.where is not None
    assert (finding.where.row, finding.where.line) == (2, 3)


def test_the_line_named_is_that_of_the_quote_and_not_of_the_row() -> None:
    document = read(b'a,b,c\n1,"x\ny","z\nand more')
    assert "opens in line 3" in only(document, "truncated").text


def test_a_stray_quote_does_not_swallow_the_rows_after_it() -> None:
    rows = b"".join(b"%d,name,place\n" % number for number in range(2, 500))
    document = read(b'id,a,b\n1,"name,place\n' + rows)
    assert len(document.rows) == 498
    assert document.unreadable == 1
    assert document.rows[0].number == 2
    assert document.rows[0].line == 3
    finding = only(document, "truncated")
    assert "line 2 could not be read" in finding.text


def test_two_stray_quotes_cost_two_rows() -> None:
    document = read(b'id,a,b\n1,"x,y\n2,x,y\n3,"x,y\n4,x,y\n')
    assert values(document) == [("2", "x", "y"), ("4", "x", "y")]
    assert document.unreadable == 2
    assert len(losses(document)) == 2


def test_a_stray_quote_among_quoted_cells_costs_its_row() -> None:
    document = read(b'id,a,b\n1,"x,y\n2,"x",y\n3,"x",y\n')
    assert values(document) == [("2", "x", "y"), ("3", "x", "y")]
    assert losses(document) == ["stray-quote"]
    assert "line 2" in only(document, "stray-quote").text


def test_a_cell_of_lines_that_look_like_rows_is_read_as_its_quotes_say_and_told() -> None:
    document = read(b'id,a,b\n1,"x,y\n2,x,y\n3,x",y\n4,x,y\n')
    assert values(document) == [("1", "x,y\n2,x,y\n3,x", "y"), ("4", "x", "y")]
    finding = only(document, "stray-quote")
    assert finding.severity is Severity.NOTE
    assert "lines 2 to 4" in finding.text


def test_a_cell_over_lines_that_leaves_its_row_too_short_is_taken_for_a_stray_quote() -> None:
    document = read(b'id,a,b\n1,"x,y\n2,x,y\n3,x,y"\n4,x,y\n')
    assert ("2", "x", "y") in values(document)
    assert ("4", "x", "y") in values(document)
    assert losses(document) == ["stray-quote"]


def test_inner_quotes_that_are_not_doubled_keep_their_row() -> None:
    document = read('id,a,b\n1,"ТОО "Выдумка"",y\n2,x,y\n'.encode())
    assert values(document) == [("1", 'ТОО Выдумка""', "y"), ("2", "x", "y")]
    finding = only(document, "stray-quote")
    assert finding.severity is Severity.NOTE
    assert 'ТОО "Выдумка""' in finding.text


def test_a_long_cell_with_inner_quotes_stays_one_row() -> None:
    document = read(b'id,a,b\n1,"first\nsaid "no" and left",y\n2,x,y\n')
    assert values(document) == [("1", 'first\nsaid no" and left"', "y"), ("2", "x", "y")]
    assert document.unreadable == 0


def test_a_quote_inside_an_unquoted_cell_is_text() -> None:
    document = read(b'id,a,b\n1,12" rail,y\n2,x,y\n')
    assert values(document) == [("1", '12" rail', "y"), ("2", "x", "y")]
    assert codes(document) == []


def test_a_header_with_a_stray_quote_is_read_from_its_own_line() -> None:
    document = read(b'id,"name\n1,x\n2,y\n')
    assert document.header == ("id", "name")
    assert values(document) == [("1", "x"), ("2", "y")]
    assert "stray-quote" in codes(document)


def test_a_single_column_goes_on_after_a_stray_quote() -> None:
    document = read(b'name\nx\n"y\nz\n')
    assert values(document) == [("x",), ("z",)]
    assert losses(document) == ["truncated"]


@pytest.mark.parametrize("size", [caps.MAX_CELL_CHARS + 1, caps.MAX_FIELD_CHARS + 10])
def test_a_giant_quoted_cell_costs_its_row_alone(size: int) -> None:
    line = b"x" * 999 + b"\n"
    document = read(b'a,b\n1,"' + line * (size // 1000 + 1) + b'"\n2,y\n')
    assert values(document) == [("2", "y")]
    assert document.unreadable == 1
    assert losses(document) == ["too-large"]


def test_a_stray_quote_before_a_giant_file_costs_its_row_alone() -> None:
    rows = b"2," + b"y" * 4000 + b"\n"
    document = read(b'a,b\n1,"x\n' + rows * (caps.MAX_FIELD_CHARS // 4000 + 10))
    assert len(document.rows) == caps.MAX_FIELD_CHARS // 4000 + 10
    assert losses(document) == ["truncated"]
