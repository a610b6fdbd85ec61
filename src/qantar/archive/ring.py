"""The ring: one key for each entry and each original, sealed; the only place where they live.

Losing a key is how material is erased: what it opened cannot be read again, by
anyone, and the hashes that stay cannot be guessed at. A ring is a file of records
of 92 bytes under a ring key of its own; erasing writes a new ring under a new ring
key and destroys the old one.

A collector seals each key for its home device and keeps none: see `_collect`.
"""

from __future__ import annotations

import os
import re
import secrets
import struct
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from qantar.archive.age_keys import UnsealError, new_secret, seal, seal_to, unseal_with
from qantar.archive.case import Case
from qantar.archive.derive import KEY_BYTES, tag
from qantar.archive.disk import (
    FILE_MODE,
    disk_refusals,
    force_to_disk,
    shred,
    sync_folder,
    write_atomically,
)
from qantar.errors import KeysDamagedError
from qantar.model.device import Role

_RING = re.compile(r"(\d{4,})\.ring")
_TAG: Final = tag("ring")
_NONCE: Final = 12
_SEALED: Final = KEY_BYTES + 16
RECORD_BYTES: Final = KEY_BYTES + _NONCE + _SEALED
_COLLECTED: Final = "collected.ring"
_LENGTH: Final = struct.Struct(">I")
_MOST_SEALED: Final = 4096
_CACHE: Final = "ring"


@dataclass(slots=True)
class _Read:
    """A ring as it was read: which file, up to which byte, under which key, with what in it."""

    path: Path
    size: int
    key: bytes
    keys: dict[bytes, bytes]
    damaged: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class RingState:
    """What a look at the ring found; `damaged` records do not open, `torn_bytes` are unfinished."""

    path: Path | None
    keys: int
    damaged: int
    torn_bytes: int


def keys(case: Case) -> Mapping[bytes, bytes]:
    """Give all keys, by id (32 bytes each).

    Records that do not open are left out; `inspect` counts them.

    Raises:
        SealedAwayError: this device has no key to them.
        KeysDamagedError: the ring key is missing or damaged.
        DiskError: the disk refuses.
    """
    found = _current(case)
    return found.keys if found else {}


def add(case: Case, pairs: Iterable[tuple[bytes, bytes]]) -> None:
    """Add keys by their ids, durably. The caller holds the case's lock.

    Raises:
        KeysDamagedError: the ring key is missing or damaged.
        DiskError: the disk refuses; the ring is as it was before.
    """
    listed = list(pairs)
    if not listed:
        return
    if case.role is Role.COLLECTOR:
        _collect(case, listed)
        return
    found = _writable(case)
    data = b"".join(_record(found.key, name, key) for name, key in listed)
    _extend(found.path, found.size, data)
    found.size += len(data)
    found.keys.update(listed)


def forget(case: Case, names: Iterable[bytes]) -> int:
    """Destroy the keys of these ids; gives how many there were. The caller holds the case's lock.

    The new ring commits by its rename; from then on the old one is being removed,
    and the next writer finishes that if it is interrupted.

    Raises:
        KeysDamagedError: the ring key is missing or damaged.
        DiskError: the disk refuses.
    """
    found, gone = _writable(case), set(names)
    kept = {name: key for name, key in found.keys.items() if name not in gone}
    forgotten = len(found.keys) - len(kept)
    number = _number(found.path) + 1
    fresh = _new_ring(case, number, kept)
    case.cache[_CACHE] = fresh
    _remove_older(case, number)
    return forgotten


def inspect(case: Case) -> RingState:
    """Look at the ring; writes nothing.

    Raises:
        SealedAwayError, KeysDamagedError, DiskError: as `keys`.
    """
    found = _current(case)
    if found is None:
        return RingState(path=None, keys=0, damaged=0, torn_bytes=0)
    torn = found.path.stat().st_size - found.size
    return RingState(path=found.path, keys=len(found.keys), damaged=found.damaged, torn_bytes=torn)


def collected(case: Case) -> Iterator[tuple[bytes, bytes]]:
    """Give what a collector has sealed: ids and age files, up to an unfinished record.

    Raises:
        DiskError: the disk refuses.
    """
    path = case.ring / _COLLECTED
    with disk_refusals("reading the keys", path):
        untrusted = path.read_bytes() if path.is_file() else b""
    for name, sealed, _ in _collected_in(untrusted):
        yield name, sealed


def _collected_in(untrusted: bytes) -> Iterator[tuple[bytes, bytes, int]]:
    start = 0
    while start + _LENGTH.size + KEY_BYTES <= len(untrusted):
        (length,) = _LENGTH.unpack_from(untrusted, start)
        name_at = start + _LENGTH.size
        end = name_at + KEY_BYTES + length
        if not 0 < length <= _MOST_SEALED or end > len(untrusted):
            return
        name = untrusted[name_at : name_at + KEY_BYTES]
        yield name, untrusted[name_at + KEY_BYTES : end], end
        start = end


def _collect(case: Case, pairs: list[tuple[bytes, bytes]]) -> None:
    """Seal each key for the home device; nothing on this device opens it again."""
    if case.home is None:
        message = "a collector without a home cannot seal"
        raise ValueError(message)
    path = case.ring / _COLLECTED
    with disk_refusals("reading the keys", path):
        untrusted = path.read_bytes() if path.is_file() else b""
    size = max((end for _, _, end in _collected_in(untrusted)), default=0)
    data = bytearray()
    for name, key in pairs:
        sealed = seal_to([case.home.age], key)
        data += _LENGTH.pack(len(sealed)) + name + sealed
    _extend(path, size, bytes(data))


def _record(ring_key: bytes, name: bytes, key: bytes) -> bytes:
    nonce = secrets.token_bytes(_NONCE)
    return name + nonce + ChaCha20Poly1305(ring_key).encrypt(nonce, key, _TAG + name)


def _current(case: Case) -> _Read | None:
    """Read the newest ring, or the part of it that was not read before."""
    path = _newest(case)
    if path is None:
        return None
    known = case.cache.get(_CACHE)
    if not isinstance(known, _Read) or known.path != path:
        known = _Read(path, 0, _ring_key(case, path), {})
    with disk_refusals("reading the keys", path):
        size = path.stat().st_size
        if size < known.size:
            known = _Read(path, 0, known.key, {})
        if size - known.size >= RECORD_BYTES:
            with path.open("rb") as file:
                file.seek(known.size)
                _take(known, file.read())
    case.cache[_CACHE] = known
    return known


def _take(known: _Read, untrusted: bytes) -> None:
    """Read records up to the last that opens: what stands behind it was never acknowledged."""
    opened, failed = ChaCha20Poly1305(known.key), 0
    whole, begun = len(untrusted) - len(untrusted) % RECORD_BYTES, known.size
    for start in range(0, whole, RECORD_BYTES):
        name = untrusted[start : start + KEY_BYTES]
        sealed_at = start + KEY_BYTES + _NONCE
        nonce = untrusted[start + KEY_BYTES : sealed_at]
        sealed = untrusted[sealed_at : start + RECORD_BYTES]
        try:
            known.keys[name] = opened.decrypt(nonce, sealed, _TAG + name)
        except InvalidTag:
            failed += 1
            continue
        known.damaged, failed = known.damaged + failed, 0
        known.size = begun + start + RECORD_BYTES


def _writable(case: Case) -> _Read:
    """Give the newest ring, the first one if there is none; what an erase left over is removed."""
    found = _current(case)
    if found is None:
        found = _new_ring(case, 1, {})
        case.cache[_CACHE] = found
    _remove_older(case, _number(found.path))
    return found


def _new_ring(case: Case, number: int, kept: Mapping[bytes, bytes]) -> _Read:
    path, ring_key = case.ring / f"{number:04d}.ring", new_secret()
    # The key first: a ring whose key is not on the disk could never be read.
    write_atomically(path.with_suffix(".age"), seal(case.shared_key, "ring", ring_key))
    data = b"".join(_record(ring_key, name, key) for name, key in sorted(kept.items()))
    write_atomically(path, data)
    return _Read(path, len(data), ring_key, dict(kept))


def _remove_older(case: Case, number: int) -> None:
    for path in sorted(case.ring.iterdir()):
        stem, _, ending = path.name.partition(".")
        if ending in ("ring", "age") and stem.isdigit() and int(stem) < number:
            shred(path)


def _newest(case: Case) -> Path | None:
    with disk_refusals("reading the keys", case.ring):
        rings = [path for path in case.ring.iterdir() if _RING.fullmatch(path.name)]
    return max(rings, key=_number, default=None)


def _number(path: Path) -> int:
    return int(path.name.partition(".")[0])


def _ring_key(case: Case, path: Path) -> bytes:
    sealed = path.with_suffix(".age")
    case_key = case.shared_key
    with disk_refusals("reading the keys", sealed):
        untrusted = sealed.read_bytes() if sealed.is_file() else b""
    try:
        return unseal_with(case_key, "ring", untrusted)
    except UnsealError as error:
        message = "the key of the ring is missing or damaged: nothing in the case can be opened."
        hint = "Put back the folder `keys/ring` from a copy, or merge a bundle of another device."
        raise KeysDamagedError(message, where=str(sealed), next=hint) from error


def _extend(path: Path, size: int, data: bytes) -> None:
    """Write `data` at byte `size` of a file, over what a dead writer left unfinished there."""
    with disk_refusals("writing the keys", path):
        new = not path.exists()
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT, FILE_MODE)
        try:
            if new:
                os.fchmod(descriptor, FILE_MODE)
            _write_at(descriptor, size, data)
        finally:
            os.close(descriptor)
        if new:
            sync_folder(path.parent)


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
