"""Opening the bodies of entries, in this process or in one beside it.

Opening a body costs as much as all the rest of reading an entry. A long journal is
therefore read by two: a forked process opens bodies, stretch by stretch, ahead of this
one, which follows the chain. Where that has not come yet, this one opens a stretch
itself, and the other goes on behind it, so that neither waits for the other. Each body
is held against its commitment: the ring knows a key by that alone, and whoever has a
key can seal something else under it and name it so.
"""

from __future__ import annotations

import fcntl
import gc
import marshal
import mmap
import os
import re
import struct
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from itertools import groupby
from typing import BinaryIO, NoReturn, Protocol, TypeAlias

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
_STRETCH = 128 * 1024  # bytes of a segment that one of the two opens at a time
_PIPE_BYTES = 1024 * 1024  # the most that a system grants without being asked
# The place of the commitment is the same in every header; the chain reads headers strictly.
_COMMITTED = re.compile(rb'\{"at":"[0-9TZ:-]{17}","body":"([0-9a-f]{64})"')
_LENGTH = struct.Struct(">Q")
_PLACE = struct.Struct("=q")

_Bodies: TypeAlias = "dict[bytes, dict[str, JSON] | str]"
"""Bodies by the id of their entry; of one that is unsound, why."""


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


class Stretches:
    """The stretches of a journal, numbered, and who of two processes opens which.

    In memory that both see. Each writes only what is its own, and only once the other has
    what it needs, so that no lock is wanted: at worst both open the same stretch.
    """

    def __init__(self, case: Case) -> None:
        """Number the stretches of all segments that are there now."""
        self._first: dict[tuple[str, int], int] = {}
        most = -(-SEGMENT_BYTES // _STRETCH)  # of one segment
        for lane in lanes(case):
            for number in range(1, len(segments(lane.folder)) + 1):
                self._first[lane.name, number] = len(self._first) * most
        self._shared = mmap.mmap(-1, _PLACE.size + len(self._first) * most)

    def first(self, lane: Lane, number: int) -> int | None:
        """Give the number of a segment's first stretch; None if it was not there."""
        return self._first.get((lane.name, number))

    def arrive(self, stretch: int) -> bool:
        """Tell that the reader has come to a stretch; gives whether the other opens it."""
        _PLACE.pack_into(self._shared, 0, stretch)
        return self._shared[_PLACE.size + stretch] == 1

    def claim(self, stretch: int) -> bool:
        """Take a stretch for the other; false where the reader is there or just before it."""
        reader: int = _PLACE.unpack_from(self._shared, 0)[0]
        free = stretch > reader + 1
        self._shared[_PLACE.size + stretch] = free
        return free


class Beside:
    """Takes bodies that a process beside opens; what that does not open is opened here."""

    def __init__(self, told: BinaryIO, stretches: Stretches, here: Here) -> None:
        """Take the end of a pipe, who opens what, and who opens the rest."""
        self._told, self._stretches, self._here = told, stretches, here
        self._first: int | None = None
        self._now = -1
        self._bodies: _Bodies = {}

    def turn_to(self, lane: Lane, number: int) -> None:
        """Begin with a segment."""
        self._here.turn_to(lane, number)
        self._first, self._now, self._bodies = self._stretches.first(lane, number), -1, {}

    def open(self, frame: Frame) -> dict[str, JSON] | None:
        """Give a body; see `Opener`."""
        if self._now != (now := frame.start // _STRETCH):
            self._now, self._bodies = now, self._bodies_of(now)
        found = self._bodies.get(frame.id)
        if found is None:
            return self._here.open(frame)
        if isinstance(found, str):
            raise UnsoundBodyError(found)
        return found

    def _bodies_of(self, now: int) -> _Bodies:
        """Wait for a stretch that the other has taken; give nothing of one that it has not."""
        if self._first is None or not self._stretches.arrive(wanted := self._first + now):
            return {}
        while length := self._told.read(_LENGTH.size):
            told = self._told.read(_LENGTH.unpack(length)[0])
            stretch, bodies = marshal.loads(told)  # noqa: S302  # our own fork wrote it
            if stretch == wanted:
                return bodies  # type: ignore[no-any-return]  # as our fork wrote it
        return {}


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
    stretches = Stretches(case)
    with disk_refusals("reading the journal with two processes", case.journals):
        told, tell = os.pipe()
        _widen(tell)
        child = os.fork()
    if child == 0:
        os.close(told)
        _run_child(case, here, stretches, parent, tell)
    os.close(tell)
    with os.fdopen(told, "rb") as answer:
        try:
            yield Beside(answer, stretches, here)
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


def _run_child(case: Case, here: Here, stretches: Stretches, parent: int, tell: int) -> NoReturn:
    """Open what the parent has not come to, and end without any of the parent's clearing up."""
    gc.disable()  # it makes no cycles, and its parent's memory is not its own to walk through
    try:
        with os.fdopen(tell, "wb") as out:
            for lane in lanes(case):
                for number, path in enumerate(segments(lane.folder), start=1):
                    # A parent that was killed must not leave a child holding its lock.
                    if os.getppid() != parent:
                        os._exit(0)
                    if (first := stretches.first(lane, number)) is None:
                        continue
                    here.turn_to(lane, number)
                    _tell_segment(read_segment(path).untrusted, here, stretches, first, out)
    finally:
        # Whatever it met, the parent meets too, and tells of it.
        os._exit(0)


def _tell_segment(
    untrusted: bytes, here: Here, stretches: Stretches, first: int, out: BinaryIO
) -> None:
    """Open what nobody has opened of a segment, and tell it stretch by stretch."""
    for now, cut in groupby(frames(untrusted), key=_stretch_of):
        if stretches.claim(first + now):
            told = marshal.dumps((first + now, _bodies(here, cut)))
            out.write(_LENGTH.pack(len(told)) + told)
            out.flush()


def _stretch_of(frame: Frame) -> int:
    return frame.start // _STRETCH


def _bodies(here: Here, cut: Iterable[Frame]) -> _Bodies:
    found: _Bodies = {}
    for frame in cut:
        try:
            body = here.open(frame)
        except UnsoundBodyError as error:
            found[frame.id] = str(error)
        else:
            if body is not None:
                found[frame.id] = body
    return found
