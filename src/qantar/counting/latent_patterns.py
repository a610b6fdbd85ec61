"""Patterns of lists as a tree, so that a class's chance of each costs one multiplication."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from qantar.counting.table import CaptureTable, Floats

Places = npt.NDArray[np.uint32]  # what has no sign costs no look at the sign in compiled code


class Patterns(NamedTuple):
    """The patterns of a table, and those between them and the empty one.

    The parent of a pattern is the pattern without its first list. A class's chance of a
    pattern is that of its parent times the odds of one list. Patterns that occur nowhere but
    are a parent come with the count 0, so there are at most J times as many as occur. The first
    is the empty one, which is its own parent and adds nothing.

    Attributes:
        parent: shape (E,), the place of the parent, always before the pattern itself.
        added: shape (E,), the list that a pattern has and its parent has not.
        counts: shape (E,), persons; whole numbers.
        observed: persons in all.
    """

    parent: Places
    added: Places
    counts: Floats
    observed: float


def patterns_of(table: CaptureTable) -> Patterns:
    """Lay the patterns of a table out as a tree, by mask."""
    counts = dict(zip(table.masks.tolist(), table.counts.tolist(), strict=True))
    masks = sorted({0} | {one for mask in counts for one in _line(mask)})
    place = {mask: e for e, mask in enumerate(masks)}
    return Patterns(
        parent=np.array([place[mask & (mask - 1)] for mask in masks], dtype=np.uint32),
        added=np.array(
            [max((mask & -mask).bit_length() - 1, 0) for mask in masks], dtype=np.uint32
        ),
        counts=np.array([counts.get(mask, 0) for mask in masks], dtype=np.float64),
        observed=float(table.observed),
    )


def _line(mask: int) -> list[int]:
    """Give a pattern with all its parents but the empty one."""
    line = []
    while mask:
        line.append(mask)
        mask &= mask - 1
    return line
