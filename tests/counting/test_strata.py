"""Strata and their total: joint draws, refusals, comparisons."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import pytest

from qantar.counting.asked import About, Asked
from qantar.counting.one_table import Result
from qantar.counting.strata import MOST_COMPARED, Job, Stratum, count_strata, do
from qantar.counting.table import CaptureTable
from qantar.counting.whole import summed
from qantar.model.counted import CountedStrata

from .given import answer
from .made import expected

FEMALE = CaptureTable.of_masks("abc", [(1, 50), (2, 40), (4, 30), (3, 12), (5, 9), (6, 8), (7, 3)])
MALE = CaptureTable.of_masks("abc", [(1, 80), (2, 60), (4, 50), (3, 15), (5, 10), (6, 9), (7, 2)])
THIN = CaptureTable.of_masks("abc", [(1, 4), (7, 1)])
ASKED = Asked(methods=("independent", "chao"), seed=5, sensitivity=False)


def stratum(sex: str, table: CaptureTable) -> Stratum:
    return Stratum(stratum=(("sex", sex),), table=table)


def counted(*strata: Stratum) -> CountedStrata:
    return count_strata(strata, asked=ASKED, about=About(what="persons detained"))


def test_draws_are_added_one_by_one_so_that_the_sum_is_narrower_than_the_ends() -> None:
    # Sum of two even ones: a triangle from 0 to 2000; its 2.5 % point is 2000 * sqrt(0.025 / 2),
    # where the sum of the ends would be 50 and 1950.
    rng = np.random.default_rng(4)
    other = answer("latent_class", 0, 1000)
    shuffled = type(other)(
        estimate=other.estimate,
        numbers=other.numbers,
        sample=rng.permuted(other.sample, axis=1),
    )
    joint = summed([other, shuffled]).estimate
    assert joint.low == pytest.approx(2000 * np.sqrt(0.025 / 2), abs=15)
    assert joint.high == pytest.approx(2000 - 2000 * np.sqrt(0.025 / 2), abs=15)


def test_the_total_adds_up_and_is_narrower_than_the_sum_of_the_ends() -> None:
    got = counted(stratum("f", FEMALE), stratum("m", MALE))
    parts = [one.counted.headline for one in got.strata]
    total = got.total.headline
    assert total
    assert got.total.observed == FEMALE.observed + MALE.observed
    assert got.partial is None
    assert all(parts)
    low, high = (sum(getattr(one, end) for one in parts) for end in ("low", "high"))
    assert low < total.low < total.estimate < total.high < high
    width = np.sqrt(sum((one.high - one.low) ** 2 for one in parts if one))
    assert total.high - total.low == pytest.approx(width, rel=0.1)
    assert [one.method for one in got.total.estimates] == ["independent", "chao"]
    assert "persons detained" in total.sentence
    assert parts[0]
    assert "persons detained (sex f)" in parts[0].sentence


def test_strata_are_drawn_apart_though_the_tables_are_the_same() -> None:
    got = counted(stratum("f", FEMALE), stratum("m", FEMALE))
    first, second = (one.counted.headline for one in got.strata)
    total = got.total.headline
    assert first
    assert second
    assert total
    assert (first.low, first.high) == (second.low, second.high)
    assert total.high - total.low == pytest.approx(np.sqrt(2) * (first.high - first.low), rel=0.1)
    (compared,) = got.comparisons
    assert compared.probability == pytest.approx(0.5, abs=0.03)


def test_more_men_than_women() -> None:
    (compared,) = counted(stratum("f", FEMALE), stratum("m", MALE)).comparisons
    assert (compared.more, compared.fewer) == ((("sex", "m"),), (("sex", "f"),))
    assert compared.probability > 0.99


def test_without_a_part_there_is_no_total() -> None:
    got = counted(stratum("f", FEMALE), stratum("m", MALE), stratum("", THIN))
    assert got.total.headline is None
    assert got.total.refused
    assert got.total.refused.code == "stratum-refused"
    assert "(none)" in got.total.refused.text
    assert got.total.observed == FEMALE.observed + MALE.observed + THIN.observed
    assert got.partial
    assert got.partial.headline
    assert got.partial.observed == FEMALE.observed + MALE.observed
    assert "is not estimated" in got.total.sentence


def test_the_sum_of_some_strata_begins_with_which_are_in_it_and_which_are_not() -> None:
    """It once said how many are named in the strata of the sum, as if that were all."""
    got = counted(stratum("f", FEMALE), stratum("m", MALE), stratum("", THIN))
    assert got.partial
    assert got.partial.headline
    assert got.partial.sentence == got.partial.headline.sentence
    assert got.partial.sentence.startswith(
        "This is a part and not the whole. In it: sex f; sex m. Not in it: sex (none), where 5 "
        "persons are named and how many more there were is not estimated. Counted: 378 different "
        "persons detained (sex f; sex m) are named by at least one of the 3 lists"
    )
    whole = counted(stratum("f", FEMALE), stratum("m", MALE)).total
    assert whole.sentence.startswith("Counted: 378 different persons detained are named")


def test_strata_are_named_by_their_columns() -> None:
    """By values alone they were "1, f" and "0, f"."""
    one, other = (
        Stratum(stratum=(("armed", armed), ("sex", "f")), table=table)
        for armed, table in (("1", THIN), ("0", FEMALE))
    )
    assert (one.name, other.name) == ("armed 1, sex f", "armed 0, sex f")
    refused = counted(one, other).total.refused
    assert refused
    assert "there is no estimate for armed 1, sex f, and" in refused.text


def test_what_one_model_assumes_in_one_stratum_is_not_said_of_another() -> None:
    """Once all conditions stood in one line: lists depend, and do not."""
    depend = expected(6000, (0.4, 0.35, 0.3, 0.3), ratio=6)
    alone = expected(6000, (0.4, 0.35, 0.3, 0.3))
    asked = Asked(methods=("loglinear",), replicates=40, sensitivity=False)
    got = count_strata([stratum("f", depend), stratum("m", alone)], asked=asked)
    of_parts = [one.counted.estimates[0].conditions for one in got.strata]
    assert [said[0].split(" (")[0] for said in of_parts] == [
        "Lists depend on each other in these ways only: l0 with l1",
        "Being on one list does not change the chance of being on another",
    ]
    assert of_parts[0][1:] == of_parts[1][1:]
    assert sorted(got.total.estimates[0].conditions) == sorted(
        (
            f"In sex f: {of_parts[0][0]}",
            f"In sex m: {of_parts[1][0]}",
            *of_parts[0][1:],
        )
    )


def test_a_refusal_says_about_so_many_where_who_is_who_is_in_doubt() -> None:
    """An answer said so, and a refusal counted them for sure."""
    drawn = Stratum(stratum=(("sex", "m"),), table=THIN, draws=(THIN, THIN))
    sure, doubtful = counted(stratum("m", THIN)), counted(drawn)
    for got, said in ((sure, ""), (doubtful, "about ")):
        for one in (got.total, got.strata[0].counted):
            assert one.sentence.startswith(f"Counted: {said}5 different persons detained")
            assert f"lists name everybody: {said}5 is how many" in one.sentence
    known = Stratum(stratum=(("sex", "f"),), table=FEMALE, draws=(FEMALE, FEMALE))
    partial = counted(known, drawn).partial
    assert partial
    assert "where about 5 persons are named" in partial.sentence


def test_where_no_part_has_an_answer_no_sum_of_others_is_promised() -> None:
    got = counted(stratum("f", THIN), stratum("m", THIN))
    assert got.partial is None
    assert got.total.refused
    assert "given apart" not in got.total.refused.text
    some = counted(stratum("f", THIN), stratum("m", MALE))
    assert some.partial
    assert some.partial.headline
    assert some.partial.headline.rule == "what is quoted in the one stratum that has an estimate"
    assert some.total.refused
    assert "given apart" in some.total.refused.text


def test_what_two_strata_are_warned_of_in_other_words_is_told_of_each() -> None:
    """In the one persons differ, in the other lists depend on each other: one code for both."""
    depend = expected(6000, (0.4, 0.35, 0.3, 0.3), ratio=6)
    counts = (60, 70, 20, 50, 18, 16, 20, 55, 17, 15, 22, 16, 21, 20, 60)
    differ = CaptureTable.of_masks(depend.lists, enumerate(counts, 1))
    of_all = (("differ", differ), ("depend", depend), ("alike", differ))
    got = counted(*(stratum(name, table) for name, table in of_all))
    said = [one.text for one in got.total.cautions if one.code == "heterogeneity"]
    assert [text.partition(":")[0] for text in said] == ["In sex differ", "In sex depend"]
    assert "hardly ever found cannot be seen" in said[0]
    assert said[0].endswith("Likewise in sex alike.")
    assert "share sources" in said[1]
    assert "Likewise" not in said[1]


def test_what_two_strata_are_warned_of_about_other_lists_is_told_of_each() -> None:
    """A list that names few is "c" in two of them and "a" in one: "likewise" would be untrue."""
    few_on_c = CaptureTable.of_masks("abc", [(1, 50), (2, 40), (3, 12), (5, 2), (6, 1)])
    fewer = CaptureTable.of_masks("abc", [(1, 51), (2, 40), (3, 12), (5, 1), (6, 1)])
    few_on_a = CaptureTable.of_masks("abc", [(4, 50), (2, 40), (6, 12), (5, 2), (3, 1)])
    of_all = (("n", few_on_c), ("s", few_on_a), ("w", fewer))
    got = counted(*(stratum(name, table) for name, table in of_all))
    said = [one.text for one in got.total.cautions if one.code == "sparse-list"]
    assert said == [
        'In sex n: The list "c" names only 3 here: it says little by itself. Likewise in sex w.',
        'In sex s: The list "a" names only 3 here: it says little by itself.',
    ]


def test_strata_counted_from_other_lists_are_not_compared() -> None:
    wider = CaptureTable.of_masks(
        "abcd", [*zip(FEMALE.masks.tolist(), FEMALE.counts.tolist(), strict=True), (8, 20), (9, 9)]
    )
    empty = CaptureTable.of_masks(
        "abcd", zip(MALE.masks.tolist(), MALE.counts.tolist(), strict=True)
    )
    got = counted(stratum("f", wider), stratum("m", empty))
    assert got.comparisons == ()
    assert got.total.headline


def test_whoever_does_the_strata_the_numbers_are_the_same() -> None:
    def backwards(function: object, jobs: Sequence[Job]) -> Iterable[Result]:
        assert function is do
        return [do(job) for job in reversed(jobs)][::-1]

    strata = (stratum("f", FEMALE), stratum("m", MALE))
    assert count_strata(strata, asked=ASKED, run=backwards) == count_strata(strata, asked=ASKED)


def test_strata_of_different_lists_are_refused() -> None:
    with pytest.raises(ValueError, match="same lists"):
        counted(stratum("f", FEMALE), stratum("m", MALE.of_lists(["a", "b"])))
    with pytest.raises(ValueError, match="at least one"):
        counted()


def test_totals_over_draws_of_linking_add_within_each_draw() -> None:
    """In one draw both strata are large, in the other both small: their sum keeps that."""

    def of(table: CaptureTable, times: int) -> CaptureTable:
        return CaptureTable(table.lists, table.masks, table.counts * times)

    strata = [
        Stratum(stratum=(("sex", sex),), table=table, draws=(of(table, 1), of(table, 4)))
        for sex, table in (("f", FEMALE), ("m", MALE))
    ]
    got = counted(*strata)
    parts = [one.counted.headline for one in got.strata]
    total = got.total.headline
    assert total
    assert total.linkage_share
    assert total.linkage_share > 0.9
    # Draws that go together: the ends nearly add.
    assert total.low == pytest.approx(sum(one.low for one in parts if one), rel=0.08)
    assert total.high == pytest.approx(sum(one.high for one in parts if one), rel=0.08)


def test_the_numbers_of_a_stratum_follow_from_its_name_whatever_others_there_are() -> None:
    """Both reads of `m` bootstrap, so that another seed would give other numbers."""
    asked = Asked(methods=("loglinear",), seed=5, sensitivity=False, replicates=50)
    both = (stratum("f", FEMALE), stratum("m", MALE))
    alone = count_strata(both[1:], asked=asked).strata[0]
    assert alone == count_strata(both, asked=asked).strata[1]
    (renamed,) = count_strata([stratum("men", MALE)], asked=asked).strata
    assert renamed.counted.estimates != alone.counted.estimates


def test_names_that_look_alike_when_joined_have_seeds_of_their_own() -> None:
    names = [("a", "bc"), ("ab", "c"), ("abc",), ("a", "b", "c"), ("a\0bc",)]
    assert len({ASKED.with_seed_of_words(*words).seed for words in names}) == len(names)


def test_a_stratum_that_draws_alone_have_is_told_and_takes_nobodys_total_away() -> None:
    """In one draw of two, three persons are of no known sex; in the division nobody is."""
    nobody = CaptureTable.of_masks("abc", [])
    three = CaptureTable.of_masks("abc", [(1, 2), (4, 1)])
    strata = [
        Stratum(stratum=(("sex", sex),), table=table, draws=(table, table))
        for sex, table in (("f", FEMALE), ("m", MALE))
    ]
    without = counted(*strata)
    got = counted(*strata, Stratum(stratum=(("sex", ""),), table=nobody, draws=(nobody, three)))
    refused = got.strata[2].counted
    assert refused.observed == 0
    assert refused.refused
    assert refused.refused.code == "not-estimable"
    assert "In 1 of 2 draws of linking there are, 3 at the most" in refused.refused.text
    assert got.partial is None
    assert got.total.headline
    assert without.total.headline
    # Half of the draws have three persons more, the other half have none.
    mean, before = (one.total.estimates[0].mean for one in (got, without))
    assert mean is not None
    assert before is not None
    assert mean == pytest.approx(before + 1.5, abs=1e-6)
    told = [one.text for one in got.total.cautions if one.code == "not-estimable"]
    assert len(told) == 1
    assert "In 1 of 2 draws of linking there are persons in sex (none), 3 at the most" in told[0]


def test_of_many_strata_none_are_compared() -> None:
    of = [stratum(f"s{n}", FEMALE) for n in range(MOST_COMPARED + 1)]
    assert counted(*of).comparisons == ()
    assert len(counted(*of[1:]).comparisons) == MOST_COMPARED * (MOST_COMPARED - 1) // 2
