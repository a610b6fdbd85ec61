"""Opening the bodies of entries, in this process or in one beside it.

Opening a body costs more than all the rest of reading an entry. A long journal is
therefore read by two: a forked process opens bodies, segment by segment; this one
follows the chain, and opens the beginning of each segment itself while the other is at
the rest. Each body is held against its commitment: the ring knows a key by that alone,
and whoever has a key can seal something else under it and name it so.
"""

from __future__ import annotations

import fcntl
import marshal
import os
import re
import struct
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import BinaryIO, Protocol

from qantar.archive.body import UnsoundBodyError, open_whole
from qantar.archive.case import Case
from qantar.archive.disk import disk_refusals
from qantar.archive.frame import Frame, frames
from qantar.archive.lanes import Lane, lanes
from qantar.archive.segments import SEGMENT_BYTES, read_segment, segments
from qantar.model.canonical import JSON

Keys = Callable[[], Mapping[bytes, bytes]]
"""Gives the body keys by commitment, as they are at the moment."""

_WORTH_A_FORK = 16 * 1024 * 1024  # bytes of journal; some 20,000 entries
# Opening takes about twice as long as following the chain: who follows it opens the first
# quarter of each segment too, so that neither waits for the other.
_LEFT = SEGMENT_BYTES // 4
_PIPE_BYTES = 1024 * 1024  # the most that a system grants without being asked
# The place of the commitment is the same in every header; the chain reads headers strictly.
_COMMITTED = re.compile(rb'\{"at":"[0-9TZ:-]{17}","body":"([0-9a-f]{64})"')
_LENGTH = struct.Struct(">Q")


class Opener(Protocol):
    """Opens the bodies of one segment after another."""

    def turn_to(self, lane: Lane, number: int) -> None:
        """Begin with a segment, which was read before: a writer stores keys first."""

    def open(self, frame: Frame) -> dict[str, JSON] | None:
        """Give the body of a frame; None if it was erased or its key is not here.

        Raises:
            UnsoundBodyError: it does not open with its key, or is not what was committed to.
        """


class Here:
    """Opens bodies in this process."""

    def __init__(self, keys: Keys = dict) -> None:
        """Take what gives the keys."""
        self._ask_keys = keys
        self._keys: Mapping[bytes, bytes] = {}

    def turn_to(self, lane: Lane, number: int) -> None:  # keys are of all lanes
        """Ask for the keys as they are now."""
        self._keys = self._ask_keys()

    def open(self, frame: Frame) -> dict[str, JSON] | None:
        """Open a body; see `Opener`."""
        committed = _COMMITTED.match(frame.header) if frame.body else None
        key = self._keys.get(bytes.fromhex(committed[1].decode())) if committed else None
        return None if key is None else open_committed(frame, key)


class Beside:
    """Takes bodies that a process beside opens; what that did not see is opened here."""

    def __init__(self, told: BinaryIO, here: Here) -> None:
        """Take the end of a pipe, and who opens the rest."""
        self._told, self._here = told, here
        self._wanted: tuple[str, int] | None = None
        self._early: dict[tuple[str, int], dict[bytes, dict[str, JSON] | str]] = {}
        self._bodies: dict[bytes, dict[str, JSON] | str] = {}

    def turn_to(self, lane: Lane, number: int) -> None:
        """Begin with a segment; its bodies are waited for when the first of them is asked for."""
        self._here.turn_to(lane, number)
        self._wanted = lane.name, number

    def open(self, frame: Frame) -> dict[str, JSON] | None:
        """Give a body; see `Opener`."""
        if frame.start < _LEFT:
            return self._here.open(frame)
        if self._wanted:
            self._bodies, self._wanted = self._told_of(self._wanted), None
        found = self._bodies.get(frame.id)
        if found is None:
            return self._here.open(frame)
        if isinstance(found, str):
            raise UnsoundBodyError(found)
        return found

    def _told_of(self, wanted: tuple[str, int]) -> dict[bytes, dict[str, JSON] | str]:
        while wanted not in self._early and (length := self._told.read(_LENGTH.size)):
            told = self._told.read(_LENGTH.unpack(length)[0])
            name, of, bodies = marshal.loads(told)  # noqa: S302  # our own fork wrote it
            self._early[name, of] = bodies
        return self._early.pop(wanted, {})


def open_committed(frame: Frame, key: bytes) -> dict[str, JSON]:
    """Open the body of a frame and hold all its fields against the commitment in its header.

    Raises:
        UnsoundBodyError: it does not open with the key, or is not what was committed to.
    """
    body, commitment = open_whole(frame.body, key)
    committed = _COMMITTED.match(frame.header)
    if committed is None or committed[1] != commitment.hex().encode():
        message = "it has other fields than its header commits to"
        raise UnsoundBodyError(message)
    return body


@contextmanager
def opener(case: Case, keys: Keys) -> Iterator[Opener]:
    """Give who opens the bodies of a case's journal while the block runs.

    Raises:
        DiskError: the disk refuses.
    """
    here = Here(keys)
    if sys.platform != "linux" or _bytes_of(case) < _WORTH_A_FORK:
        yield here
        return
    keys()  # read once, before there are two
    parent = os.getpid()
    with disk_refusals("reading the journal with two processes", case.journals):
        told, tell = os.pipe()
        _widen(tell)
        child = os.fork()
    if child == 0:
        os.close(told)
        _run_child(case, here, parent, tell)
    os.close(tell)
    with os.fdopen(told, "rb") as answer:
        try:
            yield Beside(answer, here)
        finally:
            os.kill(child, 9)
            os.waitpid(child, 0)


def _bytes_of(case: Case) -> int:
    with disk_refusals("reading the journal", case.journals):
        return sum(path.stat().st_size for lane in lanes(case) for path in segments(lane.folder))


def _widen(pipe: int) -> None:
    """Let a pipe hold a segment's bodies, so that who fills it goes on to the next meanwhile."""
    with suppress(OSError):  # a limit of the system for all pipes: then it waits, and no more
        fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)


def _run_child(case: Case, here: Here, parent: int, tell: int) -> None:
    """Open the bodies not left to the parent, and end without any of the parent's clearing up."""
    try:
        with os.fdopen(tell, "wb") as out:
            for lane in lanes(case):
                for number, path in enumerate(segments(lane.folder), start=1):
                    # A parent that was killed must not leave a child holding its lock.
                    if os.getppid() != parent:
                        return
                    untrusted = read_segment(path).untrusted
                    here.turn_to(lane, number)
                    told = marshal.dumps((lane.name, number, _bodies(here, untrusted)))
                    out.write(_LENGTH.pack(len(told)) + told)
    finally:
        # Whatever it met, the parent meets too, and tells of it.
        os._exit(0)


def _bodies(here: Here, untrusted: bytes) -> dict[bytes, dict[str, JSON] | str]:
    found: dict[bytes, dict[str, JSON] | str] = {}
    for frame in frames(untrusted):
        if frame.start < _LEFT:
            continue
        try:
            body = here.open(frame)
        except UnsoundBodyError as error:
            found[frame.id] = str(error)
        else:
            if body is not None:
                found[frame.id] = body
    return found
