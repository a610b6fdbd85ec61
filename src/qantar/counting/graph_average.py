"""Some graphs, averaged: each weighs as much as the data and the prior give it.

The posterior of the persons on no list is a sum over graphs of likelihood × prior, all on the
same whole numbers. A graph's likelihood is a combination of the terms of sets of lists, so these
are computed once, and the graphs are a sparse matrix on them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from scipy import sparse

from qantar.counting.chordal import combinations_of_sets
from qantar.counting.graph_terms import GraphTerms, log_prior_and_ways, terms_of
from qantar.counting.posterior import Posterior, first_nodes
from qantar.counting.table import CaptureTable, Floats, Ints

_BLOCK: Final = 2_000_000  # numbers held at a time
_ENOUGH: Final = 2_000  # nodes, where graphs are many
_MANY: Final = 10_000_000  # numbers looked at in all
_NOTHING: Final = 1e-14
"""Of the whole, for one graph of 18,154. Nodes that a peak lies between tell its mass too low, but
never by more than 1e-2 (`first_nodes`)."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Graphs:
    """Chordal graphs over the lists of a table, each with what it makes of the unseen.

    Attributes:
        neighbours: shape (G, J).
        terms: of the K sets that occur in any of them.
        weights: shape (G, K), how often each set counts in each graph.
        logs: shape (G,), the log of what each graph counts besides its likelihood: 0 where all
            graphs are equally probable before the data.
        observed: persons on at least one list.
    """

    neighbours: Ints
    terms: GraphTerms
    weights: sparse.csr_array
    logs: Floats
    observed: int

    @classmethod
    def of(cls, table: CaptureTable, neighbours: Ints, delta: float) -> Graphs:
        """Prepare graphs, shape (G, J), for a table and a prior."""
        sets, weights = combinations_of_sets(neighbours)
        return cls(
            neighbours=neighbours,
            terms=terms_of(table, sets, delta),
            weights=weights,
            logs=np.zeros(len(neighbours)),
            observed=table.observed,
        )

    def counting(self, logs: Floats) -> Graphs:
        """Let the graphs count for so much besides their likelihood."""
        return replace(self, logs=logs)

    def informed(self) -> Ints:
        """Give for each graph the persons whose being named twice tells N, shape (G,).

        It is the sum over cliques, less that over separators, of the persons that they name, less
        all observed: 0 under the graph that joins all lists, and under every graph that
        lets all lists depend on each other that have anybody in common. A graph with 0 is told
        by the data how the observed fall into cells, and nothing about how many are in none.
        """
        found: Ints = np.rint(self.weights @ self.terms.named.astype(np.float64)).astype(np.int64)
        return found - self.observed

    def log_mass(self, unseen: Ints) -> Floats:
        """Give the log of the posterior of the unseen, shape (M,), up to a constant."""
        found = np.empty(len(unseen))
        for part in self._parts(len(unseen)):
            logs = self._log_shares(unseen[part])
            high = logs.max(axis=0)
            logs -= high
            found[part] = high + np.log(np.exp(logs, out=logs).sum(axis=0))
        return found + log_prior_and_ways(unseen, self.observed)

    def probable(self) -> Graphs:
        """Leave out the graphs that are nothing beside the others, all together below 1e-7."""
        nodes = first_nodes(self.observed)
        steps = np.diff(nodes, prepend=-1)
        best, sums = -np.inf, np.zeros(len(self.neighbours))
        for part in self._parts(len(nodes)):
            logs = self._log_shares(nodes[part]) + log_prior_and_ways(nodes[part], self.observed)
            high = max(best, float(logs.max()))
            sums = sums * np.exp(best - high) + np.exp(logs - high) @ steps[part]
            best = high
        kept = np.flatnonzero(sums > _NOTHING * sums.sum())
        return replace(
            self,
            neighbours=self.neighbours[kept],
            weights=self.weights[kept],
            logs=self.logs[kept],
        )

    def mixed(self, unseen: Ints, steps: Ints, shares: Floats) -> Floats:
        """Mix what the graphs make of the unseen, each with a given share.

        Args:
            unseen: shape (M,), nodes.
            steps: shape (M,), the whole numbers that each node stands for.
            shares: shape (W, G), several ways to mix, each of which sums to 1.

        Returns:
            Shape (W, M), the mass at each node.
        """
        shared = log_prior_and_ways(unseen, self.observed) + np.log(steps)
        found = np.zeros((len(shares), len(unseen)))
        size = max(_BLOCK // len(unseen), 1)
        at = self.terms.at(unseen)
        for start in range(0, len(self.neighbours), size):
            part = slice(start, start + size)
            logs = self.weights[part] @ at + shared
            logs -= logs.max(axis=1, keepdims=True)
            masses = np.exp(logs, out=logs)
            masses /= masses.sum(axis=1, keepdims=True)
            found += shares[:, part] @ masses
        return found

    def probabilities(self, posterior: Posterior) -> Floats:
        """Give the posterior probability of each graph, shape (G,).

        Between two nodes of the posterior of the unseen, a graph's part in it is taken to be
        on a straight line, and of many nodes some are enough.
        """
        thin = posterior.thinned(max(_ENOUGH, _MANY // len(self.neighbours)))
        steps = np.diff(thin.nodes, prepend=thin.nodes[0] - 1)
        before = thin.masses * (steps - 1) / (2 * steps)
        mass = thin.masses - before
        mass[:-1] += before[1:]
        found = np.zeros(len(self.neighbours))
        for part in self._parts(len(mass)):
            logs = self._log_shares(thin.nodes[part])
            logs -= logs.max(axis=0)
            shares = np.exp(logs, out=logs)
            found += shares @ (mass[part] / shares.sum(axis=0))
        total: Floats = found / found.sum()
        return total

    def pairs(self, probabilities: Floats) -> Floats:
        """Give the probability that two lists are joined, shape (J, J); 0 on the diagonal."""
        lists = np.arange(self.neighbours.shape[1])
        return np.stack([probabilities @ (self.neighbours >> other & 1) for other in lists], axis=1)

    def _log_shares(self, unseen: Ints) -> Floats:
        """Give the log of what each graph counts, shape (G, M), but for what all share."""
        found: Floats = self.weights @ self.terms.at(unseen) + self.logs[:, None]
        return found

    def _parts(self, size: int) -> list[slice]:
        step = max(_BLOCK // max(len(self.neighbours), len(self.terms.sets)), 1)
        return [slice(start, start + step) for start in range(0, size, step)]
