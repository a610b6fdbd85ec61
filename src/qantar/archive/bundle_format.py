r"""A bundle as bytes: `qantar/v1/bundle\0`, then records `u8 type | u64 length | payload`.

This is what lies inside the age file. Everything in it comes from a stick that
anyone may have held, so each length is checked before anything is set aside for it.
The last record is a hash of all before it and the sender's signature: a bundle that
was cut short, or put together by somebody else, is not one.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Final, NamedTuple

from qantar.archive.derive import KEY_BYTES, tag
from qantar.errors import NotCanonicalError
from qantar.model.canonical import INTEGER_LIMIT, JSON, canonical, parse
from qantar.model.device import DevicePublic

MAGIC: Final = tag("bundle")
END_TAG: Final = tag("bundle-end")
VERSION: Final = 1
RECORD: Final = struct.Struct(">BQ")

MAX_CHUNK: Final = 64 * 1024 * 1024
MAX_ENTRIES: Final = 1_000_000
MAX_KEYS: Final = 1_250_000
MAX_OBJECT: Final = 2**40
MAX_CHUNKS: Final = 250_000
MAX_NOTES: Final = 10_000
MAX_BATCHES: Final = 100_000
MAX_DEVICES: Final = 10_000
MAX_PARTS: Final = 10_000
PAIR_BYTES: Final = 2 * KEY_BYTES
END_BYTES: Final = 32 + 64
MAX_SEALED: Final = 4096
MAX_ALL_SEALED: Final = 256 * 1024 * 1024

_LENGTH: Final = struct.Struct(">I")
_NAME_LENGTH: Final = struct.Struct(">H")
_CHUNK: Final = struct.Struct(">32sQQ")
CHUNK_HEADER: Final = _CHUNK.size
MAX_MANIFEST: Final = 1024 * 1024
MAX_DEVICE: Final = 4096
MAX_NOTE: Final = 16 * 1024
MAX_BATCH: Final = 8 * 1024 * 1024
MOST_MISSING: Final = 12_000

_HEX_32 = re.compile(r"[0-9a-f]{32}")
_HEX_64 = re.compile(r"[0-9a-f]{64}")
_LANE = re.compile(r"[0-9a-f]{32}(\.[0-9a-f]{64})?")


class Kind(IntEnum):
    """What a record holds."""

    MANIFEST = 1
    DEVICE = 2
    NOTE = 3
    FRAMES = 4
    KEYS = 5
    SEALED_KEYS = 6
    OBJECT = 7
    END = 9


LONGEST: Final[Mapping[Kind, int]] = {
    Kind.MANIFEST: MAX_MANIFEST,
    Kind.DEVICE: MAX_DEVICE,
    Kind.NOTE: MAX_NOTE,
    Kind.FRAMES: MAX_BATCH,
    Kind.KEYS: MAX_BATCH,
    Kind.SEALED_KEYS: MAX_BATCH,
    Kind.OBJECT: CHUNK_HEADER + MAX_CHUNK,
    Kind.END: END_BYTES,
}
"""How long the payload of a record may be, in bytes."""


class UnsoundBundleError(Exception):
    """These bytes are no bundle, or not all of one; the message says why."""


class NoBundleError(UnsoundBundleError):
    """These bytes are something else altogether."""


class OtherRecipientError(UnsoundBundleError):
    """It is a bundle, and for other devices."""

    def __init__(self) -> None:
        """Say so."""
        super().__init__("it is not for this device")


class Head(NamedTuple):
    """How far a lane goes: number of entries, and the root of their tree in hex."""

    size: int
    root: str


class Chunk(NamedTuple):
    """A piece of an object's file: `size` bytes at `offset` of `total`."""

    name: bytes
    total: int
    offset: int
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a bundle says of itself.

    `case` and `founder` are ids, `founder` None from a collector, which does not know
    it; `sender` is the device that made it and `to` are those that it is for. It
    is part `part` of `parts`, each whole in itself. `key` is the case
    key, None from a collector. `heads` says how far the sender has each lane, `missing`
    what it lacks: names of objects, and commitments of entries without bodies (hex).
    """

    case: str
    founder: str | None
    sender: str
    to: tuple[str, ...]
    part: int = 1
    parts: int = 1
    key: bytes | None = None
    heads: Mapping[str, Head]
    missing: tuple[str, ...] = ()

    def to_bytes(self) -> bytes:
        """Give the payload of the record."""
        return canonical(
            {
                "case": self.case,
                "founder": self.founder,
                "from": self.sender,
                "heads": {lane: list(head) for lane, head in self.heads.items()},
                "key": self.key.hex() if self.key else None,
                "missing": list(self.missing),
                "part": self.part,
                "parts": self.parts,
                "to": list(self.to),
                "v": VERSION,
            }
        )


def read_manifest(untrusted: bytes) -> Manifest:
    """Read the payload of the first record.

    Raises:
        UnsoundBundleError: it is no manifest, or of another version.
    """
    match _json(untrusted, "its manifest"):
        case {"v": int(version)} if version != VERSION or isinstance(version, bool):
            message = f"it is of version {version}, and this Qantar reads version {VERSION}"
            raise UnsoundBundleError(message)
        case {
            "case": str(case),
            "founder": str() | None as founder,
            "from": str(sender),
            "heads": dict(heads),
            "key": str() | None as key,
            "missing": list(missing),
            "part": int(part),
            "parts": int(parts),
            "to": list(to),
            "v": int(),
            **rest,
        } if not rest:
            pass
        case _:
            message = "its manifest lacks something, or says more than one does"
            raise UnsoundBundleError(message)
    sound = (
        all(_HEX_32.fullmatch(one) for one in (case, sender))
        and (founder is None or _HEX_32.fullmatch(founder))
        and (key is None or _HEX_64.fullmatch(key))
        and 1 <= part <= parts <= MAX_PARTS
        and all(isinstance(one, str) and _is_recipient(one) for one in to)
        and all(isinstance(one, str) and _HEX_64.fullmatch(one) for one in missing)
    )
    if not sound:
        message = "its manifest says what cannot be"
        raise UnsoundBundleError(message)
    return Manifest(
        case=case,
        founder=founder,
        sender=sender,
        to=tuple(map(str, to)),
        part=part,
        parts=parts,
        key=bytes.fromhex(key) if key else None,
        heads=read_heads(heads),
        missing=tuple(map(str, missing)),
    )


def read_heads(untrusted: Mapping[str, JSON]) -> dict[str, Head]:
    """Read how far somebody has each lane.

    Raises:
        UnsoundBundleError: it does not say that.
    """
    heads = {}
    for lane, said in untrusted.items():
        match said:
            case [int(size), str(root)] if (
                0 <= size < INTEGER_LIMIT
                and not isinstance(size, bool)
                and _HEX_64.fullmatch(root)
                and _LANE.fullmatch(lane)
            ):
                heads[lane] = Head(size, root)
            case _:
                message = "its manifest says of a lane what cannot be"
                raise UnsoundBundleError(message)
    return heads


def pack_named(lane: str, data: bytes) -> bytes:
    """Give the payload of a record about one lane: its name, then `data`."""
    name = lane.encode("ascii")
    return _NAME_LENGTH.pack(len(name)) + name + data


def unpack_named(untrusted: bytes) -> tuple[str, bytes]:
    """Read what `pack_named` gave.

    Raises:
        UnsoundBundleError: it names no lane.
    """
    (length,) = _NAME_LENGTH.unpack_from(untrusted) if len(untrusted) > _NAME_LENGTH.size else (0,)
    end = _NAME_LENGTH.size + length
    name = untrusted[_NAME_LENGTH.size : end].decode("ascii", "replace")
    if len(name) != length or not _LANE.fullmatch(name):
        message = "a record of it names no lane"
        raise UnsoundBundleError(message)
    return name, untrusted[end:]


def read_device(untrusted: bytes) -> DevicePublic:
    """Read the public half of a device, as it stands behind the name of its lane.

    Raises:
        UnsoundBundleError: it describes none.
    """
    value = _json(untrusted.removesuffix(b"\n"), "a device in it")
    try:
        if isinstance(value, dict):
            return DevicePublic.from_record(value)
    except ValueError:
        pass
    message = "a device in it is described wrongly"
    raise UnsoundBundleError(message)


def pack_keys(pairs: Iterable[tuple[bytes, bytes]]) -> bytes:
    """Give the payload of a record of keys: id and key, 32 bytes each."""
    return b"".join(name + key for name, key in pairs)


def unpack_keys(untrusted: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Read what `pack_keys` gave.

    Raises:
        UnsoundBundleError: it is cut short.
    """
    if len(untrusted) % PAIR_BYTES:
        message = "its keys are cut short"
        raise UnsoundBundleError(message)
    for at in range(0, len(untrusted), PAIR_BYTES):
        yield untrusted[at : at + KEY_BYTES], untrusted[at + KEY_BYTES : at + PAIR_BYTES]


def pack_sealed_keys(pairs: Iterable[tuple[bytes, bytes]]) -> bytes:
    """Give the payload of a record of a collector's keys: length, id, age file."""
    return b"".join(_LENGTH.pack(len(sealed)) + name + sealed for name, sealed in pairs)


def unpack_sealed_keys(untrusted: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Read what `pack_sealed_keys` gave.

    Raises:
        UnsoundBundleError: it is cut short, or one is longer than any sealed key.
    """
    at = 0
    while at < len(untrusted):
        start = at + _LENGTH.size + KEY_BYTES
        (length,) = _LENGTH.unpack_from(untrusted, at) if start <= len(untrusted) else (0,)
        if not 0 < length <= MAX_SEALED or start + length > len(untrusted):
            message = "its sealed keys are cut short"
            raise UnsoundBundleError(message)
        yield untrusted[at + _LENGTH.size : start], untrusted[start : start + length]
        at = start + length


def pack_chunk_header(chunk: Chunk) -> bytes:
    """Give what stands before the bytes of a piece of an object."""
    return _CHUNK.pack(chunk.name, chunk.total, chunk.offset)


def unpack_chunk_header(untrusted: bytes, *, size: int) -> Chunk:
    """Read what stands before the `size` bytes of a piece of an object.

    Raises:
        UnsoundBundleError: the piece lies outside of the object, or that cannot be so long.
    """
    name, total, offset = _CHUNK.unpack(untrusted)
    if not 0 < size <= MAX_CHUNK or total > MAX_OBJECT or offset + size > total:
        message = "a piece of an original in it lies outside of that"
        raise UnsoundBundleError(message)
    return Chunk(name, total, offset, size)


def _json(untrusted: bytes, what: str) -> JSON:
    try:
        return parse(untrusted)
    except NotCanonicalError as error:
        message = f"{what} cannot be read: {error.message.rstrip('.')}"
        raise UnsoundBundleError(message) from error


def _is_recipient(untrusted: str) -> bool:
    return _HEX_32.fullmatch(untrusted) is not None
