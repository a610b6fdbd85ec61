"""Reading times: every form of them, every way in which they are unclear, none guessed."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from qantar.model.date_order import DateOrder
from qantar.model.dates import read_when, window
from qantar.model.vocabulary import LANGUAGES, Term, load
from qantar.model.when import (
    Bound,
    Precision,
    Qualifier,
    When,
    WhenProblem,
    display,
    display_utc,
    local_end,
    local_start,
    utc_offset_text,
)

from .times import ALMATY, STEADY, WORDS, ZONES, edges, read, refused, rows, utc


@pytest.mark.parametrize(
    ("text", "start", "end", "precision"),
    [
        ("2022-01-05", "2022-01-04T18:00", "2022-01-05T18:00", "day"),
        ("2022-01", "2021-12-31T18:00", "2022-01-31T18:00", "month"),
        ("2022", "2021-12-31T18:00", "2022-12-31T18:00", "year"),
        ("202X", "2019-12-31T18:00", "2029-12-31T19:00", "decade"),
        ("19XX", "1899-12-31T18:52:12", "1999-12-31T18:00", "century"),
        ("2022-21", "2022-02-28T18:00", "2022-05-31T18:00", "season"),
        ("2022-01-05 16:30", "2022-01-05T10:30", "2022-01-05T10:31", "minute"),
        ("2022-01-05T16:30", "2022-01-05T10:30", "2022-01-05T10:31", "minute"),
        ("2022-01-05, 9:05", "2022-01-05T03:05", "2022-01-05T03:06", "minute"),
        ("2022-01-05T16:30:05", "2022-01-05T10:30:05", "2022-01-05T10:30:06", "second"),
        ("2022-01-05T16:30:05.123", "2022-01-05T10:30:05", "2022-01-05T10:30:06", "second"),
        ("2022-01-05T16:30Z", "2022-01-05T16:30", "2022-01-05T16:31", "minute"),
        ("2022-01-05 16:30 UTC", "2022-01-05T16:30", "2022-01-05T16:31", "minute"),
        ("2022-01-05 16:30 UTC+5", "2022-01-05T11:30", "2022-01-05T11:31", "minute"),
        ("2022-01-05T16:30:00-03:30", "2022-01-05T20:00", "2022-01-05T20:00:01", "second"),
        ("2022-01-05 24:00", "2022-01-05T18:00", "2022-01-05T18:01", "minute"),
        ("2022/01/05", "2022-01-04T18:00", "2022-01-05T18:00", "day"),
        ("2022.1.5", "2022-01-04T18:00", "2022-01-05T18:00", "day"),
        ("25.01.2022", "2022-01-24T18:00", "2022-01-25T18:00", "day"),
        ("05/05/2022", "2022-05-04T18:00", "2022-05-05T18:00", "day"),
        ("٢٠٢٢-٠١-٠٥", "2022-01-04T18:00", "2022-01-05T18:00", "day"),
        (" 2022-01-05\u00a0 16:30 ", "2022-01-05T10:30", "2022-01-05T10:31", "minute"),
        ("2022-01-02 – 2022-01-17", "2022-01-01T18:00", "2022-01-17T18:00", "interval"),
        ("2022-01-02/2022-01-17", "2022-01-01T18:00", "2022-01-17T18:00", "interval"),
    ],
)
def test_a_text_is_a_window_in_utc_open_at_its_end(
    text: str, start: str, end: str, precision: str
) -> None:
    found = read(text)
    assert edges(found) == (utc(start), utc(end))
    assert found.precision == precision
    assert (found.text, found.zone, found.bound) == (text, ALMATY, Bound.NONE)


@pytest.mark.parametrize(
    ("text", "part", "hours"),
    [
        ("2022-01-04 evening", "evening", (18, 24)),
        ("evening of 2022-01-04", "evening", (18, 24)),
        ("2022-01-04 вечером", "evening", (18, 24)),
        ("2022-01-04 кешке", "evening", (18, 24)),
        ("2022-01-04 morning", "morning", (6, 12)),
        ("утром 2022-01-04", "morning", (6, 12)),
        ("2022-01-04 таңертең", "morning", (6, 12)),
        ("2022-01-04 afternoon", "afternoon", (12, 18)),
        ("2022-01-04 late", "late", (21, 24)),
        ("2022-01-04 early", "early", (0, 6)),
    ],
)
def test_a_part_of_a_day_is_a_declared_span_of_hours(
    text: str, part: str, hours: tuple[int, int]
) -> None:
    found = read(text)
    day = datetime(2022, 1, 3, 18, tzinfo=UTC)
    assert edges(found) == tuple(day + timedelta(hours=hour) for hour in hours)
    assert (found.precision, found.part) == (Precision.PART_OF_DAY, part)


def test_the_night_of_a_day_stays_ambiguous_until_someone_says_which() -> None:
    problem = refused("2022-01-05 night")
    assert problem.code == "ambiguous-date"
    early, late = problem.readings
    assert display(early) == "2022-01-05 00:00–06:00 (UTC+6)"
    assert display(late) == "2022-01-05 22:00 – 2022-01-06 06:00 (UTC+6)"
    assert edges(read("2022-01-05 night", night="early")) == edges(early)
    assert edges(read("ночью 2022-01-05", night="late")) == edges(late)


@pytest.mark.parametrize(
    ("text", "order", "day"),
    [
        ("05.01.2022", DateOrder.DMY, date(2022, 1, 5)),
        ("05.01.2022", DateOrder.MDY, date(2022, 5, 1)),
        ("5/1/2022", DateOrder.DMY, date(2022, 1, 5)),
        ("5-1-2022", DateOrder.MDY, date(2022, 5, 1)),
        ("2022-01-05", DateOrder.DMY, date(2022, 1, 5)),
        ("2022.01.05", DateOrder.YMD, date(2022, 1, 5)),
        ("25.01.2022", DateOrder.ISO, date(2022, 1, 25)),
    ],
)
def test_the_declared_order_decides(text: str, order: DateOrder, day: date) -> None:
    start = local_start(read(text, order=order))
    assert start is not None
    assert start.date() == day


def test_an_undeclared_order_gives_both_readings_and_decides_nothing() -> None:
    problem = refused("05.01.2022")
    assert problem.code == "ambiguous-date"
    assert [display(reading) for reading in problem.readings] == ["2022-01-05", "2022-05-01"]


@pytest.mark.parametrize(
    ("text", "order", "code"),
    [
        ("2022-02-30", DateOrder.ISO, "impossible-date"),
        ("13.13.2022", DateOrder.ISO, "impossible-date"),
        ("01.13.2022", DateOrder.DMY, "impossible-date"),
        ("25.01.2022", DateOrder.MDY, "impossible-date"),
        ("2022-01-05 25:00", DateOrder.ISO, "impossible-date"),
        ("2022/2021", DateOrder.ISO, "impossible-date"),
        ("2022-01-17 – 2022-01-02", DateOrder.ISO, "impossible-date"),
        ("-0044", DateOrder.ISO, "impossible-date"),
        ("Y17000", DateOrder.ISO, "impossible-date"),
        ("9999", DateOrder.ISO, "impossible-date"),
        ("05.01.22", DateOrder.DMY, "unparsed-date"),
        ("22/01/05", DateOrder.YMD, "unparsed-date"),
        ("", DateOrder.ISO, "unparsed-date"),
        ("16:30", DateOrder.ISO, "unparsed-date"),
        ("5 January", DateOrder.ISO, "unparsed-date"),
        ("last Tuesday", DateOrder.ISO, "unparsed-date"),
        ("2022 evening", DateOrder.ISO, "unparsed-date"),
        ("../..", DateOrder.ISO, "unparsed-date"),
    ],
)
def test_what_is_no_date_is_a_problem_that_quotes_it(
    text: str, order: DateOrder, code: str
) -> None:
    problem = refused(text, order=order)
    assert problem.code == code
    assert not problem.readings
    assert not problem.text.endswith("."), "the finding goes on after it"


@STEADY
@given(
    st.text(max_size=30)
    | st.text(alphabet="0123456789-./:TZX~?% byс", max_size=24)
    | st.dates(date(1, 1, 1), date(9999, 12, 31)).map(str)
    | st.integers(0, 9999).map("{:04}".format),
    ZONES,
)
@example("0001", ALMATY)
@example("0001-01", ALMATY)
@example("9999-12-31 24:00", ALMATY)
@example("about " * 3000 + "2022", ALMATY)
@example("2022-01-05", "Asia/Sayaqkent")
def test_no_text_raises(text: str, tz: str) -> None:
    found = read_when(text, zone=tz)
    assert isinstance(found, WhenProblem) or found.text == text
    spanned_alike = window(text, text, precision="day", zone=tz)
    assert isinstance(spanned_alike, When | WhenProblem)


def test_a_zone_that_is_none_is_said_to_be_none() -> None:
    assert refused("2022-01-05 16:30", tz="Asia/Sayaqkent").code == "no-zone"
    found = window("2022-01-05", "", precision="day", zone="Asia/Sayaqkent")
    assert isinstance(found, WhenProblem)
    assert found.code == "no-zone"


def test_a_long_text_is_not_quoted_whole() -> None:
    assert len(refused("2022 " * 10_000).text) < 400


@pytest.mark.parametrize(
    "text",
    ["by since 2022-01-05", "by ../2022-01-05", "since 2022-01-05/..", "2022-01-05/.. – 2022-02"],
)
def test_a_time_is_bounded_once(text: str) -> None:
    """Two bounds left a time without any edge, which counted as said by no day at all."""
    assert refused(text).code == "unparsed-date"


@pytest.mark.parametrize(
    ("text", "qualifier"),
    [
        ("2022-01~/2022-02~", Qualifier.ABOUT),
        ("2022-01?/2022-02", Qualifier.UNCERTAIN),
        ("2022-01?/2022-02~", Qualifier.ABOUT_UNCERTAIN),
        ("2022-01~/..", Qualifier.ABOUT),
        ("../2022-01?", Qualifier.UNCERTAIN),
        ("about 2022-01-05?", Qualifier.ABOUT_UNCERTAIN),
    ],
)
def test_doubt_of_either_end_is_doubt_of_the_span(text: str, qualifier: Qualifier) -> None:
    assert read(text).qualifier is qualifier


@pytest.mark.parametrize(
    "term", tuple(load("part-of-day").terms.values()), ids=lambda term: term.id
)
def test_every_label_of_the_vocabulary_is_read_as_its_term(term: Term) -> None:
    for label in map(term.label, LANGUAGES):
        found = read(f"2022-01-05 {label}", night="early")
        assert found.part == term.id
        hours = [moment and f"{moment:%H:%M}" for moment in (local_start(found), local_end(found))]
        assert hours == [term.flags["from"], str(term.flags["until"]).replace("24:00", "00:00")]


@STEADY
@given(st.dates(date(1905, 1, 1), date(2036, 12, 31)), ZONES)
@example(date(2022, 3, 25), "Asia/Damascus")
@example(date(2011, 12, 30), "Pacific/Apia")
@example(date(1981, 4, 1), ALMATY)
def test_a_day_is_shown_as_itself_and_follows_the_day_before(day: date, tz: str) -> None:
    found = read_when(str(day), zone=tz)
    if isinstance(found, WhenProblem):
        assert (tz, day) == ("Pacific/Apia", date(2011, 12, 30))
        return
    assert display(found) == found.edtf == str(day)
    before = read_when(str(day - timedelta(days=1)), zone=tz)
    if isinstance(before, When):
        assert before.latest == found.earliest


@pytest.mark.parametrize("text", ["001.02.2022", "2022.01.0005", "1.2.022"])
def test_a_number_of_an_impossible_length_is_no_date(text: str) -> None:
    assert refused(text).code == "unparsed-date"


def test_a_clock_time_that_came_twice_widens_the_window() -> None:
    """Almaty went from UTC+6 to UTC+5 at the end of 29 February 2024: 23:30 came twice."""
    found = read("2024-02-29 23:30")
    assert edges(found) == (utc("2024-02-29T17:30"), utc("2024-02-29T18:31"))
    assert utc_offset_text(found) == "UTC+6, UTC+5"
    day = read("2024-02-29")
    assert edges(day) == (utc("2024-02-28T18:00"), utc("2024-02-29T19:00"))


def test_a_clock_time_that_never_came_is_impossible() -> None:
    problem = refused("2022-03-27 02:30", tz="Europe/Berlin")
    assert problem.code == "impossible-date"
    assert "2022-03-27 02:30" in problem.text


@pytest.mark.parametrize(
    ("text", "start", "end", "bound"),
    [
        ("by 2022-01-10", None, "2022-01-10T18:00", Bound.BY),
        ("до 2022-01-10", None, "2022-01-10T18:00", Bound.BY),
        ("к 2022-01-10", None, "2022-01-10T18:00", Bound.BY),
        ("before 2022-01-10", None, "2022-01-09T18:00", Bound.BY),
        ("since 2022-01-10", "2022-01-09T18:00", None, Bound.SINCE),
        ("с 2022-01-10", "2022-01-09T18:00", None, Bound.SINCE),
        ("2022-01-10 бері", "2022-01-09T18:00", None, Bound.SINCE),
        ("after 2022-01-10", "2022-01-10T18:00", None, Bound.SINCE),
        ("by 2022-01", None, "2022-01-31T18:00", Bound.BY),
        ("../2022-01-10", None, "2022-01-10T18:00", Bound.BY),
        ("2022-01-10/..", "2022-01-09T18:00", None, Bound.SINCE),
        ("/2022-01-10", None, "2022-01-10T18:00", Bound.NONE),
        ("2022-01-10/", "2022-01-09T18:00", None, Bound.NONE),
    ],
)
def test_a_bound_leaves_one_side_open(
    text: str, start: str | None, end: str | None, bound: Bound
) -> None:
    found = read(text)
    assert edges(found) == (start and utc(start), end and utc(end))
    assert found.bound is bound


@pytest.mark.parametrize(
    ("text", "qualifier"),
    [
        ("about 2022-01-05", Qualifier.ABOUT),
        ("c. 2022-01-05", Qualifier.ABOUT),
        ("около 2022-01-05", Qualifier.ABOUT),
        ("шамамен 2022-01-05", Qualifier.ABOUT),
        ("2022-01-05~", Qualifier.ABOUT),
        ("2022-01-05?", Qualifier.UNCERTAIN),
        ("2022-01-05%", Qualifier.ABOUT_UNCERTAIN),
    ],
)
def test_doubt_is_kept_beside_the_window_and_never_widens_it(
    text: str, qualifier: Qualifier
) -> None:
    found = read(text)
    assert found.qualifier is qualifier
    assert edges(found) == edges(read("2022-01-05"))


@pytest.mark.parametrize(
    "written",
    [
        "16:30Z",
        "16:30 UTC",
        "16:30 GMT",
        "16:30+00:00",
        "16:30 utc",
        "16:30:00.250Z",
        "22:30+06:00",
        "22:30 +0600",
        "22:30+06",
        "22:30 UTC+6",
        "22:30 UTC+06:00",
        "22:30 (UTC+6)",
        "22:30 GMT+6",
        "22:30 Asia/Almaty",
        "21:30 (Asia/Aqtau)",
        "13:00-0330",
        "13:00:00-03:30",
        "13:00 −0330",
    ],
)
def test_a_time_that_names_its_distance_from_utc_is_an_instant(written: str) -> None:
    """Whatever the zone of the place, which is where it is shown."""
    for tz in (ALMATY, "America/New_York", "UTC"):
        assert read(f"2022-01-05 {written}", tz).earliest == utc("2022-01-05T16:30")


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("16:30+16:00", "impossible-date"),
        ("16:30+06:60", "impossible-date"),
        ("16:30 UTC-17", "impossible-date"),
        ("16:30 Asia/Sayaqkent", "unparsed-date"),
        ("16:30 MSK", "unparsed-date"),
        ("16:60", "impossible-date"),
        ("24:01", "impossible-date"),
        ("23:59:60", "impossible-date"),  # no leap second
        ("4:30 pm", "unparsed-date"),
        ("16", "unparsed-date"),
    ],
)
def test_a_time_of_day_that_cannot_be_is_a_problem(written: str, code: str) -> None:
    problem = refused(f"2022-01-05 {written}")
    assert problem.code == code
    assert not problem.readings


@pytest.mark.parametrize(
    ("text", "tz", "begin", "end"),
    [
        ("2022-01-05 24:00", ALMATY, "2022-01-05T18:00", "2022-01-05T18:01"),
        ("2022-01-05T24:00:00", ALMATY, "2022-01-05T18:00", "2022-01-05T18:00:01"),
        ("2022-01-05 at 9:05", ALMATY, "2022-01-05T03:05", "2022-01-05T03:06"),
        ("2022-01-05 в 09:05", ALMATY, "2022-01-05T03:05", "2022-01-05T03:06"),
        ("2022-01-05, сағат 09:05", ALMATY, "2022-01-05T03:05", "2022-01-05T03:06"),
        ("25.01.2022 09:05", ALMATY, "2022-01-25T03:05", "2022-01-25T03:06"),
        # Clocks put back: both instants, and all between them.
        ("2022-11-06 01:30", "America/New_York", "2022-11-06T05:30", "2022-11-06T06:31"),
        ("2022-11-06 01:30 UTC-4", "America/New_York", "2022-11-06T05:30", "2022-11-06T05:31"),
        # A table's midnight is the first instant of its day, also where the clock has none.
        ("2018-11-04 00:00", "America/Sao_Paulo", "2018-11-04T03:00", "2018-11-04T03:01"),
        ("2018-11-04", "America/Sao_Paulo", "2018-11-04T03:00", "2018-11-05T02:00"),
        ("2018-11-03 24:00", "America/Sao_Paulo", "2018-11-04T03:00", "2018-11-04T03:01"),
        ("2022-03-27", "Europe/London", "2022-03-27T00:00", "2022-03-27T23:00"),
        ("0999-05-05", "UTC", "0999-05-05T00:00", "0999-05-06T00:00"),
        ("202X", "UTC", "2020-01-01T00:00", "2030-01-01T00:00"),
        ("00XX", "UTC", "0001-01-01T00:00", "0100-01-01T00:00"),
    ],
)
def test_the_window_of_a_text(text: str, tz: str, begin: str, end: str) -> None:
    assert edges(read(text, tz)) == (utc(begin), utc(end))


@pytest.mark.parametrize(
    ("text", "tz"),
    [
        ("2022-03-27 01:30", "Europe/London"),
        ("2022-03-13 02:30", "America/New_York"),
        ("2018-11-04 00:30", "America/Sao_Paulo"),
        ("2011-12-30", "Pacific/Apia"),
        ("2011-12-30 evening", "Pacific/Apia"),
        ("2022-03-27 02:30 Europe/Berlin", ALMATY),
    ],
)
def test_what_the_clocks_or_the_calendar_left_out_is_impossible(text: str, tz: str) -> None:
    assert refused(text, tz).code == "impossible-date"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("05.01.2022 16:30", ["2022-01-05 16:30 (UTC+6)", "2022-05-01 16:30 (UTC+6)"]),
        (
            "05.01.2022 evening",
            ["2022-01-05 18:00–24:00 (UTC+6)", "2022-05-01 18:00–24:00 (UTC+6)"],
        ),
        ("by about 05.01.2022", ["≤ ≈ 2022-01-05", "≤ ≈ 2022-05-01"]),
        ("05.01.2022?", ["2022-01-05?", "2022-05-01?"]),
        (
            "01.02.2022 – 03.04.2022",
            ["2022-02-01 – 2022-04-03", "2022-01-02 – 2022-03-04"],
        ),
        # One writer, one order: a part that can only be a month or only a day settles all.
        ("01.02.2022 – 25.02.2022", ["2022-02-01 – 2022-02-25"]),
        ("01.02.2022 – 05.01.2022", ["2022-01-02 – 2022-05-01"]),
        ("05.05.2022", ["2022-05-05"]),
        (
            "05.01.2022 night",
            [
                "2022-01-05 00:00–06:00 (UTC+6)",
                "2022-01-05 22:00 – 2022-01-06 06:00 (UTC+6)",
                "2022-05-01 00:00–06:00 (UTC+6)",
                "2022-05-01 22:00 – 2022-05-02 06:00 (UTC+6)",
            ],
        ),
        (
            "2022-01-05 09:00-11:00",
            ["2022-01-06 02:00 (UTC+6)", "2022-01-05 09:00–11:00 (UTC+6)"],
        ),
        ("2022-01-05 09:00-11", ["2022-01-06 02:00 (UTC+6)", "2022-01-05 09:00–11:00 (UTC+6)"]),
        # Here only one of the two is possible.
        ("2022-01-05 09:00-17:00", ["2022-01-05 09:00–17:00 (UTC+6)"]),
        ("2022-01-05 09:00-05:00", ["2022-01-05 20:00 (UTC+6)"]),
        ("2022-01-05T09:00-11:00", ["2022-01-06 02:00 (UTC+6)"]),  # ISO 8601, beyond doubt
        ("2021-22", ["2021-06-01 – 2021-08-31", "2021-01-01 – 2022-12-31"]),
        ("2023-22", ["2023-06-01 – 2023-08-31"]),
        ("2021-22~", ["≈ 2021-06-01 – 2021-08-31"]),  # doubt marked as in EDTF
    ],
)
def test_all_readings_of_a_text_are_given_whole(text: str, shown: list[str]) -> None:
    """An ambiguous day once lost its clock time and its bound in the readings."""
    found = read_when(text, zone=ALMATY)
    if isinstance(found, When):
        assert [display(found)] == shown
        return
    assert found.code == "ambiguous-date"
    assert [display(reading) for reading in found.readings] == shown
    assert {reading.text for reading in found.readings} == {text}
    assert text in found.text


@STEADY
@given(st.integers(1, 31), st.integers(1, 31), st.integers(1, 9998), st.sampled_from("./-"), ZONES)
def test_an_order_is_never_guessed(one: int, two: int, year: int, mark: str, tz: str) -> None:
    """Under no declared order a text has the readings that declared orders give it."""
    text = f"{one:02}{mark}{two}{mark}{year:04}"
    declared = {
        edges(found)
        for order in (DateOrder.DMY, DateOrder.MDY)
        if isinstance(found := read_when(text, zone=tz, order=order), When)
    }
    found = read_when(text, zone=tz)
    if isinstance(found, When):
        assert declared == {edges(found)}
    else:
        assert {edges(reading) for reading in found.readings} == declared
        assert found.code == ("ambiguous-date" if declared else "impossible-date")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("2022-13", "impossible-date"),
        ("2022-00", "impossible-date"),
        ("2022-30", "impossible-date"),
        ("2022-02-30/2022-03-01", "impossible-date"),
        ("2022-01-05 16:00–14:00", "impossible-date"),
        ("2022-01-05 22:00–02:00", "impossible-date"),  # of which day is not said
        ("2022-01-05 16:30 – 2022-01-05 16:30", "impossible-date"),
        ("2022-01-05 dawn", "unparsed-date"),  # no hours are declared for it
        ("2022-01-05 на рассвете", "unparsed-date"),
        ("2022-01 evening", "unparsed-date"),
        ("… – …", "unparsed-date"),
        ("2022-01-01/2022-01-05 – 2022-01-09", "unparsed-date"),
        ("2022-01-01 – 2022-01-05 – 2022-01-09", "unparsed-date"),
        ("к утру 2022-01-10", "unparsed-date"),
        ("about", "unparsed-date"),
        ("by", "unparsed-date"),
        ("05.01.22 16:30", "unparsed-date"),
        ("1950S2", "unparsed-date"),  # EDTF level 2
        ("2021-25", "impossible-date"),
    ],
)
def test_what_is_no_time_is_never_made_one(text: str, code: str) -> None:
    problem = refused(text)
    assert problem.code == code
    assert not problem.readings


@pytest.mark.parametrize(
    ("text", "like"),
    [
        ("from 2022-01-02 to 2022-01-17", "2022-01-02/2022-01-17"),
        ("between 2022-01-02 and 2022-01-17", "2022-01-02/2022-01-17"),
        ("2022-01-02 to 2022-01-17", "2022-01-02/2022-01-17"),
        ("с 2022-01-02 по 2022-01-17", "2022-01-02/2022-01-17"),
        ("с 02.01.2022 до 17.01.2022", "2022-01-02/2022-01-17"),
        ("2022-01-02 — 2022-01-17", "2022-01-02/2022-01-17"),
        ("2022-01-02 - 2022-01-17", "2022-01-02/2022-01-17"),
        ("2022-01-02–2022-01-17", "2022-01-02/2022-01-17"),
        ("2021 – 2022", "2021/2022"),
        ("2022-01-05 14:00–16:00", "2022-01-05 14:00/2022-01-05 16:00"),
        ("2022-01-05T14:00/2022-01-05T16:00", "2022-01-05 14:00/2022-01-05 16:00"),
        ("2022-01-05 08:00–10:00 UTC", "2022-01-05 14:00/2022-01-05 16:00"),
        ("2022-01-05 14:00–16:00 (UTC+6)", "2022-01-05 14:00/2022-01-05 16:00"),
        ("2022-01-04 evening – 2022-01-05 morning", "2022-01-04 18:00/2022-01-05 12:00"),
        ("в ночь на 2022-01-05", "2022-01-04 22:00/2022-01-05 06:00"),
        ("ночь на 05.01.2022", "2022-01-04 22:00/2022-01-05 06:00"),
        ("2022-01-05-ке қараған түні", "2022-01-04 22:00/2022-01-05 06:00"),
        ("до 2022-01-10", "by 2022-01-10"),
        ("не позднее 2022-01-10", "by 2022-01-10"),
        ("no later than 2022-01-10", "by 2022-01-10"),
        ("≤2022-01-10", "by 2022-01-10"),
        ("2022-01-10-ға дейін", "by 2022-01-10"),
        ("с 2022-01-10", "since 2022-01-10"),
        ("≥ 2022-01-10", "since 2022-01-10"),
        ("2022-01-10-нан бастап", "since 2022-01-10"),
        ("2022-01-10 кейін", "after 2022-01-10"),
        ("после 2022-01-10", "after 2022-01-10"),
        ("около 2022-01-10", "about 2022-01-10"),
        ("шамамен 2022-01", "about 2022-01"),
        ("ca. 2022", "about 2022"),
        ("~2022", "about 2022"),
        ("≈ 2022", "about 2022"),
        ("2022-01-10 кешке дейін", "by 2022-01-10 evening"),
        ("2022-01-10 вечером", "2022-01-10 evening"),
        ("поздно вечером 2022-01-10", "2022-01-10 late"),
        ("2022-01-10 түстен кейін", "2022-01-10 afternoon"),
        ("2022-01-10 in the morning", "2022-01-10 morning"),
        ("Evening of 2022-01-10", "2022-01-10 evening"),
    ],
)
def test_words_of_three_languages_mean_the_same(text: str, like: str) -> None:
    one, two = (read_when(each, zone=ALMATY, order=DateOrder.DMY) for each in (text, like))
    assert isinstance(one, When)
    assert isinstance(two, When)
    assert edges(one) == edges(two)
    assert (one.bound, one.qualifier) == (two.bound, two.qualifier)


SCRIPTS = ["٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹", "०१२३४५६७८९", "０１２３４５６７８９", "𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗"]


@pytest.mark.parametrize("digits", SCRIPTS)
@pytest.mark.parametrize(
    "text", ["2022-01-05", "2022-01", "25.01.2022 16:30", "2022-01-04 evening", "≤ 2022-01-05"]
)
def test_digits_of_any_script_are_digits(text: str, digits: str) -> None:
    written = text.translate({ord(str(n)): digit for n, digit in enumerate(digits)})
    found = read(written)
    assert edges(found) == edges(read(text))
    assert found.text == written


def test_what_looks_like_a_digit_and_is_none_is_no_date() -> None:
    assert refused("2022-01-0²").code == "unparsed-date"
    assert refused("2O22-01-05").code == "unparsed-date"  # the letter O


@STEADY
@given(
    st.lists(WORDS, max_size=6).flatmap(
        lambda words: st.sampled_from([" ".join(words), "".join(words)])
    ),
    ZONES,
    st.sampled_from(DateOrder),
    st.sampled_from([None, "early", "late", "any"]),
)
def test_no_mixture_of_words_raises(
    text: str, tz: str, order: DateOrder, night: str | None
) -> None:
    found = read_when(text, zone=tz, order=order, night=night)
    if isinstance(found, When):
        assert found.text == text
        assert (found.earliest, found.latest) != (None, None)
        assert display(found)
        assert display_utc(found)
    else:
        assert found.code in {"impossible-date", "ambiguous-date", "unparsed-date"}
        assert (len(found.readings) > 1) == (found.code == "ambiguous-date")


def test_every_date_of_the_shipped_example_is_read() -> None:
    columns = {
        "claims": ["about_date", "published", "as_of", "period_start", "period_end"],
        "demands": ["date", "published", "response_date", "response_published"],
        "narratives": ["date", "published"],
    }
    found = [
        read(row[column])
        for name, named in columns.items()
        for row in rows(name)
        for column in named
        if row[column]
    ]
    assert len(found) > 1000
    assert {when.precision for when in found} == {Precision.DAY, Precision.MONTH, Precision.YEAR}


def written_examples() -> list[tuple[str, bool]]:
    """The texts of the first table in docs/time.md, each with whether it is said to be ambiguous."""
    page = Path(__file__).parents[2].joinpath("docs", "time.md").read_text(encoding="utf-8")
    table = page.split("## What can be written")[1].split("\n\n")[1]
    pairs = [row.split("|")[1:3] for row in table.splitlines()[2:]]
    return [
        (text, "ambiguous-date" in meaning)
        for written, meaning in pairs
        for text in re.findall(r"`([^`]+)`", written)
        if "…" not in text
    ]


@pytest.mark.parametrize(("text", "doubtful"), written_examples())
def test_what_the_page_on_time_says_can_be_written_is_read(text: str, doubtful: bool) -> None:  # noqa: FBT001  # a column of the table
    found = read_when(text, zone=ALMATY)
    if text.endswith("2022"):  # the row before says what a declared order does
        found = read_when(text, zone=ALMATY, order=DateOrder.DMY)
    assert isinstance(found, WhenProblem) is doubtful, found
