"""A document: an original as a reader understood it; for tables, its rows and cells as found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from qantar.model.finding import Finding, Locator

HIDDEN_COLUMNS: Final = "hidden_columns"
"""Names, among what was found of a table, the letters of the columns that a workbook hides."""
WORKSHEETS_LEFT_OUT: Final = "worksheets_left_out"
"""Names, among the same, the worksheets that were not read."""
HIDDEN_ROWS: Final = "hidden_rows"
"""Counts, among the same, the rows that a workbook hides, those above the header too."""
_PARTED: Final = "; "


def column_letters(index: int) -> str:
    """Name a column as a spreadsheet does: 0 is A, 25 is Z, 26 is AA.

    Raises:
        ValueError: `index` is negative.
    """
    if index < 0:
        message = f"a column index is never negative: {index}"
        raise ValueError(message)
    letters = ""
    while index >= 0:
        index, rest = divmod(index, 26)
        letters = chr(ord("A") + rest) + letters
        index -= 1
    return letters


def listed_columns(indices: Iterable[int]) -> str:
    """Write columns, counted from 0, by their letters: `C; F`."""
    return _PARTED.join(column_letters(index) for index in sorted(indices))


def hidden_columns(meta: Mapping[str, object]) -> frozenset[int]:
    """Give the columns, counted from 0, that a workbook hides."""
    said = str(meta.get(HIDDEN_COLUMNS, ""))
    return frozenset(_column_index(letters) for letters in said.split(_PARTED) if letters)


def _column_index(letters: str) -> int:
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - ord("A") + 1
    return index - 1


@dataclass(frozen=True, slots=True)
class Row:
    """One data row, as found.

    `number` counts data rows from 1 (the header not counted), `line` is the
    physical line of a text file (None in a workbook), `at_row` the row a
    spreadsheet program would show (the header is row 1 unless the sheet says
    otherwise). `values` are the raw texts in the order of the document's
    `header` and exactly as many: an absent cell is "". For spreadsheets a raw
    text is the value's canonical spelling (dates ISO 8601, whole numbers
    without a decimal point). What stood beyond the header is in `extra` and has
    a `too-many-cells` finding. `hidden` is a row that the workbook does not show.
    """

    number: int
    line: int | None
    at_row: int
    values: tuple[str, ...]
    sheet: str | None = None
    extra: tuple[str, ...] = ()
    hidden: bool = False

    def cell(self, index: int) -> str:
        """Address of the value at `index`, in A1 form."""
        return f"{column_letters(index)}{self.at_row}"

    def locator(self, header: tuple[str, ...], column: str | None = None) -> Locator:
        """Say where this row, or its cell under `column`, stands."""
        if column is None or column not in header:
            return Locator(sheet=self.sheet, row=self.number, line=self.line)
        cell = self.cell(header.index(column))
        return Locator(sheet=self.sheet, row=self.number, line=self.line, cell=cell, column=column)


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A table as found: header, rows and what the reader noticed.

    `unreadable` counts rows (or lines) that gave no row; each has a finding.
    `reader` and `version` name the code that read it: a cached reading is used
    again only when both still fit. `meta` holds what was detected (encoding,
    delimiter, worksheets), as flat strings.
    """

    reader: str
    version: int
    sha256: str
    media_type: str
    encoding: str | None
    header: tuple[str, ...]
    rows: tuple[Row, ...]
    unreadable: int = 0
    findings: tuple[Finding, ...] = ()
    meta: dict[str, str] = field(default_factory=dict)
