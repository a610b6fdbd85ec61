"""Entries that wait, as they lie on the disk: read a stretch at a time, however many they are."""

from __future__ import annotations

import filecmp
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from qantar.archive.disk import disk_refusals, scratch_file, settle, sync_folder
from qantar.archive.frame import MAX_FRAME, Frame, cut_by_lengths, frames, to_bytes

_STRETCH: Final = 2 * MAX_FRAME


@dataclass(frozen=True, slots=True)
class Waiting:
    """The frames in a file, one behind the other; none where there is no such file.

    Nothing of them is in memory but what was asked for.
    """

    path: Path

    def read(self, start: int, end: int) -> bytes:
        """Give bytes `start` to `end`.

        Raises:
            DiskError: the disk refuses.
        """
        with disk_refusals("reading what waits", self.path), self.path.open("rb") as file:
            file.seek(start)
            return file.read(end - start)

    def stretches(self) -> Iterator[tuple[int, int]]:
        """Give from where to where whole frames stand, a few MiB at most each.

        Ends where the lengths make no sense any more: the last one is of what stands there.

        Raises:
            DiskError: the disk refuses.
        """
        with disk_refusals("reading what waits", self.path):
            size = self.path.stat().st_size if self.path.is_file() else 0
        at = 0
        while at < size:
            untrusted = self.read(at, at + _STRETCH)
            end = max((frame.end for frame in cut_by_lengths(untrusted)), default=0)
            yield at, at + (end or len(untrusted))
            at = at + end if end else size

    def frames(self) -> Iterator[Frame]:
        """Give the frames that hash right.

        Raises:
            DiskError: the disk refuses.
        """
        for start, end in self.stretches():
            yield from frames(self.read(start, end))

    def store(self, listed: Iterable[Frame]) -> None:
        """Put these frames in the place of all that are there, durably.

        They may be read from here while they are written.

        Raises:
            DiskError: the disk refuses; all is as it was before.
        """
        path = self.path
        with disk_refusals("writing", path), scratch_file(path.parent) as (file, scratch):
            for frame in listed:
                file.write(to_bytes(frame))
            file.flush()
            if path.is_file() and filecmp.cmp(scratch, path, shallow=False):
                return
            if path.is_file() or scratch.stat().st_size:
                settle(file)
                scratch.replace(path)
                sync_folder(path.parent)
