"""Births and ages as lists write them; what says neither, or may be both, is told."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qantar.model.date_order import DateOrder
from qantar.model.person_row import DaySpan
from qantar.reading.births import Age, Birth, Reading, born_between, read_birth


def birth(text: str, bare: Reading = Reading.NEITHER, latest: int | None = 2022) -> Birth:
    return read_birth(text, bare=bare, order=DateOrder.DMY, zone="Asia/Almaty", latest_year=latest)


def year(number: int, *, about: bool = False) -> DaySpan:
    return DaySpan.of(date(number, 1, 1), date(number, 12, 31), about=about)


@pytest.mark.parametrize(
    ("text", "age"),
    [
        ("35", Age(35, 35)),
        ("~35", Age(35, 35, about=True)),
        ("около 40", Age(40, 40, about=True)),
        ("40 шамасында", Age(40, 40, about=True)),
        ("35?", Age(35, 35, about=True)),
        ("35-40", Age(35, 40)),
        ("٣٥", Age(35, 35)),
        ("0", Age(0, 0)),
        ("120", Age(120, 120)),
    ],
)
def test_a_number_in_a_column_of_ages_is_an_age(text: str, age: Age) -> None:
    assert birth(text, Reading.AGE) == Birth(age=age)


@pytest.mark.parametrize("bare", Reading)
@pytest.mark.parametrize(
    ("text", "age"),
    [
        ("35 лет", Age(35, 35)),
        ("34 года", Age(34, 34)),
        ("1 год", Age(1, 1)),
        ("35 жаста", Age(35, 35)),
        ("35 years old", Age(35, 35)),
        ("35 y.o.", Age(35, 35)),
        ("aged 35", Age(35, 35)),
        ("возраст: 35", Age(35, 35)),
        ("около 40 лет", Age(40, 40, about=True)),
        ("8 мес.", Age(8, 8, in_months=True)),
        ("8 months", Age(8, 8, in_months=True)),
    ],
)
def test_a_word_for_an_age_makes_one_in_any_column(text: str, age: Age, bare: Reading) -> None:
    assert birth(text, bare) == Birth(age=age)


@pytest.mark.parametrize("bare", Reading)
@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("1990", year(1990)),
        ("1990 г.", year(1990)),
        ("1990 г.р.", year(1990)),
        ("1990 г. р.", year(1990)),
        ("1990 года рождения", year(1990)),
        ("1990 ж.т.", year(1990)),
        ("1990 жылы туған", year(1990)),
        ("born 1990", year(1990)),
        ("ок. 1990", year(1990, about=True)),
        ("١٩٩٠", year(1990)),
        ("1985-1990", DaySpan.of(date(1985, 1, 1), date(1990, 12, 31))),
        ("12.03.1990", DaySpan.of(date(1990, 3, 12))),
        ("12.03.1990 г.р.", DaySpan.of(date(1990, 3, 12))),
        ("1990-03-12 00:00:00", DaySpan.of(date(1990, 3, 12))),
        ("1990-03", DaySpan.of(date(1990, 3, 1), date(1990, 3, 31))),
        ("12 марта 1990", DaySpan.of(date(1990, 3, 12))),
        ("1990 ж. 12 наурыз", DaySpan.of(date(1990, 3, 12))),
    ],
)
def test_dates_and_years_are_days_of_birth_in_any_column(
    text: str, days: DaySpan, bare: Reading
) -> None:
    assert birth(text, bare) == Birth(days=days)


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("86", year(1986)),
        ("04", year(2004)),
        ("22", year(2022)),
        ("23", year(1923)),
        ("86 г.р.", year(1986)),
        ("12/03/86", DaySpan.of(date(1986, 3, 12))),
        ("12.03.04", DaySpan.of(date(2004, 3, 12))),
    ],
)
def test_two_digits_are_the_last_such_year_that_was_possible(text: str, days: DaySpan) -> None:
    assert birth(text, Reading.YEAR) == Birth(days=days, short=True)


@pytest.mark.parametrize(
    ("text", "bare", "code"),
    [
        ("86", Reading.NEITHER, "unparsed-date"),
        ("400", Reading.AGE, "impossible-age"),
        ("400 лет", Reading.YEAR, "impossible-age"),
        ("121", Reading.AGE, "impossible-age"),
        ("40-35", Reading.AGE, "impossible-age"),
        ("123456", Reading.AGE, "impossible-age"),
        ("400", Reading.YEAR, "unparsed-date"),
        ("abc", Reading.AGE, "unparsed-date"),
        ("18+", Reading.AGE, "unparsed-date"),
        ("38.01.1990", Reading.AGE, "impossible-date"),
        ("29.02.2001", Reading.NEITHER, "impossible-date"),
        ("0000", Reading.NEITHER, "impossible-date"),
        ("1990-1985", Reading.NEITHER, "impossible-date"),
        ("до 1990", Reading.NEITHER, "unparsed-date"),
        ("1" * 500, Reading.AGE, "unparsed-date"),
    ],
)
def test_what_is_no_birth_is_told_and_quoted(text: str, bare: Reading, code: str) -> None:
    found = birth(text, bare)
    assert found.unread is not None
    assert found.days is None
    assert found.age is None
    assert found.unread.code == code
    assert f'"{text[:20]}' in found.unread.text


def test_a_day_that_no_calendar_has_is_none_in_the_year_of_two_digits_either() -> None:
    found = birth("29.02.01")
    assert found.unread is not None
    assert found.unread.code == "impossible-date"
    assert birth("29.02.04") == Birth(days=DaySpan.of(date(2004, 2, 29)), short=True)


def test_two_digits_need_a_day_that_they_cannot_be_after() -> None:
    found = birth("12/03/86", latest=None)
    assert found.unread is not None
    assert "`edition`" in found.unread.text


@given(st.dates(date(1900, 1, 1), date(2021, 12, 31)), st.integers(0, 119), st.integers(0, 364))
def test_an_age_leaves_open_just_the_days_on_which_it_was_had(
    at: date, age: int, within: int
) -> None:
    """Whoever was born on a day of the span is that old on the day; the days beside it not."""
    span = born_between(Age(age, age), DaySpan.of(at))

    def age_of(born: date) -> int:
        return at.year - born.year - ((at.month, at.day) < (born.month, born.day))

    born = date.fromordinal(span.first + within % span.days)
    assert age_of(born) == age
    assert age_of(date.fromordinal(span.first) - timedelta(days=1)) == age + 1
    assert age_of(date.fromordinal(span.last) + timedelta(days=1)) == age - 1


def test_an_age_on_one_of_several_days_is_had_on_some_of_them() -> None:
    month = DaySpan.of(date(2022, 1, 1), date(2022, 1, 31), about=True)
    assert born_between(Age(35, 36), month) == DaySpan.of(
        date(1985, 1, 2), date(1987, 1, 31), about=True
    )
    assert born_between(Age(8, 8, in_months=True), DaySpan.of(date(2022, 1, 5))) == DaySpan.of(
        date(2021, 4, 6), date(2021, 5, 5)
    )
