"""History: one order for a set of entries, who had seen what, and where a device was copied."""

from __future__ import annotations

import random
from time import process_time

import pytest
from msgspec import structs

from qantar.model.entry import Entry, Ref
from qantar.model.history import Fork, History

from .journals import Writer, device, made_entry

NOTE = ("note", {"text": "x"})


def writers(*names: str) -> list[Writer]:
    return [Writer(name) for name in names]


def shuffled(entries: list[Entry], seed: int) -> list[Entry]:
    mixed = list(entries)
    random.Random(seed).shuffle(mixed)  # noqa: S311  # seeded, and no secret
    return mixed


def test_no_entries_have_no_history() -> None:
    empty = History(())
    assert (empty.entries, empty.waiting, empty.forks, empty.lanes) == ((), (), (), ())


def test_one_device_is_in_its_own_order_whatever_order_it_came_in() -> None:
    (one,) = writers("a")
    made = [one.write(NOTE) for _ in range(20)]
    history = History(shuffled(made, 1))
    assert history.entries == tuple(made)
    (lane,) = history.lanes
    assert (lane.device, lane.first, lane.last) == (one.id, made[0].id, made[-1].id)
    assert (lane.start, lane.end) == (1, 20)


def test_what_was_seen_is_before_and_what_was_not_is_neither() -> None:
    left, right = writers("a", "b")
    first, other = left.write(NOTE), right.write(NOTE)
    right.meet(left)
    later = right.write(NOTE)
    history = History(right.entries)
    assert history.happened_before(first.id, later.id)
    assert history.happened_before(other.id, later.id)
    assert not history.happened_before(later.id, first.id)
    assert not history.happened_before(first.id, other.id)
    assert not history.happened_before(other.id, first.id)
    assert not history.happened_before(first.id, first.id)


def test_what_is_not_there_is_asked_about_in_vain() -> None:
    history = History([Writer("a").write(NOTE)])
    with pytest.raises(KeyError):
        history.happened_before("0" * 64, history.entries[0].id)
    assert "0" * 64 not in history


def test_ties_are_settled_by_id() -> None:
    made = [one.write(NOTE) for one in writers("a", "b", "c", "d")]
    assert [e.id for e in History(made).entries] == sorted(e.id for e in made)


def test_an_entry_waits_for_what_it_names_and_so_does_what_comes_after() -> None:
    left, right = writers("a", "b")
    lost = left.write(NOTE)
    right.meet(left)
    waits, waits_too = right.write(NOTE), right.write(NOTE)
    history = History([waits, waits_too])
    assert history.entries == ()
    told = {one.entry.id: one.missing for one in history.waiting}
    assert told == {waits.id: (lost.id,), waits_too.id: ()}
    assert History([waits, waits_too, lost]).waiting == ()


def test_what_an_entry_says_of_its_parents_must_be_so() -> None:
    left, right = writers("a", "b")
    first, foreign = left.write(NOTE), right.write(NOTE)
    wrong = [
        made_entry(left.id, 3, first.id, (), *NOTE),
        made_entry(left.id, 2, foreign.id, (), *NOTE),
        made_entry(left.id, 2, first.id, [Ref(right.id, 2, foreign.id)], *NOTE),
        made_entry(left.id, 2, first.id, [Ref(left.id, 1, foreign.id)], *NOTE),
    ]
    history = History([first, foreign, *wrong])
    assert {e.id for e in history.entries} == {first.id, foreign.id}
    assert {one.entry.id for one in history.waiting} == {one.id for one in wrong}


def test_two_entries_of_one_number_are_a_fork_though_they_wait() -> None:
    (one,) = writers("a")
    first = one.write(NOTE)
    lost = [Ref(device("b").id, 1, text * 64) for text in "01"]
    twice = [made_entry(one.id, 2, first.id, [ref], *NOTE) for ref in lost]
    history = History([first, *twice])
    assert [fork.seq for fork in history.forks] == [2]
    assert len(history.waiting) == 2


def test_an_entry_given_twice_counts_once_and_with_the_body_that_can_be_read() -> None:
    (one,) = writers("a")
    made = one.write(NOTE)
    erased = structs.replace(made, body=None)
    for given in ([made, erased], [erased, made], [made, made]):
        assert History(given).entries == (made,)


def test_a_copied_device_is_a_fork_with_a_lane_for_each_branch() -> None:
    (one,) = writers("a")
    first = one.write(NOTE)
    copied = one.copied()
    left, right = one.write(("note", {"text": "left"})), copied.write(("note", {"text": "right"}))
    more = copied.write(NOTE)
    history = History([more, right, left, first])
    branches = tuple(sorted((left.id, right.id)))
    assert history.forks == (Fork(device=one.id, seq=2, branches=branches),)
    assert {(lane.first, lane.last) for lane in history.lanes} == {
        (first.id, first.id),
        (left.id, left.id),
        (right.id, more.id),
    }
    assert history.happened_before(first.id, more.id)
    assert not history.happened_before(left.id, more.id)


def test_two_beginnings_of_one_device_are_a_fork() -> None:
    first, second = (
        made_entry(device("a").id, 1, "", (), "note", {"text": text}) for text in ("x", "y")
    )
    (fork,) = History([first, second]).forks
    assert (fork.seq, set(fork.branches)) == (1, {first.id, second.id})


def test_the_newest_of_a_lane_that_has_not_seen_an_entry() -> None:
    left, right = writers("a", "b")
    before = [right.write(NOTE) for _ in range(3)]
    told = left.write(NOTE)
    right.meet(left)
    right.write(NOTE)
    right.write(NOTE)
    history = History(right.entries)
    lanes = {lane.device: at for at, lane in enumerate(history.lanes)}
    assert history.newest_without(lanes[right.id], told.id) == before[-1]
    assert history.newest_without(lanes[left.id], told.id) is None


def random_team(random_: random.Random) -> list[Entry]:
    """What a few devices write while they meet now and then, and one is copied."""
    team = writers("a", "b", "c")
    for step in range(random_.randrange(5, 40)):
        one = random_.choice(team)
        if random_.random() < 0.3:
            given = random_.choice(team).entries
            one.meet(given[: random_.randrange(len(given) + 1)])
        elif random_.random() < 0.05:
            team.append(one.copied())
        else:
            one.write(("note", {"step": step}))
    return list({e.id: e for one in team for e in one.entries}.values())


@pytest.mark.parametrize("seed", range(60))
def test_order_and_past_are_those_that_a_walk_finds(seed: int) -> None:
    """Held against the plainest way to say it: walk from each entry to all before it."""
    entries = random_team(random.Random(seed))  # noqa: S311  # seeded, and no secret
    by_id = {entry.id: entry for entry in entries}
    past: dict[str, set[str]] = {}

    def walk(name: str) -> set[str]:
        if name not in past:
            one = by_id[name]
            parents = {one.prev, *(ref.id for ref in one.refs)} - {""}
            past[name] = parents.union(*(walk(parent) for parent in parents))
        return past[name]

    history = History(shuffled(entries, seed))
    assert {entry.id for entry in history.entries} == by_id.keys()
    assert history.waiting == ()
    for name in by_id:
        assert {other for other in by_id if history.happened_before(other, name)} == walk(name)
        seen = history.seen_by(name)
        has = {e.id for e in entries if e.seq <= seen.get(history.lane_of(e.id), 0)}
        assert has == walk(name) | {name}
    places = [history.place(entry.id) for entry in history.entries]
    assert places == list(range(len(entries)))
    assert all(history.place(o) < history.place(n) for n in by_id for o in walk(n))
    assert History(shuffled(entries, seed + 1)).entries == history.entries


def test_a_hundred_thousand_entries_of_one_device_are_ordered_in_a_moment() -> None:
    previous = ""
    made: list[Entry] = []
    for seq in range(1, 100_001):
        name = f"{seq * 2654435761 % 2**256:064x}"
        one = made[0] if made else made_entry(device("a").id, 1, "", (), *NOTE)
        made.append(structs.replace(one, id=name, seq=seq, prev=previous))
        previous = name
    mixed = shuffled(made, 3)
    started = process_time()
    history = History(mixed)
    assert process_time() - started < 5  # a tenth of it on a machine at rest
    assert history.entries == tuple(made)


def test_many_that_wait_cost_no_more_each_than_few() -> None:
    """Each was once held against all that is known, which took hours for as many as these."""
    many, where = 100_000, device("a").id
    first = made_entry(where, 1001, "0f" * 32, (), *NOTE)
    numbered = ((f"{at:064x}", at) for at in range(many))
    history = History([structs.replace(first, id=name, seq=at + 1001) for name, at in numbered])
    assert len(history.waiting) == many
    assert {one.missing for one in history.waiting} == {("0f" * 32,)}
