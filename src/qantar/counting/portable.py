"""Exponentials and logarithms whose last digit is the same on every processor, compiled.

Those of the C library are chosen by the processor: with fused multiplication and addition where it
has them, in other words with other roundings. Here they are made of additions, multiplications
and divisions, which IEEE 754 rounds in one way, in the order in which they are written. `exp` and
`log` are within 1.5 units of the last digit of the right answer, `expm1` and `log1p` within 3, and
`log_gamma` within 1e-14 or a few units, whichever is more.

Coefficients are whole fractions: those of series that converge fast after the argument was made
small, so that no table and no fitted polynomial is needed.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from qantar.counting.compiling import compiled

_LN2: Final = 0.6931471805599453094
_PER_LN2: Final = 1.0 / _LN2
_LN2_HIGH: Final = math.ldexp(math.floor(math.ldexp(_LN2, 32)), -32)
"""The first 32 bits of log 2: times a whole number below 2^21 it is exact."""
_LN2_LOW: Final = 1.9082149292705877e-10  # log 2 less that; see the tests
_ROUNDER: Final = 1.5 * 2.0**52
"""Added to a number below 2^51 and taken away again, it leaves the nearest whole number."""

_LOWEST, _HIGHEST = -708.0, 709.0
_SMALLEST: Final = 2.0**-1022
_LARGEST: Final = (2.0 - 2.0**-52) * 2.0**1023

_BITS: Final = 52
_BIAS: Final = 1023
_ROOT_HALF: Final = 0x3FE6A09E667F3BCD
"""The bits of the square root of one half: mantissas are taken from there to twice that."""

_STIRLING: Final = 10.0
"""From here on seven terms of Stirling's series leave less than 1e-16."""
_HALF_LOG_2PI: Final = 0.91893853320467274178


@compiled
def exp(x: float) -> float:
    """Give e to the power x; 0 below −708, infinity above 709.

    With k the whole number nearest to x / log 2 and r the rest, it is 2^k e^r, |r| ≤ log 2 / 2. The
    rest is taken in two steps, for the digits that k times log 2 has more than x (Cody and Waite
    1980, "Software manual for the elementary functions").
    """
    if not _LOWEST <= x <= _HIGHEST:
        if x < _LOWEST:
            return 0.0
        return math.inf if x > _HIGHEST else x
    return exp_inside(x)


@compiled
def exp_inside(x: float) -> float:
    """Give e to the power x, for an x that is known to be from −708 to 709."""
    y, scale = _taken_apart(x)
    return (1.0 + y) * scale


@compiled
def expm1(x: float) -> float:
    """Give e to the power x, less 1, without losing digits near 0."""
    if not _LOWEST <= x <= _HIGHEST:
        return exp(x) - 1.0
    y, scale = _taken_apart(x)
    return scale * y + (scale - 1.0)


@compiled
def _taken_apart(x: float) -> tuple[float, float]:
    """Give e^r − 1 and 2^k."""
    rounded = x * _PER_LN2 + _ROUNDER
    k = rounded - _ROUNDER
    y = _near_zero((x - k * _LN2_HIGH) - k * _LN2_LOW)
    # The last bits of `rounded` are those of k; in the place of an exponent they are 2^k.
    power = (np.float64(rounded).view(np.int64) + _BIAS) << _BITS
    return y, float(np.int64(power).view(np.float64))


@compiled
def _near_zero(r: float) -> float:
    """Give e^r − 1 for |r| up to log 2 / 2, a little more.

    With R = r (e^r + 1) / (e^r − 1), which is even, it is 2 r / (R − r), and

        R = r coth(r / 2) = Σ_i 2 B_2i r^2i / (2 i)! = 2 + r²/6 − r⁴/360 + …

    with Bernoulli's numbers B_2i. The first term left out is below 1e-17.
    """
    z = r * r
    w = z * z
    low = 1.0 / 6.0 - z * (1.0 / 360.0)
    middle = 1.0 / 15120.0 - z * (1.0 / 604800.0)
    high = 1.0 / 23950080.0 - z * (691.0 / 653837184000.0)
    even = 2.0 + z * (low + w * (middle + w * high))
    return 2.0 * r / (even - r)


@compiled
def log(x: float) -> float:
    """Give the natural logarithm; −∞ of 0, not a number of less.

    With x = 2^k (1 + f), 1 + f between the roots of one half and of 2, and s = f / (2 + f),

        log(1 + f) = 2 artanh s = 2 s + s R,    R = Σ_i 2 s^2i / (2 i + 1)  from i = 1,

    where 2 s = f − s f, so that it is f − s (f − R). The first term left out is below 1e-16 of it.
    """
    shift = 0.0
    if not _SMALLEST <= x <= _LARGEST:
        if not x > 0.0:
            return -math.inf if x == 0.0 else math.nan
        if x > _LARGEST:
            return x
        x *= 2.0**54
        shift = -54.0
    bits = np.float64(x).view(np.int64)
    power = (bits - _ROOT_HALF) >> _BITS
    f = float(np.int64(bits - (power << _BITS)).view(np.float64)) - 1.0
    s = f / (2.0 + f)
    z = s * s
    w = z * z
    odd = 2.0 / 3.0 + w * (2.0 / 7.0 + w * (2.0 / 11.0 + w * (2.0 / 15.0 + w * (2.0 / 19.0))))
    even = 2.0 / 5.0 + w * (2.0 / 9.0 + w * (2.0 / 13.0 + w * (2.0 / 17.0)))
    near = s * (f - (z * odd + w * even))
    k = float(power) + shift
    return k * _LN2_HIGH + (f - (near - k * _LN2_LOW))


@compiled
def log1p(x: float) -> float:
    """Give the natural logarithm of 1 + x, without losing digits near 0; x finite, above −1.

    What is lost when 1 is added is known exactly, and is small: log(u + c) = log u + c / u.
    """
    u = 1.0 + x
    return log(u) + (x - (u - 1.0)) / u


@compiled
def log_gamma(x: float) -> float:
    """Give log Γ(x), x above 0, by Stirling's series; of a small x by that of x + 1 and so on."""
    product = 1.0
    while x < _STIRLING:
        product *= x
        x += 1.0
    inverse = 1.0 / x
    z = inverse * inverse
    tail = 1.0 / 1188.0 + z * (-691.0 / 360360.0 + z / 156.0)
    series = 1.0 / 12.0 + z * (-1.0 / 360.0 + z * (1.0 / 1260.0 + z * (-1.0 / 1680.0 + z * tail)))
    found = (x - 0.5) * log(x) - x + (_HALF_LOG_2PI + inverse * series)
    return found if product == 1.0 else found - log(product)
