"""Folders to attack in: in memory where the system has such a place, gone afterwards."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_IN_MEMORY = Path("/dev/shm")  # noqa: S108  # only a place: the folder itself is made anew and private


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """Make a new private folder; where forcing to the disk costs nothing, if there is such a place."""
    place = _IN_MEMORY if _IN_MEMORY.is_dir() and os.access(_IN_MEMORY, os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="qantar-faults-", dir=place) as name:
        yield Path(name).resolve()
