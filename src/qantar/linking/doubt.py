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

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from qantar.linking.candidates import LAST_RESORTS, Candidates
from qantar.linking.clusters import Clustering, Ties
from qantar.linking.result import Floats, Interval, Ints

_TOGETHER: Final = 200.0  # pairs that all kinds together count for, beside one kind's own
_ONCE, _TWICE = 1, 2
_LEAST_LEFT: Final = 0.5
"""Of what other rules miss, what last resorts leave at the least."""
_OF_BOTH: Final = 0.7
_MISSED_TOO: Final = 0.3  # how likely a second pair of a person is missed where the first is
_DOUBTFUL: Final = 4.0
"""Natural log odds within which a pair makes a difference."""
_OWN_BASE: Final = 1.0
_OWN_MISSED: Final = 1.0
"""How far two lists may be off by themselves: the base of their pairs (natural log units), and
the share of theirs that is missed (standard deviation of its natural logarithm)."""
_MOST_MISSED: Final = 1.5
"""Missed pairs for each that was found: more is not believed."""
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
    spread: float = 0.45


def missed_by_rules(pairs: Candidates, kind: Ints, belief: Floats, kinds: int) -> Missed:
    """Estimate what no rule found from how the rules that found pairs overlap.

    What many find only once, some find not at all (Chao's lower bound). It is taken twice: over
    three sorts of rules (by names alone, with births, with places and days of events), and over
    single rules. On generated lists with known truth the true pairs that stay apart for it are
    some seven tenths of the two together; others of a person lead to the rest. By kind of
    pair, drawn towards all kinds together.

    Args:
        pairs: the candidates, with the rules that found them.
        kind: of each pair the number of its two lists together.
        belief: of each pair how surely it is one person.
        kinds: how many kinds there are.

    Source: Chao (1987) for the bound.
    """
    resorts = sum(1 << pairs.names.index(one) for one in LAST_RESORTS)
    rules = pairs.rules & ~np.uint64(resorts)
    looks = (_sorts(rules, pairs.names), np.bitwise_count(rules))
    counts = [
        [
            np.bincount(kind, weights=belief * which, minlength=kinds)
            for which in (times == _ONCE, times == _TWICE, times > 0)
        ]
        for times in looks
    ]
    overall = _OF_BOTH * sum(_chao(*(one.sum() for one in look)) for look in counts)
    own = np.array(
        [_OF_BOTH * sum(_chao(*(x[at] for x in look)) for look in counts) for at in range(kinds)]
    )
    found: Floats = counts[0][-1].astype(float)
    weight = found / (found + _TOGETHER)
    share = np.clip(weight * own + (1 - weight) * overall, 0.002, 0.5)
    every: Floats = np.bincount(kind, weights=belief, minlength=kinds).astype(float)
    return Missed(_left(share, found, every - found))


def _left(share: Floats, found: Floats, resorts: Floats) -> Floats:
    """Give what share stays missed where last resorts found some of what other rules missed.

    The smaller share of it that they find in all kinds together counts for each kind.
    """
    missed = share / (1 - share) * found
    part = max(_LEAST_LEFT, 1 - resorts.sum() / max(1e-9, missed.sum()))
    left = part * share / (1 - share)
    result: Floats = left / (1 + left)
    return result


def _sorts(rules: np.ndarray, names: Sequence[str]) -> Ints:
    """Count by how many sorts of rules each pair was found."""
    sorts = np.zeros((3, len(rules)), dtype=bool)
    for bit, name in enumerate(names):
        hit = (rules >> np.uint64(bit)) & np.uint64(1) == 1
        with_birth = "day of birth" in name or "year of birth" in name
        with_event = "event" in name or "place" in name
        sorts[0] |= hit & with_birth
        sorts[1] |= hit & with_event
        sorts[2] |= hit & (not with_birth and not with_event)
    times: Ints = sorts.sum(axis=0)
    return times


def _chao(once: float, twice: float, found: float) -> float:
    missed = once * once / (2 * max(twice, 1.0))
    return float(missed / max(found + missed, 1.0))


def draws(
    ties: Ties,
    clustering: Clustering,
    missed: Missed,
    *,
    count: int,
    rng: np.random.Generator,
    wobble: tuple[float, float] = (0.08, 0.45),
    unsure: Callable[[np.random.Generator], Floats] | None = None,
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
        unsure: draws what may have to be added to the weights, where these were learned.
    """
    lists = int(ties.list_of.max()) + 1 if len(ties.list_of) else 0
    one, other = ties.list_of[ties.left], ties.list_of[ties.right]
    kind = np.minimum(one, other) * lists + np.maximum(one, other)
    doubtful = np.bincount(kind[np.abs(ties.weight) < _DOUBTFUL], minlength=lists * lists)
    for _ in range(count):
        slope = 1.0 + wobble[0] * rng.standard_normal()
        own = _OWN_BASE * rng.standard_normal(lists * lists)
        # What one kind of pairs gains another loses: how many are true in all is `wobble`'s to say.
        own -= (own * doubtful).sum() / max(1, doubtful.sum())
        base = wobble[1] * rng.standard_normal() + own[kind]
        noise = rng.logistic(size=len(ties.weight))
        weight = ties.weight if unsure is None else ties.weight + unsure(rng)
        shaken = np.clip(weight * slope + base, -40, 40)
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
    free = ~np.isin(firsts, np.array(sorted(decided), dtype=np.int64))
    joined = np.arange(len(firsts))
    expected = drawn_missing(has, missed, lists, rng)
    for i in range(lists):
        for j in range(i + 1, lists):
            many = rng.poisson(expected[i, j])
            one = np.flatnonzero(has[:, i] & ~has[:, j] & free & (joined == np.arange(len(firsts))))
            two = np.flatnonzero(has[:, j] & ~has[:, i] & free & (joined == np.arange(len(firsts))))
            many = min(many, len(one), len(two))
            if not many:
                continue
            a, b = (_chosen(group, has, many, rng) for group in (one, two))
            fits = ~(has[a] & has[b]).any(axis=1) & (a != b)
            a, b = a[fits], b[fits]
            joined[b] = a
            has[a] |= has[b]
            free[b] = False
    while not np.array_equal(further := joined[joined], joined):
        joined = further  # who was joined to somebody who was joined later goes with them
    result: Ints = firsts[joined[place]]
    return result


def drawn_missing(has: np.ndarray, missed: Missed, lists: int, rng: np.random.Generator) -> Floats:
    """Draw how many true pairs of each two lists are missed, as a number to be expected.

    Which lists they are of is drawn beside how many they are in all, and does not change that.

    Args:
        has: by person and list, whether one stands on the other.
        missed: how many are missed.
        lists: how many lists there are.
        rng: the chance.

    Returns:
        By both lists, the first before the second; 0 elsewhere.
    """
    share = missed.share.reshape(lists, lists)
    both = np.triu(has.T.astype(float) @ has, 1)
    expected = both * share / (1.0 - share)
    own = expected * np.exp(_OWN_MISSED * rng.standard_normal((lists, lists)))
    factor = np.exp(missed.spread * rng.standard_normal())
    same_in_all = factor * expected.sum() / max(1e-9, own.sum())
    drawn: Floats = np.minimum(own * same_in_all, _MOST_MISSED * both)
    return drawn


def _chosen(group: Ints, has: np.ndarray, many: int, rng: np.random.Generator) -> Ints:
    """Choose persons: one who stands on several lists was missed by several pairs at once."""
    weight = _MISSED_TOO ** (has[group].sum(axis=1) - 1.0)
    # The largest of exponential keys: drawing without replacement, each by its weight.
    keys = np.log(rng.random(len(group))) / weight
    return group[np.argsort(-keys, kind="stable")[:many]]


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
