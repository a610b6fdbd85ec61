"""EDTF levels 0 and 1: read, written back unchanged, and bounded as another library bounds it."""

from __future__ import annotations

import calendar
import re
import warnings
from datetime import date, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from qantar.model.edtf import (
    OPEN,
    Edtf,
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
# Unspecified digits and long years stand in intervals at level 2 only.
ENDS = st.builds(EdtfDate, year=YEARS, mark=MARKS) | month_dates().filter(
    lambda end: "X" not in str(end)
)
INTERVALS = st.builds(EdtfInterval, start=ENDS, end=ENDS | st.sampled_from([OPEN, None])) | (
    st.builds(EdtfInterval, start=st.sampled_from([OPEN, None]), end=ENDS)
)
VALUES = DATES | DATE_TIMES | INTERVALS


def parsed_date(text: str) -> EdtfDate:
    read = parse_edtf(text)
    assert isinstance(read, EdtfDate)
    return read


@STEADY
@given(VALUES)
def test_a_value_written_and_read_is_the_value(value: Edtf) -> None:
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
        ("2022-01-05T16:30:60", 10, "no such time of day"),  # no leap second
        ("2022-01-05T24:00:00", 10, "no such time of day"),
        ("2022-01-05T16:30:00+06:60", 10, "no such time of day"),
        ("2022-01-05T16:30:00+24", 10, "no such time of day"),
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


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ("[1667,1668]", 0),
        ("{..1983}", 0),
        ("Y17E8", 0),
        ("%2001", 0),
        ("1XXX", 0),
        ("1950S2", 4),
        ("2004?-06", 5),
        ("2004-06~-11", 8),
        ("156X-12-25", 5),
        ("15XX-12", 5),
        ("2004-XX-05", 8),
        ("2022-25", 5),
        ("2022-21^south", 7),
        ("2004-06-XX/2004-07-03", 8),
        ("2004-06-01/2004-07-XX", 19),
        ("197X/198X", 3),
        ("1985/Y17000", 5),
    ],
)
def test_level_2_is_refused_where_it_begins(text: str, position: int) -> None:
    refused = refusal(text)
    assert refused is not None
    assert refused.position == position
    assert f"character {position + 1}" in str(refused)


@pytest.mark.parametrize(
    ("year", "month", "day", "mark"),
    [
        ("22", None, None, ""),
        ("2022", "13", None, ""),
        ("2022", None, "05", ""),
        ("2022-01", None, None, ""),
        ("2022", "02", "30", ""),
        ("201X", "01", None, ""),
        ("2022", None, None, "!"),
    ],
)
def test_a_date_that_could_not_be_read_again_cannot_be_made(
    year: str, month: str | None, day: str | None, mark: str
) -> None:
    with pytest.raises(ValueError, match="no EDTF date"):
        EdtfDate(year=year, month=month, day=day, mark=mark)


def test_a_time_or_interval_that_could_not_be_read_again_cannot_be_made() -> None:
    day, doubted, decade = (parsed_date(text) for text in ("2022-01-05", "2022-01-05?", "201X"))
    with pytest.raises(ValueError, match="no plain day"):
        EdtfDateTime(day=doubted, hour=1, minute=0, second=0)
    with pytest.raises(ValueError, match="hour"):
        EdtfDateTime(day=day, hour=24, minute=0, second=0)
    with pytest.raises(ValueError, match="no EDTF interval"):
        EdtfInterval(start=OPEN, end=None)
    with pytest.raises(ValueError, match="no EDTF interval"):
        EdtfInterval(start=decade, end=None)


# --- the other library ----------------------------------------------------------------------

Bounds = tuple[tuple[int, ...], tuple[int, ...]]


def theirs(text: str) -> Bounds | str:
    """First and last day by the other library, or "refused", or "open" where it gives no day."""
    try:
        read = oracle.parse_edtf(text)
    except oracle.EDTFParseException:
        return "refused"
    try:
        return tuple(read.lower_strict())[:3], tuple(read.upper_strict())[:3]
    except TypeError:  # an open end is an infinite float there
        return "open"


def ours(text: str) -> Bounds | str:
    """First and last day, or "refused", or "open" where we give no day."""
    if refusal(text):
        return "refused"
    read = parse_edtf(text)
    if isinstance(read, EdtfDateTime):
        day = read.day.bounds()
        first, after = day if day else (None, None)
    elif isinstance(read, EdtfInterval):
        ends = [
            end.bounds() if isinstance(end, EdtfDate) else None for end in (read.start, read.end)
        ]
        first, after = ends[0] and ends[0][0], ends[1] and ends[1][1]
    else:
        first, after = read.bounds() or (None, None)
    if first is None or after is None:
        return "open"
    last = after - timedelta(days=1)
    return (first.year, first.month, first.day), (last.year, last.month, last.day)


# Where the other library is deliberately not followed, each with the reason and a witness.
DIFFERENCES = {
    "2021-24": "it ends winter on 31 December, as a simplification its authors name",
    "1900-02-29": "it takes 29 February of a common year; no calendar has it",
    "1XXX": "it takes a year of three X, which is level 2",
    "2022-01-05T24:00:00": "ISO 8601-1:2019 has no 24:00; the reader of texts takes it",
    "2022-01-05T16:30:00+00:00": "it refuses an offset of nothing, which ISO 8601 has",
    "2022-01-05T16:30:00+15": "it refuses offsets beyond 14:00, which local mean times had, and 14 alone",
    "2004/": "it puts an unknown end ten years away; nothing says so in ISO 8601-2",
    "/2004": "so it does with an unknown start",
    "2022-21?": "it refuses doubt about a season; level 1 lets doubt follow any date",
    "Y17000?": "it refuses doubt about a long year; level 1 lets doubt follow any date",
    "0000": "it has bounds in the year 0; the calendar of the program begins with 1",
    "00XX": "so it has in the century that begins with it",
    "-0044-03-15": "so it has in years before",
    "Y17000": "so it has in years beyond 9998",
    "9999": "so it has in the year that has no day after it",
    "-2022-XX": "its lower bound lies above its upper one",
}


@pytest.mark.parametrize("text", DIFFERENCES)
def test_every_difference_from_the_other_library_is_still_one(text: str) -> None:
    assert ours(text) != theirs(text)


def is_compared(text: str) -> bool:
    """Whether none of the differences touches a generated text."""
    ends = text.split("/")
    return not (
        "" in ends
        or "-24" in text
        or any(
            end.startswith(("-", "Y", "0000", "00XX", "000X", "99XX", "999X", "9999"))
            for end in ends
        )
        or (text[4:6] == "-2" and text[-1] in "?~%" and len(ends) == 1)
        or "T" in text
    )


@STEADY
@given(VALUES.map(str).filter(is_compared))
@example("2022-21")
@example("1900-02-XX")
@example("2022-01~/2022-22?")
@example("1985/..")
def test_bounds_agree_with_an_independent_parser(text: str) -> None:
    assert ours(text) == theirs(text)


@STEADY
@given(DATE_TIMES.map(str))
def test_days_of_times_agree_with_an_independent_parser(text: str) -> None:
    found = theirs(text)
    if found == "refused":
        assert re.search(r"[+-](00|00:00|14|14:..)$", text)
    else:
        assert found == ours(text)


NEARLY = st.text(alphabet="0123456789-XYT:/?~%.SZ+[]", max_size=14) | st.tuples(
    VALUES.map(str), st.integers(0, 20), st.sampled_from(list("0129-XYT:/?~%.S"))
).map(lambda parts: parts[0][: parts[1]] + parts[2] + parts[0][parts[1] + 1 :])


@STEADY
@given(NEARLY)
def test_what_the_other_library_refuses_is_refused(text: str) -> None:
    """Only in the ways that are listed above may we take what it does not."""
    if refusal(text) is None and theirs(text) == "refused":
        assert text[-1] in "?~%" or "T" in text
