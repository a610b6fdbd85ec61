"""What is left of a record's contents without its protected part; only this is published from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import PurePosixPath

from msgspec import structs

from qantar.model.accession import Accession
from qantar.model.protected import open_facts
from qantar.model.read_document import Begin, End, Sound
from qantar.readers.protected_names import is_protected_name
from qantar.record.contents import Contents, DocumentRecord, TextRecord


def without_protected_facts(contents: Contents) -> Contents:
    """Take off what tells a device, a network or a person: facts, columns of tables, folders.

    A column that the sheet gives a meaning stays: whoever wrote the sheet looked at it.
    """
    accessions = {one.id: one.accession for one in contents.accessions}
    return replace(
        contents,
        texts=tuple(_open_text(one) for one in contents.texts),
        documents=tuple(_open_table(d, accessions[d.accession]) for d in contents.documents),
    )


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
    named = {column.header for column in accession.columns}
    kept = [n for n, h in enumerate(document.header) if h in named or not is_protected_name(h)]
    meta = tuple(open_facts(dict(document.meta)).items())
    if len(kept) == len(document.header):
        return replace(document, meta=meta)
    return replace(
        document,
        meta=meta,
        header=tuple(document.header[n] for n in kept),
        rows=tuple(replace(r, values=tuple(r.values[n] for n in kept)) for r in document.rows),
    )
