"""Chains of the latent class model from starts far apart, run on until they agree, or given up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from arviz_stats.base.array import array_stats

from qantar.counting.chance import Stream, generator, stream_of
from qantar.counting.digits import figure
from qantar.counting.latent_kernel import (
    LEARNED,
    MASS,
    STEP,
    Chain,
    Draws,
    Prior,
    chain_for,
    walk,
)
from qantar.counting.latent_patterns import Patterns, patterns_of
from qantar.counting.table import CaptureTable, Floats

STATISTICS: Final[Any] = array_stats

_FIRST_MASS: Final = 5.0
_FIRST_STEP: Final = 0.3
_FIRST_WEIGHT: Final = 10.0  # iterations that the first guess of the mass counts for
_SMALL_SHARE: Final = -9.2  # in logs, of a class that hardly anybody is in at the start
_LARGE_RHAT: Final = 1.01
_ENOUGH: Final = 400.0
_TAIL: Final = 0.025


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """How long chains run.

    Attributes:
        chains: from different starts; at least 4, so that they can disagree.
        warm_up: iterations of each before the first round, in which step lengths are learned.
        iterations: of each in the first round. A round whose draws do not pass is thrown away:
            it was a longer warm-up, and the next one has twice as many. With 10,000 the interval
            of a table of a thousand persons of two kinds is as wide as after many times as many
            within 2 % (one standard deviation), with 5,000 within 2.5 %.
        most: iterations of each in the last round that is tried.
        kept: draws that a chain keeps of a round, evenly spaced.
    """

    chains: int = 4
    warm_up: int = 2_000
    iterations: int = 10_000
    most: int = 160_000
    kept: int = 5_000

    def __post_init__(self) -> None:
        """Refuse what gives no diagnosis."""
        if self.chains < 2 or min(self.warm_up, self.kept) < 100 or self.iterations < self.kept:  # noqa: PLR2004
            message = f"too little effort to tell whether chains agree: {self}"
            raise ValueError(message)


@dataclass(frozen=True, eq=False, kw_only=True)
class Chains:
    """What the chains of the last round drew, and whether they agree.

    Attributes:
        people: shape (chains, draws), N.
        occupied: shape (chains, draws), classes that hold anybody, observed or not.
        rhat: rank-normalised split R-hat of log N.
        ess_bulk: effective draws of log N.
        ess_tail: the smaller of those of its two outer quantiles, 2.5 % and 97.5 % unless the
            interval ends farther out.
        iterations: of each chain in all rounds, the warm-up included.
        last_round: of these, those that the draws are taken from.
    """

    people: Floats
    occupied: Floats
    rhat: float
    ess_bulk: float
    ess_tail: float
    iterations: int
    last_round: int

    @property
    def has_converged(self) -> bool:
        """Whether R-hat is below 1.01 and there are 400 effective draws, bulk and tails."""
        return self.rhat < _LARGE_RHAT and min(self.ess_bulk, self.ess_tail) >= _ENOUGH


def run_chains(
    table: CaptureTable,
    *,
    classes: int,
    prior: Prior,
    effort: Effort,
    seed: int,
    tail: float = _TAIL,
) -> Chains:
    """Run chains until they agree, or until the last round that `effort` allows.

    Each has a stream of random numbers of its own: the order in which they run is no matter.
    There must be enough effective draws of the quantiles `tail` and 1 - `tail` of log N.
    """
    patterns = patterns_of(table)
    walkers = []
    for number, own in enumerate(np.random.SeedSequence(seed).spawn(effort.chains)):
        rng = generator(own)
        chain = _start(number, table, classes, patterns, rng)
        walkers.append(_Walker(patterns, prior, chain, stream_of(rng)))
    iterations, done = effort.iterations, effort.warm_up
    for walker in walkers:
        walker.learn(effort.warm_up)
    while True:
        found = _judged([walker.draw(iterations, effort.kept) for walker in walkers], tail)
        done += iterations // effort.kept * effort.kept
        if found.has_converged or iterations * 2 > effort.most:
            return Chains(**{**vars(found), "iterations": done, "last_round": iterations})
        iterations *= 2
        for walker in walkers:
            walker.learn(effort.warm_up)
        done += effort.warm_up


class _Walker:
    """One chain: where it is, and what it has learned of its steps."""

    def __init__(self, patterns: Patterns, prior: Prior, chain: Chain, rng: Stream) -> None:
        self._patterns, self._prior, self._chain, self._rng = patterns, prior, chain, rng
        chain.lists[MASS] = _FIRST_MASS
        chain.numbers[STEP] = _FIRST_STEP

    def learn(self, iterations: int) -> None:
        """Run without keeping anything, and learn how far to step."""
        self._chain.numbers[LEARNED] = _FIRST_WEIGHT
        self._walk(1, iterations)

    def draw(self, iterations: int, kept: int) -> Draws:
        """Run with fixed steps, and keep draws."""
        self._chain.numbers[LEARNED] = -1.0
        return self._walk(kept, iterations // kept)

    def _walk(self, kept: int, every: int) -> Draws:
        draws = Draws(people=np.zeros(kept), occupied=np.zeros(kept))
        walk(self._rng, self._patterns, self._prior, self._chain, draws, every)
        return draws


def _judged(draws: list[Draws], at: float) -> Chains:
    people = np.array([one.people for one in draws])
    logs = np.log(people)
    if (people == people[0, 0]).all():  # as where everybody is on every list
        rhat, bulk, tail = 1.0, float(people.size), float(people.size)
    else:
        rhat = float(STATISTICS.rhat(logs))
        bulk = float(STATISTICS.ess(logs, method="bulk"))
        tail = float(STATISTICS.ess(logs, method="tail", prob=(at, 1 - at)))
    return Chains(
        people=people,
        occupied=np.array([one.occupied for one in draws]),
        rhat=figure(rhat),
        ess_bulk=figure(bulk),
        ess_tail=figure(tail),
        iterations=0,
        last_round=0,
    )


def _start(
    number: int,
    table: CaptureTable,
    classes: int,
    patterns: Patterns,
    rng: np.random.Generator,
) -> Chain:
    """Start a chain where the others do not: in turn in four corners, each drawn at random.

    One class, with as many unseen as seen; classes of equal share that are like nothing; three
    classes that hardly any list reaches, so that N is far above n; and one that nearly all do.
    The first sweep takes shares for what they are to each other.
    """
    lists = len(table.lists)
    size = (classes, lists)
    many = np.zeros(classes)
    few = np.where(np.arange(classes) < 3, 0.0, _SMALL_SHARE)  # noqa: PLR2004
    one = np.where(np.arange(classes) < 1, 0.0, _SMALL_SHARE)
    halved = table.sizes / (2.0 * max(table.observed, 1))
    hit, shares, alpha = [
        (halved * (0.9 + 0.2 * rng.random(size)), one, 0.05),
        (rng.random(size), many, 2.0),
        (_beta(rng, size, place=1, of=12), few, 0.5),
        (_beta(rng, size, place=6, of=8), one, 0.5),
    ][number % 4]
    hit = np.clip(hit, 1e-4, 1 - 1e-4)
    return chain_for(hit, shares, alpha, len(patterns.parent))


def _beta(rng: np.random.Generator, size: tuple[int, int], *, place: int, of: int) -> Floats:
    """Draw Beta(place, of + 1 - place), which is the so-many-th smallest of uniform numbers.

    NumPy's own would take logarithms of the C library (`chance`).
    """
    found: Floats = np.sort(rng.random((*size, of)), axis=-1)[..., place - 1]
    return found
