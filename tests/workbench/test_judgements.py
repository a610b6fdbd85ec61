from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from qantar.model.decision import About, Decision, HappenedBefore, Verdict
from qantar.weighing.events import Bonds
from qantar.workbench.judgements import Judged, contradictions, judge, with_bonds

AT = datetime(2030, 2, 3, 4, 5, tzinfo=UTC)


def decided(seq: int, verdict: Verdict, *targets: str) -> Decision:
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
    return int(earlier) < int(later)


def apart(_earlier: str, _later: str) -> bool:
    return False


def judged(*decisions: Decision, before: HappenedBefore = in_line) -> Judged:
    return judge(decisions, before)[0]


def bonds_of(*pairs: tuple[str, str], apart: tuple[tuple[str, str], ...] = ()) -> Bonds:
    return Bonds(together=frozenset(pairs), apart=frozenset(apart))


def test_a_join_of_three_bonds_every_two_of_them() -> None:
    held = judged(decided(1, Verdict.JOIN, "c", "a", "b")).bonds
    assert held == bonds_of(("a", "b"), ("a", "c"), ("b", "c"))


def test_a_rejected_event_holds_its_claims_apart() -> None:
    assert judged(decided(1, Verdict.REJECT, "a", "b")).bonds == bonds_of(apart=(("a", "b"),))


def test_a_later_decision_on_the_same_pair_wins() -> None:
    first, second = decided(1, Verdict.ACCEPT, "a", "b", "c"), decided(2, Verdict.SPLIT, "b", "a")
    held = judged(first, second).bonds
    assert held == bonds_of(("a", "c"), ("b", "c"), apart=(("a", "b"),))


def test_opinions_that_had_not_seen_each_other_are_not_applied_where_they_differ() -> None:
    first, second = decided(1, Verdict.ACCEPT, "a", "b", "c"), decided(2, Verdict.SPLIT, "b", "a")
    told, disputes = judge([first, second], apart)
    assert told.bonds == bonds_of(("a", "c"), ("b", "c"))
    (one,) = disputes
    assert (one.about, one.subject) == (About.PAIR, ("a", "b"))
    assert one.sides == (("not one happening", ("d2",)), ("one happening", ("d1",)))


def test_opinions_that_agree_hold_though_they_had_not_seen_each_other() -> None:
    told, disputes = judge(
        [decided(1, Verdict.JOIN, "a", "b"), decided(2, Verdict.ACCEPT, "a", "b")], apart
    )
    assert (told.bonds, disputes) == (bonds_of(("a", "b")), ())


def test_withdrawn_claims_and_accessions_are_set_aside() -> None:
    assert judged(decided(1, Verdict.WITHDRAW, "c1", "a3")).set_aside == {"c1", "a3"}


def test_the_last_figure_named_for_a_claim_is_the_one_it_answers() -> None:
    answers = [
        decided(1, Verdict.ANSWERS, "c1", "c2", "killed"),
        decided(2, Verdict.ANSWERS, "c2", "detained"),
    ]
    assert judged(*answers).answers == {"c1": "killed", "c2": "detained"}
    told, (dispute,) = judge(answers, apart)
    assert told.answers == {"c1": "killed"}
    assert (dispute.about, dispute.subject) == (About.FIGURE, ("c2",))


def test_a_claim_with_two_names_is_one() -> None:
    made = [decided(1, Verdict.JOIN, "a", "b"), decided(2, Verdict.ANSWERS, "A", "killed")]
    told, _ = judge(made, in_line, str.lower)
    assert (told.bonds, told.answers) == (bonds_of(("a", "b")), {"a": "killed"})


def test_what_a_record_does_not_hold_is_not_shown() -> None:
    said = Judged(
        bonds=bonds_of(("x", "y"), apart=(("x", "z"), ("y", "z"))),
        answers={"x": "killed", "z": "hurt"},
        set_aside=frozenset({"y", "z"}),
    )
    ids = {"x": "e9", "y": "e1"}
    assert said.shown(ids) == Judged(
        bonds=bonds_of(("e1", "e9")), answers={"e9": "killed"}, set_aside=frozenset({"e1"})
    )


def test_one_more_decision_takes_the_place_of_what_was_said_of_the_pair() -> None:
    before = bonds_of(("a", "b"), apart=(("b", "c"),))
    assert with_bonds(before, Verdict.SPLIT, [("b", "a")]) == bonds_of(
        apart=(("a", "b"), ("b", "c"))
    )
    assert with_bonds(before, Verdict.JOIN, [("c", "b")]) == bonds_of(("a", "b"), ("b", "c"))
    assert with_bonds(before, Verdict.WITHDRAW, [("c", "b")]) == before


def test_what_other_claims_tie_together_cannot_be_held_apart() -> None:
    tied = bonds_of(("a", "b"), ("b", "c"), apart=(("a", "c"), ("a", "d")))
    assert contradictions(tied) == (("a", "c"),)


NAMES = st.sampled_from("abcdef")
PAIRS = st.frozensets(st.tuples(NAMES, NAMES).filter(lambda two: two[0] < two[1]))


@given(together=PAIRS, apart=PAIRS)
def test_a_contradiction_is_a_pair_apart_within_one_chain(
    together: frozenset[tuple[str, str]], apart: frozenset[tuple[str, str]]
) -> None:
    """Held against the plainest way to say it: walk from claim to claim."""

    def reachable(start: str) -> set[str]:
        seen, at = {start}, [start]
        while at:
            here = at.pop()
            for two in together:
                if here in two:
                    other = two[0] if two[1] == here else two[1]
                    if other not in seen:
                        seen.add(other)
                        at.append(other)
        return seen

    expected = tuple(sorted(two for two in apart if two[1] in reachable(two[0])))
    assert contradictions(Bonds(together=together, apart=apart)) == expected
