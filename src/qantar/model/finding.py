"""A finding: something a reader or check noticed about the material. A value, not an exception."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """Whether something of the material could not be taken over."""

    NOTE = "note"
    LOSS = "loss"


@dataclass(frozen=True, slots=True, kw_only=True)
class Locator:
    """Where in an original something stands; every number counts from 1.

    `row` counts data rows (the header not counted), `line` physical lines of a
    text file, `cell` is in A1 form and is given for delimited files too (the
    header row is row 1 of the sheet, as a spreadsheet program would show it).
    `column` is the header text, as found.
    """

    sheet: str | None = None
    row: int | None = None
    line: int | None = None
    cell: str | None = None
    column: str | None = None

    def words(self) -> str:
        """Say the place as a person would: `worksheet Sheet1, row 12, column Date (cell C13)`."""
        parts = [
            f"worksheet {self.sheet}" if self.sheet else "",
            f"row {self.row}" if self.row is not None else "",
            f"line {self.line}" if self.line is not None else "",
            f"column {self.column}" if self.column else "",
        ]
        said = ", ".join(part for part in parts if part)
        if not self.cell:
            return said
        return f"{said} (cell {self.cell})" if said else f"cell {self.cell}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing noticed about the material.

    `code` is a kebab-case word of `docs/findings.md`; `text` says what was
    found and what was done about it, with the raw text quoted; `file` is the
    name of the file as the sheet gives it (never an absolute path).
    """

    code: str
    text: str
    severity: Severity
    file: str | None = None
    where: Locator | None = None
    original: str | None = None
    accession: str | None = None
