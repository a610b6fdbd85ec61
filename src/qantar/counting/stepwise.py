"""A log-linear model for many lists, found step by step for each of many tables.

From the model in which the lists are independent, pairs of lists are added one at a time: always
the pair whose overlap is least probable under the model so far, while that probability is below a
threshold. The overlap of a pair counts all persons on both lists; under the model it is Poisson
with the sum of the expected numbers of those patterns, and the probability is that of an overlap
at least as far out on the side on which it is. A pair under which the counts no longer determine N
is passed over.

Source: Chan, Silverman and Vincent (2021), JASA 116:1297-1306, section 3.2, threshold 0.02.
"""

from __future__ import annotations

import numpy as np
from scipy.special import gammainc, gammaincc

from qantar.counting.model_choice import Choice, in_portions
from qantar.counting.poisson_faces import FaceFinder
from qantar.counting.table import Bools, Floats, Ints

THRESHOLD = 0.02


class StepByStep:
    """Chooses a model of pairs of lists for each table."""

    def __init__(self, finder: FaceFinder, *, threshold: float = THRESHOLD) -> None:
        """Keep what fits, and how improbable an overlap must be for its pair to be added."""
        self.finder, self.threshold = finder, threshold
        size = np.array([mask.bit_count() for mask in finder.terms.masks])
        self.main, self.pairs = size <= 1, np.flatnonzero(size == 2)  # noqa: PLR2004  # a pair

    def choose(self, tables: Floats) -> Choice:
        """Choose for each table, shape (B, C)."""
        columns = np.tile(self.main, (len(tables), 1))
        fitted = in_portions(self.finder, tables, columns)
        unseen, expected, known = fitted.unseen, fitted.expected, fitted.coefficients
        columns[np.isnan(unseen)] = False
        tail = self._tails(tables, expected, columns)
        moving = np.flatnonzero(np.isfinite(unseen) & (tail.min(axis=1) < self.threshold))
        while len(moving):
            added = self.pairs[tail[moving].argmin(axis=1)]
            wider = columns[moving]
            wider[np.arange(len(moving)), added] = True
            start = known[moving]
            start[np.arange(len(moving)), added] = 0.0  # as the model without the pair has it
            tried = in_portions(self.finder, tables[moving], wider, start=start)
            self._pass_over(tail, moving, added, np.isnan(tried.unseen))
            taken = np.isfinite(tried.unseen)
            rows = moving[taken]
            columns[rows], unseen[rows] = wider[taken], tried.unseen[taken]
            known[rows] = tried.coefficients[taken]
            tail[rows] = self._tails(tables[rows], tried.expected[taken], columns[rows])
            moving = moving[tail[moving].min(axis=1) < self.threshold]
        return Choice(columns, np.where(np.isnan(unseen), np.inf, unseen))

    def _pass_over(self, tail: Floats, rows: Ints, added: Ints, refused: Bools) -> None:
        """Pass over pairs that would leave N undetermined, until another is added; mends `tail`."""
        places = np.searchsorted(self.pairs, added[refused])
        tail[rows[refused], places] = 1.0

    def _tails(self, tables: Floats, expected: Floats, columns: Bools) -> Floats:
        """Shape (B, pairs): how probable an overlap so far out is; 1 for pairs in the model."""
        design = self.finder.terms.design[:, self.pairs]
        overlap, mean = tables @ design, expected @ design
        mean = np.maximum(mean, 1e-300)
        below = gammaincc(overlap + 1, mean)
        above = np.where(overlap > 0, gammainc(np.maximum(overlap, 1), mean), 1.0)
        tail: Floats = np.where(columns[:, self.pairs], 1.0, np.minimum(below, above))
        return tail
