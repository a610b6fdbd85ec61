"""Finding hashes of pictures that differ in few bits, without comparing each with each.

Two hashes of one picture differ in at most 31 of 256 bits, as those who made PDQ advise. A
hash falls into 16 words of 16 bits; two that differ in so few bits have one word in which
they differ in at most one bit. Only those that share such a word are compared.

Source: Meta, "PDQ & TMK+PDQF: A Test-Drive of Two Hashing Algorithms" (2019); Norouzi,
Punjani and Fleet, "Fast Search in Hamming Space with Multi-Index Hashing" (2012).
"""

from __future__ import annotations

import struct
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import Final, Generic, TypeVar

MOST_BITS: Final = 31
HASH_BYTES: Final = 32
_BITS: Final = 16
_WORDS: Final = struct.Struct(">16H")
_FLIPS: Final = (0, *(1 << bit for bit in range(_BITS)))
_SAME_WORD: Final = 200
"""A word that so many hashes share says nothing: those of one colour all share theirs."""
_SAME_LOOK: Final = 50
"""So many owners of one hash are enough to find its copies by."""

Owner = TypeVar("Owner")


class Looks(Generic[Owner]):
    """Hashes, each with whose they are, looked up by nearness."""

    def __init__(self) -> None:
        """Hold none."""
        self._shelves: dict[int, list[int]] = {}
        self._held: list[tuple[int, list[Owner]]] = []
        self._same: dict[int, int] = {}
        self._parts = [0]
        self._turns: dict[int, int] = {}

    def begin_part(self) -> None:
        """Begin another part, as of another film, of what is added; see `some_near`."""
        self._parts.append(len(self._held))

    def add(self, hashed: bytes, owner: Owner) -> None:
        """Hold a hash; of one that is held already, only its owner is new."""
        number = int.from_bytes(hashed, "big")
        known = self._same.setdefault(number, len(self._held))
        if known < len(self._held):
            owners = self._held[known][1]
            if len(owners) < _SAME_LOOK:
                owners.append(owner)
            return
        self._held.append((number, [owner]))
        for key in _keys(hashed):
            shelf = self._shelves.setdefault(key, [])
            if len(shelf) < _SAME_WORD:
                shelf.append(known)

    def near(self, hashed: bytes) -> Iterator[tuple[Owner, int]]:
        """Give the owners of all hashes that look like this one, with the bits that differ."""
        yield from self._alike(hashed, self._candidates(hashed))

    def some_near(self, hashed: bytes, most: int) -> Iterator[tuple[Owner, int]]:
        """Give the same of at most so many of each part.

        Of a camera that stands still every second looks like every other: all pairs of two
        hours would be thirteen million. They take turns: what one look-up leaves out of a
        part, the next begins with.
        """
        order = self._candidates(hashed)
        at = 0
        while at < len(order):
            part = bisect_right(self._parts, order[at])
            end = bisect_left(order, self._parts[part]) if part < len(self._parts) else len(order)
            turn = bisect_left(order, self._turns.get(part, 0), at, end)
            in_turn = chain(order[turn:end], order[at:turn])
            places = [place for place, _ in islice(self._places(hashed, in_turn), most)]
            yield from self._alike(hashed, places)
            if len(places) == most:
                self._turns[part] = places[-1] + 1
            at = end

    def _candidates(self, hashed: bytes) -> list[int]:
        """Give the hashes that share a word with this one, or nearly, in the order they came."""
        shelf_of = self._shelves.get
        shelves = (shelf_of(key ^ flip) for key in _keys(hashed) for flip in _FLIPS)
        found: set[int] = set()
        for shelf in filter(None, shelves):
            found.update(shelf)
        return sorted(found)

    def _alike(self, hashed: bytes, places: Iterable[int]) -> Iterator[tuple[Owner, int]]:
        for at, bits in self._places(hashed, places):
            for owner in self._held[at][1]:
                yield owner, bits

    def _places(self, hashed: bytes, places: Iterable[int]) -> Iterator[tuple[int, int]]:
        """Give those of these hashes that look like this one, with the bits that differ."""
        number = int.from_bytes(hashed, "big")
        for at in places:
            bits = (number ^ self._held[at][0]).bit_count()
            if bits <= MOST_BITS:
                yield at, bits


def _keys(hashed: bytes) -> list[int]:
    """Give the words of a hash, each with its place."""
    return [at << _BITS | word for at, word in enumerate(_WORDS.unpack(hashed))]
