"""Which log-linear model speaks for each of many tables: the one with the best BIC.

    BIC = -2 log-likelihood + (number of terms) log n,   n the observed persons

Terms at minus infinity count as terms, as in Rcapture and in MultipleSystemsEstimation. Only
models under which the counts determine N are chosen.

For thousands of tables (the replicates of a bootstrap) not every model has to be fitted to every
table: a model has no more likelihood than those that have one term more, so that most cannot be
the best once a good one is known. None that could be is left out.

Sources: Schwarz (1978), Annals of Statistics 6:461-464; Silverman, Chan and Vincent (2024),
Statistics and Computing 34:44, for choosing anew in each replicate; Furnival and Wilson (1974),
Technometrics 16:499-511, for bounds from larger models.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from qantar.counting.poisson_faces import FaceFinder, Fitted
from qantar.counting.poisson_models import Terms, one_term_more
from qantar.counting.table import Bools, Floats, Ints

_FIRST = 8
"""So many of the models that are best for the first table are fitted to every table first."""
_AT_ONCE = 1 << 20
"""Numbers in the largest array: fits are made in portions of that size."""


@dataclass(frozen=True, eq=False)
class Choice:
    """The model chosen for each of B tables.

    Attributes:
        columns: shape (B, P), its terms; all False where no model determines N.
        unseen: shape (B,), the persons on no list that it expects; infinity where no model does.
    """

    columns: Bools
    unseen: Floats


class BestOfAll:
    """The model with the lowest BIC among given ones."""

    def __init__(self, finder: FaceFinder, models: Bools, first: Floats) -> None:
        """Fit all models to the first table, to know with which to begin.

        Args:
            finder: fits, and knows the terms.
            models: shape (M, P).
            first: shape (C,), the table that the others resemble.
        """
        self.finder, self.models = finder, models
        self.sizes = models.sum(axis=1)
        self.fitted = in_portions(finder, np.tile(first, (len(models), 1)), models)
        self.bic = -2 * self.fitted.likelihood + self.sizes * np.log(first.sum())
        self.wider: list[list[int]] | None = None

    def choose(self, tables: Floats) -> Choice:
        """Choose for each table, shape (B, C)."""
        search = _Search(self, tables)
        return search.run()


class _Search:
    """The best so far for each table, and what each model can reach at most."""

    def __init__(self, of: BestOfAll, tables: Floats) -> None:
        if of.wider is None:
            of.wider = one_term_more(of.models)
        self.of, self.tables, self.wider = of, tables, of.wider
        self.penalty = np.log(tables.sum(axis=1))
        self.best = np.full(len(tables), np.inf)
        self.model = np.full(len(tables), -1, dtype=np.int64)
        self.unseen = np.full(len(tables), np.inf)
        self.bound = np.full((len(of.models), len(tables)), np.inf)
        self.is_tried = np.zeros(len(of.models), dtype=np.bool_)

    def run(self) -> Choice:
        by_bic = np.argsort(self.of.bic, kind="stable")
        everywhere = np.ones((1, len(self.tables)), dtype=np.bool_)
        first = by_bic[:_FIRST]
        self._try(first, np.repeat(everywhere, len(first), axis=0))
        for size in np.unique(self.of.sizes)[::-1]:
            level = np.flatnonzero(self.of.sizes == size)
            self._inherit(level)
            self._try(level, self._hopeful(level) & ~self.is_tried[level][:, None])
        return self._choice()

    def _inherit(self, level: Ints) -> None:
        """Take over what the models with one term more can reach at most."""
        for place in level:
            for wider in self.wider[place]:
                np.minimum(self.bound[place], self.bound[wider], out=self.bound[place])

    def _hopeful(self, level: Ints) -> Bools:
        cost = self.of.sizes[level][:, None] * self.penalty[None, :]
        hopeful: Bools = cost - 2 * self.bound[level] < self.best[None, :] + 1e-9
        return hopeful

    def _try(self, level: Ints, wanted: Bools) -> None:
        """Fit those wanted, shape (models of the level, B); keep bounds and what is better."""
        place, table = np.nonzero(wanted)
        model = level[place]
        portion = at_once(self.of.finder.terms)
        for begin in range(0, len(model), portion):
            part = slice(begin, begin + portion)
            self._fit(model[part], table[part])
        self.is_tried[level] |= wanted.all(axis=1)

    def _fit(self, model: Ints, table: Ints) -> None:
        cost = self.of.sizes[model] * self.penalty[table]
        fitted = self.of.finder.fit(
            self.tables[table],
            self.of.models[model],
            start=self.of.fitted.coefficients[model],
            needed=(cost - self.best[table]) / 2,
        )
        self.bound[model, table] = np.minimum(self.bound[model, table], fitted.bound)
        bic = cost - 2 * fitted.likelihood
        order = np.lexsort((model, bic, table))  # the same among equals, whatever the portions
        firsts = order[np.unique(table[order], return_index=True)[1]]
        better = firsts[bic[firsts] < self.best[table[firsts]]]
        chosen = table[better]
        self.best[chosen], self.model[chosen] = bic[better], model[better]
        self.unseen[chosen] = fitted.unseen[better]

    def _choice(self) -> Choice:
        columns = self.of.models[self.model]
        columns[self.model < 0] = False
        return Choice(columns, self.unseen)


def at_once(terms: Terms) -> int:
    """Give how many fits are made at once: what they need stays within a few tens of megabytes."""
    cells, columns = terms.design.shape
    return max(1, _AT_ONCE // int(max(columns**2, cells * terms.lists)))


def in_portions(
    finder: FaceFinder, tables: Floats, columns: Bools, *, start: Floats | None = None
) -> Fitted:
    """Fit B models to B tables, some at a time; from coefficients where some are known, (B, P)."""
    portion = at_once(finder.terms)
    pieces = [slice(begin, begin + portion) for begin in range(0, len(tables), portion)]
    parts = [
        finder.fit(tables[one], columns[one], start=None if start is None else start[one])
        for one in pieces
    ]
    return Fitted(
        np.concatenate([part.unseen for part in parts]),
        np.concatenate([part.likelihood for part in parts]),
        np.concatenate([part.bound for part in parts]),
        np.concatenate([part.coefficients for part in parts]),
        np.concatenate([part.expected for part in parts]),
    )
