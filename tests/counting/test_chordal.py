"""Chordal graphs: how many there are, and which step leads from one to another."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from qantar.counting.chordal import cliques, combinations_of_sets, every, may_flip, written


@pytest.mark.parametrize(("lists", "graphs"), [(2, 2), (3, 8), (4, 61), (5, 822), (6, 18154)])
def test_there_are_as_many_as_are_known(lists: int, graphs: int) -> None:
    assert len(every(lists)) == graphs


def test_of_four_lists_only_the_three_rings_without_a_short_cut_are_missing() -> None:
    known = {tuple(graph) for graph in every(4).tolist()}
    for order in ((0, 1, 2, 3), (0, 2, 1, 3), (0, 1, 3, 2)):
        ring = [0] * 4
        for one, two in zip(order, (*order[1:], order[0]), strict=True):
            ring[one] |= 1 << two
            ring[two] |= 1 << one
        assert tuple(ring) not in known
    assert len(known) == 64 - 3


def test_a_step_is_legal_exactly_where_it_leads_to_a_chordal_graph() -> None:
    known = {tuple(graph) for graph in every(5).tolist()}
    for graph in known:
        for first, second in combinations(range(5), 2):
            there = list(graph)
            there[first] ^= 1 << second
            there[second] ^= 1 << first
            assert may_flip(graph, first, second) == (tuple(there) in known)


def test_a_chain_is_its_cliques_less_its_separators() -> None:
    # 1 - 2 - 3, and 4 alone: [12] [23] [4] less [2]
    chain = np.array([[0b0010, 0b0101, 0b0010, 0]])
    sets, weights = combinations_of_sets(chain)
    counts = dict(zip(sets.tolist(), weights.toarray()[0].tolist(), strict=True))
    assert counts == {0b0011: 1, 0b0110: 1, 0b1000: 1, 0b0010: -1}
    assert cliques(chain[0].tolist()) == (0b0011, 0b0110, 0b1000)
    assert written(chain[0].tolist()) == "[12][23][4]"


def test_cliques_less_separators_name_every_list_once() -> None:
    graphs = every(6)
    sets, weights = combinations_of_sets(graphs)
    members = (sets[:, None] >> np.arange(6) & 1).astype(float)
    assert ((weights @ members) == 1).all()


def test_ten_lists_are_written_with_commas() -> None:
    alone = [0] * 10
    alone[0], alone[9] = 1 << 9, 1
    assert written(alone).startswith("[1,10][2]")
