"""An answer made of a posterior of the persons on no list."""

from __future__ import annotations

from typing import Final

import numpy as np

from qantar.counting.digits import persons
from qantar.counting.fit import Fit
from qantar.counting.posterior import Posterior
from qantar.model.estimate import Caution, Diagnostics, Estimate, Interval

SAMPLE: Final = 4000
"""Draws of N that come with an answer."""

_NO_MEAN: Final = -2.0  # a tail that falls no faster than N to this power has an infinite mean


def posterior_fit(
    posterior: Posterior,
    *,
    observed: int,
    about: Estimate,
    cautions: tuple[Caution, ...],
    seed: int,
    is_cut: bool = False,
) -> Fit:
    """Read median, mean and equal-tailed interval off a posterior, and draw from it.

    A quantile is the smallest whole number that is reached with at least that probability. The mean
    is left out where the tail is so heavy that it has none; of a posterior that is cut at
    the end of a fixed grid (`is_cut`) it is that of what is left.
    """
    tail = (1 - about.level) / 2
    low, median, high = (
        observed + int(unseen) for unseen in posterior.quantiles(np.array([tail, 0.5, 1 - tail]))
    )
    has_mean = is_cut or posterior.slope < _NO_MEAN
    estimate = Estimate(
        method=about.method,
        estimate=median,
        median=median,
        mean=persons(observed + posterior.mean, decimals=6) if has_mean else None,
        low=low,
        high=high,
        level=about.level,
        interval=Interval.EQUAL_TAILED,
        conditions=about.conditions,
        diagnostics=about.diagnostics,
    )
    draws = observed + posterior.sample(SAMPLE, seed).astype(np.float64)
    return Fit(estimate=estimate, sample=draws, cautions=cautions)


def blank(method: str, level: float, conditions: tuple[str, ...], found: Diagnostics) -> Estimate:
    """Make the estimate that a posterior is then read into."""
    return Estimate(
        method=method,
        estimate=None,
        low=None,
        high=None,
        level=level,
        interval=Interval.EQUAL_TAILED,
        conditions=conditions,
        diagnostics=found,
    )
