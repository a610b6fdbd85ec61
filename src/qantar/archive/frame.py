"""An entry as bytes: `u32 | header | u32 | body ciphertext | id (32) | signature (64)`.

The header is canonical JSON, kept for ever, and names nobody. It holds the hash of
the body's ciphertext, the commitment to the body's fields, and the id of the
entry before; the id is the hash of the header, so it commits to the whole journal
up to it. The device signs the id. A body that was erased has length 0.
"""

from __future__ import annotations

import hashlib
import re
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from qantar.archive.body import MAX_CIPHERTEXT
from qantar.archive.derive import tag
from qantar.archive.signing import SIGNATURE_BYTES, Signer, verifies
from qantar.errors import NotCanonicalError
from qantar.model.canonical import INTEGER_LIMIT, JSON, canonical, parse
from qantar.model.entry import Ref

VERSION = 1
MAX_HEADER = 32_000
MAX_REFS = 200
ID_BYTES = 32

_ID_TAG, _SIGNATURE_TAG = tag("entry"), tag("entry-sig")
_LENGTH = struct.Struct(">I")
_LONGEST_KIND = 64
_KIND = r"[a-z][a-z0-9_-]*(?:\.[a-z][a-z0-9_-]*)*"
OVERHEAD = 2 * _LENGTH.size + ID_BYTES + SIGNATURE_BYTES
MAX_FRAME = MAX_HEADER + MAX_CIPHERTEXT + OVERHEAD

# The one spelling of a header as a pattern: reads it five times faster than a JSON parser would.
_REF = r'\["([0-9a-f]{32})",([1-9][0-9]{0,15}),"([0-9a-f]{64})"\]'
_ONE_REF = re.compile(_REF)
_NO_GROUPS = _REF.replace("(", "(?:")
_HEADER = re.compile(
    r'\{"at":"([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}Z)"'
    r',"body":"([0-9a-f]{64})"'
    r',"case":"([0-9a-f]{32})"'
    r',"device":"([0-9a-f]{32})"'
    rf',"kind":"({_KIND})"'
    r',"prev":"([0-9a-f]{64}|)"'
    rf',"refs":\[((?:{_NO_GROUPS}(?:,{_NO_GROUPS})*)?)\]'
    r',"sealed":"([0-9a-f]{64})"'
    r',"seq":([1-9][0-9]{0,15})'
    rf',"v":{VERSION}\}}'
)
_FIELDS = ("at", "body", "case", "device", "kind", "prev", "refs", "sealed", "seq", "v")


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """An entry before it has its place: kind, time (UTC, to the minute) and body."""

    kind: str
    at: datetime
    body: Mapping[str, JSON]


class Header(NamedTuple):
    """What a header says. `commitment` and `sealed` are hex; the rest as in `Entry`."""

    at: datetime
    commitment: str
    case: str
    device: str
    kind: str
    prev: str
    refs: tuple[Ref, ...]
    sealed: str
    seq: int


class Frame(NamedTuple):
    """A frame whose lengths make sense and whose id is the hash of its header.

    It stands from byte `start` of its segment up to `end`. `body` is ciphertext,
    empty when it was erased.
    """

    start: int
    end: int
    header: bytes
    body: bytes
    id: bytes
    signature: bytes


class UnsoundEntryError(Exception):
    """A frame is not an entry, or not of this case or device; the message says why."""


def spell_header(header: Header) -> bytes:
    """Give the bytes of a header.

    Raises:
        ValueError: it says what no header says.
    """
    if not re.fullmatch(_KIND, header.kind):
        message = f"an entry's kind cannot be {header.kind!r}"
        raise ValueError(message)
    data = canonical(
        {
            "at": _spell(header.at),
            "body": header.commitment,
            "case": header.case,
            "device": header.device,
            "kind": header.kind,
            "prev": header.prev,
            "refs": [list(ref) for ref in header.refs],
            "sealed": header.sealed,
            "seq": header.seq,
            "v": VERSION,
        }
    )
    # Through the reader's own door: what could not be read back is not written.
    try:
        read_header(data)
    except UnsoundEntryError as error:
        raise ValueError(str(error)) from error
    return data


def read_header(untrusted: bytes) -> Header:
    """Read the bytes of a header.

    Raises:
        UnsoundEntryError: they are none, or another spelling of one.
    """
    found = _HEADER.fullmatch(untrusted.decode("ascii", "replace"))
    if found is None:
        raise UnsoundEntryError(_why_no_header(untrusted))
    at, commitment, case, device, kind, prev, refs, sealed, spelt_seq = found.groups()
    seq = int(spelt_seq)
    if len(kind) > _LONGEST_KIND:
        message = f"an entry's kind cannot be {kind!r}"
        raise UnsoundEntryError(message)
    if seq >= INTEGER_LIMIT or bool(prev) == (seq == 1):
        message = f"it cannot be number {seq} after {prev[:12] or 'nothing'}"
        raise UnsoundEntryError(message)
    seen = _read_refs(refs) if refs else ()
    return Header(_read_time(at), commitment, case, device, kind, prev, seen, sealed, seq)


def entry_id(header: bytes) -> bytes:
    """Give the id (32 bytes) of the entry with this header."""
    return hashlib.sha256(_ID_TAG + header).digest()


def make_frame(header: bytes, ciphertext: bytes, signer: Signer) -> bytes:
    """Give the bytes of a frame, signed by its device."""
    identity = entry_id(header)
    return b"".join(
        (
            _LENGTH.pack(len(header)),
            header,
            _LENGTH.pack(len(ciphertext)),
            ciphertext,
            identity,
            signer.sign(_SIGNATURE_TAG + identity),
        )
    )


def to_bytes(frame: Frame, *, with_body: bool = True) -> bytes:
    """Give a frame as it stands in a segment: with its body, or as it is once that was erased."""
    body = frame.body if with_body else b""
    lengths = _LENGTH.pack(len(frame.header)), _LENGTH.pack(len(body))
    return b"".join((lengths[0], frame.header, lengths[1], body, frame.id, frame.signature))


def is_signed(frame: Frame, public_key: bytes) -> bool:
    """Whether the device with this Ed25519 key signed the entry."""
    return verifies(public_key, frame.signature, _SIGNATURE_TAG + frame.id)


def is_sealed(frame: Frame, header: Header) -> bool:
    """Whether the body is the one that the header names, or was erased."""
    return not frame.body or hashlib.sha256(frame.body).hexdigest() == header.sealed


def check(frame: Frame, *, case_id: str, device: str, public_key: bytes) -> Header:
    """Hold one frame against its case, its device and its own hash and signature.

    Says nothing of its place among others, nor of what its body commits to.

    Raises:
        UnsoundEntryError: it does not hold; the message says why.
    """
    header = read_header(frame.header)
    if (header.case, header.device) != (case_id, device):
        message = f"it is of case {header.case[:12]}, device {header.device[:12]}"
        raise UnsoundEntryError(message)
    if not is_sealed(frame, header):
        message = "its body is not the one that it was signed with"
        raise UnsoundEntryError(message)
    if not is_signed(frame, public_key):
        message = "its signature does not hold"
        raise UnsoundEntryError(message)
    return header


def frames(untrusted: bytes) -> Iterator[Frame]:
    """Cut a segment into its frames, up to the first that is cut short or does not hash right.

    The segment is sound if the last frame's `end` is the segment's length.
    """
    start, sha256 = 0, hashlib.sha256
    while (ends := _ends(untrusted, start)) is not None:
        header_end, end = ends
        header = untrusted[start + 4 : header_end]
        signature_at = end - SIGNATURE_BYTES
        identity = untrusted[signature_at - ID_BYTES : signature_at]
        if sha256(_ID_TAG + header).digest() != identity:
            return
        body = untrusted[header_end + 4 : signature_at - ID_BYTES]
        yield Frame(start, end, header, body, identity, untrusted[signature_at:end])
        start = end


def cut_by_lengths(untrusted: bytes) -> Iterator[Frame]:
    """Cut a segment by the lengths alone, as far as they make sense; ids may be of other headers.

    Shows what stands behind a damaged frame whose lengths are sound: `has_own_id` tells
    one from the other.
    """
    start = 0
    while (ends := _ends(untrusted, start)) is not None:
        header_end, end = ends
        signature_at = end - SIGNATURE_BYTES
        identity_at = signature_at - ID_BYTES
        yield Frame(
            start,
            end,
            untrusted[start + 4 : header_end],
            untrusted[header_end + 4 : identity_at],
            untrusted[identity_at:signature_at],
            untrusted[signature_at:end],
        )
        start = end


def has_own_id(frame: Frame) -> bool:
    """Whether the id of a frame that was cut by lengths is the hash of its header."""
    return entry_id(frame.header) == frame.id


def last_frame(untrusted: bytes) -> Frame | None:
    """Find a segment's last frame by the lengths alone.

    None if the lengths do not add up or that frame is unsound. Far cheaper than
    hashing everything before it.
    """
    start, ends = 0, _ends(untrusted, 0)
    while ends is not None and ends[1] < len(untrusted):
        start, ends = ends[1], _ends(untrusted, ends[1])
    if ends is None:
        return None
    frame = next(frames(untrusted[start:]), None)
    return frame and frame._replace(start=start, end=start + frame.end)


def _ends(untrusted: bytes, start: int) -> tuple[int, int] | None:
    """Where header and frame at `start` end; None if their lengths cannot be, or go too far."""
    size = len(untrusted)
    if start + OVERHEAD > size:
        return None
    (length,) = _LENGTH.unpack_from(untrusted, start)
    header_end = start + 4 + length
    if not 0 < length <= MAX_HEADER or header_end + 4 > size:
        return None
    (length,) = _LENGTH.unpack_from(untrusted, header_end)
    end = header_end + 4 + length + ID_BYTES + SIGNATURE_BYTES
    return (header_end, end) if length <= MAX_CIPHERTEXT and end <= size else None


def _why_no_header(untrusted: bytes) -> str:
    try:
        value = parse(untrusted)
    except NotCanonicalError as error:
        return str(error)
    if not isinstance(value, dict) or tuple(sorted(value)) != _FIELDS:
        return "it lacks fields of an entry, or has others"
    if value["v"] != VERSION or isinstance(value["v"], bool):
        return f"it is of version {value['v']!r}"
    return "one of its fields cannot be"


def _read_refs(untrusted: str) -> tuple[Ref, ...]:
    found = [Ref(device, int(seq), id_) for device, seq, id_ in _ONE_REF.findall(untrusted)]
    too_many = len(found) > MAX_REFS or any(ref.seq >= INTEGER_LIMIT for ref in found)
    if too_many or any(one >= other for one, other in pairwise(found)):
        message = "what it says to have seen is out of order, or too much"
        raise UnsoundEntryError(message)
    return tuple(found)


def _spell(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%MZ").rjust(len("0000-00-00T00:00Z"), "0")


@lru_cache(maxsize=4096)  # a sheet's thousand entries are of the same minute
def _read_time(untrusted: str) -> datetime:
    try:
        return datetime.fromisoformat(untrusted)
    except ValueError as error:
        message = f"its time cannot be {untrusted!r}"
        raise UnsoundEntryError(message) from error
