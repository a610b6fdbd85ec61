"""How long many strata take, and in how much memory: as `qantar count --strata` counts them."""

from __future__ import annotations

import csv
import os
import resource
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from time import perf_counter
from typing import Final

import numpy as np

from benchmarks.counting.designs import Design, designs, fresh
from qantar.counting.asked import Asked
from qantar.model.counted import CountedStrata
from qantar.workbench.count import CountJob, count_file

STRATA: Final = (24, 100, 1_000)
DESIGN: Final = "prior2class4"
FEWEST: Final = 100
MOST: Final = 5_000
"""People of a stratum, those on no list included: between these, evenly on the scale of logs."""

_HEADER: Final = (
    "strata",
    "people",
    "named",
    "quoted",
    "refused",
    "intervals that hold the truth",
    "total",
    "elapsed",
    "CPU, all processes",
    "memory: this process, the largest other",
    "load before, after",
)


def lines(numbers: Sequence[int], methods: Sequence[str], seed: int) -> Iterator[str]:
    """Give a row for each number of strata.

    Four lists, and for each stratum its own two kinds of persons with chances of their own: of any
    share, each chance from Beta(1, 4).

    Args:
        numbers: of strata.
        methods: names of estimators; all where there are none.
        seed: of the tables, and of the counting.
    """
    yield f"| {' | '.join(_HEADER)} |"
    yield f"|{'---|' * len(_HEADER)}"
    for number in numbers:
        yield line(number, methods, seed)


def line(number: int, methods: Sequence[str], seed: int) -> str:
    """Count so many strata, and word the row."""
    with tempfile.TemporaryDirectory(prefix="qantar-strata-") as folder:
        path = Path(folder) / "patterns.csv"
        people = write(path, number, seed)
        load, before, start = os.getloadavg()[0], _seconds(), perf_counter()
        asked = Asked(methods=tuple(methods) or None, seed=seed)
        found = count_file(CountJob(file=path, by=("stratum",), asked=asked)).counted
        elapsed, used = perf_counter() - start, _seconds() - before
    if not isinstance(found, CountedStrata):
        message = "a table with strata is counted by them"
        raise TypeError(message)
    heads = {dict(one.stratum)["stratum"]: one.counted.headline for one in found.strata}
    quoted = {name: head for name, head in heads.items() if head}
    held = sum(head.low <= people[name] <= head.high for name, head in quoted.items())
    total = (found.partial or found.total).headline
    whose = "of those quoted" if found.partial else "of all"
    cells = (
        f"{number:,}",
        f"{sum(people.values()):,}",
        f"{found.total.observed:,}",
        f"{len(quoted):,}",
        f"{number - len(quoted):,}",
        f"{held:,} of {len(quoted):,}",
        f"{total.estimate:,.0f} ({total.low:,.0f} to {total.high:,.0f}) {whose}, "
        f"{sum(people[name] for name in quoted):,} in truth"
        if total
        else "none",
        f"{elapsed:,.0f} s",
        f"{used:,.0f} s",
        ", ".join(f"{size:,.0f} MB" for size in _megabytes()),
        f"{load:.1f}, {os.getloadavg()[0]:.1f}",
    )
    return f"| {' | '.join(cells)} |"


def write(path: Path, number: int, seed: int) -> dict[str, int]:
    """Write a table of so many strata, and give how many people each truly has."""
    (design,) = (one for one in designs() if one.name == DESIGN)
    rng = np.random.default_rng(seed)
    sizes = np.exp(rng.uniform(np.log(FEWEST), np.log(MOST), size=number)).astype(int).tolist()
    people = {f"s{place:04}": size for place, size in enumerate(sizes)}
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("stratum", *(f"list {j + 1}" for j in range(design.lists)), "count"))
        for place, (name, size) in enumerate(people.items()):
            writer.writerows((name, *row) for row in _rows(design, size, [seed, place]))
    return people


def _rows(design: Design, people: int, seed: Sequence[int]) -> Iterator[tuple[int, ...]]:
    own = int(np.random.SeedSequence(seed).generate_state(1)[0])
    (table,) = fresh(replace(design, people=people), 1, own)
    for mask, count in zip(table.masks.tolist(), table.counts.tolist(), strict=True):
        yield (*(mask >> j & 1 for j in range(design.lists)), count)


def _seconds() -> float:
    """CPU seconds of this process, and of those it started that have ended."""
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in used)


def _megabytes() -> Iterator[float]:
    """The most memory that this process held, and the one of those it started that held most."""
    for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN):
        size = resource.getrusage(who).ru_maxrss
        yield size / (1 << 20 if sys.platform == "darwin" else 1 << 10)
