"""Windows between two cells: as long as the cells say, never sharper, in the place's zone."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from qantar.model.dates import window
from qantar.model.when import (
    Precision,
    When,
    WhenProblem,
    display,
    display_utc,
    local_end,
    local_start,
)

from .times import ALMATY, STEADY, WORDS, ZONES, edges, local, rows, spanned, utc


@pytest.mark.parametrize(
    ("start", "end", "precision", "shown"),
    [
        ("2022-01-05T16:30", "", "minute", "2022-01-05 16:30 (UTC+6)"),
        ("2022-01-05T16:30", "2022-01-05T17:10", "minute", "2022-01-05 16:30–17:10 (UTC+6)"),
        ("2022-01-05T16:00", "", "hour", "2022-01-05 16:00 (UTC+6)"),
        ("2022-01-05T15:00", "2022-01-05T16:00", "hour", "2022-01-05 15:00 (UTC+6)"),
        ("2022-01-05", "", "day", "2022-01-05"),
        ("2022-01-05T00:00", "2022-01-06T00:00", "day", "2022-01-05"),
        ("2022-01-05", "2022-01-17", "day", "2022-01-05 – 2022-01-17"),
        ("2022-01", "", "month", "2022-01"),
        ("2022", "", "year", "2022"),
        ("2022-01-04T18:00", "2022-01-05T00:00", "part-of-day", "2022-01-04 18:00–24:00 (UTC+6)"),
        (
            "2022-01-04T22:00",
            "2022-01-05T06:00",
            "part-of-day",
            "2022-01-04 22:00 – 2022-01-05 06:00 (UTC+6)",
        ),
    ],
)
def test_two_cells_and_a_precision_are_a_window(
    start: str, end: str, precision: str, shown: str
) -> None:
    assert display(spanned(start, end, precision)) == shown


@pytest.mark.parametrize(
    ("start", "end", "word", "precision", "shown"),
    [
        ("2012-06-01T00:00", "2012-07-01T00:00", "month", "month", "2012-06"),
        ("2012-06-01T00:00", "", "month", "month", "2012-06"),
        ("2012-01-01T00:00", "2013-01-01T00:00", "year", "year", "2012"),
        ("2022-01-05", "2022-01-17", "day", "interval", "2022-01-05 – 2022-01-17"),
        ("2022-01-05", "", "minute", "day", "2022-01-05"),
        ("2022-01", "", "day", "month", "2022-01"),
        ("2022-01-05", "2022-01-07", "minute", "interval", "2022-01-05 – 2022-01-07"),
        ("2022-01-05", "", "interval", "interval", "2022-01-05 – …"),
    ],
)
def test_a_word_claims_no_more_than_the_cells_say(
    start: str, end: str, word: str, precision: str, shown: str
) -> None:
    """A bare date under the word "minute" was once its first minute."""
    found = spanned(start, end, word)
    assert (found.precision, display(found)) == (precision, shown)


def test_a_bare_day_and_a_part_are_the_hours_of_the_part() -> None:
    """They were once the first six hours of the day, called evening."""
    found = window("2022-01-05", "", precision="part-of-day", zone=ALMATY, part="evening")
    assert isinstance(found, When)
    assert (display(found), found.part) == ("2022-01-05 18:00–24:00 (UTC+6)", "evening")
    night = window("2022-01-05", "", precision="part-of-day", zone=ALMATY, part="night")
    assert isinstance(night, WhenProblem)
    assert (night.code, len(night.readings)) == ("ambiguous-date", 2)


def test_a_word_that_is_no_precision_is_named() -> None:
    found = window("2022-01-05", "", precision="fortnight", zone=ALMATY)
    assert isinstance(found, WhenProblem)
    assert "fortnight" in found.text


def test_an_hour_without_an_end_lasts_an_hour() -> None:
    found = spanned("2022-01-05T16:00", "", "hour")
    assert edges(found) == (utc("2022-01-05T10:00"), utc("2022-01-05T11:00"))


def test_instants_in_utc_are_shown_in_the_zone_of_the_place() -> None:
    day = spanned("2022-01-03T18:00:00Z", "", "day", in_utc=True)
    assert (display(day), display_utc(day)) == (
        "2022-01-04",
        "2022-01-03 18:00 – 2022-01-04 18:00 UTC",
    )
    outage = spanned("2022-01-08T09:40:00Z", "2022-01-09T03:30:00Z", "minute", in_utc=True)
    assert display(outage) == "2022-01-08 15:40 – 2022-01-09 09:30 (UTC+6)"


@pytest.mark.parametrize(
    ("start", "end", "code"),
    [
        ("2022-01-05", "2022-01-03", "impossible-date"),
        ("x", "", "unparsed-date"),
        ("2022-01-05", "x", "unparsed-date"),
        ("", "2022-01-05", "unparsed-date"),
        ("2022-02-30", "", "impossible-date"),
    ],
)
def test_two_cells_that_make_no_window_are_a_problem(start: str, end: str, code: str) -> None:
    found = window(start, end, precision="day", zone=ALMATY)
    assert isinstance(found, WhenProblem)
    assert found.code == code


@pytest.mark.parametrize(
    ("start", "end", "word", "precision", "shown"),
    [
        ("2022-01-05T14:00", "", "day", "day", "2022-01-05"),
        ("2022-01-15T00:00", "", "month", "month", "2022-01"),
        ("2022-01-15", "", "year", "year", "2022"),
        ("2022-01-15T00:00", "", "season", "season", "2021-12-01 – 2022-02-28"),
        ("2022-01-15", "", "decade", "decade", "2020-01-01 – 2029-12-31"),
        ("2022-01-15", "", "century", "century", "2000-01-01 – 2099-12-31"),
        ("2022-01", "2022-02", "month", "interval", "2022-01-01 – 2022-02-28"),
        ("2022-01-05T16:30", "2022-01-05T16:30", "minute", "minute", "2022-01-05 16:30 (UTC+6)"),
        ("2022-01-05T16:30", "17:10", "minute", "minute", "2022-01-05 16:30–17:10 (UTC+6)"),
        ("2022-01-05T09:00", "2022-01-05T15:40", "hour", "hour", "2022-01-05 09:00–15:40 (UTC+6)"),
        (
            "2022-01-05T16:30",
            "2022-01-07",
            "minute",
            "interval",
            "2022-01-05 16:30 – 2022-01-08 00:00 (UTC+6)",
        ),
        ("2022-01-05", "2022-01-05", "day", "day", "2022-01-05"),
        ("2022-01-04T00:00", "2022-01-06T00:00", "day", "interval", "2022-01-04 – 2022-01-05"),
        ("2022-01-05~", "", "day", "day", "≈ 2022-01-05"),
        ("2022-01-05~", "2022-01-07?", "day", "interval", "≈ 2022-01-05 – 2022-01-07?"),
        # The part that begins at that hour; else, at most, the rest of the day.
        ("2022-01-04T18:00", "", "part-of-day", "part-of-day", "2022-01-04 18:00–24:00 (UTC+6)"),
        ("2022-01-04T21:00", "", "part-of-day", "part-of-day", "2022-01-04 21:00–24:00 (UTC+6)"),
        (
            "2022-01-04T22:00",
            "",
            "part-of-day",
            "part-of-day",
            "2022-01-04 22:00 – 2022-01-05 06:00 (UTC+6)",
        ),
        ("2022-01-04T14:00", "", "part-of-day", "part-of-day", "2022-01-04 14:00–24:00 (UTC+6)"),
        ("2022-01-04", "", "part-of-day", "day", "2022-01-04"),
        ("2022-01", "", "part-of-day", "month", "2022-01"),
        ("2022-01-04 evening", "", "day", "day", "2022-01-04"),
        # Clocks were put back within the hour.
        (
            "2024-02-29T23:30",
            "",
            "hour",
            "hour",
            "2024-02-29 23:30 (UTC+6, UTC+5)",
        ),
    ],
)
def test_how_long_and_how_sharp_a_window_is(
    start: str, end: str, word: str, precision: str, shown: str
) -> None:
    found = spanned(start, end, word)
    assert (display(found), found.precision) == (shown, precision)


@pytest.mark.parametrize(
    ("start", "part", "shown"),
    [
        ("2022-01-04T19:00", "evening", "2022-01-04 19:00–24:00 (UTC+6)"),
        ("2022-01-04T07:00", "morning", "2022-01-04 07:00–12:00 (UTC+6)"),
        ("2022-01-04T23:00", "night", "2022-01-04 23:00 – 2022-01-05 06:00 (UTC+6)"),
        ("2022-01-05T02:00", "night", "2022-01-05 02:00–06:00 (UTC+6)"),
        ("2022-01-05T14:00", "evening", "2022-01-05 14:00–24:00 (UTC+6)"),  # it contradicts itself
        ("2022-01-04", "late", "2022-01-04 21:00–24:00 (UTC+6)"),
    ],
)
def test_a_part_that_is_named_ends_when_it_does(start: str, part: str, shown: str) -> None:
    found = window(start, "", precision="part-of-day", zone=ALMATY, part=part)
    assert isinstance(found, When)
    assert display(found) == shown
    assert found.part == part


def test_a_day_counted_in_utc_is_not_the_day_of_the_place() -> None:
    """A measurer's 5 January begins at six in the morning in Almaty."""
    found = spanned("2022-01-05", "", "day", in_utc=True)
    assert edges(found) == (utc("2022-01-05T00:00"), utc("2022-01-06T00:00"))
    assert display(found) == "2022-01-05 06:00 – 2022-01-06 06:00 (UTC+6)"
    assert found.edtf == "2022-01-05/2022-01-06"
    assert edges(spanned("2022-01-05T00:00:00Z", "", "day", in_utc=True)) == edges(found)
    counted_here = spanned("2022-01-04T18:00:00Z", "", "day", in_utc=True)
    assert (display(counted_here), counted_here.edtf) == ("2022-01-05", "2022-01-05")


def test_cells_in_an_undeclared_order_give_the_windows_that_are_possible() -> None:
    found = window("01.02.2022", "03.04.2022", precision="day", zone=ALMATY)
    assert isinstance(found, WhenProblem)
    assert [display(reading) for reading in found.readings] == [
        "2022-02-01 – 2022-04-03",
        "2022-01-02 – 2022-03-04",
    ]
    # The end can be no month: one table, one order.
    settled = window("01.02.2022", "25.02.2022", precision="day", zone=ALMATY)
    assert isinstance(settled, When)
    assert display(settled) == "2022-02-01 – 2022-02-25"


@pytest.mark.parametrize(
    ("start", "end"),
    [("by 2022-01-05", ""), ("about 2022-01-05", ""), ("../2022", ""), ("16:30", "")],
)
def test_words_belong_into_a_cell_of_their_own(start: str, end: str) -> None:
    found = window(start, end, precision="day", zone=ALMATY)
    assert isinstance(found, WhenProblem)
    assert found.code == "unparsed-date"


def test_every_window_of_the_shipped_example_has_the_edges_its_row_gives() -> None:
    for row in rows("events"):
        found = spanned(row["start"], row["end"], row["precision"], row["timezone"])
        start, end = local_start(found), local_end(found)
        assert start is not None
        assert end is not None
        assert start.replace(tzinfo=None) == local(row["start"]), row["id"]
        if row["end"]:
            assert end.replace(tzinfo=None) == local(row["end"]), row["id"]
    for row in rows("connectivity"):
        found = spanned(
            row["start_utc"], row["end_utc"], row["start_precision"], row["timezone"], in_utc=True
        )
        assert found.earliest == datetime.fromisoformat(row["start_utc"]), row["id"]
        if row["end_utc"]:
            assert found.latest == datetime.fromisoformat(row["end_utc"]), row["id"]


@STEADY
@given(
    WORDS,
    st.just("") | WORDS,
    st.sampled_from([*(word.value for word in Precision), "fortnight"]),
    st.none() | st.sampled_from(["night", "evening", "late", "lunch"]),
    st.sampled_from(["utc", "here"]),
    ZONES,
)
@example("0001-01-01", "", "interval", None, "utc", ALMATY)
def test_no_two_cells_raise(
    start: str, end: str, precision: str, part: str | None, counted: str, tz: str
) -> None:
    found = window(start, end, precision=precision, zone=tz, utc=counted == "utc", part=part)
    if isinstance(found, When):
        assert found.earliest is not None
        assert display(found)


def test_an_end_on_the_day_before_the_start_is_impossible_and_not_passed_over() -> None:
    read = window("2022-01-06", "2022-01-05", precision="day", zone="Asia/Almaty")
    assert isinstance(read, WhenProblem)
    assert read.code == "impossible-date"
