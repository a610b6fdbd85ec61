"""Quantities: what was stated, what fits what, and how it is written."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qantar.model.quantity import Quantity, as_number, grouped

bounds = st.none() | st.integers(0, 300).map(Decimal)


def amount(lower: int | None, upper: int | None, text: str = "") -> Quantity:
    return Quantity(
        text=text,
        lower=None if lower is None else Decimal(lower),
        upper=None if upper is None else Decimal(upper),
    )


def test_an_interval_that_holds_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="lower bound 5 is above the upper bound 4"):
        amount(5, 4)


@pytest.mark.parametrize(
    ("quantity", "stated", "bound"),
    [
        (amount(164, 164), True, False),
        (amount(250, 300), True, False),
        (amount(200, None), True, True),
        (amount(None, 4000), True, True),
        (amount(None, None, "thousands"), False, False),
        (amount(0, 0), True, False),
    ],
)
def test_what_is_stated_and_what_is_only_a_bound(
    quantity: Quantity, stated: object, bound: object
) -> None:
    assert (quantity.is_stated, quantity.is_bound) == (stated, bound)


@pytest.mark.parametrize(
    ("one", "other", "both_can_be_right"),
    [
        (amount(200, None), amount(238, 238), True),
        (amount(200, None), amount(164, 164), False),
        (amount(None, 200), amount(164, 164), True),
        (amount(250, 300), amount(300, 400), True),
        (amount(250, 300), amount(301, 400), False),
        (amount(None, 9), amount(10, None), False),
        (amount(None, None), amount(5, 5), True),
    ],
)
def test_amounts_that_can_and_cannot_both_be_right(
    one: Quantity, other: Quantity, both_can_be_right: object
) -> None:
    assert one.overlaps(other) is both_can_be_right
    assert other.overlaps(one) is both_can_be_right


@given(bounds, bounds, bounds, bounds)
def test_amounts_overlap_exactly_when_one_number_fits_both(
    a: Decimal | None, b: Decimal | None, c: Decimal | None, d: Decimal | None
) -> None:
    if (a is not None and b is not None and a > b) or (c is not None and d is not None and c > d):
        return
    lowest = max((edge for edge in (a, c) if edge is not None), default=None)
    highest = min((edge for edge in (b, d) if edge is not None), default=None)
    common = lowest is None or highest is None or lowest <= highest
    assert Quantity(text="", lower=a, upper=b).overlaps(Quantity(text="", lower=c, upper=d)) is (
        common
    )


@pytest.mark.parametrize(
    ("quantity", "words"),
    [
        (amount(3000, 3000, "3000"), "3,000"),
        (amount(3000, None, "3000"), "at least 3,000"),
        (amount(None, 4000, "4000"), "at most 4,000"),
        (amount(250, 300), "250 - 300"),
        (amount(1000, None, "thousands"), "thousands (at least 1,000)"),
        (amount(None, None, "thousands"), "thousands"),
        (amount(None, None, "164"), "164"),
        (amount(None, None), ""),
    ],
)
def test_amounts_in_words(quantity: Quantity, words: str) -> None:
    assert quantity.words() == words


@pytest.mark.parametrize(
    ("number", "written"),
    [
        ("1234567", "1,234,567"),
        ("0", "0"),
        ("-0.0", "0"),
        ("1E+3", "1,000"),
        ("2.50", "2.5"),
        ("100", "100"),
        ("-1500.25", "-1,500.25"),
        ("1234567890123456789012345678.5", "1,234,567,890,123,456,789,012,345,678.5"),
    ],
)
def test_numbers_are_written_to_their_last_digit(number: str, written: str) -> None:
    assert grouped(Decimal(number)) == written


@pytest.mark.parametrize(
    ("text", "number"),
    [("164", "164"), (" 1.5 ", "1.5"), ("-3", "-3"), ("+7", "7"), ("٣٤", "34"), (".5", "0.5")],
)
def test_a_plain_number_is_read(text: str, number: str) -> None:
    assert as_number(text) == Decimal(number)


@pytest.mark.parametrize(
    "text", ["", ".", "+-5", "--5", "²", "1,000", "1e3", "NaN", "Infinity", "ten", "1.2.3", "5-"]
)
def test_what_is_no_plain_number_is_none_and_no_crash(text: str) -> None:
    assert as_number(text) is None
