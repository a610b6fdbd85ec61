"""The boxes of MP4 and its relatives, stepped through one after another, each before those in it.

Nothing is held but where a box stands. The depth is capped, the place only ever moves on, and
so does the count.

Source: ISO/IEC 14496-12, chapter 4; Apple QuickTime File Format, for `meta` and the end of lists.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Final

from qantar.readers.finding_log import shown
from qantar.readers.media_claims import Claims

MAX_BOXES: Final = 200_000
MAX_DEPTH: Final = 12
MAX_SMALL: Final = 256 * 1024  # of a box that is read
_SHORT_HEAD, _LONG_HEAD = 8, 16  # bytes
FULL: Final = 4  # bytes of version and flags, where a box has them

_WITHIN: Final = frozenset(
    {b"moov", b"trak", b"mdia", b"minf", b"stbl", b"udta", b"ilst", b"mvex", b"edts"}
)


@dataclass(frozen=True, slots=True)
class Box:
    """One box: its kind, where its content stands, and in which boxes it lies."""

    kind: bytes
    start: int
    end: int
    path: tuple[bytes, ...] = ()

    @property
    def size(self) -> int:
        """Bytes of its content."""
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class TopBox:
    """A box that stands in no other: its kind, where it and its content begin, where it ends."""

    kind: bytes
    start: int
    content: int
    end: int


def top_boxes(source: BinaryIO) -> Iterator[TopBox]:
    """Give the boxes that stand in no other, up to the first that cannot be."""
    size, at = source.seek(0, 2), 0
    for _ in range(MAX_BOXES):
        source.seek(at)
        head = source.read(_LONG_HEAD)
        length, content = int.from_bytes(head[:4], "big"), at + _SHORT_HEAD
        if length == 1:
            length, content = int.from_bytes(head[8:], "big"), at + _LONG_HEAD
        elif length == 0:
            length = size - at
        if length < content - at or at + length > size:
            return
        yield TopBox(head[4:8], at, content, at + length)
        at += length


def boxes(source: BinaryIO, claims: Claims) -> Iterator[Box]:
    """Give the boxes in the order of the file, each before those in it."""
    size = source.seek(0, 2)
    at = 0
    around: list[Box] = []
    for _ in range(MAX_BOXES):
        while around and at + 8 > around[-1].end:
            at = around.pop().end
        if at + 8 > size:
            return
        end = around[-1].end if around else size
        box = _box(source, at, end, tuple(one.kind for one in around), claims)
        if box is None:
            if not around:
                return
            at = around.pop().end
            continue
        yield box
        inner = _inside(source, box) if len(around) < MAX_DEPTH else None
        if inner is None:
            at = box.end
        else:
            around.append(box)
            at = inner
    claims.log.loss("too-many", f"There are more than {MAX_BOXES:,} boxes. The rest was not read.")


def _box(
    source: BinaryIO, at: int, end: int, path: tuple[bytes, ...], claims: Claims
) -> Box | None:
    """Read the head of a box; None where none can stand."""
    source.seek(at)
    head = source.read(16)
    size, kind, start = int.from_bytes(head[:4], "big"), head[4:8], at + 8
    if size == 1 and len(head) == 16:  # noqa: PLR2004
        size, start = int.from_bytes(head[8:], "big"), at + 16
    elif size == 0:
        if path and path[-1] == b"udta":
            return None  # the zero that ends a list of old QuickTime
        size = end - at
    if size < start - at or kind == bytes(4):
        claims.log.loss("damaged", f"At byte {at:,} no box can begin. What follows was not read.")
        return None
    if at + size > end:
        code = "truncated" if not path else "damaged"
        name = shown(kind.decode("latin-1"))
        text = f"The box {name} says to have {at + size - end:,} bytes more than there are."
        claims.log.loss(code, text)
        size = end - at
    return Box(kind, start, at + size, path)


def _inside(source: BinaryIO, box: Box) -> int | None:
    """Where the boxes in this one begin; None where it is not entered."""
    if box.kind in _WITHIN or (box.path and box.path[-1] == b"ilst"):
        return box.start
    if box.kind == b"meta":
        # Of MP4 it has a version; of QuickTime it has none, and its first box is `hdlr`.
        return box.start if content(source, box, 8)[4:8] == b"hdlr" else box.start + FULL
    return None


def content(source: BinaryIO, box: Box, most: int = MAX_SMALL) -> bytes:
    """Give what stands in a box, up to so many bytes."""
    source.seek(box.start)
    return source.read(min(box.size, most))
