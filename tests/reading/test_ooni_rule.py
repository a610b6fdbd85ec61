"""The rule `ooni/1`: what measurements of single addresses say, worked by hand."""

from __future__ import annotations

import pytest

from qantar.reading.ooni_rule import LONGEST_GAP, Probe, Verdict, blocks, verdict_of

HOUR = 3600
B, C, R = Verdict.BLOCKED, Verdict.CONFIRMED, Verdict.REACHED


def probes(*said: tuple[float, Verdict]) -> list[Probe]:
    """Measurements at so many hours."""
    return [
        Probe(at=int(hours * HOUR), verdict=verdict, how="dns", row=number)
        for number, (hours, verdict) in enumerate(said, start=1)
    ]


def spans(*said: tuple[float, Verdict]) -> list[tuple[float, float | None, int, bool]]:
    """Blocks as first hour, hour of the end, count, whether a claim follows."""
    return [
        (b.probes[0].at / HOUR, b.end.at / HOUR if b.end else None, len(b.probes), b.is_enough)
        for b in blocks(probes(*said))
    ]


def test_the_example_worked_by_hand_in_the_documentation() -> None:
    assert spans((9, R), (10, B), (10.5, B), (12, B), (14, R), (15, B), (16, R)) == [
        (10, 14, 3, True),
        (15, 16, 1, False),
    ]


def test_the_order_of_the_file_says_nothing() -> None:
    forward = probes((9, R), (10, B), (11, B), (12, R))
    assert blocks(reversed(forward)) == blocks(forward)


def test_one_measurement_is_enough_where_the_block_was_recognised() -> None:
    assert spans((10, C)) == [(10, None, 1, True)]
    assert spans((10, B)) == [(10, None, 1, False)]


def test_what_was_not_measured_for_a_day_was_not_blocked() -> None:
    day = LONGEST_GAP / HOUR
    assert spans((0, B), (day, B)) == [(0, None, 2, True)]
    assert spans((0, B), (day + 1, B)) == [(0, None, 1, False), (day + 1, None, 1, False)]
    assert spans((0, B), (1, B), (day + 2, R)) == [(0, None, 2, True)]
    (first,) = blocks(probes((0, R), (day + 1, B), (day + 2, B)))
    assert first.before is None


def web(**keys: str) -> dict[str, str]:
    return {f"test_keys/{name}": value for name, value in keys.items()}


@pytest.mark.parametrize(
    ("test", "values", "verdict"),
    [
        ("web_connectivity", web(blocking="dns", accessible="false"), B),
        ("web_connectivity", web(blocking="tcp_ip"), B),
        ("web_connectivity", web(blocking="http-failure"), B),
        ("web_connectivity", web(blocking="http-diff"), B),
        ("web_connectivity", web(blocking="false", accessible="true"), R),
        # Out of order for everybody: neither.
        ("web_connectivity", web(blocking="false", accessible="false"), None),
        ("web_connectivity", web(blocking="null"), None),
        ("web_connectivity", {}, None),
        (
            "telegram",
            web(
                telegram_tcp_blocking="false",
                telegram_http_blocking="false",
                telegram_web_status="ok",
            ),
            R,
        ),
        ("telegram", web(telegram_tcp_blocking="true", telegram_web_status="ok"), B),
        ("telegram", web(telegram_tcp_blocking="false", telegram_web_status="ok"), None),
        ("whatsapp", web(registration_server_status="blocked"), B),
        (
            "whatsapp",
            web(
                registration_server_status="ok",
                whatsapp_web_status="ok",
                whatsapp_endpoints_status="ok",
            ),
            R,
        ),
        ("facebook_messenger", web(facebook_dns_blocking="true", facebook_tcp_blocking="null"), B),
        (
            "facebook_messenger",
            web(facebook_dns_blocking="false", facebook_tcp_blocking="false"),
            R,
        ),
        ("signal", web(signal_backend_status="blocked"), B),
        ("signal", web(signal_backend_status="ok"), R),
        ("ndt", web(blocking="dns"), None),
        # The list sums a measurement of any test up.
        ("ndt", {"anomaly": "true", "confirmed": "false", "failure": "false"}, B),
        ("ndt", {"anomaly": "true", "confirmed": "true", "failure": "false"}, C),
        ("ndt", {"anomaly": "false", "confirmed": "false", "failure": "false"}, R),
        ("ndt", {"anomaly": "true", "confirmed": "false", "failure": "true"}, None),
        ("ndt", {"anomaly": "null"}, None),
    ],
)
def test_what_one_measurement_says(
    test: str, values: dict[str, str], verdict: Verdict | None
) -> None:
    read = verdict_of(test, values)
    assert (read[0] if read else None) == verdict
