"""A table of a measured series: every row is accounted for, and the claims name their instrument."""

from __future__ import annotations

import pytest

from qantar.model.accession import Holds
from qantar.model.claim import OutageDetail
from qantar.reading.identifiers import Identifiers
from qantar.reading.series_table import read_series_table

from .tables import Columns, codes, column, context, document

COLUMNS: Columns = {
    "at": "time",
    "value": "n",
    "region": "where",
    "method": "how",
    "instrument": "who",
}
HEADER = ("time", "n", "where", "how", "who")


def rows(*values: str, who: str = "Probe (invented)", begin: int = 0) -> list[tuple[str, ...]]:
    """Half-hourly rows from midnight of 5 January 2022, clock times of Almaty."""
    listed: list[tuple[str, ...]] = []
    for at, value in enumerate(values, start=begin):
        clock = f"2022-01-{5 + at // 48:02d} {at % 48 // 2:02d}:{at % 2 * 30:02d}"
        listed.append((clock, value, "Sayaqkent", "probe", who))
    return listed


USUAL = ["100"] * 8
CUT = [*USUAL, "3", "1", "", "2", "98"]


def test_a_fall_becomes_a_claim_of_the_instrument() -> None:
    account, shown = read_series_table(
        document(HEADER, *rows(*CUT)), context(Holds.SERIES, COLUMNS), Identifiers()
    )
    (claim,) = account.claims
    assert (account.rows_in, account.rows_read, account.rows_unreadable) == (13, 13, 0)
    # The first hours of a series have nothing before them to be held against.
    assert codes(account.findings) == ["not-judged"]
    assert "6 of 13 values" in account.findings[0].text
    assert (claim.id, account.own_ids) == ("said-outage-1", ("said-outage-1",))
    assert (claim.kind, claim.said_by, claim.voice) == (
        "outage",
        "Probe (invented)",
        "Probe (invented)",
    )
    assert (claim.source_kind, claim.basis) == ("instrument", "inferred")
    assert claim.where[0].place == "L1"
    assert isinstance(claim.detail, OutageDetail)
    assert (claim.detail.state, claim.detail.rule, str(claim.detail.level)) == (
        "down",
        "series/1",
        "0.02",
    )
    assert (claim.detail.start_precision, claim.detail.end_precision) == ("hour", "hour")
    # 04:00 to 06:00 in Almaty, six hours before Greenwich.
    assert claim.when is not None
    assert claim.when.earliest is not None
    assert claim.when.latest is not None
    assert claim.when.earliest.isoformat() == "2022-01-04T22:00:00+00:00"
    assert claim.when.latest.isoformat() == "2022-01-05T00:00:00+00:00"
    assert (claim.passage.row, claim.passage.line, claim.passage.at_row) == (9, 10, 10)
    assert "rule series/1" in claim.statement
    # The rows of the outage, and one on each side.
    assert shown == frozenset(range(8, 14))


def test_several_series_of_one_table_are_judged_apart() -> None:
    mixed = [*rows(*CUT), *rows(*USUAL, "100", "100", "99", "100", "98", who="Other (invented)")]
    account, _ = read_series_table(
        document(HEADER, *sorted(mixed)), context(Holds.SERIES, COLUMNS), Identifiers()
    )
    assert [claim.said_by for claim in account.claims] == ["Probe (invented)"]


def test_bad_rows_are_counted_and_bad_values_are_not_measured() -> None:
    bad = [("never", "5", "Sayaqkent", "probe", "Probe (invented)"), ("", "5", "", "", "")]
    values = [*USUAL, "3", "many", "NaN", "2", "98"]
    account, _ = read_series_table(
        document(HEADER, *rows(*values), *bad, unreadable=1),
        context(Holds.SERIES, COLUMNS),
        Identifiers(),
    )
    assert (account.rows_in, account.rows_read, account.rows_unreadable) == (16, 13, 3)
    assert sorted(codes(account.findings)) == [
        "impossible-date",
        "not-a-number",
        "not-judged",
        "unparsed-date",
    ]
    assert len(account.claims) == 1


def test_a_gap_is_told_and_no_outage() -> None:
    values = [*USUAL, *[""] * 9, "100", "100"]
    account, _ = read_series_table(
        document(HEADER, *rows(*values)), context(Holds.SERIES, COLUMNS), Identifiers()
    )
    assert account.claims == ()
    told = account.findings[0]
    assert codes(account.findings) == ["measurement-gap", "not-judged"]
    assert "2022-01-04 21:30 UTC to 2022-01-05 02:30 UTC" in told.text


def test_too_little_before_is_told() -> None:
    account, _ = read_series_table(
        document(HEADER, *rows("100", "0", "0", "100")),
        context(Holds.SERIES, COLUMNS),
        Identifiers(),
    )
    assert (account.claims, codes(account.findings)) == ((), ["not-judged"])


def test_two_values_of_one_instant_are_told() -> None:
    account, _ = read_series_table(
        document(HEADER, *rows(*CUT), *rows("7", begin=3)),
        context(Holds.SERIES, COLUMNS),
        Identifiers(),
    )
    assert codes(account.findings) == ["not-judged", "duplicate-instant"]


@pytest.mark.parametrize("missing", ["at", "value"])
def test_without_a_column_that_is_needed_no_row_is_read(missing: str) -> None:
    columns = {**COLUMNS, missing: "elsewhere"}
    account, shown = read_series_table(
        document(HEADER, *rows(*CUT)), context(Holds.SERIES, columns), Identifiers()
    )
    assert (account.rows_read, account.rows_unreadable, shown) == (0, 13, frozenset())
    assert codes(account.findings) == ["unknown-column"]


def test_seconds_since_1970_and_days_are_instants_too() -> None:
    columns: Columns = {"at": column("t", as_=("unix-seconds",)), "value": "n"}
    values = [*["100"] * 8, "1", "1", "100"]
    table = document(("t", "n"), *((str(1641340800 + 1800 * n), v) for n, v in enumerate(values)))
    account, _ = read_series_table(table, context(Holds.SERIES, columns), Identifiers())
    # Without a method it might be traffic: nights are held against nights, and one is too little.
    assert (account.claims, codes(account.findings)) == ((), ["not-judged"])
    routes: Columns = {**columns, "method": column(constant="bgp")}
    account, _ = read_series_table(table, context(Holds.SERIES, routes), Identifiers())
    assert [one.said_by for one in account.claims] == ["collectors"]


def test_ids_that_are_taken_are_given_anew() -> None:
    account, _ = read_series_table(
        document(HEADER, *rows(*CUT)),
        context(Holds.SERIES, COLUMNS),
        Identifiers(["said-outage-1"]),
    )
    assert ([one.id for one in account.claims], account.own_ids) == (
        ["said-outage-1#2"],
        ("said-outage-1",),
    )


def test_of_a_long_outage_the_beginning_and_the_end_are_shown() -> None:
    columns: Columns = {
        "at": column("t", as_=("unix-seconds",)),
        "value": "n",
        "method": column(constant="bgp"),
    }
    values = [*["100"] * 40, *["0"] * 3000, "100"]
    table = document(("t", "n"), *((str(1641340800 + 300 * n), v) for n, v in enumerate(values)))
    account, shown = read_series_table(table, context(Holds.SERIES, columns), Identifiers())
    assert len(account.claims) == 1
    assert len(shown) == 500
    assert {40, 41, 3041} <= shown
