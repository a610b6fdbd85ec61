"""A finding: something a reader or check noticed about the material. A value, not an exception."""

from __future__ import annotations

from dataclasses import dataclass, fields
from enum import StrEnum


class Severity(StrEnum):
    """Whether something of the material could not be taken over."""

    NOTE = "note"
    LOSS = "loss"


@dataclass(frozen=True, slots=True, kw_only=True)
class Locator:
    """Where in an original something stands; every number counts from 1.

    In tables `row` counts data rows (the header not counted), `line` physical lines of a
    text file, `cell` is in A1 form and is given for delimited files too (the
    header row is row 1 of the sheet, as a spreadsheet program would show it), and
    `column` is the header text, as found. In a table within a document `table`, `row`
    and `column` are numbers.

    `page` counts pages and `box` is (left, top, right, bottom) on it, in points from its
    upper left corner; `paragraph` counts the paragraphs of a text; `message` is the
    message's own id in its export, else its ordinal; `time_ms` is (from, to) in
    milliseconds; `part` names a part of a mail, as in 1.2; `comment` is the comment's
    own id, with its `author` and `date` as found.
    """

    sheet: str | None = None
    row: int | None = None
    line: int | None = None
    at_row: int | None = None
    cell: str | None = None
    column: str | int | None = None
    page: int | None = None
    box: tuple[float, float, float, float] | None = None
    paragraph: int | None = None
    table: int | None = None
    message: str | None = None
    time_ms: tuple[int, int] | None = None
    part: str | None = None
    comment: str | None = None
    author: str | None = None
    date: str | None = None

    def words(self) -> str:
        """Say the place as a person would: `worksheet Sheet1, row 12, column Date (cell C13)`."""
        parts = [
            f"worksheet {self.sheet}" if self.sheet else "",
            f"page {self.page}" if self.page is not None else "",
            f"part {self.part}" if self.part else "",
            f"message {self.message}" if self.message else "",
            f"paragraph {self.paragraph}" if self.paragraph is not None else "",
            f"table {self.table}" if self.table is not None else "",
            f"row {self.row}" if self.row is not None else "",
            f"line {self.line}" if self.line is not None else "",
            f"column {self.column}" if self.column else "",
            f"comment {self.comment}" if self.comment else "",
            f"at {_clock(self.time_ms[0])}" if self.time_ms else "",
        ]
        said = ", ".join(part for part in parts if part)
        if not self.cell:
            return said
        return f"{said} (cell {self.cell})" if said else f"cell {self.cell}"

    def to_json(self) -> dict[str, object]:
        """Give what is known of the place, as every command prints it."""
        found = ((name, getattr(self, name)) for name in _FIELDS)
        return {name: value for name, value in found if value is not None}


_FIELDS = tuple(each.name for each in fields(Locator))


def _clock(milliseconds: int) -> str:
    seconds, thousandths = divmod(milliseconds, 1000)
    minutes, seconds = divmod(seconds, 60)
    return f"{minutes // 60}:{minutes % 60:02d}:{seconds:02d}.{thousandths:03d}"


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
