"""Log-linear models: Rcapture's figures, closed forms, and tables without an answer."""

from __future__ import annotations

import pytest

from qantar.counting.fit import Fit
from qantar.counting.loglinear import ModelFit, chosen_model, fit_model
from qantar.counting.table import CaptureTable
from qantar.model.estimate import Refusal
from tests.counting.published import published

TABLES = published()
WITHOUT_AN_ANSWER = "artificial_3_nonexistence"
"""Rcapture's best model has no finite estimate there; it prints 13,917,730,000,000."""
UP_TO_5 = [name for name, one in TABLES.items() if one.lists <= 5]
UP_TO_8 = [name for name, one in TABLES.items() if one.lists <= 8]
THREE = CaptureTable.of(
    ["court", "hospital", "press"],
    [
        ((1, 0, 0), 50),
        ((0, 1, 0), 40),
        ((0, 0, 1), 30),
        ((1, 1, 0), 20),
        ((1, 0, 1), 12),
        ((0, 1, 1), 10),
        ((1, 1, 1), 4),
    ],
)
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
