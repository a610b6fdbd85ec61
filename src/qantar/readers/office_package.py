"""The ZIP package of a document, opened without trust: sizes are counted, no entity is known.

Parts are parsed as a stream. A part with a document type is refused, for entity bombs and
external entities need one and no word processor writes it. Nothing a part names outside
the package is ever looked at.

Source: ECMA-376 Part 2 (packages), ODF 1.3 Part 2, APPNOTE.TXT (ZIP).
"""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import BinaryIO, Final, TypeAlias
from xml.parsers import expat

from qantar.readers.caps import MAX_PARTS, MAX_RATIO, MIB, RATIO_FLOOR_BYTES
from qantar.readers.finding_log import shown
from qantar.readers.zip_damage import DAMAGE

MAX_PART_BYTES: Final = 512 * MIB
MAX_PACKAGE_BYTES: Final = 1024 * MIB
"""Of all parts that were read together, unpacked."""
MAX_XML_DEPTH: Final = 1_000
_CHUNK_BYTES: Final = 256 * 1024
_ENCRYPTED_FLAG: Final = 0x1
_METHODS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_DAMAGE: Final = (*DAMAGE, RuntimeError, LookupError)  # of an encoding that nobody knows
Attributes: TypeAlias = Mapping[str, str]


class UnreadableDocumentError(Exception):
    """A document, or a part of it, cannot be read: the code and text of a finding."""

    def __init__(self, *, code: str, text: str) -> None:
        """Keep both."""
        self.code, self.text = code, text
        super().__init__(text)


class _RefusedXmlError(Exception):
    """The XML is refused for what it is; the message completes "the part …"."""


@dataclass(slots=True)
class Elements:
    """Follows the elements of one part. Names are `namespace local`, or local where none.

    `open` are those that are open, the outermost first. `text` takes character data while
    it is set.
    """

    start: Callable[[str, Attributes], None]
    end: Callable[[str], None]
    text: Callable[[str], None]
    open: list[str] = field(default_factory=list)

    def parser(self) -> expat.XMLParserType:
        """Make a parser that tells of them."""
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = _refuse_document_type
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self.text
        return parser

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if len(self.open) >= MAX_XML_DEPTH:
            message = f"nests more than {MAX_XML_DEPTH:,} elements"
            raise _RefusedXmlError(message)
        self.start(name, attributes)
        self.open.append(name)

    def _end(self, name: str) -> None:
        self.open.pop()
        self.end(name)


class OfficePackage:
    """The parts of a document; close it when done."""

    def __init__(self, source: BinaryIO) -> None:
        """Open the package.

        Raises:
            UnreadableDocumentError: it is damaged, encrypted, or has too many parts.
        """
        source.seek(0)
        try:
            self._archive = zipfile.ZipFile(source)
        except _DAMAGE as error:
            text = f"The package cannot be opened ({_why(error)}). Get a whole copy."
            raise UnreadableDocumentError(code="damaged", text=text) from error
        parts = self._archive.infolist()
        if len(parts) > MAX_PARTS:
            text = f"The package has {len(parts):,} parts; the cap is {MAX_PARTS:,}. None was read."
            raise UnreadableDocumentError(code="too-many", text=text)
        self._parts: dict[str, zipfile.ZipInfo] = {}
        self.twice: list[str] = []
        for part in parts:
            name = part.filename.lower()
            if name in self._parts:
                self.twice.append(part.filename)
            self._parts.setdefault(name, part)
        self._left = MAX_PACKAGE_BYTES

    def close(self) -> None:
        """Close it; the source stays open."""
        self._archive.close()

    @property
    def names(self) -> list[str]:
        """Names of all parts, as found, in their order."""
        return [part.filename for part in self._parts.values()]

    def has(self, name: str) -> bool:
        """Whether there is such a part; case does not count."""
        return name.lower() in self._parts

    def size(self, name: str) -> int:
        """How many bytes a part says that it has."""
        return self._parts[name.lower()].file_size

    def parse(self, name: str, elements: Elements) -> None:
        """Parse a part; what was told before a fault stays told.

        Raises:
            UnreadableDocumentError: it is missing, damaged, encrypted, no plain XML, or
                would unpack beyond a cap.
        """
        parser = elements.parser()
        with _told(name):
            self._feed(name, parser)

    def beginning(self, name: str, most: int) -> bytes:
        """Give the first bytes of a part; none where it cannot be read."""
        part = self._parts.get(name.lower())
        if part is None or part.compress_type not in _METHODS:
            return b""
        try:
            with self._archive.open(part) as stream:
                return stream.read(most)
        except _DAMAGE:
            return b""

    def _feed(self, name: str, parser: expat.XMLParserType) -> None:
        part = self._parts.get(name.lower())
        if part is None:
            text = f"The package has no part {shown(name)}, which it names. Get a whole copy."
            raise UnreadableDocumentError(code="damaged", text=text)
        if part.flag_bits & _ENCRYPTED_FLAG:
            raise UnreadableDocumentError(code="encrypted", text=ENCRYPTED)
        if part.compress_type not in _METHODS:
            message = "packed in a way that documents are not"
            raise zipfile.BadZipFile(message)
        read, most = 0, max(RATIO_FLOOR_BYTES, MAX_RATIO * part.compress_size)
        with self._archive.open(part) as stream:
            while chunk := stream.read(_CHUNK_BYTES):
                read += len(chunk)
                self._left -= len(chunk)
                self._check(name, read, most)
                parser.Parse(chunk, False)  # noqa: FBT003  # expat takes it by position only
        parser.Parse(b"", True)  # noqa: FBT003

    def _check(self, name: str, read: int, most: int) -> None:
        if read > most:
            text = (
                f"The part {shown(name)} unpacks to more than {MAX_RATIO} times its size, which is "
                "what a ZIP bomb does. It was not read to its end."
            )
            raise UnreadableDocumentError(code="ratio", text=text)
        if read > MAX_PART_BYTES or self._left < 0:
            text = (
                f"The part {shown(name)} has more than {MAX_PART_BYTES // MIB} MiB, or all parts "
                f"more than {MAX_PACKAGE_BYTES // MIB} MiB. It was not read to its end."
            )
            raise UnreadableDocumentError(code="too-large", text=text)


def parse_file(source: BinaryIO, elements: Elements) -> None:
    """Parse a file that is one piece of XML; what was told before a fault stays told.

    Raises:
        UnreadableDocumentError: it is damaged, or no plain XML.
    """
    parser = elements.parser()
    source.seek(0)
    with _told("of the file"):
        while chunk := source.read(_CHUNK_BYTES):
            parser.Parse(chunk, False)  # noqa: FBT003  # expat takes it by position only
        parser.Parse(b"", True)  # noqa: FBT003


@contextmanager
def _told(name: str) -> Iterator[None]:
    """Tell of what goes wrong in a part as a finding is told."""
    try:
        yield
    except _RefusedXmlError as error:
        code = "too-deep" if "nests" in str(error) else "damaged"
        text = f"The part {shown(name)} {error}: it was not read, or not to its end."
        raise UnreadableDocumentError(code=code, text=text) from error
    except expat.ExpatError as error:
        text = (
            f"The part {shown(name)} is broken XML ({error}). What stands before that was "
            "read. Get a whole copy."
        )
        raise UnreadableDocumentError(code="damaged", text=text) from error
    except _DAMAGE as error:
        text = (
            f"The part {shown(name)} cannot be unpacked ({_why(error)}). What came before "
            "that was read. Get a whole copy."
        )
        raise UnreadableDocumentError(code="damaged", text=text) from error


ENCRYPTED: Final = (
    "The document is encrypted and was not read. Open it with its password, save a copy without "
    "one, and add the copy too."
)


def part_name(base: str, target: str) -> str:
    """Resolve what a part names inside the package; a name only, never a path."""
    if target.startswith("/"):
        return posixpath.normpath(target.lstrip("/"))
    return posixpath.normpath(posixpath.join(posixpath.dirname(base), target))


def _refuse_document_type(*_: object) -> None:
    message = "declares a document type, in which an entity bomb or a link could hide"
    raise _RefusedXmlError(message)


def _why(error: Exception) -> str:
    return str(error) or type(error).__name__
