"""Which pictures look alike: copies, re-encodings and mirror images, by their perceptual hashes.

Two hashes of one picture differ in at most 31 of 256 bits, as those who made PDQ advise. A
hash falls into 32 bytes; two that differ in so few bits share at least one of them, so
that only those that do are compared.

Source: Meta, "PDQ & TMK+PDQF: A Test-Drive of Two Hashing Algorithms" (2019).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

MOST_BITS: Final = 31
_BYTES: Final = 32
_SAME_BYTE: Final = 2_000
"""A byte that so many pictures share says nothing: those of one colour all share theirs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture of the case: which document it is, and its hashes (32 bytes each)."""

    key: str
    pdq: bytes
    mirrored: bytes

    def __post_init__(self) -> None:
        """Refuse what is no hash.

        Raises:
            ValueError: one of the two has another length.
        """
        if len(self.pdq) != _BYTES or len(self.mirrored) != _BYTES:
            message = f"a PDQ hash has {_BYTES} bytes"
            raise ValueError(message)


@dataclass(frozen=True, slots=True, kw_only=True)
class Alike:
    """Two pictures that look alike, the later one second; in how many bits they differ."""

    first: Picture
    second: Picture
    bits: int
    mirrored: bool


def alike(pictures: Iterable[Picture]) -> Iterator[Alike]:
    """Give, for each picture, the earlier one that it looks most like, if there is any."""
    shelves: dict[tuple[int, int], list[Picture]] = {}
    for picture in pictures:
        found = min(_near(picture, shelves), key=lambda one: (one.bits, one.mirrored), default=None)
        if found is not None:
            yield found
        for at, byte in enumerate(picture.pdq):
            shelf = shelves.setdefault((at, byte), [])
            if len(shelf) < _SAME_BYTE:
                shelf.append(picture)


def _near(picture: Picture, shelves: dict[tuple[int, int], list[Picture]]) -> Iterator[Alike]:
    for mirrored, hashed in ((False, picture.pdq), (True, picture.mirrored)):
        seen: set[str] = set()
        number = int.from_bytes(hashed, "big")
        for at, byte in enumerate(hashed):
            for other in shelves.get((at, byte), ()):
                if other.key in seen:
                    continue
                seen.add(other.key)
                bits = (number ^ int.from_bytes(other.pdq, "big")).bit_count()
                if bits <= MOST_BITS:
                    yield Alike(first=other, second=picture, bits=bits, mirrored=mirrored)
