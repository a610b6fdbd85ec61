"""Workers share the tests so that each begins with what is slow, and none is lost or run twice."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.order import SLOWEST, slowest_first

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class One:
    nodeid: str


def collected() -> list[One]:
    """As many of each slow kind, among others that are not slow."""
    slow = [
        One(f"{file}::test_{number}{part or '[x]'}")
        for number in range(3)
        for file, part in SLOWEST
    ]
    return sorted([*slow, *(One(f"tests/x/test_{at}.py::test") for at in range(100))], key=str)


@pytest.mark.parametrize("workers", [2, 3, 4, 16, 200])
def test_each_test_is_there_once(workers: int) -> None:
    assert sorted(slowest_first(collected(), workers), key=str) == collected()
    assert slowest_first([], workers) == []


@pytest.mark.parametrize("workers", [2, 3, 4])
def test_each_stretch_begins_with_what_is_slow_and_one_has_all_of_a_kind(workers: int) -> None:
    ordered = slowest_first(collected(), workers)
    begins = 0
    whose: dict[str, set[int]] = {}
    for worker in range(workers):
        stretch = (len(ordered) - begins) // (workers - worker)
        mine = ordered[begins : begins + stretch]
        begins += stretch
        quick = [one.nodeid.startswith("tests/x/") for one in mine]
        assert quick == sorted(quick)
        assert not quick[0]
        for one in mine:
            whose.setdefault(one.nodeid.partition("::")[0], set()).add(worker)
    assert whose["tests/faults/test_team_schedules.py"] < set(range(workers))
    assert len(whose["tests/faults/test_erased.py"]) == 1


def test_what_is_not_slow_keeps_its_order() -> None:
    others = [one for one in collected() if one.nodeid.startswith("tests/x/")]
    assert [one for one in slowest_first(collected(), 3) if one in others] == others


def test_the_slowest_are_tests_that_are_there() -> None:
    assert [file for file, _ in SLOWEST if not (ROOT / file).is_file()] == []
