"""The chain leaves the posterior as it is: Geweke's joint distribution test, and relabelling."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from arviz_stats.base.array import array_stats

from qantar.counting.latent_kernel import Chain, Draws, Prior, State, Tuning, room_for, walk
from qantar.counting.latent_patterns import patterns_of
from qantar.counting.table import CaptureTable, Floats, Ints

STATISTICS: Any = array_stats
LISTS, CLASSES, OBSERVED, TURNS = 3, 4, 25, 20_000
PRIOR = Prior(named=1.5, missed=2.0, shape=1.5, rate=1.0)
MASKS = np.arange(1, 1 << LISTS)
MARKS = MASKS[:, None] >> np.arange(LISTS) & 1


def of_prior(rng: np.random.Generator) -> State:
    alpha = rng.gamma(PRIOR.shape, 1 / PRIOR.rate)
    parts = np.append(rng.beta(1, alpha, CLASSES - 1), 1.0)
    shares = np.maximum(parts * np.append(1.0, np.cumprod(1 - parts[:-1])), 1e-300)
    hit = rng.beta(PRIOR.named, PRIOR.missed, (CLASSES, LISTS))
    return State(hit=hit, miss=1 - hit, share=np.log(shares), alpha=np.array([alpha]))


def summary(state: State) -> Floats:
    """What does not depend on classes that are too small to matter."""
    shares = np.exp(state.share)
    missed = state.miss.prod(axis=1)
    on_first = shares @ state.hit[:, 0]
    found: Floats = np.array(
        [
            np.log(state.alpha[0]),
            state.alpha[0],
            shares[0],
            shares[1],
            shares.max(),
            shares @ missed,
            on_first,
            on_first**2,
            shares @ (state.hit[:, 1] * state.hit[:, 2]),
            on_first * (shares @ missed),
            shares[0] * state.hit[0, 0],
            shares[0] * state.alpha[0],
        ]
    )
    return found


def redrawn(state: State, rng: np.random.Generator) -> Ints:
    """Draw the patterns of persons who are on a list, whose number is fixed."""
    within = np.where(MARKS[:, None, :] == 1, state.hit, state.miss).prod(axis=2)
    chances = within @ np.exp(state.share)
    return rng.multinomial(OBSERVED, chances / chances.sum())


def test_draws_and_lists_drawn_by_turns_stay_with_the_prior() -> None:
    """With p(N) ∝ 1/N the number observed says nothing about shares and chances of capture.

    So lists drawn given the chain, and the chain moved given the lists, must leave all of that
    as the prior has it; any fault in a move shows here (Geweke 2004, "Getting it right").
    """
    rng = np.random.Generator(np.random.PCG64(20))
    every = CaptureTable.of_masks(list("abc"), [(int(mask), 1) for mask in MASKS])
    patterns = patterns_of(every)._replace(observed=float(OBSERVED))
    state = of_prior(rng)
    tuning = Tuning(
        mass=np.full((CLASSES, LISTS + 1), 3.0), step=np.array([0.35]), learned=np.array([-1.0])
    )
    chain = Chain(state, tuning, room_for(CLASSES, LISTS, len(MASKS)))
    draws = Draws(people=np.zeros(1), occupied=np.zeros(1))
    found = []
    for _ in range(TURNS):
        patterns.counts[:] = redrawn(state, rng)
        walk(rng, patterns, PRIOR, chain, draws, 1)
        found.append(summary(state))
    by_turns = np.array(found)
    straight = np.array([summary(of_prior(rng)) for _ in range(TURNS)])
    for place in range(by_turns.shape[1]):
        one, other = by_turns[:, place], straight[:, place]
        effective = float(STATISTICS.ess(one.reshape(4, -1), method="mean"))
        assert effective > 300
        error = np.hypot(one.std() / np.sqrt(effective), other.std() / np.sqrt(len(other)))
        assert one.mean() == pytest.approx(other.mean(), abs=4 * error), place
