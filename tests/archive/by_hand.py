"""Frames read and made by the page of formats alone, without the program under test."""

from __future__ import annotations

import hashlib
import json
import struct
from typing import Any, NamedTuple

from nacl.signing import SigningKey


class HandFrame(NamedTuple):
    """A frame in its parts."""

    header: bytes
    body: bytes
    id: bytes
    signature: bytes

    def says(self) -> dict[str, Any]:
        """Give what the header says."""
        said: dict[str, Any] = json.loads(self.header)
        return said

    def to_bytes(self) -> bytes:
        """Put the parts together."""
        lengths = [struct.pack(">I", len(part)) for part in (self.header, self.body)]
        return lengths[0] + self.header + lengths[1] + self.body + self.id + self.signature


def cut(data: bytes) -> list[HandFrame]:
    """Cut a segment by its lengths."""
    frames = []
    while data:
        (length,) = struct.unpack_from(">I", data)
        header, data = data[4 : 4 + length], data[4 + length :]
        (length,) = struct.unpack_from(">I", data)
        body, data = data[4 : 4 + length], data[4 + length :]
        frames.append(HandFrame(header, body, data[:32], data[32:96]))
        data = data[96:]
    return frames


def joined(frames: list[HandFrame]) -> bytes:
    """Put frames together to a segment."""
    return b"".join(frame.to_bytes() for frame in frames)


def signed(header: bytes, body: bytes, seed: bytes) -> HandFrame:
    """Hash and sign a header, as whoever holds the device's key could."""
    identity = hashlib.sha256(b"qantar/v1/entry\0" + header).digest()
    signature = SigningKey(seed).sign(b"qantar/v1/entry-sig\0" + identity).signature
    return HandFrame(header, body, identity, signature)


def changed(frame: HandFrame, seed: bytes, **fields: object) -> HandFrame:
    """Let a frame say something else, hashed and signed anew."""
    said = json.dumps(
        frame.says() | fields, sort_keys=True, separators=(",", ":"), ensure_ascii=False
    )
    return signed(said.encode(), frame.body, seed)
