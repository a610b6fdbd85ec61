"""How else it could be: whole divisions of the rows into persons, drawn from what is doubtful.

Two doubts are drawn. A scored pair may be one person or not, as its probability says: each
draw shakes the log odds of every pair by logistic noise and divides the rows anew, so that
a pair by itself is joined as often as its probability says, and groups keep their sense.
And some pairs were never scored: of each two lists a share of the true pairs is missed,
and each draw joins as many persons at random as that share, itself drawn, leaves out.

Source: Papandreou & Yuille (2011) for drawing by shaking and maximising; Sadinle (2018)
for carrying doubt about linkage into counts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from qantar.linking.clusters import Clustering, Ties
from qantar.linking.result import Floats, Interval, Ints

_SURE: Final = 12.0
"""Natural log odds beyond which no noise is worth drawing."""


@dataclass(frozen=True, slots=True)
class Missed:
    """What share of the true pairs of two lists was never scored: a beta distribution.

    `found` and `missed` are its counts, by the number of the two lists together.
    """

    found: Mapping[int, float]
    missed: Mapping[int, float]


def draws(
    ties: Ties,
    clustering: Clustering,
    missed: Missed,
    *,
    count: int,
    rng: np.random.Generator,
    wobble: tuple[float, float] = (0.08, 0.25),
) -> Iterator[Ints]:
    """Give divisions of the rows, one after the other; each obeys all decisions.

    Args:
        ties: what is known of pairs.
        clustering: of the same ties.
        missed: how many true pairs were never scored.
        count: how many draws.
        rng: the chance; the same seed gives the same draws.
        wobble: standard deviations of the slope (as a share) and of the base (natural log
            units) of the calibration, drawn for each draw.
    """
    lists = int(ties.list_of.max()) + 1 if len(ties.list_of) else 0
    for _ in range(count):
        slope = 1.0 + wobble[0] * rng.standard_normal()
        base = wobble[1] * rng.standard_normal()
        noise = rng.logistic(size=len(ties.weight))
        shaken = np.clip(ties.weight * slope + base, -40, 40)
        shaken = np.where(np.abs(ties.weight) < _SURE, shaken + noise, shaken)
        person = clustering.again(replace(ties, weight=shaken))
        yield _with_missed(person, ties, missed, lists, rng)


def _with_missed(
    person: Ints, ties: Ties, missed: Missed, lists: int, rng: np.random.Generator
) -> Ints:
    """Join persons at random whose lists do not meet, as many as are missed."""
    person = person.copy()
    firsts = np.unique(person)
    place = np.searchsorted(firsts, person)
    has = np.zeros((len(firsts), lists), dtype=bool)
    has[place, ties.list_of] = True
    barred = {row for pair in ties.apart for row in pair}
    decided = {person[row] for row in barred} | {person[g[0]] for g in ties.together}
    free = np.array([one not in decided for one in firsts])
    joined = np.arange(len(firsts))
    for i in range(lists):
        for j in range(i + 1, lists):
            kind = i * lists + j
            share = rng.beta(missed.missed.get(kind, 1.0), missed.found.get(kind, 30.0))
            both = int((has[:, i] & has[:, j]).sum())
            many = rng.poisson(both * share / max(1e-9, 1 - share))
            one = np.flatnonzero(has[:, i] & ~has[:, j] & free & (joined == np.arange(len(firsts))))
            two = np.flatnonzero(has[:, j] & ~has[:, i] & free & (joined == np.arange(len(firsts))))
            many = min(many, len(one), len(two))
            if not many:
                continue
            a, b = rng.permutation(one)[:many], rng.permutation(two)[:many]
            fits = ~(has[a] & has[b]).any(axis=1) & (a != b)
            a, b = a[fits], b[fits]
            joined[b] = a
            has[a] |= has[b]
            free[b] = False
    result: Ints = firsts[joined[place]]
    return result


def interval(point: int, counts: Floats | Ints, level: float = 0.95) -> Interval:
    """Give a number with the equal-tailed interval of its draws.

    The point of the best division need not lie within, where that division itself is
    biased; then the interval is widened to hold it.
    """
    if not len(counts):
        return Interval(point, point, point, level)
    tail = (1 - level) / 2
    low, high = np.quantile(counts, (tail, 1 - tail))
    return Interval(point, int(min(low, point)), int(np.ceil(max(high, point))), level)
