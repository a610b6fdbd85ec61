"""The chain leaves the posterior as it is: Geweke's joint distribution test."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from arviz_stats.base.array import array_stats

from qantar.counting.chance import generator, stream_of
from qantar.counting.latent_kernel import (
    ALPHA,
    HIT,
    LEARNED,
    MASS,
    MISS,
    SHARE,
    STEP,
    Chain,
    Draws,
    Prior,
    chain_for,
    walk,
)
from qantar.counting.latent_patterns import patterns_of
from qantar.counting.table import CaptureTable, Floats, Ints

STATISTICS: Any = array_stats
LISTS, CLASSES, OBSERVED, TURNS = 3, 4, 25, 20_000
PRIOR = Prior(named=1.5, missed=2.0, shape=1.5, rate=1.0)
MASKS = np.arange(1, 1 << LISTS)
MARKS = MASKS[:, None] >> np.arange(LISTS) & 1


def of_prior(rng: np.random.Generator) -> Chain:
    alpha = rng.gamma(PRIOR.shape, 1 / PRIOR.rate)
    parts = np.append(rng.beta(1, alpha, CLASSES - 1), 1.0)
    shares = np.maximum(parts * np.append(1.0, np.cumprod(1 - parts[:-1])), 1e-300)
    hit = rng.beta(PRIOR.named, PRIOR.missed, (CLASSES, LISTS))
    return chain_for(hit, np.log(shares), alpha, 1 << LISTS)


def summary(chain: Chain) -> Floats:
    """What does not depend on classes that are too small to matter."""
    alpha, shares = chain.numbers[ALPHA], np.exp(chain.classes[SHARE, :-1])
    hit, missed = chain.lists[HIT, :, :-1], chain.lists[MISS, :, :-1].prod(axis=1)
    on_first = shares @ hit[:, 0]
    found: Floats = np.array(
        [
            np.log(alpha),
            alpha,
            shares[0],
            shares[1],
            shares.max(),
            shares @ missed,
            on_first,
            on_first**2,
            shares @ (hit[:, 1] * hit[:, 2]),
            on_first * (shares @ missed),
            shares[0] * hit[0, 0],
            shares[0] * alpha,
        ]
    )
    return found


def redrawn(chain: Chain, rng: np.random.Generator) -> Ints:
    """Draw the patterns of persons who are on a list, whose number is fixed."""
    within = np.where(
        MARKS[:, None, :] == 1, chain.lists[HIT, :, :-1], chain.lists[MISS, :, :-1]
    ).prod(axis=2)
    chances = within @ np.exp(chain.classes[SHARE, :-1])
    return rng.multinomial(OBSERVED, chances / chances.sum())


def test_draws_and_lists_drawn_by_turns_stay_with_the_prior() -> None:
    """With p(N) ∝ 1/N the number observed says nothing about shares and chances of capture.

    So lists drawn given the chain, and the chain moved given the lists, must leave all of that
    as the prior has it; any fault in a move shows here (Geweke 2004, "Getting it right").
    """
    rng = np.random.Generator(np.random.PCG64(20))
    stream = stream_of(generator(np.random.SeedSequence(20)))
    every = CaptureTable.of_masks(list("abc"), [(int(mask), 1) for mask in MASKS])
    patterns = patterns_of(every)._replace(observed=float(OBSERVED))
    chain = of_prior(rng)
    chain.lists[MASS] = 3.0
    chain.numbers[STEP], chain.numbers[LEARNED] = 0.35, -1.0
    draws = Draws(people=np.zeros(1), occupied=np.zeros(1))
    found = []
    for _ in range(TURNS):
        patterns.counts[1:] = redrawn(chain, rng)
        walk(stream, patterns, PRIOR, chain, draws, 1)
        found.append(summary(chain))
    by_turns = np.array(found)
    straight = np.array([summary(of_prior(rng)) for _ in range(TURNS)])
    for place in range(by_turns.shape[1]):
        one, other = by_turns[:, place], straight[:, place]
        effective = float(STATISTICS.ess(one.reshape(4, -1), method="mean"))
        assert effective > 300
        error = np.hypot(one.std() / np.sqrt(effective), other.std() / np.sqrt(len(other)))
        assert one.mean() == pytest.approx(other.mean(), abs=4 * error), place
