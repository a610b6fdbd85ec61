"""Small files that everything hangs on, kept three times: one damaged byte must not lose a case."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from qantar.archive.disk import disk_refusals, shred, write_atomically

T = TypeVar("T")
_MOST_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Copies(Generic[T]):
    """The three copies of one file, read.

    `value` is what the first sound copy says, `data` its bytes; both None when no
    copy is sound. `damaged` are the copies that are missing or say something else.
    """

    value: T | None
    data: bytes | None
    damaged: tuple[Path, ...]


def copies_of(path: Path) -> tuple[Path, Path, Path]:
    """Name the three copies of the file `path`: itself, `.2` and `.3`."""
    return path, path.with_name(f"{path.name}.2"), path.with_name(f"{path.name}.3")


def read_copies(paths: tuple[Path, ...], parse: Callable[[bytes], T | None]) -> Copies[T]:
    """Read all copies; `parse` gives None for bytes that are not sound.

    Raises:
        DiskError: the disk refuses.
    """
    sound: tuple[T, bytes] | None = None
    damaged = []
    for path in paths:
        data = _read(path)
        value = parse(data) if data is not None else None
        if value is None or data is None:
            damaged.append(path)
        elif sound is None:
            sound = value, data
        elif data != sound[1]:
            damaged.append(path)
    if sound is None:
        return Copies(value=None, data=None, damaged=tuple(damaged))
    return Copies(value=sound[0], data=sound[1], damaged=tuple(damaged))


def write_copies(paths: tuple[Path, ...], data: bytes) -> None:
    """Write all copies, one after the other: at any instant one of them is whole.

    The first to be written is the first to be read: an interrupted change is
    finished from it at the next unlock.

    Raises:
        DiskError: the disk refuses.
    """
    for path in paths:
        write_atomically(path, data)


def remove_copies(paths: tuple[Path, ...]) -> None:
    """Overwrite and remove all copies, the first one last: what is half removed is still whole.

    Raises:
        DiskError: the disk refuses.
    """
    for path in reversed(paths):
        shred(path)


def repair(paths: tuple[Path, ...], found: Copies[T]) -> Iterator[Path]:
    """Write the damaged copies anew from the sound one; gives each that was mended.

    Raises:
        DiskError: the disk refuses.
    """
    if found.data is None:
        return
    for path in paths:
        if path in found.damaged:
            write_atomically(path, found.data)
            yield path


def _read(path: Path) -> bytes | None:
    with disk_refusals("reading the keys", path):
        if not path.is_file():
            return None
        with path.open("rb") as file:
            return file.read(_MOST_BYTES)
