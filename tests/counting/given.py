"""Answers made by hand, as if an estimator had given them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from qantar.counting.pooled import Answer
from qantar.counting.table import Floats
from qantar.model.estimate import Caution, Diagnostics, Estimate, Interval


def estimate(
    method: str,
    point: float | None,
    low: float | None,
    high: float | None,
    *,
    converged: bool | None = None,
    uninformed: float | None = None,
) -> Estimate:
    """An estimate with these numbers."""
    return Estimate(
        method=method,
        estimate=point,
        median=point,
        mean=point,
        low=low,
        high=high,
        level=0.95,
        interval=Interval.EQUAL_TAILED,
        conditions=(f"what {method} assumes",),
        diagnostics=Diagnostics(converged=converged, uninformed=uninformed),
    )


def answer(
    method: str,
    low: float,
    high: float,
    *,
    converged: bool | None = None,
    uninformed: float | None = None,
    cautions: Sequence[Caution] = (),
) -> Answer:
    """An answer whose draws lie evenly between two ends."""
    sample = np.linspace(low, high, 4001)
    shuffled: Floats = np.random.default_rng(1).permutation(sample)
    return Answer(
        estimate=estimate(
            method,
            (low + high) / 2,
            float(np.quantile(sample, 0.025)),
            float(np.quantile(sample, 0.975)),
            converged=converged,
            uninformed=uninformed,
        ),
        numbers=np.zeros(1, dtype=np.int64),
        sample=shuffled[None, :],
        cautions=tuple(cautions),
    )
