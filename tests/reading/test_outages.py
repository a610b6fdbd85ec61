"""Outages: one measurer's window, in UTC or in local time, with only the end that was stated."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from qantar.model.accession import Holds
from qantar.model.claim import Claim, OutageDetail
from qantar.model.date_order import DateOrder

from .tables import Columns, codes, column, one, read

OUTAGE: Columns = {
    "statement": "Note",
    "region": column("Region", split=";"),
    "network": "Network",
    "state": "State",
    "method": "Method",
    "level": "Level",
    "start": "From",
    "end": "To",
    "start_precision": "Sharp",
    "end_precision": "EndSharp",
    "zone": "Zone",
    "said_by": "By",
}
IN_UTC: Columns = {**OUTAGE, "utc_start": "FromUTC", "utc_end": "ToUTC"}


def outage(columns: Columns = OUTAGE, /, **row: str) -> Claim:
    return one(Holds.OUTAGES, columns, Note="No connection", **row)


def detail(claim: Claim) -> OutageDetail:
    assert isinstance(claim.detail, OutageDetail)
    return claim.detail


def utc(hour: int, minute: int = 0, *, day: int = 5) -> datetime:
    return datetime(2022, 1, day, hour, minute, tzinfo=UTC)


def test_a_row_is_one_measurers_window_over_all_its_regions() -> None:
    claim = outage(
        Region="Sayaqkent; Kazakhstan",
        Network="mobile",
        State="degraded",
        Method="probe",
        Level="0.15",
        By="A measurer",
    )
    assert [where.place for where in claim.where] == ["L1", "KZ"]
    assert (claim.voice, detail(claim).level) == ("A measurer", Decimal("0.15"))
    assert (detail(claim).network, detail(claim).state, detail(claim).method) == (
        "mobile",
        "degraded",
        "probe",
    )
    assert (detail(outage()).network, detail(outage()).state) == ("all", "down")


def test_local_times_are_in_the_zone_of_the_row_and_utc_times_are_instants() -> None:
    local = outage(From="2022-01-05 16:30", To="2022-01-05 19:00", Zone="Asia/Aqtau").when
    assert local is not None
    assert (local.earliest, local.latest, local.zone) == (utc(11, 30), utc(14), "Asia/Aqtau")
    instants = outage(
        IN_UTC, FromUTC="2022-01-05 16:30", ToUTC="2022-01-05T19:00:00Z", Zone="Asia/Aqtau"
    ).when
    assert instants is not None
    assert (instants.earliest, instants.latest, instants.zone) == (
        utc(16, 30),
        utc(19),
        "Asia/Aqtau",
    )


def test_a_measurer_that_reports_in_utc_says_nothing_of_the_places_zone() -> None:
    when = outage(IN_UTC, FromUTC="2022-01-05 16:30", Zone="UTC").when
    assert when is not None
    assert (when.earliest, when.zone) == (utc(16, 30), "Asia/Almaty")


def test_utc_goes_before_local_time_row_by_row() -> None:
    both = outage(IN_UTC, From="2022-01-05 10:00", FromUTC="2022-01-05 10:00").when
    only_local = outage(IN_UTC, From="2022-01-05 10:00", FromUTC="").when
    assert both is not None
    assert only_local is not None
    assert (both.earliest, only_local.earliest) == (utc(10), utc(4))


def test_an_end_that_nobody_states_is_none() -> None:
    open_ended = outage(From="2022-01-05 16:30", Sharp="minute", EndSharp="minute")
    stated = outage(From="2022-01-05 16:30", To="2022-01-05 19:00", Sharp="minute", EndSharp="hour")
    assert (detail(open_ended).end_precision, detail(stated).end_precision) == (None, "hour")


def test_an_edge_is_as_sharp_as_it_is_written_where_the_row_does_not_say() -> None:
    claim = outage(From="2022-01-05", To="2022-01-06 10:00")
    assert (detail(claim).start_precision, detail(claim).end_precision) == ("day", "minute")
    in_utc = outage(IN_UTC, FromUTC="2022-01-05 10:00", ToUTC="2022-01-06")
    assert (detail(in_utc).start_precision, detail(in_utc).end_precision) == ("minute", "day")


def test_a_bad_end_leaves_the_outage_open_and_is_told_at_its_cell() -> None:
    short: Columns = {"statement": "Note", "start": "From", "end": "To"}
    got = read(Holds.OUTAGES, short, {"Note": "x", "From": "2022-01-05 10:00", "To": "restored?"})
    (told,) = got.findings
    assert (told.code, told.where and told.where.cell) == ("unparsed-date", "C2")
    (claim,) = got.claims
    assert claim.when is not None
    assert claim.when.earliest == utc(4)
    assert detail(claim).end_precision is None


def test_the_order_of_day_and_month_reaches_the_window() -> None:
    short: Columns = {"statement": "Note", "start": "From", "end": "To", "utc_start": "U"}
    for row in ({"From": "05.01.2022", "To": "06.01.2022"}, {"U": "05.01.2022 00:00"}):
        got = read(
            Holds.OUTAGES,
            short,
            {"Note": "x", "From": "", "To": "", "U": "", **row},
            dates=DateOrder.DMY,
        )
        assert got.findings == ()
        assert got.claims[0].when is not None
        assert got.claims[0].when.edtf.startswith("2022-01-05")


@pytest.mark.parametrize("level", ["15", "-0.1", "1.01"])
def test_a_level_that_is_no_share_is_told_and_left_empty(level: str) -> None:
    got = read(
        Holds.OUTAGES, {"statement": "Note", "level": "Level"}, {"Note": "x", "Level": level}
    )
    assert codes(got.findings) == ["impossible-level"]
    assert detail(got.claims[0]).level is None


def test_an_unknown_precision_is_told_once() -> None:
    columns: Columns = {"statement": "Note", "start": "From", "start_precision": "Sharp"}
    got = read(Holds.OUTAGES, columns, {"Note": "x", "From": "2022-01-05", "Sharp": "roughly"})
    assert codes(got.findings) == ["unknown-word"]
