"""Matroska and WebM: what their elements say of time, title, program, tracks and tags.

Clusters, which hold the pictures and the sound, are stepped over. A live recording gives no
lengths: then what stands behind the first cluster is not looked for, and that is said.

Source: RFC 8794 (EBML), RFC 9559 (Matroska).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Final

from qantar.readers.finding_log import counted
from qantar.readers.media_claims import Claims

MAX_ELEMENTS: Final = 200_000
MAX_SMALL: Final = 64 * 1024
_MAX_DEPTH: Final = 8

_SEGMENT, _CLUSTER, _TAG, _TRACK = 0x18538067, 0x1F43B675, 0x7373, 0xAE
_WITHIN: Final = frozenset(
    {
        0x1A45DFA3,  # the head of the file
        _SEGMENT,
        0x1549A966,  # Info
        0x1654AE6B,  # Tracks
        _TRACK,
        0xE0,  # Video
        0xE1,  # Audio
        0x1254C367,  # Tags
        _TAG,
        0x67C8,  # SimpleTag
        0x1941A469,  # Attachments
        0x61A7,  # AttachedFile
    }
)
_DOCTYPE, _DATE, _SCALE, _DURATION = 0x4282, 0x4461, 0x2AD7B1, 0x4489
_TAG_NAME, _TAG_TEXT, _KIND, _CODEC, _WIDE, _HIGH = 0x45A3, 0x4487, 0x83, 0x86, 0xB0, 0xBA
_FILE_NAME: Final = 0x466E
_TEXTS: Final = {0x7BA9: "title", 0x4D80: "muxer", 0x5741: "writing_app", 0x7384: "file_name"}
_SEGMENT_ID: Final = 0x73A4
_EPOCH: Final = 2001
_VIDEO: Final = 1


@dataclass(frozen=True, slots=True)
class Element:
    """One element: its id, where its content stands, and how deep it lies."""

    id: int
    start: int
    end: int
    depth: int


def elements(source: BinaryIO, claims: Claims) -> Iterator[Element]:
    """Give the elements in the order of the file, each before those in it."""
    size = source.seek(0, 2)
    at, ends = 0, list[int]()
    for _ in range(MAX_ELEMENTS):
        while ends and at >= ends[-1]:
            at = ends.pop()
        if at >= size:
            return
        one = _element(source, at, ends[-1] if ends else size, len(ends), claims)
        if one is None:
            return
        yield one
        if one.id in _WITHIN and len(ends) < _MAX_DEPTH:
            ends.append(one.end)
            at = one.start
        else:
            at = one.end
    claims.log.loss(
        "too-many", f"There are more than {MAX_ELEMENTS:,} elements. The rest was not read."
    )


def _element(source: BinaryIO, at: int, end: int, depth: int, claims: Claims) -> Element | None:
    source.seek(at)
    head = source.read(12)
    name, long = _number(head, keep_mark=True)
    size, more = _number(head[long:], keep_mark=False)
    if not long or long > 4 or not more:  # noqa: PLR2004
        text = f"At byte {at:,} no element can begin. What follows was not read."
        claims.log.loss("damaged", text)
        return None
    start = at + long + more
    if size == (1 << 7 * more) - 1:  # of a length that was not known when it was written
        if name == _CLUSTER:
            text = "The recording gives no lengths, as live ones do. What ends it was not read."
            claims.log.note("truncated", text)
            return None
        return Element(name, start, end, depth)
    if start + size > end:
        code = "truncated" if depth <= 1 else "damaged"
        text = f"An element says to have {counted(start + size - end, 'byte')} more than there are."
        claims.log.loss(code, text)
    return Element(name, start, min(start + size, end), depth)


def _number(data: bytes, *, keep_mark: bool) -> tuple[int, int]:
    """Read a number of a length that its first bits give: the number and the length, 0 for none."""
    if not data or not data[0]:
        return 0, 0
    length = 9 - data[0].bit_length()
    if len(data) < length:
        return 0, 0
    number = int.from_bytes(data[:length], "big")
    return (number if keep_mark else number & ((1 << 7 * length) - 1)), length


def read_matroska(source: BinaryIO, claims: Claims) -> str:
    """Read all that the elements claim, and give the media type."""
    film = _Film(source, claims)
    for one in elements(source, claims):
        film.take(one)
    return film.finish()


class _Film:
    """Takes the elements of one file as they come."""

    def __init__(self, source: BinaryIO, claims: Claims) -> None:
        self._source, self._claims = source, claims
        self._type, self._tag = "matroska", ""
        self._scale, self._length = 1_000_000, 0.0
        self._has_video = self._has_track = False

    def take(self, one: Element) -> None:
        """Keep what an element claims."""
        if one.id in _WITHIN:
            return
        take = _TAKEN.get(one.id)
        if take is None and one.id not in _TEXTS:
            return
        self._source.seek(one.start)
        data = self._source.read(min(one.end - one.start, MAX_SMALL))
        if one.id in _TEXTS:
            self._claims.tag(_TEXTS[one.id], data.decode("utf-8", "replace"))
        elif take is not None:
            take(self, data)

    def finish(self) -> str:
        """Give the media type."""
        webm = self._type == "webm"
        self._claims.keep("container.format", "WebM" if webm else "Matroska")
        seconds = self._length * self._scale / 1e9
        if 0 < seconds < float("inf"):
            self._claims.keep("container.duration", round(seconds, 3))
        if not self._has_track:
            self._claims.log.loss("truncated", "No track is described: the file was cut.")
        kind = "video" if self._has_video or not self._has_track else "audio"
        return f"{kind}/{'webm' if webm else 'x-matroska'}"

    def doctype(self, data: bytes) -> None:
        """Which of the two it says to be."""
        self._type = data.rstrip(b"\0").decode("latin-1")

    def date(self, data: bytes) -> None:
        """When it was made: in billionths of a second since 2001."""
        since = int.from_bytes(data[:8], "big", signed=True) / 1e9
        self._claims.seconds_since("container.created", _EPOCH, since)

    def scale(self, data: bytes) -> None:
        """In which steps time is counted."""
        self._scale = int.from_bytes(data[:8], "big") or self._scale

    def length(self, data: bytes) -> None:
        """How many of them there are."""
        if len(data) in (4, 8):
            (self._length,) = struct.unpack(">f" if len(data) == 4 else ">d", data)  # noqa: PLR2004

    def kind(self, data: bytes) -> None:
        """What a track is."""
        self._has_track = True
        self._has_video = self._has_video or int.from_bytes(data[:8], "big") == _VIDEO

    def codec(self, data: bytes) -> None:
        """By which means it is coded."""
        self._claims.say("container.codec", data.decode("latin-1"))

    def wide(self, data: bytes) -> None:
        """How many points it is wide."""
        self._claims.keep("container.width", int.from_bytes(data[:8], "big") & 0xFFFFFFFF)

    def high(self, data: bytes) -> None:
        """How many points it is high."""
        self._claims.keep("container.height", int.from_bytes(data[:8], "big") & 0xFFFFFFFF)

    def tag_name(self, data: bytes) -> None:
        """Remember the name of the tag whose text follows."""
        self._tag = data.decode("utf-8", "replace")

    def tag_text(self, data: bytes) -> None:
        """Keep a tag; how long each track is, the program counted itself."""
        if self._tag and not self._tag.startswith(("DURATION", "_STATISTICS", "NUMBER_OF", "BPS")):
            self._claims.tag(self._tag, data.decode("utf-8", "replace"))

    def file_name(self, data: bytes) -> None:
        """Say that a file is packed into the film."""
        name = data[:200].decode("utf-8", "replace")
        self._claims.say("container.attachment", name)

    def segment_id(self, data: bytes) -> None:
        """A number that tells this recording from all others."""
        self._claims.say("container.segment_id", data[:16].hex())


_TAKEN: Final = {
    _DOCTYPE: _Film.doctype,
    _DATE: _Film.date,
    _SCALE: _Film.scale,
    _DURATION: _Film.length,
    _KIND: _Film.kind,
    _CODEC: _Film.codec,
    _WIDE: _Film.wide,
    _HIGH: _Film.high,
    _TAG_NAME: _Film.tag_name,
    _TAG_TEXT: _Film.tag_text,
    _FILE_NAME: _Film.file_name,
    _SEGMENT_ID: _Film.segment_id,
}
