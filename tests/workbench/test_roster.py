"""Whose entries count: who was let in, who was shut out, and what others had seen by then."""

from __future__ import annotations

import pytest

from qantar.model.entry import Entry
from qantar.workbench import team_entries as team
from qantar.workbench.fold import Folded, fold
from qantar.workbench.roster import Aside
from tests.model.journals import Writer

from .team import founder, joined, table, union


def revoke(by: Writer, other: Writer, last: Entry | None) -> Entry:
    """Shut a device out: what it wrote up to `last` is believed."""
    return by.write(team.device_revoke(other.id, (last.seq, last.id) if last else None))


def aside(case: Folded) -> dict[str, Aside]:
    return {one.id: one.reason for one in case.set_aside}


def members(case: Folded) -> dict[str, bool]:
    """The devices by name, and whether each was shut out."""
    return {one.name or "founder": one.revoked for one in case.devices}


def test_who_was_let_in_counts_and_who_was_not_does_not() -> None:
    first, stranger = founder(), Writer("stranger")
    other = joined(first, "b")
    third = joined(other, "c")
    counts = [one.write(table(name)) for one, name in ((first, "1"), (other, "2"), (third, "3"))]
    strange = stranger.write(table("4"))
    case = fold(union([first, other, third, stranger]))
    assert {one.entry for one in case.accessions} == {one.id for one in counts}
    assert aside(case) == {strange.id: Aside.UNKNOWN_DEVICE}
    assert members(case) == {"founder": False, "b": False, "c": False}
    assert [one.admitted_by for one in case.devices] == ["", first.id, other.id]


def test_a_device_may_have_written_before_it_was_let_in() -> None:
    first, other = founder(), Writer("b")
    early = other.write(table())
    first.write(team.device_admit("b", other.public))
    assert [one.entry for one in fold(union([first, other])).accessions] == [early.id]


def test_the_founder_is_whom_the_folder_names() -> None:
    first, other = founder(), founder("impostor")
    sent = union([first, other])
    case = fold(sent, founder=first.id)
    assert (case.founder, case.title) == (first.id, "Winter")
    assert aside(case) == {other.newest.id: Aside.UNKNOWN_DEVICE}


def test_without_a_founder_every_device_counts() -> None:
    left, right = Writer("a"), Writer("b")
    for one in (left, right):
        one.write(table(one.name))
    case = fold(union([left, right]))
    assert len(case.accessions) == 2
    assert {one.id for one in case.devices} == {left.id, right.id}


def test_what_a_revoked_device_wrote_later_is_kept_and_does_not_count() -> None:
    first = founder()
    other = joined(first, "b")
    before = other.write(table("1"))
    first.meet(other)
    revoke(first, other, before)
    after = other.write(table("2"))
    case = fold(union([first, other]))
    assert [one.entry for one in case.accessions] == [before.id]
    assert aside(case) == {after.id: Aside.REVOKED_DEVICE}
    assert members(case) == {"founder": False, "b": True}


def test_a_device_of_which_nothing_is_believed_counts_for_nothing() -> None:
    first = founder()
    other = joined(first, "b")
    made = other.write(table("1"))
    revoke(first, other, None)
    assert aside(fold(union([first, other]))) == {made.id: Aside.REVOKED_DEVICE}


@pytest.mark.parametrize("heard", [False, True])
def test_what_others_had_before_they_heard_of_it_counts(heard: bool) -> None:  # noqa: FBT001  # a parameter
    first = founder()
    other, third = joined(first, "b"), joined(first, "c")
    made = other.write(table("1"))
    revoke(first, other, None)
    if heard:
        third.meet(first)
    third.meet(other)
    third.write(table("2"))
    case = fold(union([first, other, third]))
    assert (made.id in aside(case)) == heard


def test_who_is_revoked_vouches_for_nobody() -> None:
    first = founder()
    other, third = joined(first, "b"), joined(first, "c")
    made = other.write(table("1"))
    third.meet(other)
    third.write(table("2"))
    revoke(first, other, None)
    revoke(first, third, None)
    assert made.id in aside(fold(union([first, other, third])))


def test_a_revoked_device_lets_in_nobody_who_could_vouch_for_it() -> None:
    first = founder()
    thief = joined(first, "b")
    revoke(first, thief, None)
    puppet = joined(thief, "puppet")
    made = thief.write(table("1"))
    puppet.meet(thief)
    puppet.write(table("2"))
    case = fold(union([first, thief, puppet]))
    assert members(case) == {"founder": False, "b": True}
    assert aside(case)[made.id] is Aside.REVOKED_DEVICE
    assert aside(case)[puppet.newest.id] is Aside.UNKNOWN_DEVICE
    assert case.accessions == ()


def test_whom_it_had_let_in_before_stays() -> None:
    first = founder()
    other = joined(first, "b")
    third = joined(other, "c")
    first.meet(other)
    revoke(first, other, other.newest)
    made = third.write(table("1"))
    case = fold(union([first, other, third]))
    assert [one.entry for one in case.accessions] == [made.id]


def test_of_two_that_revoke_each_other_the_senior_wins() -> None:
    first = founder()
    other = joined(first, "b")
    made = first.write(table("1"))
    revoke(other, first, None)
    revoke(first, other, None)
    case = fold(union([first, other]))
    assert members(case) == {"founder": False, "b": True}
    assert [one.entry for one in case.accessions] == [made.id]


def test_a_founder_can_be_shut_out_too() -> None:
    first = founder()
    other, third = joined(first, "b"), joined(first, "c")
    for one in (other, third):
        one.meet(first)
    revoke(other, first, first.newest)
    after = first.write(table("1"))
    case = fold(union([first, other, third]))
    assert members(case) == {"founder": True, "b": False, "c": False}
    assert aside(case) == {after.id: Aside.REVOKED_DEVICE}


def test_nobody_raises_its_own_seniority() -> None:
    """Let in once more by a friend of its own, a device is no older than before."""
    first = founder()
    thief, honest = joined(first, "thief"), joined(first, "honest")
    friend = joined(thief, "friend")
    friend.write(team.device_admit("thief", thief.public))
    revoke(friend, honest, None)
    revoke(first, thief, None)
    revoke(first, friend, None)
    case = fold(union([first, thief, honest, friend]))
    assert members(case)["honest"] is False


def test_the_last_word_of_one_device_on_another_holds_too() -> None:
    first = founder()
    other = joined(first, "b")
    made = [other.write(table(str(n))) for n in range(3)]
    first.meet(other)
    revoke(first, other, made[2])
    revoke(first, other, made[0])
    case = fold(union([first, other]))
    assert [one.entry for one in case.accessions] == [made[0].id]


def test_a_name_for_the_last_entry_that_does_not_fit_believes_nothing() -> None:
    first = founder()
    other = joined(first, "b")
    made = other.write(table("1"))
    first.meet(other)
    first.write(team.device_revoke(other.id, (7, made.id)))
    assert made.id in aside(fold(union([first, other])))
