"""What left the case, kept sealed: a copy of each publication, under a random name.

Like an original it is an age file to a key of its own in the ring, padded; unlike
one it is derived, so that nothing is lost when it is erased.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Callable, Collection
from pathlib import Path

from qantar.archive import ring
from qantar.archive.age_keys import new_secret
from qantar.archive.case import Case
from qantar.archive.derive import KEY_BYTES
from qantar.archive.disk import disk_refusals, make_folder, scratch_file, settle, sync_folder
from qantar.archive.lock import writing
from qantar.archive.originals import CONSTANT_MTIME, StoredOriginal
from qantar.archive.sealing import Readable, UnsoundObjectError, decrypt, encrypt
from qantar.errors import OriginalAlteredError


def keep(case: Case, source: Readable, *, known: Collection[str]) -> StoredOriginal | None:
    """Seal all of `source` under `releases/`; None when a copy of the same bytes is kept already.

    Args:
        case: the case; its lock is taken.
        source: what left, as one stream of bytes.
        known: hex SHA-256 of what is kept.

    Raises:
        SealedAwayError: this device keeps no keys.
        DiskError: the disk refuses; nothing is kept then.
    """
    secret, name = new_secret(), secrets.token_hex(KEY_BYTES)
    make_folder(case.releases)
    with (
        writing(case),
        disk_refusals("keeping a copy of what left", case.releases),
        scratch_file(case.releases) as (file, scratch),
    ):
        sha256, size = encrypt(source, file, secret)
        if sha256 in known:
            return None
        file.flush()
        os.utime(file.fileno(), (CONSTANT_MTIME, CONSTANT_MTIME))
        settle(file)
        ring.add(case, [(bytes.fromhex(name), secret)])
        scratch.replace(kept_path(case, name))
        sync_folder(case.releases)
    return StoredOriginal(sha256=sha256, size=size, object=name, new=True)


def kept_path(case: Case, name: str) -> Path:
    """Where the copy of this name (64 hex digits) lies, or would."""
    return case.releases / name


def read_kept(
    case: Case, name: str, sha256: str, *, size: int, take: Callable[[bytes], object]
) -> None:
    """Give a kept copy's bytes to `take`, piece by piece; the hash is checked at the end.

    What was given is to be thrown away if this raises.

    Raises:
        OriginalAlteredError: it is missing, altered, or its key is gone.
        SealedAwayError: this device cannot open it.
        DiskError: the disk refuses.
    """
    path, digest = kept_path(case, name), hashlib.sha256()

    def both(piece: bytes) -> None:
        digest.update(piece)
        take(piece)

    secret = ring.keys(case).get(bytes.fromhex(name))
    with disk_refusals("opening a kept copy", path):
        if secret is None or not path.is_file():
            raise _altered(path, "it or its key is missing")
        with path.open("rb") as file:
            try:
                decrypt(file, secret, size=size, take=both)
            except UnsoundObjectError as error:
                raise _altered(path, str(error)) from error
    if digest.hexdigest() != sha256:
        raise _altered(path, "its hash does not fit")


def _altered(path: Path, why: str) -> OriginalAlteredError:
    message = f"a kept copy of a publication cannot be opened: {why.rstrip('.')}."
    hint = "Publish again: the copy is derived, and nothing else depends on it."
    return OriginalAlteredError(message, where=str(path), next=hint)
