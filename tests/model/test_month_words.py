"""Days and months by name are the days that a reader of the language would take them for."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qantar.model.dates import read_when
from qantar.model.when import Precision, Qualifier, When, WhenProblem, YearFrom, display

ZONE = "Asia/Almaty"
SPAN = (date(2022, 1, 2), date(2022, 1, 31))


def shown(text: str) -> str:
    read = read_when(text, zone=ZONE, span=SPAN)
    assert isinstance(read, When), read
    return display(read)


@pytest.mark.parametrize(
    "text",
    [
        "5 January 2022", "January 5, 2022", "5th of January, 2022", "on 5 Jan. 2022", "5 JANUARY 2022",
        "5 января 2022", "5 января 2022 г.", "5 янв 2022", "٥ января ٢٠٢٢",
        "2022 ж. 5 қаңтар", "2022 жылғы 5 қаңтарда", "5 қаңтар 2022 ж.", "2022 ж. 5 кантар", "5 qañtar 2022", "2022 j. 5 qantar",
    ],
)  # fmt: skip
def test_a_day_by_name_is_that_day(text: str) -> None:
    assert shown(text) == "2022-01-05"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("January 2022", "2022-01"),
        ("январь 2022", "2022-01"),
        ("в январе 2022 года", "2022-01"),
        ("2022 ж. ақпан", "2022-02"),
        ("5-6 January 2022", "2022-01-05 – 2022-01-06"),
        ("5–6 января 2022 г.", "2022-01-05 – 2022-01-06"),
        ("с 5 по 6 января 2022", "2022-01-05 – 2022-01-06"),
        ("30 January - 2 February 2022", "2022-01-30 – 2022-02-02"),
        ("30 December – 2 January 2022", "2021-12-30 – 2022-01-02"),
        ("до 5 января 2022", "≤ 2022-01-05"),
        ("вечером 5 января 2022", "2022-01-05 18:00–24:00 (UTC+6)"),
        ("5 January 2022 16:30", "2022-01-05 16:30 (UTC+6)"),
    ],
)
def test_months_spans_and_words_around_them(text: str, expected: str) -> None:
    assert shown(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("early January 2022", "≈ 2022-01-01 – 2022-01-10"),
        ("mid-January 2022", "≈ 2022-01-11 – 2022-01-20"),
        ("late February 2024", "≈ 2024-02-21 – 2024-02-29"),
        ("начало января 2022", "≈ 2022-01-01 – 2022-01-10"),
        ("в конце января 2022", "≈ 2022-01-21 – 2022-01-31"),
        ("қаңтардың басы", "≈ 2022-01-01 – 2022-01-10"),
        ("qańtardyń ortasy", "≈ 2022-01-11 – 2022-01-20"),
        ("2022 ж. қаңтардың аяғы", "≈ 2022-01-21 – 2022-01-31"),
        ("around 5 January 2022", "≈ 2022-01-05"),
        ("5 қаңтар шамасында", "≈ 2022-01-05"),
    ],
)
def test_parts_of_a_month_are_conventions_and_so_about(text: str, expected: str) -> None:
    read = read_when(text, zone=ZONE, span=SPAN)
    assert isinstance(read, When)
    assert (display(read), read.qualifier) == (expected, Qualifier.ABOUT)


def test_a_year_that_is_not_written_comes_from_the_span_and_says_so() -> None:
    read = read_when("около 5 января", zone=ZONE, span=SPAN)
    assert isinstance(read, When)
    assert (display(read), read.year_from) == ("≈ 2022-01-05", YearFrom.INFERRED)
    written = read_when("5 января 2022", zone=ZONE, span=SPAN)
    assert isinstance(written, When)
    assert written.year_from is YearFrom.TEXT
    by = read_when("до 5 января", zone=ZONE, span=SPAN)
    assert isinstance(by, When)
    assert by.year_from is YearFrom.INFERRED


def test_over_new_year_the_nearer_year_is_taken() -> None:
    winter = (date(2021, 12, 20), date(2022, 1, 31))
    for text, expected in (("28 December", "2021-12-28"), ("5 January", "2022-01-05")):
        read = read_when(text, zone=ZONE, span=winter)
        assert isinstance(read, When)
        assert display(read) == expected


@pytest.mark.parametrize(
    ("text", "span", "code"),
    [
        ("5 January", None, "unparsed-date"),
        ("early January", None, "unparsed-date"),
        ("5 January", (date(2021, 1, 1), date(2022, 12, 31)), "ambiguous-date"),
        ("29 February", (date(2022, 1, 2), date(2022, 1, 31)), "impossible-date"),
        ("31 February 2022", SPAN, "impossible-date"),
        ("0 January 2022", SPAN, "impossible-date"),
        ("6-5 January 2022", SPAN, "impossible-date"),
        ("5 January 9999", SPAN, "impossible-date"),
        ("5 January 0000", SPAN, "impossible-date"),
        ("5 Janvember 2022", SPAN, "unparsed-date"),
        ("5 January 16:30", SPAN, "unparsed-date"),
    ],
)
def test_what_is_no_day_or_several_is_told(
    text: str, span: tuple[date, date] | None, code: str
) -> None:
    read = read_when(text, zone=ZONE, span=span)
    assert isinstance(read, WhenProblem)
    assert read.code == code


@given(st.dates(date(1, 1, 1), date(9998, 12, 31)), st.sampled_from(["%d {} %04d", "{} %d, %04d"]))
def test_every_day_of_the_calendar_is_read_by_its_english_name(day: date, form: str) -> None:
    names = "January February March April May June July August September October November December"
    text = form.format(names.split()[day.month - 1]) % (day.day, day.year)
    read = read_when(text, zone="UTC")
    assert isinstance(read, When)
    assert (read.precision, display(read)) == (Precision.DAY, day.isoformat())
