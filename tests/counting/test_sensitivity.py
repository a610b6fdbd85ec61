"""What would move the answer, on tables whose answer is known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from qantar.counting.asked import Asked
from qantar.counting.one_table import count
from qantar.counting.pooled import Answer
from qantar.counting.sensitivity import tried
from qantar.counting.table import CaptureTable
from qantar.counting.verdict import Quoted
from qantar.model.counted import Predicted, Sensitivity

from .given import answer
from .published import published


def expected(people: int, *chances: float) -> CaptureTable:
    """Counts of independent lists as they are on average, so that N is known."""
    lists = "abcde"[: len(chances)]
    cells = []
    for mask in range(1, 1 << len(chances)):
        shares = [p if mask >> j & 1 else 1 - p for j, p in enumerate(chances)]
        cells.append((mask, round(people * float(np.prod(shares)))))
    return CaptureTable.of_masks(lists, cells)


def quoted(one: Answer) -> Quoted:
    return Quoted(answer=one, methods=(one.estimate.method,), rule="", each=(one,))


@pytest.fixture(scope="module")
def graphs() -> Sensitivity:
    table = expected(5000, 0.3, 0.2, 0.25, 0.3)
    return tried(table, quoted(answer("decomposable_graphs", 4800, 5200)), Asked()).sensitivity


def test_independent_lists_say_the_same_without_any_of_them(graphs: Sensitivity) -> None:
    assert [one.list for one in graphs.without] == ["a", "b", "c", "d"]
    assert graphs.not_tried == ()
    for one in graphs.without:
        assert one.estimate == pytest.approx(5000, rel=0.08)
        assert one.low is not None
        assert one.high is not None
        assert one.low < 5000 < one.high


def test_independent_lists_predict_each_other(graphs: Sensitivity) -> None:
    for one, chance in zip(graphs.predicted, (0.3, 0.2, 0.25, 0.3), strict=True):
        assert one.size == pytest.approx(5000 * chance, abs=5)
        assert one.seen < one.size
        assert one.estimate == pytest.approx(one.size, rel=0.08)
    assert graphs.missed == ()


def test_a_list_whose_size_the_others_miss_is_named() -> None:
    def predicted(name: str, *ends: float | None) -> Predicted:
        point, low, high = ends
        return Predicted(
            list=name, size=100, seen=50, method="chapman", estimate=point, low=low, high=high
        )

    tried_on = (
        predicted("held", 90.0, 80.0, 100.0),
        predicted("too low", 90.0, 80.0, 99.0),
        predicted("too high", 120.0, 101.0, 140.0),
        predicted("not estimable", None, None, None),
    )
    assert Sensitivity(predicted=tried_on).missed == ("too low", "too high")


def test_enough_data_outweighs_the_prior(graphs: Sensitivity) -> None:
    assert [one.prior for one in graphs.priors] == [
        "worth a quarter as much data",
        "worth four times as much data",
    ]
    for one in graphs.priors:
        assert one.estimate == pytest.approx(5000, rel=0.03)


def test_dependence_that_would_move_it_by_half_is_told_of_every_pair(graphs: Sensitivity) -> None:
    pairs = [one.lists for one in graphs.dependence]
    assert pairs == [("a", "b"), ("a", "c"), ("a", "d"), ("b", "c"), ("b", "d"), ("c", "d")]
    # Lists that lead to one another overlap more than chance has it: N is then larger.
    for one in graphs.dependence:
        assert one.up is None or one.up > 1
        assert one.down is None or one.down < 1


def test_of_three_lists_two_are_left_and_chapman_looks_at_them() -> None:
    table = expected(2000, 0.3, 0.4, 0.35)
    got = tried(table, quoted(answer("decomposable_graphs", 1900, 2100)), Asked()).sensitivity
    assert {one.method for one in got.without} == {"chapman"}
    assert {one.method for one in got.predicted} == {"chapman"}
    for one in got.without:
        assert one.estimate == pytest.approx(2000, rel=0.01)


def test_an_estimate_that_hangs_on_the_prior_is_told() -> None:
    thin = CaptureTable.of_masks("abc", [(1, 9), (2, 8), (4, 7), (3, 2), (5, 2), (6, 1)])
    near = quoted(answer("decomposable_graphs", 24, 26))
    got = tried(thin, near, Asked())
    assert {one.code for one in got.cautions} == {"prior-sensitive"}
    assert "With another prior (worth" in got.cautions[0].text


def test_a_list_without_which_the_answer_is_quite_another_is_told() -> None:
    """Kosovo without the interviews of ABA: 6,719 to 7,563 by graphs, and 9,827 to 16,544 with."""
    kosovo = published()["kosovo_killings_1999"].table
    graphs = count(kosovo, asked=Asked(methods=("decomposable_graphs",)))
    (said,) = (one for one in graphs.cautions if one.code == "disagreement")
    assert said.kind == "without ABA: decomposable_graphs"
    assert "6,719 to 7,563), wholly apart from the 9,827 to 16,544 with it" in said.text
    assert graphs.headline
    assert "it hangs on single lists" in graphs.headline.sentence


def test_lists_that_say_fewer_than_are_named_do_not_see_whom_the_other_finds() -> None:
    """Korea without d: 82 to 87 persons by Chapman, of 123 who are named."""
    korea = published()["korea_palembang"].table
    found = count(korea, asked=Asked(methods=("decomposable_graphs",)))
    without = {one.list: one.high for one in found.sensitivity.without}
    fewer = {name for name, high in without.items() if high and high < korea.observed}
    said = [one for one in found.cautions if one.kind.startswith("without ")]
    assert {one.kind for one in said} == {f"without {name}: chapman" for name in fewer}
    assert fewer
    assert all("fewer than the 123 who are named" in one.text for one in said)


def test_a_prior_is_held_against_its_own_method_and_table() -> None:
    """Once it was held against the mixture of two methods, or the pool of all draws of linking."""
    table = expected(5000, 0.3, 0.2, 0.25, 0.3)
    one, other = answer("decomposable_graphs", 4800, 5200), answer("loglinear", 9800, 10200)
    mixed = Quoted(
        answer=answer("decomposable_graphs+loglinear", 9000, 9100),
        methods=("decomposable_graphs", "loglinear"),
        rule="",
        each=(one, other),
    )
    told = tried(table, mixed, Asked()).cautions
    # No prior moves anything; lists left out move the one that says twice what they say.
    assert {(one.code, one.kind.rpartition(": ")[2]) for one in told} == {
        ("disagreement", "loglinear")
    }
    pool = answer("decomposable_graphs", 9000, 9100)
    draws = replace(pool, numbers=np.arange(2), sample=np.stack([pool.sample[0]] * 2))
    assert tried(table, quoted(draws), Asked()).cautions == ()


def test_through_draws_of_linking_it_is_said_to_be_of_the_likeliest_division() -> None:
    """What is tried is tried on one table alone, whatever the draws say."""
    table = expected(2000, 0.3, 0.4, 0.35)
    asked = Asked(methods=("decomposable_graphs",))
    sure = count(table, asked=asked).sensitivity
    other = expected(2400, 0.3, 0.4, 0.35)
    drawn = count(table, asked=asked, draws=[table, other]).sensitivity
    assert (sure.is_of_likeliest, drawn.is_of_likeliest) == (False, True)
    assert drawn.without == sure.without
    assert drawn.dependence == sure.dependence


def test_it_is_asked_for_and_left_out_where_it_is_not() -> None:
    table = expected(2000, 0.3, 0.4, 0.35)
    methods = ("decomposable_graphs",)
    assert count(table, asked=Asked(methods=methods)).sensitivity.without
    assert (
        count(table, asked=Asked(methods=methods, sensitivity=False)).sensitivity == Sensitivity()
    )
