from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from qantar.model.decision import Decision, Verdict
from qantar.weighing.events import Bonds
from qantar.workbench.judgements import answered, bonds, contradictions, withdrawn

AT = datetime(2030, 2, 3, 4, 5, tzinfo=UTC)


def decided(seq: int, verdict: Verdict, *targets: str) -> Decision:
    return Decision(id=f"d{seq}", seq=seq, at=AT, verdict=verdict, targets=targets, reason="why")


def bonds_of(*pairs: tuple[str, str], apart: tuple[tuple[str, str], ...] = ()) -> Bonds:
    return Bonds(together=frozenset(pairs), apart=frozenset(apart))


def test_a_join_of_three_bonds_every_two_of_them() -> None:
    held = bonds([decided(1, Verdict.JOIN, "c", "a", "b")])
    assert held == bonds_of(("a", "b"), ("a", "c"), ("b", "c"))


def test_a_rejected_event_holds_its_claims_apart() -> None:
    held = bonds([decided(1, Verdict.REJECT, "a", "b")])
    assert held == bonds_of(apart=(("a", "b"),))


def test_a_later_decision_on_the_same_pair_wins() -> None:
    first, second = decided(1, Verdict.ACCEPT, "a", "b", "c"), decided(2, Verdict.SPLIT, "b", "a")
    assert bonds([second, first]) == bonds_of(("a", "c"), ("b", "c"), apart=(("a", "b"),))


def test_an_undo_gives_back_what_stood_before_it() -> None:
    join, split = decided(1, Verdict.JOIN, "a", "b"), decided(2, Verdict.SPLIT, "a", "b")
    assert bonds([join, split, decided(3, Verdict.UNDO, "d2")]) == bonds_of(("a", "b"))


def test_withdrawn_claims_come_back_with_an_undo() -> None:
    aside = decided(1, Verdict.WITHDRAW, "c1", "a3")
    assert withdrawn([aside]) == {"c1", "a3"}
    assert withdrawn([aside, decided(2, Verdict.UNDO, "d1")]) == frozenset()


def test_the_last_figure_named_for_a_claim_is_the_one_it_answers() -> None:
    answers = [
        decided(1, Verdict.ANSWERS, "c1", "c2", "killed"),
        decided(2, Verdict.ANSWERS, "c2", "detained"),
    ]
    assert answered(answers) == {"c1": "killed", "c2": "detained"}


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
