"""What holds rows together or apart in a division: sums of log odds over whole persons.

The score of a pair is its own evidence. What its persons' other rows say stands beside it: two
rows that score well but whose persons contradict each other are less likely one. A row is
held in its person by the sum over the others; two persons would be joined by the sum over all
pairs of their rows. What does not count where rows are divided (`joining.py`) does not count here.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from qantar.linking.clusters import Ties
from qantar.linking.joining import RELATIVES, SHORT
from qantar.linking.result import Floats, Ints


class Between(NamedTuple):
    """Two persons each that scored pairs connect: which pairs, and what joining would gain.

    `pairs` are places of ties between different persons, `group` says for each which two
    persons it connects, `gain` and `rows` (pairs of rows) are by that number.
    """

    pairs: Ints
    group: Ints
    gain: Floats
    rows: Ints


@dataclass(frozen=True)
class Support:
    """A division of rows and the ties it was made by; `mark` has for each row its person's."""

    ties: Ties
    mark: Ints

    @cached_property
    def person(self) -> Ints:
        """For each row the number of its person, from 0."""
        return np.unique(self.mark, return_inverse=True)[1].astype(np.int64)

    @cached_property
    def size(self) -> Ints:
        """By person, how many rows."""
        return np.bincount(self.person).astype(np.int64)

    @cached_property
    def joined(self) -> np.ndarray:
        """For each tie whether its rows are one person."""
        return np.asarray(self.person[self.ties.left] == self.person[self.ties.right])

    @cached_property
    def _on_list(self) -> Floats:
        """By person and list, how many rows."""
        lists = len(self.ties.twice)
        cell = self.person * lists + self.ties.list_of
        count = np.bincount(cell, minlength=len(self.size) * lists)
        return count.reshape(len(self.size), lists).astype(float)

    @cached_property
    def stays(self) -> Floats:
        """For each row what holds it in its person; 0 for one by itself."""
        ties, rows = self.ties, len(self.person)
        parts = [(ties.left[self.joined], ties.right[self.joined], ties.weight[self.joined])]
        if ties.dropped is not None:
            left, right, said = ties.dropped
            within = np.flatnonzero(self.person[left] == self.person[right])
            parts.append((left[within], right[within], said[within]))
        row = np.concatenate([side for a, b, _ in parts for side in (a, b)])
        weight = np.concatenate([said for *_, said in parts for _ in range(2)])
        total: Floats = np.bincount(row, weights=weight, minlength=rows).astype(float)
        total -= self._of_short()
        untold = self.size[self.person] - 1 - np.bincount(row, minlength=rows)
        beside = self._on_list[self.person, ties.list_of] - 1
        return total + untold * ties.unscored + beside * ties.twice[ties.list_of]

    def _of_short(self) -> Floats:
        """For each row what does not hold it, as another is likelier a relative of it."""
        ties, within = self.ties, np.flatnonzero(self.joined)
        row = np.concatenate((ties.left[within], ties.right[within]))
        gain = np.tile(_not_counted(ties, within), 2)
        has_kin = np.zeros(len(self.person), dtype=bool)
        has_kin[row[np.tile(_relatives(ties, within), 2)]] = True
        found: Floats = np.bincount(row, weights=gain, minlength=len(has_kin)).astype(float)
        return np.where(has_kin, found, 0.0)

    @cached_property
    def between(self) -> Between:
        """What would join persons that are apart."""
        ties = self.ties
        across = np.flatnonzero(~self.joined)
        a, b = self.person[ties.left[across]], self.person[ties.right[across]]
        people = max(1, len(self.size))
        both, group = np.unique(np.minimum(a, b) * people + np.maximum(a, b), return_inverse=True)
        one, two = both // people, both % people
        rows = self.size[one] * self.size[two]
        gain: Floats = np.bincount(group, weights=ties.weight[across]).astype(float)
        kin = np.bincount(group[_relatives(ties, across)], minlength=len(both)) > 0
        gain -= np.bincount(group, weights=_not_counted(ties, across)) * kin
        known = np.bincount(group)
        if ties.dropped is not None:
            left, right, said = ties.dropped
            a, b = self.person[left], self.person[right]
            codes = np.minimum(a, b) * people + np.maximum(a, b)
            which = np.isin(codes, both)
            at = np.searchsorted(both, codes[which])
            gain = gain + np.bincount(at, weights=said[which], minlength=len(both))
            known = known + np.bincount(at, minlength=len(both))
        gain = gain + (rows - known) * ties.unscored
        gain = gain + (self._on_list[one] * self._on_list[two]) @ ties.twice
        return Between(across, group.astype(np.int64), gain, rows)

    @cached_property
    def rows_of_ties(self) -> Ints:
        """For each tie how many pairs of rows are parted or joined with it."""
        found = np.ones(len(self.ties.weight), dtype=np.int64)
        found[self.joined] = self.size[self.person[self.ties.left[self.joined]]] - 1
        found[self.between.pairs] = self.between.rows[self.between.group]
        return found

    @cached_property
    def of_ties(self) -> Floats:
        """For each tie what holds its rows together, or would join its persons."""
        found = np.zeros(len(self.ties.weight))
        a, b = self.ties.left[self.joined], self.ties.right[self.joined]
        found[self.joined] = np.minimum(self.stays[a], self.stays[b])
        found[self.between.pairs] = self.between.gain[self.between.group]
        return found


def _relatives(ties: Ties, which: Ints) -> np.ndarray:
    """Say of pairs whether they are likelier relatives than one person."""
    if ties.names is None:
        return np.zeros(len(which), dtype=bool)
    return np.asarray((ties.names[which] == RELATIVES) & (ties.pulls(which) <= 0))


def _not_counted(ties: Ties, which: Ints) -> Floats:
    """Give what of pairs does not count between rows of which two are likelier relatives."""
    if ties.names is None:
        return np.zeros(len(which))
    return np.where(ties.names[which] == SHORT, np.maximum(ties.pulls(which), 0.0), 0.0)
