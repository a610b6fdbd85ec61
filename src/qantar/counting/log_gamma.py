"""Differences of log-gamma functions, exact also where both are huge."""

from __future__ import annotations

from typing import Final

import numpy as np
from scipy.special import gammaln

from qantar.counting.table import Floats

_LARGE: Final = 50.0
"""From here on the terms of Stirling's series that are left out are below 1e-15."""


def rising(x: Floats, steps: float | Floats) -> Floats:
    """Give log Γ(x + steps) − log Γ(x), elementwise.

    Subtracting the two loses all digits where x is a population of millions: each is then
    of the size x·log x, and a posterior is made of what is left. Here the error is that of
    `steps`·log x instead.

    Args:
        x: any shape, all above 0.
        steps: at least 0; a number, or of a shape that broadcasts to that of x.

    Source: Stirling's series, subtracted term by term.
    """
    ends = x + steps
    found = (x - 0.5) * np.log1p(steps / x) + steps * np.log(ends) - steps
    found += _series(ends) - _series(x)
    small = x < _LARGE
    if small.any():
        found[small] = gammaln(ends[small]) - gammaln(x[small])
    return found


def _series(x: Floats) -> Floats:
    """Give what log Γ(x) is above (x − ½) log x − x + ½ log 2π."""
    inverse = 1.0 / x
    square = inverse * inverse
    return inverse * (1 / 12 - square * (1 / 360 - square / 1260))
