"""Unpack a file of gzip members one behind the other, counting bytes and stepping over damage.

Web archives are packed record by record, so that one damaged member need not cost the
rest: reading goes on at the next one that can be found.

Source: RFC 1952 (gzip).
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field
from typing import BinaryIO, Final

from qantar.readers.caps import MAX_RATIO, RATIO_FLOOR_BYTES

MAGIC: Final = b"\x1f\x8b\x08"
_CHUNK_BYTES: Final = 256 * 1024
_OUT_BYTES: Final = 1024 * 1024
_MOST_DAMAGES: Final = 1_000
_GZIP: Final = 31  # of zlib: a gzip header, and the largest window


@dataclass(slots=True)
class GzipMembers:
    """Reads what a file of gzip members holds, as one stream.

    Attributes:
        damages: how many members could not be unpacked to their end.
        cut: whether the file ends within a member.
        bomb: whether reading stopped at a member that unpacks too far.
    """

    source: BinaryIO
    damages: int = 0
    cut: bool = False
    bomb: bool = False
    _held: bytes = b""
    _unpacker: zlib._Decompress | None = None
    _packed: int = 0
    _unpacked: int = 0
    _ended: bool = False
    _out: list[bytes] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Begin at the beginning."""
        self.source.seek(0)

    def read(self, size: int, /) -> bytes:
        """Give some bytes, at most so many; none at the end, and once at each damage."""
        damages = self.damages
        while not self._ended and self.damages == damages:
            piece = self._next(size)
            if piece:
                return piece
        return b""

    @property
    def has_ended(self) -> bool:
        """Whether nothing comes any more."""
        return self._ended

    def _next(self, size: int) -> bytes:
        if not self._held:
            self._held = self.source.read(_CHUNK_BYTES)
            if not self._held:
                self._ended = True
                self.cut = self._unpacker is not None
                return b""
            if self._unpacker is not None:
                self._packed += len(self._held)
        if self._unpacker is None and not self._begin():
            return b""
        return self._unpack(min(size, _OUT_BYTES))

    def _begin(self) -> bool:
        """Find the next member in what is held."""
        at = self._held.find(MAGIC)
        if at < 0:
            tail = self._held[-(len(MAGIC) - 1) :]
            more = self.source.read(_CHUNK_BYTES)
            self._held = tail + more if more else b""
            return False
        self._held = self._held[at:]
        self._unpacker = zlib.decompressobj(_GZIP)
        self._packed, self._unpacked = len(self._held), 0
        return True

    def _unpack(self, size: int) -> bytes:
        unpacker = self._unpacker
        if unpacker is None:
            return b""
        try:
            piece = unpacker.decompress(self._held, size)
        except zlib.error:
            return self._step_over()
        self._held = unpacker.unconsumed_tail
        self._unpacked += len(piece)
        if unpacker.eof:
            self._held, self._unpacker = unpacker.unused_data, None
        elif self._unpacked > max(RATIO_FLOOR_BYTES, MAX_RATIO * self._packed):
            self.bomb = self._ended = True
        return piece

    def _step_over(self) -> bytes:
        self.damages += 1
        self._unpacker = None
        self._held = self._held[1:]
        if self.damages >= _MOST_DAMAGES:
            self._ended = True
        return b""
