"""Decisions: a later one undoes an earlier one, and an undo can be undone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qantar.model.decision import Decision, Verdict, standing

AT = datetime(2030, 1, 5, tzinfo=UTC)


def decision(seq: int, verdict: Verdict, *targets: str) -> Decision:
    return Decision(id=f"d{seq}", seq=seq, at=AT, verdict=verdict, targets=targets, reason="why")


def ids(*decisions: Decision) -> list[str]:
    return [one.id for one in standing(decisions)]


@pytest.mark.parametrize("zone", [None, timezone(timedelta(hours=6))])
def test_a_time_that_is_not_in_utc_is_refused(zone: timezone | None) -> None:
    at = datetime(2030, 1, 5, tzinfo=zone)
    with pytest.raises(ValueError, match="not in UTC"):
        Decision(id="d1", seq=1, at=at, verdict=Verdict.JOIN, targets=("a", "b"), reason="")


def test_what_nobody_undoes_stands_in_the_order_of_the_journal() -> None:
    first, second = decision(1, Verdict.JOIN, "a", "b"), decision(2, Verdict.SPLIT, "a", "b")
    assert ids(second, first) == ["d1", "d2"]


def test_an_undone_decision_does_not_stand_nor_does_the_undo() -> None:
    made, undone = decision(1, Verdict.JOIN, "a", "b"), decision(2, Verdict.UNDO, "d1")
    assert ids(made, undone) == []


def test_an_undone_undo_brings_the_decision_back() -> None:
    made = decision(1, Verdict.WITHDRAW, "c1")
    undo, undo_of_undo = decision(2, Verdict.UNDO, "d1"), decision(3, Verdict.UNDO, "d2")
    assert ids(made, undo, undo_of_undo) == ["d1"]
    assert ids(made, undo, undo_of_undo, decision(4, Verdict.UNDO, "d3")) == []


def test_a_decision_taken_again_after_an_undo_stands() -> None:
    first, again = decision(1, Verdict.JOIN, "a", "b"), decision(3, Verdict.JOIN, "a", "b")
    assert ids(first, decision(2, Verdict.UNDO, "d1"), again) == ["d3"]


def test_an_undo_of_nothing_known_changes_nothing() -> None:
    assert ids(decision(1, Verdict.JOIN, "a", "b"), decision(2, Verdict.UNDO, "d9")) == ["d1"]


@given(st.lists(st.none() | st.integers(0, 8), max_size=9), st.randoms(use_true_random=False))
def test_what_stands_does_not_depend_on_the_order_it_is_given_in(
    undoes: list[int | None], random: object
) -> None:
    made = [
        decision(seq, Verdict.JOIN, "a", "b")
        if target is None or target >= seq
        else decision(seq, Verdict.UNDO, f"d{target}")
        for seq, target in enumerate(undoes)
    ]
    shuffled = list(made)
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # a seeded random.Random
    assert standing(shuffled) == standing(made)

    def stands(one: Decision) -> bool:
        undoes = (d for d in made if d.verdict is Verdict.UNDO and one.id in d.targets)
        return not any(stands(undo) for undo in undoes)

    assert [one.id for one in made if one.verdict is not Verdict.UNDO and stands(one)] == ids(*made)
