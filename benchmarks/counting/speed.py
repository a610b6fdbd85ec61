"""How long each estimator takes: CPU seconds of a second run, when everything is compiled."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from time import perf_counter, process_time
from typing import Final

from tests.counting.made import expected
from tests.counting.published import published

from benchmarks.counting.estimators import ESTIMATORS
from qantar.counting.table import CaptureTable

_HEADER: Final = ("table", "lists", "named", "estimator", "first run", "CPU", "elapsed")
_NAMES: Final = (
    "korea_palembang",
    "kosovo_killings_1999",
    "hiv_rome",
    "uk_modern_slavery_5",
    "uk_modern_slavery_6",
    "new_orleans_trafficking_8",
    "philippines_quezon_unidentified",
    "philippines_caloocan_unidentified",
)
_MANY: Final = 10


def tables() -> dict[str, CaptureTable]:
    """Give published tables of 3 to 11 lists, three millions, and ten lists of few thousands."""
    found = {name: published()[name].table for name in _NAMES}
    found["3,000,000 persons"] = expected(3e6, [0.1, 0.12, 0.15, 0.08], ratio=3)
    found["ten lists"] = expected(5000, [0.1] * _MANY, ratio=3)
    return found


def lines(names: Sequence[str], methods: Sequence[str], seed: int) -> Iterator[str]:
    """Give the rows of the table, as they come."""
    yield f"| {' | '.join(_HEADER)} |"
    yield f"|{'---|' * len(_HEADER)}"
    for name, table in tables().items():
        if names and not any(name.startswith(asked) for asked in names):
            continue
        for method in methods:
            estimator = ESTIMATORS[method]
            start = perf_counter()
            estimator(table, seed)
            first = perf_counter() - start
            start, before = perf_counter(), process_time()
            estimator(table, seed)
            cells = (
                name,
                f"{len(table.lists)}",
                f"{table.observed:,}",
                method,
                f"{first:.2f} s",
                f"{process_time() - before:.2f} s",
                f"{perf_counter() - start:.2f} s",
            )
            yield f"| {' | '.join(cells)} |"
