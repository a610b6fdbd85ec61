"""Names that never change, and the ids that a record shows for them."""

from __future__ import annotations

from qantar.model.decision import Decision, Verdict
from qantar.workbench.fold import fold
from qantar.workbench.names import (
    accession_ids,
    accession_in,
    accession_name,
    claim_name,
    decision_id,
    first_name,
    with_own_ids,
)
from tests.model.journals import AT, Writer

from .team import claims, decide, founder, joined, table, union


def decision(entry: str) -> Decision:
    return Decision(
        id=decision_id(entry),
        seq=1,
        entry=entry,
        device="d" * 32,
        at=AT,
        verdict=Verdict.JOIN,
        targets=(),
        reason="because",
    )


ENTRY, OTHER = "0123456789abcdef" + "0" * 48, "0123456789abcdef" + "1" * 48


def test_a_name_has_the_first_digits_of_its_entry() -> None:
    assert accession_name(ENTRY) == "entry:0123456789abcdef"
    assert claim_name(ENTRY, "C1:2#3") == "claim:0123456789abcdef:C1:2#3"
    for name in (accession_name(ENTRY), claim_name(ENTRY, "C1:2")):
        assert accession_in(name) == "0123456789abcdef"
    assert accession_in("killed-sayaqkent") is None
    assert accession_in("claim:without-an-id") is None


def test_a_claim_of_a_table_taken_in_again_goes_by_the_first() -> None:
    tables = {"0123456789abcdef": "f" * 16}
    assert first_name(claim_name(ENTRY, "C:1"), tables) == f"claim:{'f' * 16}:C:1"
    assert first_name(accession_name(ENTRY), tables) == accession_name(ENTRY)
    assert first_name(claim_name("e" * 64, "C1"), tables) == claim_name("e" * 64, "C1")


def test_the_founders_accessions_are_counted_plainly_and_those_of_others_with_their_device() -> (
    None
):
    first = founder()
    first.write(table("1"))
    other = joined(first, "b")
    made = [other.write(table("2")), first.write(table("3"))]
    ids = {one.entry: one.id for one in fold(union([first, other])).accessions}
    assert [ids[one.id] for one in made] == [f"a1-{other.id[:4]}", "a2"]


def test_no_merge_changes_what_a_device_has_counted() -> None:
    first = founder()
    others = [joined(first, name) for name in "bcd"]
    for n, one in enumerate([first, *others] * 2):
        one.write(table(f"{n:x}"))
    alone = [{a.entry: a.id for a in fold(one.entries).accessions} for one in (first, *others)]
    merged = {a.entry: a.id for a in fold(union([first, *others])).accessions}
    assert all(merged[entry] == name for ids in alone for entry, name in ids.items())
    assert len(set(merged.values())) == 8


def test_branches_of_a_copied_device_count_on_from_where_it_was_copied() -> None:
    first = founder()
    first.write(table("1"))
    copied = first.copied()
    left, right, more = first.write(table("2")), copied.write(table("3")), copied.write(table("4"))
    case = fold(union([first, copied]))
    ids = {one.entry: one.id for one in case.accessions}
    assert ids[left.id] == f"a2-{left.id[:8]}"
    assert ids[right.id] == f"a2-{right.id[:8]}"
    assert ids[more.id] == "a3"
    assert case.next_accession(first.id) == "a4"


def test_what_the_next_taking_in_will_be_called() -> None:
    first = founder()
    other = joined(first, "b")
    other.write(table("1"))
    case = fold(union([first, other]))
    assert case.next_accession(first.id) == "a1"
    assert case.next_accession(first.id, after=2) == "a3"
    assert case.next_accession(other.id) == f"a2-{other.id[:4]}"
    assert fold([]).next_accession(first.id) == "a1"


def test_ids_that_somebody_made_alike_are_told_apart_by_more_digits() -> None:
    made = [(ENTRY, 1, "d" * 32), (OTHER, 1, "d" * 32)]
    assert accession_ids(made, founder="f" * 32) == {ENTRY: f"a1-{ENTRY}", OTHER: f"a1-{OTHER}"}
    third = "f" * 64
    alike = [decision(entry) for entry in (ENTRY, third, OTHER)]
    assert [one.id for one in alike] == [f"d-{ENTRY[:16]}", f"d-{'f' * 16}", f"d-{ENTRY[:16]}"]
    told = [one.id for one in with_own_ids(alike)]
    assert told == [f"d-{ENTRY}", f"d-{'f' * 16}", f"d-{OTHER}"]
    assert with_own_ids(alike[:2]) == tuple(alike[:2])


def test_two_who_took_in_one_table_speak_of_the_same_claims() -> None:
    first = founder()
    other = joined(first, "b")
    left, right = first.write(table("1")), other.write(table("1"))
    first.write(decide(Verdict.JOIN, *claims(left, "e1", "e2")))
    other.write(decide(Verdict.SPLIT, *claims(right, "e2", "e1")))
    case = fold(union([first, other]))
    (dispute,) = case.disputes
    assert [said for said, _ in dispute.sides] == ["not one happening", "one happening"]
    assert (
        len({case.same_claim(name) for made in (left, right) for name in claims(made, "e1")}) == 1
    )


def test_writers_of_the_same_name_are_one_device() -> None:
    assert Writer("a").id == Writer("a").id != Writer("b").id
