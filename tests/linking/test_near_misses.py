"""What no rule found, and what audits of it say. All people here are invented."""

from __future__ import annotations

import numpy as np
import pytest
from benchmarks.linking.generator import generate
from benchmarks.linking.measure import Ints

from qantar.linking.doubt import Missed
from qantar.linking.link import Linker
from qantar.linking.near_misses import SHOWN, NearMisses, audited
from qantar.linking.result import Origin, PairDecision, Verdict


@pytest.fixture(scope="module")
def linker() -> Linker:
    """Rows of invented people."""
    return Linker.of(generate(people=900, lists=4, seed=41).rows)


@pytest.fixture(scope="module")
def truth() -> Ints:
    """For each row the number of its person."""
    return np.array(generate(people=900, lists=4, seed=41).person, dtype=np.int64)


def test_near_misses_are_pairs_that_no_rule_found_and_some_are_true(
    linker: Linker, truth: Ints
) -> None:
    near, found = linker.near_misses, linker.scores.found
    known = set(zip(found.left.tolist(), found.right.tolist(), strict=True))
    pairs = set(zip(near.left.tolist(), near.right.tolist(), strict=True))
    assert len(pairs) == len(near)
    assert not pairs & known
    person, lists = linker.undecided, linker.table.list_of
    for a, b in pairs:
        on = [set(lists[person == person[row]].tolist()) for row in (a, b)]
        assert not on[0] & on[1]
    true = truth[near.left] == truth[near.right]
    assert true.sum() >= 5
    assert near.probability[true].mean() > near.probability[~true].mean()


def few(count: int = 40) -> NearMisses:
    """So many near misses, each as likely as not, of one kind of pair."""
    places = np.arange(count)
    return NearMisses(
        places, places + count, np.zeros(count, dtype=np.int64), np.full(count, 0.3), places
    )


def answers(same: int, of: int) -> tuple[Ints, np.ndarray]:
    """The first so many, of which so many are one person."""
    return np.arange(of), np.arange(of) < same


def test_without_audits_the_rules_alone_say_what_is_missed() -> None:
    missed = Missed(np.array([0.03]))
    assert audited(missed, few(), np.array([100.0]), *answers(0, 0)) is missed


def test_audits_move_the_share_and_make_it_surer() -> None:
    missed, found = Missed(np.array([0.05])), np.array([200.0])
    none, many = (audited(missed, few(), found, *answers(same, 20)) for same in (0, 15))
    assert none.share[0] < missed.share[0] < many.share[0]
    assert none.spread < missed.spread
    assert many.spread < missed.spread


def test_an_audit_by_the_truth_brings_the_number_missed_nearer(linker: Linker, truth: Ints) -> None:
    """From a false beginning the share goes where the truth is."""
    near = linker.near_misses
    true = truth[near.left] == truth[near.right]
    asked = near.order[:30]
    found = np.bincount(linker.scores.kind, weights=linker.scores.probability).astype(float)
    kinds = len(linker.scores.pairs_of_kind)
    found = np.pad(found, (0, kinds - len(found)))
    left = true.copy()
    left[asked] = False  # what was answered is missed no more
    links = np.bincount(near.kind, weights=left, minlength=kinds) / SHOWN
    kind = int(np.argmax(links))
    right = links[kind] / (found[kind] + links[kind])
    for wrong in (right / 4, right * 4):
        missed = Missed(np.full(kinds, wrong))
        moved = audited(missed, near, found, asked, true[asked]).share[kind]
        assert abs(np.log(moved / right)) < abs(np.log(wrong / right))


def test_an_audit_outside_of_what_was_scored_reaches_the_draws(linker: Linker, truth: Ints) -> None:
    near, keys = linker.near_misses, list(linker.table.places)

    def persons(verdict: Verdict) -> float:
        told = [
            PairDecision(keys[near.left[x]], keys[near.right[x]], verdict, Origin.AUDIT)
            for x in near.order[:30]
        ]
        counts = [len(np.unique(one)) for one in linker.linked(told, draw=30).draws]
        point = len(np.unique(linker.standing(told).person))
        return point - float(np.mean(counts))

    assert truth.shape == (len(keys),)
    assert persons(Verdict.SAME) > persons(Verdict.NOT_SAME)
