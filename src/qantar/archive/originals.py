"""Originals: files as they arrived, sealed, named by key, and read back before anyone is told.

An original is known by the SHA-256 of its bytes; on disk it has a keyed name and a
padded size, so that a folder listing does not tell which well-known files a case
holds. Each is an age file to a key of its own, which lies in the ring and nowhere
else (`ring.py`): without that key the bytes are gone.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from qantar.archive import original_errors, ring
from qantar.archive.age_keys import new_secret
from qantar.archive.case import Case
from qantar.archive.derive import KEY_BYTES, keyed
from qantar.archive.disk import (
    disk_refusals,
    from_the_disk,
    make_folder,
    scratch_file,
    settle,
    sync_folder,
)
from qantar.archive.lock import writing
from qantar.archive.original_errors import OriginalMissingError
from qantar.archive.sealing import (
    Readable,
    UnsoundObjectError,
    content_hash,
    decrypt,
    encrypt,
    hashes_at,
)
from qantar.errors import DiskError, InputRefusedError, OriginalAlteredError
from qantar.model.device import Role

# 1 January 2000, 00:00 UTC: when a file was put down says who worked when.
CONSTANT_MTIME = 946_684_800
_HEX_64 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredOriginal:
    """An original on the disk: hex SHA-256, true size in bytes, name there, whether it is new."""

    sha256: str
    size: int
    object: str
    new: bool


def put(case: Case, source: Readable, *, erased: Collection[str] = ()) -> StoredOriginal:
    """Seal the bytes of `source`; returns only when they were read back from the disk, equal.

    The same bytes twice are one original (`new` is false), and the one that is
    there is read and compared too. A collector cannot know that it has them and
    stores them twice. Memory use does not depend on the size. Takes the case's
    lock for its own length.

    Args:
        case: the case.
        source: the material.
        erased: object names that were erased and are not to come back.

    Raises:
        ErasedError: these bytes were erased from the case.
        OriginalAlteredError: these bytes were stored before and the stored copy has changed.
        CaseLockedError: someone else is writing.
        DiskError: the disk refuses, or gives back other bytes; nothing is stored then.
    """
    secret = new_secret()
    with (
        writing(case),
        disk_refusals("storing an original", case.originals),
        scratch_file(case.originals) as (file, scratch),
    ):
        sha256, size = encrypt(source, file, secret)
        name = _name_for(case, sha256)
        if name in erased:
            raise original_errors.erased(sha256)
        stored = StoredOriginal(sha256=sha256, size=size, object=name, new=True)
        if _is_there(case, stored):
            return StoredOriginal(sha256=sha256, size=size, object=name, new=False)
        _settle_under(case, name, secret, scratch, file)
        _read_back(case, stored, secret)
    return stored


def open_original(
    case: Case, sha256: str, *, size: int, name: str | None = None, most: int | None = None
) -> BinaryIO:
    """Open an original for reading: decrypted in memory and hashed, so no altered byte is parsed.

    Nothing decrypted touches the disk.

    Args:
        case: the case.
        sha256: hex, of its bytes.
        size: in bytes.
        name: what its entry says that it is sealed under; None: the name that a member
            of the case gives it. A collector gives others.
        most: give no more than so many bytes from the beginning, though all are
            hashed: a reader that refuses larger files need not hold one.

    Raises:
        OriginalMissingError: it or its key is not here.
        OriginalAlteredError: it is altered.
        SealedAwayError: this device cannot open it.
        InputRefusedError: `sha256` is no SHA-256.
        DiskError: the disk refuses.
    """
    given = BytesIO()
    left = size if most is None else most

    def take(piece: bytes) -> None:
        nonlocal left
        left -= given.write(piece[: max(left, 0)])

    stream_original(case, sha256, size=size, name=name, take=take)
    given.seek(0)
    return given


def stream_original(
    case: Case,
    sha256: str,
    *,
    size: int,
    take: Callable[[bytes], object],
    name: str | None = None,
    stated: Collection[int] = (),
) -> None:
    """Give an original's bytes to `take`, piece by piece; the hash is checked at the end.

    What was given is to be thrown away if this raises. `name` as for `open_original`;
    `stated` are sizes that other entries state of these bytes.

    Raises:
        NotAsStatedError: it is sound, and has one of these other sizes.
        OriginalMissingError, OriginalAlteredError, SealedAwayError, InputRefusedError,
            DiskError: as `open_original`.
    """
    digest = hashlib.sha256()

    def both(piece: bytes) -> None:
        digest.update(piece)
        take(piece)

    try:
        path = _decrypted(case, name, sha256, size, both)
        original_errors.compare(digest.hexdigest(), sha256, path)
    except OriginalMissingError:
        raise
    except OriginalAlteredError:
        _refuse_other_size(case, name, sha256, {*stated} - {size})
        raise


def require_here(case: Case, sha256: str, *, name: str | None = None) -> tuple[Path, bytes]:
    """Give the file of an original and its key, unread; `name` as for `open_original`.

    Raises:
        OriginalMissingError: one of them is not here.
        SealedAwayError, InputRefusedError, DiskError: as `open_original`.
    """
    own = object_name(case, sha256)
    path = original_path(case, name or own)
    secret = ring.keys(case).get(bytes.fromhex(name or own))
    with disk_refusals("opening an original", path):
        if not path.is_file():
            raise original_errors.missing(sha256, path)
    if secret is None:
        raise original_errors.without_key(sha256, path)
    return path, secret


def verify(case: Case, sha256: str, *, size: int, name: str | None = None) -> str:
    """Decrypt and hash a stored original; `name` as for `open_original`.

    Returns:
        Hex SHA-256 of what is stored; the original is sound if that is its id.

    Raises:
        OriginalAlteredError: it is missing, does not decrypt, or its key is gone.
        SealedAwayError: this device cannot open it.
        InputRefusedError: `sha256` is no SHA-256.
        DiskError: the disk refuses.
    """
    digest = hashlib.sha256()
    _decrypted(case, name, sha256, size, digest.update)
    return digest.hexdigest()


def list_originals(case: Case) -> tuple[str, ...]:
    """Names on disk of all stored originals, sorted.

    A name does not give away its original: compare with `object_name` of the
    ids that the journal holds. A stored original that no entry names was never
    acknowledged.

    Raises:
        DiskError: the disk refuses.
    """
    with disk_refusals("listing the originals", case.originals):
        return tuple(sorted(_names(case.originals)))


def object_name(case: Case, sha256: str) -> str:
    """Name on disk of an original: hex HMAC-SHA256(name key, SHA-256 of its bytes).

    Raises:
        SealedAwayError: this device does not have the name key.
        InputRefusedError: `sha256` is no SHA-256.
    """
    if not _HEX_64.fullmatch(sha256):
        message = f"{sha256[:80]!r} names no original: an id is 64 lower-case hex digits."
        raise InputRefusedError(message, next="`qantar status` lists the originals.")
    return keyed(case.key_for("original-name"), bytes.fromhex(sha256)).hex()


def original_path(case: Case, name: str) -> Path:
    """Where the object of this name (64 hex digits) lies, or would.

    Raises:
        ValueError: it is no such name.
    """
    if not _HEX_64.fullmatch(name):
        message = f"{name[:80]!r} names no object"
        raise ValueError(message)
    return case.originals / name[:2] / name


def _name_for(case: Case, sha256: str) -> str:
    if case.role is Role.COLLECTOR:
        # A name made from the content could be tested for a known file by whoever takes the device.
        return secrets.token_hex(KEY_BYTES)
    return object_name(case, sha256)


def _is_there(case: Case, wanted: StoredOriginal) -> bool:
    """Whether a sound copy is stored already.

    Raises:
        OriginalAlteredError: a copy is stored, and it has changed.
    """
    path = original_path(case, wanted.object)
    if case.role is Role.COLLECTOR or not path.exists():
        return False
    secret = ring.keys(case).get(bytes.fromhex(wanted.object))
    if secret is None:
        # Its key never came to the disk or was lost: nobody can read it, so it is stored anew.
        return False
    sync_folder(path.parent)
    with path.open("rb") as file:
        from_the_disk(file)
        try:
            found = content_hash(file, secret, size=wanted.size)
        except UnsoundObjectError as error:
            raise original_errors.altered(wanted.sha256, path, str(error)) from error
    original_errors.compare(found, wanted.sha256, path)
    return True


def _settle_under(case: Case, name: str, secret: bytes, scratch: Path, file: BinaryIO) -> None:
    file.flush()
    os.utime(file.fileno(), (CONSTANT_MTIME, CONSTANT_MTIME))
    settle(file)
    ring.add(case, [(bytes.fromhex(name), secret)])
    target = original_path(case, name)
    make_folder(target.parent)
    scratch.replace(target)
    # A copy of the case keeps the times of folders too.
    os.utime(target.parent, (CONSTANT_MTIME, CONSTANT_MTIME))
    sync_folder(target.parent)


def _read_back(case: Case, stored: StoredOriginal, secret: bytes) -> None:
    path = original_path(case, stored.object)
    with path.open("rb") as file:
        from_the_disk(file)
        try:
            found = content_hash(file, secret, size=stored.size)
        except UnsoundObjectError:
            found = "what cannot be opened"
    if found == stored.sha256:
        return
    path.unlink()
    message = f"the disk gave back other bytes than it took ({found[:12]}…)."
    hint = (
        "Nothing was stored. Check disk and memory, or use another disk, then add the file again."
    )
    raise DiskError(message, where=str(path), next=hint)


def _decrypted(
    case: Case, name: str | None, sha256: str, size: int, take: Callable[[bytes], object]
) -> Path:
    path, secret = require_here(case, sha256, name=name)
    with disk_refusals("opening an original", path), path.open("rb") as file:
        try:
            decrypt(file, secret, size=size, take=take)
        except UnsoundObjectError as error:
            raise original_errors.altered(sha256, path, str(error)) from error
    return path


def _refuse_other_size(case: Case, name: str | None, sha256: str, sizes: Collection[int]) -> None:
    """Say so if it is sound at one of these sizes. Others are not tried: that has no end."""
    if not sizes:
        return
    path, secret = require_here(case, sha256, name=name)
    with disk_refusals("opening an original", path), path.open("rb") as file:
        try:
            found = hashes_at(file, secret, sizes=sizes)
        except UnsoundObjectError:
            return
    if sha256 in found.values():
        raise original_errors.of_other_size(sha256, path)


def _names(folder: Path) -> Iterator[str]:
    for path in folder.glob("[0-9a-f][0-9a-f]/*"):
        if (
            _HEX_64.fullmatch(path.name)
            and path.name.startswith(path.parent.name)
            and path.is_file()
        ):
            yield path.name
