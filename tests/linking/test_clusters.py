"""Persons from pairs: what a division obeys, whatever the pairs are."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations, product

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from qantar.linking.clusters import Clustering, Dropped, Ties, persons_of
from qantar.linking.decided import decided
from qantar.linking.joining import OPEN, RELATIVES, SHORT
from qantar.linking.result import Floats, Ints, PairDecision, Verdict
from qantar.linking.support import Support

ROWS = 9
PAIRS = list(combinations(range(ROWS), 2))


@st.composite
def some_ties(draw: st.DrawFn) -> Ties:
    """Give ties of nine rows on two lists; some pairs were found, some of these dropped."""
    found = draw(st.lists(st.sampled_from(PAIRS), unique=True, max_size=len(PAIRS)))
    weights = draw(
        st.lists(st.integers(-9, 9).filter(bool), min_size=len(found), max_size=len(found))
    )
    gone = draw(st.lists(st.sampled_from(PAIRS), unique=True, max_size=6))
    kept = [(*pair, w) for pair, w in zip(found, weights, strict=True) if pair not in gone]
    left, right, weight = np.array(kept, dtype=np.int64).reshape(-1, 3).T
    one, other = np.array(gone, dtype=np.int32).reshape(-1, 2).T
    dropped = Dropped(one, other, np.full(len(gone), -12, dtype=np.float32))
    list_of = np.array(draw(st.lists(st.integers(0, 1), min_size=ROWS, max_size=ROWS)))
    twice = np.array([-3.0, -3.0])
    return Ties(left, right, weight.astype(float), list_of, twice, dropped=dropped)


def weighed(ties: Ties) -> Floats:
    """Give what each two rows weigh, as a table."""
    table = np.full((ROWS, ROWS), ties.unscored)
    assert ties.dropped is not None
    for left, right, weight in ((ties.left, ties.right, ties.weight), ties.dropped):
        table[left, right] = table[right, left] = weight
    same = ties.list_of[:, None] == ties.list_of[None, :]
    return np.where(same, table + ties.twice[0], table)


def within(table: Floats, person: Ints) -> float:
    """Sum up what the rows of persons weigh with each other."""
    return float(sum(table[a, b] for a, b in PAIRS if person[a] == person[b]))


@given(some_ties())
def test_no_two_persons_of_single_moves_are_better_apart(ties: Ties) -> None:
    """No row is better off by itself or with others, and the whole no better with each alone."""
    table, person = weighed(ties), persons_of(ties)
    best = within(table, person)
    assert best >= 0
    for row in range(ROWS):
        for where in (*np.unique(person), ROWS):
            moved = person.copy()
            moved[row] = where
            assert within(table, moved) <= best + 1e-6


@given(some_ties())
def test_a_mark_is_the_first_row_of_its_person(ties: Ties) -> None:
    person = persons_of(ties)
    for mark in np.unique(person):
        assert np.flatnonzero(person == mark)[0] == mark


@given(some_ties(), some_ties())
def test_rows_that_nothing_ties_are_divided_each_by_themselves(one: Ties, two: Ties) -> None:
    assert one.dropped is not None
    assert two.dropped is not None
    dropped = Dropped(
        np.concatenate((one.dropped.left, two.dropped.left + ROWS)),
        np.concatenate((one.dropped.right, two.dropped.right + ROWS)),
        np.concatenate((one.dropped.weight, two.dropped.weight)),
    )
    both = Ties(
        np.concatenate((one.left, two.left + ROWS)),
        np.concatenate((one.right, two.right + ROWS)),
        np.concatenate((one.weight, two.weight)),
        np.concatenate((one.list_of, two.list_of)),
        one.twice,
        dropped=dropped,
    )
    assert np.array_equal(
        persons_of(both), np.concatenate((persons_of(one), persons_of(two) + ROWS))
    )


def under(ties: Ties, pairs: Sequence[tuple[int, int, bool]]) -> tuple[Ties, set[int]]:
    """Put decisions on ties; give also the rows that they are about."""
    told = decided(
        [
            PairDecision(("a", a + 1), ("a", b + 1), Verdict.SAME if same else Verdict.NOT_SAME)
            for a, b, same in pairs
        ],
        {("a", row + 1): row for row in range(ROWS)},
    )
    rows = {row for group in (*told.together, *told.apart) for row in group}
    return replace(ties, together=told.together, apart=told.apart), rows


decisions = st.lists(
    st.tuples(st.sampled_from(PAIRS), st.booleans()), max_size=3, unique_by=lambda one: one[0]
)


def held(
    ties: Ties, made: list[tuple[tuple[int, int], bool]]
) -> tuple[Clustering, np.ndarray, set[int]]:
    """Divide under decisions, which must hold, the same from nothing as from what was before."""
    clustering = Clustering(ties)
    bound, rows = under(ties, [(*pair, same) for pair, same in made])
    person = clustering.again(bound)
    for group in bound.together:
        assert len({int(person[row]) for row in group}) == 1
    for a, b in bound.apart:
        assert person[a] != person[b]
    assert np.array_equal(clustering.around(bound, clustering.again(ties), rows), person)
    return clustering, person, rows


@given(some_ties(), decisions)
def test_decisions_hold_and_what_they_touch_is_all_that_is_divided_anew(
    ties: Ties, made: list[tuple[tuple[int, int], bool]]
) -> None:
    clustering, person, rows = held(ties, made)
    assert np.array_equal(clustering.around(ties, person, rows), clustering.again(ties))


@st.composite
def named_ties(draw: st.DrawFn) -> Ties:
    """Give ties whose names say something: of rows without a given one, and of relatives."""
    ties = draw(some_ties())
    said = st.sampled_from((OPEN, SHORT, RELATIVES))
    names = draw(st.lists(said, min_size=len(ties.left), max_size=len(ties.left)))
    return replace(ties, names=np.array(names, dtype=np.int8))


def gained(ties: Ties, one: Sequence[int], other: Sequence[int]) -> float:
    """Give what rows weigh with others, by what `joining.py` says in words."""
    assert ties.names is not None
    table, pairs = weighed(ties), list(product(one, other))
    sides = zip(ties.left.tolist(), ties.right.tolist(), strict=True)
    names = {frozenset(pair): said for pair, said in zip(sides, ties.names.tolist(), strict=True)}

    def says(a: int, b: int) -> int:
        return int(names.get(frozenset((a, b)), OPEN))

    two = any(says(a, b) == RELATIVES and table[a, b] <= 0 for a, b in pairs)
    counted = (
        min(0.0, table[a, b]) if two and says(a, b) == SHORT else table[a, b] for a, b in pairs
    )
    return float(sum(counted))


@given(named_ties(), st.lists(st.integers(0, 3), min_size=ROWS, max_size=ROWS))
def test_what_holds_rows_and_would_join_persons_is_what_divides_them(
    ties: Ties, marks: list[int]
) -> None:
    person = np.array(marks)
    members = [np.flatnonzero(person == mark).tolist() for mark in np.unique(person)]
    support = Support(ties, person)
    for group in members:
        for row in group:
            rest = [one for one in group if one != row]
            assert np.isclose(support.stays[row], gained(ties, (row,), rest))
    pairs, joined, gain, _ = support.between
    for place, which in zip(pairs.tolist(), joined.tolist(), strict=True):
        one, other = support.person[ties.left[place]], support.person[ties.right[place]]
        assert np.isclose(gain[which], gained(ties, members[one], members[other]))


@given(named_ties())
def test_no_row_of_three_is_held_by_less_than_nothing(ties: Ties) -> None:
    few = [at for at in range(len(ties.left)) if max(ties.left[at], ties.right[at]) < 3]
    assert ties.names is not None
    nobody = np.empty(0, dtype=np.int32)
    some = replace(
        ties,
        left=ties.left[few],
        right=ties.right[few],
        weight=ties.weight[few],
        names=ties.names[few],
        dropped=Dropped(nobody, nobody, nobody.astype(np.float32)),
    )
    person = persons_of(some)
    for row in range(3):
        rest = [one for one in range(3) if one != row and person[one] == person[row]]
        assert gained(some, (row,), rest) >= 0


@given(some_ties(), st.sampled_from([(OPEN, SHORT), (OPEN, RELATIVES)]), st.randoms())
def test_without_rows_that_lack_a_name_or_names_that_differ_nothing_changes(
    ties: Ties, kinds: tuple[int, int], chance: random.Random
) -> None:
    names = np.array([chance.choice(kinds) for _ in ties.left], dtype=np.int8)
    named = replace(ties, names=names)
    assert np.array_equal(persons_of(named), persons_of(ties))
    one, other = Support(ties, persons_of(ties)), Support(named, persons_of(ties))
    assert np.array_equal(one.stays, other.stays)
    assert np.array_equal(one.between.gain, other.between.gain)


@given(named_ties(), decisions)
def test_decisions_hold_whatever_names_say(
    ties: Ties, made: list[tuple[tuple[int, int], bool]]
) -> None:
    held(ties, made)


def test_a_row_that_is_as_like_one_as_the_other_joins_no_two() -> None:
    """0 and 1 are brothers; 2 has an initial, and 3 too."""
    pairs = [(0, 1, -1.5, RELATIVES), (0, 2, 5.4, SHORT), (1, 2, 5.2, SHORT)]
    more = [*pairs, (0, 3, 5.0, SHORT), (1, 3, 5.1, SHORT), (2, 3, 4.0, SHORT)]

    def ties(told: list[tuple[int, int, float, int]], rows: int) -> Ties:
        left, right, weight, names = zip(*told, strict=True)
        sides = np.array(left), np.array(right)
        said = np.array(names, dtype=np.int8)
        return Ties(*sides, np.array(weight), np.arange(rows), np.zeros(rows), names=said)

    few = ties(pairs, 3)
    assert persons_of(few).tolist() == [0, 1, 0]
    assert persons_of(replace(few, names=None)).tolist() == [0, 0, 0]
    one, other, *initials = persons_of(ties(more, 4)).tolist()
    assert one != other
    assert initials in ([one, one], [other, other])
    assert Support(few, persons_of(few)).between.gain.tolist() == [-1.5]
    # What parts still counts, and two who are likelier one than two are no brothers.
    apart = ties([(0, 1, -1.5, RELATIVES), (0, 2, 5.4, SHORT), (1, 2, -4.0, SHORT)], 3)
    assert Support(apart, persons_of(apart)).between.gain.tolist() == [-5.5]
    misread = ties([(0, 1, 0.5, RELATIVES), (0, 2, 5.4, SHORT), (1, 2, 5.2, SHORT)], 3)
    assert persons_of(misread).tolist() == [0, 0, 0]


def test_a_pair_that_was_dropped_keeps_persons_apart() -> None:
    """0 and 1 are one, 1 and 2 may be; that 0 and 2 were looked at and are two speaks last."""
    ties = Ties(np.array([0, 1]), np.array([1, 2]), np.array([5.0, 3.0]), np.arange(3), np.zeros(3))
    assert persons_of(ties).tolist() == [0, 0, 0]
    gone = Dropped(np.array([0]), np.array([2]), np.array([-12.0], dtype=np.float32))
    known = replace(ties, dropped=gone)
    assert persons_of(known).tolist() == [0, 0, 2]
    support = Support(known, persons_of(known))
    assert support.between.gain.tolist() == [3.0 - 12.0]
    assert Support(ties, persons_of(known)).between.gain.tolist() == [3.0 - 2.5]
    assert Support(known, np.zeros(3, dtype=np.int64)).stays.tolist() == [-7.0, 8.0, -9.0]
