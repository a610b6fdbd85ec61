"""Open a workbook's ZIP package without trusting its sizes; parse its XML without entities."""

from __future__ import annotations

import zipfile
from typing import BinaryIO, Final, Protocol
from xml.parsers import expat

from qantar.readers.caps import (
    MAX_PARTS,
    MAX_RATIO,
    MAX_UNPACKED_BYTES,
    MIB,
    RATIO_FLOOR_BYTES,
)
from qantar.readers.finding_log import shown
from qantar.readers.workbook_scan import UnreadableWorkbookError
from qantar.readers.zip_damage import DAMAGE

_ENCRYPTED_FLAG: Final = 0x1
_METHODS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_DAMAGE: Final = (*DAMAGE, LookupError)  # of an encoding that nobody knows


class XmlHandler(Protocol):
    """What an XML part is told to; names are `namespace local-name`, or a bare local name."""

    def attach(self, parser: expat.XMLParserType) -> None:
        """Set the handlers the part needs on the parser."""


def open_package(source: BinaryIO) -> zipfile.ZipFile:
    """Open a ZIP after checking its table of contents against the caps.

    Raises:
        UnreadableWorkbookError: the package is damaged, encrypted, or would
            unpack beyond a cap.
    """
    source.seek(0)
    try:
        archive = zipfile.ZipFile(source)
    except _DAMAGE as error:
        raise _damaged(what="The ZIP package of the workbook", error=error) from error
    parts = archive.infolist()
    if len(parts) > MAX_PARTS:
        text = f"The package holds {len(parts):,} parts; the cap is {MAX_PARTS:,}. It was not read."
        raise UnreadableWorkbookError(code="too-many", text=text)
    if any(part.flag_bits & _ENCRYPTED_FLAG for part in parts):
        raise encrypted()
    _check_sizes(parts)
    return archive


def read_part(archive: zipfile.ZipFile, name: str, handler: XmlHandler | None = None) -> None:
    """Parse one XML part in pieces, its checksum included.

    No handler means: only make sure that it is well-formed and declares no
    document type, which no workbook needs and which entity bombs do.

    Raises:
        UnreadableWorkbookError: the part is missing, damaged or no plain XML.
    """
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_document_type
    if handler:
        handler.attach(parser)
    what = f"The part {shown(name)} of the workbook"
    try:
        with archive.open(name) as stream:
            while chunk := stream.read(MIB):
                parser.Parse(chunk, False)  # noqa: FBT003  # expat takes it by position only
        parser.Parse(b"", True)  # noqa: FBT003
    except (*_DAMAGE, expat.ExpatError, KeyError, RuntimeError) as error:
        raise _damaged(what=what, error=error) from error


def encrypted() -> UnreadableWorkbookError:
    """The finding of every workbook that asks for a password."""
    return UnreadableWorkbookError(
        "encrypted",
        "The workbook is encrypted and was not read. Open it with its password, save a copy "
        "without one, and add the copy too.",
    )


def _check_sizes(parts: list[zipfile.ZipInfo]) -> None:
    unpacked = sum(part.file_size for part in parts)
    if unpacked > MAX_UNPACKED_BYTES:
        text = (
            f"The workbook unpacks to {unpacked:,} bytes; the cap is {MAX_UNPACKED_BYTES:,}. "
            "It was not read. Split it, or save its tables as CSV."
        )
        raise UnreadableWorkbookError(code="too-large", text=text)
    for part in parts:
        if part.compress_type not in _METHODS:
            raise _damaged(what=f"The part {shown(part.filename)}", error="unknown compression")
        if part.file_size > max(RATIO_FLOOR_BYTES, MAX_RATIO * part.compress_size):
            text = (
                f"The part {shown(part.filename)} unpacks {part.compress_size:,} bytes to "
                f"{part.file_size:,}; more than {MAX_RATIO} to 1 is what a ZIP bomb does. "
                "The workbook was not read. If it is genuine, save its tables as CSV."
            )
            raise UnreadableWorkbookError(code="ratio", text=text)


def _damaged(*, what: str, error: Exception | str) -> UnreadableWorkbookError:
    why = str(error) or type(error).__name__
    text = f"{what} cannot be read ({why}). The file is damaged or was cut; get a whole copy."
    return UnreadableWorkbookError(code="damaged", text=text)


def _refuse_document_type(*_: object) -> None:
    message = "it declares a document type, which no spreadsheet program writes"
    raise ValueError(message)
