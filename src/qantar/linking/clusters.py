"""From pairs to persons: the partition that the pairs, taken together, speak for most.

Not connected components: one false pair would make one person of two families. Each two
rows of a person count, those that were never compared too, by what it means that no
rule found them. Persons are joined while that raises the sum of the log odds within
persons; then single rows are moved while that raises it. What people decided stands above
all sums.

Source: Bansal, Blum & Chawla (2004) for correlation clustering; the moves are those of
Elsner & Schudy (2009).
"""

from __future__ import annotations

import heapq
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from qantar.linking.result import Floats, Ints

UNSCORED: Final = -2.5
"""Natural log odds of two rows that no rule found worth comparing."""
_SWEEPS: Final = 6
_DECIDED: Final = -1e6
_MAY_TIE: Final = -9.0  # natural log odds that no draw raises above what is worth joining
_WORTH: Final = -4.0  # pairs below can join nobody that others do not join


@dataclass(frozen=True, slots=True)
class Ties:
    """What is known of pairs of rows.

    `left`, `right`, `weight`: scored pairs in natural log odds. `list_of` numbers the list of
    each row, `twice` has by list the log odds that are added for each two of its rows in one
    person; minus infinity where a list has each person once. `together` are groups of rows
    that people said are one, `apart` pairs that they said are two.
    """

    left: Ints
    right: Ints
    weight: Floats
    list_of: Ints
    twice: Floats
    together: Sequence[Sequence[int]] = ()
    apart: Collection[tuple[int, int]] = ()
    unscored: float = UNSCORED


def persons_of(ties: Ties) -> Ints:
    """Give for each row the mark of its person, the number of that person's first row."""
    return Clustering(ties).again(ties)


class Clustering:
    """Divides the same rows and pairs again and again, with other weights or decisions."""

    def __init__(self, ties: Ties) -> None:
        """Take note of which pairs there are."""
        self._near: dict[int, dict[int, int]] = {}
        # Pairs between rows that nothing ever ties together need not be found again.
        near = ties.weight > _MAY_TIE
        label = _labels(len(ties.list_of), ties.left[near], ties.right[near])
        places = np.flatnonzero(label[ties.left] == label[ties.right])
        pairs = zip(
            places.tolist(), ties.left[places].tolist(), ties.right[places].tolist(), strict=True
        )
        for place, a, b in pairs:
            self._near.setdefault(a, {})[b] = place
            self._near.setdefault(b, {})[a] = place

    def again(self, ties: Ties) -> Ints:
        """Divide the rows.

        Args:
            ties: of the same pairs in the same order as those it was made with.
        """
        person = np.arange(len(ties.list_of))
        known = self._known(ties)
        for rows, stuck in _components(ties):
            if len(rows) == 2 and not stuck and not ties.apart:  # noqa: PLR2004
                if known.weight(*rows) > 0:
                    person[rows[1]] = rows[0]
            elif len(rows) > 1:
                for group in _Joined(known, rows, stuck).partition():
                    person[group] = min(group)
        return person

    def around(self, ties: Ties, before: Ints, touched: Iterable[int]) -> Ints:
        """Divide anew only what hangs together with some rows; all else stays.

        Args:
            ties: as for `again`, with what was decided now.
            before: the division until now.
            touched: rows about which something was decided or taken back.
        """
        person, done = before.copy(), set[int]()
        known = self._known(ties)
        stuck = {row: group for group in ties.together for row in group}
        for row in sorted(touched):
            if row in done:
                continue
            rows = self._hanging(known, stuck, row)
            done.update(rows)
            groups = {id(stuck[one]): stuck[one] for one in rows if one in stuck}
            for group in _Joined(known, rows, sorted(groups.values(), key=min)).partition():
                person[group] = min(group)
        return person

    def _known(self, ties: Ties) -> _Known:
        weight, list_of, twice = ties.weight.tolist(), ties.list_of.tolist(), ties.twice.tolist()
        apart = {frozenset(pair) for pair in ties.apart}
        return _Known(self._near, weight, list_of, twice, ties.unscored, apart)

    def _hanging(self, known: _Known, stuck: Mapping[int, Sequence[int]], start: int) -> list[int]:
        """Give the rows of one component."""
        found, waiting = {start}, [start]
        while waiting:
            row = waiting.pop()
            near = self._near.get(row, {}).items()
            tied = [other for other, place in near if known.weights[place] > _WORTH]
            new = {*tied, *stuck.get(row, ())} - found
            found |= new
            waiting.extend(new)
        return sorted(found)


@dataclass(frozen=True, slots=True)
class _Known:
    """What each two rows weigh."""

    near: Mapping[int, Mapping[int, int]]
    weights: Sequence[float]
    list_of: Sequence[int]
    twice: Sequence[float]
    unscored: float
    apart: Collection[frozenset[int]]

    def weight(self, a: int, b: int) -> float:
        if self.apart and frozenset((a, b)) in self.apart:
            return _DECIDED
        place = self.near.get(a, {}).get(b)
        found = self.unscored if place is None else self.weights[place]
        here = self.list_of[a]
        return found + self.twice[here] if here == self.list_of[b] else found

    def between(self, one: Sequence[int], other: Sequence[int]) -> float:
        return sum(self.weight(a, b) for a in one for b in other)


def _components(ties: Ties) -> Iterator[tuple[list[int], list[Sequence[int]]]]:
    """Give groups of rows that nothing ties to others, each with the groups decided in it."""
    keep = ties.weight > _WORTH
    left = np.concatenate((ties.left[keep], [g[0] for g in ties.together for _ in g[1:]]))
    right = np.concatenate((ties.right[keep], [one for g in ties.together for one in g[1:]]))
    left, right = left.astype(np.int64), right.astype(np.int64)
    label = _labels(len(ties.list_of), left, right)
    touched = np.unique(np.concatenate((left, right)))
    order = touched[np.argsort(label[touched], kind="stable")]
    cuts = np.flatnonzero(np.diff(label[order])) + 1
    decided: dict[int, list[Sequence[int]]] = {}
    for group in ties.together:
        decided.setdefault(int(label[group[0]]), []).append(group)
    for rows in np.split(order, cuts):
        if len(rows):
            yield rows.tolist(), decided.get(int(label[rows[0]]), [])


def _labels(count: int, left: Ints, right: Ints) -> Ints:
    """Label rows that pairs connect with their first row."""
    label = np.arange(count)
    while True:
        low = np.minimum(label[left], label[right])
        before = label.copy()
        np.minimum.at(label, left, low)
        np.minimum.at(label, right, low)
        label = label[label]
        if np.array_equal(label, before):
            return label


class _Joined:
    """The persons of one component while they are joined."""

    def __init__(self, known: _Known, rows: Sequence[int], stuck: Sequence[Sequence[int]]) -> None:
        self._known = known
        self._groups: dict[int, list[int]] = {row: [row] for row in rows}
        self._of = {row: row for row in rows}
        self._stuck = {row for group in stuck for row in group}
        for group in stuck:
            for one in group[1:]:
                self._merge(self._of[group[0]], self._of[one])

    def partition(self) -> Iterator[list[int]]:
        """Join, move, and give the persons."""
        self._join()
        for _ in range(_SWEEPS):
            if not self._move():
                break
        yield from self._groups.values()

    def _merge(self, keep: int, gone: int) -> None:
        if keep == gone:
            return
        for row in self._groups[gone]:
            self._of[row] = keep
        self._groups[keep].extend(self._groups.pop(gone))

    def _join(self) -> None:
        known = self._known
        heap = [
            (-known.weights[place], a, b)
            for a in self._of
            for b, place in known.near.get(a, {}).items()
            if a < b and b in self._of and known.weights[place] > _WORTH
        ]
        heapq.heapify(heap)
        while heap:
            said, a, b = heapq.heappop(heap)
            one, other = self._of[a], self._of[b]
            if one == other:
                continue
            gain = self._known.between(self._groups[one], self._groups[other])
            if gain <= 0:
                continue
            if -said > gain + 1e-9:
                # What it gains has fallen since others joined: it waits for its turn.
                heapq.heappush(heap, (-gain, a, b))
                continue
            self._merge(min(one, other), max(one, other))

    def _move(self) -> bool:
        moved = False
        for row in sorted(self._of):
            if row in self._stuck:
                continue
            here = self._of[row]
            rest = [one for one in self._groups[here] if one != row]
            stays = self._known.between([row], rest)
            near = {self._of[one] for one in self._known.near.get(row, {}) if one in self._of} - {
                here
            }
            options = [(self._known.between([row], self._groups[one]), one) for one in sorted(near)]
            best, where = max(options, default=(0.0, -1), key=lambda x: (x[0], -x[1]))
            if best <= 0:
                best, where = 0.0, -1
            if best > stays + 1e-9 and (rest or where != -1):
                self._take(row, here, where)
                moved = True
        return moved

    def _take(self, row: int, here: int, where: int) -> None:
        group = self._groups.pop(here)
        group.remove(row)
        if group:
            self._groups[group[0] if here == row else here] = group
            head = group[0] if here == row else here
            for one in group:
                self._of[one] = head
        if where == -1:
            # A number that no group has: the row itself, unless it names the one it left.
            self._groups[row] = [row]
            self._of[row] = row
        else:
            self._groups[where].append(row)
            self._of[row] = where
