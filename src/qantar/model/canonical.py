"""Canonical JSON: one value has exactly one spelling in bytes, so that bytes can be hashed.

RFC 8785 (JSON Canonicalization Scheme), restricted to what two programs cannot
disagree about: ASCII keys, no floats (write decimals as text), whole numbers
strictly between -2^53 and 2^53, no key twice, no lone surrogates, nested at
most 16 deep, at most 1 MiB. Text is kept as found and never normalised: "й" as one
code point and as two are different texts here. With these limits the standard
library's encoder gives the bytes of RFC 8785, because sorting ASCII keys by
code point and by UTF-16 unit is the same and no number needs rounding.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Annotated, NoReturn, TypeAlias

import msgspec

from qantar.errors import NotCanonicalError

JSON: TypeAlias = "bool | int | str | Sequence[JSON] | Mapping[str, JSON] | None"

INTEGER_LIMIT = 2**53
MAX_DEPTH = 16
MAX_BYTES = 1024 * 1024
_LONGEST_INTEGER = len(str(-INTEGER_LIMIT))

_OTHERWISE = "another spelling of the same value"

# A key that is not ASCII, in JSON without `\"`: its last such character, then ASCII, then `":`.
_WIDE_KEY = re.compile(r'[^\x00-\x7f][\x00-\x21\x23-\x7f]*":')

# ensure_ascii off: RFC 8785 escapes control characters, `"` and `\` only, as this encoder does.
# A value in a circle never comes so far: it is deeper than `MAX_DEPTH`.
_ENCODER = json.JSONEncoder(
    sort_keys=True,
    separators=(",", ":"),
    ensure_ascii=False,
    allow_nan=False,
    check_circular=False,
)


def canonical(value: JSON) -> bytes:
    """Spell `value` in the one way it has.

    Args:
        value: null, booleans, whole numbers, text, lists, tuples, mappings.

    Returns:
        UTF-8 bytes, without a byte order mark and without a final newline.

    Raises:
        NotCanonicalError: `value` holds something that has no canonical form.
    """
    text = _ENCODER.encode(_plain(value, 0))
    try:
        data = text.encode("utf-8")
    except UnicodeEncodeError:
        _refuse("a text holds half of a surrogate pair")
    _check_size(data)
    return data


def parse(untrusted_data: bytes) -> JSON:
    """Read bytes that must be the canonical spelling of their own value.

    Args:
        untrusted_data: what claims to be canonical JSON.

    Returns:
        The value, of `None`, `bool`, `int`, `str`, `list` and `dict`.

    Raises:
        NotCanonicalError: the bytes are no JSON, break a limit, or are another
            spelling of a value (spaces, key order, escapes, `-0`, a key twice).
    """
    text, value = _decoded(untrusted_data)
    # Of a key that stands twice the decoder keeps one, so that this tells of it too.
    if _ENCODER.encode(value) != text:
        _refuse(_OTHERWISE)
    return value


def parse_fields(untrusted_data: bytes) -> tuple[JSON, dict[str, bytes]]:
    """Read as `parse` does; gives also how each field of an object is spelt, by name, sorted.

    Who hashes field by field would otherwise spell every value once more. What is no
    object has no fields.

    Raises:
        NotCanonicalError: as `parse`.
    """
    if (simple := _simple_fields(untrusted_data)) is not None:
        return simple
    text, value = _decoded(untrusted_data)
    if not isinstance(value, dict):
        if _ENCODER.encode(value) != text:
            _refuse(_OTHERWISE)
        return value, {}
    encode = _ENCODER.encode
    fields = {name: encode(value[name]) for name in sorted(value)}
    if "{" + ",".join([f"{encode(name)}:{said}" for name, said in fields.items()]) + "}" != text:
        _refuse(_OTHERWISE)
    return value, {name: said.encode("utf-8") for name, said in fields.items()}


def _simple_fields(untrusted_data: bytes) -> tuple[JSON, dict[str, bytes]] | None:
    """Read what nearly every body is, four times faster; None says nothing, not even a fault.

    An object of text, whole numbers and lists of text, in which nothing is escaped. The
    faster library may choose other escapes; where there are none, all that it leaves open
    are spaces, the order of keys, keys twice and `-0`, and spelling it anew shows them.
    """
    if b"\\" in untrusted_data or len(untrusted_data) > MAX_BYTES:
        return None
    try:
        value = _SIMPLE_DECODER.decode(untrusted_data)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    encode = _SIMPLE_ENCODER.encode
    if encode(value) != untrusted_data or not "".join(value).isascii():
        return None
    return value, {name: encode(said) for name, said in value.items()}


def _decoded(untrusted_data: bytes) -> tuple[str, JSON]:
    """Give the text and the value it stands for, within all limits; whether spelt so is open."""
    _check_size(untrusted_data)
    try:
        text = untrusted_data.decode("utf-8")
        value: JSON = _DECODER.decode(text)
    except UnicodeDecodeError as error:
        _refuse(f"not UTF-8 at byte {error.start}", error)
    except json.JSONDecodeError as error:
        _refuse(f"not JSON at character {error.pos}: {error.msg}", error)
    except RecursionError as error:
        # The decoder descends before anyone counts: a megabyte of "[" ends here.
        _refuse(f"nested more than {MAX_DEPTH} deep", error)
    if not _surely_plain(text):
        _plain(value, 0)
    return text, value


def _surely_plain(text: str) -> bool:
    """Whether JSON cannot break the limits of depth and keys, as its text alone tells.

    The decoder has refused what the other limits forbid. False says nothing: then
    the value itself has to be walked through, which takes longer than all the rest.
    """
    if text.count("[") + text.count("{") > MAX_DEPTH:
        return False
    return text.isascii() or ('\\"' not in text and not _WIDE_KEY.search(text))


def _plain(value: JSON, depth: int) -> JSON:  # noqa: RET503  # it ends in a refusal
    """Copy `value` into what the standard encoder takes, and check its limits."""
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, int):
        if not -INTEGER_LIMIT < value < INTEGER_LIMIT:
            _refuse(f"a whole number of {value.bit_length()} bits, beyond 2^53 in size")
        return value
    if depth == MAX_DEPTH:
        _refuse(f"nested more than {MAX_DEPTH} deep")
    if isinstance(value, Mapping):
        return {
            _key(key): item if type(item) is str else _plain(item, depth + 1)
            for key, item in value.items()
        }
    if isinstance(value, list | tuple):
        return [item if type(item) is str else _plain(item, depth + 1) for item in value]
    _refuse(f"a value of type {type(value).__name__}")


def _key(key: str) -> str:
    if not isinstance(key, str) or not key.isascii():
        _refuse(f"a key that is not ASCII text: {key!r}")
    return key


def _check_size(data: bytes) -> None:
    if len(data) > MAX_BYTES:
        _refuse(f"{len(data)} bytes, where {MAX_BYTES} are the most")


def _bounded_integer(digits: str) -> int:
    # Before `int`, whose cost grows with the square of the length.
    if len(digits) > _LONGEST_INTEGER or not -INTEGER_LIMIT < int(digits) < INTEGER_LIMIT:
        _refuse(f"a whole number beyond 2^53 in size: {digits[:_LONGEST_INTEGER]}")
    return int(digits)


def _no_fraction(digits: str) -> NoReturn:
    _refuse(f"a number that is not whole: {digits[:_LONGEST_INTEGER]}")


def _refuse(reason: str, cause: Exception | None = None) -> NoReturn:
    message = f"not canonical JSON: {reason}."
    raise NotCanonicalError(message) from cause


_DECODER = json.JSONDecoder(
    parse_int=_bounded_integer, parse_float=_no_fraction, parse_constant=_no_fraction
)

_BoundedInteger = Annotated[int, msgspec.Meta(gt=-INTEGER_LIMIT, lt=INTEGER_LIMIT)]
_SIMPLE_DECODER = msgspec.json.Decoder(dict[str, str | _BoundedInteger | bool | list[str] | None])
_SIMPLE_ENCODER = msgspec.json.Encoder(order="sorted")
