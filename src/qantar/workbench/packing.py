"""A folder as one stream of bytes, packed the same way every time, never whole in memory."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from io import RawIOBase
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing_extensions import Buffer


class Packed:
    """A folder as a zip archive, read from the front: files in order, no times, no owners."""

    def __init__(self, folder: Path) -> None:
        """Pack `folder`, which does not change meanwhile."""
        self.name = str(folder)
        self._pieces = _pieces(folder)
        self._ready = b""

    def read(self, size: int, /) -> bytes:
        """Give at most `size` bytes; none at the end."""
        while not self._ready:
            piece = next(self._pieces, None)
            if piece is None:
                return b""
            self._ready = piece
        given, self._ready = self._ready[:size], self._ready[size:]
        return given


class _Sink(RawIOBase):
    """Where the archive is written to: it cannot be turned back, and is emptied after each file."""

    def __init__(self) -> None:
        """Begin empty."""
        super().__init__()
        self.data = bytearray()

    def writable(self) -> bool:
        """It is for nothing else."""
        return True

    def write(self, data: Buffer, /) -> int:
        """Take what was packed."""
        self.data += data
        return memoryview(data).nbytes

    def taken(self) -> bytes:
        """Give what was written since the last time."""
        data = bytes(self.data)
        self.data.clear()
        return data


def _pieces(folder: Path) -> Iterator[bytes]:
    sink = _Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as packed:
        for path in sorted(p for p in folder.rglob("*") if p.is_file()):
            entry = zipfile.ZipInfo(path.relative_to(folder).as_posix())
            packed.writestr(entry, path.read_bytes(), zipfile.ZIP_DEFLATED, compresslevel=1)
            yield sink.taken()
    yield sink.taken()
