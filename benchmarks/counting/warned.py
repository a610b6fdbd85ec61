"""How often it is told that persons differ, where it is known whether they do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from benchmarks.counting.designs import Design, designs, fresh, stored
from qantar.counting.heterogeneity import shared_dependence
from qantar.counting.preconditions import usable
from qantar.counting.table import CaptureTable

_HEADER: Final = ("design", "stored", "told", "drawn anew", "told", "told in 100")


def lines(names: Sequence[str], *, seed: int, count: int) -> Iterator[str]:
    """Give a row for each design.

    Args:
        names: beginnings of names of designs; all where there are none.
        seed: of the tables that are drawn anew.
        count: of these, how many.
    """
    yield f"| {' | '.join(_HEADER)} |"
    yield f"|{'---|' * len(_HEADER)}"
    for design in designs():
        if not names or any(design.name.startswith(asked) for asked in names):
            yield line(design, seed=seed, count=count)


def line(design: Design, *, seed: int, count: int) -> str:
    """Word one row."""
    kept = [table for table, _ in stored(design.name)] if design.peers else []
    drawn = list(fresh(design, count, seed))
    now = sum(map(is_told, drawn))
    cells = (
        design.name,
        f"{len(kept)}",
        f"{sum(map(is_told, kept))}" if kept else "",
        f"{len(drawn)}",
        f"{now}",
        f"{100 * now / len(drawn):.1f}",
    )
    return f"| {' | '.join(cells)} |"


def is_told(table: CaptureTable) -> bool:
    """Whether a user of this table is told; where nothing is estimated nobody is."""
    looked = usable(table)
    shared = None if looked.refused else shared_dependence(looked.table)
    return shared is not None and shared.is_told
