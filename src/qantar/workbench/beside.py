"""Work that several processes do side by side, on as many processors as this one may use.

They are spawned, because a forked process would carry locks of threads that it does not have, and
keys that it has no use for. Each gives up what this one has given up, and ends when this one ends.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context, parent_process
from multiprocessing.connection import wait
from threading import Thread
from typing import TypeVar

from qantar.archive.hardening import harden
from qantar.workbench.environment import ONE_THREAD, with_environment

Job = TypeVar("Job")
Result = TypeVar("Result")


def processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1


def side_by_side(
    function: Callable[[Job], Result], jobs: Sequence[Job], *, workers: int
) -> Iterable[Result]:
    """Do jobs in several processes, and give what they came to one by one, in their order.

    Args:
        function: one that a process can find by its name.
        jobs: what can be pickled.
        workers: how many processes; each does its linear algebra in one thread, because as many
            threads as processors in each of as many processes would wait for one another.
    """
    with (
        with_environment(**ONE_THREAD),
        ProcessPoolExecutor(
            workers, mp_context=get_context("spawn"), initializer=_begin_beside
        ) as pool,
    ):
        yield from pool.map(function, jobs)


def _begin_beside() -> None:
    """Give up what the first process has given up; stopped or left alone, say nothing and end."""
    harden()
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """A process that waits for work is not told that nobody is left to give any."""
    parent = parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)
