"""Read the XML of an ODS workbook for what its values do not tell."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import BinaryIO, Final
from xml.parsers import expat

from qantar.readers.package import encrypted, open_package, read_part
from qantar.readers.workbook_scan import ERROR_CODES, SheetScan, WorkbookScan

_CONTENT: Final = "content.xml"
_MANIFEST: Final = "META-INF/manifest.xml"
_CELLS: Final = frozenset({"table-cell", "covered-table-cell"})
_GROUPS: Final = frozenset({"table-row-group", "table-column-group"})
_ERROR: Final = re.compile(
    "|".join(re.escape(code) for code in (*ERROR_CODES, "#REF", "#NAME")) + r"|Err:[0-9]{3}"
)


def scan_ods(source: BinaryIO) -> WorkbookScan:
    """Scan all worksheets.

    Raises:
        UnreadableWorkbookError: the workbook is damaged, encrypted or over a cap.
    """
    with open_package(source) as archive:
        parts = set(archive.namelist())
        if _MANIFEST in parts:
            manifest = _Manifest()
            read_part(archive, _MANIFEST, manifest)
            if manifest.encrypted:
                raise encrypted()
        content = _Content()
        read_part(archive, _CONTENT, content)
        scan = WorkbookScan(sheets=content.sheets)
        if content.comments:
            scan.extras.append(("hidden-content", "cell comments"))
        if any(name.startswith("Pictures/") for name in parts):
            scan.extras.append(("hidden-content", "pictures"))
        if any(name.startswith(("Basic/", "Scripts/")) for name in parts):
            scan.extras.append(("active-content", "macros"))
    return scan


def _local(name: str) -> str:
    return name.rpartition(" ")[2]


def _plain(attributes: dict[str, str]) -> dict[str, str]:
    """Attributes by local name; an `error` that only a vendor's `value-type` tells counts."""
    plain = {_local(name): value for name, value in attributes.items()}
    if "error" in (v for k, v in attributes.items() if _local(k) == "value-type"):
        plain["value-type"] = "error"
    return plain


@dataclass(slots=True)
class _Manifest:
    encrypted: bool = False

    def attach(self, parser: expat.XMLParserType) -> None:
        parser.StartElementHandler = self._start

    def _start(self, name: str, _: dict[str, str]) -> None:
        self.encrypted = self.encrypted or _local(name) == "encryption-data"


@dataclass(slots=True)
class _Content:
    """Follows tables, rows and cells with their repetitions, but no tables inside cells."""

    sheets: list[SheetScan] = field(default_factory=list)
    comments: int = 0
    _scan: SheetScan = field(default_factory=SheetScan)
    _parser: expat.XMLParserType | None = None
    _depth: int = 0
    _in_comment: int = 0
    _row: int = 0
    _row_repeats: int = 1
    _column: int = 0
    _columns: int = 0
    _folded: list[bool] = field(default_factory=list)
    _cell: dict[str, str] = field(default_factory=dict)
    _text: list[str] = field(default_factory=list)

    def attach(self, parser: expat.XMLParserType) -> None:
        self._parser = parser
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        local = _local(name)
        if local == "table":
            self._start_table()
        elif self._depth != 1:
            return
        elif local in _CELLS:
            self._cell = _plain(attributes)
            self._text.clear()
        elif local == "table-row":
            self._start_row(_plain(attributes))
        elif local == "table-column":
            self._start_column(_plain(attributes))
        elif local in _GROUPS:
            self._folded.append(_plain(attributes).get("display") == "false")
        elif local == "annotation":
            self._in_comment += 1
            self.comments += 1
        elif local == "p" and self._parser and not self._in_comment:
            self._parser.CharacterDataHandler = self._text.append

    def _end(self, name: str) -> None:
        local = _local(name)
        if local == "table":
            self._depth -= 1
        elif self._depth != 1:
            return
        elif local in _CELLS:
            self._end_cell()
        elif local == "table-row":
            self._row += self._row_repeats
        elif local in _GROUPS:
            self._folded.pop()
        elif local == "annotation":
            self._in_comment -= 1
        elif local == "p" and self._parser:
            self._parser.CharacterDataHandler = None

    def _start_table(self) -> None:
        self._depth += 1
        if self._depth == 1:
            self._scan = SheetScan()
            self.sheets.append(self._scan)
            self._row = self._columns = 0
            self._folded.clear()

    def _start_row(self, attributes: dict[str, str]) -> None:
        self._row_repeats = _repeats(attributes, "number-rows-repeated")
        self._column = 0
        if self._is_hidden(attributes):
            self._scan.hidden_rows.add(self._row, self._row + self._row_repeats - 1)

    def _start_column(self, attributes: dict[str, str]) -> None:
        first = self._columns
        self._columns += _repeats(attributes, "number-columns-repeated")
        if self._is_hidden(attributes):
            self._scan.hidden_columns.add(first, self._columns - 1)

    def _is_hidden(self, attributes: dict[str, str]) -> bool:
        return any(self._folded) or attributes.get("visibility", "visible") != "visible"

    def _end_cell(self) -> None:
        cell, repeats = self._cell, _repeats(self._cell, "number-columns-repeated")
        text = "".join(self._text)
        if "value-type" in cell or "formula" in cell or text:
            self._scan.reach(self._row + self._row_repeats - 1, self._column + repeats - 1)
            self._look_at(cell, text)
        self._column += repeats

    def _look_at(self, cell: dict[str, str], text: str) -> None:
        if "formula" in cell:
            self._scan.formulas.add(self._row, self._column)
            if not text and "value-type" not in cell:
                self._scan.unsaved.add(self._row, self._column)
        wrong = "formula" in cell and _ERROR.fullmatch(text)
        if cell.get("value-type") == "error" or wrong:
            self._scan.add_error(self._row, self._column, text)


def _repeats(attributes: dict[str, str], name: str) -> int:
    return max(1, int(attributes.get(name, "1")))
