"""What each set of lists adds to the likelihood of a graph, by how many are on no list.

With J lists, N = n + n₀ persons in all and a Dirichlet prior of δ for each of the 2^J cells, the
persons fall into the cells of a set S of lists (its 2^|S| patterns, a_S = δ·2^(J−|S|) for
each, A = δ·2^J in all) with

    l(S) = Σ_cells [log Γ(y + a_S) − log Γ(a_S)] + log Γ(A) − log Γ(N + A)

The n₀ are in the cell of nobody, so l(S) depends on them in two places only: with b = a_S + the
observed who are on no list of S, it is a constant + log Γ(n₀ + b) − log Γ(N + A).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import gammaln

from qantar.counting.log_gamma import rising
from qantar.counting.table import CaptureTable, Floats, Ints


@dataclass(frozen=True, eq=False, kw_only=True)
class GraphTerms:
    """The terms of some sets.

    Attributes:
        sets: shape (K,), sets of lists as masks.
        named: shape (K,), the persons observed on at least one list of each.
        constants: shape (K,), the part of l(S) that does not depend on n₀.
        starts: shape (K,), the b of each.
        steps: shape (K,), N + A − n₀ − b of each.
    """

    sets: Ints
    named: Ints
    constants: Floats
    starts: Floats
    steps: Floats

    def at(self, unseen: Ints) -> Floats:
        """Give l(S) for each set, shape (K, M), at M numbers of persons on no list."""
        x = unseen.astype(np.float64)[None, :] + self.starts[:, None]
        return self.constants[:, None] - rising(x, self.steps[:, None])


def terms_of(table: CaptureTable, sets: Ints, delta: float) -> GraphTerms:
    """Work out the terms of some sets of the lists of a table.

    Args:
        table: the capture patterns.
        sets: shape (K,), masks, none empty.
        delta: δ, prior persons in each of the 2^J cells.
    """
    every = delta * 2.0 ** len(table.lists)
    members = (sets[:, None] >> np.arange(len(table.lists)) & 1).sum(axis=1)
    shares: Floats = every / 2.0**members
    named, sums = [], []
    for group, share in zip(sets.tolist(), shares.tolist(), strict=True):
        cells, place = np.unique(table.masks & group, return_inverse=True)
        held = np.bincount(place, weights=table.counts)[cells > 0].astype(np.float64)
        named.append(round(held.sum()))
        sums.append(rising(np.full(len(held), share), held).sum())
    on_some = np.array(named, dtype=np.int64)
    return GraphTerms(
        sets=sets,
        named=on_some,
        constants=np.array(sums, dtype=np.float64) + gammaln(every) - gammaln(shares),
        starts=shares + (table.observed - on_some),
        steps=every - shares + on_some.astype(np.float64),
    )


def log_prior_and_ways(unseen: Ints, observed: int) -> Floats:
    """Give what all graphs share: the ways to choose who is unseen, and the prior 1/N.

    Up to a constant this is log(N! / n₀!) − log N, shape (M,).
    """
    missing = unseen.astype(np.float64)
    return rising(missing + 1, float(observed)) - np.log(missing + observed)
