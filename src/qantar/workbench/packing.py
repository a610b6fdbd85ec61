"""A folder as one stream of bytes, packed the same way every time, never whole in memory."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path


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


class _Sink:
    """Where the archive is written to: it cannot be turned back, and is emptied after each file."""

    def __init__(self) -> None:
        """Begin empty."""
        self.data = bytearray()

    def write(self, data: bytes) -> int:
        """Take what was packed."""
        self.data += data
        return len(data)

    def flush(self) -> None:
        """Nothing waits."""

    def taken(self) -> bytes:
        """Give what was written since the last time."""
        data = bytes(self.data)
        self.data.clear()
        return data


def _pieces(folder: Path) -> Iterator[bytes]:
    sink = _Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as packed:  # type: ignore[arg-type]  # it writes only
        for path in sorted(p for p in folder.rglob("*") if p.is_file()):
            entry = zipfile.ZipInfo(path.relative_to(folder).as_posix())
            packed.writestr(entry, path.read_bytes(), zipfile.ZIP_DEFLATED, compresslevel=1)
            yield sink.taken()
    yield sink.taken()
