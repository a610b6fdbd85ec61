"""History: what a set of entries says of its own order, whatever order it came in.

Devices work apart and meet later, so their entries form a graph: each has the
device's own entry before it and the newest entries of others that it had seen.
From that graph alone follow an order that every device agrees on, who had seen
what, and where one device has two pasts. Pure; clocks decide nothing here.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from heapq import heapify, heappop, heappush, heappushpop
from types import MappingProxyType
from typing import Final

from qantar.model.entry import Entry

_Clock = Mapping[int, int]
"""How far each other lane had been seen: the seq of its newest entry, by lane."""

_NOTHING_SEEN: Final[_Clock] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """A longest run of one device's entries without a fork in it; `first`, `last` are their ids."""

    device: str
    first: str
    last: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Fork:
    """One device with several entries of the same `seq` after one of its own: it was copied.

    `branches` are the ids of these entries, sorted.
    """

    device: str
    seq: int
    branches: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """An entry that has no place yet, because an entry before it is not there.

    `missing` are the ids that it names itself and that are not there, sorted; empty
    where they are there and wait too.
    """

    entry: Entry
    missing: tuple[str, ...]


class History:
    """The entries in their one order, and what each had in its past.

    Attributes:
        entries: those that have a place, parents first, ties by id.
        waiting: those that have none, by id.
        forks: every fork, by device and seq.
        lanes: all lanes, in the order of their first entries.
    """

    def __init__(self, entries: Iterable[Entry]) -> None:
        """Work the order out; equal sets give equal histories.

        An entry that is given twice counts once; of two copies the one whose body
        can be read. What an entry says of its parents must fit them, else it waits.
        """
        known: dict[str, Entry] = {}
        for entry in entries:
            if known.setdefault(entry.id, entry).body is None:
                known[entry.id] = entry
        self._known = known
        self._children: dict[str, list[Entry]] = {}
        self._twins: dict[str, int] = {}
        self.entries: tuple[Entry, ...] = tuple(self._ordered())
        self._index = {entry.id: at for at, entry in enumerate(self.entries)}
        self._lane: list[int] = []
        self._clock: list[_Clock] = []
        self._rows: list[list[int]] = []
        self._place_all()
        self.lanes: tuple[Lane, ...] = tuple(self._lanes())
        self.waiting: tuple[Waiting, ...] = tuple(self._waiting())
        self.forks: tuple[Fork, ...] = tuple(self._forks())

    def __contains__(self, name: object) -> bool:
        """Whether the entry with this id has a place."""
        return name in self._index

    def __getitem__(self, name: str) -> Entry:
        """Give the placed entry with this id.

        Raises:
            KeyError: there is none.
        """
        return self.entries[self._index[name]]

    def place(self, name: str) -> int:
        """Give the place of an entry in the order, from 0.

        Raises:
            KeyError: it has none.
        """
        return self._index[name]

    def lane_of(self, name: str) -> int:
        """Give the number of an entry's lane, as in `lanes`."""
        return self._lane[self._index[name]]

    def happened_before(self, earlier: str, later: str) -> bool:
        """Whether whoever wrote `later` had `earlier` in its past; an entry is not before itself.

        Raises:
            KeyError: one of them has no place.
        """
        at, other = self._index[earlier], self._index[later]
        lane, seq = self._lane[at], self.entries[at].seq
        if lane == self._lane[other]:
            return seq < self.entries[other].seq
        return self._clock[other].get(lane, 0) >= seq

    def seen_by(self, name: str) -> dict[int, int]:
        """Give how far each lane is in an entry's past, itself included: lane to seq."""
        at = self._index[name]
        return {**self._clock[at], self._lane[at]: self.entries[at].seq}

    def newest_without(self, lane: int, name: str) -> Entry | None:
        """Give the newest entry of a lane that is not this one nor has it in its past, if any."""
        row = self._rows[lane]
        count = bisect_left(row, 1, key=lambda at: self._has(at, name))
        return self.entries[row[count - 1]] if count else None

    def _has(self, at: int, name: str) -> int:
        other = self.entries[at].id
        return int(other == name or self.happened_before(name, other))

    def _ordered(self) -> Iterator[Entry]:
        """Give the entries whose parents all have a place, parents first, ties by id."""
        known, left = self._known, self._wanted()
        ready = [name for name, count in left.items() if not count]
        heapify(ready)
        nothing: list[Entry] = []
        following = ""
        while ready or following:
            name = heappushpop(ready, following) if following else heappop(ready)
            following = ""
            yield known[name]
            for child in self._children.get(name, nothing):
                left[child.id] -= 1
                if not left[child.id]:
                    if following:
                        heappush(ready, following)
                    following = child.id

    def _wanted(self) -> dict[str, int]:
        """Count the parents that each entry waits for, and note who waits for whom.

        An entry that names a parent wrongly counts one more than will ever come.
        """
        known, children, twins = self._known, self._children, self._twins
        left: dict[str, int] = {}
        for name, entry in known.items():
            wanted, previous = len(entry.refs), entry.prev
            if previous:
                wanted += 1
                if not _fits(known.get(previous), entry.device, entry.seq - 1):
                    left[name] = wanted
                    continue
                children.setdefault(previous, []).append(entry)
            step = previous or entry.device
            twins[step] = twins.get(step, 0) + 1
            for ref in entry.refs:
                if _fits(known.get(ref.id), ref.device, ref.seq):
                    children.setdefault(ref.id, []).append(entry)
            left[name] = wanted
        return left

    def _place_all(self) -> None:
        """Give each entry its lane, and work out what it had seen of others."""
        index, twins, lanes, clocks, rows = (
            self._index, self._twins, self._lane, self._clock, self._rows,
        )  # fmt: skip
        for at, entry in enumerate(self.entries):
            seen, previous = _NOTHING_SEEN, entry.prev
            if previous:
                before = index[previous]
                lane, seen = lanes[before], clocks[before]
                if twins[previous] > 1:
                    seen = {**seen, lane: entry.seq - 1}
            if not previous or twins[previous] > 1:
                lane = len(rows)
                rows.append([])
            rows[lane].append(at)
            lanes.append(lane)
            clocks.append(self._joined(seen, entry) if entry.refs else seen)

    def _joined(self, seen: _Clock, entry: Entry) -> _Clock:
        """Join what its refs had seen to what the entry had seen; shared when nothing is new."""
        fresh: dict[int, int] | None = None
        for ref in entry.refs:
            at = self._index[ref.id]
            lane = self._lane[at]
            if (fresh or seen).get(lane, 0) >= ref.seq:
                continue
            fresh = dict(seen) if fresh is None else fresh
            for other, seq in self._clock[at].items():
                if seq > fresh.get(other, 0):
                    fresh[other] = seq
            fresh[lane] = ref.seq
        return seen if fresh is None else fresh

    def _lanes(self) -> Iterator[Lane]:
        for row in self._rows:
            first, last = self.entries[row[0]], self.entries[row[-1]]
            yield Lane(
                device=first.device, first=first.id, last=last.id, start=first.seq, end=last.seq
            )

    def _waiting(self) -> Iterator[Waiting]:
        if len(self._index) == len(self._known):
            return
        for name in sorted(self._known.keys() - self._index.keys()):
            entry = self._known[name]
            parents = {entry.prev, *(ref.id for ref in entry.refs)} - {""}
            # One look for each parent: a set less the keys of a mapping walks all of the mapping.
            missing = sorted(parent for parent in parents if parent not in self._known)
            yield Waiting(entry=entry, missing=tuple(missing))

    def _forks(self) -> Iterator[Fork]:
        forked = {step for step, count in self._twins.items() if count > 1}
        if not forked:
            return
        branches: dict[tuple[str, int, str], list[str]] = {}
        for entry in self._known.values():
            if (entry.prev or entry.device) in forked:
                branches.setdefault((entry.device, entry.seq, entry.prev), []).append(entry.id)
        for (device, seq, _), names in sorted(branches.items()):
            if len(names) > 1:
                yield Fork(device=device, seq=seq, branches=tuple(sorted(names)))


def _fits(parent: Entry | None, device: str, seq: int) -> bool:
    """Whether a parent is there and is what was said of it."""
    return parent is not None and parent.device == device and parent.seq == seq
