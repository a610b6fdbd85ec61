"""How far dependence between two lists moves N: a model whose answer is known in closed form."""

from __future__ import annotations

import pytest

from qantar.counting.dependence import dependence, dependences, total_under
from qantar.counting.loglinear import ModelFit, fit_model
from qantar.counting.table import CaptureTable
from tests.counting.town import TOWN

PAIR = ("hospital", "press")


def _model(*generators: tuple[str, ...]) -> ModelFit:
    fit = fit_model(TOWN, generators)
    assert isinstance(fit, ModelFit)
    return fit


BOTH_WITH_COURT = _model(("court", "hospital"), ("court", "press"))
"""Hospital and press independent given court: N = 166 + 40 * 30 / 10 = 286."""


@pytest.mark.parametrize("odds_ratio", [0.1, 0.5, 1.0, 2.0, 10.0])
def test_the_unseen_are_multiplied_by_the_odds_ratio(odds_ratio: float) -> None:
    total = total_under(TOWN, BOTH_WITH_COURT, PAIR, odds_ratio)
    assert total == pytest.approx(166 + 120 * odds_ratio, rel=1e-7)


def test_the_odds_ratio_that_moves_the_answer_is_that_worked_by_hand() -> None:
    # half more: 286 * 1.5 = 429 = 166 + 120 w; half less, 143, is below the 166 observed
    found = dependence(TOWN, BOTH_WITH_COURT, PAIR)
    assert found.up == pytest.approx(263 / 120, rel=1e-3)
    assert found.down is None
    less = dependence(TOWN, BOTH_WITH_COURT, PAIR, by=0.2)
    assert less.down == pytest.approx((286 * 0.8 - 166) / 120, rel=1e-3)


def test_imposing_what_the_model_has_found_changes_nothing() -> None:
    """All pairs dependent: the model has its own odds ratio for hospital and press."""
    every = _model(("court", "hospital"), ("court", "press"), PAIR)
    # closed form: unseen u = 4 * 50 * 40 * 30 / (20 * 12 * 10) = 100, odds ratio 10 u / (40 * 30)
    assert every.unseen == pytest.approx(100, rel=1e-7)
    assert total_under(TOWN, every, PAIR, 10 * 100 / 1200) == pytest.approx(266, rel=1e-6)
    assert total_under(TOWN, every, PAIR, 1.0) == pytest.approx(286, rel=1e-6)


def test_the_odds_ratio_as_it_is_now_and_the_number_that_it_moves_are_told() -> None:
    """They are of the model alone: without them nobody knows how far an odds ratio is from now."""
    free = dependence(TOWN, BOTH_WITH_COURT, PAIR)
    assert (free.now, free.method) == (1.0, "loglinear")
    assert free.estimate == pytest.approx(286, abs=1e-3)
    every = _model(("court", "hospital"), ("court", "press"), PAIR)
    bound = dependence(TOWN, every, PAIR)
    assert bound.now == pytest.approx(10 * 100 / 1200, rel=1e-5)
    assert bound.estimate == pytest.approx(266, abs=1e-3)


def test_where_nobody_is_on_both_lists_the_odds_ratio_is_zero_in_the_model() -> None:
    apart = CaptureTable.of_masks(TOWN.lists, [(1, 50), (2, 40), (4, 30), (3, 20), (5, 12)])
    fit = fit_model(apart, (("court",), PAIR))
    assert isinstance(fit, ModelFit)
    assert dependence(apart, fit, PAIR).now == 0


def test_every_pair_is_looked_at_in_the_order_of_the_lists() -> None:
    found = dependences(TOWN, _model(("court",), ("hospital",), ("press",)))
    assert [one.lists for one in found] == [
        ("court", "hospital"),
        ("court", "press"),
        ("hospital", "press"),
    ]
    assert all(one.up is not None and one.up > 1 for one in found)


def test_lists_that_do_not_overlap_determine_nothing_under_any_odds_ratio() -> None:
    apart = CaptureTable.of(TOWN.lists, [((1, 0, 0), 9), ((0, 1, 0), 8), ((0, 0, 1), 7)])
    independent = _model(("court",), ("hospital",), ("press",))
    assert total_under(apart, independent, PAIR, 3.0) is None
