"""A full disk, a sick disk or a kill at each system call: the state before or after, and it reads."""

from __future__ import annotations

import pytest

from tests.faults.each_step import TROUBLES, Trouble, strike
from tests.faults.marks import sees_system_calls
from tests.faults.recipe import Recipe
from tests.faults.recipes import RECIPES

pytestmark = sees_system_calls


MOST, MOST_HEAVY = 24, 10
"""Of the steps of a recipe, so many are struck in the short run, and each one by hand."""


@pytest.mark.parametrize("trouble", TROUBLES, ids=lambda trouble: trouble.name)
@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.name)
def test_whatever_step_fails_the_case_is_as_before_or_after(
    recipe: Recipe, trouble: Trouble
) -> None:
    struck = strike(recipe, trouble, most=MOST_HEAVY if recipe.heavy else MOST)
    assert struck.violations == ()
    assert struck.times >= 1
