"""Entries that came find their lane; written in runs, none ever stands before what it follows from."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest
from msgspec import structs

from qantar.archive.lanes import Lane
from qantar.model.entry import Entry
from qantar.workbench.holdings import HeldLane
from qantar.workbench.placing import MOST_BRANCHES, Beyond, Trail, Trails, in_runs
from qantar.workbench.room import NoRoom, Room
from tests.model.journals import Writer

from .hostile import arrival
from .team import Schedule, founder, joined, union


def held(writer: Writer, entries: Iterable[Entry], name: str | None = None) -> HeldLane:
    ids = tuple(bytes.fromhex(entry.id) for entry in entries)
    lane = Lane(name=name or writer.id, folder=Path("x"), device=writer.id, own=False)
    return HeldLane(lane=lane, public=writer.public, ids=ids, root=b"", head=None)


def own(writer: Writer) -> list[Entry]:
    return [entry for entry in writer.entries if entry.device == writer.id]


def grown(
    writer: Writer, here: Iterable[HeldLane], came: Iterable[Entry]
) -> tuple[dict[str, list[str]], list[str]]:
    """What is new on each lane, and what found no place."""
    trails = Trails(writer.id, here)
    trails.grow(map(arrival, came))
    new = {name: [one.entry.id for one in t.new] for name, t in trails.trails.items() if t.new}
    return new, [one.entry.id for one in trails.stray]


@pytest.fixture
def writer() -> Writer:
    made = founder()
    for number in range(5):
        made.write(("note", {"n": number}))
    return made


def test_entries_go_to_the_end_of_their_lane_in_whatever_order_they_come(writer: Writer) -> None:
    entries = own(writer)
    new, stray = grown(writer, [held(writer, entries[:2])], reversed(entries[2:]))
    assert (new, stray) == ({writer.id: [one.id for one in entries[2:]]}, [])


def test_a_device_of_which_nothing_is_here_begins_its_lane(writer: Writer) -> None:
    entries = own(writer)
    new, stray = grown(writer, [], entries)
    assert (new, stray) == ({writer.id: [one.id for one in entries]}, [])


def test_what_lacks_the_entry_before_it_has_no_place(writer: Writer) -> None:
    entries = own(writer)
    new, stray = grown(writer, [held(writer, entries[:2])], entries[3:])
    assert (new, stray) == ({}, [one.id for one in entries[3:]])


def test_a_second_past_begins_a_lane_named_for_its_first_entry(writer: Writer) -> None:
    twin = writer.copied()
    here, other = writer.write(("note", {"n": "one"})), twin.write(("note", {"n": "two"}))
    after = twin.write(("note", {"n": "three"}))
    new, stray = grown(writer, [held(writer, own(writer))], [other, after])
    assert (new, stray) == ({f"{writer.id}.{other.id}": [other.id, after.id]}, [])
    both, _ = grown(writer, [held(writer, own(writer)[:-1])], [here, other])
    first, second = sorted([here.id, other.id])
    assert both == {writer.id: [first], f"{writer.id}.{second}": [second]}


def test_a_second_beginning_is_a_branch_too(writer: Writer) -> None:
    other = founder("other")
    strange = structs.replace(own(other)[0], device=writer.id)
    new, _ = grown(writer, [held(writer, own(writer))], [strange])
    assert new == {f"{writer.id}.{strange.id}": [strange.id]}


def test_two_branches_whose_first_entries_begin_alike_have_each_a_lane(writer: Writer) -> None:
    """Whoever has the keys can make two first entries that begin alike."""
    twin = writer.copied()
    writer.write(("note", {"n": "one"}))
    branch = twin.write(("note", {"n": "two"}))
    alike = structs.replace(branch, id=branch.id[:8] + "f" * 56)
    new, stray = grown(writer, [held(writer, own(writer))], [branch, alike])
    assert new == {f"{writer.id}.{one.id}": [one.id] for one in (branch, alike)}
    assert stray == []


def test_a_device_goes_on_in_so_many_ways_and_no_more(writer: Writer) -> None:
    """Each branch costs every fold that comes after it."""
    entries = own(writer)
    forks = []
    for number in range(MOST_BRANCHES + 20):
        twin = writer.copied()
        forks += [twin.write(("note", {"n": f"{number}-{again}"})) for again in range(2)]
    trails = Trails(writer.id, [held(writer, entries)], Beyond(()))
    trails.grow(map(arrival, forks))
    assert len(trails.trails) == MOST_BRANCHES
    kept = [one.entry.id for trail in trails.trails.values() for one in trail.new]
    left = [one.entry.id for one in trails.crowd.values()]
    assert len(left) == 2 * 20  # the first fork goes on where the journal ends
    assert sorted(kept + left) == sorted(one.id for one in forks)
    assert trails.stray == []


def test_what_has_a_place_beyond_and_finds_no_room_is_told_from_what_has_none(
    writer: Writer,
) -> None:
    """Of the one is said to merge again, and of the other that it is made up."""
    entries = own(writer)
    forks = [writer.copied().write(("note", {"n": f"{n}"})) for n in range(MOST_BRANCHES + 4)]
    *_, first, other, second, last = sorted(one.id for one in forks)
    beyond = Beyond({first, second}, Room(NoRoom.BRANCHES, 1, 10_000))
    trails = Trails(writer.id, [held(writer, entries)], beyond)
    trails.grow(map(arrival, forks))
    assert {one.entry.id for one in trails.crowd.values()} == {other, second, last}
    assert {name.hex() for name in trails.later} == {second}


def test_a_wrong_number_has_no_place(writer: Writer) -> None:
    entries = own(writer)
    wrong = structs.replace(entries[3], prev=entries[1].id)
    _, stray = grown(writer, [held(writer, entries[:3])], [wrong])
    assert stray == [wrong.id]


@pytest.mark.parametrize("seed", range(30))
def test_written_in_runs_nothing_stands_before_what_it_follows_from(seed: int) -> None:
    entries = union(Schedule.of(seed).writers)
    trails = {}
    for device in {entry.device for entry in entries}:
        trails[device] = Trails(device, [])
        trails[device].grow(arrival(entry) for entry in entries if entry.device == device)
    lanes: list[Trail] = [lane for one in trails.values() for lane in one.trails.values()]
    known: set[str] = set()
    for trail, run in in_runs(lanes, ()):
        for one in run:
            parents = {one.entry.prev, *(ref.id for ref in one.entry.refs)} - {""}
            assert parents <= known
            known.add(one.entry.id)
        assert {one.entry.id for one in run} <= {one.entry.id for one in trail.new}
    assert known == {entry.id for entry in entries}


def test_two_devices_that_meet_seldom_are_written_in_few_runs() -> None:
    """A run is forced to the disk: one for each entry would take hours."""
    home = founder()
    other = joined(home, "other")
    for number in range(40):
        home.write(("note", {"n": number}))
        other.write(("note", {"n": number}))
    home.meet(other)
    home.write(("note", {"n": "after"}))
    trails = [Trails(one.id, []) for one in (home, other)]
    for one, writer in zip(trails, (home, other), strict=True):
        one.grow(arrival(entry) for entry in own(writer))
    lanes = [lane for one in trails for lane in one.trails.values()]
    assert len(list(in_runs(lanes, ()))) <= 4
