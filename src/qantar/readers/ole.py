"""OLE2 compound files: take a stream out, never following a chain out of the file; wrap it anew.

The workbook library trusts the counts in a compound file's header and would
ask for gigabytes, or stop the program, on a damaged one. It is handed only
containers written here.

Source: Microsoft, [MS-CFB] Compound File Binary File Format, sections 2.2 to 2.6.
"""

from __future__ import annotations

import struct
from typing import Final

from qantar.readers.workbook_scan import UnreadableWorkbookError

_HEADER_BYTES: Final = 512
_ENTRY_BYTES: Final = 128
_SECTOR_SHIFTS: Final = (9, 12)
_MINI_BYTES: Final = 64
_END_OF_CHAIN: Final = 0xFFFFFFFE
_FREE: Final = 0xFFFFFFFF
_TABLE_SECTOR: Final = 0xFFFFFFFD
_LAST_SECTOR: Final = 0xFFFFFFFA  # above it: marks, not sector numbers
_STREAM: Final = 2
_ROOT: Final = 5
_CUTOFF: Final = 4096  # smaller streams would go to the mini stream; ours are padded to it
_SECTOR: Final = 4096
_SLOTS: Final = 109  # allocation table sectors named in the header: enough for 456 MiB


def damaged(*, why: str) -> UnreadableWorkbookError:
    """The finding of a compound file that does not hold together."""
    return UnreadableWorkbookError(
        "damaged",
        f"The workbook's inner file system cannot be followed ({why}). The file is damaged or was "
        "cut; get a whole copy.",
    )


class CompoundFile:
    """The streams and storages at the root of a compound file; what lies deeper is not followed."""

    def __init__(self, untrusted_bytes: bytes) -> None:
        """Read header, allocation tables and directory.

        Raises:
            UnreadableWorkbookError: a table or a chain leaves the file or runs
                in a circle.
        """
        if len(untrusted_bytes) < _HEADER_BYTES:
            raise damaged(why="the header is cut")
        shift = int.from_bytes(untrusted_bytes[30:32], "little")
        if shift not in _SECTOR_SHIFTS:
            raise damaged(why=f"sectors of 2^{shift} bytes")
        self._size = 1 << shift
        # A last sector may be short on disk; its missing end is never part of a stream.
        self._data = untrusted_bytes + b"\x00" * (-len(untrusted_bytes) % self._size)
        self._count = len(self._data) // self._size - 1
        directory, _, self._cutoff, mini = struct.unpack_from("<IIII", untrusted_bytes, 48)
        self._table = self._allocation_table()
        self._entries = self._chain(directory)
        self._mini_table = _numbers(self._chain(mini))
        self._found = self._root_entries()

    @property
    def names(self) -> frozenset[str]:
        """Names of the streams and storages at the root."""
        return frozenset(self._found)

    def stream(self, name: str) -> bytes:
        """The bytes of a stream at the root.

        Raises:
            KeyError: there is none of that name.
            UnreadableWorkbookError: it is no stream, or its chain leaves the
                file or is too short.
        """
        kind, start, size = self._found[name]
        if kind != _STREAM:
            raise damaged(why="a stream is marked as a folder")
        data = self._chain(start) if size >= self._cutoff else self._mini_chain(start)
        if len(data) < size:
            raise damaged(why="a stream is shorter than it says")
        return data[:size]

    def _root_entries(self) -> dict[str, tuple[int, int, int]]:
        """Entries below the root, by name: kind, first sector, size."""
        if len(self._entries) < _ENTRY_BYTES or self._entries[66] != _ROOT:
            raise damaged(why="there is no root entry")
        found: dict[str, tuple[int, int, int]] = {}
        seen = set[int]()
        ahead = [struct.unpack_from("<I", self._entries, 76)[0]]
        while ahead:
            number = ahead.pop()
            at = number * _ENTRY_BYTES
            if number in seen or at + _ENTRY_BYTES > len(self._entries):
                continue
            seen.add(number)
            length, kind = struct.unpack_from("<HB", self._entries, at + 64)
            left, right = struct.unpack_from("<II", self._entries, at + 68)
            start, size = struct.unpack_from("<II", self._entries, at + 116)
            name = self._entries[at : at + max(0, min(length, 64) - 2)]
            found.setdefault(name.decode("utf-16-le", "replace"), (kind, start, size))
            ahead += [left, right]
        return found

    def _allocation_table(self) -> list[int]:
        (first,) = struct.unpack_from("<I", self._data, 68)
        sectors = list(struct.unpack_from(f"<{_SLOTS}I", self._data, 76))
        seen = 0
        while first <= _LAST_SECTOR:
            seen += 1
            if seen > self._count:
                raise damaged(why="its allocation table runs in a circle")
            *numbers, first = _numbers(self._sector(first))
            sectors += numbers
        table: list[int] = []
        for sector in sectors:
            if sector <= _LAST_SECTOR:
                table += _numbers(self._sector(sector))
        return table

    def _sector(self, number: int) -> bytes:
        if number >= self._count:
            raise damaged(why=f"sector {number:,} lies beyond the end of the file")
        return self._data[(number + 1) * self._size : (number + 2) * self._size]

    def _chain(self, start: int) -> bytes:
        parts: list[bytes] = []
        while start <= _LAST_SECTOR:
            if len(parts) > self._count or start >= len(self._table):
                raise damaged(why="a chain of sectors leaves the file or runs in a circle")
            parts.append(self._sector(start))
            start = self._table[start]
        return b"".join(parts)

    def _mini_chain(self, start: int) -> bytes:
        (first,) = struct.unpack_from("<I", self._entries, 116)
        mini, parts = self._chain(first), list[bytes]()
        while start <= _LAST_SECTOR:
            if len(parts) > len(self._mini_table) or start >= len(self._mini_table):
                raise damaged(why="a chain of small sectors leaves the file or runs in a circle")
            parts.append(mini[start * _MINI_BYTES : (start + 1) * _MINI_BYTES])
            start = self._mini_table[start]
        return b"".join(parts)


def wrapped(name: str, stream: bytes) -> bytes:
    """A compound file that holds one stream, in version 4 with 4,096-byte sectors."""
    size = max(len(stream), _CUTOFF)
    body = stream + b"\x00" * (-size % _SECTOR + size - len(stream))
    sectors = len(body) // _SECTOR
    tables = 1
    while tables * (_SECTOR // 4) < sectors + 1 + tables:
        tables += 1
    directory = sectors + tables
    table = [*range(1, sectors), _END_OF_CHAIN, *[_TABLE_SECTOR] * tables, _END_OF_CHAIN]
    table += [_FREE] * (tables * (_SECTOR // 4) - len(table))
    slots = [*range(sectors, directory)]
    header = struct.pack(
        f"<8s16s5H6x{9 + _SLOTS}I",
        *(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"", 0x3E, 4, 0xFFFE, 12, 6),
        *(1, tables, directory, 0, _CUTOFF, _END_OF_CHAIN, 0, _END_OF_CHAIN, 0),
        *(*slots, *[_FREE] * (_SLOTS - len(slots))),
    )
    entries = _entry("Root Entry", _ROOT, child=1, start=0, size=0)
    entries += _entry(name, _STREAM, child=_FREE, start=0, size=size)
    return (
        header.ljust(_SECTOR, b"\x00")
        + body
        + struct.pack(f"<{len(table)}I", *table)
        + entries.ljust(_SECTOR, b"\x00")
    )


def _entry(name: str, kind: int, *, child: int, start: int, size: int) -> bytes:
    text = name.encode("utf-16-le")
    numbers = (len(text) + 2, kind, 1, _FREE, _FREE, child)
    return struct.pack("<64sHBB3I", text, *numbers).ljust(116, b"\x00") + struct.pack(
        "<IQ", start, size
    )


def _numbers(data: bytes) -> list[int]:
    return list(struct.unpack(f"<{len(data) // 4}I", data))
