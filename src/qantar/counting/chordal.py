"""Decomposable (chordal) graphs: lists are vertices, an edge lets two lists depend on each other.

A graph is chordal where every ring of four or more has a short cut. Then its vertices can be
taken away one by one so that each, as it goes, is joined to neighbours that are all joined to
each other; what is known of all follows from such groups, and that is why likelihoods are
exact on these graphs. A set of lists is written as a whole number, as the patterns of
`CaptureTable` are: bit j stands for list j. A graph of J lists is a row of J such numbers, the
neighbours of each list.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import combinations
from typing import Final

import numpy as np
from scipy import sparse

from qantar.counting.table import Bools, Ints

MOST_ENUMERATED: Final = 6
"""Lists of which every graph is looked at: 18,154 of 6, and 617,675 of 7."""


@cache
def every(lists: int) -> Ints:
    """Give all chordal graphs, shape (G, J): 2, 8, 61, 822 and 18,154 of 2 to 6 lists."""
    pairs = list(combinations(range(lists), 2))
    number = np.arange(1 << len(pairs), dtype=np.int64)
    graphs = np.zeros((len(number), lists), dtype=np.int64)
    for place, (a, b) in enumerate(pairs):
        joined = number >> place & 1
        graphs[:, a] |= joined << b
        graphs[:, b] |= joined << a
    chordal, _, _ = taken_apart(graphs)
    return graphs[chordal]


def taken_apart(graphs: Ints) -> tuple[Bools, Ints, Ints]:
    """Take the vertices of graphs away one by one, always one whose neighbours are all joined.

    Args:
        graphs: shape (G, J), neighbours.

    Returns:
        Whether each graph is chordal, shape (G,); and for each step, shape (G, J), the vertex
        taken away with its neighbours, and these neighbours alone. The first of these sets
        less the second ones are the cliques of the graph less its separators.
    """
    lists = graphs.shape[1]
    left = np.full(len(graphs), (1 << lists) - 1, dtype=np.int64)
    chordal = np.ones(len(graphs), dtype=np.bool_)
    groups, inner = np.zeros_like(graphs), np.zeros_like(graphs)
    for step in range(lists):
        todo = np.ones(len(graphs), dtype=np.bool_)
        for vertex in range(lists):
            near = graphs[:, vertex] & left
            here = todo & (left >> vertex & 1 == 1) & _all_joined(graphs, near)
            groups[here, step] = near[here] | 1 << vertex
            inner[here, step] = near[here]
            todo &= ~here
        chordal &= ~todo
        left &= ~(groups[:, step] & ~inner[:, step])
    return chordal, groups, inner


def _all_joined(graphs: Ints, members: Ints) -> Bools:
    """Tell where all members of a set, one set for each graph, are joined to each other."""
    joined = np.ones(len(graphs), dtype=np.bool_)
    for one in range(graphs.shape[1]):
        others = members & ~(graphs[:, one] | 1 << one)
        joined &= (members >> one & 1 == 0) | (others == 0)
    return joined


def combinations_of_sets(graphs: Ints) -> tuple[Ints, sparse.csr_array]:
    """Write each graph as a sum of sets: its cliques count 1, its separators −1 each time.

    Args:
        graphs: shape (G, J), all chordal.

    Returns:
        The sets that occur, shape (K,), ascending, without the empty one; and the whole numbers
        that they count with, shape (G, K), most of them 0.
    """
    _, groups, inner = taken_apart(graphs)
    sets, place = np.unique(np.concatenate((groups, inner), axis=1), return_inverse=True)
    columns = place.reshape(len(graphs), -1)
    rows = np.repeat(np.arange(len(graphs)), columns.shape[1])
    signs = np.tile(np.repeat([1.0, -1.0], graphs.shape[1]), len(graphs))
    sums = sparse.coo_array((signs, (rows, columns.ravel())), shape=(len(graphs), len(sets)))
    found = sums.tocsr()
    found.eliminate_zeros()
    kept = np.flatnonzero((np.abs(found).sum(axis=0) > 0) & (sets > 0))
    return sets[kept], found[:, kept]


def may_flip(graph: Sequence[int], first: int, second: int) -> bool:
    """Tell whether a chordal graph stays one when two lists are joined, or are no longer.

    An edge may go where the common neighbours of its ends are all joined to each other. One may
    come where there is no way from one end to the other but through common neighbours.

    Source: Frydenberg and Lauritzen (1989) for the first, Giudici and Green (1999) for the second.
    """
    common = graph[first] & graph[second]
    if graph[first] >> second & 1:
        return all(
            not common & ~(graph[one] | 1 << one) for one in range(len(graph)) if common >> one & 1
        )
    return not _reached(graph, first, common) >> second & 1


def _reached(graph: Sequence[int], start: int, closed: int) -> int:
    """Give the set of what can be reached from a vertex without entering a closed one."""
    seen = edge = 1 << start
    while edge:
        lowest = (edge & -edge).bit_length() - 1
        new = graph[lowest] & ~seen & ~closed
        seen |= new
        edge = edge & (edge - 1) | new
    return seen


def cliques(graph: Sequence[int]) -> tuple[int, ...]:
    """Give the largest sets of lists that are all joined, by their first list."""
    _, groups, _ = taken_apart(np.array([graph], dtype=np.int64))
    found = set(groups[0].tolist())
    largest = [one for one in found if not any(one != two and one & ~two == 0 for two in found)]
    return tuple(sorted(largest, key=lambda one: _members(one, len(graph))))


def written(graph: Sequence[int]) -> str:
    """Write a graph as its cliques of numbered lists, from 1: “[12][3]”."""
    sep = "," if len(graph) > 9 else ""  # noqa: PLR2004 - from ten on a number has two digits
    groups = (_members(one, len(graph)) for one in cliques(graph))
    return "".join(f"[{sep.join(str(member + 1) for member in group)}]" for group in groups)


def _members(group: int, lists: int) -> tuple[int, ...]:
    return tuple(j for j in range(lists) if group >> j & 1)
