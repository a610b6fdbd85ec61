"""The order of tests where several workers share them: the slowest first, so that a run ends together.

`--dist worksteal` gives each worker one stretch of all tests, as they stand, and lets who has done
with its own take from the ends of others'. In the order of the alphabet nearly all that is slow
stood in the first stretch, and what is slowest was begun when the others had nothing left.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from typing import Final, Protocol, TypeVar

SLOWEST: Final = (
    ("tests/faults/test_kills.py", "[1-erase]"),
    ("tests/faults/test_kills.py", "[2-erase]"),
    ("tests/faults/test_kills.py", ""),
    ("tests/faults/test_each_step.py", "[erasing-"),
    ("tests/faults/test_team_schedules.py", ""),
    ("tests/faults/test_erased.py", ""),
    ("tests/faults/test_day_at_work.py", ""),
    ("tests/workbench/test_erase_model.py", ""),
    ("tests/faults/test_bundles.py", ""),
    ("tests/counting/test_counting_page.py", ""),
)
"""Files, and a part of tests' names: what `--durations` names first, in its order.

Those that have a fixture in common stand together, so that one worker makes it. Linking on Spark is
slow too, and not here: its Java stays with a worker until that ends, beside all that comes after.
"""


class Collected(Protocol):
    """A test as it was collected."""

    @property
    def nodeid(self) -> str:
        """Its file and name."""
        ...


One = TypeVar("One", bound=Collected)


def slowest_first(tests: Sequence[One], workers: int) -> list[One]:
    """Give each worker's stretch some of the slowest to begin with, and the others in their order."""
    slow: list[list[One]] = [[] for _ in SLOWEST]
    others: list[One] = []
    for test in tests:
        at = _place(test.nodeid)
        (others if at is None else slow[at]).append(test)
    begin: list[list[One]] = [[] for _ in range(workers)]
    for number, group in enumerate(slow):
        there, back = divmod(number, workers)
        begin[back if there % 2 == 0 else workers - 1 - back] += group  # and back, as it is fair
    ordered: list[One] = []
    left = iter(others)
    for number, first in enumerate(begin):
        # As many as the scheduler will give this worker.
        stretch = (len(tests) - len(ordered)) // (workers - number)
        ordered += [*first, *islice(left, max(0, stretch - len(first)))]
    return [*ordered, *left]


def _place(name: str) -> int | None:
    places = (
        at for at, (file, part) in enumerate(SLOWEST) if name.startswith(file) and part in name
    )
    return next(places, None)
