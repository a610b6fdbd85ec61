"""Two lists: an example worked by hand, and what is refused."""

from __future__ import annotations

from math import exp, log, sqrt

import numpy as np
import pytest

from qantar.counting import cautions, chapman
from qantar.counting.fit import Fit
from qantar.counting.table import CaptureTable
from qantar.model.estimate import Refusal


def two(first: int, second: int, both: int) -> CaptureTable:
    cells = [((1, 0), first - both), ((0, 1), second - both), ((1, 1), both)]
    return CaptureTable.of(["court", "hospital"], cells)


def fitted(answer: Fit | Refusal) -> Fit:
    assert isinstance(answer, Fit)
    return answer


def test_matches_an_example_worked_by_hand() -> None:
    # (201 * 151) / 51 - 1; variance 201*151*150*100 / (51**2 * 52)
    fit = fitted(chapman.estimate(two(200, 150, 50)))
    assert fit.estimate.estimate == pytest.approx(594.1176, abs=1e-4)
    unseen, variance = 594.1176 - 300, 201 * 151 * 150 * 100 / (51**2 * 52)
    reach = exp(1.959964 * sqrt(log(1 + variance / unseen**2)))
    assert fit.estimate.low == pytest.approx(300 + unseen / reach, abs=1e-3)
    assert fit.estimate.high == pytest.approx(300 + unseen * reach, abs=1e-3)
    assert [one.code for one in fit.cautions] == [cautions.DEPENDENCE_ASSUMED]


def test_the_sample_has_the_quantiles_of_the_interval_and_the_seed_its_order() -> None:
    fit = fitted(chapman.estimate(two(200, 150, 50), seed=3))
    low, high = np.quantile(fit.sample, [0.025, 0.975])
    assert fit.estimate.low == pytest.approx(low, abs=2)
    assert fit.estimate.high == pytest.approx(high, abs=2)
    again = fitted(chapman.estimate(two(200, 150, 50), seed=3))
    other = fitted(chapman.estimate(two(200, 150, 50), seed=4))
    assert (fit.sample == again.sample).all()
    assert not (fit.sample == other.sample).all()


def test_one_list_within_the_other_leaves_nobody_unseen() -> None:
    fit = fitted(chapman.estimate(two(85, 20, 20)))
    assert (fit.estimate.low, fit.estimate.estimate, fit.estimate.high) == (85, 85, 85)


@pytest.mark.parametrize(
    ("table", "code"),
    [
        (two(50, 40, 0), cautions.NO_OVERLAP),
        (CaptureTable.of(["a", "b"], [((1, 0), 9)]), cautions.FEW_LISTS),
        (CaptureTable.of(["a", "b"], []), cautions.NOT_ESTIMABLE),
        (CaptureTable.of(list("abc"), [((1, 1, 1), 9)]), cautions.NOT_ESTIMABLE),
    ],
)
def test_what_two_lists_cannot_say_is_refused(table: CaptureTable, code: str) -> None:
    answer = chapman.estimate(table)
    assert isinstance(answer, Refusal)
    assert answer.code == code


def test_a_list_that_names_nobody_is_no_list() -> None:
    three = CaptureTable.of(
        ["court", "empty", "hospital"], [((1, 0, 0), 150), ((0, 0, 1), 100), ((1, 0, 1), 50)]
    )
    fit = fitted(chapman.estimate(three))
    assert fit.estimate == fitted(chapman.estimate(two(200, 150, 50))).estimate
    assert cautions.EMPTY_LIST in {one.code for one in fit.cautions}


def test_few_on_both_lists_are_said_to_be_few() -> None:
    fit = fitted(chapman.estimate(two(60, 50, 3)))
    assert cautions.TINY_OVERLAP in {one.code for one in fit.cautions}
