"""Scores of candidates: shipped weights, moved towards the lists at hand, made probabilities."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from qantar.linking.clusters import Dropped, Ties, persons_of
from qantar.linking.evidence import (
    MOST_ODDS,
    Weights,
    level_counts,
    log_odds,
    log_ratios,
    odds_of,
    parts_of,
    related_from,
    related_share,
    within_groups,
)
from qantar.linking.fields import FIELDS, Compared, Comparing
from qantar.linking.learned import Corrections
from qantar.linking.people_table import PeopleTable
from qantar.linking.result import Floats, Ints
from qantar.linking.sieve import Sieved

_AT_RANDOM: Final = 300_000  # pairs that tell how often strangers agree
_ROUNDS: Final = 4
_SHIPPED_COUNTS_FOR: Final = 300.0  # pairs
_STRANGERS_COUNT_FOR: Final = 1000.0  # pairs
_DRAWN: Final = 20.0
_KIN: Final = 10.0  # pairs of relatives that what is shipped counts for
_LEFT_OUT: Final = 0.1  # what a pair counts for that the persons do not join


@dataclass(frozen=True, slots=True)
class Scored:
    """Candidates with their scores: natural log odds from their own evidence alone.

    `kind` numbers the two lists of each pair together, `pairs_of_kind` how many pairs of rows
    there are of each. `tied` are the log odds by which rows are divided, where they
    are others than `odds`. `corrected` is what reviewed pairs taught, and is in both.
    `dropped` are candidates that were plainly two at first sight, and were scored no further.
    """

    found: Compared
    weights: Weights
    kind: Ints
    pairs_of_kind: Floats
    odds: Floats
    tied: Floats | None = None
    corrected: Corrections | None = None
    dropped: Dropped | None = None

    @property
    def probability(self) -> Floats:
        """The probability of each pair."""
        result: Floats = 1.0 / (1.0 + np.exp(-self.odds))
        return result

    def with_pairs(self, table: PeopleTable, found: Compared) -> Scored:
        """Give the same with further pairs behind, scored by the same weights; before `taught`."""
        kind, _ = kinds(table, found)
        odds = log_odds(found, self.weights, self.weights.same[kind])
        return replace(
            self,
            found=self.found.followed_by(found),
            kind=np.concatenate((self.kind, kind)),
            odds=np.concatenate((self.odds, odds)),
        )

    def taught(self, learned: Corrections) -> Scored:
        """Give the scores as answers correct them; not twice."""
        added, beside = learned.of(self.found, self.weights, self.odds)
        odds = np.clip(self.odds + added, -MOST_ODDS, MOST_ODDS)
        return replace(self, odds=odds, tied=self.odds + beside, corrected=learned)

    def parts(self, place: int) -> Mapping[str, float]:
        """Give by field what it adds to the score of one pair, in bits."""
        parts = parts_of(self.found.of(np.array([place])), self.weights)
        share = self.corrected.share if self.corrected else _as_it_is
        return {name: float(part[0]) * share(name) for name, part in parts.items()}


def _as_it_is(_: str) -> float:
    return 1.0


def first_weights(table: PeopleTable, shipped: Weights, strangers: Compared) -> Weights:
    """Give the weights to begin with: one share of all lists, and what strangers show here.

    Args:
        table: the rows.
        shipped: the weights that ship.
        strangers: pairs at random.
    """
    start = _with_strangers(shipped, strangers, np.ones(len(strangers)))
    return replace(start, same=np.full(max(1, len(table.lists) ** 2), 1.0 / max(2, len(table))))


def scored(table: PeopleTable, kept: Sieved, shipped: Weights, strangers: Compared) -> Scored:
    """Score candidates without labels.

    Args:
        table: the rows.
        kept: the candidates, compared.
        shipped: the weights to begin with; what strangers show is learned anew.
        strangers: pairs at random.
    """
    found = kept.found
    weights = first_weights(table, shipped, strangers)
    kind, pairs = kinds(table, found)
    strange, _ = kinds(table, strangers)
    sums = log_ratios(found, weights)
    odds = odds_of(sums, weights, weights.same[kind])
    for _ in range(_ROUNDS):
        belief = 1.0 / (1.0 + np.exp(-odds))
        person = persons_of(ties_of(table, found, odds, dropped=kept.dropped))
        joined = person[found.left] == person[found.right]
        belief = np.where(joined, belief, _LEFT_OUT * belief)
        # Of pairs at random some are one person: in short lists enough to blur what strangers are.
        others = 1.0 / (1.0 + np.exp(log_odds(strangers, weights, weights.same[strange])))
        start = _with_strangers(shipped, strangers, others)
        kin = related_share(sums, weights, weights.same[kind]).sum() + kept.kin.expected(weights)
        weights = _moved(found, start, kind, pairs, belief, kin)
        sums = log_ratios(found, weights)
        odds = odds_of(sums, weights, weights.same[kind])
    return Scored(found, weights, kind, pairs, odds, dropped=kept.dropped)


def ties_of(
    table: PeopleTable,
    found: Compared,
    odds: Floats,
    *,
    one_row: np.ndarray | None = None,
    together: tuple[tuple[int, ...], ...] = (),
    apart: frozenset[tuple[int, int]] = frozenset(),
    dropped: Dropped | None = None,
) -> Ties:
    """Tie rows by their scores and by what was decided.

    Args:
        table: the rows.
        found: the candidates.
        odds: of each, natural log.
        one_row: by list, whether it has each person once.
        together: groups of rows that are one.
        apart: pairs that are two.
        dropped: pairs that are plainly two, beside the candidates.
    """
    twice = np.full(len(table.lists), TWICE if len(table.lists) > 1 else 0.0)
    if one_row is not None:
        twice[one_row] = NEVER
    return Ties(
        found.left,
        found.right,
        odds,
        table.list_of,
        twice,
        together=together,
        apart=apart,
        dropped=dropped,
    )


TWICE: Final = -3.0
"""Natural log odds against two rows of one list in one person, beside what their score says."""
NEVER: Final = -1e5


def kinds(table: PeopleTable, found: Compared) -> tuple[Ints, Floats]:
    """Number the two lists of each pair together, and count all pairs of rows of each kind."""
    count = len(table.lists)
    a, b = table.list_of[found.left], table.list_of[found.right]
    rows = np.bincount(table.list_of, minlength=count).astype(float)
    pairs = np.outer(rows, rows)
    np.fill_diagonal(pairs, rows * (rows - 1) / 2)
    return np.minimum(a, b) * count + np.maximum(a, b), pairs.ravel()


def at_random(comparing: Comparing, rng: np.random.Generator) -> Compared:
    """Compare pairs of rows taken at random, no more than there are.

    Args:
        comparing: of the table.
        rng: chooses the pairs.
    """
    rows = len(comparing.table)
    many = min(_AT_RANDOM, rows * (rows - 1) // 2)
    a = rng.integers(0, max(1, rows), many)
    b = rng.integers(0, max(1, rows), many)
    apart = a != b
    return comparing.of(np.minimum(a, b)[apart], np.maximum(a, b)[apart])


def _with_strangers(shipped: Weights, found: Compared, weight: Floats) -> Weights:
    """Learn from pairs, weighted by how surely they are two, how often strangers agree."""
    other = {
        name: within_groups(
            name,
            level_counts(found, name, weight),
            shipped.other_levels[name],
            _STRANGERS_COUNT_FOR,
        )
        for name in FIELDS
    }
    return replace(
        shipped,
        other_levels=other,
        related_levels=related_from(shipped.same_levels, other),
        mean_share={name: float(other[name][1]) for name in found.share},
    )


def _moved(
    found: Compared, start: Weights, kind: Ints, pairs: Floats, belief: Floats, kin: float
) -> Weights:
    same = {
        name: within_groups(
            name, level_counts(found, name, belief), start.same_levels[name], _SHIPPED_COUNTS_FOR
        )
        for name in FIELDS
    }
    expected = np.bincount(kind, weights=belief, minlength=len(pairs))
    overall = max(expected.sum(), 0.5) / max(1.0, pairs.sum())
    shares = (expected + _DRAWN / 2) / (pairs + _DRAWN / 2 / overall)
    return replace(
        start,
        same_levels=same,
        related_levels=related_from(same, start.other_levels),
        same=np.clip(shares, 1e-12, 0.5),
        related=(kin + _KIN) / (pairs.sum() + _KIN / start.related),
    )
