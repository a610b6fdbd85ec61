"""Answers held against how many could have been listed at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from qantar.counting.asked import About, Asked
from qantar.counting.one_table import count
from qantar.counting.strata import Stratum, count_strata
from qantar.counting.table import CaptureTable
from qantar.errors import UsageError
from qantar.model.counted import Counted
from qantar.workbench.count import CountJob, count_file

TABLE = CaptureTable.of_masks(
    "abc", [(1, 130), (2, 100), (4, 80), (3, 27), (5, 19), (6, 17), (7, 5)]
)
"""378 persons; independent lists say 849 (722 to 1,022)."""
METHODS = ("independent",)


def counted(covered: int | None) -> Counted:
    return count(TABLE, asked=Asked(methods=METHODS, sensitivity=False, covered=covered))


def test_an_answer_within_the_population_is_as_it_was() -> None:
    assert counted(None).headline
    assert counted(1022) == counted(None)


def test_an_interval_that_reaches_beyond_is_warned_of_and_not_cut_off() -> None:
    got, free = counted(1021), counted(None)
    assert got.headline
    assert free.headline
    assert (got.headline.low, got.headline.high) == (free.headline.low, free.headline.high)
    (said,) = (one for one in got.cautions if one.code == "large-expansion")
    assert "reaches to 1,022, and no more than 1,021 could have been listed" in said.text
    assert "beyond how many could have been listed at all" in got.headline.sentence
    assert "whom nobody named" not in got.headline.sentence


def test_an_interval_that_lies_wholly_beyond_is_refused() -> None:
    assert counted(722).headline
    got = counted(721)
    assert got.headline is None
    assert got.refused
    assert got.refused.code == "not-estimable"
    assert "(722 to 1,022) lies beyond the 721 who could have been listed" in got.refused.text
    assert got.refused.text in got.sentence
    assert [one.method for one in got.estimates] == ["independent"]


def test_of_strata_it_is_of_all_together() -> None:
    halves = [Stratum(stratum=(("sex", sex),), table=TABLE) for sex in "fm"]

    def whole(covered: int) -> Counted:
        asked = Asked(methods=METHODS, sensitivity=False, covered=covered)
        got = count_strata(halves, asked=asked, about=About())
        assert all(one.counted.headline for one in got.strata)
        return got.total

    far, near, beyond = whole(2500), whole(1800), whole(1300)
    assert far.headline
    assert near.headline
    assert [one.code for one in set(near.cautions) - set(far.cautions)] == ["large-expansion"]
    assert "large-expansion" not in [one.code for one in far.cautions]
    assert beyond.headline is None
    assert beyond.refused
    assert beyond.refused.code == "not-estimable"


def test_fewer_than_are_named_cannot_be_covered(tmp_path: Path) -> None:
    path = tmp_path / "patterns.csv"
    rows = ["1,0,0,130", "0,1,0,100", "0,0,1,80", "1,1,0,27"]
    path.write_text("\n".join(["a,b,c,count", *rows]), encoding="utf-8")
    job = CountJob(file=path, linked=None, by=None, asked=Asked(covered=336), about=About())
    with pytest.raises(UsageError, match="337 persons, more than the 336") as caught:
        count_file(job)
    assert caught.value.where == "--covered"
