"""What a worksheet holds besides values: formulas, errors, hidden rows, and how far it reaches."""

from __future__ import annotations

import io
from bisect import bisect_left
from dataclasses import dataclass, field
from typing import Final

from qantar.model.document import column_letters
from qantar.readers.caps import MAX_CELLS_NAMED, MAX_SHEET_CELLS

ERROR_CODES: Final = ("#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A")


class UnreadableWorkbookError(Exception):
    """A workbook, or one worksheet of it, cannot be read; `code` and `text` become its finding."""

    def __init__(self, code: str, text: str) -> None:
        """Keep both for the finding."""
        self.code, self.text = code, text
        super().__init__(text)


@dataclass(slots=True)
class CellList:
    """Cells by address: the first twenty, and how many there are."""

    count: int = 0
    first: list[str] = field(default_factory=list)

    def add(self, row: int, column: int) -> None:
        """Add the cell at `row` and `column`, both counting from 0."""
        self.count += 1
        if len(self.first) < MAX_CELLS_NAMED:
            self.first.append(f"{column_letters(column)}{row + 1}")


@dataclass(slots=True)
class Spans:
    """Rows or columns, counted from 0: a file may name them in any order, and more than once."""

    _stretches: list[tuple[int, int]] = field(default_factory=list)
    _is_settled: bool = True

    def add(self, first: int, last: int) -> None:
        """Add those from the first to the last."""
        if last < first:
            return
        before = self._stretches[-1] if self._stretches else None
        if before and before[0] <= first <= before[1] + 1:
            self._stretches[-1] = (before[0], max(last, before[1]))
            return
        self._is_settled = self._is_settled and (before is None or first > before[1])
        self._stretches.append((first, last))

    def within(self, size: int) -> int:
        """How many there are before the number `size`."""
        return sum(max(0, min(last + 1, size) - first) for first, last in self._settled())

    def __contains__(self, number: int) -> bool:
        """Whether it is one of them."""
        found = self._settled()
        at = bisect_left(found, number, key=_last)
        return at < len(found) and found[at][0] <= number

    def __bool__(self) -> bool:
        """Whether there are any."""
        return bool(self._stretches)

    def _settled(self) -> list[tuple[int, int]]:
        if not self._is_settled:
            named = sorted(self._stretches)
            self._stretches, self._is_settled = [], True
            for first, last in named:
                self.add(first, last)
        return self._stretches


def _last(stretch: tuple[int, int]) -> int:
    return stretch[1]


@dataclass(slots=True)
class SheetScan:
    """One worksheet, as its file format tells it.

    `rows` and `columns` reach to the last cell with content, counted from A1.
    `unsaved` are formulas without a stored result, read as empty. `errors` is
    row → column → code, both from 0. `fault` says why the worksheet itself
    cannot be read.
    """

    rows: int = 0
    columns: int = 0
    formulas: CellList = field(default_factory=CellList)
    unsaved: CellList = field(default_factory=CellList)
    errors: dict[int, dict[int, str]] = field(default_factory=dict)
    hidden_rows: Spans = field(default_factory=Spans)
    hidden_columns: Spans = field(default_factory=Spans)
    fault: UnreadableWorkbookError | None = None

    def reach(self, row: int, column: int) -> None:
        """Note that the cell at `row` and `column`, from 0, has content."""
        self.rows = max(self.rows, row + 1)
        self.columns = max(self.columns, column + 1)

    def add_error(self, row: int, column: int, code: str) -> None:
        """Keep the code of an error cell."""
        self.errors.setdefault(row, {})[column] = code


def refuse_oversize(scans: list[SheetScan]) -> None:
    """Refuse worksheets that would be laid out as too large a rectangle.

    Raises:
        UnreadableWorkbookError: together they reach over more cells than the cap.
    """
    if sum(scan.rows * scan.columns for scan in scans) <= MAX_SHEET_CELLS:
        return
    largest = max(scans, key=lambda scan: scan.rows * scan.columns)
    raise UnreadableWorkbookError(
        code="too-large",
        text=f"A worksheet reaches over {largest.rows:,} rows and {largest.columns:,} columns; the "
        f"cap is {MAX_SHEET_CELLS:,} cells. It was not read. Delete what stands far out, or save "
        "the worksheet as CSV.",
    )


@dataclass(slots=True)
class WorkbookScan:
    """All worksheets in order, and what else there is, as code and words of a finding.

    `clean` is the workbook in a container written anew, where the library must
    not see the one that came.
    """

    sheets: list[SheetScan] = field(default_factory=list)
    clean: io.BytesIO | None = None
    extras: list[tuple[str, str]] = field(default_factory=list)
