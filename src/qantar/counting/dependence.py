"""How strongly two lists would have to depend on each other to move the answer.

A log-linear model takes the dependences that it has not for none. Here one between two lists is
imposed instead: with the conditional odds ratio w, being on the first list multiplies the odds of
being on the second by w, for persons on no list that the two are tied to otherwise. The term of the
pair leaves the model, and the logarithm of w is added to it as a known number (an offset):

    log m(x) = log w [both lists in x] + sum of the terms of x

and the other terms are fitted again. N follows w from the model's own value of it (1 where the
model has no term of the pair) upwards and downwards, until it has moved as far as is asked.

Where the counts speak for another w than the one imposed the model then fits them worse; this
says how far the answer hangs on the pair, not how likely such a dependence is.

Source: Gerritse, van der Heijden and Bakker (2015), Journal of Official Statistics 31:357-379.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

import numpy as np

from qantar.counting.digits import figure, persons
from qantar.counting.loglinear import METHOD, ModelFit
from qantar.counting.poisson_faces import FaceFinder
from qantar.counting.poisson_models import terms_of
from qantar.counting.table import Bools, CaptureTable, Floats
from qantar.model.counted import Dependence

HALF: Final = 0.5
_FURTHEST: Final = 1000.0
"""Odds ratios further from the model's own than by this factor are not looked at."""
_REACH: Final = float(np.log(_FURTHEST))
_STEPS: Final = 20
_ROUNDS: Final = 3
"""Each round looks at so many steps between the two of the last that N passes between."""


@dataclass(frozen=True, eq=False)
class _Imposed:
    """A model without the term of one pair, which is imposed."""

    finder: FaceFinder
    counts: Floats
    columns: Bools
    both: Bools

    def total(self, log_ratios: Floats) -> Floats:
        """Give N for the logarithms of odds ratios; NaN where the counts do not determine it."""
        many = len(log_ratios)
        fitted = self.finder.fit(
            np.tile(self.counts, (many, 1)),
            np.tile(self.columns, (many, 1)),
            factors=np.exp(log_ratios[:, None] * self.both[None, :]),
        )
        totals: Floats = self.counts.sum() + fitted.unseen
        return totals


def total_under(
    table: CaptureTable, model: ModelFit, lists: tuple[str, str], odds_ratio: float
) -> float | None:
    """Give N where two lists depend on each other with this conditional odds ratio.

    Args:
        table: what the model was fitted to.
        model: which dependences there are otherwise.
        lists: the pair.
        odds_ratio: above 0; 1 is no dependence.

    Returns:
        Persons, or None where the counts do not determine them.
    """
    total = float(_imposed(table, model, lists).total(np.log([odds_ratio]))[0])
    return total if np.isfinite(total) else None


def dependence(
    table: CaptureTable, model: ModelFit, lists: tuple[str, str], *, by: float = HALF
) -> Dependence:
    """Find the odds ratios nearest to the model's own at which N is this share less, and more.

    Args:
        table: what the model was fitted to.
        model: the model that the answer comes from.
        lists: the pair.
        by: the share of N by which it is to move, between 0 and 1.

    Returns:
        Both odds ratios, each None where none up to 1,000 times larger or smaller does it: N is
        never less than the observed persons. With them the model's own, and its N: an odds ratio
        says little where nobody knows from which one it is counted.
    """
    imposed = _imposed(table, model, lists)
    now = _own_ratio(table, model, lists)
    # Where it is 0 or has no bound, its logarithm is nowhere: the way begins far down.
    own = float(np.log(now)) if now else -_REACH
    sides = [_Side.of(imposed, own, way * _REACH) for way in (-1.0, 1.0)]
    down = _nearest(sides, lambda total: total <= (1 - by) * model.estimate)
    up = _nearest(sides, lambda total: total >= (1 + by) * model.estimate)
    return Dependence(
        lists=lists,
        down=down,
        up=up,
        now=None if now is None else figure(now),
        method=METHOD,
        estimate=persons(model.estimate),
    )


def dependences(
    table: CaptureTable, model: ModelFit, *, by: float = HALF
) -> tuple[Dependence, ...]:
    """Find them for every pair of lists that the model knows, in their order."""
    names = [one for one in table.lists if any(one in names for names in model.generators)]
    return tuple(dependence(table, model, pair, by=by) for pair in combinations(names, 2))


def _imposed(table: CaptureTable, model: ModelFit, lists: tuple[str, str]) -> _Imposed:
    """Take the term of the pair out of the model, and keep the others that it has."""
    pair = _mask(table, lists)
    tops = [_mask(table, names) for names in model.generators]
    order = max(top.bit_count() for top in tops)
    finder = FaceFinder(terms_of(len(table.lists), order))
    columns = finder.terms.columns(tops)
    columns &= np.array([mask != pair for mask in finder.terms.masks])
    patterns = np.arange(1, 1 << len(table.lists))
    counts = table.cells()[1:].astype(np.float64)
    return _Imposed(finder, counts, columns, (patterns & pair) == pair)


def _mask(table: CaptureTable, names: Sequence[str]) -> int:
    return sum(1 << table.lists.index(name) for name in names)


def _own_ratio(table: CaptureTable, model: ModelFit, lists: tuple[str, str]) -> float | None:
    """Give the odds ratio of the pair in the model, from the four patterns of those lists alone.

    It is 0 where the model expects nobody on just these two, and None where it has no bound.
    """
    if not any(set(lists) <= set(names) for names in model.generators):
        return 1.0
    first, second = (_mask(table, [name]) for name in lists)
    both, one, other, none = model.expected[[first | second, first, second, 0]]
    if not min(one, other, none) > 0:
        return None
    return float(both * none / (one * other))


@dataclass(frozen=True, eq=False)
class _Side:
    """N on one side of the model's own odds ratio, at even steps of its logarithm."""

    imposed: _Imposed
    ratios: Floats
    totals: Floats

    @classmethod
    def of(cls, imposed: _Imposed, start: float, reach: float) -> _Side:
        ratios = start + reach * np.linspace(0.0, 1.0, _STEPS + 1)
        return cls(imposed, ratios, imposed.total(ratios))

    def first(self, is_moved: Callable[[Floats], Bools], *, rounds: int = _ROUNDS) -> float | None:
        """Give the logarithm at which N has first moved so far; None where it never does."""
        moved = np.flatnonzero(is_moved(self.totals))
        if not len(moved) or not moved[0]:
            return None
        low, high = self.ratios[moved[0] - 1], self.ratios[moved[0]]
        if not rounds:
            return float(high)
        return _Side.of(self.imposed, low, high - low).first(is_moved, rounds=rounds - 1)


def _nearest(sides: Sequence[_Side], is_moved: Callable[[Floats], Bools]) -> float | None:
    """Give the odds ratio nearest to the model's own at which N has moved so far."""
    found = [
        (abs(end - side.ratios[0]), end)
        for side in sides
        if (end := side.first(is_moved)) is not None
    ]
    return figure(float(np.exp(min(found)[1]))) if found else None
