"""Checking that each body says what its header commits to, beside the reading of the journal.

It is the dearest part of a full check, and needs nothing of the rest: where the
system can fork, a second process does it while the first reads.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from qantar.archive.body import UnsoundBodyError, commitment_of, open_body
from qantar.archive.case import Case
from qantar.archive.chain import Keys
from qantar.archive.frame import Frame, UnsoundEntryError, frames, read_header
from qantar.archive.lanes import Lane, lanes
from qantar.archive.segments import PUT_BACK, read_segment, segments
from qantar.errors import JournalBrokenError, QantarError

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
    try:
        header = read_header(frame.header)
        commitment = bytes.fromhex(header.commitment)
        key = keys.get(commitment)
        # What stands torn at the end is no entry, and its body not the sealed one.
        if not frame.body or key is None or hashlib.sha256(frame.body).hexdigest() != header.sealed:
            return
        fits = commitment_of(open_body(frame.body, key), key) == commitment
        fault = "has other fields than its header commits to"
    except UnsoundEntryError:
        return  # the chain tells of it
    except UnsoundBodyError as error:
        fits, fault = False, f"cannot be opened: {error}"
    if not fits:
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
