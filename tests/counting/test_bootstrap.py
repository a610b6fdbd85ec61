"""The bootstrap of the chosen model: SciPy's BCa, published intervals, infinities, the choice."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from qantar.counting.bootstrap import Bootstrap, bootstrap, quantiles
from qantar.counting.model_choice import BestOfAll, Choice
from qantar.counting.poisson_faces import FaceFinder
from qantar.counting.poisson_models import all_models, terms_of
from qantar.counting.stepwise import StepByStep
from qantar.counting.table import Floats
from tests.counting import town
from tests.counting.published import published

TABLES = published()
ENDS = np.array([0.025, 0.975])
TOWN = town.TOWN.cells()[1:].astype(np.float64)


def _counts(name: str) -> Floats:
    return TABLES[name].table.cells()[1:].astype(np.float64)


def _by_bic(counts: Floats, *, lists: int, replicates: int = 1000, seed: int = 0) -> Bootstrap:
    terms = terms_of(lists, lists - 1)
    best = BestOfAll(FaceFinder(terms), all_models(lists, terms.order), counts)
    return bootstrap(counts, best, np.random.default_rng(seed), replicates=replicates)


def test_with_one_model_it_is_scipys_bca() -> None:
    """[12,13], whose N is known in closed form, so that SciPy can resample the persons."""
    terms = terms_of(3, 2)
    model = terms.columns([0b011, 0b101])
    only = BestOfAll(FaceFinder(terms), model[None], TOWN)
    ours = bootstrap(TOWN, only, np.random.default_rng(1), replicates=6000)

    def total(persons: Floats, axis: int) -> Floats:
        alone2, alone3, both = ((persons == p).sum(axis=axis) for p in (1, 3, 5))
        found: Floats = persons.shape[axis] + alone2 * alone3 / np.maximum(both, 0.5)
        return found

    theirs = stats.bootstrap(
        (np.repeat(np.arange(7), TOWN.astype(int)),),
        total,
        n_resamples=6000,
        method="BCa",
        rng=np.random.default_rng(2),
        vectorized=True,
    ).confidence_interval
    low, high = ours.quantiles(ENDS)
    assert low == pytest.approx(theirs.low, rel=0.03)
    assert high == pytest.approx(theirs.high, rel=0.06)


def test_the_interval_for_kosovo_is_the_published_one() -> None:
    """Silverman, Chan and Vincent (2024), all 113 models: 6,900 to 18,000; 80 %: 7,400 to 12,200."""
    boot = _by_bic(_counts("kosovo_killings_1999"), lists=4)
    assert boot.quantiles(ENDS).tolist() == pytest.approx([6900, 18000], rel=0.06)
    assert boot.quantiles(np.array([0.1, 0.9])).tolist() == pytest.approx([7400, 12200], rel=0.06)


@pytest.mark.parametrize("name", ["spina_bifida_ny", "hiv_rome", "kosovo_killings_1999"])
def test_step_by_step_the_interval_is_sparsemses(name: str) -> None:
    """Its ends are from 100 to 200 draws, good for a tenth of their distance."""
    stored = TABLES[name].reference["SparseMSE_stepwise"]
    counts = _counts(name)
    chooser = StepByStep(FaceFinder(terms_of(TABLES[name].lists, 2)))
    low, high = bootstrap(counts, chooser, np.random.default_rng(3), replicates=1000).quantiles(
        ENDS
    )
    width = stored["hi95"] - stored["lo95"]
    assert low == pytest.approx(stored["lo95"], abs=0.1 * width)
    assert high == pytest.approx(stored["hi95"], abs=0.2 * width)


def test_every_replicate_chooses_its_model_anew() -> None:
    """In hepatitis A the model flips, and with it N by a factor of three; one model hides that."""
    counts = _counts("hepatitis_a_taiwan")
    boot = _by_bic(counts, lists=3)
    assert sum(boot.chosen.values()) == 1000
    assert sorted(boot.chosen.values())[-2] > 50
    terms = terms_of(3, 2)
    fixed = BestOfAll(FaceFinder(terms), boot.columns[None], counts)
    alone = bootstrap(counts, fixed, np.random.default_rng(0), replicates=1000)
    assert boot.quantiles(ENDS)[0] < 0.75 * alone.quantiles(ENDS)[0]


def test_the_acceleration_is_that_of_leaving_each_person_out() -> None:
    terms = terms_of(3, 2)
    model = terms.columns([0b011, 0b101])
    only = BestOfAll(FaceFinder(terms), model[None], TOWN)
    boot = bootstrap(TOWN, only, np.random.default_rng(1), replicates=1)
    # N = n + 40 * 30 / 10 without one person: on 2 alone, on 3 alone, on both, or elsewhere
    without = np.repeat([165 + 117, 165 + 116, 165 + 1200 / 9, 165 + 120.0], [40, 30, 10, 86])
    away = without.mean() - without
    by_hand = (away**3).sum() / (6 * (away**2).sum() ** 1.5)
    assert boot.acceleration == pytest.approx(by_hand, rel=1e-9)


def test_where_many_patterns_occur_groups_of_persons_are_left_out() -> None:
    """Eight lists of independent persons, 1,700 of them on any, in more than a hundred patterns.

    The influence of a person on N is spread alike, so that groups give the same acceleration as
    each person, but for the error that the module names: 0.65 / 100.
    """
    rng = np.random.default_rng(5)
    chances = rng.uniform(0.1, 0.3, 8)
    masks = (rng.random((2000, 8)) < chances) @ (1 << np.arange(8))
    counts = np.bincount(masks, minlength=256)[1:].astype(np.float64)
    assert (counts > 0).sum() > 100
    tables: list[Floats] = []

    class Noted(StepByStep):
        def choose(self, given: Floats) -> Choice:
            tables.append(given)
            return super().choose(given)

    finder = FaceFinder(terms_of(8, 2))
    in_groups = bootstrap(counts, Noted(finder), rng, replicates=1)
    left = counts - tables[0][2:]
    assert left.shape[0] == 100
    assert (left.sum(axis=0) == counts).all()
    assert np.ptp(left.sum(axis=1)) <= 1
    each = counts - np.eye(255)[counts > 0]
    choice = StepByStep(finder).choose(each)
    share = 1 + choice.unseen / each.sum(axis=1)
    away = np.average(share, weights=counts[counts > 0]) - share
    square, cube = (float((counts[counts > 0] * away**k).sum()) for k in (2, 3))
    assert in_groups.acceleration == pytest.approx(cube / (6 * square**1.5), abs=3 * 0.0065)


def test_draws_spread_as_counts_of_independent_lists_do() -> None:
    """Standard error of N with the model known (Darroch 1958), here with the persons missed."""
    terms = terms_of(3, 2)
    model = terms.columns([])
    total = 3000.0
    chances = np.array([0.3, 0.25, 0.2])
    shares = np.prod(np.where(terms.design[:, 1:4] > 0, chances, 1 - chances), axis=1)
    counts = np.round(total * shares)
    only = BestOfAll(FaceFinder(terms), model[None], counts)
    rng = np.random.default_rng(4)
    boot = bootstrap(counts, only, rng, replicates=4000)
    missed = float(np.prod(1 - chances))
    darroch = total / (1 / missed + 2 - (1 / (1 - chances)).sum())
    assert boot.sample(rng, 4000).std() == pytest.approx(np.sqrt(darroch), rel=0.05)
    assert boot.replicates.std() < 0.9 * np.sqrt(darroch)


def test_quantiles_reach_into_infinity_and_no_further() -> None:
    values = np.array([1.0, 2.0, 3.0, np.inf])
    assert quantiles(values, np.array([0.0, 0.125, 0.25, 0.5])).tolist() == [1.0, 1.0, 1.5, 2.5]
    assert quantiles(values, np.array([0.625, 0.7, 1.0])).tolist() == [3.0, np.inf, np.inf]


def test_the_same_seed_draws_the_same_and_no_draw_is_below_the_observed() -> None:
    first, second = (_by_bic(TOWN, lists=3, replicates=200, seed=9) for _ in range(2))
    assert first.replicates.tolist() == second.replicates.tolist()
    draws = first.sample(np.random.default_rng(1), 300)
    assert draws.tolist() == second.sample(np.random.default_rng(1), 300).tolist()
    assert draws.min() >= 166
    assert (draws == np.round(draws)).all()
