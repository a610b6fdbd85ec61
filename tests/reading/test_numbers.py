"""Numbers: the marks that a sheet declares, digits of any script, and nothing guessed."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qantar.reading.numbers import amount, read_number

from .tables import column

POINT = column("Number")
ENGLISH = column("Number", thousands=",")
GERMAN = column("Number", thousands=".", decimal=",")
SWISS = column("Number", thousands="'")


@pytest.mark.parametrize(
    ("text", "marks", "number"),
    [
        ("164", POINT, "164"),
        (" -5 ", POINT, "-5"),
        ("−5", POINT, "-5"),
        ("+7", POINT, "7"),
        ("0.25", POINT, "0.25"),
        (".5", POINT, "0.5"),
        ("5.", POINT, "5"),
        ("007", POINT, "7"),
        ("1 234", POINT, "1234"),
        ("1\u00a0234\u202f567", POINT, "1234567"),
        ("1\u2009234,5", column("Number", decimal=","), "1234.5"),
        ("12 500", GERMAN, "12500"),
        ("1.234,5", GERMAN, "1234.5"),
        ("1.234", GERMAN, "1234"),
        ("1.234", column("Number", thousands="."), "1234"),
        ("12,500.5", ENGLISH, "12500.5"),
        ("1,00,000", ENGLISH, "100000"),
        ("1'234'567.25", SWISS, "1234567.25"),
        ("٣٤", POINT, "34"),
        ("١٢٣٤", POINT, "1234"),
        ("١٬٢٣٤", column("Number", thousands="٬"), "1234"),
        ("१२५", POINT, "125"),
        ("9" * 28, POINT, "9" * 28),
    ],
)
def test_a_number_is_read_with_the_marks_of_its_column(
    text: str, marks: object, number: str
) -> None:
    assert read_number(text, marks) == Decimal(number)  # type: ignore[arg-type]  # a Column


@pytest.mark.parametrize(
    ("text", "marks"),
    [
        ("", POINT),
        (".", POINT),
        ("+", POINT),
        ("ten", POINT),
        ("²", POINT),
        ("1e5", POINT),
        ("NaN", POINT),
        ("Infinity", POINT),
        ("--5", POINT),
        ("+-5", POINT),
        ("1-2", POINT),
        ("1.2.3", POINT),
        ("1,234", POINT),
        ("12 5", POINT),
        ("1 2345", POINT),
        ("12,5", ENGLISH),
        ("1,2,3", ENGLISH),
        ("1,234 567", ENGLISH),
        ("1.234", column("Number", decimal=",")),
        ("1.23,5", GERMAN),
        ("0.5", column("Number", thousands=".")),
        ("9" * 29, POINT),
        ("1" * 5000, POINT),
    ],
)
def test_what_is_no_number_under_these_marks_is_none(text: str, marks: object) -> None:
    assert read_number(text, marks) is None  # type: ignore[arg-type]  # a Column


@given(
    st.integers(-(10**20), 10**20), st.sampled_from([(" ", POINT), (",", ENGLISH), (".", GERMAN)])
)
def test_every_whole_number_grouped_by_threes_comes_back(
    number: int, marked: tuple[str, object]
) -> None:
    mark, marks = marked
    assert read_number(f"{number:,}".replace(",", mark), marks) == number  # type: ignore[arg-type]


@given(st.text(max_size=20), st.sampled_from([POINT, ENGLISH, GERMAN, SWISS]))
def test_no_text_whatever_makes_it_stumble(text: str, marks: object) -> None:
    number = read_number(text, marks)  # type: ignore[arg-type]  # a Column
    assert number is None or number.is_finite()


def test_one_amount_has_one_spelling() -> None:
    spellings = ("164", "164.0", "+164", "0164", "164.")
    assert {str(amount(read_number(text, POINT))) for text in spellings} == {"164"}
    assert str(amount(Decimal("-0.00"))) == "0"
    assert str(amount(Decimal(1000))) == "1000"
    assert amount(None) is None
