"""Decoding CBOR from strangers: bounded in depth and number, strict about all else.

Only what C2PA uses: numbers, texts, bytes, lists, maps, tags and simple values. A tag gives
what it tags.

Source: RFC 8949.
"""

from __future__ import annotations

import struct
from typing import Final, TypeAlias

MAX_ITEMS: Final = 200_000
MAX_DEPTH: Final = 32

CborValue: TypeAlias = (
    "int | float | str | bytes | bool | list[CborValue] | dict[CborKey, CborValue] | None"
)
CborKey: TypeAlias = "int | str | bytes"

_UNSIGNED, _NEGATIVE, _BYTES, _TEXT, _LIST, _MAP, _TAG = range(7)
_SIMPLE: Final = {20: False, 21: True, 22: None, 23: None}
_FLOATS: Final = {25: (">e", 2), 26: (">f", 4), 27: (">d", 8)}
_LENGTHS: Final = {24: 1, 25: 2, 26: 4, 27: 8}
_ENDLESS: Final = 31
_BREAK: Final = 0xFF


class BrokenCborError(ValueError):
    """The bytes are no CBOR, or more of it than is read."""


def decode(data: bytes) -> CborValue:
    """Decode one value.

    Raises:
        BrokenCborError: there is none, something stands behind it, or it is too deep or large.
    """
    reader = _Reader(data)
    value = reader.value(0)
    if reader.at != len(data):
        message = f"{len(data) - reader.at} bytes behind the value"
        raise BrokenCborError(message)
    return value


class _Reader:
    """Where it stands in the bytes, and how many values it has seen."""

    def __init__(self, data: bytes) -> None:
        self._data, self.at, self._items = data, 0, 0

    def value(self, depth: int) -> CborValue:
        """Read the value that begins here; `depth` is bounded, and with it this recursion."""
        self._items += 1
        if depth > MAX_DEPTH or self._items > MAX_ITEMS:
            message = "it is too deep, or too large"
            raise BrokenCborError(message)
        kind, info = divmod(self._take(1)[0], 32)
        if kind <= _NEGATIVE:
            number = self._number(info)
            return number if kind == _UNSIGNED else -1 - number
        if kind in (_BYTES, _TEXT):
            return self._string(kind, info)
        if kind == _LIST:
            return self._list(info, depth)
        if kind == _MAP:
            return self._map(info, depth)
        if kind == _TAG:
            self._number(info)
            return self.value(depth + 1)
        return self._simple(info)

    def _take(self, size: int) -> bytes:
        piece = self._data[self.at : self.at + size]
        if len(piece) < size:
            message = "it ends within a value"
            raise BrokenCborError(message)
        self.at += size
        return piece

    def _number(self, info: int) -> int:
        if info < min(_LENGTHS):
            return info
        if info not in _LENGTHS:
            message = "a number without a length"
            raise BrokenCborError(message)
        return int.from_bytes(self._take(_LENGTHS[info]), "big")

    def _string(self, kind: int, info: int) -> str | bytes:
        pieces = [self._take(self._number(info))] if info != _ENDLESS else []
        while info == _ENDLESS and not self._ends():
            inner, size = divmod(self._take(1)[0], 32)
            if inner != kind:
                message = "a piece of another kind"
                raise BrokenCborError(message)
            pieces.append(self._take(self._number(size)))
        whole = b"".join(pieces)
        return whole if kind == _BYTES else whole.decode("utf-8", "replace")

    def _ends(self) -> bool:
        """Whether a list without a length ends here; then its mark is taken."""
        ends = self._data[self.at : self.at + 1] == bytes([_BREAK])
        self.at += ends
        return ends

    def _list(self, info: int, depth: int) -> list[CborValue]:
        if info == _ENDLESS:
            found = []
            while not self._ends():
                found.append(self.value(depth + 1))
            return found
        # Every value has a byte at least: a length that lies ends with the bytes.
        return [self.value(depth + 1) for _ in range(self._number(info))]

    def _map(self, info: int, depth: int) -> dict[CborKey, CborValue]:
        found: dict[CborKey, CborValue] = {}
        left = -1 if info == _ENDLESS else self._number(info)
        while left and not (info == _ENDLESS and self._ends()):
            key = self.value(depth + 1)
            if not isinstance(key, int | str | bytes):
                message = "a key that is neither text nor number"
                raise BrokenCborError(message)
            found[key] = self.value(depth + 1)
            left -= 1
        return found

    def _simple(self, info: int) -> CborValue:
        if info in _FLOATS:
            form, size = _FLOATS[info]
            (number,) = struct.unpack(form, self._take(size))
            return float(number)
        if info not in _SIMPLE:
            message = "a simple value that means nothing"
            raise BrokenCborError(message)
        return _SIMPLE[info]
