"""Capture patterns: a table worked by hand, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qantar.counting.table import CaptureTable

TOWN = CaptureTable.of(
    ["court", "hospital", "press"],
    [((1, 0, 0), 5), ((0, 1, 0), 3), ((1, 1, 0), 2), ((1, 1, 1), 1), ((0, 0, 1), 4)],
)


def test_sizes_overlaps_and_frequencies_are_those_worked_by_hand() -> None:
    assert TOWN.observed == 15
    assert TOWN.sizes.tolist() == [8, 6, 5]
    assert TOWN.overlaps.tolist() == [[8, 3, 1], [3, 6, 1], [1, 1, 5]]
    assert TOWN.frequencies.tolist() == [12, 2, 1]
    assert TOWN.cells().tolist() == [0, 5, 3, 2, 4, 0, 0, 1]


def test_who_is_on_no_list_that_is_left_is_no_longer_observed() -> None:
    rest = TOWN.without("court")
    assert rest.lists == ("hospital", "press")
    assert rest.cells().tolist() == [0, 5, 4, 1]
    assert TOWN.of_lists(["press", "court"]).cells().tolist() == [0, 4, 7, 1]


def test_a_pattern_that_comes_twice_is_summed_and_zeros_are_left_out() -> None:
    table = CaptureTable.of(["a", "b"], [((1, 0), 2), ((1, 0), 3), ((0, 1), 0), ((0, 0), 9)])
    assert (table.masks.tolist(), table.counts.tolist()) == ([1], [5])


@pytest.mark.parametrize(("marks", "count"), [((1, 2), 1), ((1,), 1), ((1, 0, 0), 1), ((1, 0), -1)])
def test_what_is_no_pattern_is_refused(marks: tuple[int, ...], count: int) -> None:
    with pytest.raises(ValueError, match="not a pattern"):
        CaptureTable.of(["a", "b"], [(marks, count)])


def test_lists_of_one_name_and_masks_that_do_not_ascend_are_refused() -> None:
    with pytest.raises(ValueError, match="different"):
        CaptureTable.of(["a", "a"], [])
    with pytest.raises(ValueError, match="ascend"):
        CaptureTable(("a", "b"), np.array([2, 1]), np.array([1, 1]))
    with pytest.raises(ValueError, match="above 0"):
        CaptureTable(("a", "b"), np.array([1, 2]), np.array([1, 0]))


@given(st.dictionaries(st.integers(1, 31), st.integers(1, 99), min_size=1))
def test_persons_are_counted_once_whatever_is_asked(counts: dict[int, int]) -> None:
    table = CaptureTable.of_masks(list("abcde"), counts.items())
    assert int(table.cells().sum()) == table.observed == int(table.frequencies.sum())
    assert (np.diagonal(table.overlaps) == table.sizes).all()
    assert int(table.sizes.sum()) == int(table.frequencies @ np.arange(1, 6))
    assert table.of_lists(list("abcde")).cells().tolist() == table.cells().tolist()
