"""The measures of linking, on persons counted by hand and against counting pair by pair."""

from __future__ import annotations

from itertools import combinations

import pytest
from benchmarks.linking.measure import (
    b_cubed,
    calibration,
    candidate_recall,
    pair_score,
    recall_by_lists,
    true_pairs,
)
from benchmarks.linking.names import best_f1
from hypothesis import given
from hypothesis import strategies as st

# Seven rows. True: {0,1,2} {3,4} {5} {6}. Found: {0,1} {2,3,4} {5,6}.
TRUE = [10, 10, 10, 20, 20, 30, 40]
FOUND = [1, 1, 2, 2, 2, 3, 3]
LISTS = ["a", "b", "b", "a", "c", "a", "c"]

labels = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=30)


def test_pairs_are_counted_as_by_hand() -> None:
    # found pairs 1 + 3 + 1 = 5, true pairs 3 + 1 = 4, both: 01 and 34
    score = pair_score(FOUND, TRUE)
    assert list(score) == pytest.approx([2 / 5, 2 / 4])
    assert score.f1 == pytest.approx(2 * 0.4 * 0.5 / 0.9)
    assert true_pairs(TRUE) == 4


def test_b_cubed_is_as_by_hand() -> None:
    # precision: rows 0,1: 2/2; row 2: 1/3; rows 3,4: 2/3; rows 5,6: 1/2
    # recall: rows 0,1: 2/3; row 2: 1/3; rows 3,4: 1; rows 5,6: 1
    score = b_cubed(FOUND, TRUE)
    assert score.precision == pytest.approx((1 + 1 + 1 / 3 + 2 / 3 + 2 / 3 + 1 / 2 + 1 / 2) / 7)
    assert score.recall == pytest.approx((2 / 3 + 2 / 3 + 1 / 3 + 1 + 1 + 1 + 1) / 7)


def test_recall_is_told_for_each_pair_of_lists_as_by_hand() -> None:
    # true pairs: 01 a-b found, 02 a-b missed, 12 b-b missed, 34 a-c found
    got = {
        (one.left, one.right): (one.found, one.true) for one in recall_by_lists(LISTS, FOUND, TRUE)
    }
    assert got == {
        ("a", "a"): (0, 0),
        ("a", "b"): (1, 2),
        ("a", "c"): (1, 1),
        ("b", "b"): (0, 1),
        ("b", "c"): (0, 0),
        ("c", "c"): (0, 0),
    }


def test_a_pair_looked_at_twice_counts_once() -> None:
    # 01 twice, 34, and 56, which is not true; 02 and 12 were never looked at
    assert candidate_recall([0, 1, 3, 5], [1, 0, 4, 6], TRUE) == pytest.approx(2 / 4)


def test_a_row_is_no_pair_with_itself() -> None:
    assert candidate_recall([0, 3], [0, 3], TRUE) == 0.0


def test_what_was_said_stands_beside_what_is_true() -> None:
    said = [0.9, 0.82, 0.95, 0.6, 1.0, 0.0]
    same = [True, False, True, True, True, False]
    assert calibration(said, same, (0.0, 0.5, 0.8, 0.95, 1.0)) == [
        (0.0, 0.5, 1, 0.0, 0.0),
        (0.5, 0.8, 1, 0.6, 1.0),
        (0.8, 0.95, 3, pytest.approx((0.9 + 0.82 + 0.95) / 3), pytest.approx(2 / 3)),
        (0.95, 1.0, 1, 1.0, 1.0),
    ]


def test_persons_found_as_they_are_score_one_whatever_their_labels() -> None:
    assert pair_score(["x", "x", "y"], [2, 2, 1]) == (1.0, 1.0)
    assert b_cubed(["x", "x", "y"], [2, 2, 1]) == (1.0, 1.0)


def test_labels_for_other_rows_are_refused() -> None:
    with pytest.raises(ValueError, match="3 rows have a found person and 2 a true one"):
        pair_score([1, 2, 3], [1, 2])


@given(labels)
def test_counting_by_labels_is_counting_pair_by_pair(rows: list[tuple[int, int]]) -> None:
    found, true = [one for one, _ in rows], [one for _, one in rows]
    pairs = list(combinations(range(len(rows)), 2))
    said = {pair for pair in pairs if found[pair[0]] == found[pair[1]]}
    real = {pair for pair in pairs if true[pair[0]] == true[pair[1]]}
    score = pair_score(found, true)
    assert score.precision == (len(said & real) / len(said) if said else 1.0)
    assert score.recall == (len(said & real) / len(real) if real else 1.0)
    by_list = recall_by_lists([str(at % 3) for at in range(len(rows))], found, true)
    assert sum(one.true for one in by_list) == len(real)
    assert sum(one.found for one in by_list) == len(said & real)


def test_the_best_f1_of_a_likeness_worked_by_hand() -> None:
    # From 0.6 on: two said, both true, of three: 2 * 2 / (2 + 3). From 0.2 on: 2 * 3 / (4 + 3).
    assert best_f1([0.9, 0.6, 0.4, 0.2], [True, True, False, True]) == (6 / 7, 0.2)
