"""EDTF levels 0 and 1: read, written back unchanged, and bounded as another library bounds it."""

from __future__ import annotations

import calendar
import warnings
from datetime import date, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from qantar.model.edtf import (
    OPEN,
    EdtfDate,
    EdtfDateTime,
    EdtfError,
    EdtfInterval,
    parse_edtf,
)

with warnings.catch_warnings():
    # The oracle names parts of its grammar in a way that its parser library warns of; the
    # grammar works, and the warning is theirs to mend.
    warnings.simplefilter("ignore")
    import edtf as oracle

STEADY = settings(deadline=None, derandomize=True)

MARKS = st.sampled_from(["", "?", "~", "%"])
PLAIN_YEARS = st.integers(0, 9999).map("{:04}".format)
NEGATIVE_YEARS = st.integers(1, 9999).map("-{:04}".format)
LONG_YEARS = st.builds("Y{}{}".format, st.sampled_from(["", "-"]), st.integers(10_000, 10**18 - 1))
YEARS = PLAIN_YEARS | NEGATIVE_YEARS


@st.composite
def unspecified_years(draw: st.DrawFn) -> str:
    """201X and 20XX, in the years where they hold at least one year of the calendar."""
    kept = draw(st.sampled_from([2, 3]))
    return f"{draw(st.integers(0, 10**kept - 2)):0{kept}}" + "X" * (4 - kept)


@st.composite
def month_dates(draw: st.DrawFn, years: st.SearchStrategy[str] = YEARS) -> EdtfDate:
    """A year with a month, a season or XX, and a day or XX where one may follow."""
    year = draw(years)
    month = draw(st.sampled_from([*(f"{n:02}" for n in range(1, 13)), "XX", "21", "22", "23"]))
    if month.startswith("2"):
        return EdtfDate(year=year, month=month, mark=draw(MARKS))
    days: list[str | None] = [None, "XX"]
    if month != "XX":
        last = calendar.monthrange(int(year.lstrip("-")) % 400 + 2000, int(month))[1]
        days += [f"{n:02}" for n in range(1, last + 1)]
    return EdtfDate(year=year, month=month, day=draw(st.sampled_from(days)), mark=draw(MARKS))


DATES = (
    st.builds(EdtfDate, year=YEARS | LONG_YEARS | unspecified_years(), mark=MARKS) | month_dates()
)
SHIFTS = st.sampled_from(["", "Z"]) | st.builds(
    "{}{:02}{}".format,
    st.sampled_from("+-"),
    st.integers(0, 14),
    st.sampled_from(["", ":00", ":30", ":45"]),
)
DATE_TIMES = st.builds(
    EdtfDateTime,
    day=st.dates().map(lambda day: parsed_date(day.isoformat())),
    hour=st.integers(0, 23),
    minute=st.integers(0, 59),
    second=st.integers(0, 59),
    shift=SHIFTS,
)
INTERVALS = st.builds(EdtfInterval, start=DATES, end=DATES | st.sampled_from([OPEN, None])) | (
    st.builds(EdtfInterval, start=st.sampled_from([OPEN, None]), end=DATES)
)
VALUES = DATES | DATE_TIMES | INTERVALS


def parsed_date(text: str) -> EdtfDate:
    read = parse_edtf(text)
    assert isinstance(read, EdtfDate)
    return read


@STEADY
@given(VALUES)
def test_a_value_written_and_read_is_the_value(value: EdtfDate | EdtfDateTime) -> None:
    assert parse_edtf(str(value)) == value


@STEADY
@given(VALUES.map(str))
@example("2022-01-05T16:30:00+06")
@example("-0044-03-15")
@example("1985-XX-XX%")
def test_a_text_read_and_written_is_the_text(text: str) -> None:
    assert str(parse_edtf(text)) == text


@STEADY
@given(
    st.text(alphabet="0123456789-XYTZ:.+/?~% ٢²", max_size=24)
    | VALUES.map(str).map(lambda t: t[:-1])
)
def test_any_other_text_is_refused_with_a_place_inside_it(text: str) -> None:
    refused = refusal(text)
    if refused is None:
        assert text.isascii()
        assert str(parse_edtf(text)) == text
    else:
        assert 0 <= refused.position <= len(text)
        assert refused.expected in str(refused)


def refusal(text: str) -> EdtfError | None:
    try:
        parse_edtf(text)
    except EdtfError as error:
        return error
    return None


@pytest.mark.parametrize(
    ("text", "position", "expected"),
    [
        ("", 0, "a year of four digits"),
        ("22-01-05", 0, "a year of four digits"),
        ("١٩٨٥", 0, "a year of four digits"),
        ("2022-13", 5, "a month from 01 to 12 or a season from 21 to 24"),
        ("2022-25", 5, "a month from 01 to 12 or a season from 21 to 24"),
        ("2022-1-5", 4, "the date ends here"),
        ("2022-02-29", 8, "no calendar has this day"),
        ("1900-02-29", 8, "no calendar has this day"),
        ("2022-04-31", 8, "no calendar has this day"),
        ("2022-21-05", 8, "a season has no day"),
        ("2022-XX-05", 8, "a day follows a known month"),
        ("201X-01", 5, "stands alone"),
        ("Y12345-01", 7, "stands alone"),
        ("1XXX", 0, "a year of four digits"),
        ("Y2022", 0, "a year of four digits"),
        ("-0000", 0, "without a sign"),
        ("-000X", 0, "without a sign"),
        ("2022-01-05T25:00:00", 10, "no such time of day"),
        ("2022-01-05T16:30", 10, "T16:30:00Z"),
        ("2022-01T16:30:00", 7, "only a plain day"),
        ("2022-01-05?T16:30:00", 11, "only a plain day"),
        ("2022/2023/2024", 9, "two ends"),
        ("/", 0, "one end of an interval is a date"),
        ("../..", 0, "one end of an interval is a date"),
        ("2022/2022-13", 10, "a month from 01 to 12"),
        ("[1667,1668]", 0, "a year of four digits"),
        ("2022-01-05 ", 10, "the date ends here"),
    ],
)
def test_a_refusal_says_where_and_what_was_expected(
    text: str, position: int, expected: str
) -> None:
    with pytest.raises(EdtfError) as caught:
        parse_edtf(text)
    assert caught.value.position == position
    assert expected in caught.value.expected


@pytest.mark.parametrize(
    ("text", "first", "after"),
    [
        ("2022-01-05", date(2022, 1, 5), date(2022, 1, 6)),
        ("2022-01", date(2022, 1, 1), date(2022, 2, 1)),
        ("2024-02-XX", date(2024, 2, 1), date(2024, 3, 1)),
        ("1985-XX-XX", date(1985, 1, 1), date(1986, 1, 1)),
        ("201X", date(2010, 1, 1), date(2020, 1, 1)),
        ("20XX", date(2000, 1, 1), date(2100, 1, 1)),
        # Declared by Qantar: winter begins in December of the year it is named after.
        ("2021-24", date(2021, 12, 1), date(2022, 3, 1)),
    ],
)
def test_the_bounds_of_a_date_are_closed_and_open(text: str, first: date, after: date) -> None:
    assert parsed_date(text).bounds() == (first, after)


@pytest.mark.parametrize("text", ["0000", "-0044", "Y17000", "Y-17000", "9999", "9999-12-31"])
def test_what_no_calendar_of_ours_can_hold_has_no_bounds(text: str) -> None:
    """The day after 9999-12-31 is none that Python can name, so 9999 has no end."""
    assert parsed_date(text).bounds() is None


# Where the other library is not followed, and why:
# * winter: it ends on 31 December there, as a simplification its authors name;
# * 29 February of a common year: it takes it, the calendar does not;
# * a year of three X: it takes it, level 1 does not;
# * an empty end of an interval: it is ten years away there; nothing says so in ISO 8601-2;
# * a qualified season: it is refused there;
# * negative years with XX: its lower bound lies above its upper;
# * the year zero: it has bounds there, and none in Python's calendar.
COMPARED = month_dates(years=st.integers(1, 9998).map("{:04}".format)).filter(
    lambda date_: not (date_.month or "").startswith("2") or not date_.mark
) | st.builds(
    EdtfDate,
    year=st.integers(1, 9998).map("{:04}".format)
    | unspecified_years().filter(lambda year: int(year.replace("X", "0")) > 0),
    mark=MARKS,
)


@STEADY
@given(COMPARED)
@example(EdtfDate(year="2022", month="21"))
@example(EdtfDate(year="1900", month="02", day="XX"))
def test_bounds_agree_with_an_independent_parser(value: EdtfDate) -> None:
    bounds = value.bounds()
    assert bounds is not None
    first, after = bounds
    theirs = oracle.parse_edtf(str(value))
    assert tuple(theirs.lower_strict())[:3] == (first.year, first.month, first.day)
    last = after - timedelta(days=1)
    assert tuple(theirs.upper_strict())[:3] == (last.year, last.month, last.day)
