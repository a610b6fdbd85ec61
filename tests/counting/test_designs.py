"""The designs of the calibration draw what they say, and the stored tables are theirs."""

from __future__ import annotations

import numpy as np
import pytest
from benchmarks.counting.answer import Answer
from benchmarks.counting.calibration import Calibration
from benchmarks.counting.designs import ALL_FAIL, designs, fresh, independent, stored

from qantar.counting import independent as one_class
from qantar.counting.fit import Fit
from qantar.counting.table import CaptureTable, Floats

DESIGNS = {design.name: design for design in designs()}
STORED = [name for name, design in DESIGNS.items() if design.peers]
STEADY = [name for name in DESIGNS if name not in ("prior2class4", "nooverlap3")]


def shares(tables: list[CaptureTable], people: int) -> Floats:
    sums = np.sum([table.cells() for table in tables], axis=0)
    cells: Floats = sums / float(people * len(tables))
    cells[0] = 1 - cells[1:].sum()
    return cells


def test_there_are_ten_stored_ones_and_four_of_our_own() -> None:
    assert len(STORED) == 10
    assert len(DESIGNS) == 14
    assert [name for name in DESIGNS if not DESIGNS[name].is_fair] == sorted(ALL_FAIL, reverse=True)


@pytest.mark.parametrize("name", STEADY)
def test_patterns_come_as_often_as_the_design_says(name: str) -> None:
    design = DESIGNS[name]
    cells = design.draw(np.random.default_rng(0))
    assert cells.sum() == pytest.approx(1)
    assert cells.min() > 0
    drawn = [list(fresh(design, 100, seed=1))]
    if name in STORED:
        drawn.append([table for table, _ in stored(name)])
        assert len(drawn[1]) == 100
    for tables in drawn:
        off = np.abs(shares(tables, design.people) - cells)
        error = np.sqrt(cells / (100 * design.people))
        assert (off <= 5 * error + 1e-9).all()


def test_what_differs_each_time_differs_and_the_same_seed_draws_the_same() -> None:
    design = DESIGNS["prior2class4"]
    chance = np.random.default_rng(0)
    assert not np.allclose(design.draw(chance), design.draw(chance))
    one, other = (list(fresh(design, 3, seed=7)) for _ in range(2))
    assert [table.counts.tolist() for table in one] == [table.counts.tolist() for table in other]


def test_without_overlap_there_is_none() -> None:
    tables = [
        *fresh(DESIGNS["nooverlap3"], 30, seed=1),
        *(table for table, _ in stored("nooverlap3")),
    ]
    assert all(table.frequencies.tolist()[1:] == [0, 0] for table in tables)


def test_the_dependent_pair_has_its_margins_and_its_odds_ratio() -> None:
    cells = DESIGNS["posdep4"].draw(np.random.default_rng(0)).reshape(4, 4).sum(axis=0)
    assert cells[1] + cells[3] == pytest.approx(0.25)
    assert cells[2] + cells[3] == pytest.approx(0.2)
    assert cells[0] * cells[3] / (cells[1] * cells[2]) == pytest.approx(4)


def test_three_lists_depend_though_no_two_do() -> None:
    cells = DESIGNS["threeway4"].draw(np.random.default_rng(0)).reshape(2, 8).sum(axis=0)
    chances = np.array([0.3, 0.25, 0.2])
    masks = np.arange(8)
    for first, second in ((0, 1), (0, 2), (1, 2)):
        both = cells[(masks >> first & 1 == 1) & (masks >> second & 1 == 1)].sum()
        assert both == pytest.approx(chances[first] * chances[second])
    assert cells[7] > 1.5 * chances.prod()


def test_a_copied_list_has_the_names_that_it_copies() -> None:
    cells = DESIGNS["copied4"].draw(np.random.default_rng(0))
    masks = np.arange(16)
    last = masks >> 3 & 1 == 1
    first = masks & 1 == 1
    assert cells[last & first].sum() / cells[first].sum() == pytest.approx(1 - 0.9 * 0.5)
    assert cells[last & ~first].sum() / cells[~first].sum() == pytest.approx(0.1)


def test_chances_that_are_beta_have_the_moments_of_one() -> None:
    # Beta(2, 4): mean 1/3, mean square 2 * 3 / (6 * 7) = 1/7; lists 1 and 3 take it times 1 and .9.
    cells = DESIGNS["beta4"].draw(np.random.default_rng(0))
    masks = np.arange(16)
    assert cells[masks & 1 == 1].sum() == pytest.approx(1 / 3, abs=1e-6)
    assert cells[(masks & 1 == 1) & (masks >> 2 & 1 == 1)].sum() == pytest.approx(0.9 / 7, abs=1e-6)


def test_patterns_are_in_the_order_of_masks() -> None:
    assert independent([0.2, 0.5]) == pytest.approx(np.array([0.4, 0.1, 0.4, 0.1]))


@pytest.mark.parametrize("name", [name for name in STORED if name != "nooverlap3"])
def test_the_stored_intervals_of_one_class_are_ours(name: str) -> None:
    """So the stored tables are read in the right order, and theirs are summed far enough here."""
    for table, peers in stored(name)[:5]:
        got = one_class.estimate(table)
        assert isinstance(got, Fit)
        assert [got.estimate.low, got.estimate.median, got.estimate.high] == peers["exact_K1"]


def test_a_refusal_is_not_covered_and_widths_are_of_those_given() -> None:
    got = Calibration(
        people=100,
        answers=[
            Answer(low=90, point=99, high=120),
            Answer(low=101, point=110, high=141),
            Answer(low=60, point=70, high=80),
            Answer(refused="no-overlap", cautions=("tiny-overlap",)),
        ],
    )
    assert (got.coverage, got.below, got.above) == (0.25, 0.25, 0.25)
    assert (got.width, got.point) == (30, 99)
    assert got.counts() == ({"no-overlap": 1}, {"tiny-overlap": 1})
