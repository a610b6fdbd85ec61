"""Word's old format (.doc): recognised, and ended with what to do; it is not read.

Source: Microsoft, [MS-CFB] for the container, [MS-DOC] section 2.1 for its streams.
"""

from __future__ import annotations

import io
from typing import BinaryIO, Final

from qantar.readers.answer import DocumentWriter
from qantar.readers.caps import MAX_FILE_BYTES
from qantar.readers.finding_log import FindingLog
from qantar.readers.job import Job
from qantar.readers.media_type import DOC, DOCX, report_extension
from qantar.readers.ole import CompoundFile
from qantar.readers.start import Start
from qantar.readers.workbook_scan import UnreadableWorkbookError

READER: Final = "doc"
VERSION: Final = 1
_OLE2: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_TEXT: Final = "WordDocument"
_ENCRYPTED: Final = "EncryptedPackage"
_WORKBOOKS: Final = frozenset({"Workbook", "Book"})
_ENCRYPTED_FLAG_AT, _ENCRYPTED_FLAG = 11, 0x01


def knows(start: Start) -> bool:
    """Whether a file is a document of the old Word, or a DOCX that is locked by a password."""
    if not start.head.startswith(_OLE2) or start.size > MAX_FILE_BYTES:
        return False
    is_named_so = start.extension in DOC.extensions | DOCX.extensions
    names = _streams(start.source)
    if names is None:
        return is_named_so
    if _ENCRYPTED in names:
        return is_named_so
    return _TEXT in names and not names & _WORKBOOKS


def read(source: BinaryIO, job: Job, out: DocumentWriter) -> None:
    """Say what the file is; see `registry.read`."""
    log = FindingLog(job.name)
    names = _streams(source)
    if names is not None and _ENCRYPTED not in names:
        report_extension(DOC, job.name, log)
    out.begin(reader=READER, version=VERSION, media_type=DOC.media_type)
    if names is None:
        log.loss(
            "damaged",
            "The file is of an older Office, and its inner file system cannot be followed: it is "
            "damaged or was cut. Get a whole copy.",
        )
    elif _ENCRYPTED in names or _asks_for_password(source):
        log.loss(
            "encrypted",
            "The document asks for a password and was not read. Open it with its password, save a "
            "copy without one as DOCX, and add the copy too.",
        )
    else:
        log.loss(
            "unsupported",
            "The file is a document of Word's old format (.doc), which no reader takes. Open it in "
            "a word processor, offline and with macros off, save it as DOCX, and add that file "
            "too. This one is kept as it is.",
        )
    log.write_to(out)
    out.end()


def _streams(source: BinaryIO) -> frozenset[str] | None:
    """Names at the root of the file's inner file system; None where it is damaged."""
    source.seek(0)
    try:
        return CompoundFile(source.read(MAX_FILE_BYTES)).names
    except UnreadableWorkbookError:
        return None


def _asks_for_password(source: BinaryIO) -> bool:
    source.seek(0, io.SEEK_SET)
    try:
        text = CompoundFile(source.read(MAX_FILE_BYTES)).stream(_TEXT)
    except (UnreadableWorkbookError, KeyError):
        return False
    return len(text) > _ENCRYPTED_FLAG_AT and bool(text[_ENCRYPTED_FLAG_AT] & _ENCRYPTED_FLAG)
