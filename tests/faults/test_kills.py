"""Killed at any instant, a case loses nothing that was acknowledged and always opens."""

from __future__ import annotations

import pytest

from tests.faults.chance import chance
from tests.faults.chores import CHORES
from tests.faults.kills import Chore, kill_often

KILLS = 30
"""Of each chore in each of two rows: 300 over adding, deciding, building, merging and erasing, and 60
over mending. `python -m tests.faults.kills` does 10,000."""


@pytest.mark.parametrize("chore", CHORES, ids=lambda chore: chore.name)
@pytest.mark.parametrize("row", [1, 2])
def test_kills_at_random_instants_lose_nothing_acknowledged(chore: Chore, row: int) -> None:
    toll = kill_often(chore, KILLS, chance(row * KILLS))
    assert toll.faults == ()
    assert toll.acknowledged >= KILLS // 4
