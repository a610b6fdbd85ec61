"""Measurements of IODA and OONI, from the reader's own answers to claims of outages."""

from __future__ import annotations

import json
from io import BytesIO

import pytest

from qantar.model.accession import Accession
from qantar.model.claim import OutageDetail
from qantar.model.place import Gazetteer
from qantar.model.speaker import Speakers
from qantar.readers.answer import records
from qantar.readers.job import Job
from qantar.reading.context import Context
from qantar.reading.identifiers import Identifiers
from qantar.reading.measured import HEADER, Measured, measured
from tests.readers.golden import SAMPLES
from tests.readers.reading import answered

from .tables import ORIGINAL, PLACES, ZONE, codes

BEGIN = 1641340800  # 5 January 2022, midnight in Greenwich


def read(data: bytes, name: str = "net.json") -> Measured:
    context = Context(
        accession=Accession(path=f"ioda/{name}", source="ioda"),
        accession_id="a1",
        original=ORIGINAL,
        zone=ZONE,
        gazetteer=Gazetteer.of(PLACES),
        speakers=Speakers.of(()),
    )
    return measured(records(BytesIO(answered(data, Job(name=name)))), context, Identifiers())


def signals(*sources: str, values: list[object] | None = None) -> bytes:
    found = values if values is not None else [100] * 36 + [2, 1, None, 0] + [99]
    listed = [
        {
            "entityType": "region",
            "entityCode": "9999",
            "entityName": "Sayaqkent",
            "entityFqid": "geo.provider.AS.XX.9999",
            "datasource": source,
            "subtype": "",
            "from": BEGIN,
            "until": BEGIN + 600 * len(found),
            "step": 600,
            "nativeStep": 600,
            "values": found,
        }
        for source in sources
    ]
    answer = {
        "type": "signals",
        "metadata": {
            "requestTime": "2022-02-01T01:44:46+00:00",
            "responseTime": "2022-02-01T01:44:47+00:00",
        },
        "data": [listed],
    }
    return json.dumps(answer).encode()


def test_a_fall_of_a_series_is_a_claim_of_its_instrument() -> None:
    found = read(signals("ping-slash24", "bgp"))
    first, second = found.account.claims
    assert (first.id, second.id) == ("net-1-outage-1", "net-2-outage-1")
    assert (first.said_by, second.said_by) == ("IODA ping-slash24", "IODA bgp")
    assert (first.where[0].place, first.source, first.source_kind) == ("L1", "ioda", "instrument")
    assert isinstance(first.detail, OutageDetail)
    assert (first.detail.method, first.detail.state, first.detail.rule) == (
        "probe",
        "down",
        "series/1",
    )
    assert first.when is not None
    assert first.when.earliest is not None
    assert first.when.latest is not None
    assert (first.when.earliest.timestamp(), first.when.latest.timestamp()) == (
        BEGIN + 36 * 600,
        BEGIN + 40 * 600,
    )
    # By the time it answered, the service said so.
    assert first.made_at is not None
    assert first.made_at.edtf.startswith("2022-02-01")
    assert codes(found.account.findings) == ["not-judged"] * 2


def test_rows_that_claims_stand_on_are_kept_with_their_neighbours() -> None:
    found = read(signals("ping-slash24", "bgp"))
    assert [row.number for row in found.rows] == [*range(36, 42), *range(77, 83)]
    assert all(len(row.values) == len(HEADER) for row in found.rows)
    first, second = found.account.claims
    assert (first.passage.row, second.passage.row) == (37, 78)
    named = {row.number: row.values for row in found.rows}
    assert named[37] == ("region/9999 ping-slash24", "2022-01-05T06:00:00+00:00", "2")
    assert named[39][2] == "null"


def test_what_says_nothing_of_the_network_is_told() -> None:
    found = read(signals("ping-slash24-latency", "gtr-sarima"))
    assert found.account.claims == ()
    assert codes(found.account.findings) == ["not-judged"] * 2


@pytest.mark.parametrize("name", ["ooni.jsonl", "ooni-list.json"])
def test_what_was_found_blocked_once_is_told_and_makes_no_claim(name: str) -> None:
    found = read((SAMPLES / "measurement" / name).read_bytes(), name)
    assert (found.account.claims, found.rows) == ((), ())
    assert set(codes(found.account.findings)) == {"not-judged"}
    assert "found blocked in AS64500 in XX once" in found.account.findings[-1].text


def test_what_ioda_itself_calls_an_outage_is_its_word() -> None:
    found = read((SAMPLES / "measurement" / "ioda-events.json").read_bytes(), "e.json")
    first, second = found.account.claims
    assert (first.said_by, second.said_by) == ("IODA bgp", "IODA ping-slash24")
    assert isinstance(first.detail, OutageDetail)
    assert (first.detail.rule, first.detail.level, first.detail.state) == (None, None, "degraded")
    assert first.when is not None
    assert first.when.earliest is not None
    assert first.when.latest is not None
    # It began at 1641363000 and lasted 1800 seconds.
    assert (first.when.earliest.timestamp(), first.when.latest.timestamp()) == (
        1641363000,
        1641364800,
    )
    assert "unresolved-place" in codes(found.account.findings)


def test_ranges_of_ioda_are_its_word_too() -> None:
    found = read((SAMPLES / "measurement" / "ioda-ranges.json").read_bytes(), "r.json")
    (claim,) = found.account.claims
    assert claim.when is not None
    assert claim.when.latest is not None
    assert claim.when.latest.timestamp() == 1641364800


@pytest.mark.parametrize("values", [[], [None] * 50, [["x"]] * 50, ["1e999999999"] * 50, [-1] * 60])
def test_values_that_are_none_make_no_claim_and_no_crash(values: list[object]) -> None:
    assert read(signals("bgp", values=values)).account.claims == ()


def test_an_end_beyond_all_years_is_none() -> None:
    event = {
        "location": "region/9999",
        "location_name": "Sayaqkent",
        "start": 1641363000,
        "duration": 999999999999,
        "datasource": "bgp",
        "score": 1,
    }
    found = read(json.dumps({"data": [event]}).encode())
    (claim,) = found.account.claims
    assert isinstance(claim.detail, OutageDetail)
    assert claim.detail.end_precision is None


def test_of_many_series_only_the_first_are_told_one_by_one() -> None:
    found = read(signals(*["gtr"] * 300, values=[1]))
    assert len(found.account.findings) == 101
    assert found.account.findings[-1].text.startswith("200 more")


def ooni(at: str, found: str, *, network: str = "AS64500", kind: str = "mobile") -> str:
    blocking = {"reached": False, "unknown": None}.get(found, found)
    return json.dumps(
        {
            "annotations": {"network_type": kind},
            "input": "https://news.invented.example/",
            "measurement_start_time": at,
            "probe_asn": network,
            "probe_cc": "XX",
            "report_id": "r",
            "test_keys": {"blocking": blocking, "accessible": blocking is False},
            "test_name": "web_connectivity",
        }
    )


def ooni_lines(*lines: str) -> bytes:
    return "\n".join(lines).encode() + b"\n"


def test_what_ooni_found_blocked_is_a_claim_of_the_instrument_with_its_measurements() -> None:
    found = read(
        ooni_lines(
            ooni("2022-01-05 09:00:00", "reached"),
            ooni("2022-01-05 10:00:00", "dns"),
            ooni("2022-01-05 10:30:00", "tcp_ip"),
            ooni("2022-01-05 10:40:00", "reached", network="AS64501"),
            ooni("2022-01-05 12:00:00", "reached"),
        ),
        "o.jsonl",
    )
    (claim,) = found.account.claims
    assert (claim.said_by, claim.source_kind, claim.basis) == (
        "OONI web_connectivity",
        "instrument",
        "inferred",
    )
    assert claim.statement == (
        "OONI found https://news.invented.example/ blocked in AS64500 in XX from 2022-01-05 10:00 "
        "UTC (reached at 2022-01-05 09:00 UTC) 2 times, last at 2022-01-05 10:30 UTC, and reached "
        "again at 2022-01-05 12:00 UTC (dns; tcp_ip; rule ooni/1)"
    )
    assert claim.when is not None
    assert claim.when.text == "2022-01-05T10:00:00Z/2022-01-05T12:00:00Z"
    assert claim.detail == OutageDetail(
        network="mobile",
        state="blocked",
        method="probe",
        start_precision="hour",
        end_precision="part-of-day",
        rule="ooni/1",
    )
    assert [row.number for row in found.rows] == [1, 2, 3, 5]
    assert claim.passage.row == 2
    assert "not-judged" not in codes(found.account.findings)


def test_a_single_measurement_and_one_that_says_nothing_are_told_and_no_claim() -> None:
    found = read(
        ooni_lines(ooni("2022-01-05 10:00:00", "dns"), ooni("2022-01-05 11:00:00", "unknown")),
        "o.jsonl",
    )
    assert found.account.claims == ()
    told = " ".join(one.text for one in found.account.findings if one.code == "not-judged")
    assert "was found blocked in AS64500 in XX once, at 2022-01-05 10:00 UTC" in told
    assert '1 of "web_connectivity" (OONI)' in told or "1 of “web_connectivity” (OONI)" in told


def test_ways_into_a_network_that_differ_are_not_told_apart() -> None:
    found = read(
        ooni_lines(
            ooni("2022-01-05 10:00:00", "dns", kind="wifi"), ooni("2022-01-05 10:30:00", "dns")
        ),
        "o.jsonl",
    )
    (claim,) = found.account.claims
    assert isinstance(claim.detail, OutageDetail)
    assert claim.detail.network == "all"
    assert "or earlier" in claim.statement
    assert "not measured again within a day" in claim.statement
