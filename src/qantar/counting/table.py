"""Capture patterns: how many persons each combination of lists names."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

Ints: TypeAlias = npt.NDArray[np.int64]
Floats: TypeAlias = npt.NDArray[np.float64]
Bools: TypeAlias = npt.NDArray[np.bool_]

MOST_LISTS: Final = 20
"""More lists than anybody has; a table of all patterns would have a million cells."""


@dataclass(frozen=True, eq=False)
class CaptureTable:
    """Persons by the set of lists that name them.

    A pattern is written as a whole number, its *mask*: bit j (value `1 << j`) is set where
    `lists[j]` names the person. The mask 0, named by no list, is what is not known and never
    stands in a table. Memory is that of the patterns that occur, never that of the persons.

    Attributes:
        lists: the names of J lists, all different.
        masks: shape (C,), the patterns that occur, ascending, each from 1 to 2**J - 1.
        counts: shape (C,), persons of each, all above 0.

    Raises:
        ValueError: any of that does not hold. What people type in is checked before, by
            `counting.patterns`, which has words for it.
    """

    lists: tuple[str, ...]
    masks: Ints
    counts: Ints

    def __post_init__(self) -> None:
        """Refuse what is no table of patterns."""
        if len(set(self.lists)) != len(self.lists) or len(self.lists) > MOST_LISTS:
            message = f"lists must be different and at most {MOST_LISTS}: {self.lists}"
            raise ValueError(message)
        if self.masks.shape != self.counts.shape or self.masks.ndim != 1:
            message = f"masks {self.masks.shape} and counts {self.counts.shape} must be alike"
            raise ValueError(message)
        masks = self.masks.tolist()
        top = 1 << len(self.lists)
        if any(a >= b for a, b in pairwise(masks)) or any(not 0 < mask < top for mask in masks):
            message = f"masks must ascend from 1 to below {top}"
            raise ValueError(message)
        if (self.counts <= 0).any():
            message = "a pattern that occurs has a count above 0"
            raise ValueError(message)

    @classmethod
    def of(
        cls, lists: Sequence[str], patterns: Iterable[tuple[Sequence[int], int]]
    ) -> CaptureTable:
        """Make a table of patterns as they are written: one 0/1 for each list, and a count.

        A pattern that comes twice is summed; one with the count 0, and the pattern of zeros alone,
        are left out.

        Raises:
            ValueError: a pattern has not one 0 or 1 for each list, or a count is below 0.
        """
        sums: dict[int, int] = {}
        for marks, count in patterns:
            if len(marks) != len(lists) or any(mark not in (0, 1) for mark in marks) or count < 0:
                message = f"not a pattern of {len(lists)} lists with a count: {marks}, {count}"
                raise ValueError(message)
            mask = sum(1 << j for j, mark in enumerate(marks) if mark)
            sums[mask] = sums.get(mask, 0) + count
        return cls.of_masks(lists, sums.items())

    @classmethod
    def of_masks(cls, lists: Sequence[str], counts: Iterable[tuple[int, int]]) -> CaptureTable:
        """Make a table of masks, each once, in any order; zeros and the mask 0 are left out."""
        kept = sorted((mask, count) for mask, count in counts if mask and count)
        pairs = np.array(kept, dtype=np.int64).reshape(-1, 2)
        return cls(tuple(lists), pairs[:, 0].copy(), pairs[:, 1].copy())

    @cached_property
    def observed(self) -> int:
        """How many persons are on at least one list."""
        return int(self.counts.sum())

    @cached_property
    def marks(self) -> Bools:
        """Shape (C, J): whether the list j names the persons of the pattern c."""
        return (self.masks[:, None] >> np.arange(len(self.lists))[None, :] & 1).astype(np.bool_)

    @cached_property
    def sizes(self) -> Ints:
        """Shape (J,): persons on each list."""
        return self.counts @ self.marks.astype(np.int64)

    @cached_property
    def overlaps(self) -> Ints:
        """Shape (J, J): persons on both lists; on the diagonal the sizes."""
        marks = self.marks.astype(np.int64)
        return (marks * self.counts[:, None]).T @ marks

    @cached_property
    def frequencies(self) -> Ints:
        """Shape (J,): persons named by exactly 1, 2, …, J lists."""
        times = self.marks.sum(axis=1)
        return np.bincount(times, weights=self.counts, minlength=len(self.lists) + 1)[1:].astype(
            np.int64
        )

    def cells(self) -> Ints:
        """Shape (2**J,): the count of every pattern, by mask; 0 stands for the unknown cell too."""
        full = np.zeros(1 << len(self.lists), dtype=np.int64)
        full[self.masks] = self.counts
        return full

    def of_lists(self, names: Sequence[str]) -> CaptureTable:
        """Look at some of the lists only: who is on none of those is no longer observed.

        Raises:
            ValueError: a name is no list of this table.
        """
        places = [self.lists.index(name) for name in names]
        sums: dict[int, int] = {}
        for mask, count in zip(self.masks.tolist(), self.counts.tolist(), strict=True):
            kept = sum(1 << k for k, j in enumerate(places) if mask >> j & 1)
            sums[kept] = sums.get(kept, 0) + count
        return CaptureTable.of_masks(names, sums.items())

    def without(self, name: str) -> CaptureTable:
        """Leave one list out."""
        return self.of_lists([one for one in self.lists if one != name])
