"""One class, exactly: the stored oracle on every table, direct sums, and millions."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import betaln, gammaln

from qantar.counting import cautions, independent
from qantar.counting.fit import Fit
from qantar.counting.table import CaptureTable, Floats
from qantar.model.estimate import Refusal
from tests.counting.published import published


def fitted(table: CaptureTable, level: float = 0.95) -> Fit:
    answer = independent.estimate(table, level=level)
    assert isinstance(answer, Fit)
    return answer


def ends(fit: Fit) -> tuple[float | None, ...]:
    return fit.estimate.low, fit.estimate.median, fit.estimate.high


def summed(table: CaptureTable, most: int) -> tuple[Floats, Floats]:
    """Sum the posterior over n … most, from the equation as it stands."""
    n = table.observed
    everybody = np.arange(n, most + 1, dtype=np.float64)
    logs = gammaln(everybody + 1) - gammaln(everybody - n + 1) - np.log(everybody)
    for size in table.sizes.tolist():
        logs = logs + betaln(1 + size, 1 + everybody - size)
    shares = np.exp(logs - logs.max())
    return everybody, np.cumsum(shares) / shares.sum()


@pytest.mark.parametrize("name", list(published()))
def test_equals_the_stored_oracle_to_the_unit(name: str) -> None:
    one = published()[name]
    stored = one.reference["exact_independence_K1"]
    fit = fitted(one.table)
    assert ends(fit) == (stored["lo95"], stored["N_median"], stored["hi95"])
    assert fit.estimate.mean == pytest.approx(stored["N_mean"], abs=6e-4)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(0, 60), min_size=7, max_size=7), st.sampled_from([0.5, 0.8, 0.95]))
def test_equals_a_direct_sum(cells: list[int], level: float) -> None:
    table = CaptureTable.of_masks(list("abc"), enumerate(cells, start=1))
    answer = independent.estimate(table, level=level)
    if isinstance(answer, Refusal):
        assert (table.sizes > 0).sum() < 2
        return
    used = table.of_lists([x for x, size in zip("abc", table.sizes, strict=True) if size])
    everybody, reached = summed(used, 100_000)
    for found, chance in zip(ends(answer), [(1 - level) / 2, 0.5, (1 + level) / 2], strict=True):
        assert found is not None
        # What lies beyond 100,000 of at most some hundreds is below 1e-6.
        low, high = np.searchsorted(reached, [chance - 1e-6, chance + 1e-6])
        assert everybody[low] <= found <= everybody[high]


def of_millions(people: float) -> CaptureTable:
    """The cells to be expected of four independent lists."""
    chances = np.array([0.1, 0.12, 0.15, 0.08])
    cells = []
    for mask in range(1, 16):
        marks = mask >> np.arange(4) & 1
        cells.append((mask, round(people * float(np.prod(np.where(marks, chances, 1 - chances))))))
    return CaptureTable.of_masks(list("abcd"), cells)


def test_three_millions_equal_a_direct_sum() -> None:
    table = of_millions(3e6)
    everybody, reached = summed(table, 3_200_000)
    fit = fitted(table)
    expected = everybody[np.searchsorted(reached, [0.025, 0.5, 0.975])]
    assert ends(fit) == pytest.approx(tuple(expected), abs=1)
    assert fit.estimate.median == pytest.approx(3e6, rel=1e-4)


def test_three_hundred_millions_are_no_matter() -> None:
    fit = fitted(of_millions(3e8))
    assert fit.estimate.median == pytest.approx(3e8, rel=1e-5)


def test_the_order_of_lists_moves_nothing() -> None:
    table = published()["korea_palembang"].table
    found = {ends(fitted(table.of_lists(order))) for order in permutations(table.lists)}
    assert len(found) == 1


def test_a_list_that_names_nobody_moves_nothing() -> None:
    table = published()["hiv_rome"].table
    fit = fitted(CaptureTable((*table.lists, "empty"), table.masks, table.counts))
    assert fit.estimate == fitted(table).estimate
    assert [one.code for one in fit.cautions] == [cautions.EMPTY_LIST]


def test_no_overlap_has_no_upper_limit_and_says_that_the_prior_speaks() -> None:
    # Singles alone, as in the calibration. Summed to 20,000 only, the upper end would be 2936.
    table = CaptureTable.of_masks(list("abc"), [(4, 25), (2, 25), (1, 21)])
    fit = fitted(table)
    assert (fit.estimate.low, fit.estimate.median, fit.estimate.high) == (281, 704, 2941)
    assert [one.code for one in fit.cautions] == [cautions.NO_OVERLAP]


def test_the_sample_is_the_posterior_in_random_order() -> None:
    table = published()["kosovo_killings_1999"].table
    fit = fitted(table)
    low, median, high = np.quantile(fit.sample, [0.025, 0.5, 0.975])
    assert ends(fit) == pytest.approx((low, median, high), abs=3)
    assert fit.estimate.mean == pytest.approx(fit.sample.mean(), abs=0.5)
    middle = len(fit.sample) // 2
    assert fit.sample[:middle].mean() == pytest.approx(fit.sample[middle:].mean(), abs=20)
    assert (fit.sample >= table.observed).all()


def test_one_list_and_nobody_are_refused() -> None:
    one = independent.estimate(CaptureTable.of(["a", "b"], [((1, 0), 96)]))
    none = independent.estimate(CaptureTable.of(["a", "b"], []))
    assert isinstance(one, Refusal)
    assert isinstance(none, Refusal)
    assert (one.code, none.code) == (cautions.FEW_LISTS, cautions.NOT_ESTIMABLE)


def test_everybody_on_every_list_leaves_hardly_anybody_unseen() -> None:
    fit = fitted(CaptureTable.of_masks(list("abc"), [(7, 40)]))
    assert (fit.estimate.low, fit.estimate.median) == (40, 40)
    assert fit.estimate.high is not None
    assert fit.estimate.high <= 41
