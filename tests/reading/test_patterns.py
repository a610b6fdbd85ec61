"""Rows of tables of capture patterns: every one read or accounted for."""

from __future__ import annotations

import pytest

from qantar.model.accession import Accession, Holds
from qantar.model.column import Column
from qantar.model.document import Document, Row
from qantar.model.pattern_row import PatternRow
from qantar.model.place import Gazetteer
from qantar.model.speaker import Speakers
from qantar.reading.context import Context, RowsRead
from qantar.reading.identifiers import Identifiers
from qantar.reading.patterns import lists_of, strata_of
from qantar.reading.table import read_rows

COLUMNS = (
    Column(field="in_court", header="Court"),
    Column(field="in_press and radio", header="Press", values={"yes": "1", "": "0"}),
    Column(field="by_sex", header="Sex"),
    Column(field="count", header="Persons", thousands=","),
)
HEADER = ("Court", "Press", "Sex", "Persons")


def read(*rows: tuple[str, ...], header: tuple[str, ...] = HEADER) -> RowsRead:
    accession = Accession(path="patterns.csv", holds=Holds.PATTERNS, columns=COLUMNS)
    document = Document(
        reader="table",
        version=1,
        sha256="a" * 64,
        media_type="text/csv",
        encoding="utf-8",
        header=header,
        rows=tuple(
            Row(number=n, line=n + 1, at_row=n + 1, sheet=None, values=values)
            for n, values in enumerate(rows, start=1)
        ),
        findings=(),
    )
    context = Context(
        accession=accession,
        accession_id="a1",
        original="a" * 64,
        zone="UTC",
        gazetteer=Gazetteer.of(()),
        speakers=Speakers.of(()),
    )
    return read_rows(document, context, Identifiers())


def test_rows_become_patterns() -> None:
    found = read(("1", "yes", "f", "1,306"), ("0", "", "", "0"))
    assert found.patterns == (
        PatternRow(row=1, on=("court", "press and radio"), count=1306, strata=(("sex", "f"),)),
        PatternRow(row=2, on=(), count=0, strata=(("sex", ""),)),
    )
    assert (found.rows_in, found.rows_read, found.rows_unreadable) == (2, 2, 0)
    assert found.findings == ()


@pytest.mark.parametrize(
    ("row", "column", "said"),
    [
        (("2", "yes", "f", "5"), "Court", "neither 0 nor 1"),
        (("", "yes", "f", "5"), "Court", "neither 0 nor 1"),
        (("1", "yes", "f", ""), "Persons", "how many persons"),
        (("1", "yes", "f", "-5"), "Persons", "no number of persons"),
        (("1", "yes", "f", "5.5"), "Persons", "no number of persons"),
        (("1", "yes", "f", "five"), "Persons", "not a number"),
        (("1", "yes", "f", "9" * 20), "Persons", "no number of persons"),
    ],
)
def test_a_row_that_cannot_be_used_is_told_at_its_cell(
    row: tuple[str, ...], column: str, said: str
) -> None:
    found = read(row, ("1", "yes", "f", "7"))
    assert (found.rows_in, found.rows_read, found.rows_unreadable) == (2, 1, 1)
    (finding,) = found.findings
    assert said in finding.text
    assert finding.where is not None
    assert (finding.where.row, finding.where.column) == (1, column)


def test_without_the_column_of_a_list_no_row_is_read_and_that_is_said_once() -> None:
    found = read(("1", "f", "5"), ("0", "m", "5"), header=("Court", "Sex", "Persons"))
    assert (found.rows_in, found.rows_read, found.rows_unreadable) == (2, 0, 2)
    assert [one.code for one in found.findings] == ["unknown-column", "unusable-pattern"]


def test_lists_and_strata_stand_in_the_order_of_the_sheet() -> None:
    accession = Accession(path="patterns.csv", holds=Holds.PATTERNS, columns=COLUMNS)
    assert lists_of(accession) == ("court", "press and radio")
    assert strata_of(accession) == ("sex",)
