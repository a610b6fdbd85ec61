"""All recipes by which a case is written, each with what must hold however it is cut short."""

from __future__ import annotations

from tests.faults import (
    erase_recipes,
    file_recipes,
    journal_recipes,
    key_recipes,
    mending_recipes,
    record_recipes,
    team_recipes,
)

RECIPES = (
    *file_recipes.RECIPES,
    *key_recipes.RECIPES,
    *journal_recipes.RECIPES,
    *mending_recipes.RECIPES,
    *record_recipes.RECIPES,
    *team_recipes.RECIPES,
    *erase_recipes.RECIPES,
)
