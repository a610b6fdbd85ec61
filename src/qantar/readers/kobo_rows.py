"""Submissions out of the tables of an export, one by one, each with the rows of its repeats."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from qantar.model.document import Document, Row, hidden_columns
from qantar.model.finding import Locator
from qantar.readers.caps import MAX_NAME_CHARS
from qantar.readers.finding_log import FindingLog, shown
from qantar.readers.kobo_fields import Submission, bare, degrees
from qantar.readers.kobo_repeats import Joined, Piece
from qantar.readers.kobo_table import KEY, PARENT_INDEX, PARENT_KEY, Tables, cell, names_odk

_ROOTS: Final = ("meta/rootUuid", "meta/instanceID", "_uuid")
_ODK_ROOTS: Final = ("KEY", "meta-instanceID")
_DERIVED: Final = re.compile(r"_(?:parent_(?:index|table_name)|submission__.*|index)\Z", re.DOTALL)
_KEYS: Final = frozenset({KEY, PARENT_KEY})
_LATITUDE: Final = re.compile(r"(?:\A|/)_[^/]+_latitude\Z")
_INDEX: Final = re.compile(r"\[\d+\]")


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
        _hide(one, main, row, whole=row.hidden)
        for piece in found.rows.get(row.number, ()):
            table = tables.repeats[piece.sheet]
            one.take(_fields(table, piece.row, piece.name), odk=False)
            _hide(one, table, piece.row, whole=row.hidden or piece.row.hidden)
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
            _hide(one, table, piece.row, whole=piece.row.hidden)
        one.finish()
        yield one


def _tell_orphan(table: Document, piece: Piece, log: FindingLog) -> None:
    said = cell(table, piece.row, PARENT_INDEX) or cell(table, piece.row, PARENT_KEY)
    log.note(
        "orphan-row",
        f"The row of the repeat {shown(piece.sheet)} names {shown(said)} as its parent, which is "
        "not there, or there twice. It is kept by itself.",
        piece.row.locator(table.header),
    )


def root_of(table: Document, row: Row) -> str | None:
    """The id of a submission that stays when it is edited, where the export gives it."""
    columns = (*_ODK_ROOTS, *_ROOTS) if names_odk(table.header) else _ROOTS
    said = (bare(cell(table, row, column)) for column in columns)
    return next((root for root in said if root is not None), None)


def _fields(table: Document, row: Row, prefix: str) -> Iterator[tuple[str, str, Locator]]:
    """Give name, value and place of each cell that holds something."""
    keys = _KEYS if prefix and set(table.header) >= _KEYS else frozenset[str]()
    for index, (column, value) in enumerate(zip(table.header, row.values, strict=True)):
        if value and not (prefix and _DERIVED.match(column)) and column not in keys:
            name = _full_name(prefix, column)
            yield name, value, replace(row.locator(table.header), cell=row.cell(index), column=name)


def _hide(one: Submission, table: Document, row: Row, *, whole: bool) -> None:
    """Keep which cells of a row a workbook hides; with the submission, its repeats."""
    columns = range(len(table.header)) if whole else hidden_columns(table.meta)
    one.hidden.update((row.sheet, row.cell(n)) for n in columns)


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
