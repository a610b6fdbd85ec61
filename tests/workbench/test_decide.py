from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from msgspec import structs

from qantar.archive.case import Case
from qantar.archive.journal import head
from qantar.errors import DecisionRefusedError, RecordMissingError
from qantar.model.decision import Decision, Verdict
from qantar.record.facts import read_known
from qantar.record.read import read_contents
from qantar.workbench.add import add
from qantar.workbench.decide import decide
from qantar.workbench.stores import folded_of, record_of

from .conftest import NOW, rebuild


def decided(case: Case, verdict: Verdict, *targets: str) -> Decision:
    (one,) = decide(case, verdict=verdict, targets=targets, reason="because", now=NOW)
    return one


def refusal(case: Case, verdict: Verdict, *targets: str) -> DecisionRefusedError:
    """The refusal; and nothing was written."""
    before = head(case)
    with pytest.raises(DecisionRefusedError) as refused:
        decide(case, verdict=verdict, targets=targets, reason="because", now=NOW)
    assert head(case) == before
    return refused.value


def events(case: Case) -> set[tuple[str, ...]]:
    rebuild(case)
    return set(read_known(*record_of(case)).events.values())


def test_the_rule_joins_two_reports_of_one_rally(built: Case) -> None:
    assert events(built) == {("e1", "e2"), ("e3",)}


def test_a_decision_is_in_the_journal_with_its_reason(built: Case) -> None:
    made = decided(built, Verdict.SPLIT, "e1", "e2")
    (kept,) = folded_of(built).decisions
    assert structs.replace(kept, targets=made.targets) == made
    assert (made.verdict, made.targets, made.reason) == (Verdict.SPLIT, ("e1", "e2"), "because")
    assert made.at == NOW.replace(second=0)


def test_the_journal_names_claims_by_what_never_changes_and_the_record_by_its_ids(
    built: Case,
) -> None:
    made = decided(built, Verdict.SPLIT, "e1", "e2")
    decided(built, Verdict.WITHDRAW, "a4")
    known = read_known(*record_of(built))
    entry = known.claims["e1"].entry[:16]
    split, withdrawal = folded_of(built).decisions
    assert split.targets == (f"claim:{entry}:e1", f"claim:{entry}:e2")
    assert withdrawal.targets == (f"entry:{known.accessions['a4'][:16]}",)
    rebuild(built)
    shown = {one.id: one.targets for one in read_contents(*record_of(built)).decisions}
    assert shown[made.id] == split.targets  # the claims are withdrawn with their accession
    assert shown[withdrawal.id] == ("a4",)


def test_a_table_taken_in_again_keeps_what_was_decided_of_its_claims(built: Case) -> None:
    decided(built, Verdict.SPLIT, "e1", "e2")
    sheet = Path(__file__).parents[1] / "material" / "sayaqkent" / "sheet.toml"
    add(built, paths=(), sheet_path=sheet, now=NOW, acknowledge=lambda _: None)
    assert events(built) == {("e1",), ("e2",), ("e3",)}
    again = decided(built, Verdict.JOIN, "e1", "e2")
    assert events(built) == {("e1", "e2"), ("e3",)}
    decided(built, Verdict.UNDO, again.id)
    assert events(built) == {("e1",), ("e2",), ("e3",)}


def test_ids_mean_what_the_record_showed_also_when_it_is_behind(built: Case) -> None:
    sheet = Path(__file__).parents[1] / "material" / "sayaqkent" / "sheet.toml"
    add(built, paths=(), sheet_path=sheet, now=NOW, acknowledge=lambda _: None)
    told: list[str] = []
    decide(
        built,
        verdict=Verdict.SPLIT,
        targets=("e1", "e2"),
        reason="because",
        now=NOW,
        tell=told.append,
    )
    assert told == []
    assert events(built) == {("e1",), ("e2",), ("e3",)}


def test_a_record_that_was_tampered_with_is_built_anew_before_anything_is_decided(
    built: Case,
) -> None:
    built.record_db.write_bytes(b"not a database")
    told: list[str] = []
    decide(
        built,
        verdict=Verdict.SPLIT,
        targets=("e1", "e2"),
        reason="because",
        now=NOW,
        tell=told.append,
    )
    (said,) = told
    assert "built anew" in said


@pytest.mark.parametrize(
    ("verdict", "target"), [(Verdict.SPLIT, ("e1", "e2")), (Verdict.REJECT, ("ev-e1",))]
)
def test_what_a_person_parted_stays_parted_until_undone(
    built: Case, verdict: Verdict, target: tuple[str, ...]
) -> None:
    made = decided(built, verdict, *target)
    assert events(built) == {("e1",), ("e2",), ("e3",)}
    assert events(built) == {("e1",), ("e2",), ("e3",)}
    decided(built, Verdict.UNDO, made.id)
    assert events(built) == {("e1", "e2"), ("e3",)}


def test_what_a_person_joined_is_one_event(built: Case) -> None:
    decided(built, Verdict.JOIN, "e3", "e1", "e2")
    assert events(built) == {("e1", "e2", "e3")}


def test_an_accepted_event_is_its_claims_however_they_are_joined_later(built: Case) -> None:
    made = decided(built, Verdict.ACCEPT, "ev-e1")
    assert made.targets == ("e1", "e2")
    rebuild(built)
    (event,) = (e for e in read_contents(*record_of(built)).events if e.id == "ev-e1")
    assert event.confirmed


def test_several_undone_give_one_decision_each(built: Case) -> None:
    first = decided(built, Verdict.SPLIT, "e1", "e2")
    second = decided(built, Verdict.WITHDRAW, "c4")
    targets = (first.id, second.id, first.id)
    made = decide(built, verdict=Verdict.UNDO, targets=targets, reason="both", now=NOW)
    assert [one.targets for one in made] == [(first.id,), (second.id,)]
    assert folded_of(built).standing == ()


def test_a_withdrawn_claim_leaves_the_record_and_comes_back(built: Case) -> None:
    made = decided(built, Verdict.WITHDRAW, "c4")
    rebuild(built)
    assert "c4" not in read_known(*record_of(built)).claims
    decided(built, Verdict.UNDO, made.id)
    rebuild(built)
    assert "c4" in read_known(*record_of(built)).claims


def test_a_withdrawn_accession_takes_its_claims_along(built: Case) -> None:
    decided(built, Verdict.WITHDRAW, "a4")
    rebuild(built)
    assert set(read_known(*record_of(built)).claims) == {"c1", "c2", "c3", "c4"}


def test_a_claim_answers_the_figure_that_a_person_names(built: Case) -> None:
    decided(built, Verdict.ANSWERS, "c4", "detained-sayaqkent")
    rebuild(built)
    keys = {c.id: c.figure_key for c in read_contents(*record_of(built)).claims}
    assert keys["c4"] == "detained-sayaqkent"


def test_an_undo_can_be_undone(built: Case) -> None:
    split = decided(built, Verdict.SPLIT, "e1", "e2")
    undo = decided(built, Verdict.UNDO, split.id)
    decided(built, Verdict.UNDO, undo.id)
    assert events(built) == {("e1",), ("e2",), ("e3",)}


@pytest.mark.parametrize(
    ("verdict", "targets", "said"),
    [
        (Verdict.ACCEPT, ("ev-e9",), "Did you mean ev-e"),
        (Verdict.ACCEPT, ("e1",), "holds no event e1"),
        (Verdict.REJECT, ("ev-e3",), "one claim only"),
        (Verdict.JOIN, ("e1",), "two claims at least"),
        (Verdict.JOIN, ("e1", "e1"), "two claims at least"),
        (Verdict.JOIN, ("e1", "e33"), "Did you mean e3"),
        (Verdict.JOIN, ("e1", "c1"), "of the kind figure"),
        (Verdict.SPLIT, ("ev-e1", "e3"), "Its claims are: e1 e2"),
        (Verdict.ANSWERS, ("detained-sayaqkent",), "needs a claim"),
        (Verdict.ANSWERS, ("c4", "detained-sayaqkant"), "Did you mean detained-sayaqkent"),
        (Verdict.ANSWERS, ("e1", "detained-sayaqkent"), "answers no figure"),
        (Verdict.WITHDRAW, ("a99",), "no claim or accession a99"),
        (Verdict.UNDO, ("d-0",), "no decision d-0"),
        (Verdict.SAME, ("c1", "c2"), "c1 is no row of a list of people"),
        (Verdict.NOT_SAME, ("c1", "c2"), "c1 is no row of a list of people"),
        (Verdict.UNSURE, ("c1", "c2"), "c1 is no row of a list of people"),
        (Verdict.WITHDRAW, (), "needs something"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_advice(
    built: Case, verdict: Verdict, targets: tuple[str, ...], said: str
) -> None:
    assert said in str(refusal(built, verdict, *targets))


def test_a_decision_needs_a_reason(built: Case) -> None:
    with pytest.raises(DecisionRefusedError, match="reason"):
        decide(built, verdict=Verdict.SPLIT, targets=("e1", "e2"), reason=" ", now=NOW)


def test_what_is_undone_is_not_undone_twice(built: Case) -> None:
    split = decided(built, Verdict.SPLIT, "e1", "e2")
    decided(built, Verdict.UNDO, split.id)
    assert "undone already" in str(refusal(built, Verdict.UNDO, split.id))


def test_a_split_inside_a_chain_of_joins_names_the_decisions_in_its_way(built: Case) -> None:
    first = decided(built, Verdict.JOIN, "e1", "e2")
    second = decided(built, Verdict.JOIN, "e2", "e3")
    said = str(refusal(built, Verdict.SPLIT, "e1", "e3"))
    assert first.id in said
    assert second.id in said
    decided(built, Verdict.UNDO, second.id)
    decided(built, Verdict.SPLIT, "e1", "e3")


def test_without_a_record_there_is_nothing_to_decide_on(case: Case, now: datetime) -> None:
    with pytest.raises(RecordMissingError):
        decide(case, verdict=Verdict.SPLIT, targets=("e1", "e2"), reason="x", now=now)
