"""Every system call of a child that changes a disk or leaves the process, shown to its parent first.

The kernel itself stops the child (`seccomp`, user notification; Linux on x86-64
and arm64, no privilege needed), so nothing is missed: not SQLite's writes, not
those of a library in Rust, not a write that a Python file does at its close. The
parent sees the call, reads its arguments from the child's memory, and lets it
happen, refuses it, or kills the child at that instant.

Source: seccomp(2), seccomp_unotify(2), and `linux/seccomp.h` for the layouts.
"""

from __future__ import annotations

import ctypes
import os
import platform
import struct
from dataclasses import dataclass
from fcntl import ioctl
from pathlib import Path

SUPPORTED = platform.system() == "Linux" and platform.machine() in {"x86_64", "aarch64"}

_ARCHITECTURE = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_NUMBERS = {
    "x86_64": {
        "write": 1, "open": 2, "mmap": 9, "pwrite64": 18, "writev": 20, "sendfile": 40,
        "socket": 41, "execve": 59, "fsync": 74, "fdatasync": 75, "truncate": 76, "ftruncate": 77, "rename": 82, "mkdir": 83,
        "rmdir": 84, "creat": 85, "link": 86, "unlink": 87, "symlink": 88, "openat": 257,
        "mkdirat": 258, "unlinkat": 263, "renameat": 264, "linkat": 265, "symlinkat": 266,
        "splice": 275, "fallocate": 285, "pwritev": 296, "renameat2": 316,
        "copy_file_range": 326, "pwritev2": 328, "execveat": 322, "io_uring_setup": 425,
        "openat2": 437,
    },
    "aarch64": {
        "mkdirat": 34, "unlinkat": 35, "symlinkat": 36, "linkat": 37, "renameat": 38,
        "truncate": 45, "ftruncate": 46, "fallocate": 47, "openat": 56, "write": 64, "writev": 66,
        "pwrite64": 68, "pwritev": 70, "sendfile": 71, "splice": 76, "fsync": 82, "fdatasync": 83,
        "socket": 198, "execve": 221, "mmap": 222, "renameat2": 276, "execveat": 281,
        "copy_file_range": 285, "pwritev2": 287, "io_uring_setup": 425, "openat2": 437,
    },
}  # fmt: skip
NUMBERS = _NUMBERS.get(platform.machine(), {})
NAMES = {number: name for name, number in NUMBERS.items()}

# Opening is watched only where it makes or empties a file, mapping only where it could write one.
_CREATES = os.O_CREAT | os.O_TRUNC
_MAP_SHARED = 1
_ONLY_WITH = {"open": (1, _CREATES), "openat": (2, _CREATES), "mmap": (3, _MAP_SHARED)}

_LOAD, _EQUAL, _ANY_BIT, _RETURN = 0x20, 0x15, 0x45, 0x06
_ALLOW, _NOTIFY = 0x7FFF0000, 0x7FC00000
_AT_NUMBER, _AT_ARCHITECTURE, _AT_ARGUMENTS = 0, 4, 16

_PR_SET_NO_NEW_PRIVS = 38
_SECCOMP = {"x86_64": 317, "aarch64": 277}
_PIDFD_GETFD = 438
_SET_MODE_FILTER, _NEW_LISTENER = 1, 8

_NOTICE = struct.Struct("=QIIiIQ6Q")
_ANSWER = struct.Struct("=QqiI")
_RECEIVE, _SEND = 0xC0502100, 0xC0182101
_LET_IT_HAPPEN = 1

_PAGE = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One call that a child (`pid`) is about to make; it is stopped until it is answered."""

    id: int
    pid: int
    name: str
    arguments: tuple[int, ...]

    def memory(self, address: int, size: int) -> bytes:
        """Read `size` bytes of the child's memory."""
        with Path(f"/proc/{self.pid}/mem").open("rb", buffering=0) as memory:
            memory.seek(address)
            return memory.read(size)

    def text(self, address: int) -> str:
        """Read a path, up to its zero byte."""
        found = b""
        while b"\0" not in found:
            at = address + len(found)
            found += self.memory(at, _PAGE - at % _PAGE)
        return os.fsdecode(found.split(b"\0", 1)[0])

    def descriptor(self, number: int) -> int:
        """Duplicate an open file of the child, with its position; the caller closes it."""
        pidfd = os.pidfd_open(self.pid)
        try:
            return _call(_PIDFD_GETFD, pidfd, number, 0)
        finally:
            os.close(pidfd)


def watch_this_process() -> int:
    """From here on, stop this process at every watched call; gives the listener's descriptor.

    For a child only, and for good: there is no way back.
    """
    _libc().prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    program = b"".join(_filter())
    kept = ctypes.create_string_buffer(program, len(program))
    header = struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(kept))
    held = ctypes.create_string_buffer(header, len(header))
    number = _SECCOMP[platform.machine()]
    return _call(number, _SET_MODE_FILTER, _NEW_LISTENER, ctypes.addressof(held))


def receive(listener: int) -> Notice:
    """Take the next notice, waiting for it.

    Raises:
        OSError: the child died in the meantime.
    """
    buffer = bytearray(_NOTICE.size)
    ioctl(listener, _RECEIVE, buffer)
    number, pid, _flags, called, _architecture, _at, *arguments = _NOTICE.unpack(buffer)
    return Notice(id=number, pid=pid, name=NAMES[called], arguments=tuple(arguments))


def let_happen(listener: int, notice: Notice) -> None:
    """Let the kernel do the call."""
    ioctl(listener, _SEND, _ANSWER.pack(notice.id, 0, 0, _LET_IT_HAPPEN))


def answer(listener: int, notice: Notice, *, value: int = 0, error: int = 0) -> None:
    """Answer in the kernel's place: the call is not done, and gives `value` or fails with `error`."""
    ioctl(listener, _SEND, _ANSWER.pack(notice.id, value, -error, 0))


def _filter() -> list[bytes]:
    lines = [
        _line(_LOAD, _AT_ARCHITECTURE),
        _line(_EQUAL, _ARCHITECTURE[platform.machine()], yes=1),
        _line(_RETURN, _ALLOW),
        _line(_LOAD, _AT_NUMBER),
    ]
    for name, number in NUMBERS.items():
        if name in _ONLY_WITH:
            argument, bits = _ONLY_WITH[name]
            lines += [
                _line(_EQUAL, number, no=4),
                _line(_LOAD, _AT_ARGUMENTS + 8 * argument),
                _line(_ANY_BIT, bits, no=1),
                _line(_RETURN, _NOTIFY),
                _line(_RETURN, _ALLOW),
            ]
        else:
            lines += [_line(_EQUAL, number, no=1), _line(_RETURN, _NOTIFY)]
    return [*lines, _line(_RETURN, _ALLOW)]


def _line(code: int, operand: int, *, yes: int = 0, no: int = 0) -> bytes:
    return struct.pack("HBBI", code, yes, no, operand)


def _call(number: int, *arguments: int) -> int:
    result: int = _libc().syscall(number, *(ctypes.c_long(value) for value in arguments))
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    return result


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)
