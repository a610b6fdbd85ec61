"""What an estimator gives back: its answer, and draws of N for what is computed from it."""

from __future__ import annotations

from dataclasses import dataclass

from qantar.counting.table import Floats
from qantar.model.estimate import Caution, Estimate


@dataclass(frozen=True, eq=False, kw_only=True)
class Fit:
    """One estimator's answer, with what pooling and totals need.

    Attributes:
        estimate: the answer that is shown.
        sample: shape (S,), equally weighted draws of N, whole numbers at least the observed
            ones: from the posterior, from the bootstrap, or from the distribution that the interval
            is taken from. Empty where the method has no finite answer; infinity among them where
            a part of a bootstrap has none. Draws that came from a chain stand in random order, so
            that two samples can be added draw by draw.
        cautions: what this estimator noticed about its own answer.
    """

    estimate: Estimate
    sample: Floats
    cautions: tuple[Caution, ...] = ()
