"""How many relatives there are among pairs that are looked at once and then dropped.

Pairs of relatives are plainly not one person, so most of them are dropped; how many there are
still says how much a common surname and father are worth. So they are counted by what
speaks for relatives, and the count is asked again as that changes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from qantar.linking.evidence import Sums, Weights
from qantar.linking.result import Floats, Ints

_STEPS: Final = 16  # of a natural log unit
_EDGE: Final = 64  # natural log units
_BINS: Final = 2 * _EDGE * _STEPS
_MOST_FIELDS: Final = 32
CELLS: Final = _MOST_FIELDS * _BINS
"""How many cells there are."""


@dataclass(frozen=True, slots=True)
class Kin:
    """How many pairs there are by fields told and by what speaks for relatives."""

    count: Floats

    @classmethod
    def of(cls, sums: Sums) -> Kin:
        """Count pairs; none of them is likely one person."""
        return cls(np.bincount(cells_of(sums), minlength=CELLS).astype(float))

    def plus(self, other: Kin) -> Kin:
        """Count both."""
        return Kin(self.count + other.count)

    def without(self, other: Kin) -> Kin:
        """Leave pairs out that were counted."""
        return Kin(np.maximum(self.count - other.count, 0.0))

    def expected(self, weights: Weights) -> float:
        """Give how many of the pairs are expected to be relatives."""
        told, step = np.divmod(np.flatnonzero(self.count), _BINS)
        scale = 1.0 / (1.0 + weights.dependence * (told - 1.0))
        related = (step + 0.5) / _STEPS - _EDGE
        kin = scale * (related + np.log(weights.related))
        return float((self.count[self.count > 0] / (1.0 + np.exp(-kin))).sum())


def nobody() -> Kin:
    """Count no pair."""
    return Kin(np.zeros(CELLS))


def cells_of(sums: Sums) -> Ints:
    """Give for each pair the number of its cell: fields told, and what speaks for relatives."""
    step = np.clip((sums.related + _EDGE) * _STEPS, 0, _BINS - 1).astype(np.int64)
    return sums.told.astype(np.int64) * _BINS + step
