"""The elements of a JSON file, found without holding it: of a list, of a page, or line by line.

A page is an object around a list, as web APIs answer: what else it says is kept, if it is
short. Elements may stand in lists within that list, one level deep.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import BinaryIO, Final

from qantar.readers.finding_log import FindingLog
from qantar.readers.json_stream import BrokenJsonError, JsonStream
from qantar.readers.telegram_elements import decoded, look_behind, tell_broken

_ASIDE_BYTES: Final = 4096
_ASIDES: Final = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """Where an element stands, in bytes; `number` counts from 1."""

    number: int
    start: int
    end: int


@dataclass(slots=True)
class Elements:
    """What was found; `beyond` is how many more there are than were asked for.

    `asides` is what a page says beside its list: the key, and the bytes of its value.
    """

    most: int
    found: list[Element] = field(default_factory=list)
    beyond: int = 0
    asides: dict[str, bytes] = field(default_factory=dict)
    in_list: bool = False


def find_elements(
    source: BinaryIO, log: FindingLog, *, lists: Collection[str], most: int
) -> Elements:
    """Find up to `most` elements; where the file breaks off is told.

    Args:
        source: the file, seekable.
        log: where that is told.
        lists: the keys under which a page has its list.
        most: how many places are kept.
    """
    seen = Elements(most)
    page = _page(source, lists, seen)
    stream = JsonStream(source, page or 0)
    try:
        if stream.peek() == b"[":
            _enter_list(stream, seen)
        else:
            while stream.peek():
                _take(stream, seen)
        if page is not None:
            while stream.next_key(decoded) is not None:
                stream.skip()
        look_behind(stream, log)
    except BrokenJsonError as error:
        tell_broken(error, log, "What stands before it was read.")
    return seen


def _page(source: BinaryIO, lists: Collection[str], seen: Elements) -> int | None:
    """Where the list of a page begins; None where there is none. Keeps what stands beside it."""
    stream, found = JsonStream(source), None
    try:
        stream.enter(b"{")
        while (key := stream.next_key(decoded)) is not None:
            if key in lists and found is None and stream.peek() == b"[":
                found = stream.offset
                stream.skip()
            else:
                _take_aside(stream, key, seen)
    except BrokenJsonError:
        pass  # told when it is read
    if found is None:
        seen.asides.clear()
    return found


def _take_aside(stream: JsonStream, key: str, seen: Elements) -> None:
    stream.peek()
    start = stream.offset
    held = stream.data[stream.at : stream.at + _ASIDE_BYTES]
    stream.skip()
    size = stream.offset - start
    if size <= len(held) and len(seen.asides) < _ASIDES:
        seen.asides[key] = held[:size]


def _enter_list(stream: JsonStream, seen: Elements) -> None:
    seen.in_list = True
    stream.enter(b"[")
    while stream.next_element(b"]"):
        if stream.peek() == b"[":
            stream.enter(b"[")
            while stream.next_element(b"]"):
                _take(stream, seen)
        else:
            _take(stream, seen)


def _take(stream: JsonStream, seen: Elements) -> None:
    stream.peek()
    start = stream.offset
    stream.skip()
    if stream.offset == start:
        stream.fail("damaged", "a value was expected")
    if len(seen.found) < seen.most:
        number = len(seen.found) + 1
        seen.found.append(Element(number=number, start=start, end=stream.offset))
    else:
        seen.beyond += 1
