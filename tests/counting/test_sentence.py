"""The paragraph that is quoted: counted and estimated apart, never a number without its interval."""

from __future__ import annotations

import re

import pytest

from qantar.counting.asked import About, Asked
from qantar.counting.sentence import refusal_sentence, sentence
from qantar.counting.table import CaptureTable
from qantar.model.estimate import Caution, Refusal

from .given import estimate

TABLE = CaptureTable.of_masks(
    "abc", [(1, 130), (2, 100), (4, 80), (3, 27), (5, 19), (6, 17), (7, 5)]
)
ABOUT = About(what="persons detained", where="in Sayaqkent", when="in January 2022")


def said(*cautions: Caution, share: float | None = None, low: float = 722) -> str:
    answer = estimate("latent_class", 849, low, 1022)
    return sentence(TABLE, answer, about=ABOUT, cautions=cautions, linkage_share=share)


def test_it_says_who_where_when_and_on_which_lists() -> None:
    assert said().startswith(
        "Counted: 378 different persons detained in Sayaqkent in January 2022 are named by at least "
        'one of the 3 lists "a", "b" and "c".'
    )


def test_the_estimate_never_stands_without_its_interval() -> None:
    (one,) = (part for part in re.split(r"(?<=\.) ", said()) if "849" in part)
    assert "722" in one
    assert "1,022" in one
    assert one.startswith("Estimated:")
    assert "95% interval" in one


def test_how_many_are_missing_at_the_least_follows_from_the_lower_end() -> None:
    assert "at least 344 persons are missing from all of the lists" in said()
    assert "It may be that nobody is missing" in said(low=378)


def test_what_would_break_it_is_said_and_what_the_interval_holds() -> None:
    assert "are not in the interval" in said()
    assert "(30% of the variance)" in said(share=0.3)
    warned = said(Caution(code="heterogeneity", text=""), Caution(code="sparse-list", text=""))
    assert "above the interval than below it" in warned
    assert "Be careful" not in said(Caution(code="sparse-list", text=""))


def test_a_refusal_has_a_paragraph_that_is_no_zero() -> None:
    refused = Refusal(code="few-lists", text="Not estimable: too few.")
    text = refusal_sentence(TABLE, refused, about=ABOUT)
    assert "378 different persons detained in Sayaqkent" in text
    assert "Not estimable: too few." in text
    assert "does not mean that nobody is missing" in text
    nobody = refusal_sentence(CaptureTable.of(["a"], []), refused, about=ABOUT)
    assert nobody.startswith("Nobody is counted")


def test_what_cannot_be_asked_is_refused() -> None:
    with pytest.raises(ValueError, match="no such method: guess"):
        Asked(methods=("guess",))
    for level in (0.0, 1.0, 95.0):
        with pytest.raises(ValueError, match="between 0 and 1"):
            Asked(level=level)


def test_parts_of_the_whole_have_seeds_of_their_own() -> None:
    asked = Asked(seed=7)
    seeds = {asked.with_seed_of(number).seed for number in range(100)}
    assert len(seeds) == 100
    assert asked.with_seed_of(3) == Asked(seed=7).with_seed_of(3)
