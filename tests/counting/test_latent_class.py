"""The latent class model: published answers, exact answers, starts that agree, refusals."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from qantar.counting import cautions, independent, latent_class
from qantar.counting.fit import Fit
from qantar.counting.latent_chains import Effort
from qantar.counting.latent_class import LatentClassFit, Prior
from qantar.counting.table import CaptureTable
from qantar.model.estimate import Refusal
from tests.counting.made import expected
from tests.counting.published import published

MORE = Effort(iterations=5_000, kept=2_500)


def fitted(
    table: CaptureTable, effort: Effort = MORE, prior: Prior | None = None
) -> LatentClassFit:
    answer = latent_class.estimate(table, effort=effort, prior=prior)
    assert isinstance(answer, LatentClassFit)
    return answer


def errors(sample: np.ndarray, effective: float) -> np.ndarray:
    """Monte Carlo errors of both ends and the median: sqrt(p (1 − p) / draws) over the density.

    The density is taken from the sample, between the quantiles two errors away.
    """
    chances = np.array([0.025, 0.5, 0.975])
    doubt = np.sqrt(chances * (1 - chances) / effective)
    low = np.quantile(sample, np.maximum(chances - doubt, 0))
    high = np.quantile(sample, np.minimum(chances + doubt, 1))
    half: np.ndarray = (high - low) / 2 + 0.5  # a whole number is known to half of one
    return half


@pytest.mark.parametrize(
    "name",
    [
        "kosovo_killings_1999",
        "hiv_rome",
        "korea_palembang",
        "new_orleans_trafficking_8",
    ],
)
def test_agrees_with_the_r_package_where_that_converged(name: str) -> None:
    one = published()[name]
    fit = fitted(one.table)
    assert fit.estimate.diagnostics.converged
    stored = one.reference["LCMCR_K10"]
    assert stored["split_rhat_logN"] < 1.01
    ours = np.array([fit.estimate.low, fit.estimate.median, fit.estimate.high])
    theirs = np.array([stored["lo95"], stored["N_median"], stored["hi95"]])
    found = fit.estimate.diagnostics
    assert found.ess_bulk is not None
    assert found.ess_tail is not None
    both = np.hypot(
        errors(fit.sample, min(found.ess_bulk, found.ess_tail)),
        errors(fit.sample, stored["ess_total"]),
    )
    assert (np.abs(ours - theirs) <= 3 * both).all()


@pytest.mark.parametrize("name", ["hiv_rome", "korea_palembang"])
def test_one_class_is_the_exact_posterior(name: str) -> None:
    table = published()[name].table
    fit = fitted(table, prior=Prior(classes=1))
    exact = independent.estimate(table)
    assert isinstance(exact, Fit)
    ours = np.array([fit.estimate.low, fit.estimate.median, fit.estimate.high])
    theirs = np.array([exact.estimate.low, exact.estimate.median, exact.estimate.high])
    effective = fit.estimate.diagnostics.ess_tail
    assert effective is not None
    assert (np.abs(ours - theirs) <= 3 * errors(fit.sample, effective)).all()
    assert fit.occupied == 1
    assert fit.several == 0


def test_the_same_seed_gives_the_same_numbers_and_another_gives_others() -> None:
    table = published()["korea_palembang"].table
    quick = Effort(warm_up=500, iterations=1000, kept=1000, most=1000)
    first, again = fitted(table, quick), fitted(table, quick)
    assert first.estimate == again.estimate
    assert np.array_equal(first.sample, again.sample)
    other = latent_class.estimate(table, effort=quick, seed=1)
    assert isinstance(other, Fit)
    assert not np.array_equal(first.sample, other.sample)


def test_chains_that_were_not_given_time_are_said_not_to_have_converged() -> None:
    table = published()["kosovo_killings_1999"].table
    fit = fitted(table, Effort(warm_up=100, iterations=100, kept=100, most=100))
    assert fit.estimate.diagnostics.converged is False
    assert not fit.estimate.is_usable
    assert [one.code for one in fit.cautions] == [cautions.NOT_CONVERGED]
    assert "Do not use this number" in fit.cautions[0].text


def test_two_lists_no_overlap_and_nobody_are_refused() -> None:
    two = CaptureTable.of(["a", "b"], [((1, 0), 50), ((0, 1), 40), ((1, 1), 20)])
    apart = CaptureTable.of_masks(list("abc"), [(1, 50), (2, 40), (4, 30)])
    nobody = CaptureTable.of(["a", "b", "c"], [])
    codes = []
    for table in (two, apart, nobody):
        answer = latent_class.estimate(table)
        assert isinstance(answer, Refusal)
        codes.append(answer.code)
    assert codes == [cautions.FEW_LISTS, cautions.NO_OVERLAP, cautions.NOT_ESTIMABLE]


def test_starts_far_apart_agree_where_the_r_package_did_not() -> None:
    # Two modes, with a class that should be two: chains of 40,000 iterations once had 40 draws.
    fit = fitted(
        published()["philippines_caloocan_unidentified"].table, Effort(iterations=2_500, kept=2_500)
    )
    assert fit.estimate.diagnostics.converged
    low, high = min(fit.chain_medians), max(fit.chain_medians)
    assert high - low < 15
    assert fit.estimate.median == pytest.approx(696, abs=6)


def test_the_order_of_lists_moves_the_answer_no_more_than_chance_does() -> None:
    table = published()["spina_bifida_ny"].table
    one, other = fitted(table), fitted(table.of_lists(table.lists[::-1]))
    found = [fit.estimate.diagnostics.ess_tail or 0 for fit in (one, other)]
    doubt = np.hypot(errors(one.sample, found[0]), errors(other.sample, found[1]))
    ends = [
        np.array([fit.estimate.low, fit.estimate.median, fit.estimate.high]) for fit in (one, other)
    ]
    assert (np.abs(ends[0] - ends[1]) <= 3 * doubt).all()


def test_three_millions_are_found_by_counts_of_cells() -> None:
    fit = fitted(expected(3e6, [0.1, 0.12, 0.15, 0.08]))
    assert fit.estimate.diagnostics.converged
    assert fit.estimate.median == pytest.approx(3e6, rel=0.005)


@pytest.mark.parametrize("lists", [10, 15])
def test_many_lists_are_no_matter(lists: int) -> None:
    rng = np.random.default_rng(4)
    marks = rng.random((1000, lists)) < 0.1
    seen = marks[marks.any(axis=1)]
    table = CaptureTable.of(
        [f"list {j}" for j in range(lists)], [(row.astype(int).tolist(), 1) for row in seen]
    )
    fit = fitted(table, Effort(warm_up=500, iterations=1000, kept=500, most=1000))
    assert fit.estimate.low is not None
    assert fit.estimate.high is not None
    assert fit.estimate.low <= 1000 <= fit.estimate.high


def test_a_limit_that_is_set_conditions_the_answer_and_is_reported() -> None:
    table = published()["hiv_rome"].table
    free = fitted(table)
    answer = latent_class.estimate(table, effort=MORE, cap=11_000)
    assert isinstance(answer, LatentClassFit)
    assert np.array_equal(np.sort(answer.sample), np.sort(free.sample[free.sample <= 11_000]))
    near = answer.estimate.diagnostics.near_cap
    assert near == pytest.approx((answer.sample >= 0.95 * 11_000).mean())
    assert [one.code for one in answer.cautions] == [cautions.GRID_END]
    none = latent_class.estimate(table, effort=MORE, cap=2000)
    assert isinstance(none, Refusal)
    assert none.code == cautions.NOT_ESTIMABLE


def test_machine_code_is_made_anew_where_nothing_can_be_kept(tmp_path: Path) -> None:
    """An installation that cannot be written to, of a user who has no folder either."""
    program = (
        "import os, numba.core.caching as caching\n"
        "for one in caching.CacheImpl._locator_classes:\n"
        "    one.from_function = classmethod(lambda *_: None)\n"
        "from qantar.counting.latent_kernel import walk\n"
        "assert type(walk).__name__ == 'CPUDispatcher'\n"
        "assert type(walk._cache).__name__ == 'NullCache'\n"
    )
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
