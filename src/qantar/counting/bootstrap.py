"""How far off an estimate of N may be when the model was chosen by the same counts: a bootstrap.

An interval that takes the chosen model for given is too short. Here each replicate draws the
observed persons anew with replacement (their patterns are multinomial with the observed shares),
and everything is done again, the choice of the model too. Quantiles are corrected for bias and
skewness (BCa): the quantile at u is that of the replicates at

    Phi(z0 + (z0 + z(u)) / (1 - a (z0 + z(u))))

with z(u) the normal quantile, z0 that of the share of replicates below the estimate, and the
acceleration a from leaving out each person once. Where more than a hundred patterns occur, persons
are left out in a hundred groups instead, drawn at random: the error of a is then about 0.65 / 100
(of six skewnesses of a hundred normal numbers), which moves a quantile at 0.025 by a fortieth of a
standard deviation, and leaving out each would be most of the work.

A replicate that gives more persons than have ever lived has no finite estimate.
The replicates keep the number of the observed persons. How many of N were missed would vary too:
given a replicate's chance p = n / N of being on any list, the persons missed are negative binomial
(n successes with chance p), which adds their variance n (1 - p) / p**2 to the draws.

Sources: Efron (1987), JASA 82:171-185; DiCiccio and Efron (1996), Statistical Science 11:189-228;
Chan, Silverman and Vincent (2021), JASA 116:1297-1306, section 3.3; Silverman, Chan and Vincent
(2024), Statistics and Computing 34:44. For leaving out groups: Efron and Narasimhan (2020), Journal
of Computational and Graphical Statistics 29:608-619. For the persons missed: Darroch (1958),
Biometrika 45:343-359, whose variance has both parts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np
from scipy.special import ndtr, ndtri

from qantar.counting.model_choice import Choice
from qantar.counting.patterns import MOST_COUNTED
from qantar.counting.table import Bools, Floats, Ints

_GROUPS: Final = 100
"""Patterns up to which each person is left out, and groups of persons above."""


class Chooser(Protocol):
    """What chooses a model for each table, shape (B, C), and estimates by it."""

    def choose(self, tables: Floats) -> Choice:
        """Choose."""
        ...


@dataclass(frozen=True, eq=False)
class Bootstrap:
    """What the replicates came to.

    Attributes:
        observed: n, persons.
        estimate: N from the counts themselves, persons.
        replicates: shape (B,), N of each replicate, ascending; infinity where no model has a
            finite one.
        acceleration: a; 0 where leaving a person out leaves no finite estimate.
        columns: shape (P,), the terms of the model chosen for the counts themselves.
        chosen: how many replicates chose each model, by its terms as bytes.
    """

    observed: int
    estimate: float
    replicates: Floats
    acceleration: float
    columns: Bools
    chosen: dict[bytes, int]

    @property
    def bias(self) -> float:
        """z0; ties count half."""
        n = len(self.replicates)
        below = (self.replicates < self.estimate).sum() + (
            self.replicates == self.estimate
        ).sum() / 2
        return float(ndtri(min(max(below, 0.5), n - 0.5) / n))

    def quantiles(self, at: Floats) -> Floats:
        """Give the BCa quantiles of N at these shares, for a fixed number of observed persons."""
        moved = self.bias + ndtri(at)
        return quantiles(self.replicates, ndtr(self.bias + moved / (1 - self.acceleration * moved)))

    def sample(self, rng: np.random.Generator, size: int) -> Floats:
        """Draw N: evenly spaced BCa quantiles in random order, each with its persons missed.

        Returns:
            Shape (size,), whole numbers of at least `observed`; infinity among them where
            replicates had no finite estimate.
        """
        even = (np.arange(size) + 0.5) / size
        drawn = rng.permutation(self.quantiles(even))
        finite = np.isfinite(drawn)
        chance = np.minimum(self.observed / np.maximum(drawn[finite], self.observed), 1.0)
        sample = np.full(size, np.inf)
        sample[finite] = self.observed + rng.negative_binomial(self.observed, chance)
        return sample


def quantiles(ascending: Floats, at: Floats) -> Floats:
    """Give quantiles of values that may end in infinities, between two values linearly."""
    last = len(ascending) - 1
    place = np.clip(at * len(ascending) - 0.5, 0, last)
    low = np.floor(place).astype(np.int64)
    high = np.minimum(low + 1, last)
    share = place - low
    finite = np.where(np.isfinite(ascending), ascending, 0.0)
    between = finite[low] + share * (finite[high] - finite[low])
    reached = np.where(share > 0, ascending[high], ascending[low])
    return np.where(np.isfinite(reached), between, np.inf)


def bootstrap(
    counts: Floats, chooser: Chooser, rng: np.random.Generator, *, replicates: int
) -> Bootstrap:
    """Do all again: for the counts, for replicates of them, and with each person left out.

    Args:
        counts: shape (C,), persons of every pattern that can be observed, by mask from 1.
        chooser: chooses the model and estimates.
        rng: where the replicates come from.
        replicates: how many.
    """
    observed = int(counts.sum())
    occurs = np.flatnonzero(counts)
    drawn = rng.multinomial(observed, counts[occurs] / observed, size=replicates)
    left_out, times = _left_out(counts[occurs].astype(np.int64), rng)
    tables = np.zeros((1 + replicates + len(times), len(counts)))
    tables[0] = counts
    tables[1 : 1 + replicates, occurs] = drawn
    tables[1 + replicates :, occurs] = counts[occurs] - left_out
    choice = chooser.choose(tables)
    estimates = tables.sum(axis=1) + choice.unseen
    # A fit on the brink of not being there gives billions of billions: that is no number either.
    estimates[estimates > MOST_COUNTED] = np.inf
    kept, rest = slice(1, 1 + replicates), slice(1 + replicates, None)
    return Bootstrap(
        observed=observed,
        estimate=float(estimates[0]),
        replicates=np.sort(estimates[kept]),
        acceleration=_acceleration(estimates[rest] / tables[rest].sum(axis=1), times),
        columns=choice.columns[0],
        chosen=_tally(choice.columns[kept]),
    )


def _left_out(persons: Ints, rng: np.random.Generator) -> tuple[Ints, Floats]:
    """Give the persons of each pattern that occurs to leave out at once, and how often to do so.

    Returns:
        Shape (G, patterns): one person of one pattern each, or a group of persons of all patterns,
        of as even sizes as can be. Shape (G,): how many persons the first stand for; 1 of a group.
    """
    if len(persons) <= _GROUPS:
        return np.eye(len(persons), dtype=np.int64), persons.astype(np.float64)
    observed = int(persons.sum())
    sizes = np.full(_GROUPS, observed // _GROUPS)
    sizes[: observed % _GROUPS] += 1
    groups = np.zeros((_GROUPS, len(persons)), dtype=np.int64)
    left = persons.copy()
    for group, size in zip(groups, sizes.tolist(), strict=True):
        group[:] = rng.multivariate_hypergeometric(left, size, method="marginals")
        left -= group
    return groups, np.ones(_GROUPS)


def _acceleration(without: Floats, times: Floats) -> float:
    """Give a from N / n without some persons, and how often each of these stands for others."""
    if not np.isfinite(without).all():
        return 0.0
    away = (without * times).sum() / times.sum() - without
    square = float((times * away**2).sum())
    return float((times * away**3).sum() / (6 * square**1.5)) if square > 0 else 0.0


def _tally(columns: Bools) -> dict[bytes, int]:
    """Count the replicates by model."""
    tally: dict[bytes, int] = {}
    for row in columns:
        key = row.tobytes()
        tally[key] = tally.get(key, 0) + 1
    return tally
