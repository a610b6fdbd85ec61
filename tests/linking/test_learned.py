"""Answers of people who know the truth make linking better, and never worse on average."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest
from benchmarks.linking.generator import generate
from benchmarks.linking.measure import Ints, pair_score
from benchmarks.linking.review import answered

from qantar.linking.learned import Unsure
from qantar.linking.link import Linker, in_doubt
from qantar.linking.result import Origin, PairDecision, Verdict

SEEDS = (21, 22, 23)


@pytest.fixture(scope="module")
def sets() -> list[tuple[Linker, Ints]]:
    """Rows of invented people, and for each the number of its person."""
    found = []
    for seed in SEEDS:
        data = generate(people=700, lists=4, seed=seed)
        found.append((Linker.of(data.rows), np.array(data.person, dtype=np.int64)))
    return found


def at_random(linker: Linker, truth: Ints, count: int, seed: int) -> list[PairDecision]:
    """Answer so many candidates taken at random."""
    found, keys = linker.scores.found, list(linker.table.places)
    places = Random(seed).sample(range(len(found)), count)  # noqa: S311  # for repeatable rows
    decisions = []
    for place in places:
        a, b = int(found.left[place]), int(found.right[place])
        same = Verdict.SAME if truth[a] == truth[b] else Verdict.NOT_SAME
        decisions.append(PairDecision(keys[a], keys[b], same, Origin.AUDIT))
    return decisions


def loss(linker: Linker, truth: Ints, decisions: list[PairDecision]) -> float:
    """How far probabilities are from the truth: the mean log loss of all candidates."""
    found = linker.scores.found
    said = linker.standing(decisions).scores.probability[: len(found)]
    same = truth[found.left] == truth[found.right]
    return float(-np.log(np.where(same, said, 1.0 - said) + 1e-12).mean())


def f1(linker: Linker, truth: Ints, decisions: list[PairDecision]) -> float:
    """Pair F1 of the division."""
    return pair_score(linker.standing(decisions).person, truth).f1


def test_answers_to_the_questions_of_review_make_persons_better(
    sets: list[tuple[Linker, Ints]],
) -> None:
    gains = [
        f1(linker, truth, answered(linker, truth, 60)) - f1(linker, truth, [])
        for linker, truth in sets
    ]
    assert min(gains) > 0
    assert np.mean(gains) > 0.01


def test_people_who_err_in_one_answer_of_ten_make_persons_no_worse(
    sets: list[tuple[Linker, Ints]],
) -> None:
    gains = []
    for linker, truth in sets:
        told = answered(linker, truth, 60, wrong=0.1)
        places = linker.table.places
        wrong = sum(
            (truth[places[one.left]] == truth[places[one.right]]) != (one.verdict is Verdict.SAME)
            for one in told
        )
        assert 0 < wrong < 15
        gains.append(f1(linker, truth, told) - f1(linker, truth, []))
    assert np.mean(gains) > 0


@pytest.mark.parametrize("count", [5, 20, 100])
def test_any_answers_make_neither_persons_nor_probabilities_worse_on_average(
    sets: list[tuple[Linker, Ints]], count: int
) -> None:
    """Twelve draws of pairs at random: a handful of answers may not carry the scores away."""
    gains, losses = [], []
    for linker, truth in sets:
        for seed in range(4):
            told = at_random(linker, truth, count, seed)
            gains.append(f1(linker, truth, told) - f1(linker, truth, []))
            losses.append(loss(linker, truth, told) - loss(linker, truth, []))
    assert np.mean(gains) >= 0
    assert np.mean(losses) <= 0.001


def test_the_same_answers_teach_the_same(sets: list[tuple[Linker, Ints]]) -> None:
    linker, truth = sets[0]
    told = answered(linker, truth, 40)
    again = Linker.of(linker.table.rows)
    assert answered(again, truth, 40) == told
    one, two = linker.linked(told, draw=3), again.linked(told, draw=3)
    assert np.array_equal(one.pairs.probability, two.pairs.probability)
    assert np.array_equal(one.draws, two.draws)


def test_one_answer_moves_little(sets: list[tuple[Linker, Ints]]) -> None:
    linker, truth = sets[0]
    for one in at_random(linker, truth, 6, seed=9):
        moved = linker.standing([one]).scores.odds[: len(linker.scores.odds)] - linker.scores.odds
        assert np.abs(moved).max() < 1.5


def test_what_somebody_decided_unasked_says_less_about_other_pairs(
    sets: list[tuple[Linker, Ints]],
) -> None:
    """Who decides unasked knows more than the rows show, and chose the pair for that."""
    linker, _ = sets[0]
    found, keys = linker.scores.found, list(linker.table.places)
    likely = np.flatnonzero(np.abs(linker.scores.odds - 2.0) < 1.0)[:30]

    def moved(origin: Origin | None) -> float:
        told = [
            PairDecision(keys[found.left[x]], keys[found.right[x]], Verdict.NOT_SAME, origin)
            for x in likely
        ]
        odds = linker.standing(told).scores.odds[: len(linker.scores.odds)]
        return float((odds - linker.scores.odds)[np.abs(linker.scores.odds) < 3].mean())

    assert moved(Origin.AUDIT) < -0.5
    assert moved(Origin.AUDIT) < moved(None) < 0


def test_pairs_chosen_as_doubtful_do_not_bend_what_is_said_of_all(
    sets: list[tuple[Linker, Ints]],
) -> None:
    """The number of true pairs that is said stays right although only doubtful ones were asked."""
    off = []
    for linker, truth in sets:
        told = [one for one in answered(linker, truth, 100) if one.origin is Origin.TARGETED]
        found = linker.scores.found
        said = linker.standing(told).scores.probability[: len(found)].sum()
        off.append(said / (truth[found.left] == truth[found.right]).sum() - 1)
    assert np.abs(np.mean(off)) < 0.03


def test_reasons_are_corrected_with_the_score(sets: list[tuple[Linker, Ints]]) -> None:
    linker, truth = sets[0]
    plain, taught = linker.linked(), linker.linked(answered(linker, truth, 60))
    before = {one.field: one.weight for one in plain.reasons(0)}
    after = {one.field: one.weight for one in taught.reasons(0)}
    assert before.keys() == after.keys()
    assert before != after


def test_reasons_add_up_to_the_score_and_say_what_relatives_may_show(
    sets: list[tuple[Linker, Ints]],
) -> None:
    linker, truth = sets[0]
    for linked in (linker.linked(), linker.linked(answered(linker, truth, 60))):
        told = [linked.reasons(at) for at in range(len(linked.pairs))]
        sums = np.array([sum(one.weight for one in reasons) for reasons in told])
        said = linked.pairs.probability
        assert sums == pytest.approx(np.log2(said / (1.0 - said)), abs=0.01)
        family = [one for reasons in told for one in reasons if one.field == "family"]
        assert len(family) > 5
        assert all(one.weight < 0 for one in family)


def test_unsure_teaches_nothing(sets: list[tuple[Linker, Ints]]) -> None:
    linker, truth = sets[0]
    told = [one._replace(verdict=Verdict.UNSURE) for one in at_random(linker, truth, 30, seed=1)]
    odds = linker.standing(told).scores.odds
    assert np.array_equal(odds, linker.scores.odds)


def test_what_is_unsure_is_drawn_as_far_as_it_is_said_to_be() -> None:
    """4,000 draws have the covariance of the corrections that they are drawn from."""
    known = np.array([[1.0, 2.0], [1.0, -1.0]], dtype=np.float32)
    root = np.array([[0.5, 0.0], [0.2, 0.3]])
    unsure = Unsure(np.array([1, 3]), known, root)
    rng = np.random.default_rng(3)
    drawn = np.array([unsure.shift(rng, 5) for _ in range(4000)])
    assert np.array_equal(drawn[:, [0, 2, 4]], np.zeros((4000, 3))), "of others nothing was learned"
    # known @ root @ root.T @ known.T, by hand: (0.9, 0.6) and (0.3, -0.3) times themselves
    assert np.allclose(np.cov(drawn[:, [1, 3]].T), [[1.17, 0.09], [0.09, 0.18]], atol=0.06)
    assert unsure.shift(rng, 2).shape == (2,), "pairs that were decided stand behind the candidates"


def test_after_answers_half_of_the_draws_are_by_what_is_said_of_pairs(
    sets: list[tuple[Linker, Ints]],
) -> None:
    """Not all by the scale of the division, which answers do not move."""
    linker, _ = sets[0]
    found, keys = linker.scores.found, list(linker.table.places)
    doubted = np.flatnonzero(np.abs(linker.scores.odds - 2.0) < 1.5)
    told = [
        PairDecision(keys[found.left[x]], keys[found.right[x]], Verdict.NOT_SAME, Origin.AUDIT)
        for x in doubted[::2]
    ]
    now, others = linker.standing(told), doubted[1::2]
    said, shipped = now.scores.probability[others].mean(), linker.scores.probability[others].mean()
    assert said < shipped - 0.2, "so many pairs that were none lower what is said of their like"
    added, rng = in_doubt(now), np.random.default_rng(3)
    assert added is not None
    moved = (now.scores.odds[others] - now.ties.weight[others]).mean()
    taken = sum(added(rng)[others].mean() < moved / 2 for _ in range(400))
    assert 160 <= taken <= 240, (taken, moved)  # four deviations of a coin's throws
    linked = linker.linked(told, draw=60)
    drawn = (linked.draws[:, found.left[others]] == linked.draws[:, found.right[others]]).mean(1)
    lower, upper = np.sort(drawn)[:30].mean(), np.sort(drawn)[30:].mean()
    assert lower < upper - 0.2, (lower, upper)  # and the draws are of two kinds
    assert drawn.min() < said + 0.1
