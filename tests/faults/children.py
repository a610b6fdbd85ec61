"""Child processes to stop, starve and kill: forked, so that they cost milliseconds."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import traceback
import warnings
from collections.abc import Callable
from functools import partial

from qantar.readers.tesseract import reads_with

# What reads by sight is looked at once in a process: here, so that no child does it again.
reads_with()

FAILED = 70
_PR_SET_PDEATHSIG = 1  # linux/prctl.h


def start(work: Callable[[], object]) -> int:
    """Run `work` in a forked child, a process group of its own; gives its pid.

    It ends with 0 when `work` returns, with `FAILED` and a traceback when it raises. It
    does not outlive its parent: one that works for ever would.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    parent = os.getpid()
    with warnings.catch_warnings():
        # From Python 3.12 on: a test runner has threads; the child touches none of them.
        warnings.simplefilter("ignore", DeprecationWarning)
        pid = os.fork()
    if pid == 0:
        _run_and_exit(partial(_mortal, parent, work))
    return pid


def kill(pid: int) -> None:
    """Kill a child of `start`, with all it forked itself, as a power switch would."""
    try:
        os.killpg(pid, signal.SIGKILL)
    except ProcessLookupError:
        # It has not made its group yet, or is gone.
        os.kill(pid, signal.SIGKILL)


def wait(pid: int) -> int:
    """Wait for a child's end: its exit code, or minus the signal that ended it."""
    _, status = os.waitpid(pid, 0)
    return os.waitstatus_to_exitcode(status)


def outcome(work: Callable[[], bytes]) -> bytes:
    """Run `work` in a child of its own and give what it returned.

    Raises:
        AssertionError: it raised; its traceback is on standard error.
    """
    told, tell = os.pipe()
    pid = start(lambda: _tell_all(tell, work()))
    os.close(tell)
    with os.fdopen(told, "rb") as answers:
        found = answers.read()
    code = wait(pid)
    assert code == 0, f"the child ended with {code}"
    return found


def _mortal(parent: int, work: Callable[[], object]) -> None:
    """Do the work, and die when the parent does, where the system has a way for that."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            return
    work()


def _tell_all(tell: int, data: bytes) -> None:
    with os.fdopen(tell, "wb") as answers:
        answers.write(data)


def _run_and_exit(work: Callable[[], object]) -> None:
    code = FAILED
    try:
        os.setpgid(0, 0)
        work()
        code = 0
    except BaseException:  # noqa: BLE001  # whatever it is, a child never runs its parent's code
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
