"""Which answer is quoted, by the rule of docs/counting.md."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from qantar.counting.pooled import Answer
from qantar.counting.table import CaptureTable
from qantar.counting.verdict import Verdict, verdict

from .given import answer
from .made import expected, two_kinds

TABLE = CaptureTable.of_masks(
    "abc", [(1, 130), (2, 100), (4, 80), (3, 27), (5, 19), (6, 17), (7, 5)]
)
"""378 persons on three lists that overlap as independent ones do."""


def judged(*answers: Answer, refused: Sequence[str] = ()) -> Verdict:
    by_method = {one.estimate.method: one for one in answers}
    return verdict(TABLE, by_method, level=0.95, seed=1, refused=refused)


def codes(came: Verdict) -> set[str]:
    return {one.code for one in came.cautions}


def test_the_latent_class_model_is_quoted_where_it_converged() -> None:
    came = judged(
        answer("latent_class", 700, 1100, converged=True),
        answer("decomposable_graphs", 720, 1050),
        answer("loglinear", 730, 1040),
        answer("independent", 720, 1000),
        answer("chao", 740, 1090),
    )
    assert came.quoted
    assert came.quoted.methods == ("latent_class",)
    assert came.quoted.answer.estimate.estimate == 900
    assert "agree with it" in came.quoted.rule
    assert (came.refused, codes(came)) == (None, set())


def test_what_did_not_converge_is_never_quoted() -> None:
    came = judged(
        answer("latent_class", 700, 1100, converged=False), answer("decomposable_graphs", 720, 1050)
    )
    assert came.quoted
    assert came.quoted.methods == ("decomposable_graphs",)
    assert codes(came) == {"not-converged"}
    alone = judged(answer("latent_class", 700, 1100, converged=False))
    assert alone.quoted is None
    assert alone.refused
    assert alone.refused.code == "not-estimable"
    assert "did not converge" in alone.refused.text


def test_what_was_assumed_beforehand_is_never_quoted_and_never_mixed_in() -> None:
    """Of a million persons under the graph of all edges it said that nobody was missed."""
    assumed = answer("decomposable_graphs", 378, 420, converged=True, uninformed=0.8)
    alone = judged(assumed)
    assert alone.refused
    assert alone.refused.code == "not-estimable"
    assert "assumed beforehand" in alone.refused.text
    beside = judged(assumed, answer("latent_class", 800, 1100, converged=True))
    assert beside.quoted
    assert beside.quoted.methods == ("latent_class",)
    some = judged(answer("decomposable_graphs", 700, 1100, converged=True, uninformed=0.3))
    assert some.quoted


def test_two_that_exclude_each_other_are_quoted_together() -> None:
    came = judged(
        answer("latent_class", 600, 700, converged=True),
        answer("decomposable_graphs", 900, 1100),
        answer("loglinear", 610, 690),
    )
    assert came.quoted
    assert came.quoted.methods == ("latent_class", "decomposable_graphs")
    mixed = came.quoted.answer.estimate
    assert mixed.method == "latent_class+decomposable_graphs"
    # Half of the draws lie evenly in the one, half in the other: the ends are their 5 % points.
    assert mixed.low == pytest.approx(605, abs=2)
    assert mixed.high == pytest.approx(1090, abs=4)
    assert mixed.conditions == ("what latent_class assumes", "what decomposable_graphs assumes")
    assert "disagreement" in codes(came)


def test_two_that_exclude_each_other_are_not_mixed_where_kinds_of_persons_fit_better() -> None:
    """Two kinds, each easy for the lists for which the other is hard: no common overlap is told."""
    kinds = two_kinds()
    answers = {
        "latent_class": answer("latent_class", 3800, 4300, converged=True),
        "decomposable_graphs": answer("decomposable_graphs", 4500, 5500),
    }
    came = verdict(kinds, answers, level=0.95, seed=1)
    assert came.quoted
    assert came.quoted.methods == ("latent_class",)
    assert "kinds of persons fit what was observed better" in came.quoted.rule
    assert "disagrees with it" in came.quoted.rule
    assert codes(came) == {"disagreement"}


def test_one_that_leaves_out_the_other_but_not_the_other_way_round_is_said_to_do_so() -> None:
    wide = answer("latent_class", 500, 2000, converged=True)
    for other, said in (
        (
            answer("decomposable_graphs", 600, 700),
            "the interval of the average over dependence graphs leaves it out",
        ),
        (answer("loglinear", 900, 4000), "the log-linear model says 2,450, outside of it"),
    ):
        came = judged(wide, other)
        assert came.quoted
        assert came.quoted.methods == ("latent_class",)
        assert "disagreement" not in codes(came)
        assert "agree" not in came.quoted.rule
        assert said in came.quoted.rule


def test_a_log_linear_model_that_disagrees_is_told_and_not_mixed_in() -> None:
    came = judged(answer("latent_class", 600, 700, converged=True), answer("loglinear", 900, 1000))
    assert came.quoted
    assert came.quoted.methods == ("latent_class",)
    assert "disagrees with it" in came.quoted.rule
    assert codes(came) == {"disagreement"}


def test_an_answer_without_a_finite_end_is_not_quoted() -> None:
    open_ended = answer("loglinear", 500, 2000)
    endless = Answer(
        estimate=type(open_ended.estimate)(
            **{
                name: getattr(open_ended.estimate, name)
                for name in open_ended.estimate.__dataclass_fields__
                if name != "high"
            },
            high=None,
        ),
        numbers=open_ended.numbers,
        sample=open_ended.sample,
    )
    came = judged(endless, answer("chao", 500, 900))
    assert came.quoted is None
    assert came.refused
    assert "no finite upper end" in came.refused.text


def test_a_lower_bound_alone_is_no_estimate() -> None:
    came = judged(answer("chao", 500, 900))
    assert came.refused
    assert "a lower bound alone is none" in came.refused.text
    differ = verdict(uneven(), {"chao": answer("chao", 2000, 2400)}, level=0.95, seed=1)
    assert differ.refused
    assert "a lower bound alone is none; the latent class model, which" in differ.refused.text
    assert "allows for persons who differ, was not asked for" in differ.refused.text


def test_independence_is_quoted_only_where_nothing_else_was_asked_for() -> None:
    came = judged(answer("independent", 700, 900), answer("chao", 500, 900))
    assert came.quoted
    assert came.quoted.methods == ("independent",)
    assert codes(came) == {"dependence-assumed"}


def test_independence_is_no_last_resort_where_what_was_asked_for_failed() -> None:
    """It once was quoted then, by the rule that nothing else was asked for."""
    failed = answer("latent_class", 700, 1100, converged=False)
    came = judged(failed, answer("independent", 700, 900), refused=["decomposable_graphs"])
    assert came.quoted is None
    assert came.refused
    assert came.refused.code == "not-estimable"
    assert "the latent class model did not converge" in came.refused.text
    assert "the average over dependence graphs gave no number" in came.refused.text
    assert "Ask for latent_class" not in came.refused.text
    one = judged(answer("independent", 700, 900), refused=["loglinear"])
    assert one.refused
    assert "where what assumes less was asked for and has none" in one.refused.text
    assert one.refused.text.endswith(
        "Ask for latent_class, which assumes least of how lists depend on each other."
    )


def test_the_rule_tells_what_failed_from_what_nobody_asked_for() -> None:
    graphs = answer("decomposable_graphs", 700, 1100, converged=True)
    alone = judged(graphs)
    assert alone.quoted
    assert "the latent class model was not asked for" in alone.quoted.rule
    failed = judged(graphs, answer("latent_class", 700, 1100, converged=False))
    assert failed.quoted
    assert "the latent class model gave no usable answer" in failed.quoted.rule
    assert "asked for" not in failed.quoted.rule
    one_of_many = judged(answer("loglinear", 700, 1100))
    assert one_of_many.quoted
    assert one_of_many.quoted.rule == (
        "the log-linear model is quoted: of what assumes less, the latent class model and the "
        "average over dependence graphs were not asked for"
    )


@pytest.mark.parametrize(
    ("beside", "refused", "why"),
    [
        (
            answer("decomposable_graphs", 378, 420, converged=True, uninformed=0.8),
            (),
            "has what was assumed beforehand",
        ),
        (answer("latent_class", 700, 1100, converged=False), (), "did not converge"),
        (answer("independent", 700, 900), ("decomposable_graphs",), "gave no number"),
    ],
)
def test_a_log_linear_model_is_no_last_resort(
    beside: Answer, refused: tuple[str, ...], why: str
) -> None:
    """It once was quoted where the methods that weigh many models had failed, as if it knew more."""
    came = judged(answer("loglinear", 700, 1100), beside, refused=refused)
    assert came.quoted is None
    assert came.refused
    assert came.refused.code == "not-estimable"
    assert why in came.refused.text
    assert "out of many" in came.refused.text


def test_a_log_linear_model_alone_is_quoted_as_the_assumption_that_it_is() -> None:
    came = judged(answer("loglinear", 700, 1100), answer("independent", 700, 900))
    assert came.quoted
    assert came.quoted.methods == ("loglinear",)
    assert codes(came) == {"dependence-assumed"}
    (caution,) = came.cautions
    assert "No method that weighs many models was asked for" in caution.text


def test_an_answer_of_more_than_ten_times_the_observed_is_told() -> None:
    came = judged(answer("latent_class", 2000, 9000, converged=True))
    assert codes(came) == {"large-expansion"}
    assert "15 times" in next(one.text for one in came.cautions)


def uneven() -> CaptureTable:
    """Lists that find three in ten persons five times as easily as the others."""
    rng = np.random.default_rng(2)
    easy = rng.random(3000) < 0.3
    chance = np.where(easy[:, None], [0.5, 0.4, 0.5], [0.08, 0.1, 0.08])
    masks, counts = np.unique((rng.random((3000, 3)) < chance) @ (1, 2, 4), return_counts=True)
    return CaptureTable.of_masks("abc", zip(masks.tolist(), counts.tolist(), strict=True))


def test_lists_that_find_some_more_easily_are_told() -> None:
    came = verdict(uneven(), {"chao": answer("chao", 900, 1100)}, level=0.95, seed=1)
    assert "heterogeneity" in codes(came)


@pytest.mark.parametrize("beside", [(), (answer("latent_class", 2000, 3200, converged=False),)])
def test_where_persons_differ_no_model_that_takes_them_to_be_alike_is_quoted(
    beside: tuple[Answer, ...],
) -> None:
    """On the designs twoclass_mild4 and beta4 such intervals hold the truth in 0 or 1 of 100."""
    alike = [answer(name, 1700, 1900) for name in ("decomposable_graphs", "loglinear")]
    answers = {one.estimate.method: one for one in (*beside, *alike, answer("chao", 2000, 2400))}
    came = verdict(uneven(), answers, level=0.95, seed=1)
    assert came.quoted is None
    assert came.refused
    assert came.refused.code == "not-estimable"
    assert "too low a number" in came.refused.text
    assert "a floor: Chao's lower bound" in came.refused.text
    assert "begins at 2,010" in came.refused.text
    assert ("was not asked for" in came.refused.text) is not bool(beside)
    (caution,) = (one for one in came.cautions if one.code == "heterogeneity")
    assert "too low more often than too high" in caution.text


def test_where_some_lists_lead_to_others_the_average_over_graphs_is_quoted_with_a_warning() -> None:
    table = expected(6000, (0.4, 0.35, 0.3, 0.3), ratio=6)
    came = verdict(
        table,
        {"decomposable_graphs": answer("decomposable_graphs", 1400, 1600)},
        level=0.95,
        seed=1,
    )
    assert came.quoted
    assert "some lists depend on each other explains their overlaps better" in came.quoted.rule
    (caution,) = (one for one in came.cautions if one.code == "heterogeneity")
    assert "share sources" in caution.text
    assert "too low more often" not in caution.text
    alone = verdict(table, {"independent": answer("independent", 1200, 1300)}, level=0.95, seed=1)
    assert alone.refused
    assert "more than independent lists do" in alone.refused.text


def test_where_persons_differ_a_model_that_takes_them_to_be_alike_is_not_mixed_in() -> None:
    answers = {
        "latent_class": answer("latent_class", 2000, 3200, converged=True),
        "decomposable_graphs": answer("decomposable_graphs", 1700, 1900),
    }
    came = verdict(uneven(), answers, level=0.95, seed=1)
    assert came.quoted
    assert came.quoted.methods == ("latent_class",)
    assert codes(came) >= {"heterogeneity", "disagreement"}


def test_an_interval_below_the_lower_bound_is_told_where_persons_differ() -> None:
    """Lists of different sizes alone lift the bound: of those it proves nothing."""
    low = (answer("latent_class", 400, 500, converged=True), answer("chao", 600, 900))
    assert "disagreement" not in codes(judged(*low))
    answers = {one.estimate.method: one for one in low}
    came = verdict(uneven(), answers, level=0.95, seed=1)
    (caution,) = (one for one in came.cautions if one.code == "disagreement")
    assert "lower bound of Chao" in caution.text
