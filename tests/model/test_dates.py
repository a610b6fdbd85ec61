"""Reading times: every form of them, every way in which they are unclear, none guessed."""

from __future__ import annotations

import csv
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

from .times import ALMATY, STEADY, ZONES, edges, local, read, refused, spanned, utc

EXAMPLE = Path(__file__).parents[2] / "examples" / "january-2022"


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


# --- windows from tables ------------------------------------------------------------------


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


def rows(name: str) -> list[dict[str, str]]:
    with (EXAMPLE / f"{name}.csv").open(encoding="utf-8", newline="") as source:
        return list(csv.DictReader(source))


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
