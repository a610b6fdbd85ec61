"""How often each unit is expected in pairs of tokens, over all ways to cut them.

The other half of `letter_groups`: sums from the end, and what both sums tell of each unit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeAlias

import numpy as np

from qantar.linking.letter_groups import (
    ALONE,
    SWAP,
    TABLES,
    Encoder,
    Factors,
    Flags,
    GroupNumbers,
    Indices,
    Lattice,
    Reals,
    Shape,
    forward,
)
from qantar.linking.letters import letters_of
from qantar.linking.spelling_pairs import Pair

Tables: TypeAlias = dict[Shape, Reals]

TINY = 1e-280


class Examples:
    """Pairs in batches of equal lengths."""

    def __init__(self, numbers: GroupNumbers, pairs: Sequence[Pair], batch: int) -> None:
        """Encode `pairs`; at most `batch` of them in one batch."""
        sides = [[letters_of(pair[side]) for pair in pairs] for side in (0, 1)]
        tokens = sorted({*sides[0], *sides[1]})
        place = {token: number for number, token in enumerate(tokens)}
        self._encoder = Encoder(numbers, tokens)
        self.left, self.right = (
            np.array([place[token] for token in side], dtype=np.intp) for side in sides
        )
        self._batch = batch

    def batches(self, chance: np.random.Generator | None = None) -> Iterator[Indices]:
        """Give the pairs batch by batch, in order or shuffled."""
        order = np.arange(len(self.left))
        if chance is not None:
            order = chance.permutation(order)
        lengths = self._encoder.lengths
        keys = lengths[self.left[order]] * 1000 + lengths[self.right[order]]
        order = order[np.argsort(keys, kind="stable")]
        keys = np.sort(keys)
        parts = [
            part[start : start + self._batch]
            for part in np.split(order, np.flatnonzero(np.diff(keys)) + 1)
            for start in range(0, len(part), self._batch)
        ]
        turns = range(len(parts)) if chance is None else chance.permutation(len(parts))
        return (parts[turn] for turn in turns)

    def lattice(self, batch: Indices, factors: Factors) -> Lattice:
        """Lay out one batch."""
        left, right = self.left[batch], self.right[batch]
        same: Flags = self._encoder.cyrillic[left] == self._encoder.cyrillic[right]
        return Lattice(self._encoder.side(left), self._encoder.side(right), same, factors)


def backward(lattice: Lattice) -> list[Reals]:
    """Sum over all ways to cut all remainders, in the form of `forward`."""
    height, width = lattice.height, lattice.width
    rows = [np.zeros((width + 1, lattice.pairs)) for _ in range(height + 1)]
    rows[height][width] = 1.0
    for i in range(height, -1, -1):
        row = rows[i]
        for j in range(width - 1, -1, -1):
            row[j] += row[j + 1] * lattice.right_skips[j]
        if i == 0:
            break
        rows[i - 1] += row * lattice.left_skips(i)
        for step in lattice.steps(i):
            before = rows[i - step.shape[0]].ravel()
            before[step.back] += row.ravel()[step.to] * lattice.factor(step)
        swaps = lattice.swaps(i)
        if swaps is not None:
            rows[i - 2][:-2] += row[2:] * swaps
    return rows


def add_expected(
    lattice: Lattice, weigh: Callable[[Reals], Reals], counts: Mapping[Shape, Reals]
) -> None:
    """Add to `counts` how often each unit is expected, each pair weighed by its total."""
    before, after = forward(lattice), backward(lattice)
    total = before[-1][-1]
    share = weigh(total) / np.maximum(total, TINY)

    def add(shape: Shape, numbers: Indices, amounts: Reals) -> None:
        table = counts[shape]
        table += np.bincount(numbers.ravel(), amounts.ravel(), table.size).reshape(table.shape)

    for i in range(lattice.height + 1):
        rest = after[i] * share
        skipped = before[i][:-1] * rest[1:] * lattice.right_skips
        add(ALONE, lattice.right_alone, skipped)
        if i == 0:
            continue
        add(ALONE, lattice.left_alone(i), (before[i - 1] * rest).sum(0) * lattice.left_skips(i))
        for step in lattice.steps(i):
            reached = before[i - step.shape[0]].ravel()[step.back] * rest.ravel()[step.to]
            add(step.shape, step.numbers, reached * lattice.factor(step))
        swaps = lattice.swaps(i)
        if swaps is not None:
            counts[SWAP][0, 0] += float((before[i - 2][:-2] * rest[2:] * swaps).sum())


def blank(numbers: GroupNumbers, *, fill: float = 0.0) -> Tables:
    """Give tables that hold `fill` everywhere, and nothing for unknown groups."""
    tables = {}
    for shape in TABLES:
        table = np.full(numbers.table_shape(shape), fill)
        if shape == ALONE:
            table[:, numbers.sizes[0] - 1 :: numbers.sizes[0]] = 0.0
        elif shape != SWAP:
            table[-1, :] = table[:, -1] = 0.0
        tables[shape] = table
    return tables


def both_ways(tables: Mapping[Shape, Reals]) -> Tables:
    """Add what a unit has from left to right and from right to left."""
    return {
        shape: tables[shape] if shape in (ALONE, SWAP) else tables[shape] + tables[shape[::-1]].T
        for shape in TABLES
    }
