"""Programs of others that this system may have: Tesseract, FFmpeg; where they are, what they load.

A program is looked for in folders that belong to the system, never in the current one or
along PATH; a setting can name another. Which files it loads is asked of the system's own
loader, so that a confined run can be given those and no others.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import stat
import struct
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

FOLDERS: Final = ("/usr/bin", "/usr/local/bin", "/bin", "/opt/homebrew/bin", "/opt/local/bin")
SETTINGS: Final = frozenset({"TESSERACT", "FFMPEG", "TESSDATA"})
"""What the environment can name, each behind QANTAR_: a program, or a folder of data."""
_LOADER_CACHE: Final = "/etc/ld.so.cache"  # names of libraries and where they are; no secret
_LISTED: Final = re.compile(r"(?:=>\s+)?(/\S+)\s+\(0x[0-9a-f]+\)")
_LISTING_SECONDS: Final = 20
_PIECE_BYTES: Final = 1024 * 1024

_ELF, _ELF_64, _LITTLE = b"\x7fELF", 2, 1
_PROGRAM_HEADER: Final = struct.Struct("<IIQQQQQQ")
_INTERPRETER: Final = 3
_HEADERS_AT: Final = 32
_HEADER_COUNTS: Final = struct.Struct("<HH")
_HEADER_COUNTS_AT: Final = 54
_ELF_BYTES: Final = 64
_MAX_HEADERS: Final = 256


class UnsafeToolError(Exception):
    """A program is there and is not used: anybody could have put it there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """A program, the loader and libraries it needs, and the data that it reads.

    All are absolute. `loader` is None where the program needs none, or the system is not
    Linux. `before` are arguments that stand before all others, as the script of an
    interpreter.
    """

    program: str
    before: tuple[str, ...] = ()
    loader: str | None = None
    libraries: tuple[str, ...] = ()
    data: tuple[str, ...] = ()

    @property
    def executable(self) -> tuple[str, ...]:
        """What has to be executed for it to run."""
        return (self.program, self.loader) if self.loader else (self.program,)

    @property
    def readable(self) -> tuple[str, ...]:
        """What it has to read to run."""
        return (*self.libraries, *((_LOADER_CACHE,) if self.loader else ()), *self.data)


def find_tool(name: str, *, data: Iterable[str] = ()) -> Tool | None:
    """Find a program of the system; None where it is not installed.

    `QANTAR_<NAME>` in the environment names another one, by its absolute path; the path
    of no program there means that there is none.

    Args:
        name: what it is called, as in `tesseract`.
        data: files, and folders with all in them, that it may read beside its libraries.

    Raises:
        UnsafeToolError: it is there, and others than its owner can write it.
    """
    named = setting(name.upper())
    if named is not None:
        found = named if Path(named).is_absolute() and os.access(named, os.X_OK) else None
    else:
        found = shutil.which(name, path=os.pathsep.join(FOLDERS))
    if found is None:
        return None
    program = os.path.realpath(found)
    _hold_to_owner(program)
    return tool_at(program, data=data)


def setting(name: str) -> str | None:
    """Give what the environment says for one of `SETTINGS`; None where it says nothing."""
    return os.environ.get(f"QANTAR_{name}") if name in SETTINGS else None


def tool_at(program: str, *, data: Iterable[str] = ()) -> Tool:
    """Describe the program at this path; see `find_tool`."""
    loader = _loader_of(program) if sys.platform == "linux" else None
    return Tool(
        program=program,
        loader=loader,
        libraries=_libraries(program, loader) if loader else (),
        data=tuple(data),
    )


def digest_of(paths: Iterable[str]) -> str:
    """Hash files, one after another, with their sizes: hex SHA-256."""
    whole = hashlib.sha256()
    for path in paths:
        with Path(path).open("rb") as file:
            whole.update(os.fstat(file.fileno()).st_size.to_bytes(8, "big"))
            while piece := file.read(_PIECE_BYTES):
                whole.update(piece)
    return whole.hexdigest()


def _hold_to_owner(program: str) -> None:
    for path in (program, str(Path(program).parent)):
        found = Path(path).stat()
        if found.st_uid not in (0, os.getuid()) or found.st_mode & stat.S_IWOTH:
            message = f"{path} can be written by others than its owner, so {program} is not used"
            raise UnsafeToolError(message)


def _loader_of(program: str) -> str | None:
    """Give the loader that a program names in its header; None where it is whole by itself."""
    with Path(program).open("rb") as file:
        head = file.read(_ELF_BYTES)
        if head[:4] != _ELF or head[4] != _ELF_64 or head[5] != _LITTLE:
            return None
        (at,) = struct.unpack_from("<Q", head, _HEADERS_AT)
        size, count = _HEADER_COUNTS.unpack_from(head, _HEADER_COUNTS_AT)
        file.seek(at)
        table = file.read(size * min(count, _MAX_HEADERS))
        for offset in range(0, len(table) - _PROGRAM_HEADER.size + 1, size):
            kind, _, begins, _, _, length, _, _ = _PROGRAM_HEADER.unpack_from(table, offset)
            if kind == _INTERPRETER:
                file.seek(begins)
                return os.path.realpath(file.read(length).rstrip(b"\0").decode())
    return None


def _libraries(program: str, loader: str) -> tuple[str, ...]:
    """Ask the loader which libraries it would load; it runs nothing of the program."""
    try:
        said = subprocess.run(  # noqa: S603  # the system's own loader
            [loader, "--list", program],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            env={},
            cwd="/",
            timeout=_LISTING_SECONDS,
            check=False,
        ).stdout.decode("utf-8", "replace")
    except (OSError, subprocess.TimeoutExpired):
        return ()
    return tuple(dict.fromkeys(os.path.realpath(path) for path in _LISTED.findall(said)))
