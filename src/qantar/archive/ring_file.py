"""One generation of the ring as a file: records of 92 bytes, and the sealed key that opens them.

A record is an id (32), a nonce (12) and a key sealed under the ring key (48). Of
several records with one id the last counts.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from qantar.archive.age_keys import UnsealError, new_secret, seal, unseal_with
from qantar.archive.derive import KEY_BYTES, tag
from qantar.archive.disk import (
    FILE_MODE,
    disk_refusals,
    force_to_disk,
    from_the_disk,
    scratch_file,
    settle,
    sync_folder,
)
from qantar.errors import DiskError, KeysDamagedError

_TAG: Final = tag("ring")
_NONCE: Final = 12
RECORD_BYTES: Final = KEY_BYTES + _NONCE + KEY_BYTES + 16
PUT_BACK: Final = (
    "Put back the folder `keys/ring` from a copy of the case. Without one, keep this folder, make "
    "a new one (`qantar init NEW --join`) and have it let in: a bundle made with --whole brings "
    "all that other devices have."
)


class RingGoneError(Exception):
    """The file is not there any more: a newer generation has its keys."""


@dataclass(slots=True)
class RingFile:
    """A ring as it was read.

    `size` is the end of the last record that opened. `damaged` counts records before it
    that do not open. What stands behind it may be a writer at work, an unfinished
    write, or damage: the next reading looks again.
    """

    path: Path
    key: bytes = field(repr=False)
    keys: dict[bytes, bytes] = field(default_factory=dict, repr=False)
    size: int = 0
    damaged: int = 0

    def read_on(self) -> None:
        """Read what was added since.

        Raises:
            RingGoneError: it is not there any more.
            DiskError: the disk refuses.
        """
        with disk_refusals("reading the keys", self.path):
            try:
                file = self.path.open("rb")
            except FileNotFoundError as gone:
                raise RingGoneError from gone
            with file:
                length = os.fstat(file.fileno()).st_size
                if length < self.size:
                    self.keys, self.size, self.damaged = {}, 0, 0
                if length - self.size >= RECORD_BYTES:
                    file.seek(self.size)
                    self._take(file.read())

    def add(self, pairs: Mapping[bytes, bytes]) -> None:
        """Add records, durably. The caller holds the case's lock, and has read on.

        Raises:
            DiskError: the disk refuses; the ring is as it was before.
        """
        end = self._end()
        extend(self.path, end, _records(self.key, pairs))
        self.damaged += (end - self.size) // RECORD_BYTES
        self.size = end + len(pairs) * RECORD_BYTES
        self.keys.update(pairs)

    def _end(self) -> int:
        """Find where to add: behind the last whole record, zeros apart.

        Part of a record, or zeros, are what a dead writer or a power cut leaves, and are
        written over. A whole record that does not open stays: that nobody was told of it
        is likely and not certain, and a disk that erred once may read it well tomorrow.
        """
        with disk_refusals("reading the keys", self.path), self.path.open("rb") as file:
            file.seek(self.size)
            untrusted = file.read()
        begun = -(-len(untrusted.rstrip(b"\0")) // RECORD_BYTES)
        return self.size + min(begun, len(untrusted) // RECORD_BYTES) * RECORD_BYTES

    def _take(self, untrusted: bytes) -> None:
        opened, failed, begun = ChaCha20Poly1305(self.key), 0, self.size
        whole = len(untrusted) - len(untrusted) % RECORD_BYTES
        for start in range(0, whole, RECORD_BYTES):
            name = untrusted[start : start + KEY_BYTES]
            sealed_at = start + KEY_BYTES + _NONCE
            nonce = untrusted[start + KEY_BYTES : sealed_at]
            sealed = untrusted[sealed_at : start + RECORD_BYTES]
            try:
                self.keys[name] = opened.decrypt(nonce, sealed, _TAG + name)
            except InvalidTag:
                failed += 1
                continue
            self.damaged, failed = self.damaged + failed, 0
            self.size = begun + start + RECORD_BYTES


def open_ring(path: Path, case_key: bytes) -> RingFile:
    """Open a generation, nothing of it read yet.

    Raises:
        KeysDamagedError: the ring key is missing or damaged.
        DiskError: the disk refuses.
    """
    sealed = path.with_suffix(".age")
    with disk_refusals("reading the keys", sealed):
        try:
            untrusted = sealed.read_bytes() if sealed.is_file() else b""
        except FileNotFoundError:  # a writer who erased has just put a newer one in its place
            untrusted = b""
    try:
        return RingFile(path, unseal_with(case_key, _purpose(path), untrusted))
    except UnsealError as error:
        message = "the key of the ring is missing or damaged: nothing in the case can be opened."
        raise KeysDamagedError(message, where=str(sealed), next=PUT_BACK) from error


def make_ring(path: Path, case_key: bytes, kept: Mapping[bytes, bytes]) -> RingFile:
    """Make a generation that holds `kept`, durably, and read it back before it counts.

    The ring key comes first: a ring whose key is not on the disk could never be
    read. The rename of the ring commits.

    Raises:
        DiskError: the disk refuses, or gives back other bytes; there is no such ring then.
    """
    ring_key = new_secret()
    _write(path.with_suffix(".age"), seal(case_key, _purpose(path), ring_key))
    data = _records(ring_key, dict(sorted(kept.items())))
    # The older ring is about to be destroyed: this one must be what it should be.
    if open_ring(path, case_key).key != ring_key:
        raise _other_bytes(path)
    _write(path, data)
    return RingFile(path, ring_key, dict(kept), len(data))


def extend(path: Path, size: int, data: bytes) -> None:
    """Write `data` at byte `size` of a file, over what a dead writer left unfinished there.

    Raises:
        DiskError: the disk refuses; what was acknowledged is as it was.
    """
    with disk_refusals("writing the keys", path):
        descriptor = os.open(path, os.O_WRONLY | os.O_NOFOLLOW | os.O_CREAT, FILE_MODE)
        try:
            if not size:
                os.fchmod(descriptor, FILE_MODE)
            _write_at(descriptor, size, data)
        finally:
            os.close(descriptor)
        if not size:
            # Also when it was there: who made it may have died before its name was on the disk.
            sync_folder(path.parent)


def _purpose(path: Path) -> str:
    """Bind the generation: an old ring under a higher number would have the good one destroyed."""
    return f"ring/{path.stem}"


def _records(ring_key: bytes, pairs: Mapping[bytes, bytes]) -> bytes:
    sealing, records = ChaCha20Poly1305(ring_key), bytearray()
    for name, key in pairs.items():
        if len(name) != KEY_BYTES or len(key) != KEY_BYTES:
            message = f"the ring holds {KEY_BYTES} bytes by {KEY_BYTES} bytes"
            raise ValueError(message)
        nonce = secrets.token_bytes(_NONCE)
        records += name + nonce + sealing.encrypt(nonce, key, _TAG + name)
    return bytes(records)


def _write(path: Path, data: bytes) -> None:
    """As `write_atomically`, and read back before the rename."""
    with disk_refusals("writing the keys", path), scratch_file(path.parent) as (file, scratch):
        file.write(data)
        settle(file)
        from_the_disk(file)
        file.seek(0)
        if file.read() != data:
            raise _other_bytes(path)
        scratch.replace(path)
        sync_folder(path.parent)


def _other_bytes(path: Path) -> DiskError:
    message = "the disk gave back other bytes than it took."
    hint = "Nothing was changed. Check disk and memory, or move the case to another disk."
    return DiskError(message, where=str(path), next=hint)


def _write_at(descriptor: int, size: int, data: bytes) -> None:
    os.ftruncate(descriptor, size)
    rest, at = memoryview(data), size
    try:
        while rest:
            written = os.pwrite(descriptor, rest, at)
            rest, at = rest[written:], at + written
        force_to_disk(descriptor)
    except OSError:
        # What stays is an unfinished record, or a key that nothing names.
        with suppress(OSError):
            os.ftruncate(descriptor, size)
        raise
