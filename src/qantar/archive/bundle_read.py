"""Opening a bundle: decrypted as a stream, never written to, nothing of it believed yet."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import pyrage

from qantar.archive.age_header import UnsoundHeaderError, check_header
from qantar.archive.age_keys import identity
from qantar.archive.bundle_format import (
    MAX_ALL_SEALED,
    MAX_BATCHES,
    MAX_CHUNKS,
    MAX_DEVICES,
    MAX_KEYS,
    MAX_NOTES,
    Chunk,
    Manifest,
    UnsoundBundleError,
    unpack_keys,
)
from qantar.archive.bundle_parser import Parser
from qantar.archive.disk import disk_refusals
from qantar.archive.sealing import Door, tell_of
from qantar.archive.staging import Staging
from qantar.model.device import DevicePublic

Judge = Callable[[Manifest], None]
"""Looks at a manifest before anything else is read; raises what stops the reading."""


class Received:
    """What came in a bundle: well formed, whole, signed by who says to have made it, no more.

    Attributes:
        manifest: what it says of itself.
        devices: by id, each of which is the hash of what is said of the device.
        notes: checkpoints with signatures, as bytes.
        staging: entries and originals, on the disk.
        sealed: keys of a collector, by name, sealed for its home device.
    """

    manifest: Manifest

    def __init__(self, staging: Staging, judge: Judge, wants: Callable[[bytes], bool]) -> None:
        """Begin before the first record.

        Args:
            staging: keeps what is too large for memory.
            judge: is shown the manifest.
            wants: whether the object of this name is to be kept at all.
        """
        self.staging, self._judge, self._wants = staging, judge, wants
        self.devices: dict[str, DevicePublic] = {}
        self.notes: list[bytes] = []
        self.sealed: dict[bytes, bytes] = {}
        self._pairs = bytearray()
        self._chunks, self._counted, self._sealed_bytes = 0, 0, 0
        self._keeps = False

    def keys(self) -> dict[bytes, bytes]:
        """Give the keys that came in the open; the first one of a name counts."""
        found: dict[bytes, bytes] = {}
        for name, key in unpack_keys(bytes(self._pairs)):
            found.setdefault(name, key)
        return found

    def take_manifest(self, manifest: Manifest) -> None:
        """Have it judged."""
        self.manifest = manifest
        self._judge(manifest)

    def take_device(self, lane: str, device: DevicePublic) -> None:
        """Keep it, if its lane is named for it."""
        if device.id != lane[: len(device.id)]:
            message = "a device in it is not the one that it is said to be"
            raise UnsoundBundleError(message)
        if len(self.devices) == MAX_DEVICES:
            message = "it holds more devices than a case has"
            raise UnsoundBundleError(message)
        self.devices[device.id] = device

    def take_note(self, untrusted: bytes) -> None:
        """Keep it."""
        if len(self.notes) == MAX_NOTES:
            message = "it holds more checkpoints than a case has"
            raise UnsoundBundleError(message)
        self.notes.append(untrusted)

    def take_frames(self, lane: str, untrusted: bytes) -> None:
        """Set them aside."""
        if len(self.staging.batches) == MAX_BATCHES:
            message = f"its entries come in more than {MAX_BATCHES:,} pieces"
            raise UnsoundBundleError(message)
        self.staging.add_batch(lane.partition(".")[0], untrusted)

    def take_key(self, name: bytes, key: bytes) -> None:
        """Keep it in memory: no key touches the disk in the open."""
        self._count_keys()
        self._pairs += name + key

    def take_sealed_key(self, name: bytes, sealed: bytes) -> None:
        """Keep it."""
        self._count_keys()
        self._sealed_bytes += len(sealed)
        if self._sealed_bytes > MAX_ALL_SEALED:
            message = "its sealed keys are longer than any collector's"
            raise UnsoundBundleError(message)
        self.sealed.setdefault(name, sealed)

    def begin_chunk(self, chunk: Chunk) -> None:
        """Set it aside, if it is wanted."""
        self._chunks += 1
        if self._chunks > MAX_CHUNKS:
            message = f"it holds more than {MAX_CHUNKS:,} pieces of originals"
            raise UnsoundBundleError(message)
        self._keeps = self._wants(chunk.name)
        if self._keeps:
            self.staging.begin(chunk)

    def take_piece(self, untrusted: bytes) -> None:
        """Set it aside, if it is wanted."""
        if self._keeps:
            self.staging.write(untrusted)

    def _count_keys(self) -> None:
        self._counted += 1
        if self._counted > MAX_KEYS:
            message = f"it holds more than {MAX_KEYS:,} keys"
            raise UnsoundBundleError(message)


@contextmanager
def receive(
    path: Path,
    secret: bytes,
    *,
    scratch: Path,
    judge: Judge = lambda _: None,
    wants: Callable[[bytes], bool] = lambda _: True,
) -> Iterator[Received]:
    """Read a bundle to its end and give what came, as long as the block runs.

    Opens the file for reading only. What is given hashes to what its last record
    says, and the device that it names as its sender signed that.

    Args:
        path: of the bundle.
        secret: of this device's age recipient, 32 bytes.
        scratch: a folder for what is too large for memory; all of it is removed after.
        judge: is shown the manifest first.
        wants: whether the object of this name is to be kept.

    Raises:
        UnsoundBundleError: it is not a sound bundle for this device.
        DiskError: the medium cannot be read, or the disk refuses.
    """
    staging = Staging(scratch)
    try:
        received = Received(staging, judge, wants)
        parser = Parser(received)
        with disk_refusals("reading the bundle", path), path.open("rb") as file:
            decrypt_bundle(file, secret, parser)
        staging.skip()
        sender = received.devices.get(received.manifest.sender)
        if sender is None or not parser.is_signed(bytes.fromhex(sender.sign)):
            message = "the device that it says to be from did not sign it"
            raise UnsoundBundleError(message)
        yield received
    finally:
        staging.close()


def decrypt_bundle(untrusted: BinaryIO, secret: bytes, parser: Parser) -> None:
    """Decrypt a bundle into a parser, to its end.

    Args:
        untrusted: the file, from its beginning.
        secret: of the age recipient that it may be for, 32 bytes.
        parser: takes the plaintext.

    Raises:
        UnsoundBundleError: it is no bundle, not for this recipient, damaged or cut short.
        OSError: the medium cannot be read.
    """
    try:
        check_header(untrusted)
    except UnsoundHeaderError as error:
        raise UnsoundBundleError(str(error)) from error
    reading, writing = Door(untrusted), Door(_Feed(parser))
    try:
        pyrage.decrypt_io(reading, writing, [identity(secret)])
    except (pyrage.DecryptError, OSError) as error:
        # age tells damage of the header as the first, damage of the payload as the second.
        tell_of(reading, writing)
        raise UnsoundBundleError(_why(error)) from error
    parser.finish()


class _Feed:
    """What age writes to."""

    def __init__(self, parser: Parser) -> None:
        self._parser = parser

    def write(self, data: bytes) -> None:
        """Pass on."""
        self._parser.feed(data)


def _why(error: Exception) -> str:
    if "No matching keys" in str(error):
        return "it is not for this device"
    return "it is damaged or cut short"
