"""Bytes of a bundle on their way in: in scratch files, until the bundle's end has proved right.

Only ciphertext comes here. What is left over when a process dies is swept away by
the next writer.
"""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple

from qantar.archive.bundle_format import Chunk
from qantar.archive.disk import FILE_MODE, SCRATCH_PREFIX, disk_refusals, settle

_BLOCK: Final = 1024 * 1024


class Piece(NamedTuple):
    """A run of bytes of an object's file, `size` of `total` from `offset`, alone in `path`."""

    name: bytes
    total: int
    offset: int
    size: int
    path: Path

    @property
    def whole(self) -> bool:
        """Whether this is all of the object."""
        return self.size == self.total


class Batch(NamedTuple):
    """Entries of one device as they came: bytes `start` to `end` of the spool."""

    device: str
    start: int
    end: int


class Staging:
    """Scratch files for one bundle: one for all entries, one for each run of an object.

    Attributes:
        batches: entries, in the order in which they came.
        pieces: of objects, in that order; chunks that follow each other are one.
    """

    def __init__(self, folder: Path) -> None:
        """Begin; nothing is written before there is something.

        Args:
            folder: for the scratch files, on the file system of the case.
        """
        self._folder = folder
        self.batches: list[Batch] = []
        self.pieces: list[Piece] = []
        self._spool: BinaryIO | None = None
        self._spool_path: Path | None = None
        self._file: BinaryIO | None = None
        self._size = 0

    def add_batch(self, device: str, data: bytes) -> None:
        """Keep entries of a device.

        Raises:
            DiskError: the disk refuses.
        """
        with disk_refusals("keeping what came in the bundle", self._folder):
            if self._spool is None:
                self._spool, self._spool_path = _scratch(self._folder)
            self._spool.write(data)
        self.batches.append(Batch(device, self._size, self._size + len(data)))
        self._size += len(data)

    def read(self, start: int, end: int) -> bytes:
        """Give bytes of the spool again.

        Raises:
            DiskError: the disk refuses.
        """
        if self._spool is None:
            return b""
        with disk_refusals("reading what came in the bundle", self._folder):
            self._spool.flush()
            return os.pread(self._spool.fileno(), end - start, start)

    def begin(self, chunk: Chunk) -> None:
        """Begin a chunk of an object, or go on with the run that it follows.

        Raises:
            DiskError: the disk refuses.
        """
        last = self.pieces[-1] if self.pieces and self._file else None
        if last and (last.name, last.total, last.offset + last.size) == chunk[:3]:
            return
        self._close()
        with disk_refusals("keeping what came in the bundle", self._folder):
            self._file, path = _scratch(self._folder)
        self.pieces.append(Piece(chunk.name, chunk.total, chunk.offset, 0, path))

    def write(self, data: bytes) -> None:
        """Take the next bytes of the chunk that was begun.

        Raises:
            DiskError: the disk refuses.
        """
        if self._file is None:
            message = "no chunk was begun"
            raise ValueError(message)
        with disk_refusals("keeping what came in the bundle", self._folder):
            self._file.write(data)
        last = self.pieces[-1]
        self.pieces[-1] = last._replace(size=last.size + len(data))

    def skip(self) -> None:
        """End the run that was begun last: what follows is not kept."""
        self._close()

    def close(self) -> None:
        """Remove what is still here: all that was not renamed away."""
        for file in (self._file, self._spool):
            if file is not None:
                # What could not be written out is thrown away: so its failure is told by nobody.
                with suppress(OSError):
                    file.close()
        for path in (self._spool_path, *(piece.path for piece in self.pieces)):
            if path is not None:
                with suppress(OSError):
                    path.unlink(missing_ok=True)

    def _close(self) -> None:
        if self._file is not None:
            file, self._file = self._file, None
            with disk_refusals("keeping what came in the bundle", self._folder), file:
                settle(file)


def copied(piece: Piece, target: Path, *, keep: bool) -> None:
    """Put a piece where it belongs in the file `target`, durably but for its name.

    Args:
        piece: its own file may be renamed away.
        target: of the whole object.
        keep: what `target` holds already stays.
    """
    if piece.offset == 0 and not keep:
        piece.path.replace(target)
        return
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW, FILE_MODE)
    # Buffered: a write that the system does in part only is gone on with.
    with os.fdopen(descriptor, "wb") as file, piece.path.open("rb") as source:
        if not keep:
            file.truncate(0)
        file.seek(piece.offset)
        while block := source.read(_BLOCK):
            file.write(block)
        settle(file)


def _scratch(folder: Path) -> tuple[BinaryIO, Path]:
    descriptor, name = tempfile.mkstemp(prefix=SCRATCH_PREFIX, dir=folder)
    os.fchmod(descriptor, FILE_MODE)
    return os.fdopen(descriptor, "w+b"), Path(name)
