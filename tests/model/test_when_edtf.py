"""Times out as EDTF and back: never sharper than they were, and whole where EDTF can say it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from qantar.model.date_order import DateOrder
from qantar.model.dates import from_edtf, read_when, to_edtf, window
from qantar.model.when import Precision, WhenProblem, contains

from .times import ALMATY, STEADY, ZONES, edges, read, utc

# What comes back as the very window: a day and what is coarser.
WHOLE = frozenset(
    {
        Precision.DAY,
        Precision.MONTH,
        Precision.SEASON,
        Precision.YEAR,
        Precision.DECADE,
        Precision.CENTURY,
    }
)
DAYS = st.dates(date(1, 1, 3), date(9998, 12, 31)).map(str) | st.dates(
    date(1890, 1, 1), date(2037, 12, 30)
).map(str)
TIMES = st.times().map(lambda t: f"{t:%H:%M}") | st.times().map(lambda t: f"{t:%H:%M:%S}")
POINTS = (
    DAYS
    | st.builds("{} {}".format, DAYS, TIMES)
    | st.builds("{} {}".format, DAYS, st.sampled_from(["evening", "early", "late"]))
    | DAYS.map(lambda day: day[:7])
    | DAYS.map(lambda day: day[:4])
    | DAYS.map(lambda day: f"{day[:3]}X")
    | DAYS.map(lambda day: f"{day[:2]}XX")
)
WRITTEN = st.builds(
    "{}{}{}".format,
    st.sampled_from(["", "about "]),
    POINTS
    | st.builds("{} – {}".format, POINTS, POINTS)
    | st.builds("{} {}".format, st.sampled_from(["by", "since", "before", "after"]), POINTS),
    st.sampled_from(["", "?", "~", "%"]),
)

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
@given(WRITTEN, ZONES)
@example("2024-02-29 23:30", ALMATY)
@example("1850-05-05 12:00:00", ALMATY)
@example("2018-11-04", "America/Sao_Paulo")
@example("2018-11-03 evening", "America/Sao_Paulo")
@example("2018-11-01 – 2018-11-03", "America/Sao_Paulo")
@example("2011-12-29 – 2011-12-31", "Pacific/Apia")
@example("0001-02-03", "UTC")
@example("9998-12-31", ALMATY)
def test_what_goes_out_as_edtf_contains_the_time_when_it_comes_back(text: str, tz: str) -> None:
    """An archive that knows only the EDTF must not be told more than was said."""
    found = read_when(text, zone=tz)
    if isinstance(found, WhenProblem):
        return
    back = from_edtf(found.edtf, zone=tz)
    assert contains(back, found)
    assert back.bound is found.bound
    assert back.qualifier is found.qualifier
    if found.precision in WHOLE:
        assert (edges(back), back.precision) == (edges(found), found.precision)


@STEADY
@given(
    st.sampled_from(Precision),
    DAYS | st.builds("{}T{}".format, DAYS, TIMES),
    st.just("") | DAYS | st.builds("{}T{}".format, DAYS, TIMES),
    ZONES,
    st.sampled_from(["utc", "here"]),
)
@example(Precision.DAY, "2022-01-05T00:00", "", ALMATY, "utc")
@example(Precision.MINUTE, "2022-01-05T16:30", "2022-01-07T06:00", ALMATY, "here")
@example(Precision.HOUR, "2024-02-29T23:30", "", ALMATY, "here")
@example(Precision.SEASON, "2022-01-05T00:00", "", ALMATY, "here")
@example(Precision.CENTURY, "2022-01-05T00:00", "", ALMATY, "here")
def test_a_window_from_a_table_goes_out_no_sharper_than_it_is(
    precision: Precision,
    start: str,
    end: str,
    tz: str,
    counted: str,
) -> None:
    found = window(start, end, precision=precision.value, zone=tz, utc=counted == "utc")
    if isinstance(found, WhenProblem):
        return
    back = from_edtf(found.edtf, zone=tz)
    assert contains(back, found)
    if found.precision in WHOLE:
        assert (edges(back), back.precision) == (edges(found), found.precision)


@pytest.mark.parametrize(
    ("text", "edtf"),
    [
        ("2022-01-05", "2022-01-05"),
        ("05.01.2022", "2022-01-05"),
        ("2022-XX", "2022-XX"),
        ("about 2022-XX", "2022-XX~"),
        ("about 2022-01?", "2022-01%"),
        ("2022-01-05 16:30:05", "2022-01-05T16:30:05+06:00"),
        ("1850-05-05 12:00:00", "1850-05-05T06:52:12Z"),
        ("about 2022-01-05 16:30:05", "2022-01-05~"),
        ("2022-01-05 16:30", "2022-01-05"),
        ("2022-01-04 evening", "2022-01-04"),
        ("в ночь на 2022-01-05", "2022-01-04/2022-01-05"),
        ("2022-01-02 – 2022-01-17", "2022-01-02/2022-01-17"),
        ("about 2022-01 – 2022-02", "2022-01-01~/2022-02-28~"),
        ("by 2022-01-10", "../2022-01-10"),
        ("after 2022-01-10", "2022-01-11/.."),
        ("… – 2022-01-10", "/2022-01-10"),
        ("2021-24~", "2021-24~"),
        ("202X", "202X"),
    ],
)
def test_the_edtf_form_of_a_time(text: str, edtf: str) -> None:
    assert read(text, order=DateOrder.DMY).edtf == edtf


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("2022/2021", "ends before it begins"),
        ("9999", "outside the years 1 to 9998"),
        ("0000-01-01T00:00:00Z", "outside the years 1 to 9998"),
        ("Y17000", "outside the years 1 to 9998"),
        ("0001-01-01", "outside the years 1 to 9998"),
        ("2022-03-27T02:30:00", "put forward"),
        ("1950S2", "character 5"),
    ],
)
def test_edtf_that_is_no_window_is_refused(text: str, fault: str) -> None:
    with pytest.raises(ValueError, match=fault):
        from_edtf(text, zone="Europe/Berlin")


def test_a_time_without_an_offset_is_on_the_clock_of_the_place() -> None:
    assert edges(from_edtf("2022-01-05T16:30:00", zone=ALMATY)) == (
        utc("2022-01-05T10:30"),
        utc("2022-01-05T10:30:01"),
    )
    for offset in ("Z", "+06", "+06:00", "-03:30"):
        found = from_edtf(f"2022-01-05T16:30:00{offset}", zone=ALMATY)
        assert found.earliest == datetime.fromisoformat(f"2022-01-05T16:30:00{offset}")


def test_a_time_without_any_edge_has_no_edtf() -> None:
    nothing = replace(read("2022-01-05"), earliest=None, latest=None)
    assert to_edtf(nothing) == ""
