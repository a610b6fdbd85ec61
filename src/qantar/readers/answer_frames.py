"""The records of which an answer is made, and the frames in which they cross to another process.

    answer = frame*, then a frame of length 0
    frame  = u32 length | JSON list of records

Decoding is strict: a type, a length or a name that is not as it should be refuses the answer.
Whether what the records say can be, `answer_soundness` holds.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Annotated, Final, Protocol

import msgspec
from msgspec import Meta, Struct

from qantar.model.read_document import Begin, End, Noted, Text
from qantar.model.segment import Segment
from qantar.readers.caps import MAX_ANSWER_BYTES, MAX_FRAME_BYTES
from qantar.readers.picture import Picture

_LENGTH: Final = struct.Struct(">I")
LAST_FRAME: Final = _LENGTH.pack(0)
"""Says that an answer is whole."""


class Readable(Protocol):
    """What bytes come from."""

    def read(self, size: int, /) -> bytes:
        """Give so many bytes, fewer at the end."""


class Writable(Protocol):
    """What bytes go to."""

    def write(self, data: bytes, /) -> object:
        """Take them."""

    def flush(self) -> object:
        """Pass them on."""


class Span(Struct, frozen=True, tag="segment"):
    """A segment, whose text has come before it."""

    segment: Segment


class Refused(Struct, frozen=True, kw_only=True, omit_defaults=True, tag="refused"):
    """Nothing of the file can be told, for the reason given; the only record of its answer."""

    message: Annotated[str, Meta(max_length=10_000)]
    next: Annotated[str, Meta(max_length=10_000)] | None = None


class Carried(Struct, frozen=True, tag="carried"):
    """The next bytes of a film that stands in a container, for the program that decodes films."""

    data: bytes


Shown = Begin | Text | Span | Noted | End | Refused | Picture
Record = Begin | Text | Span | Noted | End | Refused | Picture | Carried


class UnsoundAnswerError(Exception):
    """An answer that no sound reader gives; the message completes "the reader …"."""


_ENCODER: Final = msgspec.json.Encoder()
_DECODER: Final = msgspec.json.Decoder(list[Record])


def framed(records: list[Record]) -> Iterator[bytes]:
    """Give the frames of some records: one, or more where it would be larger than allowed."""
    data = _ENCODER.encode(records)
    if len(data) > MAX_FRAME_BYTES and len(records) > 1:
        middle = len(records) // 2
        yield from framed(records[:middle])
        yield from framed(records[middle:])
        return
    yield _LENGTH.pack(len(data)) + data


def lists_of_records(answer: Readable) -> Iterator[list[Record]]:
    """Decode an answer, a frame after another.

    Raises:
        UnsoundAnswerError: it is cut short, floods, or is none.
    """
    for frame in _frames(answer):
        try:
            decoded = _DECODER.decode(frame)
        except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
            message = f"answered what is no answer ({error})"
            raise UnsoundAnswerError(message) from error
        yield decoded


def _frames(answer: Readable) -> Iterator[bytes]:
    left = MAX_ANSWER_BYTES
    while True:
        head = answer.read(_LENGTH.size)
        if len(head) < _LENGTH.size:
            message = "stopped before it had finished"
            raise UnsoundAnswerError(message)
        (length,) = _LENGTH.unpack(head)
        if length == 0:
            return
        left -= length
        if length > MAX_FRAME_BYTES or left < 0:
            message = "answered more than any document gives"
            raise UnsoundAnswerError(message)
        data = answer.read(length)
        if len(data) < length:
            message = "stopped before it had finished"
            raise UnsoundAnswerError(message)
        yield data
