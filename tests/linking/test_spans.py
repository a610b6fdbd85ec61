"""What generated lists say of days and ages, as spans of days."""

from __future__ import annotations

from datetime import date

import pytest
from benchmarks.linking.spans import read_birth, read_event

from qantar.model.person_row import DaySpan


def days(first: str, last: str | None = None, *, about: bool = False) -> DaySpan:
    return DaySpan.of(date.fromisoformat(first), date.fromisoformat(last or first), about=about)


ON = days("2022-01-06")


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("24.11.1964", days("1964-11-24")),
        ("1964-11-24", days("1964-11-24")),
        ("04/05/54", days("1954-05-04")),
        ("04/05/05", days("2005-05-04")),
        ("1990", days("1990-01-01", "1990-12-31")),
        ("1990 г.р.", days("1990-01-01", "1990-12-31")),
        ("35", days("1986-01-07", "1987-01-06")),
        ("35 лет", days("1986-01-07", "1987-01-06")),
        ("~35", days("1986-01-07", "1987-01-06", about=True)),
        ("38.01.1990", days("1990-01-01", "1990-12-31", about=True)),
        ("", None),
        ("неизвестно", None),
        ("00.00.0000", None),
    ],
)
def test_a_birth_is_a_day_a_year_or_what_an_age_leaves_open(
    text: str, span: DaySpan | None
) -> None:
    assert read_birth(text, ON) == span


def test_an_age_on_unsure_days_leaves_more_open() -> None:
    on = days("2022-01-01", "2022-01-10", about=True)
    assert read_birth("20", on) == days("2001-01-02", "2002-01-10", about=True)


def test_an_age_on_the_29th_of_february_is_counted_from_the_28th() -> None:
    assert read_birth("1", days("2024-02-29")) == days("2022-03-01", "2023-02-28")


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("05.01.2022", days("2022-01-05")),
        ("2022-01-05", days("2022-01-05")),
        ("2022-01", days("2022-01-01", "2022-01-31")),
        ("4 января 2022", days("2022-01-04")),
        ("около 6 января", days("2022-01-06", about=True)),
        ("начало января 2022", days("2022-01-01", "2022-01-10", about=True)),
        ("январь 2022", days("2022-01-01", "2022-01-31")),
        ("2022 ж. 5 қаңтар", days("2022-01-05")),
        ("қаңтардың басы", days("2022-01-01", "2022-01-10", about=True)),
        ("2022 ж. ақпан", days("2022-02-01", "2022-02-28")),
        ("6 January 2022", days("2022-01-06")),
        ("January 6, 2022", days("2022-01-06")),
        ("around 5 January", days("2022-01-05", about=True)),
        ("5-6 January 2022", days("2022-01-05", "2022-01-06")),
        ("31-32 January 2022", days("2022-01-31")),
        ("early January 2022", days("2022-01-01", "2022-01-10", about=True)),
        ("mid-January 2022", days("2022-01-11", "2022-01-20", about=True)),
        ("", None),
        ("40 января", None),
    ],
)
def test_an_event_is_a_day_or_the_days_its_words_leave_open(
    text: str, span: DaySpan | None
) -> None:
    assert read_event(text, 2022) == span
