"""Boxes of JUMBF, in which C2PA stands, and where files of each kind keep them.

Source: ISO/IEC 19566-5 (JUMBF); C2PA Technical Specification 2.1, annex A, for the places:
APP11 of JPEG, `caBX` of PNG, `C2PA` of RIFF, and a box of its own id of MP4, HEIF and AVIF.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO, Final

from qantar.readers.iso_boxes import top_boxes

MAX_STORE_BYTES: Final = 32 * 1024 * 1024
_MAX_BOXES: Final = 20_000
_MAX_DEPTH: Final = 16
_MAX_PIECES: Final = 20_000
_LABELLED: Final = 0b10
_HEAD: Final = 8
_C2PA_ID: Final = bytes.fromhex("d8fec3d61b0e483c92975828877ec481")
_VERSION, _OFFSET = 4, 8  # bytes before and behind the box's purpose
_APP11, _START_OF_SCAN = 0xEB, 0xDA


class BrokenBoxesError(ValueError):
    """The boxes cannot be followed."""


@dataclass(slots=True)
class Box:
    """One box: its kind, its content, and where that stands; a labelled one holds others."""

    kind: bytes
    start: int
    end: int
    label: str = ""
    inside: list[Box] = field(default_factory=list)

    def named(self, label: str) -> Box | None:
        """Give the box of this label in it."""
        return next((one for one in self.inside if one.label == label), None)

    def of_kind(self, kind: bytes) -> Box | None:
        """Give the first box of this kind in it."""
        return next((one for one in self.inside if one.kind == kind), None)


def boxes(data: bytes) -> Box:
    """Give a box that holds all that stand in the data.

    Raises:
        BrokenBoxesError: one is larger than what it stands in, or there are too many.
    """
    root = Box(b"", 0, len(data))
    around = [root]
    at = 0
    for _ in range(_MAX_BOXES):
        while len(around) > 1 and at >= around[-1].end:
            at = around.pop().end
        if at + _HEAD > around[-1].end:
            return root
        size, kind = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + _HEAD]
        end = around[-1].end if size == 0 else at + size
        if size in range(1, _HEAD) or end > around[-1].end:
            message = f"at byte {at} a box says to have {size} bytes"
            raise BrokenBoxesError(message)
        one = Box(kind, at + _HEAD, end)
        around[-1].inside.append(one)
        if kind == b"jumd" and len(around) > 1 and not around[-1].label:
            around[-1].label = _label(data[one.start : end])
        if kind == b"jumb" and len(around) <= _MAX_DEPTH:
            around.append(one)
            at = one.start
        else:
            at = end
    message = f"more than {_MAX_BOXES:,} boxes"
    raise BrokenBoxesError(message)


def _label(description: bytes) -> str:
    if len(description) < 18 or not description[16] & _LABELLED:  # noqa: PLR2004  # its id, its marks
        return ""
    return description[17:].partition(b"\0")[0].decode("utf-8", "replace")


def store_in_picture(source: BinaryIO) -> bytes | None:
    """Give the boxes that a JPEG, PNG, WebP, HEIF or AVIF carries; None where it carries none."""
    source.seek(0)
    head = source.read(12)
    if head[:2] == b"\xff\xd8":
        return _joined(_in_jpeg(source))
    if head[:8] == b"\x89PNG\r\n\x1a\n":
        return _joined(_in_chunks(source, 8, b"caBX", size_first=True))
    if head[:4] == b"RIFF":
        return _joined(_in_chunks(source, 12, b"C2PA", size_first=False))
    if head[4:8] == b"ftyp":
        return _joined(_in_own_box(source))
    return None


def store_in_box(data: bytes) -> bytes | None:
    """Give the boxes that the content of a `uuid` box holds; None where that is another's."""
    if data[: len(_C2PA_ID)] != _C2PA_ID:
        return None
    purpose, _, rest = data[len(_C2PA_ID) + _VERSION :].partition(b"\0")
    return rest[_OFFSET:] if purpose == b"manifest" else None


def _joined(pieces: Iterator[bytes]) -> bytes | None:
    whole = bytearray()
    for piece in pieces:
        if len(whole) + len(piece) > MAX_STORE_BYTES:
            message = f"more than {MAX_STORE_BYTES >> 20} MiB of it"
            raise BrokenBoxesError(message)
        whole += piece
    return bytes(whole) or None


def _in_jpeg(source: BinaryIO) -> Iterator[bytes]:
    """Give the pieces that the segments hold; each but the first repeats the box's head."""
    at, first = 2, b""
    for _ in range(_MAX_PIECES):
        source.seek(at)
        head = source.read(4)
        if len(head) < 4 or head[0] != 0xFF or head[1] == _START_OF_SCAN:  # noqa: PLR2004
            return
        size = int.from_bytes(head[2:], "big")
        if head[1] == _APP11:
            data = source.read(max(0, size - 2))
            if data[:2] == b"JP" and len(data) > 16:  # noqa: PLR2004  # its marks, and a head
                instance, box = data[2:4], data[8:]
                if not first and box[4:8] == b"jumb":
                    first = instance
                    yield box
                elif instance == first:
                    yield box[_HEAD:]
        at += 2 + max(size, 2)


def _in_own_box(source: BinaryIO) -> Iterator[bytes]:
    """Give what stands in the first box of its own id at the top of the file."""
    for box in top_boxes(source):
        if box.kind == b"uuid":
            source.seek(box.content)
            store = store_in_box(source.read(min(box.end - box.content, MAX_STORE_BYTES + 1)))
            if store is not None:
                yield store
                return


def _in_chunks(source: BinaryIO, at: int, wanted: bytes, *, size_first: bool) -> Iterator[bytes]:
    """Give the chunks of one kind: PNG has the size first and a sum behind; RIFF fills up."""
    for _ in range(_MAX_PIECES):
        source.seek(at)
        head = source.read(8)
        if len(head) < 8:  # noqa: PLR2004
            return
        kind, size = (head[4:], head[:4]) if size_first else (head[:4], head[4:])
        length = int.from_bytes(size, "big" if size_first else "little")
        if kind == wanted:
            yield source.read(min(length, MAX_STORE_BYTES + 1))
        at += 8 + length + (4 if size_first else length % 2)
