"""Measurements of the internet: values as found, each with its instant, and nothing concluded."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from qantar.readers import measurement, measurement_writer
from tests.readers.reading import ReadDocument, read_bytes
from tests.readers.suite import ReaderSuite, pytest_generate

SAMPLES = Path(__file__).parent / "samples" / "measurement"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    pytest_generate(metafunc)


class TestMeasurement(ReaderSuite):
    reader = "measurement"


def sample(name: str) -> list[ReadDocument]:
    return read_bytes((SAMPLES / name).read_bytes(), name)


def rows(document: ReadDocument) -> list[tuple[str | None, str]]:
    return [(s.at, document.text[s.start : s.end]) for s in document.segments]


def page(*series: object) -> list[ReadDocument]:
    data = {"type": "signals", "data": [list(series)]}
    return read_bytes(json.dumps(data).encode(), "s.json", reader="measurement")


def series(**changed: Any) -> dict[str, Any]:
    one = {"entityType": "country", "entityCode": "XX", "datasource": "bgp"}
    return one | {"from": 1641363000, "until": 1641363600, "step": 300, "values": [5, 6]} | changed


def test_each_value_of_a_series_has_its_instant() -> None:
    _, bgp, *_ = sample("ioda-signals.json")
    # date -u -d @1641363000 gives 2022-01-05 06:10:00; the step is 300 seconds
    assert rows(bgp) == [
        ("2022-01-05T06:10:00+00:00", "620"),
        ("2022-01-05T06:15:00+00:00", "618"),
        ("2022-01-05T06:20:00+00:00", "null"),  # no measurement is not a measurement of nothing
        ("2022-01-05T06:25:00+00:00", "0"),
        ("2022-01-05T06:30:00+00:00", "3.5"),
        ("2022-01-05T06:35:00+00:00", "611"),
    ]
    assert {s.at_zone for s in bgp.segments} == {"UTC"}
    assert [s.locator.row for s in bgp.segments] == [1, 2, 3, 4, 5, 6]


def test_a_series_says_what_it_measures_and_by_what() -> None:
    container, *found = sample("ioda-signals.json")
    assert [each.begin.member for each in found] == [
        "region/9999 bgp",
        "region/9999 ping-slash24",
        "region/9999 gtr WEB_SEARCH",
        "region/9999 ping-slash24-latency",
    ]
    assert found[0].meta == {
        "measurement.instrument": "IODA",
        "measurement.kind": "signal",
        "measurement.entity": "region/9999",
        "measurement.entity_name": "Саяккент (вымысел)",
        "measurement.entity_id": "geo.provider.AS.XX.9999",
        "measurement.datasource": "bgp",
        "measurement.from": "2022-01-05T06:10:00+00:00",
        "measurement.until": "2022-01-05T06:40:00+00:00",
        "measurement.step_seconds": "300",
        "measurement.columns": "value",
    }
    assert container.meta["measurement.type"] == "signals"
    assert "1641363000" in str(container.meta["measurement.request"])
    assert container.text == ""


def test_the_hash_is_that_of_the_series_as_it_stands_in_the_file() -> None:
    inner = json.dumps(series()).encode()
    _, found = read_bytes(b'{"data": [[ ' + inner + b" ]]}", "s.json")
    assert found.begin.sha256 == hashlib.sha256(inner).hexdigest()


def test_values_that_are_more_than_a_number_stand_as_they_are() -> None:
    latency = sample("ioda-signals.json")[-1]
    assert [text for _, text in rows(latency)] == [
        '[{"agg_name":"latency","agg_values":{"median":31.5}}]',
        "[]",
    ]


@pytest.mark.parametrize("name", ["ioda-events.json", "ioda-ranges.json", "ioda-alerts.json"])
def test_events_and_alerts_are_rows_under_their_names(name: str) -> None:
    said = json.loads((SAMPLES / name).read_bytes())["data"]
    _, found = sample(name)
    columns = str(found.meta["measurement.columns"]).split("\t")
    assert len(found.segments) == len(said)
    for one, segment in zip(said, found.segments, strict=True):
        assert segment.raw is not None
        row = dict(zip(columns, segment.raw, strict=True))
        start = one.get("start") or one.get("from") or one.get("time")
        assert segment.at is not None
        assert datetime.fromisoformat(segment.at).timestamp() == start
        for key, value in one.items():
            if not isinstance(value, dict | list | bool) and value is not None:
                assert row[key] == str(value)


def test_what_all_events_are_about_is_a_fact_of_their_document() -> None:
    _, events = sample("ioda-events.json")
    assert events.meta["measurement.entity"] == "region/9999"
    assert events.meta["measurement.kind"] == "event"
    data = [{"location": f"region/{n}", "start": 1, "score": 1, "datasource": "b"} for n in (1, 2)]
    _, mixed = read_bytes(json.dumps(data).encode(), "e.json")
    assert "measurement.entity" not in mixed.meta


def test_ooni_says_what_its_programs_found_and_no_more() -> None:
    _, first, second, third = sample("ooni.jsonl")
    said = {s.raw[0]: s.raw[1:] for s in first.segments if s.raw}
    assert said["test_keys/blocking"] == ("dns",)
    assert said["test_keys/accessible"] == ("false",)
    assert said["test_keys/x_flags"] == ("1", "2")
    assert said["input"] == ("https://news.invented.example/",)
    assert {s.at for s in first.segments} == {"2022-01-05T10:02:11+00:00"}
    assert first.meta["measurement.entity"] == "country/XX"
    assert first.meta["measurement.network"] == "AS64500"
    assert first.meta["measurement.datasource"] == "web_connectivity"
    (note,) = first.findings
    assert note.code == "hidden-content"
    assert "test_keys/requests" in note.text
    assert "test_keys/blocking\tfalse" in second.text
    assert third.begin.member == "20220105invented_uid"
    assert {s.at for s in third.segments} == {None}
    assert "impossible-date" in third.codes()


def test_where_a_probe_is_stands_in_no_text() -> None:
    _, first, second, _ = sample("ooni.jsonl")
    assert "203.0.113.77" not in second.text
    assert second.meta["protected.probe_ip"] == "203.0.113.77"
    assert "private-section" in second.codes()
    assert "protected.probe_ip" not in first.meta  # its own program took it out
    assert "private-section" not in first.codes()


def test_a_list_of_the_api() -> None:
    container, found = sample("ooni-list.json")
    assert container.begin.reader == "measurement"
    assert "scores/blocking_general\t1.0" in found.text
    assert found.meta["measurement.at"] == "2022-01-05T10:02:11+00:00"


@pytest.mark.parametrize(
    "changed",
    [
        {"from": "soon"},
        {"from": -1},
        {"from": 1.5},
        {"step": 0, "nativeStep": 300},
        {"step": None},
        {"step": [300]},
        {"from": 10**30},
    ],
)
def test_a_series_without_times_that_can_be_has_none(changed: dict[str, Any]) -> None:
    _, found = page(series(**changed))
    assert rows(found) == [(None, "5"), (None, "6")]
    assert "impossible-date" in found.codes()


def test_the_step_between_measurements_serves_where_there_is_no_other() -> None:
    _, found = page(series(step=None, nativeStep=600))
    at = [datetime.fromisoformat(str(s.at)) for s in found.segments]
    assert at[1] - at[0] == timedelta(minutes=10)


def test_what_is_of_no_known_kind_is_kept_as_rows() -> None:
    other = {"entity": {"code": "XX"}, "scores": {"overall": 5}}
    _, first, rest = page(series(), other, "x")
    assert first.meta["measurement.kind"] == "signal"
    assert rest.text == "XX\t5"
    assert rest.meta["measurement.columns"] == "entity/code\tscores/overall"
    assert rest.codes() == {"broken-line"}


@pytest.mark.parametrize("cut", [0.4, 0.7, 0.95])
def test_a_cut_file_gives_what_came_before(cut: float) -> None:
    data = json.dumps({"type": "signals", "data": [[series(values=[1] * 50)] * 20]}).encode()
    container, *found = read_bytes(data[: int(len(data) * cut)], "s.json")
    assert "truncated" in container.codes()
    assert len(found) >= int(20 * cut) - 1


@pytest.mark.parametrize(
    "data",
    [
        b'{"datasource": "bgp", "values": "many", "note": "no series"}',
        b'[{"location": "square", "start": 1, "score": 2}]',
        b'[{"a": 1}]',
    ],
)
def test_other_json_is_left_to_others(data: bytes) -> None:
    (found,) = read_bytes(data, "t.json")
    assert found.begin.reader == "table"


def test_caps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measurement_writer, "MAX_VALUES", 3)
    _, found = page(series(values=[1] * 5))
    assert found.text == "1\n1\n1"
    assert "too-many" in found.codes()
    monkeypatch.setattr(measurement, "MAX_SERIES", 2)
    container, *rest = page(*[series()] * 4)
    assert "too-many" in container.codes()
    assert len(rest) == 2


def nested(depth: int) -> Any:
    value: Any = 1
    for _ in range(depth):
        value = [value]
    return value


def test_depth_ends_at_a_cap_and_the_next_is_read() -> None:
    _, deep, sound = page(series(values=nested(80)), series())
    assert deep.codes() == {"too-deep"}
    assert len(sound.segments) == 2
    data = json.dumps({"error": nested(500), "data": [series()]})
    container, found = read_bytes(data.encode(), "s.json", reader="measurement")
    assert container.begin.reader == found.begin.reader == "measurement"


def test_long_names_do_not_grow_with_what_stands_in_them() -> None:
    many = {f"k{n}": n for n in range(5_000)}
    one = {"measurement_start_time": "2022-01-05 10:00:00", "probe_cc": "XX", "n" * 100_000: many}
    _, found = read_bytes(json.dumps(one).encode(), "o.json", reader="measurement")
    assert len(found.text) < 10_000
    assert "hidden-content" in found.codes()


def test_what_cannot_be_kept_as_found_is_told() -> None:
    one = b'{"measurement_start_time": "2022-01-05 10:00:00", "probe_cc": "XX", "input": %b}'
    _, half = read_bytes(one % b'"\\ud83d"', "o.json")
    assert "invalid-escape" in half.codes()
    _, damaged = read_bytes(one % b'"\xff"', "o.json")
    assert "encoding-damage" in damaged.codes()
    _, twin = read_bytes(one % b'"\\ud83d\\ude00"', "o.json")
    assert twin.codes() == set()
    assert "\U0001f600" in twin.text
