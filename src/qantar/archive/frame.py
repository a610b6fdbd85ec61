"""One entry of the journal as bytes: `u32 length | canonical JSON | SHA-256`.

The length is big-endian and counts the JSON only. The hash is over the tag
`qantar/v1/entry` NUL and the JSON, and is the entry's id; the JSON holds the id of
the entry before (`prev`), so each id commits to the whole journal up to it.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from qantar.archive.case import FORMAT, Case
from qantar.errors import NotCanonicalError
from qantar.model.canonical import JSON, MAX_BYTES, canonical, parse
from qantar.model.entry import Entry

_TAG = b"qantar/v1/entry\0"
_LENGTH = struct.Struct(">I")
_DIGEST_BYTES = hashlib.sha256().digest_size
OVERHEAD = _LENGTH.size + _DIGEST_BYTES


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """A frame whose length and hash are sound, from byte `start` of its segment up to `end`."""

    start: int
    end: int
    content: bytes
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """An entry before it has its place: kind, time (UTC, to the minute) and body."""

    kind: str
    at: datetime
    body: Mapping[str, JSON]


class UnsoundEntryError(Exception):
    """A frame that hashes right does not say what an entry of this case says."""


def encode(case: Case, draft: Draft, *, seq: int, prev: str) -> Frame:
    """Spell a draft as entry `seq` of this case's journal, as a frame that would start at 0.

    Raises:
        NotCanonicalError: the body has no canonical form or is too large.
    """
    content = canonical(
        {
            "v": FORMAT,
            "case": case.id,
            "device": case.device,
            "seq": seq,
            "prev": prev,
            "kind": draft.kind,
            "at": _spell(draft.at),
            "body": draft.body,
        }
    )
    return Frame(start=0, end=len(content) + OVERHEAD, content=content, id=_digest(content).hex())


def to_bytes(frame: Frame) -> bytes:
    """Give the frame as it stands in a segment."""
    return _LENGTH.pack(len(frame.content)) + frame.content + bytes.fromhex(frame.id)


def frames(untrusted: bytes) -> Iterator[Frame]:
    """Cut a segment into its frames, up to the first that is cut short or does not hash right.

    The segment is sound if the last frame's `end` is the segment's length.
    """
    start = 0
    while (frame := _frame_at(untrusted, start)) is not None:
        yield frame
        start = frame.end


def last_frame(untrusted: bytes) -> Frame | None:
    """Find a segment's last frame by the lengths alone.

    None if the lengths do not add up or that frame is unsound. Far cheaper than
    hashing everything before it, which appending need not.
    """
    start, end = 0, _end_of_frame(untrusted, 0)
    while end is not None and end < len(untrusted):
        start, end = end, _end_of_frame(untrusted, end)
    return None if end is None else _frame_at(untrusted, start)


def decode(case: Case, frame: Frame) -> Entry:
    """Read a frame as an entry of this case and this device.

    Raises:
        UnsoundEntryError: it is not one; the message says why.
    """
    try:
        value = parse(frame.content)
    except NotCanonicalError as error:
        raise UnsoundEntryError(str(error)) from error
    match value:
        case {
            "v": int(version),
            "case": str(case_id),
            "device": str(device),
            "seq": int(seq),
            "prev": str(prev),
            "kind": str(kind),
            "at": str(at),
            "body": dict(body),
            **rest,
        } if not rest and not isinstance(version, bool) and not isinstance(seq, bool):
            pass
        case _:
            message = "it lacks fields of an entry, or has others"
            raise UnsoundEntryError(message)
    if (version, case_id, device) != (FORMAT, case.id, case.device):
        message = f"it is of format {version}, case {case_id[:12]}, device {device[:12]}"
        raise UnsoundEntryError(message)
    try:
        return Entry(id=frame.id, seq=seq, prev=prev, kind=kind, at=_read_time(at), body=body)
    except ValueError as error:
        raise UnsoundEntryError(str(error)) from error


def _frame_at(untrusted: bytes, start: int) -> Frame | None:
    end = _end_of_frame(untrusted, start)
    if end is None:
        return None
    content = untrusted[start + _LENGTH.size : end - _DIGEST_BYTES]
    digest = untrusted[end - _DIGEST_BYTES : end]
    if _digest(content) != digest:
        return None
    return Frame(start=start, end=end, content=content, id=digest.hex())


def _end_of_frame(untrusted: bytes, start: int) -> int | None:
    """Where the frame at `start` ends; None if its length cannot be or goes beyond the bytes."""
    if start + _LENGTH.size > len(untrusted):
        return None
    (length,) = _LENGTH.unpack_from(untrusted, start)
    end: int = start + length + OVERHEAD
    return end if 0 < length <= MAX_BYTES and end <= len(untrusted) else None


def _digest(content: bytes) -> bytes:
    return hashlib.sha256(_TAG + content).digest()


def _spell(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%MZ").rjust(len("0000-00-00T00:00Z"), "0")


def _read_time(untrusted: str) -> datetime:
    at = datetime.fromisoformat(untrusted)
    if at.tzinfo is None or _spell(at) != untrusted:
        message = f"{untrusted[:40]!r} is not a minute in UTC"
        raise ValueError(message)
    return at
