"""What `python -m benchmarks.counting` prints: ours beside what is stored, refusals as refusals."""

from __future__ import annotations

from benchmarks.counting import calibration, tables
from benchmarks.counting.estimators import DGA, ESTIMATORS, HEADLINE

from qantar.counting.methods import FOR_MORE_LISTS
from tests.counting.published import published


def cells(row: str) -> list[str]:
    return [cell.strip() for cell in row.strip("|").split("|")]


def test_every_estimator_is_measured_and_what_is_quoted_too() -> None:
    assert set(ESTIMATORS) == {*FOR_MORE_LISTS, DGA, HEADLINE}


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
