"""Windows between two cells: each edge on its own terms, a bad one costs itself only."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from qantar.model.date_order import DateOrder
from qantar.model.when import Bound, Precision, When
from qantar.reading.spans import Edge, begun, read_span, sharpness

ALMATY, AQTAU = "Asia/Almaty", "Asia/Aqtau"  # UTC+6 and UTC+5 in January 2022


def edge(text: str, *, zone: str = ALMATY, order: DateOrder = DateOrder.ISO) -> Edge:
    return Edge(text=text, zone=zone, order=order)


def utc(day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(2022, 1, day, hour, minute, tzinfo=UTC)


def span(start: str, end: str = "", precision: str | None = None) -> When | None:
    return read_span(edge(start), edge(end), precision=precision, shown_in=ALMATY).when


def test_two_clock_times_are_a_window_that_ends_before_the_second() -> None:
    when = span("2022-01-05 10:00", "2022-01-05 12:30")
    assert when is not None
    assert (when.earliest, when.latest) == (utc(5, 4), utc(5, 6, 30))
    assert (when.precision, when.text) == (Precision.MINUTE, "2022-01-05 10:00/2022-01-05 12:30")


def test_a_bare_date_as_an_end_is_included() -> None:
    when = span("2022-01-05", "2022-01-06")
    assert when is not None
    assert (when.earliest, when.latest) == (utc(4, 18), utc(6, 18))
    assert when.edtf == "2022-01-05/2022-01-06"


def test_without_an_end_a_window_is_as_long_as_its_start_is_sharp() -> None:
    for text, sharp in (
        ("2022-01-05", Precision.DAY),
        ("2022-01", Precision.MONTH),
        ("2022-01-05 10:00", Precision.MINUTE),
    ):
        when = span(text)
        assert when is not None
        assert (when.precision, when.text) == (sharp, text)


def test_no_word_makes_a_window_sharper_than_its_cells() -> None:
    when = span("2022-01-05", precision="minute")
    assert when is not None
    assert (when.precision, when.latest) == (Precision.DAY, utc(5, 18))


def test_a_precision_of_the_cases_own_leaves_the_start_as_sharp_as_it_is_written() -> None:
    when = span("2022-01-05", precision="around-noon")
    assert when is not None
    assert when.precision is Precision.DAY


def test_each_edge_is_read_in_its_own_zone_and_order() -> None:
    got = read_span(
        edge("05/01/2022 10:00", order=DateOrder.DMY),
        edge("01/06/2022 10:00", order=DateOrder.MDY, zone=AQTAU),
        precision=None,
        shown_in=ALMATY,
    )
    assert got.when is not None
    assert (got.when.earliest, got.when.latest) == (utc(5, 4), utc(6, 5))


def test_what_is_ambiguous_alone_may_be_plain_beside_the_other_edge() -> None:
    when = span("05.01.2022", "25.01.2022")
    assert when is not None
    assert when.edtf == "2022-01-05/2022-01-25"


def test_an_end_may_be_a_clock_time_of_the_same_day() -> None:
    when = span("2022-01-05 10:00", "12:30")
    assert when is not None
    assert (when.earliest, when.latest) == (utc(5, 4), utc(5, 6, 30))


def test_cells_in_utc_are_instants_shown_in_the_zone_of_the_place() -> None:
    got = read_span(
        edge("2022-01-05 10:00", zone="UTC"),
        edge("2022-01-05 12:00", zone="UTC"),
        precision="minute",
        shown_in=AQTAU,
    )
    assert got.when is not None
    assert (got.when.earliest, got.when.latest) == (utc(5, 10), utc(5, 12))
    assert got.when.zone == AQTAU


def test_only_an_end_leaves_the_start_open() -> None:
    for text, until in (("2022-01-05 12:00", utc(5, 6)), ("2022-01-05", utc(5, 18))):
        when = span("", text)
        assert when is not None
        assert (when.earliest, when.latest, when.text) == (None, until, text)
        assert when.bound is Bound.BY


def test_nothing_gives_nothing() -> None:
    got = read_span(edge(""), edge(""), precision="day", shown_in=ALMATY)
    assert (got.when, got.start_problem, got.end_problem) == (None, None, None)


def test_a_bad_end_costs_the_end_and_a_bad_start_the_start() -> None:
    bad_end = read_span(edge("2022-01-05"), edge("32.13."), precision=None, shown_in=ALMATY)
    assert bad_end.when is not None
    assert (bad_end.when.earliest, bad_end.when.latest) == (utc(4, 18), utc(5, 18))
    assert bad_end.when.text == "2022-01-05"
    assert bad_end.start_problem is None
    assert bad_end.end_problem is not None
    bad_start = read_span(edge("soon"), edge("2022-01-05"), precision=None, shown_in=ALMATY)
    assert bad_start.when is not None
    assert (bad_start.when.earliest, bad_start.when.latest) == (None, utc(5, 18))
    assert bad_start.start_problem is not None
    assert bad_start.end_problem is None


def test_a_span_that_ends_before_it_begins_is_left_out_whole_and_quotes_both() -> None:
    got = read_span(edge("2022-01-06"), edge("2022-01-04"), precision=None, shown_in=ALMATY)
    assert got.when is None
    assert got.start_problem is not None
    assert got.start_problem.code == "impossible-date"
    assert '"2022-01-06" to "2022-01-04"' in got.start_problem.text


@pytest.mark.parametrize(("part", "from_", "to"), [("evening", 12, 18), ("morning", 0, 6)])
def test_a_part_of_the_day_in_another_cell_narrows_a_bare_date(
    part: str, from_: int, to: int
) -> None:
    got = read_span(
        edge("2022-01-05"), edge(""), precision="part-of-day", shown_in=ALMATY, part=part
    )
    assert got.when is not None
    assert (got.when.earliest, got.when.latest) == (utc(5, from_), utc(5, to))
    assert (got.when.precision, got.when.part) == (Precision.PART_OF_DAY, part)


def test_a_night_is_told_as_ambiguous_and_its_day_stands() -> None:
    got = read_span(
        edge("2022-01-05"), edge(""), precision="part-of-day", shown_in=ALMATY, part="night"
    )
    assert got.start_problem is not None
    assert got.start_problem.code == "ambiguous-date"
    assert got.when is not None
    assert (got.when.precision, got.when.earliest) == (Precision.DAY, utc(4, 18))


def test_a_start_can_be_left_without_an_end() -> None:
    when = span("2022-01-05")
    assert when is not None
    opened = begun(when)
    assert (opened.earliest, opened.latest, opened.text) == (utc(4, 18), None, "2022-01-05")
    assert opened.bound is Bound.SINCE


def test_how_sharp_a_cell_is_written() -> None:
    assert sharpness(edge("2022-01-05 10:00")) is Precision.MINUTE
    assert sharpness(edge("2022-01")) is Precision.MONTH
    assert sharpness(edge("")) is None
    assert sharpness(edge("soon")) is None
    assert sharpness(edge("2022-01-05  10:00\u00a0")) is Precision.MINUTE
