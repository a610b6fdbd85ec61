"""Whatever a member that turned and a stranger do, an erasure takes what its plan named, and all of it.

`python -m tests.faults.erase_model 2000` plays many more; its figure is in `benchmarks/README.md`.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from qantar.archive import erase_keys
from tests.faults.defence import Defence, Switch, nothing
from tests.faults.erase_model import play
from tests.faults.erase_team import Team

SEEDS = range(14)


@pytest.fixture(scope="module")
def teams() -> list[Team]:
    return [play(seed) for seed in SEEDS]


def test_nothing_is_lost_unnamed_and_nothing_is_left(teams: list[Team]) -> None:
    assert [wrong for team in teams for wrong in team.wrong] == []


def test_the_teams_do_what_they_are_to_try(teams: list[Team]) -> None:
    done = sum((team.done for team in teams), Counter[str]())
    rare = {"ask", "answer", "exchange", "meddle", "asked", "bare", "twin", "stored", "same key"}
    assert {name for name in rare if not done[name]} == set()
    assert done["erased"] > 50


def test_a_defence_that_is_switched_off_is_missed() -> None:
    """Without proof by its body, whoever says to have the key of another's entry is believed."""
    off = Switch(of=erase_keys.EntryKeys, name="_prove", to=nothing)
    planted = Defence(
        name="whose key it is, is proved", off=(off,), attack=lambda _: _is_anything_wrong()
    )
    with planted.switched_off():
        assert planted.is_overcome(Path())


def _is_anything_wrong() -> bool:
    return any(play(seed).wrong for seed in range(5, 12))
