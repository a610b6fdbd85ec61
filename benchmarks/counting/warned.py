"""How often it is told that lists overlap beyond chance, where it is known why they do.

The last columns: of how many tables differences between persons explain it better than lists that
depend on each other, so that without `latent_class` nothing is quoted of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from benchmarks.counting.designs import Design, designs, fresh, stored
from qantar.counting.heterogeneity import (
    Shared,
    pairs_explain_better,
    shared_dependence,
)
from qantar.counting.preconditions import usable
from qantar.counting.table import CaptureTable

_HEADER: Final = (
    "design",
    "stored",
    "told",
    "drawn anew",
    "told",
    "told in 100",
    "persons differ: stored",
    "persons differ: anew",
)


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
    before, now = list(map(shared, kept)), list(map(shared, drawn))
    told = sum(1 for one in now if one)
    cells = (
        design.name,
        f"{len(kept)}",
        f"{sum(1 for one in before if one)}" if kept else "",
        f"{len(drawn)}",
        f"{told}",
        f"{100 * told / len(drawn):.1f}",
        f"{sum(map(persons_differ, kept, before))}" if kept else "",
        f"{sum(map(persons_differ, drawn, now))}",
    )
    return f"| {' | '.join(cells)} |"


def shared(table: CaptureTable) -> Shared | None:
    """What a user of this table is told; None where nothing is, as where nothing is estimated."""
    looked = usable(table)
    found = None if looked.refused else shared_dependence(looked.table)
    return found if found is not None and found.is_told else None


def persons_differ(table: CaptureTable, told: Shared | None) -> bool:
    """Whether nothing that takes persons to be alike is quoted of this table."""
    return told is not None and not pairs_explain_better(usable(table).table, told)
