"""What `python -m benchmarks.counting` prints: ours beside what is stored, refusals as refusals."""

from __future__ import annotations

from dataclasses import replace
from math import log
from pathlib import Path

import numpy as np
import pytest
from benchmarks.counting import calibration, disagreement, lcmcr, linked, strata, tables, warned
from benchmarks.counting.answer import Answer
from benchmarks.counting.designs import independent, stored
from benchmarks.counting.estimators import DGA, ESTIMATORS, HEADLINE, LCMCR, by_default, together
from benchmarks.linking.dataset import DataSet
from benchmarks.linking.generator import generate

from qantar.counting import Asked, count
from qantar.counting.methods import FOR_MORE_LISTS
from qantar.counting.table import CaptureTable
from tests.counting.published import published


def cells(row: str) -> list[str]:
    return [cell.strip() for cell in row.strip("|").split("|")]


def test_every_estimator_is_measured_and_what_is_quoted_too() -> None:
    assert set(ESTIMATORS) == {*FOR_MORE_LISTS, DGA, HEADLINE, LCMCR}


def test_what_runs_in_r_is_left_out_where_there_is_no_r(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    lcmcr.program.cache_clear()
    try:
        assert set(by_default()) == set(ESTIMATORS) - {LCMCR}
        with pytest.raises(RuntimeError, match="Rscript with the package LCMCR is not installed"):
            ESTIMATORS[LCMCR](published()["kosovo_killings_1999"].table, 0)
    finally:
        lcmcr.program.cache_clear()


def test_a_table_is_shown_beside_what_is_stored() -> None:
    methods = ["independent", DGA, "chao"]
    head, _, *rows = tables.lines(["kosovo"], methods, seed=0)
    assert cells(head)[4] == "answer"
    found = [(cells(row)[3], cells(row)[4], cells(row)[7]) for row in rows]
    assert found == [
        ("independent", "7,387 (7,143 to 7,650)", "exact 7,387 (7,143 to 7,650)"),
        (DGA, "12,595 (9,827 to 16,544)", "dga 12,595 (9,827 to 16,544)"),
        ("chao", "8,803 (8,384 to 9,266)", "8,803"),
    ]


def test_a_reference_that_did_not_converge_is_shown_as_none() -> None:
    said = tables.stored(published()["uk_modern_slavery_5"].reference, "latent_class")
    assert said.endswith("R-hat 1.42: no reference")


def test_a_design_is_shown_beside_its_peers() -> None:
    rows = calibration.lines(
        ["nooverlap3"],
        ["decomposable_graphs", "independent"],
        seed=0,
        anew=None,
        count=3,
        workers=1,
    )
    _, _, graphs, one_class = rows
    assert cells(graphs)[2:6] == ["3", "decomposable_graphs", "0.00", "0.00 / 0.00"]
    assert cells(graphs)[8] == "not-estimable 3"
    assert cells(one_class)[9] == "no-overlap 3"
    assert "LCMCR 0.00, 1,120" in cells(graphs)[10]


def test_what_the_headline_is_made_of_is_what_each_gives_by_itself() -> None:
    table, _ = stored("small3")[0]
    methods = ["latent_class", HEADLINE, "loglinear"]
    assert together(methods, table, 5) == tuple(ESTIMATORS[m](table, 5) for m in methods)


def test_the_shorter_bootstrap_of_the_headline_moves_nothing_that_is_quoted() -> None:
    table, _ = stored("small3")[0]
    told = count(table, asked=Asked(seed=5, sensitivity=False)).headline
    assert told
    got = ESTIMATORS[HEADLINE](table, 5)
    assert (got.low, got.point, got.high) == (told.low, told.estimate, told.high)


def test_where_the_headline_joins_lists_each_still_runs_on_the_table_as_it_is() -> None:
    names, given = ["a", "b", "c", "an empty one"], enumerate([0, 60, 50, 12, 40, 9, 8, 3])
    table = CaptureTable.of_masks(names, given)
    headline, alone = together([HEADLINE, "latent_class"], table, 5)
    assert "empty-list" in headline.cautions
    assert alone == ESTIMATORS["latent_class"](table, 5)


def test_a_table_that_is_refused_is_refused_by_each() -> None:
    table, _ = stored("nooverlap3")[0]
    headline, alone = together([HEADLINE, "latent_class"], table, 5)
    assert (headline.refused, alone.refused) == ("no-overlap", "no-overlap")


def test_widths_are_set_beside_those_of_the_same_table() -> None:
    answers = [Answer(low=10, high=30), Answer(refused="no-overlap"), Answer(low=5, high=15)]
    got = calibration.Calibration(people=20, answers=answers)
    assert list(got.ratios([40, 1, 5])) == [0.5, 2.0]
    assert got.coverage == pytest.approx(1 / 3)


def test_an_interval_that_misses_is_worse_by_forty_times_what_it_misses_by() -> None:
    assert disagreement.score(100, (90, 120)) == pytest.approx(log(120 / 90))
    assert disagreement.score(200, (90, 120)) == pytest.approx(log(120 / 90) + 40 * log(200 / 120))
    assert disagreement.score(60, (90, 120)) == pytest.approx(log(120 / 90) + 40 * log(90 / 60))


def test_lists_that_depend_keep_their_sizes_and_have_the_odds_ratio_that_was_asked_for() -> None:
    cells = disagreement.depend(independent([0.3, 0.2, 0.4]), [(0, 2, 3.0)])
    masks = np.arange(8)
    sizes = [cells[masks >> j & 1 == 1].sum() for j in range(3)]
    assert sizes == pytest.approx([0.3, 0.2, 0.4])
    for other, ratio in ((1, 1.0), (2, 3.0)):
        square = [
            [cells[(masks & 1 == a) & (masks >> other & 1 == b)].sum() for b in (0, 1)]
            for a in (0, 1)
        ]
        found = square[1][1] * square[0][0] / (square[1][0] * square[0][1])
        assert found == pytest.approx(ratio)


def test_every_world_can_be_estimated_from_and_has_a_truth_that_is_no_smaller() -> None:
    for world in disagreement.worlds():
        for people, table in disagreement.tables(world, 3, seed=2):
            assert people >= table.observed
    names = ["two kinds, one pair"]
    *_, alone, whole = disagreement.lines(names, seed=1, count=2, workers=1)
    assert cells(alone)[:3] == ["two kinds, one pair", "2", "2"]
    assert cells(alone)[1:] == cells(whole)[1:]


def test_only_a_stored_table_has_the_peer_s_interval_beside_it() -> None:
    options = {"seed": 0, "count": 4, "workers": 1}
    *_, old = calibration.lines(["small3"], ["independent"], anew=None, **options)
    *_, new = calibration.lines(["small3"], ["independent"], anew=1, **options)
    assert "LCMCR's of the same table" in old
    assert "of the same table" not in new


def test_other_processes_give_the_same_rows() -> None:
    options = {"seed": 3, "anew": 1, "count": 6}
    alone, many = (
        list(calibration.lines(["small3"], ["independent", "chao"], workers=n, **options))
        for n in (1, 2)
    )
    assert alone == many


def answer(low: float, high: float) -> Answer:
    return Answer(low=low, point=(low + high) / 2, high=high)


def seeds(*drawn: Answer, point: Answer) -> list[linked.Seed]:
    """Of a thousand people, whom the true persons give exactly."""
    return [
        linked.Seed(
            seed=number,
            people=1000,
            named=(700, 710),
            truly=answer(950, 1050),
            drawn=one,
            point=point,
            share=0.5,
            seconds=(1.0, 1.0),
        )
        for number, one in enumerate(drawn)
    ]


def test_the_bars_of_counting_through_linking_are_those_that_are_printed() -> None:
    good, high, wide = answer(940, 1090), answer(1001, 1100), answer(800, 1101)
    held = list(linked.summary(seeds(*[good] * 4, high, point=high)))
    assert held[1].startswith("through draws: holds 4 of 5, median width 150")
    assert "true persons: held; at most 2 times as wide: held (1.50)" in held[3]
    assert held[3].endswith("the point alone fails the first: yes")
    missed = list(linked.summary(seeds(wide, wide, wide, high, high, point=good)))
    assert "true persons: NOT; at most 2 times as wide: NOT (3.01)" in missed[3]
    assert missed[3].endswith("the point alone fails the first: no")


def test_lists_are_linked_and_counted_in_three_ways() -> None:
    data = generate(people=300, lists=3, seed=7, difficulty=1.0)
    asked = Asked(methods=("independent",), sensitivity=False, draws=4)
    got = linked.count_data(data, 7, people=300, asked=asked)
    assert got.named[0] == len({str(person) for person in data.person})
    assert got.truly.is_usable
    assert got.drawn.is_usable
    assert got.point.is_usable
    assert got.share is not None
    assert got.drawn != got.point


def test_lists_that_find_all_alike_name_those_who_were_on_every_list() -> None:
    data = generate(people=900, lists=4, seed=7, difficulty=1.0)
    rows = [
        replace(row, list=f"list_{sorted(names(data)).index(row.list) + 1}") for row in data.rows
    ]
    renamed = DataSet(name=data.name, rows=rows, person=data.person)
    everywhere = {
        person
        for person in set(map(str, data.person))
        if len({r.list for r, p in zip(rows, data.person, strict=True) if str(p) == person}) == 4
    }
    drawn, people = linked.listed_alike(renamed, 1)
    assert people == len(everywhere)
    assert set(map(str, drawn.person)) <= everywhere
    assert 0 < len(drawn.rows) < len(rows)
    assert linked.listed_alike(renamed, 1)[0].person == drawn.person


def names(data: DataSet) -> set[str]:
    return {row.list for row in data.rows}


def test_strata_are_counted_as_a_user_counts_them() -> None:
    _, _, row = strata.lines([5], ["independent"], seed=2)
    found = cells(row)
    assert found[0] == "5"
    assert int(found[3]) + int(found[4]) == 5
    assert found[8].endswith(" s")


def test_it_is_told_that_persons_differ_where_they_do() -> None:
    _, _, same, differ, none = warned.lines(["indep3", "twoclass_m", "nooverlap"], seed=1, count=9)
    assert cells(same)[1:4:2] == ["100", "9"]
    assert int(cells(same)[2]) < 10
    assert int(cells(differ)[2]) > 90
    assert cells(none)[2] == "0"
    assert [int(cells(one)[6]) for one in (same, none)] == [0, 0]
    assert 80 < int(cells(differ)[6]) <= int(cells(differ)[2])
    assert int(cells(differ)[7]) <= 9
