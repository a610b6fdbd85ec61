"""Pairs that no rule found and that may be one person all the same: where what is missed is sought.

Rules far too wide for all rows are good enough for persons who are on two lists apart. They
show no more than a part of what is missed (`SHOWN`): two rows that share no name, no
initials and no day are found by no key. What audits of such pairs find says how far the
estimate from the rules alone (`doubt.missed_by_rules`) is right.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from qantar.linking.candidates import wider_pairs
from qantar.linking.chance import drawn_order, pair_chance
from qantar.linking.doubt import Missed
from qantar.linking.fields import compared
from qantar.linking.people_table import PeopleTable
from qantar.linking.result import Floats, Ints, Places
from qantar.linking.scoring import Scored
from qantar.linking.word_levels import Similar

SHOWN: Final = 0.7
"""How many true near misses there are for each link of two persons that no rule found.

As lists of two generators with known truth show: 0.68 to 1.0 and 0.46 to 0.69; it may be above 1,
because a person who is split in three is near-missed up to three times, and needs two links.
"""
_SHOWN_SPREAD: Final = 0.25
"""How far that number may be off (standard deviation of its natural logarithm), together with the
estimate of the rules: what hides rows from one search hides them from the other. Taken for a
chance of its own, it made intervals after audits too narrow."""
_LEAST: Final = 1e-3
"""Probability below which a near miss is none."""
_CUTS: Final = (0.01, 0.1, 0.5)
_COUNT_FOR: Final = 4.0
"""Pairs that the score itself counts for, in each stratum."""
_SEED: Final = 2


@dataclass(frozen=True, slots=True)
class NearMisses:
    """Pairs of persons who are on no list together, the likeliest pair of each two persons.

    `left` < `right` are places in the table, `kind` numbers the two lists together, and
    `probability` is by the shipped scores. `order` is that in which they are asked at random.
    """

    left: Places
    right: Places
    kind: Ints
    probability: Floats
    order: Ints

    def __len__(self) -> int:
        """How many there are."""
        return len(self.left)


def near_misses(table: PeopleTable, shipped: Scored, person: Ints, similar: Similar) -> NearMisses:
    """Look for near misses.

    Args:
        table: the rows.
        shipped: the candidates, scored as without any answer.
        person: the division without any decision.
        similar: tells how alike two words are.
    """
    size = np.uint64(max(1, len(table)))
    looked_at = [(shipped.found.left, shipped.found.right)]
    if shipped.dropped is not None:
        looked_at.append((shipped.dropped.left, shipped.dropped.right))
    known = [a.astype(np.uint64) * size + b.astype(np.uint64) for a, b in looked_at]
    codes = np.setdiff1d(wider_pairs(table), np.concatenate(known), assume_unique=True)
    left, right = (part.astype(np.int64) for part in (codes // size, codes % size))
    apart = _on_no_list_together(table, person, left, right)
    found = compared(table, left[apart], right[apart], similar)
    scores = shipped.with_pairs(table, found)
    count = len(shipped.odds)
    said, kind = scores.probability[count:], scores.kind[count:]
    use = _likeliest(person[found.left], person[found.right], said)
    use = use[said[use] > _LEAST]
    near, said = found.of(use), said[use]
    chance = pair_chance(table, near.left, near.right, _SEED)
    order = drawn_order(chance, np.sqrt(said * (1.0 - said)))
    return NearMisses(near.left, near.right, kind[use], said, order)


def _on_no_list_together(table: PeopleTable, person: Ints, left: Ints, right: Ints) -> np.ndarray:
    number = np.unique(person, return_inverse=True)[1]
    on_list = np.zeros((int(number.max(initial=-1)) + 1, len(table.lists)), dtype=bool)
    on_list[number, table.list_of] = True
    meet = on_list[number[left]] & on_list[number[right]]
    return np.asarray(~meet.any(axis=1))


def _likeliest(one: Ints, other: Ints, said: Floats) -> Ints:
    """Give of each two persons the likeliest pair."""
    low, high = np.minimum(one, other), np.maximum(one, other)
    order = np.lexsort((-said, high, low))
    low, high = low[order], high[order]
    first = np.ones(len(order), dtype=bool)
    first[1:] = np.any(np.diff((low, high)) != 0, axis=0)
    return np.sort(order[first])


def audited(
    missed: Missed, near: NearMisses, found: Floats, asked: Ints, same: np.ndarray
) -> Missed:
    """Move what the rules say is missed towards what audits of near misses found.

    In each stratum of probability the share of true pairs is a Beta, with the mean that the score
    says before anybody answers; what the strata hold together, divided by the part that near
    misses show, are the pairs that are missed. It is set against the estimate from the rules,
    each with the weight of what it is sure of, on the scale of logarithms.

    Args:
        missed: as the rules say.
        near: the near misses.
        found: by kind of pair, how many true pairs were found.
        asked: numbers of those that were answered in an audit.
        same: what was said of each.

    Source: Sadinle (2018) and Neyman (1934), for strata.
    """
    if not len(asked):
        return missed
    share, spread = _true_shares(near, asked, same)
    left_over = share.copy()
    left_over[asked] = 0.0  # what was answered is missed no more
    by_kind = np.bincount(near.kind, weights=left_over, minlength=len(found)) / SHOWN
    # Of kinds with few pairs chance alone moves the number.
    doubt = spread**2 + _SHOWN_SPREAD**2 + 1.0 / (1.0 + by_kind)
    seen = (by_kind + 0.5) / (found + by_kind + 1.0)
    seen_counts, _ = _together(doubt, missed.spread**2)
    moved = seen_counts * np.log(seen) + (1.0 - seen_counts) * np.log(missed.share)
    _, both = _together(np.array(spread**2 + _SHOWN_SPREAD**2), missed.spread**2)
    return replace(missed, share=np.clip(np.exp(moved), 0.0, 0.6), spread=float(np.sqrt(both)))


def _together(one: Floats, other: float) -> tuple[Floats, Floats]:
    """Give the weight of audits beside the rules that makes them surest, and the variance then.

    What audits lack of all that is missed, and what the rules lack, are off together.

    Args:
        one: the variance of what audits say.
        other: that of what the rules say.
    """
    shared = _SHOWN_SPREAD * np.sqrt(other)
    weight = np.clip((other - shared) / (one + other - 2.0 * shared), 0.0, 1.0)
    rest = 1.0 - weight
    variance: Floats = weight**2 * one + rest**2 * other + 2.0 * weight * rest * shared
    return weight, variance


def _true_shares(near: NearMisses, asked: Ints, same: np.ndarray) -> tuple[Floats, float]:
    """Give for each near miss how likely it is true, and the spread (log) of their sum."""
    stratum = np.digitize(near.probability, _CUTS)
    count = len(_CUTS) + 1
    pairs = np.bincount(stratum, minlength=count).astype(float)
    said = np.bincount(stratum, weights=near.probability, minlength=count)
    told = np.bincount(stratum[asked], minlength=count).astype(float)
    true = np.bincount(stratum[asked], weights=same.astype(float), minlength=count)
    mean = said / np.maximum(pairs, 1.0)
    one, other = true + _COUNT_FOR * mean, told - true + _COUNT_FOR * (1.0 - mean)
    rate = one / (one + other)
    variance = one * other / ((one + other) ** 2 * (one + other + 1.0))
    total = (rate * pairs).sum()
    spread = np.sqrt((variance * pairs**2).sum()) / max(total, 1.0)
    # Within a stratum the likelier by the score are the likelier still.
    shares = np.clip(near.probability * (rate / np.maximum(mean, 1e-12))[stratum], 0.0, 1.0)
    return shares, float(spread)
