"""Checking that each body says what its header commits to, beside the reading of the journal.

It is the dearest part of a full check, and needs nothing of the rest: where the
system can fork, a second process does it while the first reads.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from qantar.archive.body import UnsoundBodyError, open_whole
from qantar.archive.case import Case
from qantar.archive.chain import Keys
from qantar.archive.frame import Frame, UnsoundEntryError, frames, is_sealed, read_header
from qantar.archive.lanes import Lane, lanes
from qantar.archive.segments import PUT_BACK, read_segment, segments
from qantar.errors import JournalBrokenError, QantarError

_COMMITTED = re.compile(rb'\{"at":"[0-9TZ:-]{17}","body":"([0-9a-f]{64})"')
_WORTH_A_FORK = 16 * 1024 * 1024  # bytes of journal; some 20,000 entries


def verify_commitments(
    case: Case, ask_keys: Keys, *, go_on: Callable[[], bool] = lambda: True
) -> None:
    """Hold each body that opens against the commitment in its header, in all lanes.

    Args:
        case: the case.
        ask_keys: body keys; a body without one is not checked.
        go_on: asked before each segment; false ends the check.

    Raises:
        JournalBrokenError: a body says something else, or does not open with its key.
        DiskError: the disk refuses.
    """
    for lane in lanes(case):
        for path in segments(lane.folder):
            if not go_on():
                return
            untrusted = read_segment(path).untrusted
            keys = ask_keys()
            for frame in frames(untrusted):
                _check(lane, frame, keys)


@contextmanager
def checked_beside(case: Case, ask_keys: Keys) -> Iterator[None]:
    """Check all commitments while the block runs; the end of the block waits for it.

    Raises:
        JournalBrokenError, DiskError: as `verify_commitments`, at the end of the block.
    """
    if sys.platform != "linux" or _bytes_of(case) < _WORTH_A_FORK:
        yield
        verify_commitments(case, ask_keys)
        return
    told, tell = os.pipe()
    parent = os.getpid()
    child = os.fork()
    if child == 0:
        os.close(told)
        _run_child(case, ask_keys, parent, tell)
    os.close(tell)
    with os.fdopen(told, "rb") as answer:
        try:
            yield
        except BaseException:
            os.kill(child, 9)
            os.waitpid(child, 0)
            raise
        said = answer.read()
        os.waitpid(child, 0)
    _take(said)


def _check(lane: Lane, frame: Frame, keys: Mapping[bytes, bytes]) -> None:
    # The place of the commitment is the same in every header; the chain reads it strictly.
    committed = _COMMITTED.match(frame.header) if frame.body else None
    key = keys.get(bytes.fromhex(committed[1].decode())) if committed else None
    if committed is None or key is None:
        return
    fault = "has other fields than its header commits to"
    try:
        _, commitment = open_whole(frame.body, key)
        if commitment.hex().encode() == committed[1]:
            return
    except UnsoundBodyError as error:
        fault = f"cannot be opened: {error}"
    _tell(lane, frame, fault)


def _tell(lane: Lane, frame: Frame, fault: str) -> None:
    try:
        header = read_header(frame.header)
    except UnsoundEntryError:
        return  # the chain tells of it
    if is_sealed(frame, header):  # else it is no entry but a write torn at the end, or the chain's
        message = f"entry {header.seq} of {lane.words} {fault}."
        raise JournalBrokenError(message, where=str(lane.folder), next=PUT_BACK)


def _bytes_of(case: Case) -> int:
    return sum(path.stat().st_size for lane in lanes(case) for path in segments(lane.folder))


def _run_child(case: Case, ask_keys: Keys, parent: int, tell: int) -> None:
    """Check, tell the parent in one line, and end without any of the parent's clearing up."""
    code = 1
    try:
        said = "sound"
        try:
            # A parent that was killed must not leave a child holding its lock.
            verify_commitments(case, ask_keys, go_on=lambda: os.getppid() == parent)
        except QantarError as error:
            said = json.dumps([error.message, error.where, error.next])
        os.write(tell, said.encode())
        code = 0
    finally:
        os._exit(code)


def _take(said: bytes) -> None:
    if said == b"sound":
        return
    if not said:
        message = "the process that checked the commitments of the journal died."
        raise RuntimeError(message)
    message, where, hint = json.loads(said)
    raise JournalBrokenError(message, where=where, next=hint)
