"""The lower bound: figures stored and worked by hand, and what it does where nobody is on two lists."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from qantar.counting import cautions, chao
from qantar.counting.fit import Fit
from qantar.counting.table import CaptureTable
from qantar.model.estimate import Refusal
from tests.counting.published import published


def fitted(table: CaptureTable) -> Fit:
    answer = chao.estimate(table)
    assert isinstance(answer, Fit)
    return answer


def three(once: Sequence[int], twice: Sequence[int], thrice: int) -> CaptureTable:
    marks = [(1, 0, 0), (0, 1, 0), (0, 0, 1), (1, 1, 0), (1, 0, 1), (0, 1, 1), (1, 1, 1)]
    return CaptureTable.of(list("abc"), zip(marks, [*once, *twice, thrice], strict=True))


@pytest.mark.parametrize("name", list(published()))
def test_equals_the_stored_bound(name: str) -> None:
    one = published()[name]
    expected = one.reference["simple"]["chao_lower_bound"]["N"]
    assert fitted(one.table).estimate.estimate == pytest.approx(expected, abs=1e-3)


def test_matches_an_example_worked_by_hand() -> None:
    # f1 = 60, f2 = 20, A = 2/3: 2/3 * 3600 / 40 = 60 unseen of n = 85;
    # variance 20 * (1/3 * 9 + 4/9 * 27 + 1/9 * 81) = 480; reach exp(1.96 * sqrt(log(1 + 480/3600)))
    found = fitted(three([30, 20, 10], [8, 6, 6], 5)).estimate
    assert found.estimate == pytest.approx(145)
    assert found.low == pytest.approx(85 + 60 / 2.0012, abs=0.1)
    assert found.high == pytest.approx(85 + 60 * 2.0012, abs=0.1)
    assert "lower bound" in found.conditions[0]


def test_nobody_on_exactly_two_lists_gets_the_bias_corrected_form() -> None:
    # 2/3 * 12 * 11 / 2 = 44 unseen of n = 14
    fit = fitted(three([5, 4, 3], [0, 0, 0], 2))
    assert fit.estimate.estimate == pytest.approx(14 + 44)
    assert fit.estimate.low is not None
    assert 14 < fit.estimate.low < 58
    assert [one.code for one in fit.cautions] == [cautions.TINY_OVERLAP]


def test_no_overlap_at_all_is_said() -> None:
    fit = fitted(three([50, 40, 30], [0, 0, 0], 0))
    assert [one.code for one in fit.cautions] == [cautions.NO_OVERLAP]
    assert np.isfinite([fit.estimate.low or 0.0, fit.estimate.high or 0.0]).all()


def test_everybody_on_every_list_leaves_nobody_unseen() -> None:
    found = fitted(three([0, 0, 0], [0, 0, 0], 40)).estimate
    assert (found.low, found.estimate, found.high) == (40, 40, 40)


def test_a_list_that_names_nobody_moves_nothing() -> None:
    table = published()["kosovo_killings_1999"].table
    wider = CaptureTable((*table.lists, "empty"), table.masks, table.counts)
    assert fitted(wider).estimate == fitted(table).estimate


def test_the_order_of_lists_moves_nothing() -> None:
    table = published()["kosovo_killings_1999"].table
    assert fitted(table.of_lists(table.lists[::-1])).estimate == fitted(table).estimate


def test_one_list_and_nobody_are_refused() -> None:
    one = chao.estimate(CaptureTable.of(["a"], [((1,), 96)]))
    none = chao.estimate(CaptureTable.of(["a", "b"], []))
    assert isinstance(one, Refusal)
    assert isinstance(none, Refusal)
    assert (one.code, none.code) == (cautions.FEW_LISTS, cautions.NOT_ESTIMABLE)


def test_millions_are_no_matter() -> None:
    # Independent lists of chances .3, .2, .25 among 3,000,000: expected cells, so N itself but
    # for the difference in size of the lists, which lifts the bound by about 2 %.
    chances, cells = (0.3, 0.2, 0.25), []
    for mask in range(1, 8):
        marks = tuple(mask >> j & 1 for j in range(3))
        share = np.prod([p if m else 1 - p for p, m in zip(chances, marks, strict=True)])
        cells.append((marks, round(3e6 * share)))
    found = fitted(CaptureTable.of(list("abc"), cells)).estimate
    assert found.estimate == pytest.approx(3e6 * 1.02, rel=0.01)
