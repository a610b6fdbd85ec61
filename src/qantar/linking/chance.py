"""Chance that stays: a number for each pair of rows that depends on nothing but their names.

Which pairs are asked at random may not change when a case is built again, on another
machine or after another answer; so chance comes from what the rows are called.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import blake2b
from typing import Final

import numpy as np

from qantar.linking.people_table import PeopleTable
from qantar.linking.result import Floats, Ints, Places, RowKey

_MIX: Final = np.uint64(0x9E3779B97F4A7C15)
_AGAIN: Final = np.uint64(0xBF58476D1CE4E5B9)
_BITS: Final = 53  # of a float between 0 and 1


def row_marks(keys: Iterable[RowKey]) -> np.ndarray:
    """Give each row a number of 64 bits that follows from its list and number."""
    texts = (f"{number}\0{name}".encode() for name, number in keys)
    marks = (int.from_bytes(blake2b(text, digest_size=8).digest()) for text in texts)
    return np.fromiter(marks, dtype=np.uint64)


def pair_chance(table: PeopleTable, left: Places, right: Places, seed: int) -> Floats:
    """Give each pair a number above 0, up to 1: as if drawn, but always the same."""
    marks = row_marks(table.places)
    a, b = marks[left], marks[right]
    start = np.uint64(seed * int(_AGAIN) % 2**64)
    mixed = np.minimum(a, b) * _MIX ^ (np.maximum(a, b) + start)
    for shift in (np.uint64(30), np.uint64(27)):
        mixed = (mixed ^ (mixed >> shift)) * _AGAIN
    mixed ^= mixed >> np.uint64(31)
    found: Floats = ((mixed >> np.uint64(64 - _BITS)) + np.uint64(1)).astype(float) / 2.0**_BITS
    return found


def drawn_order(chance: Floats, size: Floats) -> Ints:
    """Give the order in which a draw without putting back takes things, each by its size.

    The first so many are a random sample, whatever their number. What has no size is never drawn.

    Source: Efraimidis & Spirakis (2006).
    """
    may = np.flatnonzero(size > 0)
    waits = -np.log(chance[may]) / size[may]
    result: Ints = may[np.argsort(waits, kind="stable")]
    return result
