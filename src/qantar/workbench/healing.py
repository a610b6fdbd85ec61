"""A journal that is damaged here, taken whole from a bundle: only if nothing is lost by it.

What still reads of it here counts as having come too, behind what the bundle brings. The
two together must hold every entry that still reads here, that another entry refers to,
and that a checkpoint saw. Then the damaged journal is set aside and the whole one adopted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final

from qantar.archive import ring, witness
from qantar.archive.broken import broken_devices, lanes_here, salvaged, set_aside, spelt
from qantar.archive.case import Case
from qantar.archive.chain import walks
from qantar.archive.frame import Frame, is_signed
from qantar.archive.lanes import head_of
from qantar.archive.note import Checkpoint
from qantar.archive.opening import Here
from qantar.archive.tree import roots_at
from qantar.errors import JournalBrokenError
from qantar.model.device import DevicePublic
from qantar.model.entry import Entry
from qantar.workbench.arrivals import InMemory, Stretch
from qantar.workbench.holdings import Holdings, held_lane
from qantar.workbench.merge_report import Alarm, AlarmCode
from qantar.workbench.placing import Trails

_SHOWN: Final = 8
ASK: Final = (
    "Merge a bundle made with --whole on a device that has more of it. What to do when none has "
    'stands in docs/threat-model.md under "When something happens".'
)


@dataclass(frozen=True, slots=True)
class Broken:
    """The journals that are damaged: by device what reading them said, and what still reads."""

    faults: Mapping[str, JournalBrokenError]
    left: Mapping[str, list[Frame]]

    def stretches(self) -> Iterator[Stretch]:
        """Give what still reads, as if it had waited."""
        for device, sound in self.left.items():
            data = spelt(sound)
            yield Stretch(InMemory(data), 0, len(data), device, fresh=False)


def holdings_beside(case: Case) -> tuple[Holdings, Broken]:
    """Read the journals that are sound, and what still reads of the damaged ones.

    Raises:
        KeysDamagedError: the ring key is missing or damaged.
        DiskError: the disk refuses.
    """
    bodies = Here(partial(ring.keys, case))
    faults = broken_devices(case, bodies)
    lanes, entries = {}, list[Entry]()
    devices = dict.fromkeys(lane.device for lane in lanes_here(case))
    for device in devices:
        for walk in walks(case, opener=bodies, device=device) if device not in faults else ():
            entries.extend(walk.entries())
            lanes[walk.lane.name] = held_lane(case, walk)
    left = {device: list(salvaged(case, device)) for device in faults}
    return Holdings(lanes=lanes, entries=tuple(entries)), Broken(faults, left)


def refuse_loss(
    case: Case,
    broken: Broken,
    held: Iterable[Entry],
    publics: Mapping[str, DevicePublic],
    trails: Mapping[str, Trails],
) -> None:
    """Refuse to take a journal from a bundle that does not hold all that must be in it.

    Args:
        case: the case.
        broken: the damaged journals.
        held: the entries of the others.
        publics: who signs, by id of the device.
        trails: the journals as they would be.

    Raises:
        JournalBrokenError: something would be lost; it says what to do.
    """
    entries = list(held)
    for device, fault in broken.faults.items():
        public = publics.get(device)
        grown = trails[device].trails.values() if device in trails else ()
        branches = [trail.ids for trail in grown]
        there = {id_ for ids in branches for id_ in ids}
        needed = {bytes.fromhex(ref.id) for e in entries for ref in e.refs if ref.device == device}
        seen: list[Checkpoint] = []
        if public is not None:
            key = bytes.fromhex(public.sign)
            needed |= {frame.id for frame in broken.left[device] if is_signed(frame, key)}
            seen = list(_checkpoints(case, device, key))
        if public is None or not there >= needed or not all(_holds(branches, x) for x in seen):
            raise JournalBrokenError(fault.message, where=fault.where, next=ASK) from fault


def mend(case: Case, broken: Broken, names: Mapping[str, str]) -> Iterator[Alarm]:
    """Set the damaged journals aside; what was examined is adopted next. Gives what to tell.

    Args:
        case: the case; the caller holds its lock.
        broken: the damaged journals.
        names: of devices, by id.

    Raises:
        DiskError: the disk refuses.
    """
    for device, fault in broken.faults.items():
        moved = ", ".join(
            path.relative_to(case.root).as_posix() for path in set_aside(case, device)
        )
        own = device == case.device
        whose = "this device" if own else f'"{names.get(device, device[:_SHOWN])}"'
        text = (
            f"the journal of {whose} was damaged here ({fault.message.rstrip('.')}). It was taken "
            f"whole from this bundle; the damaged one is kept as {moved}."
        )
        if own:
            text += " What nobody else had seen, and does not read any more, is not in it."
        yield Alarm(AlarmCode.MENDED, device, text)


def _checkpoints(case: Case, device: str, key: bytes) -> Iterator[Checkpoint]:
    """Give all that was signed of a device's journal and is kept here."""
    yield from (note.checkpoint for note in witness.notes(case, device) if note.is_signed(key))
    for lane in lanes_here(case, device):
        head = head_of(case, lane, key)
        if head is not None:
            yield head


def _holds(branches: Iterable[list[bytes]], seen: Checkpoint) -> bool:
    sizes = [seen.size]
    return not seen.size or any(
        roots_at(ids, sizes).get(seen.size) == seen.root for ids in branches
    )
