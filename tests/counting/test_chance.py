"""Numbers drawn at random: the bits of a published generator, and the distributions asked for."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import stats

from qantar.counting.chance import (
    Stream,
    binomial_draw,
    gamma_draw,
    generator,
    log_gamma_draw,
    normal,
    poisson_draw,
    stream_of,
    uniform,
)
from qantar.counting.compiling import entered
from qantar.counting.table import Floats

SEED = np.random.SeedSequence(3)


@entered
def uniforms(rng: Stream, found: Floats) -> None:
    for i in range(len(found)):
        found[i] = uniform(rng)


@entered
def normals(rng: Stream, found: Floats) -> None:
    for i in range(len(found)):
        found[i] = normal(rng)


@entered
def log_gammas(rng: Stream, found: Floats, shape: float) -> None:
    for i in range(len(found)):
        found[i] = log_gamma_draw(rng, shape)


def test_uniform_numbers_are_those_of_numpys_own_generator_of_the_same_bits() -> None:
    found = np.zeros(1000)
    uniforms(stream_of(generator(SEED)), found)
    assert np.array_equal(found, generator(SEED).random(1000))


def test_normal_numbers_are_normal_out_to_their_tails() -> None:
    """In bins between −4.5 and 4.5, of which the outer ones lie beyond the last layer (χ²)."""
    found = np.zeros(4_000_000)
    normals(stream_of(generator(SEED)), found)
    ends = np.concatenate([[-4.5, -4.0], np.linspace(-3.7, 3.7, 75), [4.0, 4.5]])
    wished = np.diff(np.concatenate([[0.0], stats.norm.cdf(ends), [1.0]])) * len(found)
    counts = np.bincount(np.searchsorted(ends, found), minlength=len(ends) + 1)
    assert wished.min() > 10
    assert stats.chisquare(counts, wished * counts.sum() / wished.sum()).pvalue > 1e-4
    assert found.mean() == pytest.approx(0.0, abs=4.5 / np.sqrt(len(found)))
    assert found.std() == pytest.approx(1.0, abs=4.5 / np.sqrt(2 * len(found)))


@pytest.mark.parametrize("shape", [1e-6, 0.02, 0.5, 3.0])
def test_logs_of_gamma_numbers_hold_where_the_numbers_are_too_small_to_be_held(
    shape: float,
) -> None:
    """By mean and deviation of log G: digamma, and the root of trigamma."""
    found = np.zeros(200_000)
    log_gammas(stream_of(generator(SEED)), found, shape)
    exact = stats.loggamma(shape)
    assert found.mean() == pytest.approx(exact.mean(), abs=4.5 * exact.std() / np.sqrt(len(found)))
    assert found.std() == pytest.approx(exact.std(), rel=0.03)


@entered
def many(rng: Stream, found: Floats, persons: float, chance: float) -> None:
    """Fill in binomial draws; a chance of 2 asks for Poisson, of 3 for gamma ones."""
    for i in range(len(found)):
        if chance > 2:
            found[i] = gamma_draw(rng, persons)
        elif chance > 1:
            found[i] = poisson_draw(rng, persons)
        else:
            found[i] = binomial_draw(rng, persons, chance)


BINOMIALS = [
    (7.0, 0.3),
    (1.0, 0.9),
    (60.0, 0.97),
    (40.0, 0.26),
    (2000.0, 0.002),
    (900.0, 0.5),
    (3e6, 0.7),
]


@pytest.mark.parametrize(
    ("persons", "chance", "exact"),
    [(persons, chance, stats.binom(persons, chance)) for persons, chance in BINOMIALS]
    + [(mean, 2.0, stats.poisson(mean)) for mean in (0.02, 3.0, 9.9, 10.0, 75.0, 1e6)]
    + [(shape, 3.0, stats.gamma(shape)) for shape in (1.0, 1.7, 40.0, 1e5)],
)
def test_numbers_drawn_at_random_have_the_distribution_they_should(
    persons: float, chance: float, exact: Any
) -> None:
    """In twelve bins as likely as each other, or as near to it as whole numbers allow: χ²."""
    found = np.zeros(200_000)
    many(stream_of(generator(SEED)), found, persons, chance)
    ends = np.unique(exact.ppf(np.arange(1, 12) / 12))
    wished = np.diff(np.concatenate([[0.0], exact.cdf(ends), [1.0]])) * len(found)
    counts = np.diff(np.concatenate([[0], [(found <= end).sum() for end in ends], [len(found)]]))
    kept = wished > 5
    assert counts[~kept].sum() <= 20
    assert (
        stats.chisquare(counts[kept], wished[kept] / wished[kept].sum() * counts[kept].sum()).pvalue
        > 1e-4
    )
    assert found.mean() == pytest.approx(exact.mean(), abs=4.5 * exact.std() / np.sqrt(len(found)))
    assert found.std() == pytest.approx(exact.std(), rel=0.03)
