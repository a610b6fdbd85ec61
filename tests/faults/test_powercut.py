"""Whenever the power goes, a case opens, and what was acknowledged is there."""

from __future__ import annotations

from functools import cache

import pytest

from tests.faults.cut_search import Recording, forces_to_disk, record, search
from tests.faults.marks import sees_system_calls
from tests.faults.recipe import Recipe
from tests.faults.recipes import RECIPES

pytestmark = sees_system_calls


LIMIT, MOST, MOST_HEAVY = 16, 80, 30
"""States looked at after each step, and judged of all; by hand there are many more of both."""


@cache
def _recorded(recipe: Recipe) -> Recording:
    return record(recipe)


def _most(recipe: Recipe) -> int:
    return MOST_HEAVY if recipe.heavy else MOST


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.name)
def test_no_state_that_a_power_cut_leaves_breaks_a_promise(recipe: Recipe) -> None:
    recording = _recorded(recipe)
    found = search(recipe, recording, limit=LIMIT, most=_most(recipe))
    assert found.violations == ()
    assert found.states >= min(MOST_HEAVY // 2, len(recording.steps))


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.name)
def test_a_writer_that_forces_nothing_to_the_disk_is_found_out(recipe: Recipe) -> None:
    careless = _recorded(recipe).without(forces_to_disk)
    assert search(recipe, careless, limit=LIMIT, most_violations=1).violations
