"""Many Poisson log-linear fits at once, by Newton's method.

For one table y and the terms of one model, with m = exp(X b) over the patterns of a face:

    log-likelihood  l(b) = sum of y X b - m        (the logarithms of y! are left out)
    gradient        X' (y - m)
    Newton step     d = (X' diag(m) X)^-1 X' (y - m),   halved while l falls

Poisson, not multinomial, over the observed patterns: both give the same estimate of N.
All fits move at once, as rows of arrays, so that a thousand tables under different models cost
little more than their arithmetic.

m (1 + X d) has the sufficient statistics of y. Two things follow, and both are used.
Where it is nowhere below 0 it bounds the likelihood from above, by duality: for every b,
l(b) <= sum of u log u - u for such a u. A fit that cannot reach what it must is given up at its
first steps. And where it is above 0 everywhere, the maximum exists: Fienberg and Rinaldo's
condition, met by showing such a table. Where none is found a linear programme decides
(`existence`).

Source: Haberman (1974), The Analysis of Frequency Data, for both conditions.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from qantar.counting.poisson_designs import Design, Own, Shared
from qantar.counting.poisson_models import Terms
from qantar.counting.table import Bools, Floats

_STEPS = 80
_HALVINGS = 30
_DONE = 1e-9
_DONE_A_PERSON = 1e-13
"""A step that gains less likelihood than that is the last; what a face leaves over is then still
far above the rounding of sums of so many persons."""
_SLACK = 1e-6
"""Rounding of a bound on the likelihood."""
_MOST_OF = 0.4
"""Where no model has more of the terms than that, each fit has a design of its own."""
_FEW_LISTS = 5
"""Above so many lists, each fit has a design of its own in any case."""
_SHORT = 0.5
"""Off a face every Newton step is -1 on the logarithms; a shorter one shows that there is none."""


@dataclass(frozen=True, eq=False)
class Fits:
    """B fits, one a row.

    Attributes:
        coefficients: shape (B, P), 0 for terms that a fit has not.
        likelihood: shape (B,), the log-likelihood reached, without the logarithms of y!.
        bound: shape (B,), what it can be at most.
        is_reached: shape (B,), whether the maximum was; False where a fit was given up.
        is_shown: shape (B,), whether all expected numbers are shown to be above 0.
        expected: shape (B, C), the expected persons of each pattern.
    """

    coefficients: Floats
    likelihood: Floats
    bound: Floats
    is_reached: Bools
    is_shown: Bools
    expected: Floats


def fit_all(
    terms: Terms,
    counts: Floats,
    cells: Floats,
    columns: Bools,
    *,
    start: Floats | None = None,
    needed: Floats | None = None,
) -> Fits:
    """Fit B models, each to its own table.

    Args:
        terms: what the columns mean.
        counts: shape (B, C), the tables.
        cells: shape (B, C), 0 for patterns that take no part, which hold no person, and else a
            known factor of the expected number: 1, unless a dependence is imposed.
        columns: shape (B, P), terms of each model, independent over its patterns.
        start: shape (B, P), coefficients to start from; a row with a NaN starts anew.
        needed: shape (B,), a fit that cannot reach this log-likelihood is given up; with factors
            other than 1 it must not be given.
    """
    most = int(columns.sum(axis=1).max(initial=0))
    is_used = most > _MOST_OF * columns.shape[1] and terms.lists <= _FEW_LISTS
    if is_used or not most:
        return _Work(Shared(terms), counts, cells, columns, start, needed).run()
    places = np.argsort(~columns, axis=1, kind="stable")[:, :most]
    rows = np.arange(len(counts))[:, None]
    own = None if start is None else start[rows, places]
    design = Own.gather(terms, places)
    fits = _Work(design, counts, cells, columns[rows, places], own, needed).run()
    coefficients = np.zeros(columns.shape)
    coefficients[rows, places] = fits.coefficients
    return replace(fits, coefficients=coefficients)


class _Work:
    """The fits that still move, as rows of arrays that shrink."""

    def __init__(
        self,
        design: Design,
        counts: Floats,
        cells: Floats,
        columns: Bools,
        start: Floats | None,
        needed: Floats | None,
    ) -> None:
        rows = len(counts)
        self.design = design
        self.rows = np.arange(rows)
        self.y, self.on, self.has = counts, cells, columns
        self.little = np.maximum(_DONE, _DONE_A_PERSON * counts.sum(axis=1))
        self.needed = np.full(rows, -np.inf) if needed is None else needed
        self.b = self._start(start)
        self.eta = design.times(self.b)
        self.m = _exp(self.eta) * self.on
        self.value = _likelihood(self.y, self.eta, self.m)
        self.out = Fits(
            self.b.copy(),
            np.full(rows, -np.inf),
            np.full(rows, np.inf),
            np.zeros(rows, dtype=np.bool_),
            np.zeros(rows, dtype=np.bool_),
            self.m.copy(),
        )

    def _start(self, start: Floats | None) -> Floats:
        """One weighted regression of log (y + 1/2), where nothing better is known."""
        known = None if start is None else _all(np.isfinite(start) | ~self.has)
        if start is not None and known is not None and known.all():
            return np.where(self.has, np.nan_to_num(start), 0.0)
        is_on = self.on > 0
        weight = (self.y + 0.5) * is_on
        log = np.log((self.y + 0.5) / np.where(is_on, self.on, 1.0))
        right = self.design.across(weight * log)
        fresh = self._solve(weight, right)
        if start is None or known is None:
            return fresh
        return np.where(known[:, None], np.where(self.has, np.nan_to_num(start), 0.0), fresh)

    def _solve(self, weight: Floats, right: Floats) -> Floats:
        """Solve the normal equations of each row for the terms that it has."""
        second = self.design.second(weight)
        second *= self.has[:, :, None] & self.has[:, None, :]
        places = np.arange(self.has.shape[1])
        diagonal = second[:, places, places]
        # What is not there is solved as 0; a face of the cone must not stop the others.
        second[:, places, places] = np.where(self.has, diagonal * (1 + 1e-15) + 1e-14, 1.0)
        answer = np.linalg.solve(second, np.where(self.has, right, 0.0)[:, :, None])
        return np.asarray(answer[:, :, 0], dtype=np.float64)

    def step(self) -> bool:
        """Move all once; whether any is left that moves."""
        gradient = np.where(self.has, self.design.across(self.y - self.m), 0.0)
        move = self._solve(self.m, gradient)
        along = self.design.times(move)
        bound = self._bound(along)
        hopeless = bound < self.needed - _SLACK
        gain = (gradient * move).sum(axis=1)
        self._advance(move, along)
        done = (gain < self.little) & ~hopeless
        short = _all(np.abs(along) * (self.on > 0) < _SHORT)
        self._keep(bound, done, hopeless, short)
        self._shrink(~(done | hopeless))
        return len(self.rows) > 0

    def _bound(self, along: Floats) -> Floats:
        moved = self.m * (1.0 + along)
        bound = _entropy(moved)
        return np.where(_all(moved >= 0), bound, np.inf)

    def _advance(self, move: Floats, along: Floats) -> None:
        """Take the step, or as much of it as does not lose likelihood."""
        length: Floats = np.ones(len(move))
        for _ in range(_HALVINGS):
            eta = self.eta + length[:, None] * along
            m = _exp(eta) * self.on
            value = _likelihood(self.y, eta, m)
            worse = ~(value >= self.value - 1e-9 * (1 + np.abs(self.value)))
            if not worse.any():
                break
            length[worse] /= 2
        self.b = self.b + length[:, None] * move
        self.eta, self.m, self.value = eta, m, value

    def _keep(self, bound: Floats, done: Bools, hopeless: Bools, short: Bools) -> None:
        """Write down the fits that end here."""
        out, rows = self.out, self.rows
        out.coefficients[rows] = self.b
        out.likelihood[rows] = self.value
        out.expected[rows] = self.m
        out.bound[rows[hopeless]] = bound[hopeless]
        out.is_reached[rows[done]] = True
        # Off a face the value is the least upper bound still, but for what is left of the way.
        out.bound[rows[done]] = self.value[done] + _SLACK
        out.is_shown[rows] = done & short

    def _shrink(self, left: Bools) -> None:
        if left.all():
            return
        self.design = self.design.of(left)
        self.rows, self.needed, self.value = self.rows[left], self.needed[left], self.value[left]
        self.little = self.little[left]
        self.y, self.on, self.has = self.y[left], self.on[left], self.has[left]
        self.b, self.eta, self.m = self.b[left], self.eta[left], self.m[left]

    def run(self) -> Fits:
        """Move until none moves any more."""
        for _ in range(_STEPS):
            if not self.step():
                break
        return self.out


def _all(rows: Bools) -> Bools:
    together: Bools = np.logical_and.reduce(rows, axis=1)
    return together


def _exp(eta: Floats) -> Floats:
    return np.exp(np.clip(eta, -700.0, 50.0))  # beyond that no table has an expected number


def _likelihood(y: Floats, eta: Floats, m: Floats) -> Floats:
    total: Floats = (y * eta - m).sum(axis=1)
    return total


def _entropy(u: Floats) -> Floats:
    safe = np.where(u > 0, u, 1.0)
    total: Floats = (u * np.log(safe) - u).sum(axis=1)
    return total
