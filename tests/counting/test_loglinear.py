"""Log-linear models: Rcapture's figures, closed forms, and tables without an answer."""

from __future__ import annotations

import numpy as np
import pytest

from qantar.counting.fit import Fit
from qantar.counting.loglinear import ModelFit, chosen_model, estimate, fit_model
from qantar.counting.table import CaptureTable
from qantar.model.estimate import Refusal
from tests.counting.published import published
from tests.counting.town import TOWN

TABLES = published()
WITHOUT_AN_ANSWER = "artificial_3_nonexistence"
"""Rcapture's best model has no finite estimate there; it prints 13,917,730,000,000."""
UP_TO_5 = [name for name, one in TABLES.items() if one.lists <= 5]
UP_TO_8 = [name for name, one in TABLES.items() if one.lists <= 8]
APART = CaptureTable.of(
    ["court", "hospital", "press"], [((1, 0, 0), 50), ((0, 1, 0), 40), ((0, 0, 1), 30)]
)


def _fitted(fit: Fit | ModelFit | Refusal) -> ModelFit:
    assert isinstance(fit, ModelFit), fit
    return fit


def _answer(fit: Fit | Refusal) -> Fit:
    assert isinstance(fit, Fit), fit
    return fit


@pytest.mark.parametrize("name", [name for name in UP_TO_5 if name != WITHOUT_AN_ANSWER])
def test_the_chosen_model_and_its_fit_are_rcaptures(name: str) -> None:
    best = TABLES[name].reference["Rcapture_closedpMS"]["best_BIC"]
    fit = _fitted(chosen_model(TABLES[name].table))
    assert fit.name == best["model"]
    assert fit.estimate == pytest.approx(best["N"], rel=1e-6)
    assert fit.stderr == pytest.approx(best["stderr"], rel=1e-5)
    assert fit.bic == pytest.approx(best["BIC"], rel=1e-6)


@pytest.mark.parametrize("name", UP_TO_8)
def test_independent_lists_are_rcaptures_model_mt(name: str) -> None:
    stored = TABLES[name].reference["Rcapture_closedp"]["models"]["Mt"]
    table = TABLES[name].table
    fit = _fitted(fit_model(table, [(one,) for one in table.lists]))
    assert fit.estimate == pytest.approx(stored["N"], rel=1e-5)
    assert fit.stderr == pytest.approx(stored["stderr"], rel=1e-4)
    assert fit.bic == pytest.approx(stored["BIC"], rel=1e-5)


def test_a_model_that_fits_better_but_determines_nothing_is_passed_over_and_named() -> None:
    fit = _answer(estimate(TABLES[WITHOUT_AN_ANSWER].table))
    stored = TABLES[WITHOUT_AN_ANSWER].reference["MultipleSystemsEstimation_auto"]
    assert fit.estimate.estimate == pytest.approx(stored["N"], rel=1e-6)
    assert fit.cautions[0].code == "not-estimable"
    assert "[12,3] fits the counts better than [1,2,3]" in fit.cautions[0].text


def test_that_model_alone_is_refused_and_no_billions_are_printed() -> None:
    refused = fit_model(TABLES[WITHOUT_AN_ANSWER].table, [("A", "B"), ("C",)])
    assert isinstance(refused, Refusal)
    assert refused.code == "not-estimable"
    assert "[12,3]" in refused.text


def test_lists_that_do_not_overlap_are_refused() -> None:
    refused = estimate(APART)
    assert isinstance(refused, Refusal)
    assert refused.code == "not-estimable"
    assert "120 persons" in refused.text


def test_two_lists_are_refused_also_where_a_third_names_nobody() -> None:
    two = CaptureTable.of(["a", "b", "c"], [((1, 0, 0), 9), ((0, 1, 0), 8), ((1, 1, 0), 7)])
    for table in (two, two.without("c")):
        refused = estimate(table)
        assert isinstance(refused, Refusal)
        assert refused.code == "few-lists"


def test_a_list_that_names_nobody_changes_nothing() -> None:
    wider = CaptureTable.of_masks(
        [*TOWN.lists, "empty"], zip(TOWN.masks.tolist(), TOWN.counts.tolist(), strict=True)
    )
    first, second = (_answer(estimate(table, replicates=50)) for table in (TOWN, wider))
    assert first.estimate == second.estimate
    assert first.sample.tolist() == second.sample.tolist()


def test_an_overlap_of_one_person_has_no_upper_end() -> None:
    """In a third of the redrawn tables that person is not drawn, and nothing is determined."""
    table = CaptureTable.of(
        ["a", "b", "c"],
        [((1, 0, 0), 60), ((0, 1, 0), 50), ((0, 0, 1), 40), ((1, 1, 0), 1)],
    )
    fit = _answer(estimate(table))
    assert fit.estimate.high is None
    assert fit.estimate.low is not None
    assert np.isinf(fit.sample).mean() > 0.3
    assert any("redrawn" in one.text for one in fit.cautions)


def test_everybody_on_every_list_leaves_nobody_to_be_missed() -> None:
    fit = _answer(estimate(CaptureTable.of(["a", "b", "c"], [((1, 1, 1), 40)])))
    assert (fit.estimate.estimate, fit.estimate.low, fit.estimate.high) == pytest.approx(
        (40, 40, 40), abs=1e-3
    )


def test_the_conditions_name_the_dependences_of_the_model() -> None:
    fit = _answer(estimate(TABLES["kosovo_killings_1999"].table, replicates=20))
    assert "EXH with ABA with OSCE, EXH with HRW, OSCE with HRW" in fit.estimate.conditions[0]
    assert "[123,14,34]" in fit.estimate.conditions[0]
    assert fit.estimate.diagnostics.models == 113
    assert fit.estimate.diagnostics.draws == 20


def test_the_same_seed_gives_the_same_numbers_and_another_seed_others() -> None:
    first, same, other = (_answer(estimate(TOWN, seed=seed)) for seed in (1, 1, 2))
    assert first.estimate == same.estimate
    assert first.sample.tolist() == same.sample.tolist() != other.sample.tolist()
    assert first.estimate.estimate == other.estimate.estimate


def test_ten_lists_are_answered_and_thirteen_are_refused_in_words() -> None:
    rng = np.random.default_rng(8)
    marks = rng.random((3000, 13)) < 0.1
    persons = [(tuple(int(mark) for mark in row), 1) for row in marks]
    ten = CaptureTable.of([f"l{j}" for j in range(10)], [(row[:10], 1) for row, _ in persons])
    fit = _answer(estimate(ten, replicates=20))
    assert fit.estimate.estimate == pytest.approx(3000, rel=0.1)
    refused = estimate(CaptureTable.of([f"l{j}" for j in range(13)], persons))
    assert isinstance(refused, Refusal)
    assert "13 lists are more than" in refused.text


def test_three_million_persons_are_no_other_than_three_thousand() -> None:
    large = CaptureTable(TOWN.lists, TOWN.masks, TOWN.counts * 20_000)
    fit = _answer(estimate(large, replicates=50))
    small = fit_model(TOWN, [tuple(TOWN.lists[j] for j in (0, 1)), ("press",)])
    again = fit_model(large, [tuple(TOWN.lists[j] for j in (0, 1)), ("press",)])
    assert isinstance(fit.estimate.high, float)
    assert _fitted(again).estimate == pytest.approx(20_000 * _fitted(small).estimate, rel=1e-9)


def test_replicates_on_the_brink_have_no_estimate_rather_than_billions_of_billions() -> None:
    """Of 90 persons; in some redrawn tables the third list all but decides who is on the first."""
    counted = [
        ((1, 0, 0, 0), 32),
        ((0, 1, 0, 0), 11),
        ((1, 1, 0, 0), 11),
        ((0, 0, 1, 0), 11),
        ((1, 0, 1, 0), 16),
        ((1, 1, 1, 0), 5),
        ((0, 0, 0, 1), 3),
        ((1, 1, 0, 1), 1),
    ]
    fit = _answer(estimate(CaptureTable.of(["a", "b", "c", "d"], counted)))
    finite = fit.sample[np.isfinite(fit.sample)]
    assert 0 < len(finite) < len(fit.sample)
    assert finite.max() <= 1e12
    assert any("redrawn" in one.text for one in fit.cautions)
