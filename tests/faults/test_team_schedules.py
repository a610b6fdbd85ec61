"""However a team's bundles travel, all end with one state, one record, and nothing lost."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.faults.schedules import Outcome, play

SEEDS = range(18)
"""The figures in `benchmarks/README.md` are of many more."""


@pytest.fixture(scope="module")
def outcomes() -> list[Outcome]:
    return [play(seed) for seed in SEEDS]


def test_every_schedule_ends_with_one_digest_and_nothing_lost(outcomes: list[Outcome]) -> None:
    assert [one for one in outcomes if one.wrong] == []


def test_the_schedules_have_what_they_are_to_try(outcomes: list[Outcome]) -> None:
    happened = sum((one.happened for one in outcomes), Counter[str]())
    rare = ("copied", "put back", "shut out", "lost", "waited", "kept to be merged again", "parts")
    assert all(happened[name] for name in rare), happened
