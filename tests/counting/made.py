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
