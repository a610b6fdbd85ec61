"""Which pictures look alike: copies, re-encodings and mirror images, by their perceptual hashes.

What "alike" means, and how it is found without comparing each with each, `looks.py` says.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from qantar.reading.looks import HASH_BYTES, MOST_BITS, Looks

__all__ = ["MOST_BITS", "Alike", "Picture", "alike"]


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
        if len(self.pdq) != HASH_BYTES or len(self.mirrored) != HASH_BYTES:
            message = f"a PDQ hash has {HASH_BYTES} bytes"
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
    looks: Looks[Picture] = Looks()
    for picture in pictures:
        found = min(_near(picture, looks), key=lambda one: (one.bits, one.mirrored), default=None)
        if found is not None:
            yield found
        looks.add(picture.pdq, picture)


def _near(picture: Picture, looks: Looks[Picture]) -> Iterator[Alike]:
    for mirrored, hashed in ((False, picture.pdq), (True, picture.mirrored)):
        for other, bits in looks.near(hashed):
            yield Alike(first=other, second=picture, bits=bits, mirrored=mirrored)
