"""One JSON value that no strict decoder takes: mended where it can be, and what was mended said.

Programs that export chats write escapes that JSON does not have, half characters, numbers
beyond all numbers, keys twice. Each is a flaw with its place in bytes; the value is read.
"""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass
from typing import Final

import msgspec

from qantar.readers.finding_log import shown

_FLAWS_A_VALUE: Final = 8
_INT_DIGITS: Final = 18
_ESCAPE: Final = re.compile(
    r"\\(?:(?P<fine>[\"\\/bfnrt]|u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
    r"|u(?![dD][89a-fA-F])[0-9a-fA-F]{4})"
    r"|(?P<half>u[dD][89a-fA-F][0-9a-fA-F]{2})|x(?P<hex>[0-9a-fA-F]{2})|)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Flaw:
    """What was wrong with a value: the code of a finding, its text, and the byte it is at."""

    code: str
    text: str
    offset: int
    is_loss: bool = True


class BrokenValueError(Exception):
    """These bytes are no JSON, nor anything that could be mended."""


def strict(data: bytes) -> list[dict[str, object]] | None:
    """Decode a list of objects; None where anything is out of order, a key given twice included.

    Fast: keys are counted, in the bytes and in what was decoded. Where the bytes could
    be counted wrongly the answer is None too.
    """
    try:
        decoded = _DECODER.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    return decoded if _key_marks(data) == _keys(decoded) else None


_DECODER: Final = msgspec.json.Decoder(list[dict[str, object]])
_WHITE: Final = b" \t\r\n"


def _key_marks(data: bytes) -> int:
    """How many keys stand in bytes that are JSON; -1 where counting them would not be sure.

    A key ends in a quotation mark and a colon. Within a text that mark has a backslash
    before it, unless that backslash is itself the end of a pair.
    """
    dense = data.translate(None, _WHITE)
    within_texts = dense.count(b'\\":')
    if within_texts and b'\\\\":' in dense:
        return -1
    return dense.count(b'":') - within_texts


def _keys(decoded: list[dict[str, object]]) -> int:
    """How many keys all objects have together, those within them included."""
    total = 0
    waiting: list[object] = []
    for one in decoded:
        total += len(one)
        for value in one.values():
            if value.__class__ in _NESTED:
                waiting.append(value)  # noqa: PERF401  # this is where the time goes
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            total += len(value)
            value = list(value.values())
        if isinstance(value, list):
            for each in value:
                if each.__class__ in _NESTED:
                    waiting.append(each)  # noqa: PERF401  # as above
    return total


_NESTED: Final = frozenset({dict, list})


def mended(data: bytes, offset: int) -> tuple[object, list[Flaw]]:
    """Decode a value whatever is wrong with it, and say what was.

    Args:
        data: its bytes; nested no deeper than `json_stream.MAX_DEPTH`.
        offset: where they stand in the file.

    Raises:
        BrokenValueError: it is no JSON.
    """
    flaws: list[Flaw] = []
    text = _text(data, offset, flaws)
    text = _with_sound_escapes(text, offset, flaws)
    reading = _Reading(offset, flaws)
    try:
        value = reading.decoder.decode(text)
    except (ValueError, RecursionError) as error:
        raise BrokenValueError(str(error)) from error
    return value, flaws


def _text(data: bytes, offset: int, flaws: list[Flaw]) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raw = data[error.start : error.end].hex(" ")
        flaws.append(
            Flaw(
                code="encoding-damage",
                text=f"Bytes that are no UTF-8 (first: {raw}) were replaced by U+FFFD",
                offset=offset + error.start,
            )
        )
        return data.decode(errors="replace")


def _with_sound_escapes(text: str, offset: int, flaws: list[Flaw]) -> str:
    """Put in place of each escape that JSON does not have what it stands for."""
    if "\\" not in text:
        return text
    parts: list[str] = []
    last = 0
    for found in _ESCAPE.finditer(text):
        if found["fine"] is not None:
            continue
        mend, words = _mend(found)
        parts += (text[last : found.start()], mend)
        last = found.end()
        if len(flaws) < _FLAWS_A_VALUE:
            at = offset + len(text[: found.start()].encode())
            lost = found["half"] is not None
            flaws.append(Flaw(code="invalid-escape", text=words, offset=at, is_loss=lost))
    return "".join((*parts, text[last:]))


def _mend(found: re.Match[str]) -> tuple[str, str]:
    """What is put in the place of an unsound escape, and words about it."""
    if found["half"]:
        return "\\ufffd", f"The escape {shown(found[0])} stands for half a character: now U+FFFD"
    if found["hex"]:
        code = f"00{found['hex']}".upper()
        words = f"The escape {shown(found[0])}, which JSON does not have, was read as U+{code}"
        return f"\\u{code}", words
    raw = shown(found.string[found.start() : found.start() + 2])
    return "\\\\", f"The escape {raw}, which JSON does not have, was kept as it is"


class _Reading:
    """The hooks of one decoding, which note what they meet."""

    def __init__(self, offset: int, flaws: list[Flaw]) -> None:
        self._offset, self._flaws = offset, flaws
        self.decoder = json.JSONDecoder(
            strict=False,
            object_pairs_hook=self._object,
            parse_int=self._int,
            parse_float=self._float,
            parse_constant=self._no_number,
        )

    def _object(self, pairs: list[tuple[str, object]]) -> dict[str, object]:
        found = dict(pairs)
        if len(found) < len(pairs):
            seen: dict[str, object] = {}
            for key, value in pairs:
                if key in seen:
                    self._note_twice(key, seen[key])
                seen[key] = value
        return found

    def _note_twice(self, key: str, value: object) -> None:
        first = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        text = f"The key {shown(key)} is given twice; {shown(first)} was replaced by the later one"
        self._add(Flaw(code="duplicate-key", text=text, offset=self._offset, is_loss=False))

    def _int(self, digits: str) -> int | None:
        if len(digits) <= _INT_DIGITS:
            return int(digits)
        self._no_number(digits)
        return None

    def _float(self, digits: str) -> float | None:
        value = float(digits)
        if math.isfinite(value):
            return value
        self._no_number(digits)
        return None

    def _no_number(self, digits: str) -> None:
        text = f"{shown(digits)} is no number that can be kept; it was left out"
        self._add(Flaw(code="not-a-number", text=text, offset=self._offset))

    def _add(self, flaw: Flaw) -> None:
        if len(self._flaws) < _FLAWS_A_VALUE:
            self._flaws.append(flaw)
