"""Lists that overlap beyond chance: found where persons differ, seldom where they do not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from qantar.counting.heterogeneity import pairs_explain_better, shared_dependence
from qantar.counting.table import CaptureTable

from .made import expected


def drawn(
    rng: np.random.Generator, people: int, classes: Sequence[tuple[float, Sequence[float]]]
) -> CaptureTable:
    of = rng.choice(len(classes), size=people, p=[share for share, _ in classes])
    chances = np.array([chance for _, chance in classes])[of]
    masks = (rng.random(chances.shape) < chances) @ (1 << np.arange(chances.shape[1]))
    found, counts = np.unique(masks, return_counts=True)
    lists = [f"l{j}" for j in range(chances.shape[1])]
    return CaptureTable.of_masks(lists, zip(found.tolist(), counts.tolist(), strict=True))


def told(people: int, *classes: tuple[float, Sequence[float]]) -> int:
    rng = np.random.default_rng(29)
    found = [shared_dependence(drawn(rng, people, classes)) for _ in range(30)]
    return sum(1 for one in found if one and one.is_told)


def test_the_common_odds_ratio_of_expected_counts_is_the_one_they_were_made_with() -> None:
    # exp(b.x + g t(t-1)/2) with three lists: counts in proportion, so that the fit is exact.
    b, g = np.log([0.4, 0.2, 0.3]), 0.7
    marks = np.array([[mask >> j & 1 for j in range(3)] for mask in range(1, 8)])
    times = marks.sum(axis=1)
    counts = np.rint(1e7 * np.exp(marks @ b + g * times * (times - 1) / 2)).astype(int)
    table = CaptureTable.of_masks("abc", zip(range(1, 8), counts.tolist(), strict=True))
    got = shared_dependence(table)
    assert got
    assert got.strength == pytest.approx(g, abs=1e-3)
    assert got.is_told


def test_by_hand_one_person_more_on_two_lists_than_independence_has() -> None:
    # Independent lists of 1/2 each: every pattern alike. Doubling all who are on two or three
    # lists: the log likelihood of g is that of the shares (3 once, 3 twice, 1 thrice).
    table = CaptureTable.of_masks("abc", [(m, 100 if m in (1, 2, 4) else 200) for m in range(1, 8)])
    got = shared_dependence(table)
    even = shared_dependence(CaptureTable.of_masks("abc", [(m, 100) for m in range(1, 8)]))
    assert got
    assert even
    assert even.strength == pytest.approx(0, abs=1e-4)
    assert even.z == pytest.approx(0, abs=1e-2)
    # Saturated in t: shares 300:600:200 of 3, 3 and 1 patterns; log of (200 * 100 / 200**2).
    assert got.strength == pytest.approx(np.log(200 * 100 / 200**2), abs=1e-4)


def test_it_is_told_where_persons_differ_and_seldom_where_they_do_not() -> None:
    assert told(2000, (0.7, [0.1, 0.15, 0.1, 0.2]), (0.3, [0.4, 0.5, 0.35, 0.45])) >= 28
    assert told(1000, (1.0, [0.3, 0.2, 0.25])) <= 5
    assert told(2000, (1.0, [0.1, 0.15, 0.2, 0.12, 0.08])) <= 5
    assert told(1000, (1.0, [0.3, 0.25, 0.2, 0.01])) <= 5


def test_it_cannot_be_told_of_two_lists_or_where_nobody_is_on_two() -> None:
    assert shared_dependence(CaptureTable.of_masks("abc", [(1, 5), (2, 4), (3, 2)])) is None
    assert shared_dependence(CaptureTable.of_masks("abc", [(1, 5), (2, 4), (4, 2)])) is None


def test_the_order_of_lists_and_an_empty_list_change_nothing() -> None:
    rng = np.random.default_rng(5)
    table = drawn(rng, 800, [(0.5, [0.3, 0.1, 0.2, 0.2]), (0.5, [0.1, 0.3, 0.1, 0.4])])
    one = shared_dependence(table)
    turned = shared_dependence(table.of_lists(list(reversed(table.lists))))
    wider = shared_dependence(CaptureTable((*table.lists, "empty"), table.masks, table.counts))
    assert one
    for other in (turned, wider):
        assert other
        assert other.z == pytest.approx(one.z, abs=1e-3)


def test_what_explains_the_overlaps_better_is_what_they_were_made_by() -> None:
    """One pair of lists that depend on each other, and two kinds of persons; as to be expected."""
    pair = expected(6000, (0.4, 0.35, 0.3, 0.3), ratio=6)
    of_pair = shared_dependence(pair)
    assert of_pair
    assert of_pair.is_told
    assert pairs_explain_better(pair, of_pair)
    chances = (0.1, 0.15, 0.1, 0.2), (0.4, 0.5, 0.35, 0.45)
    hard, easy = (expected(n, each) for n, each in zip((4200, 1800), chances, strict=True))
    cells = hard.cells() + easy.cells()
    kinds = CaptureTable.of_masks(pair.lists, enumerate(cells.tolist()))
    of_kinds = shared_dependence(kinds)
    assert of_kinds
    assert of_kinds.is_told
    assert not pairs_explain_better(kinds, of_kinds)


def test_where_no_log_linear_model_can_be_fitted_independence_stands_for_it() -> None:
    """Thirteen lists are more than such models are made for. BIC asks for more than the test."""
    rng = np.random.default_rng(5)
    table = drawn(rng, 800, [(0.5, [0.3] * 13), (0.5, [0.05] * 13)])
    found = shared_dependence(table)
    assert found
    assert found.is_told
    assert not pairs_explain_better(table, found)
    weak = replace(found, criterion=found.independence + 1)
    assert pairs_explain_better(table, weak)
    gain = found.z**2
    assert found.independence - found.criterion == pytest.approx(gain - np.log(table.observed))
