"""What is said to other programs by the environment: how to run, and never anything secret.

Others on the machine can read it, and every program that is started inherits it. So settings are
written here alone, and taken back; nothing here reads one for its own use.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

ONE_THREAD: Final = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
"""What the libraries beneath NumPy ask how many threads to start, when they are loaded."""


@contextmanager
def with_environment(**settings: str) -> Iterator[None]:
    """Tell programs that are started meanwhile; then everything is as it was."""
    before = {name: os.environ.get(name) for name in settings}
    os.environ.update(settings)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def one_thread_here() -> None:
    """Keep this process to one thread of linear algebra, unless its user has said otherwise.

    Small matrices many times over: several threads would wait for one another most of the time.
    To be called before NumPy is loaded.
    """
    for name, value in ONE_THREAD.items():
        os.environ.setdefault(name, value)
