"""How strata are counted: side by side where there are several, and with what effort."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Final

from qantar.counting.asked import Asked
from qantar.counting.strata import Run
from qantar.workbench.beside import processors, side_by_side

_LEAST_FOR_SEVERAL: Final = 4
"""Strata from which on starting more processes is worth it."""

_MANY: Final = 20
_REPLICATES: Final = 200
"""Strata above which the bootstrap of each has fewer replicates than a thousand, and how many."""


def run_for(strata: int) -> Run:
    """Give what does so many strata; the numbers are the same whoever does them."""
    workers = min(processors(), strata // 2)
    if strata < _LEAST_FOR_SEVERAL or workers < 2:  # noqa: PLR2004  # one is this one
        return map
    return partial(side_by_side, workers=workers)


def of_many(asked: Asked, strata: int) -> Asked:
    """Ask of strata what is read of them.

    Of each of many strata nobody reads what would move its answer, and the ends of one bootstrap
    need not be as sharp where what is quoted is a sum of others.
    """
    return replace(asked, sensitivity=False, replicates=_REPLICATES if strata > _MANY else None)
