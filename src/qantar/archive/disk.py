"""Writing so that a power cut leaves the state before or the state after, nothing between.

The recipe is the same everywhere: a temporary file in the same file system,
its bytes forced to the disk, a rename, and the folder forced to the disk. Left
out, any one of the four loses or tears files in some legal state after a crash.
Folders are made 0700 and files 0600 whatever the umask says.
"""

from __future__ import annotations

import errno
import os
import secrets
import stat
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from qantar.errors import DiskError

FOLDER_MODE = 0o700
FILE_MODE = 0o600
SCRATCH_PREFIX = ".tmp-"
_SHRED_CHUNK = 1024 * 1024

_RUN_AGAIN = "then run the command again; nothing that was acknowledged is lost."
_NEXT = {
    errno.ENOSPC: f"The disk is full: free some space, {_RUN_AGAIN}",
    errno.EDQUOT: f"Your share of the disk is used up: free some space, {_RUN_AGAIN}",
    errno.EFBIG: f"No file may grow that large here: use another disk, {_RUN_AGAIN}",
    errno.EACCES: f"Check whose folder it is and that you may write to it, {_RUN_AGAIN}",
    errno.EPERM: f"Check whose folder it is and that you may write to it, {_RUN_AGAIN}",
    errno.EROFS: f"The medium is read-only: copy the case elsewhere, {_RUN_AGAIN}",
}
_NEXT_OTHERWISE = f"Check that the disk is sound and connected, {_RUN_AGAIN}"


@contextmanager
def disk_refusals(doing: str, path: Path) -> Iterator[None]:
    """Turn a refusal of the operating system into an error that says what to do.

    Args:
        doing: what was being done, as in "writing the journal".
        path: file or folder it was done to.

    Raises:
        DiskError: the block ended in an `OSError`.
    """
    try:
        yield
    except OSError as error:
        message = f"{doing} failed: {error.strerror or error}."
        hint = _NEXT.get(error.errno or 0, _NEXT_OTHERWISE)
        raise DiskError(message, where=str(path), next=hint) from error


def force_to_disk(descriptor: int) -> None:
    """Return only when the bytes of an open file or folder are on the medium."""
    if sys.platform == "darwin":
        import fcntl  # noqa: PLC0415  # not on every system

        # On macOS fsync stops at the drive's own cache.
        fcntl.fcntl(descriptor, fcntl.F_FULLFSYNC)
    else:
        os.fsync(descriptor)


def from_the_disk(file: BinaryIO) -> None:
    """Have an open file, whose bytes were forced to the disk, read from there the next time.

    What is in memory proves nothing about the disk. Where the system cannot be asked
    (macOS), reading back checks less.
    """
    if hasattr(os, "posix_fadvise"):
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def sync_folder(folder: Path) -> None:
    """Force the names in `folder` to the disk: a rename lives in the folder, not in the file."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        force_to_disk(descriptor)
    finally:
        os.close(descriptor)


def make_folder(folder: Path) -> None:
    """Make `folder` (0700) unless it is there, durably; its parent must exist.

    Raises:
        DiskError: the disk refuses.
    """
    with disk_refusals("making a folder", folder):
        try:
            folder.mkdir(mode=FOLDER_MODE)
        except FileExistsError:
            if not folder.is_dir():
                raise
        else:
            folder.chmod(FOLDER_MODE)
        # Also when it was there: the process that made it may have died before this line.
        sync_folder(folder.parent)


@contextmanager
def scratch_file(folder: Path) -> Iterator[tuple[BinaryIO, Path]]:
    """Open a new temporary file (0600) in `folder`; gone at the end unless it was renamed away.

    Yields:
        The open file and its path.
    """
    descriptor, name = tempfile.mkstemp(prefix=SCRATCH_PREFIX, dir=folder)
    path = Path(name)
    try:
        with os.fdopen(descriptor, "w+b") as file:
            os.fchmod(file.fileno(), FILE_MODE)
            yield file, path
    finally:
        path.unlink(missing_ok=True)


def settle(file: BinaryIO) -> None:
    """Force all that was written to an open file to the disk."""
    file.flush()
    force_to_disk(file.fileno())


def write_atomically(path: Path, data: bytes) -> None:
    """Give `path` (0600) the content `data`, wholly or not at all, durably.

    Raises:
        DiskError: the disk refuses; `path` is as it was before.
    """
    with disk_refusals("writing", path), scratch_file(path.parent) as (file, scratch):
        file.write(data)
        settle(file)
        scratch.replace(path)
        sync_folder(path.parent)


def replace_atomically(source: Path, target: Path) -> None:
    """Put the finished file `source` in the place of `target`, durably; `source` is gone then.

    Both lie on one file system. The file is forced to the disk first and made
    0600; whoever opens `target` sees the old file or the new one.

    Raises:
        DiskError: the disk refuses; `target` is as it was before.
    """
    with disk_refusals("replacing", target):
        descriptor = os.open(source, os.O_RDONLY)
        try:
            os.fchmod(descriptor, FILE_MODE)
            force_to_disk(descriptor)
        finally:
            os.close(descriptor)
        source.replace(target)
        sync_folder(target.parent)
        if source.parent != target.parent:
            sync_folder(source.parent)


def sweep(folder: Path, *, overwrite: bool = False) -> None:
    """Remove what a process that died left half-written in `folder` (and not below it).

    Only for the holder of the case's lock: nobody else is writing then. With
    `overwrite`, the bytes are destroyed too: where keys are written, what was left
    half-written may open what is erased later.

    Raises:
        DiskError: the disk refuses.
    """
    with disk_refusals("removing half-written files", folder):
        for leftover in folder.glob(f"{SCRATCH_PREFIX}*"):
            if leftover.is_dir() and not leftover.is_symlink():
                continue  # no file of ours
            if overwrite:
                shred(leftover)
            else:
                leftover.unlink(missing_ok=True)


def shred(path: Path) -> None:
    """Overwrite a file in place and remove it, durably; no error if it is not there.

    On file systems that write in place (ext4 on a plain disk) the old bytes are
    gone. Flash cells and copying file systems may keep them for a while: what must
    not be readable is destroyed by its key, and this is the second lock. A symbolic
    link is removed and what it leads to is left alone. Of a folder, which somebody put in the
    place of a file, all that is in it goes the same way.

    Raises:
        DiskError: the disk refuses to overwrite, and the file was removed all the
            same; or it refuses to remove it.
    """
    with disk_refusals("removing for good", path):
        if not (path.exists() or path.is_symlink()):
            return
        if path.is_dir() and not path.is_symlink():
            _shred_folder(path)
            return
        try:
            _overwrite(path)
        finally:
            # A disk too full or too worn to overwrite must not keep the file in reach.
            path.unlink(missing_ok=True)
            sync_folder(path.parent)


def _shred_folder(folder: Path) -> None:
    """Destroy a folder, level by level: it may be deeper than a path is long."""
    while below := list(folder.iterdir()):
        for path in below:
            if path.is_dir() and not path.is_symlink():
                for one in list(path.iterdir()):
                    one.rename(folder / f"{SCRATCH_PREFIX}{secrets.token_hex(8)}")
                path.rmdir()
            else:
                shred(path)
    folder.rmdir()
    sync_folder(folder.parent)


def _overwrite(path: Path) -> None:
    if not stat.S_ISREG(path.lstat().st_mode):
        return  # a link leads elsewhere, and a pipe would be waited for
    descriptor = os.open(path, os.O_WRONLY | os.O_NOFOLLOW)
    try:
        zeros = bytes(_SHRED_CHUNK)
        for start, end in _written(descriptor):
            left = end - os.lseek(descriptor, start, os.SEEK_SET)
            while left > 0:
                left -= os.write(descriptor, zeros[: min(left, _SHRED_CHUNK)])
        force_to_disk(descriptor)
    finally:
        os.close(descriptor)


def _written(descriptor: int) -> Iterator[tuple[int, int]]:
    """Give the stretches of a file that hold anything.

    A bundle can make a file that says to be a terabyte long and holds a page: to fill
    its holes would fill the disk.
    """
    size, end = os.fstat(descriptor).st_size, 0
    if not hasattr(os, "SEEK_DATA"):
        yield 0, size
        return
    while end < size:
        try:
            start = os.lseek(descriptor, end, os.SEEK_DATA)
            end = os.lseek(descriptor, start, os.SEEK_HOLE)
        except OSError as error:
            if error.errno != errno.ENXIO:
                yield end, size  # a file system that cannot tell
            return
        yield start, end
