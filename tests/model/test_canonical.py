"""Canonical JSON: one value, one spelling; everything else is refused."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from enum import StrEnum
from random import Random
from types import MappingProxyType
from typing import cast

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from qantar.errors import NotCanonicalError
from qantar.model.canonical import (
    INTEGER_LIMIT,
    JSON,
    MAX_BYTES,
    MAX_DEPTH,
    canonical,
    parse,
    parse_fields,
)

# Text as RFC 8785 allows it: everything but surrogates.
TEXT = st.text(st.characters(exclude_categories=["Cs"]))
KEYS = st.text(st.characters(max_codepoint=127), max_size=8)
NUMBERS = st.integers(1 - INTEGER_LIMIT, INTEGER_LIMIT - 1)
VALUES: st.SearchStrategy[JSON] = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=20,
)

# Bytes written by hand from RFC 8785 §3.2, not taken from this program.
GOLDEN: list[tuple[JSON, bytes]] = [
    (None, b"null"),
    (True, b"true"),
    (False, b"false"),
    (0, b"0"),
    (-1, b"-1"),
    (9007199254740991, b"9007199254740991"),
    (-9007199254740991, b"-9007199254740991"),
    ("", b'""'),
    ([], b"[]"),
    ({}, b"{}"),
    (
        {"b": 1, "a": 2, "B": 3, "_": 4, "a.b": 5, "": 6},
        b'{"":6,"B":3,"_":4,"a":2,"a.b":5,"b":1}',
    ),
    ([{"a": [None, True]}, (1, 2)], b'[{"a":[null,true]},[1,2]]'),
    ('"\\/', b'"\\"\\\\/"'),
    ("\b\t\n\f\r", b'"\\b\\t\\n\\f\\r"'),
    ("\x00\x1f\x7f", b'"\\u0000\\u001f\x7f"'),
    ("қаңтар", bytes.fromhex("22d29bd0b0d2a3d182d0b0d18022")),
    ("й", bytes.fromhex("22d0b922")),  # one code point
    ("и\u0306", bytes.fromhex("22d0b8cc8622")),  # the same letter as two: not made one
    ("\u2028\ufeff\U0001f4a3", bytes.fromhex("22e280a8efbbbff09f92a322")),
]

REFUSED = [
    b"",
    b" null",
    b"null\n",
    b"\xef\xbb\xbfnull",
    b"nul",
    b'{"a":1,"a":2}',
    b'{"b":1,"a":2}',
    b'{"a": 1}',
    b'{"\xd0\xbc":1}',
    b"[1,]",
    b"[1 ,2]",
    b"-0",
    b"01",
    b"1.0",
    b"1.5",
    b"1e3",
    b"1e999",
    b"NaN",
    b"Infinity",
    b"-Infinity",
    b"9007199254740992",
    b"-9007199254740992",
    b"1" * 5000,
    b'"\\u0041"',
    b'"\\u001F"',
    b'"\\/"',
    b'"\\ud83d\\udca3"',
    b'"\\ud800"',
    b'"\xed\xa0\x80"',
    b'"\xff"',
    b'"a\nb"',
    b"null null",
    b"[" * 200_000,
    b'{"a":' * 200_000,
]


@pytest.mark.parametrize(("value", "spelling"), GOLDEN)
def test_each_value_has_the_bytes_the_standard_gives_it(value: JSON, spelling: bytes) -> None:
    assert canonical(value) == spelling
    assert canonical(parse(spelling)) == spelling


@pytest.mark.parametrize("untrusted", REFUSED, ids=lambda data: repr(data[:24]))
def test_any_other_spelling_is_refused(untrusted: bytes) -> None:
    with pytest.raises(NotCanonicalError):
        parse(untrusted)
    with pytest.raises(NotCanonicalError):
        parse_fields(untrusted)


@given(VALUES)
def test_a_value_survives_and_another_json_reader_agrees(value: JSON) -> None:
    spelling = canonical(value)
    assert parse(spelling) == value
    assert json.loads(spelling) == value


@given(VALUES, VALUES)
def test_two_values_never_share_a_spelling(one: JSON, other: JSON) -> None:
    # `True == 1` in Python; in JSON they are two values.
    assert (canonical(one) == canonical(other)) == (repr_of(one) == repr_of(other))


@given(st.dictionaries(KEYS, VALUES, min_size=2, max_size=5), st.randoms(use_true_random=False))
def test_the_order_of_keys_does_not_matter(value: dict[str, JSON], random: Random) -> None:
    shuffled = list(value.items())
    random.shuffle(shuffled)
    assert canonical(dict(shuffled)) == canonical(value)


@given(VALUES)
def test_a_looser_spelling_is_refused(value: JSON) -> None:
    for loose in (json.dumps(value, indent=1), json.dumps(value), json.dumps(value) + " "):
        if loose.encode() != canonical(value):
            with pytest.raises(NotCanonicalError):
                parse(loose.encode())
            with pytest.raises(NotCanonicalError):
                parse_fields(loose.encode())


@given(st.dictionaries(KEYS, VALUES, max_size=5) | VALUES)
def test_each_field_is_given_with_the_bytes_it_was_spelt_with(value: JSON) -> None:
    said, fields = parse_fields(canonical(value))
    assert said == value
    of_its_own = value if isinstance(value, dict) else {}
    assert list(fields) == sorted(of_its_own)
    assert fields == {name: canonical(one) for name, one in of_its_own.items()}


SIMPLE = st.dictionaries(
    KEYS, st.none() | st.booleans() | NUMBERS | TEXT | st.lists(TEXT, max_size=3), max_size=4
)
LITTLE = st.sampled_from(
    [b"", b" ", b"\n", b"-", b"0", b".0", b"e1", b",", b'"', b"\\", b"[", b"}"]
)


@given(SIMPLE, st.integers(min_value=0), st.integers(0, 2), LITTLE | st.binary(max_size=2))
@example({"a": 0}, 5, 0, b"-")
@example({"a": 10**15 * 9}, 21, 0, b"9")
@example({"a": "", "b": 1}, 8, 1, b"a")
@example({"a": "t"}, 6, 1, b"\\u0074")
def test_what_is_read_field_by_field_is_what_is_read_whole(
    value: dict[str, JSON], at: int, without: int, instead: bytes
) -> None:
    """Of any bytes that are nearly a body, two readers make the same or both refuse."""
    spelt = canonical(value)
    at %= len(spelt) + 1
    untrusted = spelt[:at] + instead + spelt[at + without :]
    try:
        whole = parse(untrusted)
    except NotCanonicalError:
        with pytest.raises(NotCanonicalError):
            parse_fields(untrusted)
        return
    said, fields = parse_fields(untrusted)
    assert repr_of(said) == repr_of(whole)
    of_its_own = whole if isinstance(whole, dict) else {}
    assert fields == {name: canonical(one) for name, one in of_its_own.items()}
    assert list(fields) == sorted(fields)


@given(st.binary(max_size=60))
@example(b'"\x7f"')
def test_arbitrary_bytes_are_their_value_s_spelling_or_refused(untrusted: bytes) -> None:
    try:
        value = parse(untrusted)
    except NotCanonicalError:
        return
    assert canonical(value) == untrusted


@pytest.mark.parametrize(
    "value",
    [
        1.0,
        float("nan"),
        b"bytes",
        {1, 2},
        {"м": "male"},
        {1: "one"},
        INTEGER_LIMIT,
        -INTEGER_LIMIT,
        10**6000,
        "\ud800",
        {"a": ["\udcff"]},
        object(),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_value_without_canonical_form_is_refused(value: object) -> None:
    with pytest.raises(NotCanonicalError):
        canonical(cast("JSON", value))


def test_depth_is_counted_in_lists_and_objects_alike() -> None:
    deepest: JSON = "here"
    for level in range(MAX_DEPTH):
        deepest = [deepest] if level % 2 else {"a": deepest}
    assert parse(canonical(deepest)) == deepest
    with pytest.raises(NotCanonicalError, match="16 deep"):
        canonical([deepest])
    with pytest.raises(NotCanonicalError, match="16 deep"):
        parse(b"[" * 17 + b"]" * 17)


@pytest.mark.parametrize("ending", ["", ' "said"', "\\", '\\"'])
def test_a_key_that_is_not_ascii_is_refused_whatever_stands_around_it(ending: str) -> None:
    """The quick look at the text may send a value to the slow one, never past it."""
    for value in ({f"м{ending}": 1}, {"a": [{f"x м y{ending}": "м"}]}):
        untrusted = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
        with pytest.raises(NotCanonicalError, match="not ASCII"):
            parse(untrusted)
    said: JSON = {"a": f'м":{ending}', "b": ["м", f"м{ending}"], "c": {"d": f'x":м{ending}'}}
    assert parse(canonical(said)) == said


def test_many_brackets_side_by_side_are_not_deep() -> None:
    wide: JSON = [["a"], {"b": []}] * 40
    assert parse(canonical(wide)) == wide
    assert parse(canonical("[{" * 40)) == "[{" * 40


def test_a_value_may_fill_one_mebibyte_and_no_more() -> None:
    fits = "я" * (MAX_BYTES // 2 - 1)
    assert len(canonical(fits)) == MAX_BYTES
    assert parse(canonical(fits)) == fits
    with pytest.raises(NotCanonicalError, match="1048577 bytes"):
        canonical(fits + "!")
    with pytest.raises(NotCanonicalError, match="1048577 bytes"):
        parse(canonical(fits)[:-1] + b'!"')


def test_vocabulary_words_and_read_only_mappings_are_text_and_objects() -> None:
    class Word(StrEnum):
        PUBLIC = "public"

    assert canonical(MappingProxyType({"consent": Word.PUBLIC})) == b'{"consent":"public"}'


def repr_of(value: JSON) -> str:
    """Tell values apart as JSON does: by type too, and without regard to the order of keys."""
    if isinstance(value, Mapping):
        return "{" + ",".join(f"{k!r}:{repr_of(value[k])}" for k in sorted(value)) + "}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "[" + ",".join(map(repr_of, value)) + "]"
    return repr(value)
