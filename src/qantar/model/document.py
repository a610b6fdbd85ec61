"""A document: an original as a reader understood it; for tables, its rows and cells as found."""

from __future__ import annotations

from dataclasses import dataclass, field

from qantar.model.finding import Finding, Locator


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
    a `too-many-cells` finding.
    """

    number: int
    line: int | None
    at_row: int
    values: tuple[str, ...]
    sheet: str | None = None
    extra: tuple[str, ...] = ()

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
