"""Which reader reads a file: its content decides, its name is only compared with that."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import MappingProxyType
from typing import BinaryIO, Final, TypeAlias

from qantar.errors import InputRefusedError
from qantar.readers import (
    chat_table,
    docx,
    kobo,
    mail,
    measurement,
    media,
    ocr,
    odt,
    old_office,
    packed,
    pdf,
    photo,
    plain_text,
    provenance,
    rtf,
    signal_chat,
    table_answer,
    telegram,
    transcript,
    web_archive,
    web_page,
    whatsapp,
)
from qantar.readers.answer import DocumentWriter
from qantar.readers.job import Job
from qantar.readers.start import Start

Read: TypeAlias = Callable[[BinaryIO, Job, DocumentWriter], None]
Knows: TypeAlias = Callable[[Start], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """A reader: its name and version, whether a file is one of its own, and reading it."""

    name: str
    version: int
    knows: Knows
    read: Read


# Asked in this order; the last one takes what nobody knows.
_ALL: Final = (
    # Asked first: its marks are no text's, and others would look for text in gigabytes.
    Reader(
        name=media.READER,
        version=media.VERSION,
        knows=media.knows,
        read=media.read,
    ),
    Reader(
        name=provenance.READER,
        version=provenance.VERSION,
        knows=provenance.knows,
        read=provenance.read,
    ),
    Reader(
        name=telegram.READER,
        version=telegram.VERSION,
        knows=telegram.knows,
        read=telegram.read,
    ),
    Reader(
        name=signal_chat.READER,
        version=signal_chat.VERSION,
        knows=signal_chat.knows,
        read=signal_chat.read,
    ),
    Reader(
        name=whatsapp.READER,
        version=whatsapp.VERSION,
        knows=whatsapp.knows,
        read=whatsapp.read,
    ),
    Reader(
        name=pdf.READER,
        version=pdf.VERSION,
        knows=pdf.knows,
        read=pdf.read,
    ),
    Reader(
        name=mail.READER,
        version=mail.VERSION,
        knows=mail.knows,
        read=mail.read,
    ),
    Reader(
        name=web_page.READER,
        version=web_page.VERSION,
        knows=web_page.knows,
        read=web_page.read,
    ),
    Reader(
        name=docx.READER,
        version=docx.VERSION,
        knows=docx.knows,
        read=docx.read,
    ),
    Reader(
        name=odt.READER,
        version=odt.VERSION,
        knows=odt.knows,
        read=odt.read,
    ),
    Reader(
        name=rtf.READER,
        version=rtf.VERSION,
        knows=rtf.knows,
        read=rtf.read,
    ),
    Reader(
        name=old_office.READER,
        version=old_office.VERSION,
        knows=old_office.knows,
        read=old_office.read,
    ),
    Reader(
        name=web_archive.READER,
        version=web_archive.VERSION,
        knows=web_archive.knows,
        read=web_archive.read,
    ),
    Reader(
        name=packed.READER,
        version=packed.VERSION,
        knows=packed.knows,
        read=packed.read,
    ),
    Reader(
        name=ocr.READER,
        version=ocr.VERSION,
        knows=ocr.knows,
        read=ocr.read,
    ),
    Reader(
        name=photo.READER,
        version=photo.VERSION,
        knows=photo.knows,
        read=photo.read,
    ),
    Reader(
        name=kobo.READER,
        version=kobo.VERSION,
        knows=kobo.knows,
        read=kobo.read,
    ),
    Reader(
        name=chat_table.READER,
        version=chat_table.VERSION,
        knows=chat_table.knows,
        read=chat_table.read,
    ),
    Reader(
        name=measurement.READER,
        version=measurement.VERSION,
        knows=measurement.knows,
        read=measurement.read,
    ),
    Reader(
        name=transcript.READER,
        version=transcript.VERSION,
        knows=transcript.knows,
        read=transcript.read,
    ),
    Reader(
        name=plain_text.READER,
        version=plain_text.VERSION,
        knows=plain_text.knows,
        read=plain_text.read,
    ),
    Reader(
        name=table_answer.READER,
        version=table_answer.VERSION,
        knows=lambda _: True,
        read=table_answer.read,
    ),
)
READERS: Final = MappingProxyType({one.name: one for one in _ALL})


def read(source: BinaryIO, job: Job, out: DocumentWriter) -> None:
    """Read a file and write what it holds.

    Args:
        source: the file, seekable, read only.
        job: what is asked.
        out: receives the documents.

    Raises:
        InputRefusedError: the job asks for what this file, or this version, does not have.
    """
    reader_for(source, job).read(source, job, out)


def reader_for(source: BinaryIO, job: Job) -> Reader:
    """Give the reader of a file: the one asked for, else the first that knows it.

    Raises:
        InputRefusedError: there is no reader of the name asked for.
    """
    if job.reader is not None:
        named = READERS.get(job.reader)
        if named is None:
            message = f'there is no reader "{job.reader}".'
            hint = f"There are {', '.join(sorted(READERS))}; without one the content decides."
            raise InputRefusedError(message, where=job.name, next=hint)
        return named
    if job.delimiter or job.worksheet or job.header_row != 1:
        return READERS[table_answer.READER]
    start = Start(source, job.name, job.encoding)
    return next(one for one in _ALL if one.knows(start))
