"""Lay cells under a header, row by row: what all table formats have in common."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from qantar.model.document import Row, column_letters
from qantar.model.finding import Locator
from qantar.readers.caps import MAX_CELL_CHARS, MAX_CELLS, MAX_CELLS_NAMED, MAX_COLUMNS, MAX_ROWS
from qantar.readers.finding_log import FindingLog, counted, shown, some_of

CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a row of cells stands: see `Row` for `at_row` and `line`."""

    at_row: int
    line: int | None = None
    sheet: str | None = None
    hidden: bool = False


def _plain(cell: str) -> str:
    return cell.strip("\ufeff").strip().strip("\ufeff").strip()


def header_names(cells: Sequence[str]) -> tuple[str, ...]:
    """Give every column a name of its own.

    Outer whitespace and byte order marks go; an empty header becomes `column B`
    after its letter; a repeated one gets the first free number: `Name`, `Name#2`.
    """
    named = [_plain(cell) or f"column {column_letters(i)}" for i, cell in enumerate(cells)]
    reserved, taken = set(named), dict[str, int]()
    for name in named:
        unique, number = name, 1
        while unique in taken or (number > 1 and unique in reserved):
            number = max(number, taken.get(name, 1)) + 1
            unique = f"{name}#{number}"
        taken[unique] = 1
        taken[name] = number
    return tuple(unique for unique in taken)


def letters(width: int) -> list[str]:
    """The names of the columns of a table that has no header."""
    return [f"column {column_letters(index)}" for index in range(min(width, MAX_COLUMNS))]


@dataclass(slots=True)
class TableBuilder:
    """Take in a header, then rows; every row counts in exactly one of `rows` and `unreadable`.

    Attributes:
        header: the columns' names, once `start` was called.
        rows: the rows read.
        unreadable: data rows that gave no row; each has a finding.
        blank_rows: wholly blank rows between data rows, left out.
        rows_above_header: rows with text above the header row the sheet gives.
    """

    log: FindingLog
    header: tuple[str, ...] = ()
    rows: list[Row] = field(default_factory=list)
    unreadable: int = 0
    blank_rows: int = 0
    rows_above_header: int = 0
    _blank_since_data: int = 0
    _header_place: Place | None = None
    _header_cells: tuple[str, ...] = ()
    _texts: dict[str, str] = field(default_factory=dict)
    _over_cap: int = 0
    _first_over_cap: Locator | None = None

    def start(self, cells: Sequence[str], place: Place) -> None:
        """Take the header. Columns beyond 16,384 are left out and reported."""
        if len(cells) > MAX_COLUMNS:
            self.log.loss(
                "too-large",
                f"The header has {len(cells):,} columns; the cap is {MAX_COLUMNS:,}. What stands "
                "beyond it was left out. Split the table, or check its delimiter.",
                Locator(sheet=place.sheet, line=place.line),
            )
            cells = cells[:MAX_COLUMNS]
        self._header_place, self._header_cells = place, tuple(cells)
        self.header = header_names(cells)

    @property
    def started(self) -> bool:
        """Whether a header was taken."""
        return self._header_place is not None

    @property
    def next_number(self) -> int:
        """The number of the next data row."""
        return len(self.rows) + self.unreadable + 1

    def above_header(self, cells: Sequence[str], where: Locator) -> None:
        """Keep what stands above the header row in sight: it may say what the table is."""
        self.rows_above_header += 1
        text = " | ".join(cell for cell in cells if cell.strip())
        self.log.note("above-header", f"Above the header row stands {shown(text)}.", where)

    def moved_header(self, asked: int, found: int, where: Locator) -> None:
        """Say when the header row asked for is blank and a later one was taken."""
        if found != asked:
            self.log.note(
                "header-moved",
                f"Row {asked} is blank; the header was taken from row {found}, the next with text.",
                where,
            )

    def same_header(self, cells: Sequence[str]) -> bool:
        """Whether another worksheet's header names the same columns in the same order."""
        return [cell.strip() for cell in cells] == [cell.strip() for cell in self._header_cells]

    def add(self, cells: list[str], place: Place, *, padded: bool = True) -> Row | None:
        """Take a data row.

        Args:
            cells: raw texts in the order of the header.
            place: where the row stands.
            padded: False where a missing cell is worth a note, as in delimited text.

        Returns:
            The row; None if it is blank or beyond a cap.
        """
        if not any(map(str.strip, cells)):
            self._blank_since_data += 1
            return None
        self.blank_rows += self._blank_since_data
        self._blank_since_data = 0
        number = self.next_number
        if number > MAX_ROWS or number * len(self.header) > MAX_CELLS:
            self._beyond_cap(Locator(sheet=place.sheet, row=number, line=place.line))
            return None
        text = "".join(cells)
        if len(text) > MAX_CELL_CHARS and self._has_giant_cell(cells, number, place):
            return None
        row = self._row(cells, number, place, padded=padded)
        if not text.isprintable() and CONTROL.search(text):
            self._note_controls(row)
        return row

    def lose(self, code: str, text: str, where: Locator, *, rows: int = 1) -> None:
        """Count data rows that could not be read, and say why."""
        self.blank_rows += self._blank_since_data
        self._blank_since_data = 0
        self.unreadable += rows
        self.log.loss(code, text, where)

    def report_empty(self) -> None:
        """Say when there was nothing to read, or nothing but a header."""
        if self.rows_above_header and not self.started:
            self.log.loss(
                "empty",
                f"The header row asked for lies beyond the last of "
                f"{counted(self.rows_above_header, 'row')}. No row was read; correct `header_row` "
                "in the sheet.",
            )
        elif not self.header and not self.unreadable:
            self.log.loss("empty", "The file is empty: it holds no header and no row.")
        elif not self.rows and not self.unreadable:
            self.log.note("empty", "The file holds a header and no row under it.")

    def finish(self) -> None:
        """Report on the header and the caps; drop unnamed columns at the end that hold nothing."""
        self._drop_empty_tail()
        self._report_header()
        if self._over_cap:
            self.log.loss(
                "too-large",
                f"{counted(self._over_cap, 'row')} beyond the cap of {MAX_ROWS:,} rows and "
                f"{MAX_CELLS:,} cells of one table were not read. Split the table; add each part.",
                self._first_over_cap,
            )
        self._texts.clear()

    def _row(self, cells: list[str], number: int, place: Place, *, padded: bool) -> Row:
        width, same = len(self.header), self._texts.setdefault
        extra: tuple[str, ...] = ()
        if len(cells) != width:
            extra = tuple(cells[width:])
            if not any(map(str.strip, extra)):
                extra = ()
            short = width - len(cells)
            cells = cells[:width] + [""] * short
            if short > 0 and not padded:
                self._note_ragged(number, place, width - short)
        values = tuple([same(cell, cell) for cell in cells])
        row = Row(number, place.line, place.at_row, values, place.sheet, extra, place.hidden)
        self.rows.append(row)
        if extra:
            self._note_extra(row)
        return row

    def _beyond_cap(self, where: Locator) -> None:
        self.unreadable += 1
        self._over_cap += 1
        self._first_over_cap = self._first_over_cap or where

    def _has_giant_cell(self, cells: list[str], number: int, place: Place) -> bool:
        for index, cell in enumerate(cells):
            if len(cell) > MAX_CELL_CHARS:
                where = self.locator(index, number, place)
                self.lose(
                    "too-large",
                    f"A cell of {len(cell):,} characters; the cap is {MAX_CELL_CHARS:,}. It begins "
                    f"{shown(cell)}. The row was not read; shorten the cell in a copy, add that.",
                    where,
                )
                return True
        return False

    def locator(self, index: int, number: int, place: Place) -> Locator:
        """Where the cell at `index` of data row `number` stands; beyond the header too."""
        return Locator(
            sheet=place.sheet,
            row=number,
            line=place.line,
            cell=f"{column_letters(index)}{place.at_row}",
            column=self.header[index] if index < len(self.header) else None,
        )

    def _note_ragged(self, number: int, place: Place, found: int) -> None:
        self.log.note(
            "ragged-row",
            f"The row has {counted(found, 'cell')} where the header has {len(self.header):,}; "
            "the missing ones were left empty.",
            Locator(sheet=place.sheet, row=number, line=place.line),
        )

    def _note_extra(self, row: Row) -> None:
        width = len(self.header)
        texts = some_of([shown(cell) for cell in row.extra[:MAX_CELLS_NAMED]], len(row.extra))
        self.log.note(
            "too-many-cells",
            f"The row has {counted(width + len(row.extra), 'cell')} where the header has "
            f"{width:,}; beyond it stands {texts}. "
            "That text is kept beside the row but belongs to no column: give it a header"
            f"{', or quote the cell that holds the delimiter' if row.line else ''}.",
            Locator(sheet=row.sheet, row=row.number, line=row.line, cell=row.cell(width)),
        )

    def _note_controls(self, row: Row) -> None:
        place = Place(row.at_row, row.line, row.sheet)
        for index, cell in enumerate((*row.values, *row.extra)):
            if CONTROL.search(cell):
                self.log.note(
                    "control-characters",
                    f"The cell holds control characters: {shown(cell)}. Its text was kept as is.",
                    self.locator(index, row.number, place),
                )

    def _drop_empty_tail(self) -> None:
        width = len(self._header_cells)
        while width and not self._header_cells[width - 1].strip():
            if any(row.values[width - 1].strip() for row in self.rows):
                break
            width -= 1
        if width < len(self.header):
            self.header = self.header[:width]
            self._header_cells = self._header_cells[:width]
            self.rows = [replace(row, values=row.values[:width]) for row in self.rows]

    def _report_header(self) -> None:
        place = self._header_place
        if place is None:
            return
        empty = [index for index, cell in enumerate(self._header_cells) if not _plain(cell)]
        if empty:
            names = [self.header[index] for index in empty]
            self.log.note(
                "empty-header",
                f"{counted(len(empty), 'column has', 'columns have')} no name in the header; "
                f"called {some_of(names, len(names))}.",
                self._header_locator(empty[0], place),
            )
        for index, (cell, name) in enumerate(zip(self._header_cells, self.header, strict=True)):
            self._report_renamed(index, cell, name, place)

    def _report_renamed(self, index: int, cell: str, name: str, place: Place) -> None:
        where, plain = self._header_locator(index, place), _plain(cell)
        if plain and plain != name:
            self.log.note(
                "duplicate-header",
                f"The header {shown(plain)} stands more than once; this column is called "
                f"{shown(name)}.",
                where,
            )
        if CONTROL.search(plain):
            self.log.note(
                "control-characters", f"The header {shown(plain)} holds control characters.", where
            )

    def _header_locator(self, index: int, place: Place) -> Locator:
        # JSON has no header row, and so no cell to point to.
        cell = f"{column_letters(index)}{place.at_row}" if place.at_row else None
        return Locator(sheet=place.sheet, line=place.line, cell=cell, column=self.header[index])
