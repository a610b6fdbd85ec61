"""Numbers of persons that stay: who was person 12 is person 12 after the next list, too."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np

from qantar.linking.result import Ints, RowKey


def numbered(
    person: Ints, keys: Sequence[RowKey], previous: Mapping[RowKey, int] | None = None
) -> Ints:
    """Give persons numbers.

    A person keeps the number of the earlier person with whom they share most rows; of two who
    would keep the same, the one with more of its rows, then the one whose first row comes
    first. All others get numbers that were never used, in the order of their first rows.

    Args:
        person: for each row a mark that is the same for rows of one person.
        keys: of the rows.
        previous: numbers of an earlier run by row, from 1; of rows that are gone too.
    """
    _, first, mark = np.unique(person, return_index=True, return_inverse=True)
    order = np.argsort(first, kind="stable")
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    group = rank[mark]  # by first row, from 0
    number = np.zeros(len(first), dtype=np.int64)
    used = max(previous.values(), default=0) if previous else 0
    if previous:
        shared = Counter(
            (int(one), previous[key])
            for one, key in zip(group, keys, strict=True)
            if key in previous
        )
        for one, old in kept_numbers(shared).items():
            number[one] = old
    fresh = np.flatnonzero(number == 0)
    number[fresh] = used + 1 + np.arange(len(fresh))
    result: Ints = number[group]
    return result


def kept_numbers(shared: Mapping[tuple[int, int], int]) -> dict[int, int]:
    """Say which persons keep which earlier number.

    Args:
        shared: how many rows a person, by the place of their first row or their rank by it, shares
            with an earlier person.
    """
    kept, taken = dict[int, int](), set[int]()
    for (one, old), _ in sorted(shared.items(), key=lambda x: (-x[1], x[0])):
        if one not in kept and old not in taken:
            kept[one] = old
            taken.add(old)
    return kept
