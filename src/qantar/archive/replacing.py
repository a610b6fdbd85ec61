"""Putting other bytes in the place of a file, and destroying those that were there."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Final

from qantar.archive.disk import disk_refusals, shred, write_atomically

_LEFT_OVER: Final = ".old-"


def replace_for_good(path: Path, data: bytes) -> None:
    """Put other bytes in the place of a file, durably, and destroy those that were there.

    Whoever reads meanwhile sees the old file or the new one. Killed, it leaves
    one of them, and perhaps the old bytes under another name: `finish_replacing`.

    Raises:
        DiskError: the disk refuses.
    """
    finish_replacing(path.parent)
    replace_one(path, data)
    finish_replacing(path.parent)


def replace_one(path: Path, data: bytes) -> None:
    """As `replace_for_good`, by who has called `finish_replacing` on the folder before.

    For many files of one folder, which is not to be listed for each.

    Raises:
        DiskError: the disk refuses.
    """
    # A second name keeps the old bytes in reach, so that they can be overwritten once
    # nothing needs them. The file system of a stick has no second names.
    old = path.with_name(_LEFT_OVER + path.name)
    with suppress(OSError):
        old.hardlink_to(path)
    write_atomically(path, data)
    shred(old)


def finish_replacing(folder: Path) -> None:
    """Destroy what an interrupted `replace_for_good` left over.

    Raises:
        DiskError: the disk refuses.
    """
    with disk_refusals("removing for good", folder):
        left = [path for path in folder.iterdir() if path.name.startswith(_LEFT_OVER)]
        for path in left:
            own = path.with_name(path.name.removeprefix(_LEFT_OVER))
            if own.exists() and own.samefile(path):
                # Killed before the new bytes were there: these are the file's own.
                path.unlink()
            else:
                shred(path)
