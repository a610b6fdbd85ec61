"""Scores of candidates: shipped weights, moved towards the lists at hand, made probabilities."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

import numpy as np

from qantar.linking.clusters import Dropped, Ties, persons_of
from qantar.linking.evidence import (
    MOST_ODDS,
    Opened,
    Parts,
    Weights,
    in_one_family,
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
from qantar.linking.joining import OPEN, RELATIVES, SHORT
from qantar.linking.learned import KIN, Corrections
from qantar.linking.people_table import PeopleTable
from qantar.linking.result import Floats, Ints
from qantar.linking.sieve import Sieved
from qantar.linking.word_levels import NAMES_ARE_TWO

_AT_RANDOM: Final = 300_000  # pairs that tell how often strangers agree
ROUNDS: Final = 4
"""How often the weights are moved towards the lists at hand."""
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

    def opened(self, place: int) -> Opened:
        """Take the score of one pair apart."""
        pair = self.found.of(np.array([place]))
        return parts_as_taught(pair, self.weights, self.corrected).of(0, self.odds[place])


def parts_as_taught(found: Compared, weights: Weights, learned: Corrections | None) -> Parts:
    """Give what scores are made of, as answers correct them."""
    parts = parts_of(found, weights)
    if learned is None:
        return parts
    fields = {name: part * learned.share(name) for name, part in parts.fields.items()}
    return Parts(fields, parts.family * learned.share(KIN))


def first_weights(table: PeopleTable, shipped: Weights, strangers: Compared) -> Weights:
    """Give the weights to begin with: one share of all lists, and what strangers show here.

    Args:
        table: the rows.
        shipped: the weights that ship.
        strangers: pairs at random.
    """
    return weights_at_first(len(table), len(table.lists), shipped, strangers)


def weights_at_first(rows: int, lists: int, shipped: Weights, strangers: Compared) -> Weights:
    """Give the same of so many rows and lists."""
    start = _with_strangers(shipped, strangers, np.ones(len(strangers)))
    return replace(start, same=np.full(max(1, lists**2), 1.0 / max(2, rows)))


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
    for _ in range(ROUNDS):
        person = persons_of(ties_of(table, found, odds, dropped=kept.dropped))
        joined = person[found.left] == person[found.right]
        said = believed(found, kind, len(pairs), belief_of(odds, joined))
        start = with_others(shipped, strangers, strange, weights)
        kin = related_share(sums, weights, weights.same[kind]).sum() + kept.kin.expected(weights)
        weights = moved(start, said, pairs, kin)
        sums = log_ratios(found, weights)
        odds = odds_of(sums, weights, weights.same[kind])
    return Scored(found, weights, kind, pairs, odds, dropped=kept.dropped)


class Believed(NamedTuple):
    """Pairs by what they are believed to be: by field how many have each level, and by kind all."""

    levels: Mapping[str, Floats]
    expected: Floats

    def plus(self, other: Believed) -> Believed:
        """Count both."""
        levels = {name: counts + other.levels[name] for name, counts in self.levels.items()}
        return Believed(levels, self.expected + other.expected)


def belief_of(odds: Floats, joined: np.ndarray) -> Floats:
    """Give how surely each pair is one person, as far as the division bears it out.

    Args:
        odds: of each, natural log.
        joined: whether the persons join it.
    """
    belief = 1.0 / (1.0 + np.exp(-odds))
    return np.where(joined, belief, _LEFT_OUT * belief)


def believed(found: Compared, kind: Ints, kinds: int, belief: Floats) -> Believed:
    """Count the levels of pairs, each pair by how surely it is one person.

    Args:
        found: the pairs.
        kind: of each the number of its two lists.
        kinds: how many kinds there are.
        belief: of each.
    """
    levels = {name: level_counts(found, name, belief) for name in FIELDS}
    return Believed(levels, np.bincount(kind, weights=belief, minlength=kinds).astype(float))


def with_others(shipped: Weights, strangers: Compared, kind: Ints, weights: Weights) -> Weights:
    """Learn what strangers are from pairs at random that are not one person.

    Of pairs at random some are one person: in short lists enough to blur what strangers are.
    """
    others = 1.0 / (1.0 + np.exp(log_odds(strangers, weights, weights.same[kind])))
    return _with_strangers(shipped, strangers, others)


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
    return Ties(
        found.left,
        found.right,
        odds,
        table.list_of,
        twice_in(len(table.lists), one_row),
        together=together,
        apart=apart,
        dropped=dropped,
        names=names_of(found, table.short[found.left] | table.short[found.right]),
    )


def names_of(found: Compared, short: np.ndarray) -> np.ndarray:
    """Say of pairs what their names say of who the rows are (`Ties.names`).

    Args:
        found: the pairs.
        short: of each whether one of its rows has no whole given name.
    """
    kin = np.isin(found.levels["given"], NAMES_ARE_TWO) & in_one_family(found)
    return np.where(short, SHORT, np.where(kin, RELATIVES, OPEN)).astype(np.int8)


def twice_in(lists: int, one_row: np.ndarray | None = None) -> Floats:
    """Give by list what two of its rows in one person weigh.

    Args:
        lists: how many there are.
        one_row: by list, whether it has each person once.
    """
    twice = np.full(lists, TWICE if lists > 1 else 0.0)
    if one_row is not None:
        twice[one_row] = NEVER
    return twice


TWICE: Final = -3.0
"""Natural log odds against two rows of one list in one person, beside what their score says."""
NEVER: Final = -1e5


def kinds(table: PeopleTable, found: Compared) -> tuple[Ints, Floats]:
    """Number the two lists of each pair together, and count all pairs of rows of each kind."""
    count = len(table.lists)
    rows = np.bincount(table.list_of, minlength=count).astype(float)
    kind = kind_of(table.list_of[found.left], table.list_of[found.right], count)
    return kind, pairs_of_kinds(rows)


def kind_of(one: Ints, other: Ints, lists: int) -> Ints:
    """Number the two lists of each pair together."""
    kind: Ints = np.minimum(one, other) * lists + np.maximum(one, other)
    return kind


def pairs_of_kinds(rows: Floats) -> Floats:
    """Count all pairs of rows of each kind.

    Args:
        rows: by list, how many it has.
    """
    pairs = np.outer(rows, rows)
    np.fill_diagonal(pairs, rows * (rows - 1) / 2)
    return pairs.ravel()


def at_random(comparing: Comparing, rng: np.random.Generator) -> Compared:
    """Compare pairs of rows taken at random, no more than there are.

    Args:
        comparing: of the table.
        rng: chooses the pairs.
    """
    return comparing.of(*pairs_at_random(len(comparing.table), rng))


def pairs_at_random(rows: int, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """Take pairs of so many rows at random, the smaller place first; some may come twice."""
    many = min(_AT_RANDOM, rows * (rows - 1) // 2)
    a = rng.integers(0, max(1, rows), many)
    b = rng.integers(0, max(1, rows), many)
    apart = a != b
    return np.minimum(a, b)[apart], np.maximum(a, b)[apart]


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
        related_levels=related_from(shipped.same_levels, other, shipped.as_same),
        mean_share={name: float(other[name][1]) for name in found.share},
    )


def moved(start: Weights, said: Believed, pairs: Floats, kin: float) -> Weights:
    """Move weights towards what is believed of the pairs at hand.

    Args:
        start: to begin with.
        said: what is believed of them.
        pairs: of each kind, how many pairs of rows there are.
        kin: how many pairs are expected to be relatives.
    """
    same = {
        name: within_groups(name, said.levels[name], start.same_levels[name], _SHIPPED_COUNTS_FOR)
        for name in FIELDS
    }
    expected = said.expected
    overall = max(expected.sum(), 0.5) / max(1.0, pairs.sum())
    shares = (expected + _DRAWN / 2) / (pairs + _DRAWN / 2 / overall)
    return replace(
        start,
        same_levels=same,
        related_levels=related_from(same, start.other_levels, start.as_same),
        same=np.clip(shares, 1e-12, 0.5),
        related=(kin + _KIN) / (pairs.sum() + _KIN / start.related),
    )
