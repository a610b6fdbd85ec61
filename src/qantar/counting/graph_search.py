"""The graphs that matter, where there are too many to look at each: a walk among chordal graphs.

From a graph the walk looks at one with an edge more or less, and goes there as often as its
posterior says (MC³). Two walks begin as far apart as can be, with no edge and with all.

What they found is read in one of two ways. Where each keeps to graphs that the other has looked
at too, these are all that matter, and every graph looked at gets its exact weight. Where the
posterior is spread over more graphs than anybody can visit, those visited would get too much of
it; then the visits themselves are the sample, and must tell the same of N in both walks.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import combinations
from typing import Final

import numpy as np

from qantar.counting.chordal import may_flip
from qantar.counting.graph_average import Graphs
from qantar.counting.graph_terms import log_prior_and_ways, terms_of
from qantar.counting.posterior import first_nodes
from qantar.counting.table import CaptureTable, Floats

Graph = tuple[int, ...]
"""The neighbours of each list, as masks."""

_STEPS: Final = 20_000
"""Of each walk, at first; then twice as many, until both agree."""

_ROUNDS: Final = 4

_VISITS: Final = 4_000
"""Visits of each walk that are noted, at even distances."""

_COVERED: Final = 0.99
"""Share of each walk's visits to graphs that the other looked at, from which nothing is missing."""

_ALIKE: Final = 0.03
"""Share of the posterior of N by which the walks may differ and still agree."""

_KEPT: Final = 1e-9
"""A graph less probable than this, as a share of the best one, is left out."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Found:
    """The graphs to be averaged, and whether the walks agree about them.

    Attributes:
        graphs: with what each counts besides its likelihood, where visits are the sample.
        agree: whether the answer may be used.
        covered: the lesser share of a walk's visits to graphs that the other looked at.
        apart: the share of the posterior of N by which the two walks' visits differ.
        looked_at: how many graphs were.
    """

    graphs: Graphs
    agree: bool
    covered: float
    apart: float
    looked_at: int


class _Landscape:
    """The probability of any chordal graph, as walks ask for it.

    The posterior of the unseen is held at some nodes, which is enough to compare graphs by. The
    terms of sets of lists are computed when first asked for.
    """

    def __init__(self, table: CaptureTable, delta: float) -> None:
        self._table, self._delta = table, delta
        self._nodes = first_nodes(table.observed)
        self.terms: dict[int, Floats] = {0: np.zeros(len(self._nodes))}

    def start(self, graph: Graph) -> Floats:
        """Give the log of likelihood × prior × step at the nodes, up to a constant."""
        sums = log_prior_and_ways(self._nodes, self._table.observed)
        sums += np.log(np.diff(self._nodes, prepend=-1))
        one = Graphs.of(self._table, np.array([graph], dtype=np.int64), self._delta)
        terms: Floats = (one.weights @ one.terms.at(self._nodes))[0]
        terms += sums
        return terms

    def joined(self, first: int, second: int, common: int) -> Floats:
        """Give what joining two lists with these common neighbours adds to that."""
        a, b = common | 1 << first, common | 1 << second
        return self._term(a | b) + self._term(common) - self._term(a) - self._term(b)

    def _term(self, group: int) -> Floats:
        if group not in self.terms:
            sets = np.array([group], dtype=np.int64)
            self.terms[group] = terms_of(self._table, sets, self._delta).at(self._nodes)[0]
        return self.terms[group]


@dataclass(eq=False)
class _Walk:
    """One walk: where it stands, what it looked at, and where it stood at even distances."""

    graph: Graph
    logs: Floats
    chance: np.random.Generator
    looked: dict[Graph, float] = field(default_factory=dict)
    visits: dict[Graph, int] = field(default_factory=dict)

    def go(self, land: _Landscape, steps: int) -> None:
        """Take so many steps; visits noted before were on the way, and are forgotten."""
        self.visits.clear()
        pairs = list(combinations(range(len(self.graph)), 2))
        which = self.chance.integers(len(pairs), size=steps).tolist()
        hurdles = np.log(self.chance.random(steps)).tolist()
        every = steps // _VISITS
        log = self.looked.setdefault(self.graph, _sum(self.logs))
        for number, (place, hurdle) in enumerate(zip(which, hurdles, strict=True)):
            log = self._step(land, pairs[place], log, hurdle)
            if number % every == 0:
                self.visits[self.graph] = self.visits.get(self.graph, 0) + 1

    def _step(self, land: _Landscape, pair: tuple[int, int], log: float, hurdle: float) -> float:
        """Look at the graph with the edge flipped, and go there or stay; give the log there."""
        first, second = pair
        if not may_flip(self.graph, first, second):
            return log
        there = _flipped(self.graph, first, second)
        logs = None
        if there not in self.looked:
            logs = self._logs_of(land, first, second)
            self.looked[there] = _sum(logs)
        if self.looked[there] - log <= hurdle:
            return log
        self.logs = self._logs_of(land, first, second) if logs is None else logs
        self.graph = there
        return self.looked[there]

    def _logs_of(self, land: _Landscape, first: int, second: int) -> Floats:
        change = land.joined(first, second, self.graph[first] & self.graph[second])
        return self.logs - change if self.graph[first] >> second & 1 else self.logs + change


def search(table: CaptureTable, *, delta: float, seed: int) -> Found:
    """Walk from no edge and from all, until both walks tell the same or time is up.

    Args:
        table: the capture patterns.
        delta: prior persons in each cell.
        seed: of both walks.

    Source: Madigan and York (1995) for MC³.
    """
    land = _Landscape(table, delta)
    lists = len(table.lists)
    everything = (1 << lists) - 1
    starts = (0,) * lists, tuple(everything & ~(1 << one) for one in range(lists))
    chances = np.random.default_rng(seed).spawn(len(starts))
    walks = [
        _Walk(graph, land.start(graph), chance)
        for graph, chance in zip(starts, chances, strict=True)
    ]
    steps = _STEPS
    for _ in range(_ROUNDS):
        for walk in walks:
            walk.go(land, steps)
        found = _read(walks, table, delta)
        if found.agree:
            break
        steps *= 2
    return found


def _read(walks: list[_Walk], table: CaptureTable, delta: float) -> Found:
    """Decide which way to read what was found, and whether it may be used."""
    one, two = walks
    covered = min(_covered(one, two), _covered(two, one))
    looked = one.looked | two.looked
    apart = 0.0
    if covered >= _COVERED:
        least = max(looked.values()) + float(np.log(_KEPT))
        kept = sorted(graph for graph, log in looked.items() if log >= least)
        graphs = Graphs.of(table, np.array(kept, dtype=np.int64), delta)
    else:
        graphs, apart = _of_visits(walks, looked, table, delta)
    return Found(
        graphs=graphs,
        agree=apart <= _ALIKE,
        covered=covered,
        apart=apart,
        looked_at=len(looked),
    )


def _covered(one: _Walk, other: _Walk) -> float:
    shared = sum(count for graph, count in one.visits.items() if graph in other.looked)
    return shared / sum(one.visits.values())


def _of_visits(
    walks: list[_Walk], looked: dict[Graph, float], table: CaptureTable, delta: float
) -> tuple[Graphs, float]:
    """Let each visited graph count as often as it was; and tell how the two walks differ."""
    kept = sorted(walks[0].visits | walks[1].visits)
    counts = np.array([[walk.visits.get(graph, 0) for graph in kept] for walk in walks])
    shares = counts / counts.sum(axis=1, keepdims=True)
    own = np.array([looked[graph] for graph in kept])
    graphs = Graphs.of(table, np.array(kept, dtype=np.int64), delta)
    nodes = first_nodes(table.observed)
    masses = graphs.mixed(nodes, np.diff(nodes, prepend=-1), shares)
    apart = float(np.abs(masses[0] - masses[1]).sum()) / 2
    return graphs.counting(np.log(shares.mean(axis=0)) - own), apart


def _sum(logs: Floats) -> float:
    high = float(logs.max())
    return high + float(np.log(np.exp(logs - high).sum()))


def _flipped(graph: Graph, first: int, second: int) -> Graph:
    found = list(graph)
    found[first] ^= 1 << second
    found[second] ^= 1 << first
    return tuple(found)
