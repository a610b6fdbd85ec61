"""Killed at any instant, a case loses nothing that was acknowledged and always opens."""

from __future__ import annotations

import pytest

from tests.faults.chance import chance
from tests.faults.chores import CHORES
from tests.faults.kills import Chore, kill_often

KILLS = 50
"""Of each chore, so that all together are 300; `python -m tests.faults.kills` does 10,000."""


@pytest.mark.parametrize("chore", CHORES, ids=lambda chore: chore.name)
def test_kills_at_random_instants_lose_nothing_acknowledged(chore: Chore) -> None:
    toll = kill_often(chore, KILLS, chance(KILLS))
    assert toll.faults == ()
    assert toll.acknowledged >= KILLS // 4
