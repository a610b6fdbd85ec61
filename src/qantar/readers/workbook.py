"""XLSX, XLS and ODS workbooks: the values as the workbook stores them, formulas never computed."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import BinaryIO, Final

from python_calamine import CalamineWorkbook, SheetMetadata, SheetTypeEnum, SheetVisibleEnum

from qantar.errors import InputRefusedError
from qantar.model.document import HIDDEN_COLUMNS, HIDDEN_ROWS, WORKSHEETS_LEFT_OUT, listed_columns
from qantar.model.finding import Locator
from qantar.model.table_settings import TableSettings
from qantar.readers.finding_log import FindingLog, counted, shown, some_of
from qantar.readers.media_type import ODS, XLS, XLSX, TableFormat
from qantar.readers.ods_scan import scan_ods
from qantar.readers.table_builder import Place, TableBuilder, letters
from qantar.readers.workbook_cells import damaged_workbook, library_faults, rows_of
from qantar.readers.workbook_scan import (
    SheetScan,
    UnreadableWorkbookError,
    refuse_oversize,
)
from qantar.readers.xls_scan import scan_xls
from qantar.readers.xlsx_scan import scan_xlsx

_SCANS: Final = {XLSX.media_type: scan_xlsx, XLS.media_type: scan_xls, ODS.media_type: scan_ods}


def read_workbook(
    source: BinaryIO, found: TableFormat, settings: TableSettings, log: FindingLog
) -> tuple[TableBuilder, dict[str, str]]:
    """Read the worksheets of a workbook into one table.

    Args:
        source: the workbook.
        found: which of the three formats it has.
        settings: worksheet and header row, where the sheet gives them; else
            all visible worksheets that share the first one's header.
        log: where the reader notes what it meets. A workbook that cannot be
            read at all is a finding, and the table has no header.

    Returns:
        The table, and the facts found: worksheets read and left out.

    Raises:
        InputRefusedError: there is no worksheet of the name the sheet gives.
    """
    reading = _Reading(settings, log, TableBuilder(log))
    source.seek(0)
    try:
        # Always from memory: at most the cap on files, and the library cannot close the caller's.
        data = io.BytesIO(source.read())
        scan = _SCANS[found.media_type](data)
        for code, words in scan.extras:
            log.note(code, f"The workbook holds {words}, which were not read.")
        if found is not XLSX:
            refuse_oversize(scan.sheets)  # the library lays all of them out at once
        data = scan.clean or data
        data.seek(0)
        with library_faults(), CalamineWorkbook.from_filelike(data) as workbook:
            reading.run(workbook, scan.sheets)
        if not reading.faulty:
            reading.builder.report_empty()
    except UnreadableWorkbookError as fault:
        log.loss(fault.code, fault.text)
    reading.builder.finish()
    return reading.builder, reading.facts()


@dataclass(slots=True)
class _Reading:
    """Takes worksheets in one after another; the first one read gives the header."""

    settings: TableSettings
    log: FindingLog
    builder: TableBuilder
    read: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    scans: list[SheetScan] = field(default_factory=list)
    hides_header: bool = False
    faulty: bool = False

    def run(self, workbook: CalamineWorkbook, scans: list[SheetScan]) -> None:
        sheets = workbook.sheets_metadata
        if len(sheets) != len(scans):
            raise damaged_workbook(why=f"it lists {len(sheets)} worksheets and holds {len(scans)}")
        asked = self.settings.worksheet
        if asked is not None and asked not in workbook.sheet_names:
            raise _no_such_sheet(asked, workbook.sheet_names, self.log.file)
        for number, (sheet, scan) in enumerate(zip(sheets, scans, strict=True)):
            if self._wanted(sheet, scan):
                self.read.append(sheet.name)
                self._read_sheet(workbook, number, scan)
            else:
                self.left_out.append(sheet.name)

    def facts(self) -> dict[str, str]:
        """What was read, for the document's `meta`."""
        facts = {"worksheets": "; ".join(self.read), "blank_rows": str(self.builder.blank_rows)}
        if self.left_out:
            facts[WORKSHEETS_LEFT_OUT] = "; ".join(self.left_out)
        if hidden := self._hidden_columns():
            facts[HIDDEN_COLUMNS] = listed_columns(hidden)
        if rows := sum(one.hidden_rows.within(one.rows) for one in self.scans):
            facts[HIDDEN_ROWS] = str(rows)
        return facts

    def _hidden_columns(self) -> list[int]:
        """The columns that a worksheet hides; all of them where it hides what they are called."""
        named = [one.hidden_columns for one in self.scans if one.hidden_columns]
        if not (self.hides_header or named):
            return []
        extra = max((len(row.extra) for row in self.builder.rows), default=0)
        columns = range(len(self.builder.header) + extra)
        return [n for n in columns if self.hides_header or any(n in one for one in named)]

    def _wanted(self, sheet: SheetMetadata, scan: SheetScan) -> bool:
        """Whether to read a worksheet; why not, if not, is a finding."""
        where, hidden = Locator(sheet=sheet.name), _hidden_word(sheet)
        if self.settings.worksheet is not None:
            if sheet.name == self.settings.worksheet and hidden:
                text = f"The worksheet is {hidden}; it was read because the sheet names it."
                self.log.note("hidden-content", text, where)
            return sheet.name == self.settings.worksheet
        if hidden:
            report = self.log.loss if scan.rows else self.log.note
            report(
                "hidden-content",
                f"The worksheet is {hidden} and was not read; it holds "
                f"{counted(scan.rows, 'row')}. To read it, name it as `worksheet` in the sheet.",
                where,
            )
        elif sheet.typ != SheetTypeEnum.WorkSheet:
            self.log.note("unsupported", "The sheet is a chart or a macro, not a table.", where)
        return not hidden and sheet.typ == SheetTypeEnum.WorkSheet

    def _read_sheet(self, workbook: CalamineWorkbook, number: int, scan: SheetScan) -> None:
        name = workbook.sheet_names[number]
        try:
            if scan.fault:
                raise scan.fault
            refuse_oversize([scan])
            self.scans.append(scan)
            with library_faults():
                sheet = workbook.get_sheet_by_index(number)
                _SheetRows(self, name, scan).take(rows_of(sheet, scan))
        except UnreadableWorkbookError as fault:
            self.faulty = True
            self.log.loss(fault.code, fault.text, Locator(sheet=name))
        _report_scan(scan, name, self.log)


@dataclass(slots=True)
class _SheetRows:
    """Takes the rows of one worksheet: above the header, the header, data."""

    reading: _Reading
    name: str
    scan: SheetScan
    headed: bool = False
    differing: tuple[str, ...] | None = None
    lost: int = 0

    def take(self, rows: Iterator[tuple[int, list[str] | None]]) -> None:
        for at_row, cells in rows:
            if cells is None:
                self._impossible(at_row)
            elif self.differing is not None:
                self.lost += any(map(str.strip, cells))
            elif self.headed:
                self._data(at_row, cells)
            elif any(map(str.strip, cells)):
                self._before_data(at_row, cells)
        self._report_differing()

    def _before_data(self, at_row: int, cells: list[str]) -> None:
        builder, asked = self.reading.builder, self.reading.settings.header_row
        where = Locator(sheet=self.name, cell=f"A{at_row}")
        if not asked:
            if not builder.started:
                builder.start(letters(len(cells)), Place(0, None, self.name))
            self.headed = True
            self._data(at_row, cells)
            return
        if at_row < asked:
            builder.above_header(cells, where)
            return
        builder.moved_header(asked, at_row, where)
        if not builder.started:
            builder.start(cells, Place(at_row, None, self.name))
            self.reading.hides_header = at_row - 1 in self.scan.hidden_rows
        elif not builder.same_header(cells):
            self.differing = tuple(cells)
        self.headed = True

    def _data(self, at_row: int, cells: list[str]) -> None:
        builder = self.reading.builder
        place = Place(at_row, None, self.name, at_row - 1 in self.scan.hidden_rows)
        row = builder.add(cells, place)
        for column, code in self.scan.errors.get(at_row - 1, {}).items() if row else ():
            where = builder.locator(column, builder.next_number - 1, place)
            text = f"The cell holds the error {shown(code)}, which was kept as its text."
            builder.log.note("error-cell", text, where)

    def _impossible(self, at_row: int) -> None:
        builder, counts = self.reading.builder, self.headed and self.differing is None
        text = (
            "The row holds a length of time beyond what can be counted; it was not read. The cell "
            "is probably a number that is formatted as a time: correct the format in a copy."
        )
        number = builder.next_number if counts else None
        where = Locator(sheet=self.name, row=number, cell=f"A{at_row}")
        builder.lose("impossible-date", text, where, rows=1 if counts else 0)

    def _report_differing(self) -> None:
        if self.differing is None:
            return
        builder = self.reading.builder
        found = " | ".join(self.differing)
        text = (
            "The header of this worksheet differs from that of the first one read: "
            f"{shown(found)}. Its {counted(self.lost, 'row')} were not read. Add the file once "
            "more with `worksheet` in the sheet to read this one as a table of its own."
        )
        builder.lose("header-differs", text, Locator(sheet=self.name), rows=self.lost)


def _hidden_word(sheet: SheetMetadata) -> str:
    if sheet.visible == SheetVisibleEnum.Visible:
        return ""
    return "hidden" if sheet.visible == SheetVisibleEnum.Hidden else "very hidden"


def _no_such_sheet(asked: str, names: list[str], file: str) -> InputRefusedError:
    known = some_of([shown(name) for name in names], len(names))
    return InputRefusedError(
        f"There is no worksheet {shown(asked)}.",
        where=file,
        next=f"Give one of {known}, or leave `worksheet` out to read all visible ones.",
    )


def _report_scan(scan: SheetScan, name: str, log: FindingLog) -> None:
    """Say what a worksheet that was read holds besides values."""
    where = Locator(sheet=name)
    if formulas := scan.formulas.count:
        log.note(
            "formula",
            f"{counted(formulas, 'cell holds a formula', 'cells hold formulas')}: "
            f"{some_of(scan.formulas.first, formulas)}. The stored results were read; nothing was "
            "computed anew.",
            replace(where, cell=scan.formulas.first[0]),
        )
    if unsaved := scan.unsaved.count:
        log.loss(
            "formula",
            f"{counted(unsaved, 'formula has', 'formulas have')} no stored result and read as "
            f"empty: {some_of(scan.unsaved.first, unsaved)}. Open the workbook in a spreadsheet "
            "program, save it, and add that copy too.",
            replace(where, cell=scan.unsaved.first[0]),
        )
    rows = scan.hidden_rows.within(scan.rows)
    columns = scan.hidden_columns.within(scan.columns)
    if rows or columns:
        log.note(
            "hidden-content",
            f"{counted(rows, 'row')} and {counted(columns, 'column')} of the worksheet are hidden. "
            "They were read like the others, and are left out of a dossier: a column unless the "
            'sheet names it, rows unless it says hidden_rows = "publish".',
            where,
        )


def worksheet_names(source: BinaryIO) -> dict[str, bool]:
    """Give the names of an XLSX workbook's worksheets, in order, and whether each is hidden.

    Raises:
        UnreadableWorkbookError: it is damaged, or larger than what is read.
    """
    source.seek(0)
    data = io.BytesIO(source.read())
    scan = scan_xlsx(data)
    data = scan.clean or data
    data.seek(0)
    with library_faults(), CalamineWorkbook.from_filelike(data) as workbook:
        return {sheet.name: bool(_hidden_word(sheet)) for sheet in workbook.sheets_metadata}
