"""From seven lists to twenty: a right answer, or a reason that is named, and what is left out.

The latent class model is left out here, as its kernel is compiled first; with it these tables
were counted by hand (benchmarks/README.md, "The clock").
"""

from __future__ import annotations

import numpy as np
import pytest

from qantar.counting.asked import Asked
from qantar.counting.latent_chains import Effort
from qantar.counting.methods import bounded
from qantar.counting.one_table import count
from qantar.counting.sensitivity import MOST_LEFT_OUT
from qantar.counting.table import MOST_LISTS, CaptureTable
from qantar.model.counted import Counted

PEOPLE = 1000
METHODS = ("decomposable_graphs", "loglinear", "independent", "chao")
LOGLINEAR_UP_TO = 12


def drawn(lists: int) -> CaptureTable:
    """Independent lists. Those of 17 overlap by chance as 1 in 20 such tables do, and are told."""
    rng = np.random.default_rng(lists)
    chances = rng.uniform(0.04, 0.14, lists)
    masks = (rng.random((PEOPLE, lists)) < chances) @ (1 << np.arange(lists))
    found, counts = np.unique(masks, return_counts=True)
    names = [f"list {j + 1}" for j in range(lists)]
    cells = zip(found.tolist(), counts.tolist(), strict=True)
    return CaptureTable.of_masks(names, cells)


def counted(table: CaptureTable, *, sensitivity: bool = False) -> Counted:
    return count(table, asked=Asked(methods=METHODS, sensitivity=sensitivity, seed=1))


@pytest.mark.parametrize("lists", [7, 10, 14, 16, 17, 20])
def test_every_number_of_lists_has_an_answer_or_its_reason(lists: int) -> None:
    got = counted(drawn(lists))
    by_method = {one.method: one for one in got.estimates}
    for name in ("decomposable_graphs", "independent"):
        assert is_near(by_method[name].estimate, by_method[name].low, by_method[name].high)
    assert got.headline is not None
    assert got.headline.method == "decomposable_graphs"
    said = [one.text for one in got.cautions if one.code == "not-estimable"]
    if lists <= LOGLINEAR_UP_TO:
        assert by_method["loglinear"].estimate is not None
        assert by_method["loglinear"].estimate == pytest.approx(PEOPLE, rel=0.15)
    else:
        assert "loglinear" not in by_method
        assert any(f"{lists} lists are more than the 12" in text for text in said)


def is_near(estimate: float | None, low: float | None, high: float | None) -> bool:
    """Within three standard errors of the truth, of which a 95 % interval is four wide or so."""
    assert estimate is not None
    assert low is not None
    assert high is not None
    return abs(estimate - PEOPLE) < 3 * (high - low) / 3.92


def test_what_takes_too_long_is_left_out_and_said_so() -> None:
    for lists in (MOST_LEFT_OUT + 1, LOGLINEAR_UP_TO + 1):
        tried = counted(drawn(lists), sensitivity=True).sensitivity
        assert [one.list for one in tried.predicted] == [f"list {j + 1}" for j in range(lists)]
        assert len(tried.priors) == 2
        assert tried.without == ()
        left_out = {one.what: one.why for one in tried.not_tried}
        assert "up to 8" in left_out["without"]
        assert "take its column out" in left_out["without"]
        if lists <= LOGLINEAR_UP_TO:
            assert "dependence" not in left_out
            assert len(tried.dependence) == lists * (lists - 1) / 2
        else:
            assert "13 lists are more than the 12" in left_out["dependence"]
            assert tried.dependence == ()


def test_chains_on_many_patterns_are_given_up_earlier() -> None:
    """Work grows with the patterns: up to 250 as long as by itself, and no less than one round."""
    few = CaptureTable.of_masks("abcdefgh", [(mask, 3) for mask in range(1, 251)])
    assert bounded("latent_class", few) == {}
    for patterns, most in ((1000, 40_000), (2000, 20_000), (100_000, 5_000)):
        many = CaptureTable.of_masks(
            [f"l{j}" for j in range(MOST_LISTS)], [(mask, 3) for mask in range(1, patterns + 1)]
        )
        effort = bounded("latent_class", many)["effort"]
        assert effort == Effort(iterations=5_000, kept=2_500, most=most)
        assert bounded("decomposable_graphs", many) == {}
    five = CaptureTable.of_masks("abcde", [(mask, 3) for mask in range(1, 32)])
    assert bounded("latent_class", five) == {"effort": Effort(most=320_000)}
    of_draws = bounded("latent_class", few, tables=25)["effort"]
    assert of_draws == Effort(iterations=5_000, kept=2_500, most=160_000)
