"""Whenever the power goes, a case opens, and what was acknowledged is there."""

from __future__ import annotations

from functools import cache

import pytest

from tests.faults.cut_search import Recording, forces_to_disk, record, search
from tests.faults.recipe import Recipe
from tests.faults.recipes import RECIPES

LIMIT, HEAVY_LIMIT = 16, 3
"""States judged after each step; the figures in `benchmarks/README.md` are of many more."""


@cache
def _recorded(recipe: Recipe) -> Recording:
    return record(recipe)


def _limit(recipe: Recipe) -> int:
    return HEAVY_LIMIT if recipe.heavy else LIMIT


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.name)
def test_no_state_that_a_power_cut_leaves_breaks_a_promise(recipe: Recipe) -> None:
    recording = _recorded(recipe)
    found = search(recipe, recording, limit=_limit(recipe))
    assert found.violations == ()
    assert found.states >= len(recording.steps)


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.name)
def test_a_writer_that_forces_nothing_to_the_disk_is_found_out(recipe: Recipe) -> None:
    careless = _recorded(recipe).without(forces_to_disk)
    assert search(recipe, careless, limit=_limit(recipe), most_violations=1).violations
