"""Many candidates: blocks, what is dropped, and that neither changes who is who.

All people here are invented.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from benchmarks.linking.dataset import DataSet
from benchmarks.linking.generator import generate
from benchmarks.linking.measure import pair_score

from qantar.linking.candidates import (
    MANY_ROWS,
    MOST_FOR_EACH_FURTHER,
    MOST_FOR_EACH_ROW,
    Candidates,
    candidates,
    most_pairs,
    wider_pairs,
)
from qantar.linking.clusters import persons_of
from qantar.linking.distinct import distinct
from qantar.linking.evidence import Weights, log_ratios, odds_of, related_share
from qantar.linking.fields import Compared, Comparing
from qantar.linking.likeness import alike, likeness
from qantar.linking.link import Linker
from qantar.linking.people_table import PeopleTable, people_table
from qantar.linking.scoring import at_random, first_weights, scored, ties_of
from qantar.linking.shipped import shipped_weights
from qantar.linking.sieve import PLAINLY_TWO, Sieved, sieved
from qantar.linking.word_levels import SOME

PEOPLE = 1500


@pytest.fixture(scope="module")
def data() -> DataSet:
    """Rows of invented people."""
    return generate(people=PEOPLE, lists=4, seed=7)


@pytest.fixture(scope="module")
def table(data: DataSet) -> PeopleTable:
    """The same in columns."""
    return people_table(data.rows)


@pytest.fixture(scope="module")
def pairs(table: PeopleTable) -> Candidates:
    """Their candidates, and many pairs that hardly agree, as long lists have them."""
    size, found = np.uint64(len(table)), candidates(table)
    codes = found.left.astype(np.uint64) * size + found.right.astype(np.uint64)
    codes = distinct(np.concatenate((codes, wider_pairs(table))))
    left, right = (part.astype(np.int32) for part in np.divmod(codes, size))
    return Candidates(left, right, np.zeros(len(codes), dtype=np.uint64), ())


@pytest.fixture(scope="module")
def strangers(table: PeopleTable) -> Compared:
    """Pairs of them at random."""
    return at_random(Comparing(table, alike), np.random.default_rng(0))


Sift = Callable[[int, int], Sieved]


@pytest.fixture(scope="module")
def weights(table: PeopleTable, strangers: Compared) -> Weights:
    """The weights at first sight."""
    return first_weights(table, shipped_weights(len(table)), strangers)


@pytest.fixture(scope="module")
def sift(table: PeopleTable, pairs: Candidates, weights: Weights) -> Sift:
    """Compare in blocks of a size, with room for so many."""
    return lambda block, room: sieved(
        Comparing(table, alike, block=block), pairs, weights, room=room
    )


def test_the_size_of_blocks_changes_nobody(data: DataSet) -> None:
    one, two = (Linker.of(data.rows, block=block) for block in (4001, 10**6))
    assert np.array_equal(one.undecided, two.undecided)
    assert np.array_equal(one.scores.odds, two.scores.odds)


def test_the_size_of_blocks_changes_nothing_that_is_kept_or_dropped(
    pairs: Candidates, sift: Sift
) -> None:
    room = len(pairs.left) // 4
    one, two = (sift(block, room) for block in (501, 10**6))
    assert np.array_equal(one.found.left, two.found.left)
    assert np.array_equal(one.found.right, two.found.right)
    for field, levels in one.found.levels.items():
        assert np.array_equal(levels, two.found.levels[field])
    assert one.dropped is not None
    assert two.dropped is not None
    for here, there in zip(one.dropped, two.dropped, strict=True):
        assert np.array_equal(here, there)
    assert np.array_equal(one.kin.count, two.kin.count)


def test_every_candidate_is_kept_or_dropped_and_what_is_dropped_is_plainly_two(
    table: PeopleTable, pairs: Candidates, weights: Weights, sift: Sift
) -> None:
    room = len(pairs.left) // 4
    kept = sift(2000, room)
    assert kept.dropped is not None
    size = len(table)
    codes = np.concatenate(
        (
            kept.found.left.astype(np.int64) * size + kept.found.right,
            kept.dropped.left.astype(np.int64) * size + kept.dropped.right,
        )
    )
    every = pairs.left.astype(np.int64) * size + pairs.right
    assert np.array_equal(np.sort(codes), every)
    assert np.array_equal(kept.pairs.left, kept.found.left)
    assert kept.dropped.weight.max() < PLAINLY_TWO
    odds = odds_of(log_ratios(kept.found, weights), weights, weights.same[0])
    assert 0.95 * room <= len(odds) <= room
    assert odds.min() >= kept.dropped.weight.max()


def test_what_is_dropped_hardly_changes_who_is_who(
    data: DataSet, table: PeopleTable, pairs: Candidates, strangers: Compared, sift: Sift
) -> None:
    """Only the pairs stay that are not plainly two; the others still keep persons apart."""
    divided = []
    for room in (len(pairs.left), 1):
        scores = scored(table, sift(10_000, room), shipped_weights(len(table)), strangers)
        ties = ties_of(table, scores.found, scores.odds, dropped=scores.dropped)
        divided.append(persons_of(ties))
    every, few = divided
    true = np.unique(np.array(data.person), return_inverse=True)[1]
    assert pair_score(few, every).f1 > 0.995
    assert abs(pair_score(few, true).f1 - pair_score(every, true).f1) < 0.002


def test_relatives_among_dropped_pairs_are_counted(
    table: PeopleTable, weights: Weights, sift: Sift
) -> None:
    kept = sift(10_000, 1)
    assert kept.dropped is not None
    gone = Comparing(table, alike).of(kept.dropped.left, kept.dropped.right)
    by_pairs = related_share(log_ratios(gone, weights), weights, weights.same[:1]).sum()
    assert by_pairs > 1
    assert kept.kin.expected(weights) == pytest.approx(by_pairs, rel=0.02)


def test_long_lists_give_fewer_pairs_for_each_row() -> None:
    assert most_pairs(1000) == 1000 * MOST_FOR_EACH_ROW
    assert most_pairs(MANY_ROWS) == MANY_ROWS * MOST_FOR_EACH_ROW
    assert most_pairs(MANY_ROWS + 10) == MANY_ROWS * MOST_FOR_EACH_ROW + 10 * MOST_FOR_EACH_FURTHER


def test_likeness_is_the_same_by_numbers_where_it_matters(table: PeopleTable) -> None:
    rng = np.random.default_rng(2)
    one, two = (rng.integers(0, len(table.stems), 20_000) for _ in range(2))
    said = likeness([table.stems[x] for x in one], [table.stems[x] for x in two])
    assert np.array_equal(alike(table.stems, one, two), said)
    fast = alike(table.stems, one, two, SOME)
    matters = said >= SOME
    assert matters.sum() > 50
    assert np.array_equal(fast[matters], said[matters])
    assert (fast[~matters] < SOME).all()


@pytest.fixture(scope="module")
def linker_of_few() -> Linker:
    """Rows of few invented people."""
    return Linker.of(generate(people=120, lists=3, seed=3).rows)


def test_a_pair_is_found_among_the_scored_ones_and_no_other(linker_of_few: Linker) -> None:
    found, places = linker_of_few.scores.found, linker_of_few.scored_pairs
    pairs = list(zip(found.left.tolist(), found.right.tolist(), strict=True))
    assert [places.get(pair) for pair in pairs] == list(range(len(pairs)))
    rows, known = len(linker_of_few.table), set(pairs)
    others = [(a, b) for a in range(0, rows, 7) for b in range(rows) if (a, b) not in known]
    assert others
    assert not any(pair in places for pair in others)
