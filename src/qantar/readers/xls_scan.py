"""Read the records of an XLS workbook for what its values do not tell.

Source: Microsoft, [MS-XLS] Excel Binary File Format, sections 2.3 and 2.4.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from typing import BinaryIO, Final

from qantar.readers.caps import MAX_SHEET_CELLS
from qantar.readers.ole import CompoundFile, damaged, wrapped
from qantar.readers.package import encrypted
from qantar.readers.workbook_scan import SheetScan, UnreadableWorkbookError, WorkbookScan

_BOOKS: Final = ("Workbook", "Book", "WORKBOOK", "BOOK")
_BOF: Final = 0x0809
_EOF: Final = 0x000A
_FILE_PASS: Final = 0x002F
_BOUND_SHEET: Final = 0x0085
_FORMULA: Final = 0x0006
_BOOL_OR_ERROR: Final = 0x0205
_MANY_NUMBERS: Final = 0x00BD
_DIMENSIONS: Final = 0x0200
_LONG_DIMENSIONS: Final = 14  # bytes, in BIFF8; earlier versions use 10
_ROW: Final = 0x0208
_COLUMNS: Final = 0x007D
_CELLS: Final = frozenset({_FORMULA, _BOOL_OR_ERROR, 0x0203, 0x0204, 0x027E, 0x00FD, 0x00D6})
_ROW_HIDDEN: Final = 0x20
_HEIGHT: Final = 0x7FFF
_COLUMN_HIDDEN: Final = 0x1
_NOTE: Final = 0x001C
_STRING: Final = 0x0207
_BETWEEN: Final = frozenset({0x04BC, 0x0221, 0x0236})  # a formula shared by cells, before its text
_COMMENTS: Final = ("hidden-content", "cell comments")
_SPECIAL_RESULT: Final = b"\xff\xff"
_TEXT_RESULT: Final = 0
_ERROR_RESULT: Final = 2
_ERRORS: Final = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
}


def scan_xls(source: BinaryIO) -> WorkbookScan:
    """Scan all sheets.

    Raises:
        UnreadableWorkbookError: the file is damaged, encrypted, or another
            kind of Office file.
    """
    source.seek(0)
    compound = CompoundFile(source.read())
    if "EncryptedPackage" in compound.names:
        raise encrypted()
    name = next((each for each in _BOOKS if each in compound.names), None)
    if name is None:
        text = (
            "The file is an older Office file, but no workbook. Open it in the program it belongs "
            "to, save its table as XLSX or CSV, and add that file too."
        )
        raise UnreadableWorkbookError(code="unsupported", text=text)
    book = compound.stream(name)
    scan = WorkbookScan(clean=io.BytesIO(wrapped("Workbook", book)))
    try:
        scan.sheets = [_scan_sheet(book, offset, scan) for offset in _sheet_offsets(book)]
    except (struct.error, IndexError) as error:
        raise damaged(why=str(error)) from error
    if "_VBA_PROJECT_CUR" in compound.names:
        scan.extras.append(("active-content", "macros"))
    return scan


def _records(book: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    """Records of the substream that begins at `at`, without those of charts inside it."""
    depth = 0
    while True:
        if at + 4 > len(book):
            raise damaged(why="a sheet has no end")
        kind, size = struct.unpack_from("<HH", book, at)
        body = book[at + 4 : at + 4 + size]
        if len(body) < size:
            raise damaged(why="a record is cut")
        at += 4 + size
        if depth == 0 and kind != _BOF:
            raise damaged(why="a sheet has no beginning")
        depth += (kind == _BOF) - (kind == _EOF)
        if depth == 0:
            return
        if depth == 1:
            yield kind, body


def _sheet_offsets(book: bytes) -> list[int]:
    offsets = []
    for kind, body in _records(book, 0):
        if kind == _FILE_PASS:
            raise encrypted()
        if kind == _BOUND_SHEET:
            offsets.append(struct.unpack_from("<I", body)[0])
    return offsets


def _scan_sheet(book: bytes, offset: int, workbook: WorkbookScan) -> SheetScan:
    scan = SheetScan()
    awaited: tuple[int, int] | None = None  # a formula whose text result has its own record
    for kind, body in _records(book, offset):
        if awaited and kind not in _BETWEEN:
            if kind != _STRING:
                scan.unsaved.add(*awaited)
            awaited = None
        if kind == _FORMULA and body[12:14] == _SPECIAL_RESULT and body[6] == _TEXT_RESULT:
            awaited = struct.unpack_from("<HH", body)
        if kind in _CELLS:
            row, column = struct.unpack_from("<HH", body)
            scan.reach(row, column)
            _look_at(scan, kind, body)
        elif kind == _MANY_NUMBERS:
            (row,), (last,) = struct.unpack_from("<H", body), struct.unpack("<H", body[-2:])
            scan.reach(row, last)
        elif kind == _DIMENSIONS:
            _check_dimensions(body)
        elif kind == _NOTE:
            if _COMMENTS not in workbook.extras:
                workbook.extras.append(_COMMENTS)
        else:
            _look_for_hidden(scan, kind, body)
    return scan


def _look_for_hidden(scan: SheetScan, kind: int, body: bytes) -> None:
    """Note rows and columns that are hidden, or have no height or width."""
    if kind == _ROW:
        row, _, _, height = struct.unpack_from("<4H", body)
        if body[12] & _ROW_HIDDEN or not height & _HEIGHT:
            scan.hidden_rows.add(row, row)
    elif kind == _COLUMNS:
        first, last, width, _, options = struct.unpack_from("<5H", body)
        if options & _COLUMN_HIDDEN or not width:
            scan.hidden_columns.add(first, last)


def _check_dimensions(body: bytes) -> None:
    """Refuse a used area that is impossible: the library would reserve memory for it."""
    shape = "<IIHH" if len(body) == _LONG_DIMENSIONS else "<HHHH"
    first_row, end_row, _, end_column = struct.unpack_from(shape, body)
    if first_row > end_row or end_row * end_column > MAX_SHEET_CELLS:
        raise damaged(why=f"a used area of {end_row:,} rows and {end_column:,} columns")


def _look_at(scan: SheetScan, kind: int, body: bytes) -> None:
    """Note a formula, and an error as value or as a formula's stored result."""
    row, column = struct.unpack_from("<HH", body)
    code = None
    if kind == _FORMULA:
        scan.formulas.add(row, column)
        result = body[6:14]
        if result[6:] == _SPECIAL_RESULT and result[0] == _ERROR_RESULT:
            code = result[2]
    elif kind == _BOOL_OR_ERROR and body[7]:
        code = body[6]
    if code is not None:
        scan.add_error(row, column, _ERRORS.get(code, f"#ERROR {code}"))
