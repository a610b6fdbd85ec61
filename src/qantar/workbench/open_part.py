"""What is left of a record's contents without its protected part; only this is published from.

Neither is what the maker of a workbook hid. Of documents of text that is marked in the text, and
`qantar.dossier.documents` leaves it out; of tables it is taken off here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Final, TypeAlias

from msgspec import structs

from qantar.model.accession import Accession, HiddenRows
from qantar.model.document import (
    HIDDEN_COLUMNS,
    HIDDEN_ROWS,
    WORKSHEETS_LEFT_OUT,
    Row,
    hidden_columns,
)
from qantar.model.finding import Finding, Locator
from qantar.model.protected import open_facts
from qantar.model.read_document import Begin, End, Sound
from qantar.readers.protected_names import is_protected_name
from qantar.record.contents import Contents, DocumentRecord, TextRecord

TOLD_IN_THE_CASE: Final = (
    "What it says stands in the case only: it may quote what is not published."
)
_OF_HIDDEN: Final = frozenset({HIDDEN_COLUMNS, HIDDEN_ROWS, WORKSHEETS_LEFT_OUT})
_Cells: TypeAlias = tuple[frozenset[int], frozenset[str]]
"""The rows and columns of a table that leave."""


def without_protected_facts(contents: Contents) -> Contents:
    """Take off what tells a device, a network or a person: facts, columns of tables, folders.

    A column that the sheet gives a meaning stays: whoever wrote the sheet looked at it.
    """
    accessions = {one.id: one.accession for one in contents.accessions}
    documents = tuple(_open_table(d, accessions[d.accession]) for d in contents.documents)
    leaving: dict[str, _Cells] = {
        after.accession: (frozenset(row.number for row in after.rows), frozenset(after.header))
        for before, after in zip(contents.documents, documents, strict=True)
        if _keeps_some(before, after, accessions[after.accession])
    }
    return replace(
        contents,
        texts=tuple(_open_text(one) for one in contents.texts),
        documents=documents,
        findings=tuple(_open_finding(one, leaving) for one in contents.findings),
    )


def tables_in_part(before: Contents, after: Contents) -> int:
    """How many tables lost something on the way: rows, columns, worksheets, cells."""
    accessions = {one.id: one.accession for one in before.accessions}
    pairs = zip(before.documents, after.documents, strict=True)
    return sum(_lost_some(one, left, accessions[one.accession]) for one, left in pairs)


def open_rows(rows: tuple[Row, ...], accession: Accession) -> tuple[Row, ...]:
    """Give the rows that may leave: without those that are hidden, unless the sheet says so."""
    if accession.hidden_rows is HiddenRows.PUBLISH:
        return rows
    return tuple(row for row in rows if not row.hidden)


def _open_text(text: TextRecord) -> TextRecord:
    def records() -> Iterator[Sound]:
        return map(_open_record, text.records())

    documents = tuple((_open_begin(begin), _open_end(end)) for begin, end in text.documents)
    return replace(text, documents=documents, records=records)


def _open_record(record: Sound) -> Sound:
    if isinstance(record, Begin):
        return _open_begin(record)
    return _open_end(record) if isinstance(record, End) else record


def _open_begin(begin: Begin) -> Begin:
    return structs.replace(begin, meta=open_facts(begin.meta), member=_file_name(begin.member))


def _open_end(end: End) -> End:
    return structs.replace(end, meta=open_facts(end.meta))


def _file_name(member: str | None) -> str | None:
    """Give the name of a member without its folders, which name people; a web address stays."""
    if member is None or "://" in member:
        return member
    return PurePosixPath(member.replace("\\", "/")).name or None


def _open_table(document: DocumentRecord, accession: Accession) -> DocumentRecord:
    named, meta = accession.headers, dict(document.meta)
    hidden = hidden_columns(meta)
    kept = [
        n
        for n, header in enumerate(document.header)
        if header in named or not (n in hidden or is_protected_name(header))
    ]
    rows = open_rows(document.rows, accession)
    if len(kept) < len(document.header):
        rows = tuple(replace(r, values=tuple(r.values[n] for n in kept)) for r in rows)
    return replace(
        document,
        meta=tuple((name, meta[name]) for name in open_facts(meta) if name not in _OF_HIDDEN),
        header=tuple(document.header[n] for n in kept),
        rows=tuple(replace(r, extra=()) for r in rows) if hidden else rows,
    )


def _keeps_some(before: DocumentRecord, after: DocumentRecord, accession: Accession) -> bool:
    """Whether anything of a table stays in the case; also of rows that the sheet did not choose."""
    hides = {name for name, _ in before.meta} & _OF_HIDDEN
    if accession.hidden_rows is HiddenRows.PUBLISH:
        hides -= {HIDDEN_ROWS}
    return bool(hides) or len(before.header) != len(after.header)


def _lost_some(before: DocumentRecord, after: DocumentRecord, accession: Accession) -> bool:
    """Whether less of a table leaves than there is: a hidden column that its sheet names does."""
    hides = {name for name, _ in before.meta}
    return (
        WORKSHEETS_LEFT_OUT in hides
        or (HIDDEN_ROWS in hides and accession.hidden_rows is not HiddenRows.PUBLISH)
        or len(before.header) != len(after.header)
        or any(row.extra for row in before.rows) != any(row.extra for row in after.rows)
    )


def _open_finding(finding: Finding, cells: Mapping[str, _Cells]) -> Finding:
    """What may be told of a finding: of a table that stays in part, only on cells that leave."""
    leaving = cells.get(finding.accession or "")
    if leaving is None:
        return finding
    rows, header = leaving
    where = finding.where or Locator()
    if where.row in rows and where.column in header:
        return finding
    return replace(finding, text=TOLD_IN_THE_CASE, where=None)
