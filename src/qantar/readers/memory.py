"""Files in memory: what is handed to a confined process, so that it never touches the disk."""

from __future__ import annotations

import fcntl
import os
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Final

# What fcntl.h calls F_SEAL_SEAL, _SHRINK, _GROW and _WRITE: nobody changes the file any more.
_ALL_SEALS: Final = 0b1111


@contextmanager
def file_in_memory() -> Iterator[int]:
    """Give a descriptor of an empty file that has no name; on Linux it is in memory."""
    if sys.platform == "linux":
        file = os.memfd_create("original", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
        try:
            yield file
        finally:
            os.close(file)
    else:
        # The only other way to hand over what a reader can seek in; docs/threat-model.md says so.
        with tempfile.TemporaryFile() as kept:
            yield kept.fileno()


def seal(file: int) -> None:
    """Let nobody change the file any more, where the system can, and go to its beginning."""
    os.lseek(file, 0, os.SEEK_SET)
    if sys.platform == "linux":
        fcntl.fcntl(file, fcntl.F_ADD_SEALS, _ALL_SEALS)


@contextmanager
def sealed(pieces: Iterable[bytes]) -> Iterator[int]:
    """Give a descriptor of a file in memory that holds these bytes and can only be read."""
    with file_in_memory() as file:
        for piece in pieces:
            write_whole(file, piece)
        seal(file)
        yield file


def write_whole(file: int, data: bytes | memoryview) -> None:
    """Write all of it, however much the system takes at once."""
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(file, rest) :]
