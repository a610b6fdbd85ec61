"""From pairs to persons: the partition that the pairs, taken together, speak for most.

Not connected components: one false pair would make one person of two families. Each two
rows of a person count, those that were never compared too, by what it means that no
rule found them. Persons are joined while that raises the sum of the log odds within
persons; then single rows are moved while that raises it (`joining.py`, which also says what rows
with only an initial do not count for). What people decided stands above all sums.

No sum is above 0 unless one of its pairs is. So rows that no chain of such pairs connects are
never one person, whatever other pairs there are: each knot of rows is divided by itself,
and a knot in which every two rows pull together is one person without further ado.

Source: Bansal, Blum & Chawla (2004) for correlation clustering; the moves are those of
Elsner & Schudy (2009).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, NamedTuple

import numpy as np

from qantar.linking.joining import OPEN, Joined, Knot
from qantar.linking.result import Floats, Ints, Places

UNSCORED: Final = -2.5
"""Natural log odds of two rows that no rule found worth comparing."""
_DECIDED: Final = -1e6


class Dropped(NamedTuple):
    """Pairs that are plainly two, with their log odds at first sight (float32)."""

    left: Places
    right: Places
    weight: np.ndarray


@dataclass(frozen=True, slots=True)
class Ties:
    """What is known of pairs of rows.

    `left`, `right`, `weight`: scored pairs in natural log odds, each once. `list_of` numbers the
    list of each row, `twice` has by list the log odds that are added for each two of its rows in
    one person; minus infinity where a list has each person once. `together` are groups of rows
    that people said are one, `apart` pairs that they said are two. `dropped` are further pairs,
    which join nobody and keep persons apart. `names` has for each scored pair what names say
    (`joining.OPEN`, `SHORT`, `RELATIVES`; int8); None where all are `OPEN`.
    """

    left: Places
    right: Places
    weight: Floats
    list_of: Ints
    twice: Floats
    together: Sequence[Sequence[int]] = ()
    apart: Collection[tuple[int, int]] = ()
    unscored: float = UNSCORED
    dropped: Dropped | None = None
    names: np.ndarray | None = None

    def pulls(self, which: Ints | slice = slice(None)) -> Floats:
        """Give what scored pairs weigh in a person: their log odds, and that of one list."""
        left, right = self.left[which], self.right[which]
        pull = self.weight[which].astype(np.float64)
        here = self.list_of[left]
        return pull + np.where(here == self.list_of[right], self.twice[here], 0.0)


def persons_of(ties: Ties) -> Ints:
    """Give for each row the mark of its person, the number of that person's first row."""
    return Clustering(ties).again(ties)


class Clustering:
    """Divides the same rows and pairs again and again, with other weights or decisions."""

    def __init__(self, ties: Ties) -> None:
        """Take note of which pairs there are."""
        self._ties = ties

    def again(self, ties: Ties) -> Ints:
        """Divide the rows.

        Args:
            ties: of the same pairs in the same order as those it was made with.
        """
        rows = len(ties.list_of)
        pulling = np.flatnonzero(ties.weight > 0)
        pulling = pulling[ties.pulls(pulling) > 0]
        if ties.apart:
            left, right = np.array(sorted(ties.apart), dtype=np.int64).T
            apart = _codes(left, right, rows)
            here = _codes(ties.left[pulling], ties.right[pulling], rows)
            pulling = pulling[~np.isin(here, apart)]
        label = labels_of(rows, *_linked(ties, pulling))
        size = np.bincount(label, minlength=rows)
        pairs = np.bincount(label[ties.left[pulling]], minlength=rows)
        whole = pairs == size * (size - 1) // 2
        person: Ints = np.where(whole[label], label, np.arange(rows))
        for knot, stuck in _knots(ties, np.where(whole[label], -1, label)):
            for group in Joined(knot, stuck).partition():
                person[group] = min(group)
        return person

    def around(self, ties: Ties, before: Ints, touched: Iterable[int]) -> Ints:
        """Divide anew only what hangs together with some rows; all else stays.

        Args:
            ties: as for `again`, with what was decided now.
            before: the division until now.
            touched: rows about which something was decided or taken back.
        """
        person = before.copy()
        label = np.full(len(before), -1, dtype=np.int64)
        stuck = {row: group for group in ties.together for row in group}
        apart = {frozenset(pair) for pair in ties.apart}
        places = [np.empty(0, dtype=np.int64)]
        for row in sorted(touched):
            if label[row] < 0:
                rows, near = self._hanging(ties, stuck, apart, row)
                label[rows] = rows[0]
                places.append(near)
        near = np.unique(np.concatenate(places))
        for knot, groups in _knots(ties, label, near):
            for group in Joined(knot, groups).partition():
                person[group] = min(group)
        return person

    @cached_property
    def _near(self) -> _Near:
        return _Near.of(self._ties)

    def _hanging(
        self,
        ties: Ties,
        stuck: Mapping[int, Sequence[int]],
        apart: Collection[frozenset[int]],
        start: int,
    ) -> tuple[list[int], Ints]:
        """Give the rows of one knot, and the pairs that have one of them."""
        found, waiting, places = {start}, [start], []
        while waiting:
            row = waiting.pop()
            others, at = self._near.of_row(row)
            places.append(at)
            known = at < len(ties.left)
            pull = np.full(len(at), -1.0)
            pull[known] = ties.pulls(at[known])
            tied = [
                other
                for other in others[pull > 0].tolist()
                if not apart or frozenset((row, other)) not in apart
            ]
            new = {*tied, *stuck.get(row, ())} - found
            found |= new
            waiting.extend(new)
        return sorted(found), np.concatenate(places)


class _Near(NamedTuple):
    """Each row's pairs: `other` row and `place`, from `start` of the row to that of the next.

    Places behind those of the scored pairs are of dropped ones.
    """

    start: Ints
    other: Places
    place: Ints

    @classmethod
    def of(cls, ties: Ties) -> _Near:
        left, right = _both(ties)
        row = np.concatenate((left, right))
        order = np.argsort(row, kind="stable")
        start = np.searchsorted(row[order], np.arange(len(ties.list_of) + 1))
        return cls(start, np.concatenate((right, left))[order], order % max(1, len(left)))

    def of_row(self, row: int) -> tuple[Places, Ints]:
        here = slice(int(self.start[row]), int(self.start[row + 1]))
        return self.other[here], self.place[here]


def _both(ties: Ties) -> tuple[Places, Places]:
    """Give the scored pairs and behind them the dropped ones."""
    if ties.dropped is None:
        return ties.left, ties.right
    return (
        np.concatenate((ties.left, ties.dropped.left)),
        np.concatenate((ties.right, ties.dropped.right)),
    )


def _codes(left: Places, right: Places, rows: int) -> Ints:
    codes: Ints = left.astype(np.int64) * rows + right
    return codes


def _linked(ties: Ties, pulling: Ints) -> tuple[Ints, Ints]:
    """Give the pairs that make knots: those that pull, and those that people decided."""
    decided = [(group[0], one) for group in ties.together for one in group[1:]]
    first, other = np.array(decided, dtype=np.int64).reshape(-1, 2).T
    return (
        np.concatenate((ties.left[pulling], first)).astype(np.int64),
        np.concatenate((ties.right[pulling], other)).astype(np.int64),
    )


def _knots(
    ties: Ties, label: Ints, places: Ints | None = None
) -> Iterator[tuple[Knot, list[Sequence[int]]]]:
    """Give knots with what ties their rows, each with the groups decided in it.

    Args:
        ties: what is known of pairs.
        label: of each row, which knot it is in; -1 for none.
        places: of the pairs among which those within knots are; all where not given.
    """
    rows = np.flatnonzero(label >= 0)
    rows = rows[np.argsort(label[rows], kind="stable")]
    first, start = np.unique(label[rows], return_index=True)
    left, right, pull, names = _within(ties, label, places)
    ends = np.searchsorted(label[left], first, side="right").tolist()
    near = zip(left.tolist(), right.tolist(), pull.tolist(), names.tolist(), strict=True)
    list_of = ties.list_of[rows].tolist()
    decided: dict[int, list[Sequence[int]]] = {}
    for group in ties.together:
        decided.setdefault(int(label[group[0]]), []).append(group)
    apart: dict[int, list[tuple[int, int]]] = {}
    for pair in ties.apart:
        apart.setdefault(int(label[pair[0]]), []).append(pair)
    at, members = 0, rows.tolist()
    begins = [*start.tolist(), len(members)]
    cuts = zip(first.tolist(), begins[:-1], begins[1:], ends, strict=True)
    for which, begin, end, last in cuts:
        knot = Knot(members[begin:end], list_of[begin:end], ties.twice.tolist(), ties.unscored)
        for tie in (next(near) for _ in range(last - at)):
            knot.tie(*tie)
        for a, b in apart.get(which, ()):
            knot.part(a, b, _DECIDED)
        at = last
        yield knot, decided.get(which, [])


def _within(ties: Ties, label: Ints, places: Ints | None) -> tuple[Ints, Ints, Floats, np.ndarray]:
    """Give the pairs within knots, what they weigh there and what names say, knot by knot."""
    scored = len(ties.left)
    kept = np.arange(scored) if places is None else places[places < scored]
    a, b = label[ties.left[kept]], label[ties.right[kept]]
    kept = kept[(a == b) & (a >= 0)]
    left, right, pull = ties.left[kept], ties.right[kept], ties.pulls(kept)
    names = np.full(len(kept), OPEN, dtype=np.int8) if ties.names is None else ties.names[kept]
    if ties.dropped is not None:
        gone = Ties(*ties.dropped, ties.list_of, ties.twice)
        which = np.arange(len(gone.left)) if places is None else places[places >= scored] - scored
        a, b = label[gone.left[which]], label[gone.right[which]]
        which = which[(a == b) & (a >= 0)]
        left = np.concatenate((left, gone.left[which]))
        right = np.concatenate((right, gone.right[which]))
        pull = np.concatenate((pull, gone.pulls(which)))
        names = np.concatenate((names, np.full(len(which), OPEN, dtype=np.int8)))
    order = np.argsort(label[left], kind="stable")
    left, right = (side[order].astype(np.int64) for side in (left, right))
    return left, right, pull[order], names[order]


def labels_of(count: int, left: Ints, right: Ints) -> Ints:
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
