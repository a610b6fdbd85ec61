"""What a sheet asks to be counted."""

from __future__ import annotations

from dataclasses import replace

import pytest

from qantar.model.canonical import canonical, parse
from qantar.model.counting_asked import Counting, Method

ASKED = Counting(
    id="killed",
    population="persons killed",
    lists=("court", "Мəйіт", "press"),
    where="in Sayaqkent",
    status=("killed",),
    strata=("period", "sex"),
    cuts=("2022-01-05", "2022-01-07"),
    copied=(("press", "court"),),
    methods=(Method.CHAO,),
)


def test_it_survives_the_journal_whole() -> None:
    written = canonical(ASKED.to_record())  # type: ignore[arg-type]  # JSON by construction
    assert Counting.from_record(parse(written)) == ASKED  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"lists": ("court",)}, "too few"),
        ({"lists": ("court", "court")}, "twice"),
        ({"copied": (("press", "police"),)}, "copied"),
        ({"copied": (("press", "press"),)}, "copied"),
        ({"strata": ("period", "towns")}, "parted"),
        ({"strata": ("sex",)}, "days part periods"),
        ({"cuts": ()}, "days part periods"),
        ({"cuts": ("2022-01-07", "2022-01-05")}, "ascend"),
        ({"table": "../patterns.csv", "strata": (), "cuts": ()}, "above"),
    ],
)
def test_what_no_sheet_can_say_is_refused(wrong: dict[str, object], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        replace(ASKED, **wrong)  # type: ignore[arg-type]  # that is the point


def test_a_table_of_patterns_has_strata_of_its_own() -> None:
    asked = replace(ASKED, table="killings.csv", strata=("municipality",), cuts=())
    assert asked.strata == ("municipality",)
