"""Intervals of estimates that come with a variance: log-normal in those who were not seen."""

from __future__ import annotations

from math import exp, log, sqrt
from statistics import NormalDist

import numpy as np
from scipy.special import ndtri

from qantar.counting.digits import persons
from qantar.counting.fit import Fit
from qantar.counting.table import Floats
from qantar.model.estimate import Caution, Estimate, Interval

SAMPLE = 4000
"""Draws of N that come with an answer."""


def blank(method: str, conditions: tuple[str, ...], level: float) -> Estimate:
    """Give an estimate without numbers, for `log_normal_fit` to fill in."""
    return Estimate(
        method=method,
        estimate=None,
        low=None,
        high=None,
        level=level,
        interval=Interval.LOG_NORMAL,
        conditions=conditions,
    )


def log_normal_fit(
    unseen: float,
    variance: float,
    *,
    observed: int,
    about: Estimate,
    cautions: tuple[Caution, ...],
    seed: int,
) -> Fit:
    """Put the interval around an estimate, and draw from it.

    The unseen ones are taken to be log-normal around their estimate, so the lower end is never
    below the persons observed: with T unseen and s² = log(1 + variance / T²), the ends are
    observed + T·exp(±z·s).

    Args:
        unseen: T, persons; where it is 0, the interval is the observed ones alone.
        variance: of T, in persons squared.
        observed: persons on at least one list.
        about: the estimate to fill in, as `blank` gives it.
        cautions: what is to be said beside it.
        seed: of the draws.

    Source: Burnham, in Rexstad and Burnham (1991); Chao (1987).
    """
    spread = sqrt(log(1 + variance / unseen**2)) if unseen else 0.0
    reach = exp(NormalDist().inv_cdf((1 + about.level) / 2) * spread)
    estimate = Estimate(
        method=about.method,
        estimate=observed + unseen,
        low=persons(observed + unseen / reach, decimals=6),
        high=persons(observed + unseen * reach, decimals=6),
        level=about.level,
        interval=Interval.LOG_NORMAL,
        conditions=about.conditions,
    )
    draws = np.rint(observed + unseen * np.exp(spread * _normal(SAMPLE, seed)))
    return Fit(estimate=estimate, sample=draws, cautions=cautions)


def _normal(size: int, seed: int) -> Floats:
    """Draw from the normal distribution: evenly over it, in random order."""
    chance = np.random.default_rng(seed)
    even: Floats = ndtri((np.arange(size) + chance.random()) / size)
    return chance.permutation(even)
