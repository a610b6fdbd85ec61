"""Capture patterns of persons that linking made, and of the same rows as each draw divides them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

import numpy as np

from qantar.counting.table import CaptureTable, Ints

_EDITION: Final = re.compile(r"(?P<list>.+) \((?P<edition>[^()]+)\)\Z", re.DOTALL)


def patterns_of_persons(lists: Sequence[str], list_of: Ints, person: Ints) -> CaptureTable:
    """Count persons by the lists that name them.

    Args:
        lists: names of the lists.
        list_of: shape (R,), of each row the number of its list.
        person: shape (R,), of each row its person.
    """
    _, at = np.unique(person, return_inverse=True)
    masks = np.zeros(int(at.max(initial=-1)) + 1, dtype=np.int64)
    np.bitwise_or.at(masks, at, np.left_shift(1, list_of.astype(np.int64)))
    found, counts = np.unique(masks, return_counts=True)
    return CaptureTable.of_masks(lists, zip(found.tolist(), counts.tolist(), strict=True))


def lists_of_editions(names: Sequence[str]) -> tuple[str, ...]:
    """Give of each name the list that it is an edition of; itself, where it is none.

    Editions of one list name the same people: they are one list. Linking tells them apart as
    `court (2022-01)` and `court (2022-02)`, where a list has several.
    """
    found = [_EDITION.match(name) for name in names]
    lists = [match["list"] if match else None for match in found]
    return tuple(
        one if one is not None and (lists.count(one) > 1 or one in names) else name
        for name, one in zip(names, lists, strict=True)
    )
