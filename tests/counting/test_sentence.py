"""The paragraph that is quoted: counted and estimated apart, never a number without its interval."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import pytest

from qantar.counting.asked import About, Asked
from qantar.counting.one_table import count
from qantar.counting.sentence import refusal_sentence, sentence
from qantar.counting.table import CaptureTable
from qantar.model.estimate import Caution, Refusal

from .given import estimate

TABLE = CaptureTable.of_masks(
    "abc", [(1, 130), (2, 100), (4, 80), (3, 27), (5, 19), (6, 17), (7, 5)]
)
ABOUT = About(what="persons detained", where="in Sayaqkent", when="in January 2022")


def said(
    *cautions: Caution,
    share: float | None = None,
    low: float = 722,
    level: float = 0.95,
    methods: Sequence[str] = ("latent_class",),
    of_strata: bool = False,
) -> str:
    answer = replace(estimate("latent_class", 849, low, 1022), level=level)
    return sentence(
        TABLE,
        answer,
        about=ABOUT,
        cautions=cautions,
        linkage_share=share,
        methods=methods,
        of_strata=of_strata,
    )


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


def test_a_level_close_to_one_is_not_rounded_to_certainty() -> None:
    assert "the 99.9% interval" in said(level=0.999)
    assert "100%" not in said(level=0.9999)


def test_how_many_are_on_no_list_has_both_ends_and_calls_nobody_missing() -> None:
    assert "That would be 344 to 644 persons on none of these lists." in said()
    assert "0 to 644 persons on none of these lists: it may be that the lists name" in said(low=370)
    for text in (said(), said(low=378)):
        assert "missing" not in text
        assert "at least" not in text.partition("Estimated:")[2]


def test_the_conditions_are_those_of_the_method_that_is_quoted() -> None:
    assert "some kinds of persons are easier to list" in said()
    assert (
        "if everybody was about as easy to list as anybody else, and if lists that depend"
        in said(methods=("decomposable_graphs",))
    )
    alone = said(methods=("independent",))
    assert "if no list led to another" in alone
    assert "in a way that the overlaps show" not in alone
    mixed = said(methods=("latent_class", "decomposable_graphs"))
    assert "in a way that the overlaps show" in mixed
    assert "easy to list" not in mixed
    assert "if no list led to another" in said(methods=("latent_class", "independent"))


def test_what_is_weak_in_one_stratum_is_not_said_of_the_whole() -> None:
    tiny = Caution(code="tiny-overlap", text="")
    assert "Be careful: it rests on very few" in said(tiny)
    assert "Be careful: of at least one of the strata that were added, it rests" in said(
        tiny, of_strata=True
    )


def test_what_would_break_it_is_said_and_what_the_interval_holds() -> None:
    assert "taken for two, the number is too high; the interval does not allow for" in said()
    assert "(30% of the variance)" in said(share=0.3)
    assert "Counted: about 378 different persons" in said(share=0.3)
    assert "That would be about 344 to 644 persons on none" in said(share=0.3)
    warned = said(Caution(code="heterogeneity", text=""), Caution(code="sparse-list", text=""))
    assert "easier to find than others, the number tends to be too low" in warned
    assert "Be careful" not in said(Caution(code="sparse-list", text=""))


def test_lists_that_depend_on_each_other_are_not_said_to_be_persons_who_differ() -> None:
    """The same warning has two causes; how it bears on a number hangs on the method."""
    depend = Caution(code="heterogeneity", text="", kind="lists")
    by_classes = said(depend, methods=("latent_class",))
    assert "easier to find" not in by_classes
    assert (
        "share sources or lead to one another, which the model that is quoted follows only in "
        in (by_classes)
    )
    assert "which the number allows for" in said(depend, methods=("decomposable_graphs",))


def test_what_hangs_on_one_list_is_said_once_however_many_lists_it_hangs_on() -> None:
    without = [
        Caution(code="disagreement", text="", kind=f"without {name}: latent_class") for name in "ab"
    ]
    paragraph = said(*without)
    assert paragraph.count("it hangs on single lists") == 1
    assert "other models" not in paragraph
    models = Caution(code="disagreement", text="", kind="latent_class, loglinear")
    assert "other models" in said(models)


def test_a_refusal_has_a_paragraph_that_is_no_zero() -> None:
    refused = Refusal(code="few-lists", text="Not estimable: too few.")
    text = refusal_sentence(TABLE, refused, about=ABOUT)
    assert "378 different persons detained in Sayaqkent" in text
    assert "Not estimable: too few." in text
    assert "does not mean that the lists name everybody" in text
    assert "378 is how many they name, and no estimate" in text
    one = refusal_sentence(CaptureTable.of_masks("a", [(1, 80)]), refused, about=ABOUT)
    assert 'are named by the one list "a". How many more' in one
    nobody = refusal_sentence(CaptureTable.of(["a"], []), refused, about=ABOUT)
    assert nobody.startswith("Nobody is counted")


def test_what_cannot_be_asked_is_refused() -> None:
    with pytest.raises(ValueError, match="no such method: guess"):
        Asked(methods=("guess",))
    for level in (0.0, 0.9991, 1.0, 95.0):
        with pytest.raises(ValueError, match=r"between 0 and 0\.999"):
            Asked(level=level)


def test_words_that_say_nothing_cannot_be_what_is_counted() -> None:
    for empty in (About(where=None, when=None), About(what="persons")):
        assert empty.words == "persons"
    for said in ({"what": ""}, {"where": " "}, {"when": ""}):
        with pytest.raises(ValueError, match="say nothing"):
            About(**said)


def test_parts_of_the_whole_have_seeds_of_their_own() -> None:
    asked = Asked(seed=7)
    seeds = {asked.with_seed_of(number).seed for number in range(100)}
    assert len(seeds) == 100
    assert asked.with_seed_of(3) == Asked(seed=7).with_seed_of(3)


def test_what_another_method_noticed_is_not_said_of_the_number() -> None:
    """The bootstrap of the log-linear model redraws tables without an answer; the graphs do not."""
    table = CaptureTable.of_masks("abc", [(1, 30), (2, 25), (4, 20), (3, 2), (5, 2), (6, 2)])
    methods = ("decomposable_graphs", "loglinear")
    counted = count(table, asked=Asked(methods=methods, sensitivity=False))
    assert {one.code for one in counted.cautions} == {"tiny-overlap", "not-estimable"}
    assert counted.headline
    assert counted.headline.method == "decomposable_graphs"
    assert "very few persons" in counted.headline.sentence
    assert "no number at all" not in counted.headline.sentence


def test_one_model_alone_is_said_to_be_one() -> None:
    assumed = Caution(code="dependence-assumed", text="")
    assert "one model out of many" in said(assumed, methods=("loglinear",))
    assert "that no list led to another was assumed" in said(assumed, methods=("independent",))
