"""JSON lines and JSON arrays: keys as columns, values as raw texts, broken lines that cost themselves alone."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qantar.model.finding import Severity
from qantar.readers import caps
from qantar.readers.number_text import float_text, literal_text

from .table_samples import codes, losses, only, read, values


def test_columns_are_all_keys_in_the_order_they_were_first_seen() -> None:
    document = read(b'{"b":1,"a":2}\n{"c":3,"a":4}\n{}\n{"b":5}\n', "list.jsonl")
    assert document.header == ("b", "a", "c")
    assert values(document) == [("1", "2", ""), ("", "4", "3"), ("5", "", "")]


def test_rows_are_at_their_physical_line() -> None:
    document = read(b'{"a":1}\n\n{"a":2}\n', "list.jsonl")
    assert [(row.number, row.line, row.at_row) for row in document.rows] == [(1, 1, 1), (2, 3, 3)]


def test_values_become_raw_texts() -> None:
    line = (
        b'{"null":null,"yes":true,"no":false,"int":12,"float":2.50,"big":12345678901234567890,'
        b'"exact":0.12345678901234567890,"exp":1e3,"minus":-0,"text":" x ","escaped":"\\u0410\\n",'
        b'"list":[1, {"a": 1.0}],"object":{"b": [], "a": null}}\n'
    )
    (row,) = values(read(line, "list.jsonl"))
    assert row == (
        *("", "true", "false", "12", "2.5", "12345678901234567890"),
        *("0.12345678901234567890", "1000", "0", " x ", "А\n"),
        *('[1,{"a":1}]', '{"b":[],"a":null}'),
    )


def test_a_broken_line_is_counted_and_the_others_go_on() -> None:
    document = read(b'{"a":1}\n{"a":\n{"a":3}\n', "list.jsonl")
    assert [(row.number, row.values) for row in document.rows] == [(1, ("1",)), (3, ("3",))]
    assert document.unreadable == 1
    finding = only(document, "broken-line")
    assert finding.severity is Severity.LOSS
    assert finding.where is not None
    assert (finding.where.row, finding.where.line) == (2, 2)
    assert '"{"a":"' in finding.text


def test_a_line_cut_in_half_at_the_end_is_counted() -> None:
    document = read(b'{"a":1}\n{"a":2,"b":"x', "list.jsonl")
    assert values(document) == [("1",)]
    assert (document.unreadable, losses(document)) == (1, ["broken-line"])


@pytest.mark.parametrize("line", [b"[1]", b"3", b'"x"', b"null", b'{"a":NaN}', b'{"a":1} x'])
def test_a_line_that_is_no_object_is_broken(line: bytes) -> None:
    document = read(b'{"a":1}\n' + line + b'\n{"a":2}\n', "list.jsonl")
    assert values(document) == [("1",), ("2",)]
    assert (document.unreadable, losses(document)) == (1, ["broken-line"])


def test_a_first_line_that_is_broken_still_leaves_json_lines() -> None:
    document = read(b'{"a":1,\n{"a":2}\n', "list.jsonl")
    assert document.media_type == "application/x-ndjson"
    assert values(document) == [("2",)]


def test_repeated_keys_keep_every_value_and_are_told() -> None:
    document = read(b'{"a":1,"a":2,"b":{"c":1,"c":2}}\n', "list.jsonl")
    assert document.header == ("a", "a#2", "b")
    assert values(document) == [("1", "2", '{"c":1,"c":2}')]
    where = only(document, "duplicate-key").where
    assert where is not None
    assert where.line == 1


def test_half_a_character_is_replaced_and_told() -> None:
    document = read(b'{"a":"x\\ud800y"}\n', "list.jsonl")
    assert values(document) == [("x\ufffdy",)]
    assert only(document, "invalid-escape").severity is Severity.LOSS


def test_control_characters_are_kept_and_told() -> None:
    document = read(b'{"a":"x\\u0000y","b":"\x01"}\n', "list.jsonl")
    assert values(document) == [("x\x00y", "\x01")]
    assert codes(document) == ["control-characters", "control-characters"]


@pytest.mark.parametrize("depth", [900, 100_000])
def test_nesting_without_end_is_a_broken_line(depth: int) -> None:
    data = b'{"a":' * depth + b"1" + b"}" * depth + b'\n{"a":2}\n'
    document = read(data, "list.jsonl")
    assert values(document)[-1] == ("2",)
    assert losses(document) in ([], ["broken-line"])
    assert len(document.rows) + document.unreadable == 2


def test_numbers_no_machine_can_hold_are_texts() -> None:
    long = b"9" * 10_000
    (row,) = values(read(b'{"a":' + long + b',"b":1e999999999999}\n', "list.jsonl"))
    assert row == (long.decode(), "1e999999999999")


def test_an_array_of_objects_is_a_table() -> None:
    document = read(b'[{"a":1},\n {"a":2},{"b":3}]', "list.json")
    assert document.media_type == "application/json"
    assert values(document) == [("1", ""), ("2", ""), ("", "3")]
    assert [(row.line, row.at_row) for row in document.rows] == [(1, 1), (2, 2), (2, 3)]


def test_a_broken_element_of_an_array_costs_itself_alone() -> None:
    text = json.dumps([{"a": 1}, {"a": {"deep": [{"x": 1}]}}, {"a": 3}], indent=2)
    document = read(text.replace('"x": 1', '"x": oops').encode(), "list.json")
    assert values(document) == [("1",), ("3",)]
    assert (document.unreadable, losses(document)) == (1, ["broken-line"])


def test_an_array_cut_in_half_keeps_what_was_whole() -> None:
    document = read(b'[{"a":1},{"a":2},{"a":', "list.json")
    assert values(document) == [("1",), ("2",)]
    assert losses(document) == ["broken-line", "truncated"]
    assert document.unreadable == 1


def test_an_array_that_is_never_closed_is_told() -> None:
    document = read(b'[{"a":1},{"a":2}', "list.json")
    assert values(document) == [("1",), ("2",)]
    assert losses(document) == ["truncated"]
    assert document.unreadable == 0


def test_objects_over_several_lines_are_rows() -> None:
    document = read(b'{\n  "a": 1\n}\n{\n  "a": 2\n}\n', "list.json")
    assert values(document) == [("1",), ("2",)]


def test_an_empty_array_is_empty() -> None:
    assert losses(read(b"[]", "list.json")) == ["empty"]


def test_a_giant_value_costs_its_row() -> None:
    giant = b'{"a":"' + b"x" * (caps.MAX_CELL_CHARS + 1) + b'"}\n'
    document = read(b'{"a":1}\n' + giant + b'{"a":2}\n', "list.jsonl")
    assert values(document) == [("1",), ("2",)]
    assert (document.unreadable, losses(document)) == (1, ["too-large"])


def test_damaged_bytes_are_told_with_their_row() -> None:
    text = '{"имя":"Айман"}\n{"имя":"Ерлан"}\n'.encode()
    document = read(text[:-5] + b"\xff" + text[-5:], "list.jsonl")
    where = only(document, "encoding-damage").where
    assert where is not None
    assert (where.row, where.line) == (2, 2)


def test_text_in_brackets_is_not_taken_for_json() -> None:
    assert read(b"[1],b\n1,2\n").header == ("[1]", "b")
    assert read(b"{x},b\n1,2\n").header == ("{x}", "b")


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_the_text_of_a_number_gives_the_number_back(number: float) -> None:
    text = float_text(number)
    assert float(text) == number
    assert literal_text(text) == text
    assert not (number.is_integer() and abs(number) < 1e21 and "." in text)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


@given(st.lists(st.dictionaries(st.text(min_size=1), JSON, min_size=1, max_size=3), min_size=1))
def test_every_object_is_a_row_or_blank(rows: list[dict[str, object]]) -> None:
    data = "".join(json.dumps(row) + "\n" for row in rows).encode()
    document = read(data, "list.jsonl")
    assert document.unreadable == 0
    filled = [row for row in rows if any(_raw(value).strip() for value in row.values())]
    assert len(document.rows) == len(filled)
    for got, row in zip(document.rows, filled, strict=True):
        assert sorted(filter(None, got.values)) == sorted(filter(None, map(_raw, row.values())))


def _raw(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
