"""What was erased counts as never said, at once and on every device that has the request."""

from __future__ import annotations

from msgspec import structs

from qantar.model.counting_asked import Counting
from qantar.model.decision import Verdict
from qantar.model.entry import Entry
from qantar.workbench import entries
from qantar.workbench import team_entries as team
from qantar.workbench.fold import fold
from tests.model.journals import Writer

from .team import claims, decide, founder, joined, table, undo, union


def erase(by: Writer, *made: Entry, objects: tuple[str, ...] = ()) -> Entry:
    return by.write(team.erase([one.id for one in made], objects, team.EraseReason.SAFETY))


def test_an_erased_taking_in_was_never_said_and_the_others_keep_their_ids() -> None:
    first = founder()
    made = [first.write(table(name)) for name in "123"]
    request = erase(first, made[1])
    case = fold(first.entries)
    assert [(one.id, one.entry) for one in case.accessions] == [
        ("a1", made[0].id),
        ("a3", made[2].id),
    ]
    assert case.erased == {made[1].id}
    assert "2" * 64 not in case.objects
    (asked,) = case.erasures
    assert (asked.asked.request, asked.asked.entries) == (request.id, (made[1].id,))


def test_it_makes_no_difference_whether_the_body_is_still_there() -> None:
    first = founder()
    made = first.write(table())
    erase(first, made)
    gone = [structs.replace(one, body=None) if one.id == made.id else one for one in first.entries]
    assert fold(gone) == fold(first.entries)


def test_who_had_not_heard_of_it_brings_nothing_back() -> None:
    first = founder()
    made = first.write(table("1"))
    other = joined(first, "b")
    erase(first, made, objects=("1" * 64,))
    again = other.write(table("1"))
    about = other.write(decide(Verdict.SPLIT, *claims(made, "e1", "e2")))
    undone = other.write(undo(about))
    case = fold(union([first, other]))
    assert (case.accessions, case.decisions) == ((), ())
    assert case.quoting == {again.id, about.id, undone.id}
    assert case.erased_objects == {"1" * 64}


def test_what_a_decision_sets_aside_beside_the_erased_does_not_come_back() -> None:
    """Made by who had not heard of the request: it goes on without its words, and so does its undo."""
    first = founder()
    gone, stays = first.write(table("1")), first.write(table("2"))
    other = joined(first, "b")
    erase(first, gone, objects=("1" * 64,))
    targets = (*claims(gone, "e1"), *claims(stays, "e2", "e3"))
    made = other.write(decide(Verdict.WITHDRAW, *targets))
    case = fold(union([first, other]))
    assert case.judged.set_aside == {*claims(stays, "e2", "e3")}
    assert [(one.targets, one.reason) for one in case.decisions] == [(targets[1:], "")]
    assert case.quoting == {made.id}
    undone = other.write(undo(made))
    case = fold(union([first, other]))
    assert case.judged.set_aside == frozenset()
    assert case.quoting == {made.id, undone.id}
    assert [one.reason for one in case.decisions] == ["", ""]


def test_sheets_and_layers_of_an_erased_object_are_gone_too_and_that_it_was_published_is_not() -> (
    None
):
    first = founder()
    first.write(entries.boundaries("a" * 64, 9, "m.geojson", object="d" * 64))
    out = entries.release("c" * 64, policy="p", as_of=None, object="e" * 64, size=7)
    first.write(out)
    erase(first, objects=("d" * 64, "e" * 64))
    case = fold(first.entries)
    assert (case.layers, case.objects) == ((), {})
    assert [made.object for made in case.releases] == ["e" * 64]
    assert case.quoting.isdisjoint({first.entries[-2].id})


def test_what_an_erased_sheet_asks_to_be_counted_is_no_longer_asked_for() -> None:
    first = founder()
    asked = Counting(id="killed", lists=("court", "press"))
    first.write(entries.counting("a" * 64, 9, asked, object="d" * 64))
    assert fold(first.entries).countings == (asked,)
    erase(first, objects=("d" * 64,))
    assert fold(first.entries).countings == ()


def test_nobody_unsays_who_was_let_in_or_what_was_erased() -> None:
    first = founder()
    other = joined(first, "b")
    made = first.write(table())
    request = erase(first, made)
    other.meet(first)
    erase(other, *(one for one in first.entries if one.kind != entries.ACCESSION))
    case = fold(union([first, other]))
    assert case.erased == {made.id}
    assert {one.id for one in case.devices} == {first.id, other.id}
    assert request.id in {one.asked.request for one in case.erasures}


def test_a_request_of_a_stranger_erases_nothing() -> None:
    first, stranger = founder(), Writer("stranger")
    made = first.write(table())
    stranger.meet(first)
    erase(stranger, made)
    case = fold(union([first, stranger]))
    assert [one.entry for one in case.accessions] == [made.id]
    assert case.erasures == ()


def test_who_has_not_answered_is_listed_but_not_who_joined_later_or_was_shut_out() -> None:
    first = founder()
    other, out = joined(first, "b"), joined(first, "c")
    first.write(team.device_revoke(out.id, None))
    request = erase(first, first.write(table()))
    later = joined(first, "d")
    first.write(team.erase_done(request.id))
    (asked,) = fold(union([first, other, later])).erasures
    assert (asked.answered, asked.pending) == ((first.id,), (other.id,))
    other.meet(first)
    other.write(team.erase_done(request.id))
    (asked,) = fold(union([first, other, later])).erasures
    assert (set(asked.answered), asked.pending) == ({first.id, other.id}, ())


def test_carrying_it_out_changes_nothing_in_the_record() -> None:
    first = founder()
    request = erase(first, first.write(table()))
    before = fold(first.entries).state
    first.write(team.erase_done(request.id))
    assert fold(first.entries).state == before


def test_a_body_that_is_missing_for_another_reason_is_told_apart() -> None:
    first = founder()
    made = first.write(table())
    there = [structs.replace(one, body=None) if one.id == made.id else one for one in first.entries]
    case = fold(there)
    assert (case.unreadable, case.erased, case.accessions) == ((made.id,), frozenset(), ())
    assert case.state != fold(first.entries).state
