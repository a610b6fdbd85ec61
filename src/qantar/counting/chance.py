"""Numbers drawn at random, compiled: the same for the same seed on every processor.

Random bits come from SFC64, in whole numbers; all else is made of them by arithmetic that is
the same everywhere (`portable`). NumPy's own draws call the C library's logarithm, whose last digit
is not the same, and a draw that is accepted here and rejected there is followed by others.
"""

from __future__ import annotations

import math
from decimal import Context, Decimal, localcontext
from typing import Final

import numpy as np
import numpy.typing as npt

from qantar.counting.compiling import compiled
from qantar.counting.portable import exp, log, log1p, log_gamma
from qantar.counting.table import Floats

Stream = npt.NDArray[np.uint64]
"""Where a stream of random numbers is: the four numbers of SFC64, changed in place."""

_SMALL_MEAN: Final = 10.0
_RARE: Final = 1e-18
_FEW: Final = 1024.0  # so many times a factor may be rounded: 1e-13 in all
_HALF: Final = 0.5
_ONE, _THREE, _ELEVEN, _24, _40 = (np.uint64(number) for number in (1, 3, 11, 24, 40))
_STEP: Final = 2.0**-53


def stream_of(chance: np.random.Generator) -> Stream:
    """Give the stream that a generator of SFC64 would go on with, as one of its own."""
    state: Stream = chance.bit_generator.state["state"]["state"].copy()
    return state


def generator(seed: np.random.SeedSequence) -> np.random.Generator:
    """Give NumPy's generator of these random bits."""
    return np.random.Generator(np.random.SFC64(seed))


@compiled
def _bits(rng: Stream) -> np.uint64:
    """Draw 64 random bits.

    Source: Doty-Humphrey's SFC64 of PractRand, as NumPy has it.
    """
    found: np.uint64 = rng[0] + rng[1] + rng[3]
    rng[3] += _ONE
    rng[0] = rng[1] ^ (rng[1] >> _ELEVEN)
    rng[1] = rng[2] + (rng[2] << _THREE)
    rng[2] = ((rng[2] << _24) | (rng[2] >> _40)) + found
    return found


@compiled
def uniform(rng: Stream) -> float:
    """Draw a number from 0 up to 1, 1 excluded, in steps of 2^-53, as NumPy makes it of bits."""
    return float(np.int64(_bits(rng) >> _ELEVEN)) * _STEP


def _ziggurat() -> tuple[Floats, Floats]:
    """Cover the right half of the normal curve f(x) = exp(−x² / 2) by layers of equal area.

    Returns:
        The right ends of the layers, the lowest first, that of the lowest as wide as if it were all
        a rectangle, and the heights at which layers begin; both shape (layers + 1,).
    """
    with localcontext(Context(prec=25)):
        ends, heights = [_AREA / (-_END * _END / 2).exp(), _END], [Decimal(0)]
        for _ in range(_LAYERS - 2):
            heights.append((-ends[-1] * ends[-1] / 2).exp())
            ends.append((-2 * (_AREA / ends[-1] + heights[-1]).ln()).sqrt())
        heights += [(-ends[-1] * ends[-1] / 2).exp(), Decimal(1)]
        return np.array([*ends, 0], dtype=np.float64), np.array(heights, dtype=np.float64)


_LAYERS: Final = 256
_END: Final = Decimal("3.654152885361008771645430")
"""Beyond is the tail; with it, the highest of 256 layers ends at the top of the curve."""
_AREA: Final = Decimal("0.004928673233974655347361775")
"""Of each layer, and of the lowest with the tail."""
_ENDS, _HEIGHTS = _ziggurat()
_TAIL: Final = float(_END)
_LAYER: Final = np.uint64(_LAYERS - 1)
_SIGNED: Final = 10  # bits below a whole number from -2^53 to 2^53


@compiled
def normal(rng: Stream) -> float:
    """Draw a standard normal number, from layers of equal area.

    Source: Marsaglia & Tsang (2000), "The ziggurat method for generating random variables", Journal
    of Statistical Software 5(8); layer and place take different bits (Doornik 2005).
    """
    while True:
        bits = _bits(rng)
        layer = bits & _LAYER
        x: float = float(np.int64(bits) >> _SIGNED) * _STEP * _ENDS[layer]
        if abs(x) < _ENDS[layer + _ONE]:
            return x
        if layer == 0:
            far = beyond = 0.0
            while 2.0 * beyond <= far * far:
                far = -log(1.0 - uniform(rng)) / _TAIL
                beyond = -log(1.0 - uniform(rng))
            return math.copysign(_TAIL + far, x)
        low, high = _HEIGHTS[layer], _HEIGHTS[layer + _ONE]
        if low + uniform(rng) * (high - low) < exp(-0.5 * x * x):
            return x


@compiled
def gamma_draw(rng: Stream, shape: float) -> float:
    """Draw a gamma number of a shape of at least 1.

    Source: Marsaglia & Tsang (2000), "A simple method for generating gamma variables".
    """
    d = shape - 1.0 / 3.0
    c = 1.0 / math.sqrt(9.0 * d)
    while True:
        x = normal(rng)
        v = 1.0 + c * x
        if v <= 0.0:
            continue
        v = v * v * v
        u = 1.0 - uniform(rng)
        square = x * x
        if u < 1.0 - 0.0331 * square * square:
            return d * v
        if log(u) < 0.5 * square + d * (1.0 - v + log(v)):
            return d * v


@compiled
def log_gamma_draw(rng: Stream, shape: float) -> float:
    """Draw the log of a gamma number, whose shape may be as small as it likes."""
    if shape >= 1.0:
        return log(gamma_draw(rng, shape))
    return log(gamma_draw(rng, shape + 1.0)) + log(1.0 - uniform(rng)) / shape


@compiled
def poisson_draw(rng: Stream, mean: float) -> float:
    """Draw a Poisson number: of a small mean by inversion, of a large one by PTRS.

    Source: Hörmann (1993), "The transformed rejection method for generating Poisson random
    variables", algorithm PTRS.
    """
    if mean < _SMALL_MEAN:
        u, number = uniform(rng), 0.0
        if u <= 1.0 - mean:  # which is no more than exp(−mean)
            return number
        here = exp(-mean)
        while u > here and (number < mean or here > _RARE):
            u -= here
            number += 1.0
            here *= mean / number
        return number
    b = 0.931 + 2.53 * math.sqrt(mean)
    a = -0.059 + 0.02483 * b
    inverse_alpha = 1.1239 + 1.1328 / (b - 3.4)
    quick = 0.9277 - 3.6224 / (b - 2.0)
    while True:
        u = uniform(rng) - 0.5
        v = 1.0 - uniform(rng)
        us = 0.5 - abs(u)
        if us <= 0.0:
            continue
        number = math.floor((2.0 * a / us + b) * u + mean + 0.43)
        if us >= 0.07 and v <= quick:  # noqa: PLR2004 - the constants of the paper
            return number
        if number < 0.0 or (us < 0.013 and v > us):  # noqa: PLR2004
            continue
        bound = number * log(mean) - mean - log_gamma(number + 1.0)
        if log(v * inverse_alpha / (a / (us * us) + b)) <= bound:
            return number


@compiled
def binomial_draw(rng: Stream, persons: float, chance: float) -> float:
    """Draw a binomial number, by inversion where the mean is small, else by BTRS.

    Source: Hörmann (1993), "The generation of binomial random variates", algorithm BTRS.
    """
    p = min(chance, 1.0 - chance)
    mean = persons * p
    number = 0.0
    if mean < _SMALL_MEAN:
        u = uniform(rng)
        if u > 1.0 - mean:  # else it is below (1 − p)^persons, and the number 0
            here = _power(1.0 - p, persons) if persons < _FEW else exp(persons * log1p(-p))
            odds = p / (1.0 - p)
            while u > here and number < persons and (number < mean or here > _RARE):
                u -= here
                here *= odds * (persons - number) / (number + 1.0)
                number += 1.0
    else:
        number = _binomial_of_many(rng, persons, p)
    return number if chance <= _HALF else persons - number


@compiled
def _power(base: float, times: float) -> float:
    """Multiply a number with itself: quicker than by logarithms, where it is not often."""
    found, left = 1.0, int(times)
    while left > 0:
        if left & 1:
            found *= base
        base *= base
        left >>= 1
    return found


@compiled
def _binomial_of_many(rng: Stream, persons: float, p: float) -> float:
    """Draw a binomial number of a mean of at least 10, `p` at most 0.5: BTRS."""
    root = math.sqrt(persons * p * (1.0 - p))
    b = 1.15 + 2.53 * root
    a = -0.0873 + 0.0248 * b + 0.01 * p
    c = persons * p + 0.5
    quick = 0.92 - 4.2 / b
    while True:
        u = uniform(rng) - 0.5
        v = 1.0 - uniform(rng)
        us = 0.5 - abs(u)
        if us <= 0.0:
            continue
        number = math.floor((2.0 * a / us + b) * u + c)
        if us >= 0.07 and v <= quick:  # noqa: PLR2004 - the constants of the paper
            return number
        if number < 0.0 or number > persons:
            continue
        mode = math.floor((persons + 1.0) * p)
        bound = (number - mode) * log(p / (1.0 - p))
        bound += log_gamma(mode + 1.0) + log_gamma(persons - mode + 1.0)
        bound -= log_gamma(number + 1.0) + log_gamma(persons - number + 1.0)
        if log(v * (2.83 + 5.1 / b) * root / (a / (us * us) + b)) <= bound:
            return number
