"""Originals: files as they arrived, copied, named by key, and read back before anyone is told.

An original is known by the SHA-256 of its bytes; on disk it has a keyed name, so
that a folder listing does not tell which well-known files a case holds. In
format 0 the bytes themselves lie there as they came: an open case is not encrypted.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import re
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

from qantar.archive.case import Case
from qantar.archive.disk import disk_refusals, make_folder, scratch_file, settle, sync_folder
from qantar.archive.lock import writing
from qantar.errors import DiskError, InputRefusedError, OriginalAlteredError

# 1 January 2000, 00:00 UTC: when a file was put down says who worked when.
CONSTANT_MTIME = 946_684_800
_CHUNK = 1024 * 1024
_HEX_64 = re.compile(r"[0-9a-f]{64}")


class Readable(Protocol):
    """Something bytes are read from, as `BinaryIO` is."""

    def read(self, size: int, /) -> bytes:
        """Give at most `size` bytes; none at the end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredOriginal:
    """An original on the disk: its hex SHA-256, its size in bytes, whether it is new."""

    sha256: str
    size: int
    new: bool


def put(case: Case, source: Readable) -> StoredOriginal:
    """Store the bytes of `source`; returns only when they were read back from the disk, equal.

    The same bytes twice are one original (`new` is false), and the one that is
    there is read and compared too. Memory use does not depend on the size.
    Takes the case's lock for its own length.

    Raises:
        OriginalAlteredError: these bytes were stored before and the stored copy has changed.
        CaseLockedError: someone else is writing.
        DiskError: the disk refuses, or gives back other bytes; nothing is stored then.
    """
    with (
        writing(case),
        disk_refusals("storing an original", case.originals),
        scratch_file(case.originals) as (file, scratch),
    ):
        sha256, size = _copy(source, file)
        target = original_path(case, sha256)
        new = not target.exists()
        if new:
            _settle_under(target, scratch, file)
        sync_folder(target.parent)
        _read_back(case, sha256, new=new)
    return StoredOriginal(sha256=sha256, size=size, new=new)


def open_original(case: Case, sha256: str, *, check: bool = True) -> BinaryIO:
    """Open an original for reading, at its beginning.

    Args:
        case: the case.
        sha256: the original's id.
        check: hash all of it first, so that no altered byte is ever parsed.

    Raises:
        OriginalAlteredError: it is missing or, with `check`, altered.
        InputRefusedError: `sha256` is no SHA-256.
        DiskError: the disk refuses.
    """
    path = original_path(case, sha256)
    with disk_refusals("opening an original", path):
        try:
            file = path.open("rb")
        except FileNotFoundError:
            raise _missing(sha256, path) from None
        with ExitStack() as unless_sound:
            unless_sound.callback(file.close)
            if check:
                _compare(_hash(file), sha256, path)
            file.seek(0)
            unless_sound.pop_all()
    return file


def verify(case: Case, sha256: str) -> str:
    """Hash the stored bytes of an original.

    Returns:
        Hex SHA-256 of what is stored; the original is sound if that is its id.

    Raises:
        OriginalAlteredError: it is missing.
        InputRefusedError: `sha256` is no SHA-256.
        DiskError: the disk refuses.
    """
    path = original_path(case, sha256)
    with (
        disk_refusals("reading an original", path),
        open_original(case, sha256, check=False) as file,
    ):
        return _hash(file)


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
        InputRefusedError: `sha256` is no SHA-256.
    """
    if not _HEX_64.fullmatch(sha256):
        message = f"{sha256[:80]!r} names no original: an id is 64 lower-case hex digits."
        raise InputRefusedError(message, next="`qantar status` lists the originals.")
    return hmac.digest(case.key_for("original-name"), bytes.fromhex(sha256), "sha256").hex()


def original_path(case: Case, sha256: str) -> Path:
    """Where an original lies, or would.

    Raises:
        InputRefusedError: `sha256` is no SHA-256.
    """
    name = object_name(case, sha256)
    return case.originals / name[:2] / name


def _copy(source: Readable, target: BinaryIO) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    for chunk in _chunks(source):
        digest.update(chunk)
        size += len(chunk)
        target.write(chunk)
    return digest.hexdigest(), size


def _chunks(source: Readable) -> Iterator[bytes]:
    # The source may be a stick that is pulled out: its failure is not the case's disk failing.
    name = Path(str(getattr(source, "name", "the material")))
    while True:
        with disk_refusals("reading the material", name):
            chunk = source.read(_CHUNK)
        if not chunk:
            return
        yield chunk


def _settle_under(target: Path, scratch: Path, file: BinaryIO) -> None:
    file.flush()
    os.utime(file.fileno(), (CONSTANT_MTIME, CONSTANT_MTIME))
    settle(file)
    make_folder(target.parent)
    scratch.replace(target)


def _read_back(case: Case, sha256: str, *, new: bool) -> None:
    path = original_path(case, sha256)
    with path.open("rb") as file:
        if hasattr(os, "posix_fadvise"):
            # What is in memory proves nothing about the disk: ask for the bytes anew.
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        found = _hash(file)
    if found == sha256:
        return
    if not new:
        _compare(found, sha256, path)
    path.unlink()
    message = f"the disk gave back other bytes than it took ({found[:12]} for {sha256[:12]})."
    hint = (
        "Nothing was stored. Check disk and memory, or use another disk, then add the file again."
    )
    raise DiskError(message, where=str(path), next=hint)


def _hash(file: Readable) -> str:
    digest = hashlib.sha256()
    while chunk := file.read(_CHUNK):
        digest.update(chunk)
    return digest.hexdigest()


def _names(folder: Path) -> Iterator[str]:
    for path in folder.glob("[0-9a-f][0-9a-f]/*"):
        if (
            _HEX_64.fullmatch(path.name)
            and path.name.startswith(path.parent.name)
            and path.is_file()
        ):
            yield path.name


_PUT_BACK = "Put back a sound copy of this file, or move it away and add the material again."


def _missing(sha256: str, path: Path) -> OriginalAlteredError:
    return OriginalAlteredError(
        f"original {sha256[:12]} is missing.", where=str(path), next=_PUT_BACK
    )


def _compare(found: str, sha256: str, path: Path) -> None:
    if found != sha256:
        message = f"original {sha256[:12]} now hashes to {found[:12]}: it has changed since intake."
        raise OriginalAlteredError(message, where=str(path), next=_PUT_BACK)
