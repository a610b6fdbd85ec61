"""An original as a document: read once, kept, and read again only when something changed."""

from __future__ import annotations

import hashlib
from pathlib import PurePosixPath
from typing import BinaryIO, Final

from qantar.archive.case import Case
from qantar.archive.originals import open_original
from qantar.errors import InputRefusedError
from qantar.model.accession import Accession
from qantar.model.canonical import JSON, canonical
from qantar.model.document import Document
from qantar.model.finding import Finding, Severity
from qantar.readers.caps import MAX_FILE_BYTES
from qantar.readers.table import READER, VERSION, read_table
from qantar.workbench.stores import readings_of

_TAG: Final = b"qantar/v1/reading\0"
_UNKNOWN_TYPE: Final = "application/octet-stream"


def reading_key(original: str, size: int, accession: Accession) -> str:
    """Name a reading by all that it depends on: bytes, reader, its version, settings.

    The file's ending counts too, because a reader compares it with the content; and the
    size that was stated, because nothing is read of bytes that have another.
    """
    settings = accession.table_settings
    parts: dict[str, JSON] = {
        "original": original,
        "size": size,
        "reader": READER,
        "version": VERSION,
        "encoding": settings.encoding,
        "delimiter": settings.delimiter,
        "worksheet": settings.worksheet,
        "header_row": settings.header_row,
        "ending": PurePosixPath(accession.path).suffix.lower(),
    }
    return hashlib.sha256(_TAG + canonical(parts)).hexdigest()


def read_document(case: Case, *, original: str, size: int, accession: Accession) -> Document | None:
    """Give the original as a table, from the kept readings if it is there.

    Args:
        case: the case; its readings may be written to.
        original: SHA-256 of the bytes.
        size: how many they are.
        accession: what the sheet says of them.

    Returns:
        The document; None where the sheet asks for a reader that this version
        does not have.

    Raises:
        NotAsStatedError: bytes of this size are not here.
        OriginalAlteredError: the stored bytes have changed.
    """
    if accession.reader not in (None, READER):
        return None
    kept, name = readings_of(case), reading_key(original, size, accession)
    document = kept.get(name)
    if document is None:
        with open_original(case, original, size=size, most=MAX_FILE_BYTES + 1) as source:
            document = _read(source, original, size, accession)
        kept.put(name, document)
    return document


def _read(source: BinaryIO, original: str, size: int, accession: Accession) -> Document:
    """Read the table; a sheet that asks for what the file does not have costs that file only."""
    name = PurePosixPath(accession.path).name
    try:
        return read_table(
            source, name=name, sha256=original, settings=accession.table_settings, size=size
        )
    except InputRefusedError as error:
        said = " ".join(part for part in (error.message, error.next) if part)
        finding = Finding(code="unparsed", text=said, severity=Severity.LOSS, file=name)
        return Document(
            reader=READER,
            version=VERSION,
            sha256=original,
            media_type=_UNKNOWN_TYPE,
            encoding=None,
            header=(),
            rows=(),
            findings=(finding,),
        )
