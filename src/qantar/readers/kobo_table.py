"""The tables of an export of submissions: KoboToolbox (CSV, XLSX) and ODK Central (CSV).

A workbook has one worksheet of submissions and one for each repeat.
"""

from __future__ import annotations

import csv
import re
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from io import BytesIO
from typing import BinaryIO, Final

from qantar.model.document import Document, Row
from qantar.model.table_settings import TableSettings
from qantar.readers.caps import MIB
from qantar.readers.kobo_form import OF_FORMS, Form, form_of, is_form
from qantar.readers.table import read_table
from qantar.readers.workbook import worksheet_names
from qantar.readers.zip_damage import DAMAGE

MAX_WORKSHEETS: Final = 64
_IDS: Final = frozenset({"_uuid", "meta/instanceID", "meta/rootUuid"})
_TIME: Final = "_submission_time"
_ODK: Final = frozenset({"KEY", "SubmissionDate"})
PARENT_INDEX: Final = "_parent_index"
KEY, PARENT_KEY = "KEY", "PARENT_KEY"
_DELIMITERS: Final = (";", ",", "\t")
_SHEET_PARTS: Final = re.compile(r"xl/(?:sharedstrings|worksheets/sheet\d{1,3})\.xml\Z", re.I)
_PART_BYTES: Final = MIB
_LOOKED_AT: Final = 4
_NO_HASH: Final = "0" * 64
_NAMELESS: Final = "(a worksheet without a name)"


@dataclass(slots=True)
class Tables:
    """The tables of a file: submissions, and rows of repeats by the name of their table."""

    main: Document
    main_name: str | None = None
    repeats: dict[str, Document] = field(default_factory=dict)
    others: list[str] = field(default_factory=list)
    form: Form | None = None


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


def names_keys(text: str) -> bool:
    """Whether a delimited text begins with the columns of a repeat of ODK Central."""
    try:
        first = next(csv.reader(text.lstrip("\ufeff").splitlines()), [])
    except csv.Error:
        return False
    return {KEY, PARENT_KEY} <= {name.strip() for name in first}


def repeat_table(data: bytes, name: str, settings: TableSettings) -> Document:
    """Read the table of a repeat that is a file of its own; its rows say which."""
    table = _table(BytesIO(data), name, settings)
    sheet = name.rpartition("/")[2]
    return replace(table, rows=tuple(replace(row, sheet=sheet) for row in table.rows))


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
    named = [sheet for sheet in names if sheet]  # one without a name cannot be asked for
    for sheet in named[:MAX_WORKSHEETS]:
        table = _table(source, name, replace(settings, worksheet=sheet))
        if names[sheet]:
            table = replace(table, rows=tuple(replace(row, hidden=True) for row in table.rows))
        if tables is None and names_submissions(table.header):
            tables = Tables(table, sheet)
        else:
            rest.append((sheet, table))
    if tables is None:
        return Tables(_table(source, name, settings))
    for sheet, table in rest:
        if PARENT_INDEX in table.header:
            tables.repeats[sheet] = table
        else:
            tables.others.append(sheet)
    if is_form(tables.others):
        worksheets = {sheet.strip().lower(): table for sheet, table in rest}
        tables.form = form_of(worksheets)
        tables.others = [one for one in tables.others if one.strip().lower() not in OF_FORMS]
    tables.others += named[MAX_WORKSHEETS:]
    if len(named) < len(names):
        tables.others.append(_NAMELESS)
    return tables


def _table(source: BinaryIO, name: str, settings: TableSettings) -> Document:
    return read_table(source, name=name, sha256=_NO_HASH, settings=settings)


def names_odk(header: Iterable[str]) -> bool:
    """Whether these columns are those of ODK Central."""
    return set(header) >= _ODK


def cell(table: Document, row: Row, column: str) -> str:
    """Give what stands under a column; "" where there is none."""
    return row.values[table.header.index(column)].strip() if column in table.header else ""
