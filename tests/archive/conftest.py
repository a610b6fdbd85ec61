"""A fresh case on a real disk, and real child processes to kill."""

from __future__ import annotations

import os
import sys
import traceback
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from types import FrameType

import pytest

from qantar.archive.case import Case, create_case

SystemCalls = Callable[[Callable[[], object]], list[str]]
Fork = Callable[[Callable[[], object]], int]
NewCase = Callable[[Path], Case]


def _new_case(path: Path) -> Case:
    """Make a case whose random parts are always the same."""
    repeatable = Random(2022).randbytes  # noqa: S311  # so that a failing test fails again
    return create_case(path, random_bytes=repeatable)


@pytest.fixture
def new_case() -> NewCase:
    """Give a way to make further cases."""
    return _new_case


@pytest.fixture
def case(tmp_path: Path) -> Case:
    """Make an empty open case."""
    return _new_case(tmp_path / "case")


@pytest.fixture
def system_calls() -> SystemCalls:
    """Give a way to watch in which order something writes, forces to disk and renames."""
    watched = {"write", "pwrite", "ftruncate", "fsync", "fcntl", "replace"}

    def watch(work: Callable[[], object]) -> list[str]:
        seen: list[str] = []

        def note(_frame: FrameType, event: str, called: object) -> None:
            name = getattr(called, "__name__", "")
            of_the_system = getattr(called, "__module__", "") in {"posix", "fcntl"}
            if event == "c_call" and of_the_system and name in watched:
                seen.append("fsync" if name == "fcntl" else name)  # macOS has its own fsync

        before = sys.getprofile()
        sys.setprofile(note)
        try:
            work()
        finally:
            sys.setprofile(before)
        return seen

    return watch


@pytest.fixture
def fork() -> Iterator[Fork]:
    """Give a way to run something in a child process, by its pid; exit 0 means it returned."""
    children: list[int] = []

    def start(work: Callable[[], object]) -> int:
        with warnings.catch_warnings():
            # From Python 3.12 on: a test runner has threads; the child touches none of them.
            warnings.simplefilter("ignore", DeprecationWarning)
            pid = os.fork()
        if pid == 0:
            _run_and_exit(work)
        children.append(pid)
        return pid

    yield start
    for pid in children:
        _make_sure_it_ended(pid)


def _run_and_exit(work: Callable[[], object]) -> None:
    code = 70
    try:
        work()
        code = 0
    except Exception:
        traceback.print_exc()
        raise
    finally:
        os._exit(code)


def _make_sure_it_ended(pid: int) -> None:
    try:
        ended, _ = os.waitpid(pid, os.WNOHANG)
    except ChildProcessError:
        return
    if ended == 0:
        os.kill(pid, 9)
        os.waitpid(pid, 0)
