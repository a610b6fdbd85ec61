"""Which calls to the system a confined process may make, as a filter for the kernel.

Whatever is not on the list fails with EPERM, so that a library that asks for more than
it needs goes on without. The list has what Python needs to compute, to read what it was
handed and to write an answer: no path, no process, no connection, no signal.

Source: Linux seccomp(2) and its BPF programs, Documentation/userspace-api/seccomp_filter.rst;
numbers from the kernel's tables for each architecture.
"""

from __future__ import annotations

import platform
import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

_X86_64: Final = MappingProxyType(
    {
        "read": 0, "write": 1, "close": 3, "fstat": 5, "lseek": 8, "mmap": 9, "mprotect": 10,
        "munmap": 11, "brk": 12, "rt_sigaction": 13, "rt_sigprocmask": 14, "rt_sigreturn": 15,
        "pread64": 17, "readv": 19, "writev": 20, "sched_yield": 24, "mremap": 25, "madvise": 28,
        "dup": 32, "getpid": 39, "sendmsg": 46, "recvmsg": 47, "clone": 56, "fork": 57,
        "exit": 60, "wait4": 61, "fcntl": 72, "getppid": 110, "gettimeofday": 96, "getrusage": 98,
        "times": 100, "sigaltstack": 131, "prctl": 157, "gettid": 186, "futex": 202,
        "sched_getaffinity": 204, "restart_syscall": 219, "clock_gettime": 228,
        "clock_nanosleep": 230, "exit_group": 231, "waitid": 247, "set_robust_list": 273,
        "ppoll": 271, "poll": 7, "prlimit64": 302, "seccomp": 317, "getrandom": 318,
        "membarrier": 324, "rseq": 334, "pidfd_send_signal": 424, "pidfd_open": 434,
        "clone3": 435, "close_range": 436, "select": 23, "pselect6": 270, "munlock": 150,
        "sysinfo": 99, "stat": 4, "lstat": 6, "access": 21, "open": 2, "nanosleep": 35,
        "execve": 59, "uname": 63, "getcwd": 79, "readlink": 89, "getuid": 102, "getgid": 104,
        "geteuid": 107, "getegid": 108, "arch_prctl": 158, "getdents64": 217,
        "set_tid_address": 218, "fadvise64": 221, "clock_getres": 229, "openat": 257,
        "newfstatat": 262, "readlinkat": 267, "faccessat": 269, "statx": 332, "faccessat2": 439,
        "ioctl": 16,
    }
)  # fmt: skip
_AARCH64: Final = MappingProxyType(
    {
        "read": 63, "write": 64, "close": 57, "fstat": 80, "lseek": 62, "mmap": 222,
        "mprotect": 226, "munmap": 215, "brk": 214, "rt_sigaction": 134, "rt_sigprocmask": 135,
        "rt_sigreturn": 139, "pread64": 67, "readv": 65, "writev": 66, "sched_yield": 124,
        "mremap": 216, "madvise": 233, "dup": 23, "getpid": 172, "sendmsg": 211, "recvmsg": 212,
        "clone": 220, "exit": 93, "wait4": 260, "fcntl": 25, "getppid": 173, "gettimeofday": 169,
        "getrusage": 165, "times": 153, "sigaltstack": 132, "prctl": 167, "gettid": 178,
        "futex": 98, "sched_getaffinity": 123, "restart_syscall": 128, "clock_gettime": 113,
        "clock_nanosleep": 115, "exit_group": 94, "waitid": 95, "set_robust_list": 99,
        "ppoll": 73, "prlimit64": 261, "seccomp": 277, "getrandom": 278, "membarrier": 283,
        "rseq": 293, "pidfd_send_signal": 424, "pidfd_open": 434, "clone3": 435,
        "close_range": 436, "pselect6": 72, "munlock": 229, "sysinfo": 179, "nanosleep": 101,
        "execve": 221, "uname": 160, "getcwd": 17, "getuid": 174, "getgid": 176, "geteuid": 175,
        "getegid": 177, "getdents64": 61, "set_tid_address": 96, "fadvise64": 223,
        "clock_getres": 114, "openat": 56, "newfstatat": 79, "readlinkat": 78, "faccessat": 48,
        "statx": 291, "faccessat2": 439, "ioctl": 29,
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Architecture:
    """What the kernel calls a processor (AUDIT_ARCH_…), and the numbers of its system calls."""

    audit: int
    numbers: Mapping[str, int]


ARCHITECTURES: Final = MappingProxyType(
    {
        "x86_64": Architecture(audit=0xC000003E, numbers=_X86_64),
        "aarch64": Architecture(audit=0xC00000B7, numbers=_AARCH64),
    }
)

COMPUTING: Final = frozenset(
    {
        "read", "pread64", "readv", "write", "writev", "lseek", "close", "fstat", "dup", "fcntl",
        "mmap", "munmap", "mremap", "mprotect", "madvise", "brk", "munlock", "poll", "ppoll",
        "select", "pselect6", "futex", "sched_yield", "sched_getaffinity", "clock_gettime",
        "clock_nanosleep", "gettimeofday", "times", "getrusage", "getrandom", "getpid", "gettid",
        "membarrier", "rseq", "set_robust_list", "restart_syscall", "sigaltstack",
        "rt_sigreturn", "rt_sigprocmask", "exit", "exit_group", "sysinfo", "clone",
    }
)  # fmt: skip
"""What one reading needs; with `READING`, which lets `clone` make threads and nothing else.

A library that decodes HEIC starts a thread whatever it is told, and ends the process where it
cannot: with it all that a mail or an archive held beside one such picture.
"""

SERVING: Final = COMPUTING | {
    "fork", "clone", "clone3", "wait4", "waitid", "sendmsg", "recvmsg", "prctl", "seccomp",
    "prlimit64", "pidfd_open", "pidfd_send_signal", "close_range", "rt_sigaction",
    "rt_sigprocmask", "getppid",
}  # fmt: skip
"""What the parent of readings needs, which never sees a byte of the material."""

TOOL: Final = (COMPUTING - {"dup"}) | {
    "execve", "arch_prctl", "set_tid_address", "rt_sigaction", "rt_sigprocmask", "uname",
    "open", "openat", "stat", "lstat", "newfstatat", "statx", "access", "faccessat", "faccessat2",
    "readlink", "readlinkat", "getcwd", "getdents64", "fadvise64", "clone", "nanosleep",
    "clock_getres", "getuid", "getgid", "geteuid", "getegid", "ioctl",
}  # fmt: skip
"""What a program of others needs: to be started, to load its libraries, to compute with threads.

Which files it can open is Landlock's to say; the filter says that it opens them to read.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """A call passes only where the low half of an argument, masked, is one of these values."""

    argument: int
    values: tuple[int, ...]
    mask: int = 0xFFFFFFFF


# fcntl could make the kernel send a signal to any process of the same person (F_SETOWN).
_FCNTL: Final = Condition(
    argument=1,
    values=(1, 2, 3, 1030, 1034),  # F_GETFD F_SETFD F_GETFL F_DUPFD_CLOEXEC F_GET_SEALS
)
CONDITIONS: Final = MappingProxyType({"fcntl": _FCNTL})
"""What holds for every list of calls."""

_THREAD: Final = Condition(argument=0, mask=0x10000, values=(0x10000,))  # CLONE_THREAD
READING: Final = MappingProxyType({**CONDITIONS, "clone": _THREAD})
"""What holds for one reading: it starts no process."""

_WRITES: Final = 0o3 | 0o100 | 0o1000 | 0o2000  # O_ACCMODE, O_CREAT, O_TRUNC, O_APPEND
TOOL_CONDITIONS: Final = MappingProxyType(
    {
        "fcntl": _FCNTL,
        "open": Condition(argument=1, mask=_WRITES, values=(0,)),
        "openat": Condition(argument=2, mask=_WRITES, values=(0,)),
        "clone": _THREAD,
        "ioctl": Condition(argument=1, values=(0x5450, 0x5451)),  # FIONCLEX FIOCLEX
    }
)
"""What holds for a program of others: files are opened to read, no process is made."""

# What clone3 asks for cannot be looked at; told that it is unknown, libraries use clone.
_UNKNOWN: Final = frozenset({"clone3"})

_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_AND: Final = 0x54
_NUMBER_AT, _ARCH_AT, _ARGUMENTS_AT, _ARGUMENT_BYTES = 0, 4, 16, 8
_ALLOW, _KILL, _REFUSE = 0x7FFF0000, 0x80000000, 0x00050000 | 1  # EPERM
_NO_SUCH_CALL: Final = 0x00050000 | 38  # ENOSYS
_X32_BIT: Final = 0x40000000
_INSTRUCTION: Final = struct.Struct("=HBBI")


def this_architecture() -> Architecture | None:
    """Give the architecture of this machine; None where its numbers are not known here."""
    return ARCHITECTURES.get(platform.machine())


def filter_program(
    allowed: Iterable[str],
    architecture: Architecture,
    conditions: Mapping[str, Condition] = CONDITIONS,
) -> bytes:
    """Give the filter that lets these calls pass: 8 bytes an instruction.

    A call of another architecture, or by another table of numbers, kills the process.
    """
    numbers = architecture.numbers
    known = {name: numbers[name] for name in allowed if name in numbers}
    program = [
        (_LOAD, 0, 0, _ARCH_AT),
        (_EQUAL, 1, 0, architecture.audit),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _NUMBER_AT),
        (_AT_LEAST, 0, 1, _X32_BIT),
        (_RETURN, 0, 0, _KILL),
    ]
    for number in sorted(number for name, number in known.items() if name not in conditions):
        program += [(_EQUAL, 0, 1, number), (_RETURN, 0, 0, _ALLOW)]
    for name in sorted(_UNKNOWN - set(known)):
        program += [(_EQUAL, 0, 1, numbers[name]), (_RETURN, 0, 0, _NO_SUCH_CALL)]
    for name in sorted(set(conditions) & set(known)):
        program += _conditioned(known[name], conditions[name])
    program.append((_RETURN, 0, 0, _REFUSE))
    return b"".join(_INSTRUCTION.pack(*one) for one in program)


def _conditioned(number: int, condition: Condition) -> list[tuple[int, int, int, int]]:
    """Let a call pass where its argument fits; refuse it where it does not."""
    at = _ARGUMENTS_AT + _ARGUMENT_BYTES * condition.argument
    body = [(_LOAD, 0, 0, at), (_AND, 0, 0, condition.mask)]
    for value in condition.values:
        body += [(_EQUAL, 0, 1, value), (_RETURN, 0, 0, _ALLOW)]
    body.append((_RETURN, 0, 0, _REFUSE))
    return [(_EQUAL, 0, len(body), number), *body]
