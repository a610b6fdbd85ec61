"""How far persons that were found agree with the true ones.

Both come as one label a row: rows with equal labels are one person. Labels mean nothing
beyond that. Everything is counted from how many rows share a found and a true label, so
a million rows take seconds and no pair of rows is ever made.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

SAID = (0.0, 0.01, 0.05, 0.2, 0.5, 0.8, 0.95, 0.99, 0.999, 1.0)
"""Where the table of calibration cuts what was said."""


class Score(NamedTuple):
    """Shares from 0 to 1; a share of nothing is 1, because nothing was missed."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """The harmonic mean of the two."""
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


class ListRecall(NamedTuple):
    """Of the true pairs between two lists (or within one), how many were found."""

    left: str
    right: str
    found: int
    true: int

    @property
    def share(self) -> float:
        """Found of true; 1 where there is nothing to find."""
        return _share(self.found, self.true)


class Bin(NamedTuple):
    """Pairs of which a probability above `low`, up to `high`, was said."""

    low: float
    high: float
    pairs: int
    said: float
    true: float


def pair_score(found: npt.ArrayLike, true: npt.ArrayLike) -> Score:
    """Pairs of rows in one found person, against pairs of rows of one true person."""
    cells = _Cells(found, true)
    both = _pairs(cells.rows)
    return Score(
        _share(both, _pairs(np.bincount(cells.of_found, weights=cells.rows))),
        _share(both, _pairs(np.bincount(cells.of_true, weights=cells.rows))),
    )


def b_cubed(found: npt.ArrayLike, true: npt.ArrayLike) -> Score:
    """Averages over rows: how much of its found person is its true one, and the reverse.

    Source: Bagga and Baldwin (1998).
    """
    cells = _Cells(found, true)
    total = int(cells.rows.sum())
    if not total:
        return Score(1.0, 1.0)
    found_size = np.bincount(cells.of_found, weights=cells.rows)[cells.of_found]
    true_size = np.bincount(cells.of_true, weights=cells.rows)[cells.of_true]
    squares = cells.rows.astype(np.float64) ** 2
    return Score(
        float((squares / found_size).sum() / total), float((squares / true_size).sum() / total)
    )


def true_pairs(true: npt.ArrayLike) -> int:
    """How many pairs of rows are of one true person."""
    return _pairs(np.unique(np.asarray(true), return_counts=True)[1])


def recall_by_lists(
    lists: Sequence[str], found: npt.ArrayLike, true: npt.ArrayLike
) -> list[ListRecall]:
    """Give the recall of each pair of lists, a list with itself included, in order of names."""
    cells = _Cells(found, true)
    names, of_row = np.unique(np.asarray(lists), return_inverse=True)
    in_cell = _by_list(cells.of_row, of_row, len(cells.rows), len(names))
    in_true = _by_list(cells.of_true[cells.of_row], of_row, cells.true_labels, len(names))
    found_pairs, every_pair = _between(in_cell), _between(in_true)
    return [
        ListRecall(str(names[a]), str(names[b]), int(found_pairs[a, b]), int(every_pair[a, b]))
        for a in range(len(names))
        for b in range(a, len(names))
    ]


def candidate_recall(left: npt.ArrayLike, right: npt.ArrayLike, true: npt.ArrayLike) -> float:
    """The share of true pairs among the pairs that were looked at, each pair counted once.

    `left` and `right` are places in `true`.
    """
    label = np.asarray(true)
    one, other = np.asarray(left, dtype=np.int64), np.asarray(right, dtype=np.int64)
    low, high = np.minimum(one, other), np.maximum(one, other)
    hit = (label[low] == label[high]) & (low != high)
    return _share(len(np.unique(low[hit] * len(label) + high[hit])), true_pairs(label))


def calibration(
    probability: npt.ArrayLike, same: npt.ArrayLike, cuts: Sequence[float] = SAID
) -> list[Bin]:
    """Beside what was said of pairs, how many of them are true, by what was said.

    A bin without pairs is left out. A probability of 0 belongs to the first bin.
    """
    said = np.asarray(probability, dtype=np.float64)
    truth = np.asarray(same, dtype=np.float64)
    place = np.clip(np.searchsorted(np.asarray(cuts), said, side="left") - 1, 0, len(cuts) - 2)
    bins = []
    for at in np.unique(place):
        here = place == at
        bins.append(
            Bin(
                cuts[at],
                cuts[at + 1],
                int(here.sum()),
                float(said[here].mean()),
                float(truth[here].mean()),
            )
        )
    return bins


class _Cells:
    """How many rows share each found and true label: the cells of the table of both."""

    def __init__(self, found: npt.ArrayLike, true: npt.ArrayLike) -> None:
        found_at = np.unique(np.asarray(found), return_inverse=True)[1].astype(np.int64)
        names, true_at = np.unique(np.asarray(true), return_inverse=True)
        if len(found_at) != len(true_at):
            message = f"{len(found_at)} rows have a found person and {len(true_at)} a true one"
            raise ValueError(message)
        self.true_labels = len(names)
        width = max(self.true_labels, 1)
        codes, self.of_row, self.rows = np.unique(
            found_at * width + true_at, return_inverse=True, return_counts=True
        )
        self.of_found, self.of_true = codes // width, codes % width


def _by_list(label: Ints, of_row: Ints, labels: int, lists: int) -> Floats:
    counts = np.bincount(label * lists + of_row, minlength=labels * lists)
    return counts.reshape(labels, lists).astype(np.float64)


def _between(counts: Floats) -> Floats:
    pairs: Floats = counts.T @ counts
    np.fill_diagonal(pairs, (np.diagonal(pairs) - counts.sum(axis=0)) / 2)
    return pairs


def _pairs(rows: Ints | Floats) -> int:
    count = np.asarray(rows).astype(np.int64)
    return int((count * (count - 1) // 2).sum())


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 1.0
