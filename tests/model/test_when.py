"""Uncertain times: how windows sort and overlap, how they are shown and recorded."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from qantar.model.dates import read_when
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
    overlaps,
    said_by_end_of,
    sort_key,
    utc_offset_text,
)
from qantar.model.when_record import from_record, to_record
from qantar.model.zones import UnknownZoneError

from .times import ALMATY, STEADY, ZONES, edges, local, read, spanned

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


@STEADY
@given(whens(), whens(), whens())
def test_any_three_times_have_one_order(one: When, two: When, three: When) -> None:
    """Total and transitive, and equal only for equal times."""
    keys = [sort_key(when) for when in (one, two, three)]
    assert (keys[0] <= keys[1]) or (keys[1] <= keys[0])
    if keys[0] <= keys[1] <= keys[2]:
        assert keys[0] <= keys[2]
    assert (keys[0] == keys[1]) == (one == two)


@STEADY
@given(whens(), whens(), whens())
def test_containing_goes_on_through(one: When, two: When, three: When) -> None:
    if contains(one, two) and contains(two, three):
        assert contains(one, three)
    if contains(one, two) and contains(two, one):
        assert edges(one) == edges(two)
    if contains(one, two) and overlaps(two, three):
        assert overlaps(one, three)


@STEADY
@given(whens(), whens(), whens())
def test_being_before_goes_on_and_excludes_meeting(one: When, two: When, three: When) -> None:
    if certainly_before(one, two):
        assert not overlaps(one, two)
        assert not certainly_before(two, one)
        assert sort_key(one) < sort_key(two)
        if certainly_before(two, three):
            assert certainly_before(one, three)


@STEADY
@given(whens(), st.dates(date(1905, 1, 1), date(2036, 1, 1)), ZONES)
def test_what_is_said_by_a_day_is_said_by_every_later_day(when: When, day: date, tz: str) -> None:
    by_day, next_day = (said_by_end_of(when, one, tz) for one in (day, day + timedelta(days=1)))
    assert next_day or not by_day


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
        ("2022-01-05 16:30:05", "2022-01-05 16:30:05 (UTC+6)", "2022-01-05 10:30:05 UTC"),
        ("about 2022-01-05", "≈ 2022-01-05", "2022-01-04 18:00 – 2022-01-05 18:00 UTC"),
        ("2022-01-05?", "2022-01-05?", "2022-01-04 18:00 – 2022-01-05 18:00 UTC"),
        ("by 2022-01-10", "≤ 2022-01-10", "… – 2022-01-10 18:00 UTC"),
        ("since 2022-01-10", "≥ 2022-01-10", "2022-01-09 18:00 – … UTC"),
        ("2022-01", "2022-01", "2021-12-31 18:00 – 2022-01-31 18:00 UTC"),
        ("2022", "2022", "2021-12-31 18:00 – 2022-12-31 18:00 UTC"),
        (
            "2022-01-04 evening",
            "2022-01-04 18:00–24:00 (UTC+6)",
            "2022-01-04 12:00 – 2022-01-04 18:00 UTC",
        ),
        (
            "2022-01-02/2022-01-17",
            "2022-01-02 – 2022-01-17",
            "2022-01-01 18:00 – 2022-01-17 18:00 UTC",
        ),
        ("by about 2022-01-10?", "≤ ≈ 2022-01-10?", "… – 2022-01-10 18:00 UTC"),
        (
            "by 2022-01-10 16:30",
            "≤ 2022-01-10 16:30 (UTC+6)",
            "… – 2022-01-10 10:31 UTC",
        ),
        (
            "before 2022-01-10 16:30",
            "≤ 2022-01-10 16:29 (UTC+6)",
            "… – 2022-01-10 10:30 UTC",
        ),
        (
            "after 2022-01-10 16:30",
            "≥ 2022-01-10 16:31 (UTC+6)",
            "2022-01-10 10:31 – … UTC",
        ),
        ("/2022-01-10", "… – 2022-01-10", "… – 2022-01-10 18:00 UTC"),
        (
            "2022-01-05 14:00 – 2022-01-05 16:00",
            "2022-01-05 14:00–16:00 (UTC+6)",
            "2022-01-05 08:00 – 2022-01-05 10:00 UTC",
        ),
        (
            "2022-01-05 22:00 – 2022-01-06 02:30:10",
            "2022-01-05 22:00 – 2022-01-06 02:30:10 (UTC+6)",
            "2022-01-05 16:00 – 2022-01-05 20:30:10 UTC",
        ),
        # Clocks were put back at the end of 29 February 2024: 23:30 came twice.
        (
            "2024-02-29 23:30",
            "2024-02-29 23:30 (UTC+6, UTC+5)",
            "2024-02-29 17:30 – 2024-02-29 18:31 UTC",
        ),
        (
            "2024-02-29 evening",
            "2024-02-29 18:00–24:00 (UTC+6, UTC+5)",
            "2024-02-29 12:00 – 2024-02-29 19:00 UTC",
        ),
        ("202X", "2020-01-01 – 2029-12-31", "2019-12-31 18:00 – 2029-12-31 19:00 UTC"),
        ("0999-05-05", "0999-05-05", "0999-05-04 18:52:12 – 0999-05-05 18:52:12 UTC"),
    ],
)
def test_a_time_is_shown_without_words_as_the_place_counted_it(
    text: str, shown: str, in_utc: str
) -> None:
    found = read(text)
    assert (display(found), display_utc(found)) == (shown, in_utc)


def test_where_clocks_change_within_a_span_each_end_has_its_own_distance() -> None:
    """Berlin went from 02:00 to 03:00: the end of an hour before is shown as 03:00."""
    found = read("2022-03-27 00:30 – 2022-03-27 03:00", "Europe/Berlin")
    assert display(found) == "2022-03-27 00:30–03:00 (UTC+1, UTC+2)"
    assert display_utc(found) == "2022-03-26 23:30 – 2022-03-27 01:00 UTC"


PARTS = st.sampled_from(["evening", "early", "late", "morning", "afternoon"])
DAYS = st.dates(date(1890, 1, 1), date(2037, 12, 30)).map(str)
POINTS = (
    DAYS
    | st.builds("{} {}".format, DAYS, st.times().map(lambda t: f"{t:%H:%M}"))
    | st.builds("{} {}".format, DAYS, st.times().map(lambda t: f"{t:%H:%M:%S}"))
    | st.builds("{} {}".format, DAYS, PARTS)
    | DAYS.map(lambda day: day[:7])
    | DAYS.map(lambda day: day[:4])
)
WRITTEN = (
    POINTS
    | st.builds("{} – {}".format, POINTS, POINTS)
    | st.builds("{} {}".format, st.sampled_from(["by", "since", "before", "after"]), POINTS)
    | st.builds("{}{}".format, st.sampled_from(["/", "../"]), DAYS)
    | st.builds("{}{}".format, DAYS, st.sampled_from(["/", "/.."]))
)


@STEADY
@given(
    st.builds(
        "{}{}{}".format, st.sampled_from(["", "about "]), WRITTEN, st.sampled_from(["", "?", "%"])
    ),
    ZONES,
)
@example("2024-02-29 23:30", ALMATY)
@example("by 2024-02-29 23:30", ALMATY)
@example("by 2000-01-01 00:00:00", ALMATY)
@example("2024-02-29 evening", ALMATY)
@example("2022-03-24 evening", "Asia/Damascus")
@example("2022-03-24 – 2022-03-25 00:00", "Asia/Damascus")
@example("2024-02-29 22:00 – 2024-02-29 23:30", ALMATY)
@example("2022-04-03 01:45", "Australia/Lord_Howe")
@example("2022-11-05 late", "America/Havana")
@example("2022-11-06 00:30 – 2022-11-06 02:00", "America/Havana")
@example("2011-12-29 18:00 – 2011-12-31 00:00", "Pacific/Apia")
@example("1890-01-01 05:00", "America/St_Johns")
def test_what_is_shown_is_read_as_the_same_window(text: str, tz: str) -> None:
    """So what stands in a dossier says all that the record says."""
    found = read_when(text, zone=tz)
    if isinstance(found, WhenProblem):  # an end before its beginning, a time that never came
        assert found.code in {"impossible-date", "unparsed-date"}
        return
    again = read(display(found), tz)
    assert edges(again) == edges(found)
    assert (again.bound, again.qualifier) == (found.bound, found.qualifier)


def test_the_first_day_of_the_calendar_can_be_shown() -> None:
    """In Almaty it began in the year before, which no `datetime` can say."""
    found = replace(read("0001-01-01", "UTC"), zone=ALMATY)
    assert display(found) == "0001-01-01 05:07:48 – 0001-01-02 05:07:48 (UTC+5:07:48)"


def test_an_hour_is_shown_as_the_minute_that_begins_it() -> None:
    found = spanned("2022-01-05T16:00", "", "hour")
    assert display(found) == "2022-01-05 16:00 (UTC+6)"
    assert contains(found, read(display(found)))


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
