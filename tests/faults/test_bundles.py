"""Whatever a stick holds: no crash, nothing adopted that honest devices did not write, little memory."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial

import pytest

from qantar.archive.own_device import new_device
from qantar.model.device import Role
from tests.faults import children, floods
from tests.faults.bundles import MOST_MEMORY, Range, cut, fire, memory, prepare
from tests.faults.chance import chance
from tests.faults.scratch import scratch_folder
from tests.faults.sealed import new_case

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


STRANGE, MOST_ADDED = 60_000, 48 * 1024 * 1024
"""When all of them were kept as entries, they took 85 MiB."""


def test_who_knows_nothing_but_the_line_of_a_device_fills_neither_memory_nor_screen() -> None:
    """`python -m tests.faults.floods` does it with all that a bundle may hold."""
    with scratch_folder() as folder:
        case, stranger = new_case(folder / "case"), new_device(Role.COLLECTOR, chance(3).randbytes)
        records = floods.entries(case.id, stranger, STRANGE)
        floods.flood(folder / "stick", case, stranger, records)
        told = json.loads(children.outcome(partial(floods.merged, case.root, folder / "stick")))
    assert (told["waiting"], told["refused"]) == (10_000, STRANGE - 10_000)
    assert told["lines"] == 2
    assert told["added"] < MOST_ADDED
