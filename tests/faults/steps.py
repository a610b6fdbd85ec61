"""What a system call does to a folder: one step, with paths in place of descriptors and addresses."""

from __future__ import annotations

import errno
import os
import socket
import struct
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from tests.faults.system_calls import Notice

What = Literal[
    "make", "mkdir", "write", "resize", "sync", "move", "link", "remove", "rmdir",
    "mark", "socket", "program",
]  # fmt: skip

_HERE = -100  # AT_FDCWD
_REMOVES_FOLDER = 0x200  # AT_REMOVEDIR
_MAY_WRITE = 2  # PROT_WRITE
_IOVEC = struct.Struct("PN")


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One change of a folder, or one force to the disk.

    Paths are relative to the watched folder. `make` and `mkdir` give a new name,
    `write` puts `data` at `offset`, `resize` cuts or extends to `size` bytes, `sync`
    forces a file or folder to the disk, `move` renames to `target`, `link` gives
    a second name `target`, `remove` and `rmdir` take a name away. `mark` is the
    child's own word (`data`) that something was acknowledged. `socket` opens one to
    another machine (`size` is its family), `program` begins another (`data`: its words).
    """

    what: What
    path: str = ""
    target: str = ""
    offset: int = 0
    size: int = 0
    data: bytes = b""


class UnwatchedCallError(Exception):
    """The child changes files in a way that `Step` has no word for."""


class Refused(Exception):  # noqa: N818  # an answer, not a fault
    """The call is to be refused with `number`, so that the child takes its other way."""

    def __init__(self, number: int) -> None:
        super().__init__(os.strerror(number))
        self.number = number


class Reader:
    """Reads notices of one child as steps in the folder `root`."""

    def __init__(self, root: Path, marks: int) -> None:
        """Watch `root`; writes to the pipe with inode `marks` are the child's own word."""
        self._root = root.resolve()
        self._marks = f"pipe:[{marks}]"

    def step(self, notice: Notice) -> Step | None:
        """Give what the call will do in the folder if it happens; None if nothing.

        Raises:
            Refused: copying between descriptors and the like; writes come instead.
            UnwatchedCallError: a call that cannot be told as a step.
        """
        how = _HOW.get(notice.name)
        if how is None:
            raise UnwatchedCallError(notice.name)
        return how(self, notice)

    def _written(self, notice: Notice) -> Step | None:
        descriptor = notice.arguments[0]
        where = _link(notice, descriptor)
        if where == self._marks:
            return Step(what="mark", data=_data(notice))
        path = self._inside(where)
        if path is None:
            return None
        position, appends = _position(notice, descriptor)
        if notice.name.startswith("pwrite"):
            position = notice.arguments[3]
        if appends:
            position = Path(where).stat().st_size
        return Step(what="write", path=path, offset=position, data=_data(notice))

    def _synced(self, notice: Notice) -> Step | None:
        path = self._inside(_link(notice, notice.arguments[0]))
        return None if path is None else Step(what="sync", path=path)

    def _resized(self, notice: Notice) -> Step | None:
        path = self._inside(_link(notice, notice.arguments[0]))
        return None if path is None else Step(what="resize", path=path, size=notice.arguments[1])

    def _opened(self, notice: Notice) -> Step | None:
        full, rest = self._first_path(notice)
        path = self._inside(full)
        flags = os.O_CREAT | os.O_TRUNC if notice.name == "creat" else rest[0]
        if path is None:
            return None
        if not os.path.lexists(full):
            return Step(what="make", path=path) if flags & os.O_CREAT else None
        if flags & os.O_TRUNC and not flags & os.O_EXCL:
            return Step(what="resize", path=path, size=0)
        return None

    def _on_path(self, notice: Notice) -> Step | None:
        full, rest = self._first_path(notice)
        path = self._inside(full)
        there = os.path.lexists(full)
        if path is None or there == notice.name.startswith("mkdir"):
            return None
        match notice.name:
            case "truncate":
                return Step(what="resize", path=path, size=rest[0])
            case "mkdir" | "mkdirat":
                return Step(what="mkdir", path=path)
            case "unlinkat" if rest[0] & _REMOVES_FOLDER:
                return Step(what="rmdir", path=path)
            case name:
                return Step(what="rmdir" if name == "rmdir" else "remove", path=path)

    def _named(self, notice: Notice) -> Step | None:
        source, rest = self._first_path(notice)
        target = (
            self._path(notice, rest[0], rest[1])
            if notice.name.endswith(("at", "at2"))
            else self._path(notice, _HERE, rest[0])
        )
        ends = self._inside(source), self._inside(target)
        links = notice.name.startswith("link")
        if ends == (None, None) or not os.path.lexists(source):
            return None
        if ends[0] is None or ends[1] is None:
            message = f"{notice.name} between the watched folder and another"
            raise UnwatchedCallError(message)
        if links and os.path.lexists(target):
            return None
        return Step(what="link" if links else "move", path=ends[0], target=ends[1])

    def _elsewhere(self, notice: Notice) -> Step | None:
        """Let pass maps of files and symbolic links that are not in the folder."""
        arguments = notice.arguments
        if notice.name == "mmap":
            mapped = _signed32(arguments[4])
            touched = bool(arguments[2] & _MAY_WRITE) and mapped >= 0
            where = _link(notice, mapped) if touched else "/"
        elif notice.name == "symlinkat":
            where = self._path(notice, arguments[1], arguments[2])
        else:
            where = self._path(notice, _HERE, arguments[1])
        if self._inside(where) is not None:
            raise UnwatchedCallError(notice.name)
        return None

    def _program(self, notice: Notice) -> Step | None:
        """Tell the program and its arguments, parted by zero bytes."""
        at, words = notice.arguments[2 if notice.name == "execveat" else 1], list[str]()
        while pointer := int.from_bytes(notice.memory(at, 8), "little"):
            words.append(notice.text(pointer))
            at += 8
        return Step(what="program", data="\0".join(words).encode())

    def _to_others(self, notice: Notice) -> Step | None:
        family = notice.arguments[0]
        return None if family == socket.AF_UNIX else Step(what="socket", size=family)

    def _other_way(self, notice: Notice) -> Step | None:
        raise Refused(errno.EOPNOTSUPP if notice.name == "fallocate" else errno.EINVAL)

    def _first_path(self, notice: Notice) -> tuple[str, tuple[int, ...]]:
        """Give the first path among the arguments, and the arguments after it."""
        if notice.name.endswith(("at", "at2")) and notice.name != "creat":
            folder, address, *rest = notice.arguments
            return self._path(notice, folder, address), tuple(rest)
        return self._path(notice, _HERE, notice.arguments[0]), notice.arguments[1:]

    def _path(self, notice: Notice, folder: int, address: int) -> str:
        number = _signed32(folder)
        base = f"/proc/{notice.pid}/" + ("cwd" if number == _HERE else f"fd/{number}")
        path = Path(os.path.realpath(base)) / notice.text(address)
        # The last part is a name and may be a link; the folders before it are followed.
        return str(Path(os.path.realpath(path.parent)) / path.name)

    def _inside(self, path: str) -> str | None:
        """Give `path` within the watched folder; None for other places and for unlinked files."""
        if path.endswith(" (deleted)"):
            return None
        if path == str(self._root):
            return "."
        prefix = f"{self._root}/"
        return path.removeprefix(prefix) if path.startswith(prefix) else None


def _link(notice: Notice, descriptor: int) -> str:
    return os.readlink(f"/proc/{notice.pid}/fd/{descriptor}")  # noqa: PTH115  # may name no file


def _position(notice: Notice, descriptor: int) -> tuple[int, bool]:
    """Give the position in an open file and whether every write goes to its end."""
    told = Path(f"/proc/{notice.pid}/fdinfo/{descriptor}").read_text(encoding="ascii")
    facts = dict(line.split(":", 1) for line in told.splitlines() if ":" in line)
    return int(facts["pos"]), bool(int(facts["flags"], 8) & os.O_APPEND)


def _data(notice: Notice) -> bytes:
    _, address, size, *_ = notice.arguments
    if notice.name in {"write", "pwrite64"}:
        return notice.memory(address, size)
    vectors = _IOVEC.iter_unpack(notice.memory(address, size * _IOVEC.size))
    return b"".join(notice.memory(at, length) for at, length in vectors)


def _signed32(value: int) -> int:
    value &= 0xFFFFFFFF
    return value - (1 << 32) if value >= 1 << 31 else value


_HOW: dict[str, Callable[[Reader, Notice], Step | None]] = {
    **dict.fromkeys(("write", "pwrite64", "writev", "pwritev", "pwritev2"), Reader._written),
    **dict.fromkeys(("fsync", "fdatasync"), Reader._synced),
    "ftruncate": Reader._resized,
    **dict.fromkeys(("open", "openat", "creat"), Reader._opened),
    **dict.fromkeys(("mkdir", "mkdirat", "rmdir", "unlink", "unlinkat"), Reader._on_path),
    "truncate": Reader._on_path,
    **dict.fromkeys(("rename", "renameat", "renameat2", "link", "linkat"), Reader._named),
    **dict.fromkeys(("mmap", "symlink", "symlinkat"), Reader._elsewhere),
    **dict.fromkeys(("sendfile", "copy_file_range", "splice", "fallocate"), Reader._other_way),
    **dict.fromkeys(("execve", "execveat"), Reader._program),
    "socket": Reader._to_others,
}
