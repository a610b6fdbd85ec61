"""Reading a bundle as it is decrypted: pushed in, piece by piece, kept only as it must be.

Nothing here knows a case. A receiver is told of each record; what it is told is
well formed and nothing more, and not to be believed before `finish` has returned
and the sender's signature was checked.
"""

from __future__ import annotations

import hashlib
from collections.abc import Generator
from typing import Final, Protocol

from qantar.archive.bundle_format import (
    CHUNK_HEADER,
    END_TAG,
    LONGEST,
    MAGIC,
    RECORD,
    Chunk,
    Kind,
    Manifest,
    NoBundleError,
    UnsoundBundleError,
    read_device,
    read_manifest,
    unpack_chunk_header,
    unpack_keys,
    unpack_named,
    unpack_sealed_keys,
)
from qantar.archive.signing import verifies
from qantar.model.device import DevicePublic

_PIECE: Final = 64 * 1024
_DIGEST_BYTES: Final = 32

_Steps = Generator[int, bytes, None]


class Receiver(Protocol):
    """Takes what a bundle holds, in its order; the manifest is first."""

    def take_manifest(self, manifest: Manifest) -> None:
        """Take what the bundle says of itself."""

    def take_device(self, lane: str, device: DevicePublic) -> None:
        """Take who signs a lane."""

    def take_note(self, untrusted: bytes) -> None:
        """Take a checkpoint with its signatures."""

    def take_frames(self, lane: str, untrusted: bytes) -> None:
        """Take entries of a lane."""

    def take_key(self, name: bytes, key: bytes) -> None:
        """Take the key of an entry or an original."""

    def take_sealed_key(self, name: bytes, sealed: bytes) -> None:
        """Take such a key as a collector sealed it."""

    def begin_chunk(self, chunk: Chunk) -> None:
        """Take a piece of an original's file; its bytes follow."""

    def take_piece(self, untrusted: bytes) -> None:
        """Take the next bytes of the piece that was begun."""


class Looker:
    """A receiver that keeps nothing: for whoever only wants to know that a bundle is whole."""

    def take_manifest(self, manifest: Manifest) -> None:
        """Look away."""

    def take_device(self, lane: str, device: DevicePublic) -> None:
        """Look away."""

    def take_note(self, untrusted: bytes) -> None:
        """Look away."""

    def take_frames(self, lane: str, untrusted: bytes) -> None:
        """Look away."""

    def take_key(self, name: bytes, key: bytes) -> None:
        """Look away."""

    def take_sealed_key(self, name: bytes, sealed: bytes) -> None:
        """Look away."""

    def begin_chunk(self, chunk: Chunk) -> None:
        """Look away."""

    def take_piece(self, untrusted: bytes) -> None:
        """Look away."""


class Parser:
    """Takes a bundle's bytes in pieces of any size.

    Memory use is that of the largest record but those of originals, which are
    passed on as they come.
    """

    def __init__(self, receiver: Receiver) -> None:
        """Begin before the first byte."""
        self._receiver = receiver
        self._hash = hashlib.sha256(END_TAG)
        self._buffer = bytearray()
        self._digest, self._signature = b"", b""
        self._steps = self._run()
        self._wanted = next(self._steps)

    def feed(self, untrusted: bytes) -> None:
        """Take the next bytes.

        Raises:
            UnsoundBundleError: this is no bundle; nothing more is to be fed.
        """
        self._buffer += untrusted
        start = 0
        while start + self._wanted <= len(self._buffer):
            if self._signature:
                message = "something stands behind its end"
                raise UnsoundBundleError(message)
            data = bytes(self._buffer[start : start + self._wanted])
            start += self._wanted
            self._wanted = self._next(data)
        del self._buffer[:start]

    def finish(self) -> None:
        """Say that there are no more bytes.

        Raises:
            UnsoundBundleError: the bundle's end has not come.
        """
        if not self._signature:
            message = "it is cut short: its end is missing"
            raise UnsoundBundleError(message)

    @property
    def digest(self) -> bytes:
        """Hash (32 bytes) of all before the end, as its last record says and as it is."""
        return self._digest

    def is_signed(self, public_key: bytes) -> bool:
        """Whether the holder of this Ed25519 key made the bundle; asked when it is finished."""
        return verifies(public_key, self._signature, end_message(self._digest))

    def _next(self, data: bytes) -> int:
        try:
            return self._steps.send(data)
        except StopIteration:
            return 1  # whatever comes now comes behind the end

    def _run(self) -> _Steps:
        if (yield from self._read(len(MAGIC))) != MAGIC:
            message = "it does not begin as a bundle"
            raise NoBundleError(message)
        kind, length = yield from self._read_header()
        if kind is not Kind.MANIFEST:
            message = "it does not begin with what it is"
            raise UnsoundBundleError(message)
        self._receiver.take_manifest(read_manifest((yield from self._read(length))))
        while kind is not Kind.END:
            kind, length = yield from self._read_header()
            match kind:
                case Kind.MANIFEST:
                    message = "it says twice what it is"
                    raise UnsoundBundleError(message)
                case Kind.OBJECT:
                    yield from self._read_chunk(length)
                case Kind.END:
                    yield from self._read_end(length)
                case _:
                    self._pass_on(kind, (yield from self._read(length)))

    def _read(self, length: int) -> Generator[int, bytes, bytes]:
        if not length:
            return b""
        data = yield length
        self._hash.update(data)
        return data

    def _read_header(self) -> Generator[int, bytes, tuple[Kind, int]]:
        header = yield RECORD.size
        number, length = RECORD.unpack(header)
        try:
            kind = Kind(number)
        except ValueError as error:
            message = f"a record in it is of the unknown kind {number}"
            raise UnsoundBundleError(message) from error
        if length > LONGEST[kind]:
            message = f"a record in it is {length:,} bytes long; {LONGEST[kind]:,} are the most"
            raise UnsoundBundleError(message)
        if kind is not Kind.END:
            self._hash.update(header)
        return kind, length

    def _read_chunk(self, length: int) -> _Steps:
        if length <= CHUNK_HEADER:
            message = "a piece of an original in it is cut short"
            raise UnsoundBundleError(message)
        left = length - CHUNK_HEADER
        self._receiver.begin_chunk(
            unpack_chunk_header((yield from self._read(CHUNK_HEADER)), size=left)
        )
        while left:
            piece = yield from self._read(min(left, _PIECE))
            left -= len(piece)
            self._receiver.take_piece(piece)

    def _read_end(self, length: int) -> _Steps:
        if length != LONGEST[Kind.END]:
            message = "its end is of the wrong length"
            raise UnsoundBundleError(message)
        end = yield length
        self._digest, self._signature = end[:_DIGEST_BYTES], end[_DIGEST_BYTES:]
        if self._digest != self._hash.digest():
            message = "it was changed: its hash is another one"
            raise UnsoundBundleError(message)

    def _pass_on(self, kind: Kind, untrusted: bytes) -> None:
        receiver = self._receiver
        match kind:
            case Kind.DEVICE:
                lane, described = unpack_named(untrusted)
                receiver.take_device(lane, read_device(described))
            case Kind.NOTE:
                receiver.take_note(untrusted)
            case Kind.FRAMES:
                receiver.take_frames(*unpack_named(untrusted))
            case Kind.KEYS:
                for name, key in unpack_keys(untrusted):
                    receiver.take_key(name, key)
            case _:
                for name, sealed in unpack_sealed_keys(untrusted):
                    receiver.take_sealed_key(name, sealed)


def end_message(digest: bytes) -> bytes:
    """Give what the sender signs: the hash of all before the end, with its purpose."""
    return END_TAG + digest
