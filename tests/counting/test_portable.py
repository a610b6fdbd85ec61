"""Our own exponentials and logarithms beside sixty digits of them."""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import Context, Decimal, localcontext
from typing import Any

import numba
import numpy as np
import pytest
from scipy.special import loggamma

from qantar.counting import portable
from qantar.counting.compiling import compiled, entered
from qantar.counting.table import Floats

DIGITS = Context(prec=60)
CHANCE = np.random.default_rng(8)
ALL_SIZES = np.concatenate(
    [
        CHANCE.uniform(-700, 700, 1000),
        CHANCE.uniform(-1, 1, 1000),
        CHANCE.choice([-1.0, 1.0], 1000) * 10.0 ** CHANCE.uniform(-18, 2.8, 1000),
        np.arange(-1000, 1001) * math.log(2) / 2,  # where one reduction ends and another begins
    ]
)
POSITIVE = np.concatenate(
    [
        10.0 ** CHANCE.uniform(-300, 300, 1000),
        CHANCE.uniform(0.5, 2.0, 2000),
        1.0 + CHANCE.choice([-1.0, 1.0], 500) * 10.0 ** CHANCE.uniform(-15, -1, 500),
        np.sqrt(2.0) * 2.0 ** np.arange(-500, 500) * (1 + CHANCE.uniform(-1e-15, 1e-15, 1000)),
        [5e-324, 1e-310, 2.0**-1022, 1.7976931348623157e308],
    ]
)


def many(of: Callable[[float], float], at: Floats) -> Floats:
    @numba.njit(error_model="numpy")
    def fill(at: Floats, found: Floats) -> None:
        for i in range(len(at)):
            found[i] = of(at[i])

    found = np.zeros(len(at))
    fill(at, found)
    return found


def units(found: Floats, exact: list[Decimal]) -> float:
    """The largest difference in units of the last digit of the right answer."""
    with localcontext(DIGITS):
        return max(
            float(abs(Decimal(one) - right)) / math.ulp(float(right))
            for one, right in zip(found.tolist(), exact, strict=True)
        )


def exactly(at: Floats, of: Callable[[Decimal], Decimal]) -> list[Decimal]:
    with localcontext(DIGITS):
        return [of(Decimal(x)) for x in at.tolist()]


def test_exponentials_are_right_to_the_last_digit_or_the_next() -> None:
    assert units(many(portable.exp, ALL_SIZES), exactly(ALL_SIZES, Decimal.exp)) < 1.5
    exact = exactly(ALL_SIZES, lambda x: x.exp() - 1)
    assert units(many(portable.expm1, ALL_SIZES), exact) < 3


def test_logarithms_are_right_to_the_last_digit_or_the_next() -> None:
    assert units(many(portable.log, POSITIVE), exactly(POSITIVE, Decimal.ln)) < 1.5
    at = np.concatenate([ALL_SIZES[ALL_SIZES > -0.9999], POSITIVE[POSITIVE > 1e-20]])
    assert units(many(portable.log1p, at), exactly(at, lambda x: (1 + x).ln())) < 2.5
    tiny = POSITIVE[POSITIVE < 1e-20]
    assert np.array_equal(many(portable.log1p, tiny), tiny)


def test_what_has_no_number_has_what_the_c_library_gives_for_it() -> None:
    assert many(portable.exp, np.array([-np.inf, -1e5, 1e5, np.inf])).tolist() == [
        0.0,
        0.0,
        np.inf,
        np.inf,
    ]
    assert many(portable.log, np.array([0.0, np.inf])).tolist() == [-np.inf, np.inf]
    of_nothing = [
        many(portable.exp, np.array([np.nan])),
        many(portable.log, np.array([-1, np.nan])),
    ]
    assert np.isnan(np.concatenate(of_nothing)).all()


def test_log_gamma_is_the_log_of_factorials_and_scipys() -> None:
    whole = np.array([1.0, 2, 3, 9, 10, 11, 12, 40, 170, 1000, 20_000])
    with localcontext(DIGITS):
        exact = [Decimal(math.factorial(int(x) - 1)).ln() for x in whole]
    found = many(portable.log_gamma, whole)
    for one, right in zip(found.tolist(), exact, strict=True):
        assert one == pytest.approx(float(right), rel=5e-16, abs=1e-14)
    at = 10.0 ** CHANCE.uniform(-290, 14, 3000)
    assert many(portable.log_gamma, at) == pytest.approx(loggamma(at), rel=1e-15, abs=1e-14)


def test_the_two_parts_of_log_2_are_it() -> None:
    with localcontext(DIGITS):
        left = Decimal(2).ln() - Decimal(portable._LN2_HIGH)
    assert float(left) == portable._LN2_LOW
    assert math.ldexp(portable._LN2_HIGH, 32).is_integer()


@entered
def fused(a: float, b: float, c: float) -> float:
    return _inner(a, b) + c


@compiled
def _inner(a: float, b: float) -> float:
    return a * b


def test_a_product_is_rounded_before_something_is_added() -> None:
    """With fused multiplication and addition the first would be 2^-104."""
    near = 1.0 + 2.0**-52
    found: Any = fused(near, near, -(1.0 + 2.0**-51))
    assert found == 0.0
