"""All journals of a case as two devices compare them: entries, ids of each lane, who signs it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from qantar.archive import ring
from qantar.archive.bundle_format import Head
from qantar.archive.case import Case
from qantar.archive.chain import Walk, walks
from qantar.archive.lanes import Lane, public_of
from qantar.archive.note import Note, origin
from qantar.archive.opening import Keys, opener
from qantar.archive.segments import read_head_note
from qantar.archive.tails import keep
from qantar.archive.tree import roots_at
from qantar.model.device import DevicePublic, Role
from qantar.model.entry import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldLane:
    """One lane as it is here.

    `ids` are those of its device's entries from the first on, those before it branched
    off included. `root` is that of the tree over all of them, `head` its signed checkpoint.
    """

    lane: Lane
    public: DevicePublic
    ids: Sequence[bytes]
    root: bytes
    head: Note | None

    def agrees(self, heads: Iterable[Head]) -> int:
        """Give how many of its entries somebody has who has one of these heads of the device."""
        said = [head for head in heads if head.size <= len(self.ids)]
        roots = roots_at(self.ids, (head.size for head in said))
        return max((h.size for h in said if roots[h.size].hex() == h.root), default=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Holdings:
    """All lanes by name, and all entries; on a collector, without their bodies."""

    lanes: Mapping[str, HeldLane]
    entries: tuple[Entry, ...]

    @property
    def heads(self) -> dict[str, Head]:
        """How far each lane goes, as a bundle says it."""
        return {n: Head(len(one.ids), one.root.hex()) for n, one in self.lanes.items()}

    def of_device(self, device: str) -> list[HeldLane]:
        """Give the lanes of a device: several if it forked."""
        return [one for one in self.lanes.values() if one.lane.device == device]


def holdings_of(case: Case) -> Holdings:
    """Read all journals of a case.

    Raises:
        JournalBrokenError: one is damaged.
        KeysDamagedError: the ring key is missing or damaged.
        DiskError: the disk refuses.
    """
    keys: Keys = dict if case.role is Role.COLLECTOR else partial(ring.keys, case)
    lanes: dict[str, HeldLane] = {}
    entries: list[Entry] = []
    with opener(case, keys) as bodies:
        for walk in walks(case, opener=bodies):
            entries.extend(walk.entries())
            keep(walk)
            lanes[walk.lane.name] = held_lane(case, walk)
    return Holdings(lanes=lanes, entries=tuple(entries))


def held_lane(case: Case, walk: Walk) -> HeldLane:
    """Give a lane that was read to its end."""
    lane, public = walk.lane, public_of(case, walk.lane)
    key = bytes.fromhex(public.sign)
    return HeldLane(
        lane=lane,
        public=public,
        ids=walk.ids,
        root=walk.frontier.root(),
        head=read_head_note(lane.folder, origin(case.id, lane.device), key),
    )
