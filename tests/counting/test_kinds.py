"""Kinds of persons fitted to patterns, and held against lists that depend on each other."""

from __future__ import annotations

import numpy as np
import pytest

from qantar.counting.kinds import best_kinds, fit_kinds, kinds_fit_better
from qantar.counting.loglinear import fit_model
from qantar.counting.table import CaptureTable, Floats
from qantar.model.estimate import Refusal

from .made import expected, two_kinds


def given_observed(table: CaptureTable, expected_cells: Floats) -> float:
    """The log-likelihood of the patterns, from expected persons of each mask."""
    seen = expected_cells[1:] / expected_cells[1:].sum()
    return float(table.counts @ np.log(seen[table.masks - 1]))


def test_one_kind_is_the_log_linear_model_of_independent_lists() -> None:
    table = expected(3000, (0.4, 0.3, 0.2, 0.25), ratio=2.0)
    independent = fit_model(table, [[name] for name in table.lists])
    assert not isinstance(independent, Refusal)
    found = fit_kinds(table, 1)
    assert found.likelihood == pytest.approx(given_observed(table, independent.expected), abs=1e-5)
    assert found.parameters == 4


def test_two_kinds_fit_what_two_kinds_made_as_well_as_it_can_be_fitted() -> None:
    table = two_kinds()
    found = fit_kinds(table, 2)
    best = float(table.counts @ np.log(table.counts / table.observed))
    assert best - found.likelihood < 0.02  # rounding to whole persons is all that is missed
    assert (found.parameters, best_kinds(table).kinds) == (9, 2)


def test_more_parameters_than_patterns_are_no_more_than_the_patterns() -> None:
    table = expected(3000, (0.4, 0.3, 0.2), ratio=2.0)
    assert fit_kinds(table, 2).parameters == 2**3 - 2


def test_the_order_of_lists_is_no_matter() -> None:
    table = two_kinds()
    turned = table.of_lists(table.lists[::-1])
    assert best_kinds(turned).aic == pytest.approx(best_kinds(table).aic, abs=1e-3)
    assert kinds_fit_better(turned)


def test_what_made_a_table_fits_it_better() -> None:
    assert kinds_fit_better(two_kinds())
    assert not kinds_fit_better(expected(4000, (0.4, 0.3, 0.2, 0.25), ratio=0.4))


def test_independent_lists_are_both_and_neither_is_better() -> None:
    """Where one kind and no dependence are chosen the models are one: no last digit decides."""
    for people in (500, 5000, 50_000):
        assert not kinds_fit_better(expected(people, (0.4, 0.3, 0.2, 0.25), ratio=1.0))


def test_more_lists_than_log_linear_models_are_made_for_cannot_be_compared() -> None:
    chance = np.random.default_rng(3)
    masks = sorted(set(chance.integers(1, 2**13, size=200).tolist()))
    wide = CaptureTable.of_masks([f"l{j}" for j in range(13)], [(mask, 5) for mask in masks])
    assert not kinds_fit_better(wide)
