"""Some of the rows of a table: those meant, and what is said of those that nobody means."""

from __future__ import annotations

from qantar.model.column import RowChoice
from qantar.model.finding import Severity
from qantar.reading.choice import chosen

from .tables import document

TABLE = document(("Kind", "What"), ("a", "1"), (" b ", "2"), ("c", "3"), ("", "4"), ("b", "5"))


def test_rows_that_are_meant_keep_their_numbers() -> None:
    rows, _ = chosen(TABLE, RowChoice(header="Kind", values=("b",)))
    assert [(row.number, row.values[1]) for row in rows.rows] == [(2, "2"), (5, "5")]


def test_what_nobody_means_is_counted_by_its_kind() -> None:
    _, left = chosen(TABLE, RowChoice(header="Kind", values=("b",)), elsewhere=frozenset({"a"}))
    assert left is not None
    assert (left.code, left.severity) == ("rows-not-chosen", Severity.NOTE)
    assert left.text.startswith("2 rows have")
    assert '"c" (1), empty (1)' in left.text


def test_nothing_is_said_where_every_row_is_meant() -> None:
    choice = RowChoice(header="Kind", values=("a", "b", "c"))
    rows, left = chosen(document(("Kind",), ("a",), ("c",)), choice)
    assert (len(rows.rows), left) == (2, None)


def test_a_column_that_is_not_there_chooses_nothing_and_is_told() -> None:
    rows, left = chosen(TABLE, RowChoice(header="Sort", values=("a",)))
    assert rows.rows == ()
    assert left is not None
    assert (left.code, left.severity) == ("unknown-column", Severity.LOSS)


def test_a_file_of_which_nothing_could_be_read_is_not_blamed_on_the_sheet() -> None:
    _, left = chosen(document(()), RowChoice(header="Kind", values=("a",)))
    assert left is None
