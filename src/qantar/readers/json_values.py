"""JSON read so that nothing is lost on the way to a cell: repeated keys, long numbers, order."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Final, NoReturn

from qantar.readers.number_text import literal_text

_SURROGATE: Final = re.compile("[\ud800-\udfff]")


class JsonNumber(str):
    """A number by its canonical spelling; see `literal_text`."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class JsonObject:
    """An object as its pairs, in order and with repeated keys."""

    pairs: list[tuple[str, JsonValue]]


JsonValue = JsonObject | list["JsonValue"] | JsonNumber | str | bool | None


def _integer(literal: str) -> JsonNumber:
    return JsonNumber("0" if literal == "-0" else literal)


def _fraction(literal: str) -> JsonNumber:
    return JsonNumber(literal_text(literal))


def _no_number(word: str) -> NoReturn:
    message = f"{word} is no JSON value"
    raise ValueError(message)


# Not strict: raw control characters inside a string are kept and reported, not refused.
DECODER: Final = json.JSONDecoder(
    object_pairs_hook=JsonObject,
    parse_int=_integer,
    parse_float=_fraction,
    parse_constant=_no_number,
    strict=False,
)


# Numbers stay as they are spelled, NaN too: for what is quoted rather than compared.
_AS_SPELLED: Final = json.JSONDecoder(
    object_pairs_hook=JsonObject,
    parse_int=JsonNumber,
    parse_float=JsonNumber,
    parse_constant=JsonNumber,
    strict=False,
)


def as_spelled(text: str) -> JsonValue:
    """Decode a value whose numbers are quoted as they stand; None where it is no JSON."""
    try:
        value: JsonValue = _AS_SPELLED.decode(text)
    except (ValueError, RecursionError):
        return None
    return value


def compact(value: JsonValue) -> str:
    """Write a value as JSON without whitespace, pairs in the order they were found.

    Raises:
        RecursionError: the value is nested too deep.
    """
    if isinstance(value, JsonNumber):
        return value
    if isinstance(value, JsonObject):
        pairs = (f"{_quoted(key)}:{compact(inner)}" for key, inner in value.pairs)
        return "{" + ",".join(pairs) + "}"
    if isinstance(value, list):
        return "[" + ",".join(compact(inner) for inner in value) + "]"
    return _quoted(value)


def cell_text(value: JsonValue) -> str:
    """The raw text a table keeps of a value: null is "", nested values are compact JSON."""
    if value is None:
        return ""
    return str(value) if isinstance(value, str) else compact(value)


def without_surrogates(text: str) -> tuple[str, int]:
    """Replace halves of characters, which no file could be written with; and count them."""
    return _SURROGATE.subn("\ufffd", text)


def _quoted(value: str | bool | None) -> str:  # noqa: FBT001  # a JSON value, not a switch
    return json.dumps(value, ensure_ascii=False)
