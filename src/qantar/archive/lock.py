"""One writer at a time. Readers never ask."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from qantar.archive.case import FOLDERS, Case
from qantar.archive.disk import FILE_MODE, disk_refusals, make_folder, sweep
from qantar.archive.mending import finish
from qantar.errors import CaseLockedError

_LOCK = "lock"
_HOLDER = "lock.pid"
_NO_PID = 2**31
_LOOKS, _PAUSE = 20, 0.005  # for a holder between taking the lock and signing in: 0.1 s in all


@contextmanager
def writing(case: Case) -> Iterator[None]:
    """Hold the right to write to `case` for the length of the block.

    May be nested within one thread. The operating system gives the lock back
    when its holder dies, however it dies. What a dead writer left half-written
    is removed before the block begins, a mending of journals that it had begun is
    ended, and standard folders that a copy of the case lost because they were empty
    are made again.

    Raises:
        CaseLockedError: another process or thread is writing; nothing is waited for.
        DiskError: the disk refuses.
    """
    lock = FileLock(case.root / _LOCK, mode=FILE_MODE, is_singleton=True)
    outermost = not lock.is_locked
    with disk_refusals("locking the case", case.root / _LOCK):
        try:
            lock.acquire(blocking=False)
        except Timeout:
            raise _locked(case) from None
    try:
        if outermost:
            _sign_in(case.root / _HOLDER)
            _make_missing(case)
            _sweep(case)
            finish(case)
        yield
    finally:
        if outermost:
            _sign_out(case.root / _HOLDER)
        lock.release()


def writer(case: Case) -> int | None:
    """Give the pid of the process that is writing to the case now; None for none.

    Takes no lock away from anybody: the lock is tried only where a process that runs
    has signed in, since a writer would take even a short try for another writer.

    Raises:
        DiskError: the disk refuses.
    """
    pid = _signed_in(case.root / _HOLDER)
    if pid is None:
        return None
    with disk_refusals("looking at the lock", case.root / _LOCK):
        try:
            descriptor = os.open(case.root / _LOCK, os.O_RDONLY | os.O_NOFOLLOW)
        except OSError:  # no file, or a link: nobody holds a lock on that
            return None
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return pid
        finally:
            os.close(descriptor)
    return None


def _make_missing(case: Case) -> None:
    """Make the standard folders that are not there: git, zip and others drop empty ones."""
    for name in FOLDERS:
        if not (case.root / name).is_dir():
            make_folder(case.root / name)


def _sweep(case: Case) -> None:
    """Clear what dead writers left half-written away, wherever files are written."""
    for folder in (case.root, case.keys, case.ring):
        if folder.is_dir():
            sweep(folder, overwrite=True)
    below = [one for top in (case.journals, case.witness, case.inbox) for one in top.glob("*/")]
    flat = (case.originals, case.journals, case.witness, case.inbox, case.releases)
    for folder in (*flat, *below, case.record_db.parent):
        if folder.is_dir():
            sweep(folder)


def _sign_in(path: Path) -> None:
    # The pid is a courtesy to the one who is refused: a full disk must not keep
    # anyone from erasing, so failing to leave it is not an error.
    with suppress(OSError):
        descriptor = os.open(path, os.O_WRONLY | os.O_NOFOLLOW | os.O_CREAT | os.O_TRUNC, FILE_MODE)
        try:
            os.write(descriptor, f"{os.getpid()}\n".encode("ascii"))
        finally:
            os.close(descriptor)


def _sign_out(path: Path) -> None:
    with suppress(OSError):
        path.unlink(missing_ok=True)


def _locked(case: Case) -> CaseLockedError:
    pid = _holder(case.root / _HOLDER)
    who = "another process" if pid is None else f"process {pid}"
    return CaseLockedError(
        f"{who} is writing to this case.",
        where=str(case.root),
        next="Wait until it ends, or end it, then run the command again.",
    )


def _holder(path: Path) -> int | None:
    """Find the holder's pid; None when it has not signed in within a tenth of a second.

    A pid that no longer runs was left by a writer that was killed.
    """
    for _ in range(_LOOKS):
        pid = _signed_in(path)
        if pid is not None:
            return pid
        time.sleep(_PAUSE)
    return None


def _signed_in(path: Path) -> int | None:
    with suppress(OSError, ValueError):
        pid = int(path.read_bytes()) if path.is_file() else 0
        if 0 < pid < _NO_PID and _runs(pid):
            return pid
    return None


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
