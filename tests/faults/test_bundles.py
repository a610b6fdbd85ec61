"""Whatever a stick holds: no crash, nothing adopted that honest devices did not write, little memory."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.faults.bundles import MOST_MEMORY, Range, cut, fire, memory, prepare
from tests.faults.chance import chance
from tests.faults.scratch import scratch_folder

CUT_EVERY, CHANGED = 37, 400
"""The figures in `benchmarks/README.md` are of every offset, and of 20,000 and more."""


@pytest.fixture(scope="module")
def range_() -> Iterator[Range]:
    with scratch_folder() as folder:
        yield prepare(folder)


def test_a_bundle_cut_anywhere_is_refused_whole(range_: Range) -> None:
    toll = cut(range_, every=CUT_EVERY)
    assert toll.wrong == []
    assert toll.became.keys() == {"refused whole"}


def test_no_changed_bundle_crashes_a_merge_or_brings_in_what_nobody_wrote(range_: Range) -> None:
    # The test runner may have drawn charts before: what counts is what is added to that.
    before = memory()
    toll = fire(range_, CHANGED, chance(1))
    assert toll.wrong == []
    assert memory() - before < MOST_MEMORY // 4


def test_the_changes_reach_behind_the_parser(range_: Range) -> None:
    """Bundles that are refused at the door prove little."""
    became = fire(range_, 150, chance(2)).became
    assert sum(n for fate, n in became.items() if fate != "refused whole") > 20
