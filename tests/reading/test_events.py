"""Events: what happened, where and when, as sharp as it was said."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from qantar.model.accession import Holds
from qantar.model.claim import Claim, EventDetail
from qantar.model.date_order import DateOrder
from qantar.model.when import Precision

from .tables import Columns, codes, column, one, read

EVENT: Columns = {
    "id": "Id",
    "statement": "What",
    "event_kind": "Kind",
    "actors": "Who",
    "place": "Where",
    "start": "From",
    "end": "To",
    "precision": "Sharp",
    "part": "Part",
    "zone": "Zone",
    "figure": "N",
}


def event(**row: str) -> Claim:
    return one(Holds.EVENTS, EVENT, Id="E1", What="Crowd gathers", **row)


def test_a_row_says_what_kind_of_event_and_of_which_family() -> None:
    claim = event(Kind="strike", Who="oil workers", Where="Sayaqkent", N="700")
    assert claim.detail == EventDetail(event_kind="strike", family="assembly", actors="oil workers")
    assert [where.place for where in claim.where] == ["L1"]
    assert claim.quantity is not None
    assert claim.quantity.lower == 700
    own = event(Kind="other")
    assert isinstance(own.detail, EventDetail)
    assert own.detail.family == own.detail.event_kind == "other"


def test_an_unknown_kind_is_other_and_told() -> None:
    got = read(Holds.EVENTS, EVENT, {"Id": "E1", "What": "x", "Kind": "bread-queue"})
    assert got.claims[0].detail == EventDetail(event_kind="other", family="other")
    assert "unknown-word" in codes(got.findings)


def test_start_and_end_are_a_window_as_sharp_as_the_row_says() -> None:
    when = event(From="2022-01-05T10:00", To="2022-01-05T12:00", Sharp="minute").when
    assert when is not None
    assert (when.precision, when.latest) == (
        Precision.MINUTE,
        datetime(2022, 1, 5, 6, tzinfo=UTC),
    )
    hour = event(From="2022-01-05T10:00", Sharp="hour").when
    assert hour is not None
    assert hour.latest == datetime(2022, 1, 5, 5, tzinfo=UTC)


def test_without_a_precision_an_event_is_as_sharp_as_it_is_written() -> None:
    for written, sharp in (
        ("2022-01-05 10:00", "minute"),
        ("2022-01-05", "day"),
        ("2022-01", "month"),
    ):
        when = event(From=written).when
        assert when is not None
        assert when.precision == sharp


def test_a_part_of_the_day_stands_in_its_own_column() -> None:
    when = event(From="2022-01-05", Sharp="part-of-day", Part="evening").when
    assert when is not None
    assert (when.part, when.earliest) == ("evening", datetime(2022, 1, 5, 12, tzinfo=UTC))
    not_asked = event(From="2022-01-05", Sharp="day", Part="evening").when
    assert not_asked is not None
    assert not_asked.part is None


def test_the_row_names_its_zone_and_an_unknown_one_is_told() -> None:
    for zone, hour in (("Asia/Aqtau", 5), ("", 4)):
        when = event(From="2022-01-05 10:00", Zone=zone).when
        assert when is not None
        assert when.earliest == datetime(2022, 1, 5, hour, tzinfo=UTC)
    row = {"Id": "E1", "What": "x", "From": "2022-01-05 10:00", "Zone": "+06:00"}
    got = read(
        Holds.EVENTS, {name: EVENT[name] for name in ("id", "statement", "start", "zone")}, row
    )
    (told,) = got.findings
    assert (told.code, told.where and told.where.cell) == ("unknown-zone", "D2")
    assert '"+06:00"' in told.text
    assert got.claims[0].when is not None
    assert got.claims[0].when.zone == "Asia/Almaty"


@pytest.mark.parametrize("order", [DateOrder.DMY, DateOrder.MDY])
def test_the_order_of_day_and_month_reaches_both_edges(order: DateOrder) -> None:
    day, later = (
        ("05.01.2022", "06.01.2022") if order is DateOrder.DMY else ("01.05.2022", "01.06.2022")
    )
    short = {name: EVENT[name] for name in ("id", "statement", "start", "end")}
    row = {"Id": "E1", "What": "x", "From": day, "To": later}
    by_file = read(Holds.EVENTS, short, row, dates=order)
    by_column = read(
        Holds.EVENTS,
        {**short, "start": column("From", dates=order), "end": column("To", dates=order)},
        row,
    )
    for got in (by_file, by_column):
        assert got.findings == ()
        assert got.claims[0].when is not None
        assert got.claims[0].when.edtf == "2022-01-05/2022-01-06"


def test_each_edge_may_have_an_order_of_its_own() -> None:
    columns: Columns = {
        "statement": "What",
        "start": column("From", dates=DateOrder.DMY),
        "end": column("To", dates=DateOrder.MDY),
    }
    when = one(Holds.EVENTS, columns, What="x", From="05.01.2022", To="01.06.2022").when
    assert when is not None
    assert when.edtf == "2022-01-05/2022-01-06"


def test_the_time_may_stand_in_one_cell_and_else_in_two() -> None:
    columns: Columns = {**EVENT, "when": "When"}
    one_cell = one(Holds.EVENTS, columns, Id="1", What="x", When="2022-01-04 evening", From="")
    two_cells = one(Holds.EVENTS, columns, Id="1", What="x", When="", From="2022-01-04")
    assert one_cell.when is not None
    assert two_cells.when is not None
    assert (one_cell.when.part, two_cells.when.precision) == ("evening", Precision.DAY)


def test_only_an_end_is_kept_as_an_end() -> None:
    when = event(To="2022-01-05 12:00").when
    assert when is not None
    assert (when.earliest, when.latest) == (None, datetime(2022, 1, 5, 6, tzinfo=UTC))


def test_a_window_that_ends_before_it_begins_is_told_and_left_out() -> None:
    short = {name: EVENT[name] for name in ("id", "statement", "start", "end")}
    row = {"Id": "E1", "What": "x", "From": "2022-01-05 12:00", "To": "2022-01-05 10:00"}
    got = read(Holds.EVENTS, short, row)
    (told,) = got.findings
    assert (told.code, told.where and told.where.cell) == ("impossible-date", "C2")
    assert '"2022-01-05 12:00" to "2022-01-05 10:00"' in told.text
    assert (got.rows_read, got.claims[0].when) == (1, None)


def test_a_margin_widens_the_window_in_whole_days() -> None:
    columns = {"statement": "what", "start": "day", "margin": "margin"}
    made = one(Holds.EVENTS, columns, what="A clash", day="2022-01-05", margin="3")
    assert made.when is not None
    assert (made.when.edtf, made.when.text) == ("2022-01-02/2022-01-08", "2022-01-05")


@pytest.mark.parametrize("margin", ["-1", "0.5", "99999"])
def test_a_margin_that_is_no_number_of_days_is_told(margin: str) -> None:
    columns = {"statement": "what", "start": "day", "margin": "margin"}
    got = read(Holds.EVENTS, columns, {"what": "A clash", "day": "2022-01-05", "margin": margin})
    assert codes(got.findings) == ["impossible-date"]
    assert got.claims[0].when is not None
    assert got.claims[0].when.edtf == "2022-01-05"


def test_a_reach_is_that_of_the_rows_own_point() -> None:
    columns = {"statement": "what", "lat": "lat", "lon": "lon", "place": "place", "reach": "reach"}
    row = {"what": "A clash", "lat": "45", "lon": "70", "place": "", "reach": "25000"}
    assert read(Holds.EVENTS, columns, row).claims[0].where[0].reach_m == 25_000
    named = read(Holds.EVENTS, columns, row | {"place": "Sayaqkent"}).claims[0].where[0]
    assert (named.place, named.reach_m) == ("L1", 25_000)
    far = read(Holds.EVENTS, columns, row | {"reach": "99999999"})
    assert codes(far.findings) == ["impossible-place"]


def test_a_row_that_says_what_it_counts_states_a_figure_too() -> None:
    columns: Columns = {
        "id": "id",
        "statement": "what",
        "start": "day",
        "place": "place",
        "figure": "n",
        "lower": "low",
        "upper": "high",
        "measure": column(constant="killed"),
        "population": column(constant="all"),
    }
    row = {"id": "E1", "what": "Shots", "day": "2022-01-05", "place": "Sayaqkent"}
    got = read(Holds.EVENTS, columns, row | {"n": "4", "low": "2", "high": "9"})
    event, figure = got.claims
    assert (event.id, event.kind, figure.id, figure.kind) == (
        "E1",
        "event",
        "E1/figure",
        "figure",
    )
    assert figure.figure_key == "killed-all-sayaqkent-2022-01-05"
    assert figure.quantity == event.quantity
    assert got.own_ids == ("E1", "E1/figure")
    # Without an amount there is nothing to count.
    assert len(read(Holds.EVENTS, columns, row | {"n": "", "low": "", "high": ""}).claims) == 1
