"""Uncertain times: what a text may mean, how windows sort and overlap, how they are shown."""

from __future__ import annotations

import csv
import json
import shutil
import zoneinfo
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from importlib.resources import files
from pathlib import Path
from random import Random

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from qantar.model.date_order import DateOrder
from qantar.model.dates import from_edtf, read_when, window
from qantar.model.vocabulary import LANGUAGES, Term, load
from qantar.model.when import (
    Bound,
    Precision,
    Qualifier,
    When,
    WhenProblem,
    YearFrom,
    certainly_before,
    contains,
    display,
    display_utc,
    from_record,
    local_end,
    local_start,
    overlaps,
    said_by_end_of,
    sort_key,
    to_record,
    utc_offset_text,
)
from qantar.model.zones import UnknownZoneError, start_of, zone

STEADY = settings(deadline=None, derandomize=True)
ALMATY = "Asia/Almaty"
EXAMPLE = Path(__file__).parents[2] / "examples" / "january-2022"
# Zones with halves of hours, changes at midnight, a day left out, and clocks that stand still.
ZONES = st.sampled_from(
    [
        ALMATY,
        "Asia/Aqtau",
        "Asia/Qostanay",
        "Asia/Damascus",
        "Asia/Kolkata",
        "Australia/Lord_Howe",
        "America/Havana",
        "America/St_Johns",
        "Pacific/Apia",
        "UTC",
    ]
)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def local(text: str) -> datetime:
    """A clock on the wall: no zone, by intention."""
    return datetime.fromisoformat(text)


def read(
    text: str, tz: str = ALMATY, order: DateOrder = DateOrder.ISO, night: str | None = None
) -> When:
    found = read_when(text, zone=tz, order=order, night=night)
    assert isinstance(found, When), found
    return found


def refused(text: str, tz: str = ALMATY, order: DateOrder = DateOrder.ISO) -> WhenProblem:
    found = read_when(text, zone=tz, order=order)
    assert isinstance(found, WhenProblem), found
    return found


def spanned(
    start: str, end: str, precision: str, tz: str = ALMATY, *, in_utc: bool = False
) -> When:
    found = window(start, end, precision=precision, zone=tz, utc=in_utc)
    assert isinstance(found, When), found
    return found


def edges(when: When) -> tuple[datetime | None, datetime | None]:
    return when.earliest, when.latest


INSTANTS = st.integers(-70 * 365, 130 * 365).flatmap(
    lambda days: st.integers(0, 86_399).map(
        lambda second: datetime(1970, 1, 1, tzinfo=UTC) + timedelta(days=days, seconds=second)
    )
)


@st.composite
def whens(draw: st.DrawFn) -> When:
    """Any time that a record can hold, edges open or not."""
    start = draw(st.none() | INSTANTS)
    length = timedelta(seconds=draw(st.integers(1, 10**9)))
    end = draw(st.none() | st.just((start or draw(INSTANTS)) + length))
    return When(
        text=draw(st.text(max_size=8)),
        earliest=start,
        latest=end,
        precision=draw(st.sampled_from(Precision)),
        zone=draw(ZONES),
        part=draw(st.none() | st.sampled_from(["night", "evening"])),
        qualifier=draw(st.sampled_from(Qualifier)),
        bound=draw(st.sampled_from(Bound)),
        year_from=draw(st.sampled_from(YearFrom)),
        edtf=draw(st.sampled_from(["", "2022-01", "2022-01-05/.."])),
    )


# --- zones --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tz", "then", "now"),
    [
        ("Asia/Almaty", 6, 5),
        ("Asia/Qostanay", 6, 5),
        ("Asia/Aqtau", 5, 5),
        ("Asia/Aqtobe", 5, 5),
        ("Asia/Atyrau", 5, 5),
        ("Asia/Oral", 5, 5),
        ("Asia/Qyzylorda", 5, 5),
        ("UTC", 0, 0),
    ],
)
def test_kazakhstan_had_two_times_in_january_2022_and_has_one_today(
    tz: str, then: int, now: int
) -> None:
    for year, hours in ((2022, then), (2024, now)):
        moment = datetime(year, 3, 1, 12, tzinfo=zone(tz))
        assert moment.utcoffset() == timedelta(hours=hours)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "Asia",
        "asia/almaty",
        "Asia/Almaty ",
        "Asia/Sayaqkent",
        "../zoneinfo/UTC",
        "Asia/../UTC",
        "/etc/localtime",
        "Asia\\Almaty",
        "UTC\0",
        "tzdata.zi",
        "leapseconds",
        "__init__.py",
        "UTC+6",
    ],
)
def test_what_is_no_zone_is_refused_before_any_file_is_opened(name: str) -> None:
    with pytest.raises(UnknownZoneError, match="no IANA time zone"):
        zone(name)


@pytest.fixture
def other_tables(tmp_path: Path) -> Iterator[None]:
    """A machine whose own tables say that Almaty keeps UTC."""
    (tmp_path / "Asia").mkdir()
    with files("tzdata").joinpath("zoneinfo/UTC").open("rb") as source:
        (tmp_path / "Asia" / "Almaty").write_bytes(source.read())
    zoneinfo.reset_tzpath(to=[tmp_path])
    zone.cache_clear()
    yield
    zoneinfo.reset_tzpath()
    zone.cache_clear()
    shutil.rmtree(tmp_path)


@pytest.mark.usefixtures("other_tables")
def test_the_tables_of_the_machine_change_nothing() -> None:
    moment = local("2022-01-05")
    assert moment.replace(tzinfo=zoneinfo.ZoneInfo.no_cache(ALMATY)).utcoffset() == timedelta(0)
    assert moment.replace(tzinfo=zone(ALMATY)).utcoffset() == timedelta(hours=6)


@pytest.mark.parametrize(
    ("tz", "shown", "instant"),
    [
        ("Asia/Damascus", "2022-03-25", "2022-03-24T22:00"),  # 00:00 was followed by 01:00
        ("Asia/Almaty", "1981-04-01", "1981-03-31T18:00"),  # so here, in Soviet summer time
        ("America/Toronto", "1919-03-31", "1919-03-31T04:30"),  # 23:30 was followed by 00:30
        ("America/Havana", "2022-11-06", "2022-11-06T04:00"),  # midnight came twice
        ("Asia/Almaty", "2024-02-29T23:30", "2024-02-29T17:30"),  # so did 23:30
        ("Pacific/Apia", "2011-12-30", "2011-12-30T10:00"),  # the day was left out
    ],
)
def test_a_day_begins_when_its_clocks_first_show_it(tz: str, shown: str, instant: str) -> None:
    assert start_of(local(shown), zone(tz)) == utc(instant)


@STEADY
@given(st.integers(1905 * 12, 2036 * 12), st.integers(0, 31 * 86_400), ZONES)
@example(2022 * 12 + 2, 24 * 86_400 + 3_599, "Asia/Damascus")
@example(2010 * 12 + 10, 6 * 86_400, "America/St_Johns")
@example(2022 * 12 + 9, 86_400 + 2 * 3_600 + 900, "Australia/Lord_Howe")
def test_before_the_start_of_a_time_clocks_show_less(month: int, second: int, tz: str) -> None:
    """Whatever clocks do there, the second before still belongs to what was before."""
    wanted = local(f"{month // 12}-{month % 12 + 1:02}-01") + timedelta(seconds=second)
    start = start_of(wanted, zone(tz))
    before, after = (
        (start + timedelta(seconds=step)).astimezone(zone(tz)).replace(tzinfo=None)
        for step in (-1, 0)
    )
    assert before < wanted <= after


# --- reading ------------------------------------------------------------------------------


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


def test_before_standard_time_only_utc_says_the_instant() -> None:
    found = read("1850-05-05 12:00")
    assert found.edtf == "1850-05-05T06:52:12+00:00"
    assert from_edtf(found.edtf, zone=ALMATY).earliest == found.earliest


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


# --- EDTF ---------------------------------------------------------------------------------

EDTF_TEXTS = st.sampled_from(
    ["2022", "2022-01", "2022-XX", "2022-01-XX", "2022-01-05", "2022-22", "201X", "19XX"]
).flatmap(lambda text: st.sampled_from([text, f"{text}?", f"{text}~", f"{text}%"]))


@STEADY
@given(EDTF_TEXTS, ZONES)
def test_a_date_goes_out_as_edtf_and_comes_back_the_same(text: str, tz: str) -> None:
    found = from_edtf(text, zone=tz)
    assert found.edtf == text
    assert from_edtf(found.edtf, zone=tz) == found
    assert edges(read(text, tz)) == edges(found)


@STEADY
@given(st.dates(date(1930, 1, 1), date(2037, 1, 1)), st.times(), st.sampled_from([5, 8]))
def test_a_clock_time_goes_out_as_the_second_it_begins(
    day: date, clock: object, width: int
) -> None:
    when = read_when(f"{day} {str(clock)[:width]}", zone=ALMATY)
    if isinstance(when, WhenProblem):  # a time that never came
        assert when.code == "impossible-date"
        return
    back = from_edtf(when.edtf, zone=ALMATY)
    assert back.earliest == when.earliest
    assert back.latest is not None
    assert when.latest is not None
    assert back.latest <= when.latest


# --- order and overlap --------------------------------------------------------------------


def test_times_sort_by_where_they_begin_and_the_undated_come_last() -> None:
    ordered: list[When | None] = [
        read("2021"),
        read("by 2022-01-04"),
        read("2022-01-05 00:00"),
        read("2022-01-05"),
        read("since 2022-01-05"),
        read("2022-01-05 16:30"),
        None,
    ]
    backwards = list(reversed(ordered))
    assert sorted(backwards, key=sort_key) == ordered


@STEADY
@given(st.lists(st.none() | whens(), max_size=6), st.randoms(use_true_random=False))
def test_the_order_of_times_does_not_depend_on_the_order_they_came_in(
    times: list[When | None], chance: Random
) -> None:
    shuffled = list(times)
    chance.shuffle(shuffled)
    assert sorted(shuffled, key=sort_key) == sorted(times, key=sort_key)


@STEADY
@given(whens(), whens())
def test_two_times_stand_in_a_consistent_relation(one: When, two: When) -> None:
    assert overlaps(one, two) == overlaps(two, one)
    assert overlaps(one, one)
    assert contains(one, one)
    if contains(one, two):
        assert overlaps(one, two)
    assert overlaps(one, two) == (not certainly_before(one, two) and not certainly_before(two, one))


def test_windows_that_touch_do_not_overlap() -> None:
    first, second = read("2022-01-05"), read("2022-01-06")
    assert not overlaps(first, second)
    assert certainly_before(first, second)
    assert not certainly_before(second, first)
    assert contains(read("2022-01"), first)
    assert not contains(first, read("2022-01"))
    assert overlaps(read("by 2022-01-05"), first)
    assert not overlaps(read("since 2022-01-06"), first)


@pytest.mark.parametrize(
    ("text", "day", "said"),
    [
        ("2022-01-10", date(2022, 1, 10), True),
        ("2022-01-10", date(2022, 1, 9), False),
        ("2022-01-10 23:59", date(2022, 1, 10), True),
        ("2022-01", date(2022, 1, 10), False),
        ("2022-01", date(2022, 1, 31), True),
        ("2022", date(2022, 12, 30), False),
        ("by 2022-01-10", date(2022, 1, 10), True),
        ("since 2022-01-10", date(2022, 1, 31), False),
        ("2022-01-10", date.max, True),
    ],
)
def test_a_partial_date_is_said_at_its_end(text: str, day: date, said: bool) -> None:  # noqa: FBT001  # a column of the table
    assert said_by_end_of(read(text), day, ALMATY) is said


def test_the_end_of_a_day_is_that_of_the_zone_asked_for() -> None:
    """A day that ends at 18:00 UTC in Almaty ends at 19:00 in Aqtau."""
    said = read("2022-01-11 00:30")
    assert not said_by_end_of(said, date(2022, 1, 10), ALMATY)
    assert said_by_end_of(said, date(2022, 1, 10), "Asia/Aqtau")


# --- showing ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "shown", "in_utc"),
    [
        ("2022-01-05", "2022-01-05", "2022-01-04 18:00 – 2022-01-05 18:00 UTC"),
        ("2022-01-05 16:30", "2022-01-05 16:30 (UTC+6)", "2022-01-05 10:30 UTC"),
        ("2022-01-05 16:30:05", "2022-01-05 16:30:05 (UTC+6)", "2022-01-05 10:30 UTC"),
        ("about 2022-01-05", "≈ 2022-01-05", "2022-01-04 18:00 – 2022-01-05 18:00 UTC"),
        ("2022-01-05?", "2022-01-05?", "2022-01-04 18:00 – 2022-01-05 18:00 UTC"),
        ("by 2022-01-10", "≤ 2022-01-10", "… – 2022-01-10 18:00 UTC"),
        ("since 2022-01-10", "≥ 2022-01-10", "2022-01-09 18:00 – … UTC"),
        ("202X", "2020-01-01 – 2029-12-31", "2019-12-31 18:00 – 2029-12-31 19:00 UTC"),
        ("0999-05-05", "0999-05-05", "0999-05-04 18:52 – 0999-05-05 18:52 UTC"),
    ],
)
def test_a_time_is_shown_without_words_as_the_place_counted_it(
    text: str, shown: str, in_utc: str
) -> None:
    found = read(text)
    assert (display(found), display_utc(found)) == (shown, in_utc)


@pytest.mark.parametrize(
    ("tz", "text", "offset"),
    [
        (ALMATY, "2022-01-05", "UTC+6"),
        ("Asia/Aqtau", "2022-01-05", "UTC+5"),
        ("Asia/Aqtau", "by 2022-01-05", "UTC+5"),
        (ALMATY, "2024-03-01", "UTC+5"),
        ("Asia/Kolkata", "2022-01-05", "UTC+5:30"),
        ("America/St_Johns", "2022-01-05", "UTC-3:30"),
        (ALMATY, "1850-01-05", "UTC+5:07:48"),
        ("UTC", "2022-01-05", "UTC"),
    ],
)
def test_the_distance_from_utc_is_the_one_in_force_then(tz: str, text: str, offset: str) -> None:
    assert utc_offset_text(read(text, tz)) == offset


# --- records ------------------------------------------------------------------------------


@STEADY
@given(whens())
def test_a_record_survives_json_whole(when: When) -> None:
    assert from_record(json.loads(json.dumps(to_record(when)))) == when


def test_a_record_writes_instants_in_utc() -> None:
    record = to_record(read("2022-01-05"))
    assert (record["earliest"], record["latest"]) == (
        "2022-01-04T18:00:00Z",
        "2022-01-05T18:00:00Z",
    )


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"place": "Sayaqkent"}, "no field place"),
        ({"precision": "fortnight"}, "fortnight"),
        ({"text": None}, "has a text"),
        ({"zone": None}, "has a zone"),
        ({"zone": "Asia/Sayaqkent"}, "no IANA time zone"),
        ({"earliest": "2022-01-05"}, "not"),
        ({"earliest": "2022-01-05T00:00:00+06:00"}, "not"),
        ({"earliest": "2023-01-05T00:00:00Z"}, "holds nothing"),
        ({"latest": "soon"}, "soon"),
    ],
)
def test_a_record_that_holds_no_time_is_refused(change: dict[str, str | None], fault: str) -> None:
    record = to_record(read("2022-01-05"))
    with pytest.raises(ValueError, match=fault):
        from_record({**record, **change})


def test_a_window_that_holds_nothing_or_has_no_zone_is_refused() -> None:
    day = read("2022-01-05")
    with pytest.raises(ValueError, match="holds nothing"):
        replace(day, latest=day.earliest)
    with pytest.raises(ValueError, match="in UTC"):
        replace(day, earliest=local("2022-01-05"))
    with pytest.raises(UnknownZoneError):
        replace(day, zone="")
