"""Where entries that came belong: behind which entry of which lane of their device.

A device that was copied has two pasts: what follows from neither end of a lane begins
a new one, named for the device and its first entry. A name never decides whether an
entry has a place: it holds all of that entry's id.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from qantar.workbench.arrivals import Arrival
from qantar.workbench.holdings import HeldLane

MOST_BRANCHES: Final = 64
"""Lanes of one device: what a fold costs grows with them, and a device is copied by hand."""


@dataclass(slots=True)
class Trail:
    """A lane as it will be: its name, the ids of all its device's entries, those that are new."""

    name: str
    ids: list[bytes]
    new: list[Arrival] = field(default_factory=list)
    branches: bool = False


class Trails:
    """The lanes of one device, growing by what came.

    Attributes:
        trails: by name.
        stray: what follows from no entry of the device that is here or came.
        crowd: what begins a branch too many, or follows from one.
    """

    def __init__(self, device: str, held: Iterable[HeldLane]) -> None:
        """Begin with what is here."""
        self.device = device
        self.trails: dict[str, Trail] = {}
        self.stray: list[Arrival] = []
        self.crowd: dict[bytes, Arrival] = {}
        self._where: dict[bytes, tuple[Trail, int]] = {}
        for one in held:
            self._add_trail(Trail(one.lane.name, list(one.ids)))

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
                trail = self._add_trail(Trail(self.device, []))
            if trail.ids:
                if self._is_full():
                    return False
                trail = self._branch(arrival, [])
        else:
            found = self._where.get(bytes.fromhex(entry.prev))
            if found is None or found[1] != entry.seq - 2:
                return False
            trail, at = found
            if at != len(trail.ids) - 1:
                if self._is_full():
                    return False
                trail = self._branch(arrival, trail.ids[: at + 1])
        self._where[bytes.fromhex(entry.id)] = trail, len(trail.ids)
        trail.ids.append(bytes.fromhex(entry.id))
        trail.new.append(arrival)
        return True

    def _leave(self, arrival: Arrival) -> None:
        entry = arrival.entry
        branches = not entry.prev or bytes.fromhex(entry.prev) in self._where
        if bytes.fromhex(entry.prev) in self.crowd or (branches and self._is_full()):
            self.crowd[bytes.fromhex(entry.id)] = arrival
        else:
            self.stray.append(arrival)

    def _is_full(self) -> bool:
        return len(self.trails) >= MOST_BRANCHES

    def _branch(self, arrival: Arrival, before: list[bytes]) -> Trail:
        name = f"{self.device}.{arrival.entry.id}"
        return self._add_trail(Trail(name, before, branches=True))

    def _add_trail(self, trail: Trail) -> Trail:
        self.trails[trail.name] = trail
        for at, id_ in enumerate(trail.ids):
            self._where.setdefault(id_, (trail, at))
        return trail


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
