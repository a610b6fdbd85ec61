"""Fits of log-linear models: closed forms, a general optimiser, tables with empty overlaps."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import brentq, minimize

from qantar.counting.poisson_designs import Own
from qantar.counting.poisson_faces import FaceFinder
from qantar.counting.poisson_fit import fit_all
from qantar.counting.poisson_models import all_models, terms_of
from qantar.counting.table import Floats

THREE = terms_of(3, 2)
# patterns 100 010 110 001 101 011 111
TOWN = np.array([50.0, 40.0, 20.0, 30.0, 12.0, 10.0, 4.0])


def _unseen(counts: Floats, *generators: int) -> float:
    columns = THREE.columns(generators)
    return float(FaceFinder(THREE).fit(counts[None], columns[None]).unseen[0])


def test_with_every_pair_dependent_the_fit_is_the_closed_form() -> None:
    # 111 * 100 * 010 * 001 / (110 * 101 * 011)
    by_hand = 4 * 50 * 40 * 30 / (20 * 12 * 10)
    assert _unseen(TOWN, 0b011, 0b101, 0b110) == pytest.approx(by_hand, rel=1e-9)


def test_two_lists_independent_given_the_third_are_a_fourfold_table() -> None:
    # of those not on list 1: on 2 alone times on 3 alone by on both
    assert _unseen(TOWN, 0b011, 0b101) == pytest.approx(40 * 30 / 10, rel=1e-9)


def test_a_list_apart_from_a_pair_is_two_lists() -> None:
    """[12,3]: who is on 1 or 2 against who is on 3, 110 and 30 persons, and 26 on both."""
    assert _unseen(TOWN, 0b011) == pytest.approx(110 * 30 / 26, rel=1e-9)


def test_independent_lists_solve_darrochs_equation() -> None:
    sizes, n = TOWN @ THREE.design[:, 1:4], TOWN.sum()
    total = brentq(lambda t: (1 - n / t) - np.prod(1 - sizes / t), n + 1e-6, 1e6, xtol=1e-10)
    assert _unseen(TOWN) == pytest.approx(total - n, rel=1e-9)


@given(st.lists(st.integers(1, 400), min_size=15, max_size=15), st.integers(0, 112))
@settings(deadline=None, max_examples=25)
def test_a_general_optimiser_finds_no_better_fit(counts: list[int], model: int) -> None:
    terms = terms_of(4, 3)
    table, columns = np.array(counts, dtype=np.float64), all_models(4, 3)[model]
    used = terms.design[:, columns]
    found = FaceFinder(terms).fit(table[None], columns[None])

    def loss(b: Floats) -> float:
        eta = np.minimum(used @ b, 50.0)
        return float((np.exp(eta) - table * eta).sum())

    start = np.zeros(used.shape[1])
    start[0] = np.log(table.mean())
    best = minimize(
        loss,
        start,
        jac=lambda b: used.T @ (np.exp(np.minimum(used @ b, 50.0)) - table),
        method="BFGS",
    )
    assert float(found.likelihood[0]) >= -best.fun - 1e-7
    assert (terms.design.T @ found.expected[0])[columns] == pytest.approx(
        (terms.design.T @ table)[columns], rel=1e-6
    )


@given(st.lists(st.integers(0, 3), min_size=15, max_size=15), st.integers(0, 112))
@settings(deadline=None, max_examples=60)
def test_an_upper_bound_of_the_likelihood_is_one(counts: list[int], model: int) -> None:
    """Fits are given up on such bounds, so one that is too low would lose the best model."""
    terms = terms_of(4, 3)
    table = np.array([max(1, counts[0]), *counts[1:]], dtype=np.float64)
    columns = all_models(4, 3)[model]
    greatest = FaceFinder(terms).greatest(table, columns)
    for needed in (-np.inf, greatest + 1.0, greatest + 50.0):
        fitted = FaceFinder(terms).fit(table[None], columns[None], needed=np.array([needed]))
        assert fitted.bound[0] >= greatest - 1e-6


def test_pairs_without_overlap_are_fitted_without_their_patterns() -> None:
    """Nobody is on both 1 and 2: with a term for the pair that says nothing of N."""
    table = np.array([50.0, 40.0, 0.0, 30.0, 12.0, 10.0, 0.0])
    columns = THREE.columns([0b011])
    fitted = FaceFinder(THREE).fit(table[None], columns[None])
    assert fitted.expected[0, [2, 6]].tolist() == [0.0, 0.0]
    # 1 or 2 against 3, as above: 90 and 30, 22 on both
    assert fitted.unseen[0] == pytest.approx(90 * 30 / 22, rel=1e-9)


def test_many_fits_at_once_are_the_same_as_one_at_a_time() -> None:
    terms, rng = terms_of(4, 3), np.random.default_rng(5)
    models = all_models(4, 3)
    tables = rng.poisson(6.0, size=(len(models), 15)).astype(np.float64)
    tables[:, 0] += 1
    finder = FaceFinder(terms)
    together = finder.fit(tables, models).unseen
    alone = [
        float(finder.fit(t[None], m[None]).unseen[0]) for t, m in zip(tables, models, strict=True)
    ]
    assert together.tolist() == pytest.approx(alone, rel=1e-7, nan_ok=True)


def test_few_terms_of_many_give_the_fit_that_all_terms_at_once_give() -> None:
    """Six lists, seven terms: each fit has a design of its own; with a full model beside it, none."""
    terms, rng = terms_of(6, 2), np.random.default_rng(6)
    table = rng.poisson(20.0, size=63).astype(np.float64)
    few, full = terms.columns([]), np.ones(len(terms.masks), dtype=np.bool_)
    ones = np.ones((2, 63))
    own = fit_all(terms, table[None], ones[:1], few[None])
    shared = fit_all(terms, np.array([table, table]), ones, np.array([few, full]))
    assert own.coefficients[0] == pytest.approx(shared.coefficients[0], abs=1e-9)
    assert own.is_shown[0]


def test_no_fits_are_no_fits() -> None:
    none = np.zeros((0, 7))
    fits = FaceFinder(THREE).fit(none, np.zeros((0, 7), dtype=np.bool_))
    assert fits.unseen.shape == (0,)


def test_an_empty_corner_of_a_fourfold_table_is_nobody_missed_in_the_limit() -> None:
    """[12,13] with nobody on 2 alone: 0 * 30 / 10, as the closed form has it."""
    table = np.array([50.0, 0.0, 20.0, 30.0, 12.0, 10.0, 4.0])
    columns = THREE.columns([0b011, 0b101])
    fitted = FaceFinder(THREE).fit(table[None], columns[None])
    assert fitted.unseen.tolist() == [0.0]
    near = np.where(table > 0, table, 1e-6)
    close = FaceFinder(THREE).fit(near[None], columns[None])
    assert fitted.likelihood[0] == pytest.approx(close.likelihood[0], abs=1e-3)


def test_nobody_on_both_of_a_fourfold_table_determines_nothing() -> None:
    """[12,13] with nobody on 2 and 3 but not 1: 40 * 30 / 0."""
    table = np.array([50.0, 40.0, 20.0, 30.0, 12.0, 0.0, 4.0])
    fitted = FaceFinder(THREE).fit(table[None], THREE.columns([0b011, 0b101])[None])
    assert np.isnan(fitted.unseen).tolist() == [True]


def test_sums_over_lists_are_the_products_that_they_stand_for() -> None:
    """What many lists are fitted by, against the design written down: X b, X' v, X' diag(w) X."""
    terms = terms_of(6, 2)
    rng = np.random.default_rng(3)
    places = np.array([rng.permutation(len(terms.masks))[:9] for _ in range(4)])
    own = Own.gather(terms, places)
    values = rng.uniform(0.5, 2.0, size=(4, len(terms.design)))
    coefficients = rng.normal(size=(4, 9))
    for row, columns in enumerate(places):
        design = terms.design[:, columns]
        weighed = design.T @ (values[row][:, None] * design)
        assert own.times(coefficients)[row] == pytest.approx(design @ coefficients[row])
        assert own.across(values)[row] == pytest.approx(design.T @ values[row])
        assert own.second(values)[row] == pytest.approx(weighed)
    kept = own.of(np.array([False, True, False, True]))
    assert kept.across(values[[1, 3]]) == pytest.approx(own.across(values)[[1, 3]])
