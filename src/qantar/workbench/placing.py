"""Where entries that came belong: behind which entry of which lane of their device.

A device that was copied has two pasts: what follows from neither end of a lane begins
a new one, named for the device and its first entry. A name never decides whether an
entry has a place: it holds all of that entry's id.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from qantar.archive.tree import Row
from qantar.workbench.arrivals import Arrival
from qantar.workbench.holdings import HeldLane, Holdings
from qantar.workbench.room import Room, for_branches

MOST_BRANCHES: Final = 64
"""Lanes of one device: what a fold costs grows with them, and a device is copied by hand.

No more are taken from the device itself. What another device has of it, or built on, has a
place beyond: else two that were shown different ones could never have the same.
"""


@dataclass(slots=True)
class Trail:
    """A lane as it will be: its name, the ids of all its device's entries, those that are new."""

    name: str
    ids: Row
    new: list[Arrival] = field(default_factory=list)
    branches: bool = False


@dataclass(frozen=True, slots=True)
class Beyond:
    """Entries that may begin a branch too many, by id, and how many of them may."""

    ids: Collection[str]
    room: Room = field(default_factory=for_branches)

    def take(self, arrival: Arrival, before: int) -> bool:
        """Take room for a branch behind so many entries; gives whether there was any."""
        return arrival.entry.id in self.ids and self.room.take(before)


class Trails:
    """The lanes of one device, growing by what came.

    Attributes:
        trails: by name.
        stray: what follows from no entry of the device that is here or came.
        crowd: what begins a branch too many, or follows from one.
        later: which of it, by id, may have its place in another merge: this one had no room.
    """

    def __init__(self, device: str, held: Iterable[HeldLane], beyond: Beyond | None = None) -> None:
        """Begin with what is here; without `beyond` no branch is one too many."""
        self.device = device
        self._beyond = beyond
        self.trails: dict[str, Trail] = {}
        self.stray: list[Arrival] = []
        self.crowd: dict[bytes, Arrival] = {}
        self.later: set[bytes] = set()
        self._where: dict[bytes, tuple[Trail, int]] = {}
        for one in held:
            self._add_trail(Trail(one.lane.name, Row(one.ids)))

    def grow(self, arrivals: Iterable[Arrival]) -> None:
        """Put each arrival behind the one that it follows from."""
        for arrival in sorted(arrivals, key=lambda one: (one.entry.seq, one.entry.id)):
            if not self._grow(arrival):
                self._leave(arrival)

    def _grow(self, arrival: Arrival) -> bool:
        entry = arrival.entry
        if entry.seq == 1:
            trail = self.trails.get(self.device)
            if trail is None:
                trail = self._add_trail(Trail(self.device, Row()))
            if trail.ids:
                if self._has_no_room(arrival, 0):
                    return False
                trail = self._branch(arrival, Row())
        else:
            found = self._where.get(bytes.fromhex(entry.prev))
            if found is None or found[1] != entry.seq - 2:
                return False
            trail, at = found
            if at != len(trail.ids) - 1:
                if self._has_no_room(arrival, at + 1):
                    return False
                trail = self._branch(arrival, Row(trail.ids, at + 1))
        self._where[bytes.fromhex(entry.id)] = trail, len(trail.ids)
        trail.ids.append(bytes.fromhex(entry.id))
        trail.new.append(arrival)
        return True

    def _leave(self, arrival: Arrival) -> None:
        entry = arrival.entry
        branches = not entry.prev or bytes.fromhex(entry.prev) in self._where
        if bytes.fromhex(entry.prev) in self.crowd or (branches and self._is_full()):
            self.crowd[bytes.fromhex(entry.id)] = arrival
            if self._beyond is not None and entry.id in self._beyond.ids:
                self.later.add(bytes.fromhex(entry.id))
        else:
            self.stray.append(arrival)

    def _is_full(self) -> bool:
        return self._beyond is not None and len(self.trails) >= MOST_BRANCHES

    def _has_no_room(self, arrival: Arrival, before: int) -> bool:
        if self._beyond is None or not self._is_full():
            return False
        return not self._beyond.take(arrival, before)

    def _branch(self, arrival: Arrival, before: Row) -> Trail:
        name = f"{self.device}.{arrival.entry.id}"
        return self._add_trail(Trail(name, before, branches=True))

    def _add_trail(self, trail: Trail) -> Trail:
        self.trails[trail.name] = trail
        for at in reversed(range(len(trail.ids))):
            if trail.ids[at] in self._where:
                break  # and so are all before it
            self._where[trail.ids[at]] = trail, at
        return trail


def place(
    held: Holdings, came: Iterable[Arrival], beyond: Beyond | None = None
) -> dict[str, Trails]:
    """Place arrivals on the lanes of their devices; without `beyond` no branch is one too many."""
    by_device: dict[str, list[Arrival]] = {}
    for arrival in came:
        by_device.setdefault(arrival.entry.device, []).append(arrival)
    trails = {}
    for device, arrivals in by_device.items():
        trails[device] = Trails(device, held.of_device(device), beyond)
        trails[device].grow(arrivals)
    return trails


def crowd_of(
    held: Holdings, came: Collection[Arrival], *, sender: str, here: Collection[str] = ()
) -> dict[str, bool]:
    """Find what begins a branch too many of its device, or follows from one, by id.

    Of each it says whether it may have its place in another merge.

    Args:
        held: what is here.
        came: what devices wrote that can be members.
        sender: the device that made the bundle if it can be a member, else "".
        here: ids of those that stood in a journal here which is damaged now.
    """
    crowd = _crowd(place(held, came, Beyond(())))
    return (
        _crowd(place(held, came, Beyond({*here, *_vouched(held, came, sender)})))
        if crowd
        else crowd
    )


def _crowd(placed: Mapping[str, Trails]) -> dict[str, bool]:
    return {name.hex(): name in trails.later for trails in placed.values() for name in trails.crowd}


def _vouched(held: Holdings, came: Iterable[Arrival], sender: str) -> set[str]:
    """Find what another device than its own has, or has built on, with all before it."""
    arrivals = sorted(came, key=lambda one: -one.entry.seq)
    entries = (*held.entries, *(one.entry for one in arrivals))
    found = {ref.id for one in entries for ref in one.refs if ref.device != one.device}
    for one in arrivals:
        brought = one.fresh and sender not in ("", one.entry.device)
        if brought or one.entry.id in found:
            found |= {one.entry.id, one.entry.prev}
    return found


def in_runs(trails: Iterable[Trail], here: Iterable[str]) -> Iterator[tuple[Trail, list[Arrival]]]:
    """Cut what is new on these lanes into runs that can be written one after the other.

    Whenever the writing ends, nothing written follows from something that is not.

    Args:
        trails: of all devices.
        here: ids of all entries that are in the journals.
    """
    known = set(here)
    queues = [(trail, deque(trail.new)) for trail in trails if trail.new]
    going = True
    while going:
        going = False
        for trail, queue in queues:
            run = list(_ready(queue, known))
            if run:
                going = True
                yield trail, run


def _ready(queue: deque[Arrival], known: set[str]) -> Iterator[Arrival]:
    while queue:
        entry = queue[0].entry
        if not known.issuperset(ref.id for ref in entry.refs) or (
            entry.prev and entry.prev not in known
        ):
            return
        known.add(entry.id)
        yield queue.popleft()
