"""All ways to cut two tokens into matching letter groups, summed for many pairs at once.

A unit is a group of letters on the left that stands for a group on the right: `sh`
for `ш`, `ts` for `ц`, an `e` at the end for nothing. Each unit has a factor; a way of
cutting is worth the product of its units, and a pair of tokens the sum of all its ways.

Source: Bisani & Ney (2008), joint-sequence models, for units of unequal length; McCallum,
Bellare & Pereira (2005) for factors that tell matches from non-matches.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from qantar.linking.letters import CYRILLIC, LETTERS

Reals: TypeAlias = npt.NDArray[np.float64]
Indices: TypeAlias = npt.NDArray[np.intp]
Flags: TypeAlias = npt.NDArray[np.bool_]
Shape: TypeAlias = tuple[int, int]
Factors: TypeAlias = Mapping[Shape, Reals]

LONGEST_GROUP = 4
FREQUENT = 2
"""Longer known groups are so rare that only the places that have them are looked at."""
MATCHES: tuple[Shape, ...] = ((1, 1), (2, 1), (1, 2), (3, 1), (1, 3), (4, 1), (1, 4))
"""Lengths of the two groups of a unit."""
ALONE: Shape = (1, 0)
"""A letter that stands for nothing on the other side, whichever side it is on."""
SWAP: Shape = (2, 2)
"""Two letters of one alphabet that changed places: one factor for all of them."""
TABLES: tuple[Shape, ...] = (*MATCHES, ALONE, SWAP)
PLACES = 3
INSIDE, AT_END, AT_START = range(PLACES)
"""Where in its token a letter stands that has no counterpart."""

_NUMBER_OF_CODE = np.full(max(map(ord, LETTERS)) + 1, len(LETTERS), dtype=np.intp)
_NUMBER_OF_CODE[[ord(letter) for letter in LETTERS]] = np.arange(len(LETTERS))
_CYRILLIC = np.array([letter in CYRILLIC for letter in LETTERS] + [False])


class GroupNumbers:
    """Numbers of the letter groups of each length; unknown groups have the last number."""

    def __init__(self, groups: Sequence[str]) -> None:
        """Number `groups` of two letters or more, their beginnings, and every single letter."""
        whole = {group[:n] for group in groups for n in range(2, len(group) + 1)}
        self.members = [
            list(LETTERS),
            *(sorted(g for g in whole if len(g) == n) for n in range(2, LONGEST_GROUP + 1)),
        ]
        self.by_length = [
            {group: number for number, group in enumerate(members)} for members in self.members
        ]
        self.sizes = [len(members) + 1 for members in self.members]
        self.longer = [self._longer(length) for length in range(1, LONGEST_GROUP)]
        """By length: [group, next letter] to the number of the group that is longer by it."""

    def _longer(self, length: int) -> Indices:
        found = np.full((self.sizes[length - 1], self.sizes[0]), self.sizes[length] - 1, np.intp)
        for group, number in self.by_length[length].items():
            beginning = self.by_length[length - 1][group[:-1]]
            found[beginning, self.by_length[0][group[-1]]] = number
        return found

    def table_shape(self, shape: Shape) -> tuple[int, int]:
        """Give the rows and columns of the factors of units of `shape`."""
        if shape == SWAP:
            return (1, 1)
        if shape == ALONE:
            return (2, self.sizes[0] * PLACES)
        return (self.sizes[shape[0] - 1], self.sizes[shape[1] - 1])


@dataclass(frozen=True, slots=True)
class Side:
    """One side of many pairs.

    `groups[k - 1][i]` numbers the groups of `k` letters that end with letter `i`, one a pair;
    `alone[i]` that letter together with its place.
    """

    groups: list[Indices]
    alone: Indices
    lengths: Indices


class Step(NamedTuple):
    """Units of one shape that can end at one row of a lattice.

    `numbers` are those of the units; `to` are places of the row, `back` those they come from in
    the row that the unit begins at, both in rows laid out flat.
    """

    shape: Shape
    numbers: Indices
    to: slice | Indices
    back: slice | Indices


class Encoder:
    """Turns distinct tokens into group numbers, once each."""

    def __init__(self, numbers: GroupNumbers, tokens: Sequence[str]) -> None:
        """Number the groups of all `tokens`, which are letters of `letters_of`."""
        self.sizes = numbers.sizes
        self.lengths = np.array([len(token) for token in tokens], dtype=np.intp)
        places = np.arange(int(self.lengths.max(initial=0)))[:, None]
        single = np.full((len(places), len(tokens)), self.sizes[0] - 1, dtype=np.intp)
        codes = np.frombuffer("".join(tokens).encode("utf-32-le"), dtype=np.uint32)
        single.T[(places < self.lengths).T] = _NUMBER_OF_CODE[codes]
        self.cyrillic = 2 * _CYRILLIC[single].sum(axis=0) > self.lengths
        self.groups = [single]
        for length, longer in enumerate(numbers.longer, 1):
            groups = np.full_like(single, self.sizes[length] - 1)
            groups[1:] = longer[self.groups[-1][:-1], single[1:]]
            self.groups.append(groups)
        place = np.where(places == 0, AT_START, INSIDE)
        place = np.where(places == self.lengths - 1, AT_END, place)
        self.alone = single + self.sizes[0] * place

    def side(self, tokens: Indices) -> Side:
        """Give one side of the pairs that have these tokens on it."""
        lengths = self.lengths[tokens]
        width = int(lengths.max(initial=0))
        groups = [np.ascontiguousarray(ids[:width, tokens]) for ids in self.groups]
        return Side(groups, self.alone[:width, tokens], lengths)


class Lattice:
    """The prefixes of both tokens of many pairs, and the units that lead from one to another."""

    def __init__(self, left: Side, right: Side, same: Flags, factors: Factors) -> None:
        """Lay out the pairs; `same` tells which of them are of one alphabet on both sides."""
        self.left, self.right, self.factors = left, right, factors
        self.height, self.width, self.pairs = len(left.alone), len(right.alone), len(same)
        self._alphabets = same * factors[ALONE].shape[1]
        self._same = same
        self.right_alone = right.alone + self._alphabets
        self._alone = factors[ALONE].ravel()
        self._flat = {shape: factors[shape].ravel() for shape in MATCHES}
        self.right_skips = self._alone.take(self.right_alone)
        self._rare = {m: self._rare_on_the_right(m) for m in range(FREQUENT + 1, LONGEST_GROUP + 1)}

    def _rare_on_the_right(self, length: int) -> Indices:
        """Give the flat places of the right side where known groups of `length` end."""
        groups = self.right.groups[length - 1]
        return np.flatnonzero(groups != self.factors[1, length].shape[1] - 1)

    def left_alone(self, row: int) -> Indices:
        """Number, in the table of letters alone, the left letter that `row` ends with."""
        numbers: Indices = self.left.alone[row - 1] + self._alphabets
        return numbers

    def left_skips(self, row: int) -> Reals:
        """Give the factor of the left letter of `row` standing for nothing."""
        return self._alone.take(self.left_alone(row))

    def steps(self, row: int) -> Iterator[Step]:
        """Give all units that can end at `row`."""
        for k, m in MATCHES:
            if k > row or m > self.width:
                continue
            if k > FREQUENT:
                step = self._left_rare(row, (k, m))
            elif m > FREQUENT:
                step = self._right_rare(row, (k, m))
            else:
                step = self._frequent(row, (k, m))
            if step.numbers.size:
                yield step

    def _frequent(self, row: int, shape: Shape) -> Step:
        k, m = shape
        left = self.left.groups[k - 1][row - 1] * self.factors[shape].shape[1]
        numbers = (left + self.right.groups[m - 1][m - 1 :]).ravel()
        return Step(shape, numbers, slice(m * self.pairs, None), slice(numbers.size))

    def _left_rare(self, row: int, shape: Shape) -> Step:
        k, m = shape
        table = self.factors[shape]
        groups = self.left.groups[k - 1][row - 1]
        pairs = np.flatnonzero(groups != len(table) - 1)
        right = self.right.groups[m - 1][m - 1 :, pairs]
        numbers = (groups[pairs] * table.shape[1] + right).ravel()
        back = (np.arange(len(right))[:, None] * self.pairs + pairs).ravel()
        return Step(shape, numbers, back + m * self.pairs, back)

    def _right_rare(self, row: int, shape: Shape) -> Step:
        k, m = shape
        ends = self._rare[m]
        left = self.left.groups[k - 1][row - 1].take(ends % self.pairs)
        right = self.right.groups[m - 1].ravel().take(ends)
        numbers = left * self.factors[shape].shape[1] + right
        return Step(shape, numbers, ends + self.pairs, ends - (m - 1) * self.pairs)

    def factor(self, step: Step) -> Reals:
        """Give the factors of the units of a step."""
        return self._flat[step.shape].take(step.numbers)

    def swaps(self, row: int) -> Reals | None:
        """Give the factor of the last two letters having changed places, 0 where they did not."""
        if row < SWAP[0] or self.width < SWAP[1]:
            return None
        left, right = self.left.groups[0], self.right.groups[0]
        crossed = (left[row - 1] == right[:-1]) & (left[row - 2] == right[1:])
        crossed &= (right[:-1] != right[1:]) & self._same
        if not crossed.any():
            return None
        factors: Reals = crossed * self.factors[SWAP][0, 0]
        return factors


def forward(lattice: Lattice) -> list[Reals]:
    """Sum over all ways to cut all prefixes: by left letters, then [right letters, pair]."""
    rows: list[Reals] = []
    width = lattice.width
    for i in range(lattice.height + 1):
        row = np.zeros((width + 1, lattice.pairs))
        if i == 0:
            row[0] = 1.0
        else:
            np.multiply(rows[i - 1], lattice.left_skips(i), out=row)
        flat = row.ravel()
        for step in lattice.steps(i):
            flat[step.to] += rows[i - step.shape[0]].ravel()[step.back] * lattice.factor(step)
        swaps = lattice.swaps(i)
        if swaps is not None:
            row[2:] += rows[i - 2][:-2] * swaps
        for j in range(width):
            row[j + 1] += row[j] * lattice.right_skips[j]
        rows.append(row)
    return rows


def totals(lattice: Lattice) -> Reals:
    """Give the sum over all ways to cut each pair of tokens."""
    rows = forward(lattice)
    found = np.empty(lattice.pairs)
    pairs = np.arange(lattice.pairs)
    for length in np.unique(lattice.left.lengths):
        here = pairs[lattice.left.lengths == length]
        found[here] = rows[length][lattice.right.lengths[here], here]
    return found
