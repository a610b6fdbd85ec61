"""Opening a bundle: decrypted as a stream, never written to, nothing of it believed yet."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import pyrage

from qantar.archive.age_header import NoAgeFileError, UnsoundHeaderError, check_header
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
    NoBundleError,
    OtherRecipientError,
    UnsoundBundleError,
)
from qantar.archive.bundle_parser import Parser
from qantar.archive.disk import disk_refusals
from qantar.archive.sealing import Door, tell_of
from qantar.archive.staging import Staging
from qantar.model.device import DevicePublic

MOST_IN_MEMORY = 320 * 1024 * 1024
"""Bytes that all may take together that is kept in memory until the bundle's end is there."""

# Bytes that one takes in memory beside its own: rounded up from what was measured.
_A_KEY, _A_DEVICE, _A_NOTE, _A_BATCH, _A_RUN = 200, 800, 200, 300, 600

Judge = Callable[[Manifest], None]
"""Looks at a manifest before anything else is read; raises what stops the reading."""


class Received:
    """What came in a bundle: well formed, whole, signed by who says to have made it, no more.

    Attributes:
        manifest: what it says of itself.
        devices: by id, each of which is the hash of what is said of the device.
        notes: checkpoints with signatures, as bytes.
        staging: entries and originals, on the disk.
        keys: that came in the open, by name; the first one of a name counts.
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
        self.keys: dict[bytes, bytes] = {}
        self._chunks, self._counted, self._sealed_bytes, self._room = 0, 0, 0, MOST_IN_MEMORY
        self._keeps = False

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
        self._weigh(_A_DEVICE)
        self.devices[device.id] = device

    def take_note(self, untrusted: bytes) -> None:
        """Keep it."""
        if len(self.notes) == MAX_NOTES:
            message = "it holds more checkpoints than a case has"
            raise UnsoundBundleError(message)
        self._weigh(_A_NOTE + len(untrusted))
        self.notes.append(untrusted)

    def take_frames(self, lane: str, untrusted: bytes) -> None:
        """Set them aside."""
        if len(self.staging.batches) == MAX_BATCHES:
            message = f"its entries come in more than {MAX_BATCHES:,} pieces"
            raise UnsoundBundleError(message)
        self._weigh(_A_BATCH)
        self.staging.add_batch(lane.partition(".")[0], untrusted)

    def take_key(self, name: bytes, key: bytes) -> None:
        """Keep it in memory: no key touches the disk in the open."""
        self._count_keys()
        self.keys.setdefault(name, key)

    def take_sealed_key(self, name: bytes, sealed: bytes) -> None:
        """Keep it."""
        self._count_keys()
        self._weigh(len(sealed))
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
            self._weigh(_A_RUN)
            self.staging.begin(chunk)

    def take_piece(self, untrusted: bytes) -> None:
        """Set it aside, if it is wanted."""
        if self._keeps:
            self.staging.write(untrusted)

    def _count_keys(self) -> None:
        self._counted += 1
        self._weigh(_A_KEY)
        if self._counted > MAX_KEYS:
            message = f"it holds more than {MAX_KEYS:,} keys"
            raise UnsoundBundleError(message)

    def _weigh(self, size: int) -> None:
        self._room -= size
        if self._room < 0:
            message = "its keys, notes and pieces together take more memory than a merge has"
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
    except NoAgeFileError as error:
        raise NoBundleError(str(error)) from error
    except UnsoundHeaderError as error:
        raise UnsoundBundleError(str(error)) from error
    reading, writing = Door(untrusted), Door(_Feed(parser))
    try:
        pyrage.decrypt_io(reading, writing, [identity(secret)])
    except (pyrage.DecryptError, OSError) as error:
        # age tells damage of the header as the first, damage of the payload as the second.
        tell_of(reading, writing)
        if "No matching keys" in str(error):
            raise OtherRecipientError from error
        message = "it is damaged or cut short"
        raise UnsoundBundleError(message) from error
    parser.finish()


class _Feed:
    """What age writes to."""

    def __init__(self, parser: Parser) -> None:
        self._parser = parser

    def write(self, data: bytes) -> None:
        """Pass on."""
        self._parser.feed(data)
