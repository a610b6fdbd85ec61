"""Put the rows of repeats to the submissions they belong to, or say that they belong to none.

Rows name their parent by its place: `_parent_index` is the `_index` of a row of the table
that `_parent_table_name` names. Newer exports also give `_submission__uuid`. A wrong join
would put one person's words to another: where there is any doubt a row is kept apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from qantar.model.document import Document, Row
from qantar.readers.caps import MAX_NAME_CHARS
from qantar.readers.kobo_fields import bare
from qantar.readers.kobo_table import KEY, PARENT_INDEX, PARENT_KEY, Tables, cell, names_odk

_PARENT_TABLE: Final = "_parent_table_name"
_LONGEST_SHEET_NAME: Final = 31
_MOST_PARTS: Final = 32
_PART: Final = re.compile(r"([^\[]*)(?:\[(\d{1,9})\])?", re.DOTALL)


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
        uuid = bare(cell(table, row, "_uuid")) or bare(cell(table, row, "meta/instanceID"))
        parent = _Parent(self.done.rows.setdefault(row.number, []), uuid)
        self._enter((self.main, cell(table, row, "_index") or str(row.number)), parent)
        if uuid is not None:
            self._by_uuid[uuid] = None if uuid in self._by_uuid else parent

    def join(self, sheet: str, table: Document, row: Row) -> None:
        """Put a row of a repeat where it belongs."""
        above = _parent_table(table, row, self.main)
        parent = self._parents.get((above, cell(table, row, PARENT_INDEX)))
        said = bare(cell(table, row, "_submission__uuid"))
        if said is not None and (parent is None or parent.uuid not in {said, None}):
            parent = self._by_uuid.get(said)
        if parent is None:
            lost = self.done.orphans.setdefault(sheet, [])
            parent = _Parent(lost, counts={sheet: row.number - 1})
        name = parent.next_name(sheet)
        parent.pieces.append(Piece(sheet, row, name))
        key = (sheet[:_LONGEST_SHEET_NAME], cell(table, row, "_index") or str(row.number))
        self._enter(key, _Parent(parent.pieces, parent.uuid, name))

    def _enter(self, key: tuple[str, str], parent: _Parent) -> None:
        self._parents[key] = None if key in self._parents else parent


def join(tables: Tables) -> Joined:
    """Find the submission of each row of a repeat."""
    if not tables.repeats:
        return Joined()
    if names_odk(tables.main.header):
        return _join_by_keys(tables)
    joining = _Joining((tables.main_name or "")[:_LONGEST_SHEET_NAME])
    for row in tables.main.rows:
        joining.enter(row, tables.main)
    for sheet, table in _in_order(tables, joining.main):
        for row in table.rows:
            joining.join(sheet, table, row)
    return joining.done


def _join_by_keys(tables: Tables) -> Joined:
    """As ODK Central has it: each row has a key, below that of the row above it."""
    done = Joined()
    parents: dict[str, _Parent | None] = {}
    for row in tables.main.rows:
        key = cell(tables.main, row, KEY)
        parent = _Parent(done.rows.setdefault(row.number, []))
        parents[key] = None if key in parents else parent
    rows = [(sheet, table, row) for sheet, table in tables.repeats.items() for row in table.rows]
    rows.sort(key=lambda one: _place(cell(one[1], one[2], KEY)))  # each behind what is above it
    for sheet, table, row in rows:
        key, above = cell(table, row, KEY), cell(table, row, PARENT_KEY)
        found = parents.get(above)
        if found is None:
            found = _Parent(done.orphans.setdefault(sheet, []))
        part = key.removeprefix(f"{above}/")
        name = f"{found.name}/{part}" if found.name else part
        name = name[:MAX_NAME_CHARS] if part and part != key else found.next_name(sheet)
        found.pieces.append(Piece(sheet, row, name))
        parents[key] = None if key in parents else _Parent(found.pieces, name=name)
    return done


def _place(key: str) -> list[tuple[str, int]]:
    """Where a row stands among the others: `uuid:a/persons[10]` behind `uuid:a/persons[2]`."""
    found = (_PART.fullmatch(part) for part in key.split("/")[:_MOST_PARTS])
    return [(one[1], int(one[2] or 0)) for one in found if one]


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
    return (cell(table, row, _PARENT_TABLE) or main)[:_LONGEST_SHEET_NAME]
