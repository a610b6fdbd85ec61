"""Which pairs are asked, and what stands after each answer. All people here are invented."""

from __future__ import annotations

from itertools import islice
from random import Random

import numpy as np
import pytest
from benchmarks.linking.generator import generate
from benchmarks.linking.measure import Ints

from qantar.linking.chance import drawn_order
from qantar.linking.decided import decided
from qantar.linking.link import Linker
from qantar.linking.questions import questions
from qantar.linking.result import Origin, PairDecision, Verdict
from qantar.linking.targets import targets


@pytest.fixture(scope="module")
def linker() -> Linker:
    """Rows of invented people."""
    return Linker.of(generate(people=900, lists=4, seed=31).rows)


@pytest.fixture(scope="module")
def truth() -> Ints:
    """For each row the number of its person."""
    return np.array(generate(people=900, lists=4, seed=31).person, dtype=np.int64)


def test_one_question_of_four_is_an_audit_and_one_audit_of_three_looks_outside(
    linker: Linker,
) -> None:
    asked = list(islice(questions(linker, linker.standing()), 48))
    audits = [one for one in asked if one.origin is Origin.AUDIT]
    assert len(audits) == 12
    found = linker.scores.found
    known = set(zip(found.left.tolist(), found.right.tolist(), strict=True))
    assert sum((one.left, one.right) not in known for one in audits) == 4


def test_what_was_answered_or_skipped_is_not_asked_again(linker: Linker) -> None:
    keys = list(linker.table.places)
    first = list(islice(questions(linker, linker.standing()), 20))
    told = [PairDecision(keys[x.left], keys[x.right], Verdict.UNSURE, x.origin) for x in first[:10]]
    skipped = {(x.left, x.right) for x in first[10:]}
    then = islice(questions(linker, linker.standing(told), asked=skipped), 200)
    assert not {(x.left, x.right) for x in first} & {(x.left, x.right) for x in then}


def test_every_question_comes_once_until_none_is_left(linker: Linker) -> None:
    pairs = [(one.left, one.right) for one in questions(linker, linker.standing())]
    assert len(pairs) == len(set(pairs))
    assert len(pairs) > 500


def test_the_best_questions_are_those_that_the_answer_turns(linker: Linker) -> None:
    """A doubtful pair is worth more than one that everything speaks for."""
    place, worth = targets(linker.standing())
    odds = np.abs(linker.scores.odds[place])
    assert (np.diff(worth) <= 0).all()
    assert np.median(odds[:30]) < np.median(odds)
    assert len(np.unique(place)) == len(place)


def test_what_is_drawn_first_is_as_likely_as_its_size() -> None:
    size = np.array([1.0, 3.0, 0.0])
    chance = Random(5)  # noqa: S311  # repeatable
    first = [
        int(drawn_order(np.array([chance.random() for _ in size]), size)[0]) for _ in range(4000)
    ]
    assert first.count(1) / len(first) == pytest.approx(0.75, abs=0.03)
    assert 2 not in first


def test_one_decision_divides_only_what_it_touches_and_as_a_whole_run_would(
    linker: Linker, truth: Ints
) -> None:
    """Decisions of all sorts, half of them false, made and taken back one by one."""
    keys, found = list(linker.table.places), linker.scores.found
    chance = Random(7)  # noqa: S311  # repeatable
    told: list[PairDecision] = []
    now = linker.standing()
    for _ in range(60):
        place = chance.randrange(len(found))
        a, b = int(found.left[place]), int(found.right[place])
        verdict = chance.choice((Verdict.SAME, Verdict.NOT_SAME, Verdict.UNSURE))
        told.append(PairDecision(keys[a], keys[b], verdict))
        if chance.random() < 0.2:
            told.pop(chance.randrange(len(told)))
        holds = decided(told, linker.table.places)
        before, now = now.person, now.after(holds)
        whole = now.clustering.again(now.ties)
        assert np.array_equal(now.person, whole)
        assert (before != now.person).sum() < len(truth) / 10


def test_no_decision_is_violated_and_contradictions_are_told(linker: Linker) -> None:
    keys, found = list(linker.table.places), linker.scores.found
    chance = Random(8)  # noqa: S311  # repeatable
    told = []
    for _ in range(400):
        place = chance.randrange(len(found))
        pair = int(found.left[place]), int(found.right[place])
        if chance.random() < 0.3:
            pair = tuple(chance.sample(range(len(keys)), 2))  # type: ignore[assignment]
        verdict = chance.choice((Verdict.SAME, Verdict.NOT_SAME))
        told.append(PairDecision(keys[pair[0]], keys[pair[1]], verdict))
    linked = linker.linked(told, draw=3)
    holds = decided(told, linker.table.places)
    free = holds.verdicts.keys() - holds.contradicted
    assert len(free) > 300
    for division in (linked.person, *linked.draws):
        for a, b in free:
            joined = division[a] == division[b]
            assert joined == (holds.verdicts[a, b].verdict is Verdict.SAME)
    assert {one.decision for one in linked.contradictions} == {
        holds.verdicts[pair] for pair in holds.contradicted
    }
