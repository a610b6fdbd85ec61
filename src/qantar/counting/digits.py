"""How many digits of an answer are told: those that every processor gives.

The latent class chains are the same to the last bit everywhere (`portable`). The other estimators,
and what says whether chains agree, call NumPy, SciPy and their linear algebra, which choose code by
the processor: the last of sixteen digits may be another, and a sum of many such a few units off.
Told is what lies far above that. A digit that is told could differ only where a number lies as near
to half a step as the arithmetic is wrong, which of a million numbers not one does.
"""

from __future__ import annotations

from typing import Final

_DIGITS: Final = 6


def persons(number: float, *, decimals: int = 3) -> float:
    """Round persons, or their mean, to thousandths; what is not finite stays.

    To more decimals where few operations are between what was counted and the number.
    """
    return round(number, decimals)


def figure(number: float) -> float:
    """Round a share, a ratio or a diagnostic to six digits; what is not finite stays."""
    return float(f"{number:.{_DIGITS}g}")
