"""Finding hashes of pictures that differ in few bits, without comparing each with each.

Two hashes of one picture differ in at most 31 of 256 bits, as those who made PDQ advise. A
hash falls into 16 words of 16 bits; two that differ in so few bits have one word in which
they differ in at most one bit. Only those that share such a word are compared.

Source: Meta, "PDQ & TMK+PDQF: A Test-Drive of Two Hashing Algorithms" (2019); Norouzi,
Punjani and Fleet, "Fast Search in Hamming Space with Multi-Index Hashing" (2012).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, Generic, TypeVar

MOST_BITS: Final = 31
HASH_BYTES: Final = 32
_WORDS, _BITS = 16, 16
_FLIPS: Final = (0, *(1 << bit for bit in range(_BITS)))
_SAME_WORD: Final = 2_000
"""A word that so many pictures share says nothing: those of one colour all share theirs."""

Owner = TypeVar("Owner")


class Looks(Generic[Owner]):
    """Hashes, each with whose it is, looked up by nearness."""

    def __init__(self) -> None:
        """Hold none."""
        self._shelves: dict[int, list[int]] = {}
        self._held: list[tuple[int, Owner]] = []

    def add(self, hashed: bytes, owner: Owner) -> None:
        """Hold a hash."""
        number = int.from_bytes(hashed, "big")
        self._held.append((number, owner))
        for key in _keys(number):
            shelf = self._shelves.setdefault(key, [])
            if len(shelf) < _SAME_WORD:
                shelf.append(len(self._held) - 1)

    def near(self, hashed: bytes) -> Iterator[tuple[Owner, int]]:
        """Give the owners of all hashes that look like this one, with the bits that differ."""
        number = int.from_bytes(hashed, "big")
        seen: set[int] = set()
        for key in _keys(number):
            for flip in _FLIPS:
                for at in self._shelves.get(key ^ flip, ()):
                    if at in seen:
                        continue
                    seen.add(at)
                    other, owner = self._held[at]
                    bits = (number ^ other).bit_count()
                    if bits <= MOST_BITS:
                        yield owner, bits


def _keys(number: int) -> Iterator[int]:
    """Give the words of a hash, each with its place."""
    for at in range(_WORDS):
        yield at << _BITS | number >> (_BITS * at) & 0xFFFF
