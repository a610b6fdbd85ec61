"""Submissions in tables: exports of KoboToolbox (CSV, XLSX) and ODK Central (CSV).

A workbook has one worksheet of submissions and one for each repeat, whose rows name
their parent by its place: `_parent_index` is the `_index` of a row of the table that
`_parent_table_name` names. Newer exports also give `_submission__uuid`.
"""

from __future__ import annotations

import csv
import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import BinaryIO, Final

from qantar.model.document import Document, Row
from qantar.model.finding import Locator
from qantar.model.table_settings import TableSettings
from qantar.readers.caps import MAX_NAME_CHARS, MIB
from qantar.readers.finding_log import FindingLog, shown
from qantar.readers.kobo_fields import Submission, bare, degrees
from qantar.readers.table import read_table
from qantar.readers.workbook import worksheet_names
from qantar.readers.zip_members import DAMAGE

MAX_WORKSHEETS: Final = 64
_IDS: Final = frozenset({"_uuid", "meta/instanceID", "meta/rootUuid"})
_ROOTS: Final = ("meta/rootUuid", "meta/instanceID", "_uuid")
_ODK_ROOTS: Final = ("KEY", "meta-instanceID")
_TIME: Final = "_submission_time"
_ODK: Final = frozenset({"KEY", "SubmissionDate"})
_PARENT_INDEX, _PARENT_TABLE = "_parent_index", "_parent_table_name"
_DERIVED: Final = re.compile(r"_(?:parent_(?:index|table_name)|submission__.*|index)\Z", re.DOTALL)
_LATITUDE: Final = re.compile(r"(?:\A|/)_[^/]+_latitude\Z")
_INDEX: Final = re.compile(r"\[\d+\]")
_DELIMITERS: Final = (";", ",", "\t")
_SHEET_PARTS: Final = re.compile(r"xl/(?:sharedstrings|worksheets/sheet\d{1,3})\.xml\Z", re.I)
_PART_BYTES: Final = MIB
_LOOKED_AT: Final = 4
_NO_HASH: Final = "0" * 64
_LONGEST_SHEET_NAME: Final = 31


@dataclass(slots=True)
class Tables:
    """The tables of a file: submissions, and rows of repeats by the name of their table."""

    main: Document
    main_name: str | None = None
    repeats: dict[str, Document] = field(default_factory=dict)
    others: list[str] = field(default_factory=list)


def names_submissions(header: Iterable[str]) -> bool:
    """Whether these columns are those of an export of submissions."""
    names = set(header)
    return (_TIME in names and bool(names & _IDS)) or names >= _ODK


def begins_as_export(text: str) -> bool:
    """Whether a delimited text begins with such columns."""
    if _TIME not in text and "SubmissionDate" not in text:
        return False
    for delimiter in _DELIMITERS:
        try:
            first = next(csv.reader(text.lstrip("\ufeff").splitlines(), delimiter=delimiter), [])
        except csv.Error:
            continue
        if names_submissions(name.strip() for name in first):
            return True
    return False


def is_export_workbook(source: BinaryIO, members: frozenset[str]) -> bool:
    """Whether the names of such columns stand at the beginning of a worksheet, or of its texts."""
    parts = sorted(one for one in members if _SHEET_PARTS.match(one))[:_LOOKED_AT]
    source.seek(0)
    try:
        with zipfile.ZipFile(source) as archive:
            return any(_has_marks(archive, part) for part in parts)
    except (*DAMAGE, RuntimeError):  # told by who reads it
        return False


def _has_marks(archive: zipfile.ZipFile, part: str) -> bool:
    with archive.open(part) as stream:
        begins = stream.read(_PART_BYTES)
    return _TIME.encode() in begins and any(one.encode() in begins for one in _IDS)


def tables_of(source: BinaryIO, name: str, settings: TableSettings) -> Tables:
    """Read the tables of an export.

    The main table is the first with the columns of submissions; of a file without one, the
    first. Worksheets that are neither submissions nor repeats are named in `others`.

    Raises:
        UnreadableWorkbookError: the workbook's list of worksheets cannot be read.
    """
    source.seek(0)
    if source.read(2) != b"PK":
        return Tables(_table(source, name, settings))
    names = worksheet_names(source)
    tables: Tables | None = None
    rest: list[tuple[str, Document]] = []
    for sheet in names[:MAX_WORKSHEETS]:
        table = _table(source, name, replace(settings, worksheet=sheet))
        if tables is None and names_submissions(table.header):
            tables = Tables(table, sheet)
        else:
            rest.append((sheet, table))
    if tables is None:
        return Tables(_table(source, name, settings))
    for sheet, table in rest:
        if _PARENT_INDEX in table.header:
            tables.repeats[sheet] = table
        else:
            tables.others.append(sheet)
    tables.others += names[MAX_WORKSHEETS:]
    return tables


def _table(source: BinaryIO, name: str, settings: TableSettings) -> Document:
    return read_table(source, name=name, sha256=_NO_HASH, settings=settings)


def submissions(tables: Tables, found: Joined, *, file: str, most: int) -> Iterator[Submission]:
    """Give up to `most` submissions one by one, each with the rows of its repeats."""
    main = tables.main
    odk = names_odk(main.header)
    place = _place_columns(main.header)
    for row in main.rows[:most]:
        one = Submission(number=row.number, log=FindingLog(file))
        if place is not None:
            one.place_at(*(degrees(row.values[index]) for index in place))
        one.take(_fields(main, row, ""), odk=odk)
        for piece in found.rows.get(row.number, ()):
            table = tables.repeats[piece.sheet]
            one.take(_fields(table, piece.row, piece.name), odk=False)
        one.finish()
        yield one


def orphans(tables: Tables, found: Joined, *, file: str) -> Iterator[Submission]:
    """Give the rows of repeats without a parent: one submission, without ids, for each repeat.

    Rows of further repeats that belong to such a row stand with it.
    """
    for sheet, pieces in found.orphans.items():
        one = Submission(number=0, log=FindingLog(file))
        one.facts["kobo.repeat"] = sheet
        for piece in pieces:
            table = tables.repeats[piece.sheet]
            if piece.sheet == sheet:
                _tell_orphan(table, piece, one.log)
            one.take(_fields(table, piece.row, piece.name), odk=False)
        one.finish()
        yield one


def _tell_orphan(table: Document, piece: Piece, log: FindingLog) -> None:
    said = _cell(table, piece.row, _PARENT_INDEX)
    log.note(
        "orphan-row",
        f"The row of the repeat {shown(piece.sheet)} names {shown(said)} as its parent, which is "
        "not there, or there twice. It is kept by itself.",
        piece.row.locator(table.header),
    )


def root_of(table: Document, row: Row) -> str | None:
    """The id of a submission that stays when it is edited, where the export gives it."""
    columns = (*_ODK_ROOTS, *_ROOTS) if names_odk(table.header) else _ROOTS
    said = (bare(_cell(table, row, column)) for column in columns)
    return next((root for root in said if root is not None), None)


def names_odk(header: Iterable[str]) -> bool:
    """Whether these columns are those of ODK Central."""
    return set(header) >= _ODK


def _fields(table: Document, row: Row, prefix: str) -> Iterator[tuple[str, str, Locator]]:
    """Give name, value and place of each cell that holds something."""
    for index, (column, value) in enumerate(zip(table.header, row.values, strict=True)):
        if value and not (prefix and _DERIVED.match(column)):
            name = _full_name(prefix, column)
            yield name, value, replace(row.locator(table.header), cell=row.cell(index), column=name)


def _full_name(prefix: str, column: str) -> str:
    """Name a column of a repeat: `persons[2]/name`, where its export may name the groups too."""
    if not prefix:
        return column
    repeat = _INDEX.sub("", prefix).rpartition("/")[2]
    return f"{prefix}/{column.rpartition(repeat + '/')[2]}"[:MAX_NAME_CHARS]


def _place_columns(header: tuple[str, ...]) -> tuple[int, int] | None:
    """The first pair of columns in which an export spells a point out."""
    at = {name: index for index, name in enumerate(header)}
    for name, index in at.items():
        other = at.get(name.removesuffix("latitude") + "longitude")
        if other is not None and _LATITUDE.search(name):
            return index, other
    return None


@dataclass(frozen=True, slots=True)
class Piece:
    """A row of a repeat, and the full name that it has within its submission."""

    sheet: str
    row: Row
    name: str


@dataclass(slots=True)
class Joined:
    """The rows of repeats by the number of their submission; and those that have none."""

    rows: dict[int, list[Piece]] = field(default_factory=dict)
    orphans: dict[str, list[Piece]] = field(default_factory=dict)


@dataclass(slots=True)
class _Parent:
    """A row that rows of repeats may name: where its rows go, its full name, its rows so far."""

    pieces: list[Piece]
    uuid: str | None = None
    name: str = ""
    counts: dict[str, int] = field(default_factory=dict)

    def next_name(self, repeat: str) -> str:
        """Name the next row of a repeat that belongs to this one."""
        self.counts[repeat] = number = self.counts.get(repeat, 0) + 1
        above = f"{self.name}/" if self.name else ""
        return f"{above}{repeat}[{number}]"[:MAX_NAME_CHARS]


@dataclass(slots=True)
class _Joining:
    """Puts rows of repeats to the submissions they belong to.

    A parent is what `_submission__uuid` names, where the export gives it; else the one row
    with that `_index`. Where two rows have it the parent is not known.
    """

    main: str
    done: Joined = field(default_factory=Joined)
    _parents: dict[tuple[str, str], _Parent | None] = field(default_factory=dict)
    _by_uuid: dict[str, _Parent | None] = field(default_factory=dict)

    def enter(self, row: Row, table: Document) -> None:
        """Take in a submission."""
        uuid = bare(_cell(table, row, "_uuid")) or bare(_cell(table, row, "meta/instanceID"))
        parent = _Parent(self.done.rows.setdefault(row.number, []), uuid)
        self._enter((self.main, _cell(table, row, "_index") or str(row.number)), parent)
        if uuid is not None:
            self._by_uuid[uuid] = None if uuid in self._by_uuid else parent

    def join(self, sheet: str, table: Document, row: Row) -> None:
        """Put a row of a repeat where it belongs."""
        above = _parent_table(table, row, self.main)
        parent = self._parents.get((above, _cell(table, row, _PARENT_INDEX)))
        said = bare(_cell(table, row, "_submission__uuid"))
        if said is not None and (parent is None or parent.uuid not in {said, None}):
            parent = self._by_uuid.get(said)
        if parent is None:
            lost = self.done.orphans.setdefault(sheet, [])
            parent = _Parent(lost, counts={sheet: row.number - 1})
        name = parent.next_name(sheet)
        parent.pieces.append(Piece(sheet, row, name))
        key = (sheet[:_LONGEST_SHEET_NAME], _cell(table, row, "_index") or str(row.number))
        self._enter(key, _Parent(parent.pieces, parent.uuid, name))

    def _enter(self, key: tuple[str, str], parent: _Parent) -> None:
        self._parents[key] = None if key in self._parents else parent


def join(tables: Tables) -> Joined:
    """Find the submission of each row of a repeat."""
    if not tables.repeats:
        return Joined()
    joining = _Joining((tables.main_name or "")[:_LONGEST_SHEET_NAME])
    for row in tables.main.rows:
        joining.enter(row, tables.main)
    for sheet, table in _in_order(tables, joining.main):
        for row in table.rows:
            joining.join(sheet, table, row)
    return joining.done


def _in_order(tables: Tables, main: str) -> Iterator[tuple[str, Document]]:
    """Give the repeats so that each comes behind the tables that its rows name."""
    named = {
        name: {_parent_table(table, row, main) for row in table.rows}
        for name, table in tables.repeats.items()
    }
    done = {main}
    while named:
        ready = [name for name, above in named.items() if above <= done]
        for name in ready or list(named):
            yield name, tables.repeats[name]
            done.add(name[:_LONGEST_SHEET_NAME])
            del named[name]


def _parent_table(table: Document, row: Row, main: str) -> str:
    return (_cell(table, row, _PARENT_TABLE) or main)[:_LONGEST_SHEET_NAME]


def _cell(table: Document, row: Row, column: str) -> str:
    return row.values[table.header.index(column)].strip() if column in table.header else ""
