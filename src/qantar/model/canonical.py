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
from collections.abc import Mapping, Sequence
from typing import NoReturn, TypeAlias

from qantar.errors import NotCanonicalError

JSON: TypeAlias = "bool | int | str | Sequence[JSON] | Mapping[str, JSON] | None"

INTEGER_LIMIT = 2**53
MAX_DEPTH = 16
MAX_BYTES = 1024 * 1024
_LONGEST_INTEGER = len(str(-INTEGER_LIMIT))


def canonical(value: JSON) -> bytes:
    """Spell `value` in the one way it has.

    Args:
        value: null, booleans, whole numbers, text, lists, tuples, mappings.

    Returns:
        UTF-8 bytes, without a byte order mark and without a final newline.

    Raises:
        NotCanonicalError: `value` holds something that has no canonical form.
    """
    # ensure_ascii off: RFC 8785 escapes control characters, `"` and `\` only, as this encoder does.
    text = json.dumps(
        _plain(value, 0), sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )
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
    _check_size(untrusted_data)
    try:
        text = untrusted_data.decode("utf-8")
        value: JSON = json.loads(text, parse_int=_bounded_integer)
    except UnicodeDecodeError as error:
        _refuse(f"not UTF-8 at byte {error.start}", error)
    except json.JSONDecodeError as error:
        _refuse(f"not JSON at character {error.pos}: {error.msg}", error)
    except RecursionError as error:
        # The decoder descends before anyone counts: a megabyte of "[" ends here.
        _refuse(f"nested more than {MAX_DEPTH} deep", error)
    # Of a key that stands twice the decoder keeps one, so that this tells of it too.
    if canonical(value) != untrusted_data:
        _refuse("another spelling of the same value")
    return value


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
        return {_key(key): _plain(item, depth + 1) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item, depth + 1) for item in value]
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
    if len(digits) > _LONGEST_INTEGER:
        _refuse(f"a whole number beyond 2^53 in size: {digits[:_LONGEST_INTEGER]}…")
    return int(digits)


def _refuse(reason: str, cause: Exception | None = None) -> NoReturn:
    message = f"not canonical JSON: {reason}."
    raise NotCanonicalError(message) from cause
