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

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from qantar.linking.candidates import Candidates
from qantar.linking.clusters import Clustering, Ties
from qantar.linking.result import Floats, Interval, Ints

_TOGETHER: Final = 200.0  # pairs that all kinds together count for, beside one kind's own
_BOUND: Final = 1.2
"""By how much the bound is raised: a lower bound, and rules miss alike what is hard to find."""
_SURE: Final = 12.0
"""Natural log odds beyond which no noise is worth drawing."""


@dataclass(frozen=True, slots=True)
class Missed:
    """What share of the true pairs of two lists was never scored, by the number of the two.

    `share` is its centre; it is drawn as a log-normal with `spread`, the standard deviation of its
    natural logarithm. The same factor holds for all lists of one draw: what rules miss, they miss
    everywhere.
    """

    share: Floats
    spread: float = 0.4


def missed_by_rules(
    pairs: Candidates, kind: Ints, belief: Floats, kinds: int, audited: float | None = None
) -> Missed:
    """Estimate what no rule found from how rules of different sorts overlap.

    Rules are of three sorts: by names alone, with births, with places and days of events. As many
    true pairs are found by none as follows from those that one sort or two found (Chao's
    lower bound), by kind of pair, drawn towards all kinds together.

    Args:
        pairs: the candidates, with the rules that found them.
        kind: of each pair the number of its two lists together.
        belief: of each pair how surely it is one person.
        kinds: how many kinds there are.
        audited: the share that a random audit found missed, which replaces the overall estimate.

    Source: Chao (1987) for the bound.
    """
    sorts = np.zeros((3, len(belief)), dtype=bool)
    for bit, name in enumerate(pairs.names):
        hit = (pairs.rules >> np.uint32(bit)) & np.uint32(1) == 1
        with_birth = "birth" in name and "birth_place" not in name
        with_event = "event" in name or "place" in name
        sorts[0] |= hit & with_birth
        sorts[1] |= hit & with_event
        sorts[2] |= hit & (not with_birth and not with_event)
    times = sorts.sum(axis=0)
    once, twice, all_ = (
        np.bincount(kind, weights=belief * which, minlength=kinds)
        for which in (times == 1, times == 2, times > 0)  # noqa: PLR2004
    )
    overall = _chao(once.sum(), twice.sum(), all_.sum()) if audited is None else audited
    own = np.array([_chao(*one) for one in zip(once, twice, all_, strict=True)])
    weight = all_ / (all_ + _TOGETHER)
    return Missed(np.clip(weight * own + (1 - weight) * overall, 0.002, 0.5))


def _chao(once: float, twice: float, found: float) -> float:
    missed = _BOUND * once * once / (2 * max(twice, 1.0))
    return missed / max(found + missed, 1.0)


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
    factor = np.exp(missed.spread * rng.standard_normal())
    for i in range(lists):
        for j in range(i + 1, lists):
            share = min(0.6, factor * float(missed.share[i * lists + j]))
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
