"""Giving up what a process could do, so that a hostile file cannot have it done.

Three means, each for itself and all of them on Linux: Landlock (no path, no port, no
signal to others), a filter of system calls (`system_calls.py`), and limits (processor
time, memory, files). They hold for the process, for all its children, and for a program
that it becomes; nothing takes them back. Where a system lacks one, the tier says so: a
weaker tier is told, never passed off as the full one.

Source: Linux landlock(7), seccomp(2), prctl(2), getrlimit(2).
"""

from __future__ import annotations

import ctypes
import os
import resource
import stat
import struct
import sys
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from types import MappingProxyType
from typing import Final

from qantar.readers.caps import MAX_READER_BYTES, MAX_READER_SECONDS
from qantar.readers.system_calls import CONDITIONS, Condition, filter_program, this_architecture


class Tier(StrEnum):
    """How well readings are confined here."""

    FULL = "full"
    FILTERED = "filtered"
    LIMITED = "limited"

    @property
    def words(self) -> str:
        """Say what holds, for `status`."""
        return _WORDS[self]


_WORDS: Final = {
    Tier.FULL: "they see no file, no network and no other process, and have limits",
    Tier.FILTERED: ("they have a filter of system calls and limits; this kernel has no Landlock"),
    Tier.LIMITED: (
        "they are processes of their own with limits, and no more: this system has neither "
        "Landlock nor a filter for system calls that Qantar knows"
    ),
}

_PR_SET_NO_NEW_PRIVS, _PR_SET_PDEATHSIG, _PR_SET_SECCOMP = 38, 1, 22
_SECCOMP_MODE_FILTER: Final = 2
# The same on every architecture.
_LANDLOCK_CREATE, _LANDLOCK_ADD, _LANDLOCK_RESTRICT = 444, 445, 446
_LANDLOCK_VERSION: Final = 1
_SIGKILL: Final = 9
_MAX_OPEN: Final = 64
_MOST_THREADS: Final = 10_000
"""Of an account in all: more than anybody runs, fewer than bring a system down."""
# How many rights on files each version of Landlock knows; from when it knows others.
_FILE_RIGHTS: Final = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}
_NET_FROM, _NET_RIGHTS = 4, 0b11
_SCOPE_FROM, _SCOPE_RIGHTS = 6, 0b11
_PATH_BENEATH: Final = 1
_EXECUTE, _READ_FILE, _READ_FOLDER = 1, 4, 8


class Access(StrEnum):
    """What may be done with a path that is left open to a confined process."""

    READ = "read"
    EXECUTE = "execute"


NO_PATHS: Final[Mapping[str, Access]] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What of the means took hold."""

    landlock: int
    filter: bool

    @property
    def tier(self) -> Tier:
        """The tier that they make."""
        if not self.filter:
            return Tier.LIMITED
        return Tier.FULL if self.landlock else Tier.FILTERED


def confine(
    allowed: Iterable[str],
    *,
    conditions: Mapping[str, Condition] = CONDITIONS,
    paths: Mapping[str, Access] = NO_PATHS,
) -> Means:
    """Give up paths, ports and all system calls but these, for good.

    What a system lacks is left out and told; the caller decides whether that will do.

    Args:
        allowed: names of system calls.
        conditions: what must hold for some of them.
        paths: files, and folders with all in them, that stay open; where Landlock is
            lacking, the filter alone says what may be done with any file.
    """
    if sys.platform != "linux":
        return Means(landlock=0, filter=False)
    libc = _libc()
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0):
        return Means(landlock=0, filter=False)
    landlock = _landlock(libc, paths)
    return Means(landlock=landlock, filter=_filter(libc, allowed, conditions))


def narrow(allowed: Iterable[str], conditions: Mapping[str, Condition]) -> bool:
    """Give up all system calls but these, in a process that is confined already."""
    return sys.platform == "linux" and _filter(_libc(), allowed, conditions)


def limit(
    *, seconds: int = MAX_READER_SECONDS, memory: int = MAX_READER_BYTES, files: bool = False
) -> None:
    """Set limits of processor time (seconds), memory (bytes), threads, and no file that grows.

    With `files`, of how many files are open at once, too. The limit of threads counts all
    that runs under the account; the system holds no administrator to it.
    """
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    # At the first a process is told why it ends; at the second it ends, whatever it does with that.
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    _lower(resource.RLIMIT_NPROC, _MOST_THREADS)
    for what in (resource.RLIMIT_CORE, resource.RLIMIT_FSIZE):
        resource.setrlimit(what, (0, 0))
    if files:
        resource.setrlimit(resource.RLIMIT_NOFILE, (_MAX_OPEN, _MAX_OPEN))


def _lower(what: int, most: int) -> None:
    """Lower a limit to `most`, where it is higher."""
    soft, _ = resource.getrlimit(what)
    if soft == resource.RLIM_INFINITY or soft > most:
        with suppress(ValueError, OSError):
            resource.setrlimit(what, (most, most))


def die_with_parent() -> None:
    """End when the parent ends, on Linux."""
    if sys.platform == "linux":
        _libc().prctl(_PR_SET_PDEATHSIG, _SIGKILL, 0, 0, 0)


@cache
def _libc() -> ctypes.CDLL:
    """Give the system's library; whoever forks has found it already."""
    return ctypes.CDLL(None, use_errno=True)


def _landlock(libc: ctypes.CDLL, paths: Mapping[str, Access]) -> int:
    """Deny every other path, all ports and signals; gives the version that did, 0 for none."""
    version = libc.syscall(_LANDLOCK_CREATE, None, ctypes.c_size_t(0), _LANDLOCK_VERSION)
    if version < 1:
        return 0
    files = (1 << _FILE_RIGHTS.get(version, max(_FILE_RIGHTS.values()))) - 1
    rules = struct.pack(
        "=QQQ",
        files,
        _NET_RIGHTS if version >= _NET_FROM else 0,
        _SCOPE_RIGHTS if version >= _SCOPE_FROM else 0,
    )
    # An older kernel takes the structure as long as it knew it.
    known = 24 if version >= _SCOPE_FROM else 16 if version >= _NET_FROM else 8
    found = libc.syscall(_LANDLOCK_CREATE, rules, ctypes.c_size_t(known), 0)
    if found < 0:
        return 0
    try:
        for path, access in paths.items():
            _leave_open(libc, found, path, access)
        return 0 if libc.syscall(_LANDLOCK_RESTRICT, found, 0) else int(version)
    finally:
        os.close(found)


def _leave_open(libc: ctypes.CDLL, rules: int, path: str, access: Access) -> None:
    """Let a path be read, or read and executed; one that is not there needs no rule."""
    try:
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        rights = _READ_FILE | (_EXECUTE if access is Access.EXECUTE else 0)
        if stat.S_ISDIR(os.fstat(place).st_mode):
            rights |= _READ_FOLDER
        rule = struct.pack("=Qi", rights, place)
        libc.syscall(_LANDLOCK_ADD, rules, _PATH_BENEATH, rule, 0)
    finally:
        os.close(place)


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))


@cache
def _code(allowed: frozenset[str], conditions: tuple[tuple[str, Condition], ...]) -> bytes | None:
    """Make a filter once for all children; None where this machine's numbers are not known."""
    architecture = this_architecture()
    return filter_program(allowed, architecture, dict(conditions)) if architecture else None


def prepare(allowed: Iterable[str], conditions: Mapping[str, Condition]) -> None:
    """Make what `narrow` needs, so that no child has to."""
    _code(frozenset(allowed), tuple(sorted(conditions.items())))


def _filter(libc: ctypes.CDLL, allowed: Iterable[str], conditions: Mapping[str, Condition]) -> bool:
    code = _code(frozenset(allowed), tuple(sorted(conditions.items())))
    if code is None:
        return False
    program = _Program(len(code) // 8, code)
    return not libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.byref(program), 0, 0)
