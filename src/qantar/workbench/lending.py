"""Lending an original to a confined reader: decrypted in memory, for reading only, for a while."""

from __future__ import annotations

import atexit
import os
import sys
import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import BinaryIO, Final

from qantar.archive.case import Case
from qantar.archive.disk import disk_refusals
from qantar.archive.originals import stream_original
from qantar.readers import sight
from qantar.readers.confined import Readers
from qantar.readers.memory import file_in_memory, seal, write_whole
from qantar.readers.nursery import REGISTRY
from qantar.readers.sight import Sight

TABLES: Final = "qantar.readers.table_registry"

_started: dict[tuple[int, str], Readers] = {}


def readers_here(*, tables: bool = False) -> Readers:
    """Give the parent of readings of this process; it ends with the process.

    One for all commands of a process: starting it takes longer than reading most files.
    A forked process has one of its own.

    Args:
        tables: give one that reads tables alone, which starts sooner.
    """
    return _here(TABLES if tables else REGISTRY)


def _here(registry: str) -> Readers:
    key = os.getpid(), registry
    readers = _started.get(key)
    if readers is None:
        readers = _started.setdefault(key, Readers(registry=key[1]))
        atexit.register(_end, key)
    return readers


def sight_here() -> Sight:
    """Give what reads documents in this process, by sight too."""
    return Sight(readers_here(), _here(sight.REGISTRY))


def _end(key: tuple[int, str]) -> None:
    if key[0] == os.getpid():
        _started[key].__exit__(None, None, None)


@contextmanager
def lent(
    case: Case, original: str, *, size: int, most: int, stated: Collection[int] = ()
) -> Iterator[int]:
    """Give a descriptor of a file in memory that holds an original's bytes and can only be read.

    Nothing decrypted touches the disk, on Linux. What is given was hashed whole: no
    altered byte is parsed.

    Args:
        case: the case.
        original: hex SHA-256 of the bytes.
        size: how many they are.
        most: give no more than so many bytes from the beginning.
        stated: sizes that entries state of it.

    Raises:
        NotAsStatedError, OriginalAlteredError, SealedAwayError: as `stream_original`.
        DiskError: the system has no room.
    """
    with file_in_memory() as file:
        left = most

        def take(piece: bytes) -> None:
            nonlocal left
            rest = memoryview(piece)[: max(left, 0)]
            left -= len(rest)
            write_whole(file, rest)

        with disk_refusals("lending an original to its reader", case.originals):
            stream_original(case, original, size=size, take=take, stated=stated)
        seal(file)
        yield file


def memory_file() -> BinaryIO:
    """Give an empty file in memory, where the system has such; else one without a name."""
    if sys.platform == "linux":
        return os.fdopen(os.memfd_create("packed", os.MFD_CLOEXEC), "w+b")
    return tempfile.TemporaryFile()
