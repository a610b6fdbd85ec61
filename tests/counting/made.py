"""Tables of what is to be expected: no chance, so that an estimator has to be right."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from qantar.counting.table import CaptureTable


def expected(people: float, chances: Sequence[float], ratio: float = 1.0) -> CaptureTable:
    """Make the cells to be expected of lists that are independent but for the first two.

    The odds of being on the second list are `ratio` times as high for who is on the first; its
    chance given is that of who is not on it.
    """
    lists = len(chances)
    odds = ratio * chances[1] / (1 - chances[1])
    cells = []
    for mask in range(1, 1 << lists):
        marks = [mask >> j & 1 for j in range(lists)]
        given = list(chances)
        given[1] = odds / (1 + odds) if marks[0] else chances[1]
        share = np.prod([p if m else 1 - p for p, m in zip(given, marks, strict=True)])
        cells.append((mask, round(people * float(share))))
    return CaptureTable.of_masks([f"l{j}" for j in range(lists)], cells)


def two_kinds(people: float = 4000) -> CaptureTable:
    """Make the cells to be expected of two kinds of persons, on four lists.

    Each kind is easy for the lists for which the other is hard, so that the lists do not overlap
    more than independent ones, all of them together.
    """
    cells = np.zeros(16)
    for share, chances in ((0.4, (0.6, 0.1, 0.5, 0.2)), (0.6, (0.1, 0.5, 0.15, 0.4))):
        of_kind = np.ones(1)
        for chance in chances:
            of_kind = np.kron(np.array([1 - chance, chance]), of_kind)
        cells += people * share * of_kind
    return CaptureTable.of_masks("abcd", enumerate(np.rint(cells).astype(int).tolist()))
