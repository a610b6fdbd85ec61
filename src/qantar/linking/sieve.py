"""Candidates compared block by block; of those that are plainly two only the nearest are kept.

In a million rows most candidates agree by chance. They are compared once, with the weights to
begin with. What can matter is kept whole; of what is plainly two, as much as there is room
for, the likeliest first. The others are still known as pairs that were looked at and are
two: they keep persons apart, and relatives among them are counted.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from qantar.linking.candidates import Candidates
from qantar.linking.clusters import Dropped
from qantar.linking.evidence import MOST_ODDS, Weights, log_ratios, odds_of
from qantar.linking.fields import Compared, Comparing
from qantar.linking.relatives import Kin, nobody
from qantar.linking.result import Floats, Ints

PLAINLY_TWO: Final = -7.0
"""Natural log odds at first sight above which every pair is kept."""
KEPT_FOR_EACH_ROW: Final = 8
ALWAYS_KEPT: Final = 2_000_000
"""Pairs; so many are kept in any case, if there are as many."""
_STEPS: Final = 64  # of a natural log unit
_CROWDED: Final = 1.5
MARKS: Final = int(2 * MOST_ODDS * _STEPS) + 1
"""How many marks there are."""


class Sieved(NamedTuple):
    """The pairs that are kept: as candidates, and compared; those dropped, and their relatives."""

    pairs: Candidates
    found: Compared
    dropped: Dropped | None
    kin: Kin


def sieved(
    comparing: Comparing, pairs: Candidates, weights: Weights, *, room: int | None = None
) -> Sieved:
    """Compare candidates, and keep those that can matter.

    Args:
        comparing: of the table.
        pairs: the candidates.
        weights: to begin with; `same` is one for all lists.
        room: how many pairs are kept, and more only where they are not plainly two.
    """
    if room is None:
        room = room_for(len(comparing.table))
    sieve = _Sieve(weights, room)
    odds = np.empty(len(pairs.left), dtype=np.float32)
    for start in range(0, max(1, len(odds)), comparing.block):
        here = slice(start, start + comparing.block)
        odds[here] = sieve.add(comparing.of(pairs.left[here], pairs.right[here]))
    place, found = sieve.kept()
    if len(place) == len(odds):
        return Sieved(pairs, found, None, nobody())
    gone = np.ones(len(odds), dtype=bool)
    gone[place] = False
    dropped = Dropped(pairs.left[gone], pairs.right[gone], odds[gone])
    kin = sieve.kin.without(Kin.of(log_ratios(found, weights)))
    return Sieved(pairs.of(place), found, dropped, kin)


def room_for(rows: int) -> int:
    """Give how many pairs are kept, where more are plainly two."""
    return max(ALWAYS_KEPT, KEPT_FOR_EACH_ROW * rows)


def marks_of(odds: Floats) -> Ints:
    """Give natural log odds as numbers of steps, from 0."""
    return np.floor((odds + MOST_ODDS) * _STEPS).astype(np.int64)


def floor_of(marks: Ints, room: int) -> int:
    """Give the mark from which on pairs are kept.

    Args:
        marks: how many pairs have each mark.
        room: how many pairs are kept, and more only where they are not plainly two.
    """
    above = np.cumsum(marks[::-1])[::-1]
    fits = int(np.searchsorted(-above, -room))
    return min(fits, int((PLAINLY_TWO + MOST_ODDS) * _STEPS))


class _Sieve:
    """What is kept so far. The floor only rises, so that it does not hang on the blocks."""

    def __init__(self, weights: Weights, room: int) -> None:
        self._weights, self._room = weights, room
        self._marks = np.zeros(MARKS, dtype=np.int64)
        self._parts: list[tuple[Ints, Ints, Compared]] = []
        self._seen = 0
        self.kin = nobody()

    def add(self, found: Compared) -> Floats:
        """Take in further pairs; give their odds."""
        sums = log_ratios(found, self._weights)
        odds = odds_of(sums, self._weights, self._weights.same[0])
        mark = marks_of(odds)
        self._marks += np.bincount(mark, minlength=MARKS)
        self.kin = self.kin.plus(Kin.of(sums))
        use = np.flatnonzero(mark >= floor_of(self._marks, self._room))
        self._parts.append((use + self._seen, mark[use], found.of(use)))
        self._seen += len(found)
        if sum(len(place) for place, _, _ in self._parts) > _CROWDED * self._room:
            self._settle()
        return odds

    def kept(self) -> tuple[Ints, Compared]:
        """Give the places of what is kept, in order, and how it compares."""
        self._settle()
        places, _, found = zip(*self._parts, strict=True)
        self._parts = []
        return np.concatenate(places), found[0].followed_by(*found[1:])

    def _settle(self) -> None:
        floor = floor_of(self._marks, self._room)
        for at, (place, mark, found) in enumerate(self._parts):
            use = mark >= floor
            if not use.all():
                self._parts[at] = place[use], mark[use], found.of(use)
