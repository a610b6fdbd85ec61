"""Cut a web archive (WARC) into its records, one after another, however large it is.

What a record says of its length is followed and not believed: what comes behind it must be
the next record, else that is looked for line by line.

Source: ISO 28500:2017 (WARC 1.1).
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import BinaryIO, Final, Protocol

from qantar.readers.gzip_members import MAGIC, GzipMembers
from qantar.readers.mail_header import Header, parse_header

_CHUNK_BYTES: Final = 256 * 1024
_LONGEST_LINE: Final = 64 * 1024
_MOST_HEADER_LINES: Final = 500
_VERSION: Final = re.compile(rb"WARC/\d\.\d\d?\s*\Z")
_LENGTH: Final = re.compile(r"[0-9]{1,18}")
_ALGORITHMS: Final[dict[str, Callable[[], hashlib._Hash]]] = {
    "sha1": lambda: hashlib.sha1(usedforsecurity=False),
    "sha-1": lambda: hashlib.sha1(usedforsecurity=False),
    "md5": lambda: hashlib.md5(usedforsecurity=False),
    "sha256": hashlib.sha256,
    "sha-256": hashlib.sha256,
    "sha512": hashlib.sha512,
    "sha-512": hashlib.sha512,
}


class Unpacked(Protocol):
    """Where bytes come from."""

    def read(self, size: int, /) -> bytes:
        """Give so many at most; none at the end."""


@dataclass(slots=True)
class Digest:
    """A digest as a record claims it, and what the bytes that are passed to it have."""

    claimed: str
    _hash: hashlib._Hash | None = None

    def __post_init__(self) -> None:
        """Find the algorithm that is named."""
        make = _ALGORITHMS.get(self.claimed.partition(":")[0].strip().lower())
        self._hash = make() if make else None

    def update(self, data: bytes) -> None:
        """Take in bytes."""
        if self._hash is not None:
            self._hash.update(data)

    @property
    def fits(self) -> bool | None:
        """Whether the bytes have the digest claimed; None where that cannot be told."""
        if self._hash is None:
            return None
        said, value = self.claimed.partition(":")[2].strip(), self._hash.digest()
        forms = {value.hex(), base64.b32encode(value).decode().rstrip("=").lower()}
        if said.rstrip("=").lower() in forms:
            return True
        try:
            return base64.b64decode(said, validate=True) == value
        except ValueError:  # not of that form either
            return False


@dataclass(slots=True)
class Record:
    """One record: its header, and its block, which is read from the archive once."""

    header: Header
    length: int
    _lines: _Lines
    left: int = 0
    is_cut: bool = False

    def get(self, name: str) -> str:
        """Give a field of its header; "" where there is none."""
        return self.header.get(name)

    @property
    def kind(self) -> str:
        """What it is, as in response, request, revisit."""
        return self.get("warc-type").lower()

    @property
    def address(self) -> str:
        """What it is of."""
        return self.get("warc-target-uri").strip("<> ")

    def read(self, size: int, /) -> bytes:
        """Give the next bytes of its block, at most so many."""
        data = self._lines.read(min(size, self.left))
        self.left -= len(data)
        if not data and self.left:
            self.is_cut, self.left = True, 0
        return data

    def skip(self) -> None:
        """Go to the end of its block."""
        while self.left:
            self.read(_CHUNK_BYTES)


@dataclass(slots=True)
class Archive:
    """The records of one archive; iterate once.

    Attributes:
        strays: how many times something else than a record stood where one should.
        cut: whether the archive ends within a record.
        gzip: its members, where it is packed.
    """

    source: BinaryIO
    strays: int = 0
    cut: bool = False
    gzip: GzipMembers | None = None

    def records(self) -> Iterator[Record]:
        """Give each record; what is left of its block is stepped over before the next."""
        self.source.seek(0)
        packed = self.source.read(len(MAGIC)) == MAGIC
        self.source.seek(0)
        self.gzip = GzipMembers(self.source) if packed else None
        lines = _Lines(self.gzip or self.source)
        while self._find(lines):
            record = _record(lines)
            if record is None:
                self.strays += 1
                continue
            yield record
            record.skip()
            self.cut = self.cut or record.is_cut
        self.cut = self.cut or (self.gzip is not None and self.gzip.cut)

    def _find(self, lines: _Lines) -> bool:
        """Go to the line behind the next one that begins a record."""
        is_stray = False
        while True:
            line = lines.line()
            if _VERSION.match(line):
                self.strays += is_stray
                return True
            if not line and (self.gzip is None or self.gzip.has_ended):
                self.strays += is_stray
                return False
            is_stray = is_stray or bool(line.strip())


def _record(lines: _Lines) -> Record | None:
    head: list[bytes] = []
    while line := lines.line():
        if not line.strip():
            break
        if len(head) < _MOST_HEADER_LINES:
            head.append(line)
    data = b"".join(head)
    header = parse_header(data, 0, len(data))
    length = _LENGTH.fullmatch(header.get("content-length").strip())
    if length is None:
        return None
    size = int(length[0])
    return Record(header=header, length=size, _lines=lines, left=size)


@dataclass(slots=True)
class _Lines:
    """Lines, and then again bytes, of one stream."""

    source: Unpacked
    _held: bytes = field(default=b"")
    _at: int = 0

    def line(self) -> bytes:
        """Give the next line with its end; a very long one in pieces; nothing at the end."""
        pieces: list[bytes] = []
        size = 0
        while size < _LONGEST_LINE and self._fill():
            end = self._held.find(b"\n", self._at) + 1 or len(self._held)
            pieces.append(self._held[self._at : end])
            size += end - self._at
            self._at = end
            if pieces[-1].endswith(b"\n"):
                break
        return b"".join(pieces)

    def read(self, size: int) -> bytes:
        """Give some bytes, at most so many; nothing at the end."""
        if size <= 0 or not self._fill():
            return b""
        piece = self._held[self._at : self._at + size]
        self._at += len(piece)
        return piece

    def _fill(self) -> bool:
        if self._at >= len(self._held):
            self._held, self._at = self.source.read(_CHUNK_BYTES), 0
        return bool(self._held)
