"""Originals that came in a bundle: opened and hashed before they find their place.

An object is adopted when an entry says what it holds and its key is here. It keeps
its ciphertext; on a member's device it gets the keyed name, whatever the name it came
under: a collector gives random ones.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from qantar.archive import ring
from qantar.archive.age_header import UnsoundHeaderError, check_header
from qantar.archive.age_keys import UnsealError, unseal
from qantar.archive.case import Case
from qantar.archive.derive import KEY_BYTES
from qantar.archive.disk import FILE_MODE, disk_refusals, from_the_disk, make_folder, sync_folder
from qantar.archive.originals import CONSTANT_MTIME, object_name, original_path
from qantar.archive.sealing import UnsoundObjectError, hashes_at


class Sound(NamedTuple):
    """An object that holds what an entry says: the file, its key, the SHA-256 of its content."""

    path: Path
    key: bytes
    sha256: str


@dataclass(frozen=True, slots=True)
class ArrivedKeys:
    """Keys that came: in the open, or sealed for this device by a collector, opened when needed."""

    given: Mapping[bytes, bytes] = field(repr=False)
    sealed: Mapping[bytes, bytes] = field(repr=False)
    secret: bytes = field(repr=False)
    _opened: dict[bytes, bytes | None] = field(default_factory=dict, repr=False)

    def get(self, name: bytes) -> bytes | None:
        """Give the key of this id; None if it did not come, or is not for this device."""
        if name in self.given:
            return self.given[name]
        if name not in self._opened:
            self._opened[name] = self._unsealed(name)
        return self._opened[name]

    def _unsealed(self, name: bytes) -> bytes | None:
        sealed = self.sealed.get(name)
        if sealed is None:
            return None
        try:
            key = unseal([self.secret], sealed)
        except UnsealError:
            return None
        return key if len(key) == KEY_BYTES else None


def check_object(path: Path, key: bytes, *, sha256: str, sizes: Collection[int]) -> Sound:
    """Read an object from the disk, decrypt it, and hold it against what entries say.

    It is sound if it is at one of the sizes that they state: who makes up another size
    must not keep a sound original out.

    Raises:
        UnsoundObjectError: it is not that.
        DiskError: the disk refuses.
    """
    with disk_refusals("reading an original that came", path), path.open("rb") as file:
        from_the_disk(file)
        try:
            check_header(file)
        except UnsoundHeaderError as error:
            raise UnsoundObjectError(str(error)) from error
        found = hashes_at(file, key, sizes=sizes)
    if sha256 not in found.values():
        message = "it holds other bytes, or more or fewer"
        raise UnsoundObjectError(message)
    return Sound(path, key, sha256)


def settle_objects(case: Case, sound: Iterable[Sound]) -> None:
    """Give checked objects their place, durably; their keys come first. The caller holds the lock.

    Raises:
        DiskError: the disk refuses.
    """
    listed = [(one, object_name(case, one.sha256)) for one in sound]
    ring.add(case, [(bytes.fromhex(name), one.key) for one, name in listed])
    folders = set()
    with disk_refusals("storing an original", case.originals):
        for one, name in listed:
            target = original_path(case, name)
            if target.parent not in folders:
                make_folder(target.parent)
                folders.add(target.parent)
            one.path.chmod(FILE_MODE)
            os.utime(one.path, (CONSTANT_MTIME, CONSTANT_MTIME))
            one.path.replace(target)
        for folder in folders:
            os.utime(folder, (CONSTANT_MTIME, CONSTANT_MTIME))
            sync_folder(folder)
