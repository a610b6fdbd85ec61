"""Decisions: a later one answers an earlier one that it had seen; who had not seen it, disputes it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qantar.model.decision import (
    About,
    Decision,
    Dispute,
    HappenedBefore,
    Standing,
    Verdict,
    settle,
    standing,
)

AT = datetime(2030, 1, 5, tzinfo=UTC)


def decision(seq: int, verdict: Verdict, *targets: str) -> Decision:
    return Decision(
        id=f"d{seq}",
        seq=seq,
        entry=str(seq),
        device="d",
        at=AT,
        verdict=verdict,
        targets=targets,
        reason="why",
    )


def in_line(earlier: str, later: str) -> bool:
    """One device: everything was seen by what came after."""
    return int(earlier) < int(later)


def seen(**pasts: str) -> HappenedBefore:
    """What each decision had seen, by number: `seen(d3="12")`."""
    return lambda earlier, later: earlier in pasts.get(f"d{later}", "")


def stands(*decisions: Decision, before: HappenedBefore = in_line) -> list[str]:
    return [one.id for one in standing(decisions, before).decisions]


@pytest.mark.parametrize("zone", [None, timezone(timedelta(hours=6))])
def test_a_time_that_is_not_in_utc_is_refused(zone: timezone | None) -> None:
    at = datetime(2030, 1, 5, tzinfo=zone)
    with pytest.raises(ValueError, match="not in UTC"):
        Decision(
            id="d1",
            seq=1,
            entry="1",
            device="d",
            at=at,
            verdict=Verdict.JOIN,
            targets=("a", "b"),
            reason="",
        )


def test_any_spelling_of_utc_will_do() -> None:
    at = datetime(2030, 1, 5, tzinfo=timezone(timedelta(0), "zero"))
    one = Decision(
        id="d1", seq=1, entry="1", device="d", at=at, verdict=Verdict.JOIN, targets=(), reason=""
    )
    assert one.at == AT


def test_what_nobody_undoes_stands_in_order() -> None:
    first, second = decision(1, Verdict.JOIN, "a", "b"), decision(2, Verdict.SPLIT, "a", "b")
    assert stands(first, second) == ["d1", "d2"]
    assert standing((first, second), in_line) == Standing((first, second), frozenset(), ())


def test_an_undone_decision_does_not_stand_nor_does_the_undo() -> None:
    made, undo = decision(1, Verdict.JOIN, "a", "b"), decision(2, Verdict.UNDO, "d1")
    assert standing((made, undo), in_line) == Standing((), frozenset({"d1"}), ())


def test_an_undone_undo_brings_the_decision_back() -> None:
    made = decision(1, Verdict.WITHDRAW, "c1")
    undo, undo_of_undo = decision(2, Verdict.UNDO, "d1"), decision(3, Verdict.UNDO, "d2")
    back = standing((made, undo, undo_of_undo), in_line)
    assert back == Standing((made,), frozenset({"d2"}), ())
    again = standing((made, undo, undo_of_undo, decision(4, Verdict.UNDO, "d3")), in_line)
    assert again == Standing((), frozenset({"d1", "d3"}), ())


def test_a_decision_taken_again_after_an_undo_stands() -> None:
    first, again = decision(1, Verdict.JOIN, "a", "b"), decision(3, Verdict.JOIN, "a", "b")
    assert stands(first, decision(2, Verdict.UNDO, "d1"), again) == ["d3"]


def test_an_undo_of_nothing_known_changes_nothing() -> None:
    assert stands(decision(1, Verdict.JOIN, "a", "b"), decision(2, Verdict.UNDO, "d9")) == ["d1"]


def test_an_undo_of_what_its_writer_had_not_seen_says_nothing() -> None:
    made, undo = decision(1, Verdict.JOIN, "a", "b"), decision(2, Verdict.UNDO, "d1")
    assert stands(made, undo, before=seen()) == ["d1"]


def test_two_undos_that_had_not_seen_each_other_agree() -> None:
    made = decision(1, Verdict.JOIN, "a", "b")
    undos = decision(2, Verdict.UNDO, "d1"), decision(3, Verdict.UNDO, "d1")
    told = standing((made, *undos), seen(d2="1", d3="1"))
    assert (told.decisions, told.disputes) == ((), ())


def disputed() -> tuple[tuple[Decision, ...], dict[str, str]]:
    """d1 is undone by d2; d3 brings it back; d4 undoes it without having seen d3."""
    made = (
        decision(1, Verdict.JOIN, "a", "b"),
        decision(2, Verdict.UNDO, "d1"),
        decision(3, Verdict.UNDO, "d2"),
        decision(4, Verdict.UNDO, "d1"),
    )
    return made, {"d2": "1", "d3": "12", "d4": "12"}


def test_whether_a_decision_stands_can_be_disputed_and_then_it_is_not_in_force() -> None:
    made, pasts = disputed()
    told = standing(made, seen(**pasts))
    assert told.decisions == ()
    assert told.disputes == (
        Dispute(
            about=About.DECISION, subject=("d1",), sides=(("stands", ("d3",)), ("undone", ("d4",)))
        ),
    )
    assert told.undone == frozenset()


@pytest.mark.parametrize(("target", "left"), [("d4", ["d1"]), ("d3", []), ("d1", [])])
def test_who_has_seen_both_sides_settles_it(target: str, left: list[str]) -> None:
    made, pasts = disputed()
    last = decision(5, Verdict.UNDO, target)
    told = standing((*made, last), seen(**pasts, d5="1234"))
    assert ([one.id for one in told.decisions], told.disputes) == (left, ())


def test_opinions_are_replaced_by_those_that_had_seen_them() -> None:
    one, two, three = (decision(n, Verdict.ANSWERS) for n in (1, 2, 3))
    said = [("c", "x", one), ("c", "y", two), ("c", "z", three), ("k", "x", one), ("k", "x", two)]
    apart = settle(said, seen(d3="1"))
    assert apart.disputed == {"c": (("y", ("d2",)), ("z", ("d3",)))}
    assert apart.held == {"k": "x"}
    assert settle(said, seen(d3="12", d2="1")).held == {"c": "z", "k": "x"}


@given(st.lists(st.none() | st.integers(0, 8), max_size=9))
def test_of_one_device_the_last_word_on_each_decision_holds(undoes: list[int | None]) -> None:
    """Held against the plainest way to say it: follow each undo to what it is about."""
    made = [
        decision(seq, Verdict.JOIN, "a", "b")
        if target is None or target >= seq
        else decision(seq, Verdict.UNDO, f"d{target}")
        for seq, target in enumerate(undoes)
    ]
    last = {one.id: True for one in made if one.verdict is Verdict.JOIN}
    for one in made:
        if one.verdict is Verdict.UNDO:
            root, flips = one, 0
            while root.verdict is Verdict.UNDO:
                root, flips = made[int(root.targets[0][1:])], flips + 1
            last[root.id] = flips % 2 == 0
    told = standing(made, in_line)
    assert [one.id for one in told.decisions] == [name for name, holds in last.items() if holds]
    assert told.disputes == ()


@given(
    st.lists(st.tuples(st.booleans(), st.integers(0, 8)), max_size=8),
    st.integers(0, 2**36 - 1),
)
def test_opinions_that_hold_are_those_that_nothing_later_contradicts(
    opinions: list[tuple[bool, int]], graph: int
) -> None:
    """Held against the plainest way to say it: the maxima of what was seen."""
    past: dict[int, set[int]] = {}
    for at in range(len(opinions)):
        direct = {o for o in range(at) if graph >> (at * (at - 1) // 2 + o) & 1}
        past[at] = direct.union(*(past[o] for o in direct))
    made = [decision(at, Verdict.ANSWERS) for at in range(len(opinions))]
    said = [(subject % 2, str(word), made[at]) for at, (word, subject) in enumerate(opinions)]
    told = settle(said, lambda earlier, later: int(earlier) in past[int(later)])
    for subject in {name for name, _, _ in said}:
        about = [at for at in range(len(said)) if said[at][0] == subject]
        newest = [at for at in about if not any(at in past[other] for other in about)]
        words = {said[at][1] for at in newest}
        assert (told.held.get(subject) in words) == (len(words) == 1)
        assert (subject in told.disputed) == (len(words) > 1)
        if subject in told.disputed:
            who = {name for _, names in told.disputed[subject] for name in names}
            assert who == {f"d{at}" for at in newest}
