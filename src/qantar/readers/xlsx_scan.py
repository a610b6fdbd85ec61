"""Read the XML of an XLSX workbook for what its values do not tell."""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import BinaryIO, Final
from xml.parsers import expat

from qantar.readers.package import open_package, read_part
from qantar.readers.workbook_scan import SheetScan, UnreadableWorkbookError, WorkbookScan

_WORKBOOK: Final = "xl/workbook.xml"
_RELATIONS: Final = "xl/_rels/workbook.xml.rels"
_SHARED: Final = ("xl/sharedstrings.xml", "xl/styles.xml")
_ADDRESS: Final = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})\Z")
_TRUE: Final = frozenset({"1", "true"})
_NOTHING: Final = frozenset({"0", "0.0"})  # a height or width that shows nothing
# What a workbook may carry beside its worksheets: beginning of the part's name, code, words.
_EXTRAS: Final = (
    ("xl/comments", "hidden-content", "cell comments"),
    ("xl/threadedComments/", "hidden-content", "threaded comments"),
    ("xl/media/", "hidden-content", "pictures"),
    ("xl/vbaProject.bin", "active-content", "macros"),
    ("xl/externalLinks/", "external-reference", "links to other workbooks"),
)


def scan_xlsx(source: BinaryIO) -> WorkbookScan:
    """Scan all worksheets; one that is damaged has its `fault` and the others go on.

    Raises:
        UnreadableWorkbookError: a part that all worksheets need cannot be read.
    """
    with open_package(source) as archive:
        parts = set(archive.namelist())
        sheets, targets = _Sheets(), _Targets()
        read_part(archive, _WORKBOOK, sheets)
        read_part(archive, _RELATIONS, targets)
        for part in archive.infolist():
            if part.filename.lower() in _SHARED:
                read_part(archive, part.filename, _Shared(part.file_size))
        scan = WorkbookScan()
        for relation in sheets.found:
            scan.sheets.append(_scan_sheet(archive, targets.found.get(relation, "")))
        for prefix, code, words in _EXTRAS:
            if any(name.startswith(prefix) for name in parts):
                scan.extras.append((code, words))
    return scan


def _scan_sheet(archive: zipfile.ZipFile, target: str) -> SheetScan:
    handler = _SheetHandler()
    try:
        read_part(archive, target, handler)
    except UnreadableWorkbookError as fault:
        handler.scan.fault = fault
    return handler.scan


def _local(name: str) -> str:
    return name.rpartition(" ")[2]


@dataclass(slots=True)
class _Sheets:
    """The relations of the worksheets a workbook lists, in order."""

    found: list[str] = field(default_factory=list)

    def attach(self, parser: expat.XMLParserType) -> None:
        parser.StartElementHandler = self._start

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if _local(name) == "sheet":
            relation = next((v for k, v in attributes.items() if k.endswith(" id")), "")
            self.found.append(relation)


@dataclass(slots=True)
class _Targets:
    """Relation → name of the part it points to."""

    found: dict[str, str] = field(default_factory=dict)

    def attach(self, parser: expat.XMLParserType) -> None:
        parser.StartElementHandler = self._start

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if _local(name) == "Relationship":
            target = attributes.get("Target", "")
            path = target.lstrip("/") if target.startswith("/") else posixpath.join("xl", target)
            self.found[attributes.get("Id", "")] = posixpath.normpath(path)


@dataclass(slots=True)
class _Shared:
    """Refuses a count of shared strings that the part cannot hold; memory is reserved by it."""

    size: int

    def attach(self, parser: expat.XMLParserType) -> None:
        parser.StartElementHandler = self._start

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if _local(name) == "sst" and int(attributes.get("uniqueCount", "0")) > self.size:
            message = "it counts more strings than it can hold"
            raise ValueError(message)


@dataclass(slots=True)
class _SheetHandler:
    """Follows rows and cells; rows and cells without an address stand after the one before."""

    scan: SheetScan = field(default_factory=SheetScan)
    _parser: expat.XMLParserType | None = None
    _row: int = -1
    _column: int = -1
    _kind: str = ""
    _has_value: bool = False
    _has_formula: bool = False
    _text: list[str] = field(default_factory=list)
    _letters: dict[str, int] = field(default_factory=dict)
    _starts: dict[str, Callable[[dict[str, str]], None]] = field(default_factory=dict)

    def attach(self, parser: expat.XMLParserType) -> None:
        self._parser = parser
        self._starts = {
            "row": self._start_row,
            "c": self._start_cell,
            "f": self._start_formula,
            "v": self._start_value,
            "is": self._start_value,
            "col": self._start_columns,
        }
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        known = self._starts.get(_local(name))
        if known:
            known(attributes)

    def _end(self, name: str) -> None:
        local = _local(name)
        if local == "c":
            self._end_cell()
        elif local in {"v", "is"} and self._parser:
            self._parser.CharacterDataHandler = None

    def _start_row(self, attributes: dict[str, str]) -> None:
        self._row = int(attributes.get("r") or self._row + 2) - 1
        self._column = -1
        if attributes.get("hidden") in _TRUE or attributes.get("ht") in _NOTHING:
            self.scan.hidden_rows.add(self._row, self._row)

    def _start_cell(self, attributes: dict[str, str]) -> None:
        self._column += 1
        if address := attributes.get("r"):
            self._row, self._column = self._position(address)
        self._kind = attributes.get("t", "")
        self._has_value = self._has_formula = False
        self._text.clear()

    def _start_formula(self, _: dict[str, str]) -> None:
        self._has_formula = True

    def _start_value(self, _: dict[str, str]) -> None:
        self._has_value = True
        if self._parser and (self._has_formula or self._kind == "e"):
            self._parser.CharacterDataHandler = self._text.append

    def _start_columns(self, attributes: dict[str, str]) -> None:
        if attributes.get("hidden") in _TRUE or attributes.get("width") in _NOTHING:
            first, last = int(attributes.get("min", "1")), int(attributes.get("max", "1"))
            self.scan.hidden_columns.add(first - 1, last - 1)

    def _end_cell(self) -> None:
        if not (self._has_value or self._has_formula):
            return
        self.scan.reach(self._row, self._column)
        text = "".join(self._text)
        if self._has_formula:
            self.scan.formulas.add(self._row, self._column)
            if not text and self._kind not in {"str", "s", "inlineStr"}:
                self.scan.unsaved.add(self._row, self._column)
        if self._kind == "e":
            self.scan.add_error(self._row, self._column, text)

    def _position(self, address: str) -> tuple[int, int]:
        """Row and column, from 0, of an A1 address.

        Raises:
            ValueError: it is no address.
        """
        found = _ADDRESS.match(address)
        if not found:
            message = f"no cell address: {address[:20]!r}"
            raise ValueError(message)
        letters, row = found.groups()
        column = self._letters.get(letters)
        if column is None:
            column = 0
            for letter in letters.upper():
                column = column * 26 + ord(letter) - ord("A") + 1
            self._letters[letters] = column
        return int(row) - 1, column - 1
