"""A journal that is damaged here, taken whole from a bundle: only if nothing is lost by it.

What still reads of it here counts as having come too, behind what the bundle brings. The
two together must hold every entry that still reads here, that another entry refers to,
and that a checkpoint saw. All of that is written beside the damaged journal before it is
set aside (`archive/mending.py`); what else is new of the device is adopted after it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from qantar.archive import ring, witness
from qantar.archive.broken import broken_devices, lanes_here, salvaged, spelt
from qantar.archive.case import Case
from qantar.archive.chain import walks
from qantar.archive.frame import Frame, is_signed
from qantar.archive.mending import Making
from qantar.archive.note import Checkpoint, Note, origin, sign
from qantar.archive.opening import Here
from qantar.archive.segments import read_head_note
from qantar.archive.tails import forget
from qantar.archive.tree import Row, roots_at
from qantar.archive.witnessed import contradicted
from qantar.errors import DiskError, JournalBrokenError
from qantar.model.device import DevicePublic
from qantar.model.entry import Entry
from qantar.workbench.arrivals import InMemory, Stretch
from qantar.workbench.holdings import Holdings, held_lane
from qantar.workbench.merge_report import Alarm, AlarmCode
from qantar.workbench.placing import Trail, Trails, in_runs
from qantar.workbench.sightings import head_for

_SHOWN = 8
ASK: Final = (
    "Merge a bundle made with --whole on a device that has more of it. What to do when none has "
    'stands in docs/threat-model.md under "When something happens".'
)

Moved = Mapping[str, Sequence[Path]]
"""Where the damaged journals of each device are now."""


class NotWholeError(JournalBrokenError):
    """A journal is damaged here, and this bundle does not bring it whole; another one may."""


@dataclass(frozen=True, slots=True)
class Broken:
    """The journals that are damaged, by device.

    `faults` says what reading them said, `left` has what still reads.
    """

    faults: Mapping[str, JournalBrokenError]
    left: Mapping[str, list[Frame]]

    def without(self, devices: Collection[str]) -> Broken:
        """Give those of other devices only."""
        faults = {device: one for device, one in self.faults.items() if device not in devices}
        return Broken(faults, {device: self.left[device] for device in faults})

    def stretches(self) -> Iterator[Stretch]:
        """Give what still reads, as if it had waited."""
        yield from in_memory(self.left.values())

    def signed(self, public: DevicePublic) -> set[bytes]:
        """Give the ids of what still reads and its device signed."""
        key = bytes.fromhex(public.sign)
        return {frame.id for frame in self.left[public.id] if is_signed(frame, key)}


def in_memory(listed: Iterable[list[Frame]]) -> Iterator[Stretch]:
    """Give entries that were here, as if they had waited."""
    for sound in listed:
        data = spelt(sound)
        yield Stretch(InMemory(data), 0, len(data), None, fresh=False)


def holdings_beside(case: Case) -> tuple[Holdings, Broken]:
    """Read the journals that are sound, and what still reads of the damaged ones.

    Raises:
        KeysDamagedError: the ring key is missing or damaged.
        DiskError: the disk refuses.
    """
    bodies = Here(partial(ring.keys, case))
    faults, listed = broken_devices(case, bodies), lanes_here(case)
    lanes, entries = {}, list[Entry]()
    for device in dict.fromkeys(lane.device for lane in listed):
        if device not in faults:
            for walk in walks(case, opener=bodies, device=device, among=listed):
                entries.extend(walk.entries())
                lanes[walk.lane.name] = held_lane(case, walk)
    left = {device: list(salvaged(case, device)) for device in faults}
    return Holdings(lanes=lanes, entries=tuple(entries)), Broken(faults, left)


def here_before(
    case: Case,
    broken: Broken,
    held: Iterable[Entry],
    publics: Mapping[str, DevicePublic],
    placed: Mapping[str, Trails],
) -> frozenset[str]:
    """Give the entries of damaged journals that were in them: ids of sound arrivals.

    Those that still read, that an entry of a sound journal refers to, or that a sound head
    vouches for, with all of their device's own before them.

    Args:
        case: the case.
        broken: the damaged journals.
        held: the entries of the others.
        publics: who signs, by id of the device.
        placed: where all sound arrivals belong.

    Raises:
        DiskError: the disk refuses.
    """
    named = _named_in(held)
    found = set[bytes]()
    for device in broken.faults.keys() & publics.keys() & placed.keys():
        public = publics[device]
        surely = broken.signed(public) | named.get(device, set())
        heads = [note.checkpoint for note in _heads(case, public)]
        for trail in placed[device].trails.values():
            roots = roots_at(trail.ids, (head.size for head in heads))
            sizes = [head.size for head in heads if roots.get(head.size) == head.root]
            sizes += [at for at, id_ in enumerate(trail.ids, start=1) if id_ in surely]
            found.update(trail.ids[: max(sizes, default=0)])
    return frozenset(id_.hex() for id_ in found)


def not_whole(
    case: Case,
    broken: Broken,
    held: Iterable[Entry],
    publics: Mapping[str, DevicePublic],
    placed: Mapping[str, Trails],
    trails: Mapping[str, Trails],
) -> dict[str, NotWholeError]:
    """Find which damaged journals a bundle does not bring whole: with them something would be lost.

    Args:
        case: the case.
        broken: the damaged journals.
        held: the entries of the others.
        publics: who signs, by id of the device.
        placed: where all sound arrivals belong.
        trails: the journals as they would be.

    Returns:
        By device, an error that says what to do.
    """
    found = dict[str, NotWholeError]()
    named = _named_in(held)
    for device, fault in broken.faults.items():
        public = publics.get(device)
        if public is not None:
            needed = broken.signed(public) | named.get(device, set())
            there = {id_ for ids in _branches(trails, device) for id_ in ids}
            heads = [note.checkpoint for note in _heads(case, public)]
            if (
                there >= needed
                and _bear_out(_branches(trails, device), heads)
                and _bear_out(_branches(placed, device), _seen(case, public, heads, placed))
            ):
                continue
        found[device] = NotWholeError(fault.message, where=fault.where, next=ASK)
        found[device].__cause__ = fault
    return found


def mend(
    case: Case,
    broken: Broken,
    whole: Iterable[tuple[Trail, Iterable[Frame]]],
    publics: Mapping[str, DevicePublic],
    notes: Mapping[str, Sequence[Note]],
) -> Moved:
    """Put whole journals in the place of the damaged ones; all of it, or nothing.

    Args:
        case: the case; the caller holds its lock.
        broken: the damaged journals.
        whole: the journals that take their place, with their frames.
        publics: who signs, by id of the device.
        notes: checkpoints that came, by device; their devices signed them.

    Raises:
        DiskError: the disk refuses; whoever writes next ends what was begun, if it was.
    """
    making = Making(case)
    try:
        for device in broken.faults:
            making.device(device)
        begun = False
        for trail, frames in whole:
            public = publics[trail.name[:32]]
            known = [*notes.get(public.id, ()), *_heads(case, public), *_notes(case, public)]
            making.lane(trail.name, public, frames, _head(case, trail, known))
            begun = begun or trail.name == case.device
        if case.device in broken.faults and not begun:
            own = case.signer.public
            making.lane(own.id, own, (), _head(case, Trail(own.id, Row()), ()))
    except DiskError:
        making.drop()
        raise
    for lane in (lane for device in broken.faults for lane in lanes_here(case, device)):
        forget(case, lane)
    return _by_device(broken, making.settle())


def whole_parts(
    broken: Broken, trails: Mapping[str, Trails], known: Iterable[str], before: Collection[str]
) -> Iterator[Trail]:
    """Give the journals that take the place of damaged ones.

    In them is all that follows from nothing else that is new, and in any case what was
    here before.

    Args:
        broken: the damaged journals.
        trails: as they will be in the end.
        known: ids of all entries of the other journals.
        before: ids of what was here before.
    """
    grown = [trails[one] for one in broken.faults if one in trails]
    listed = [trail for one in grown for trail in one.trails.values()]
    ready = dict.fromkeys((trail.name for trail in listed), 0)
    for trail, run in in_runs(listed, known):
        ready[trail.name] += len(run)
    for trail in listed:
        kept = (at for at, one in enumerate(trail.new, start=1) if one.entry.id in before)
        count = max(ready[trail.name], *kept, 0)
        if count:
            ids = Row(trail.ids, len(trail.ids) - len(trail.new) + count)
            yield Trail(trail.name, ids, trail.new[:count], trail.branches)


def mended(case: Case, broken: Broken, moved: Moved, names: Mapping[str, str]) -> Iterator[Alarm]:
    """Tell of what was mended.

    Args:
        case: the case.
        broken: the journals that were damaged.
        moved: where they are now.
        names: of devices, by id.
    """
    for device, fault in broken.faults.items():
        kept = ", ".join(path.relative_to(case.root).as_posix() for path in moved[device])
        own = device == case.device
        whose = "this device" if own else f'"{names.get(device, device[:_SHOWN])}"'
        text = (
            f"the journal of {whose} was damaged here ({fault.message.rstrip('.')}). It was taken "
            "whole from this bundle"
        )
        text += f"; the damaged one is kept as {kept}." if kept else "."
        if own:
            text += " What nobody else had seen, and does not read any more, is not in it."
        yield Alarm(AlarmCode.MENDED, device, text)


def _by_device(broken: Broken, moved: Iterable[Path]) -> Moved:
    found: dict[str, list[Path]] = {device: [] for device in broken.faults}
    for path in moved:
        found[path.name.split("-")[2][:32]].append(path)
    return found


def _head(case: Case, trail: Trail, known: Iterable[Note]) -> Note | None:
    """Give a checkpoint that a whole journal bears out; this device's own is signed anew."""
    if trail.name == case.device:
        named = origin(case.id, case.device)
        whole = Checkpoint(
            origin=named, size=len(trail.ids), root=trail.ids.frontier_at(len(trail.ids)).root()
        )
        return sign(whole, case.signer.sign_seed)
    return head_for(trail.ids, known)


def _heads(case: Case, public: DevicePublic) -> list[Note]:
    """Give the sound heads of a device's journals here."""
    key, named = bytes.fromhex(public.sign), origin(case.id, public.id)
    read = (read_head_note(lane.folder, named, key) for lane in lanes_here(case, public.id))
    return [head for head in read if head is not None]


def _notes(case: Case, public: DevicePublic) -> list[Note]:
    """Give the kept checkpoints that a device signed."""
    key = bytes.fromhex(public.sign)
    return [note for note in witness.notes(case, public.id) if note.is_signed(key)]


def _seen(
    case: Case, public: DevicePublic, heads: Sequence[Checkpoint], placed: Mapping[str, Trails]
) -> list[Checkpoint]:
    """Give the kept checkpoints of a device that its journals must bear out.

    Not those that they contradicted before they were damaged: a sound head says so.
    """
    seen = [note.checkpoint for note in _notes(case, public)]
    before = []
    for ids in _branches(placed, public.id):
        roots = roots_at(ids, (head.size for head in heads))
        ends = (head.size for head in heads if roots.get(head.size) == head.root)
        before.append(Row(ids, max(ends, default=0)))
    other = contradicted(seen, before)
    return [one for one in seen if one not in other]


def _named_in(entries: Iterable[Entry]) -> dict[str, set[bytes]]:
    """Gather what entries refer to, by device."""
    found: dict[str, set[bytes]] = {}
    for entry in entries:
        for ref in entry.refs:
            found.setdefault(ref.device, set()).add(bytes.fromhex(ref.id))
    return found


def _branches(trails: Mapping[str, Trails], device: str) -> list[Row]:
    grown = trails[device].trails.values() if device in trails else ()
    return [trail.ids for trail in grown]


def _bear_out(branches: Iterable[Row], seen: Sequence[Checkpoint]) -> bool:
    """Whether each checkpoint is of one of these branches; the empty one is of any."""
    sizes = {one.size for one in seen}
    there = {pair for ids in branches for pair in roots_at(ids, sizes).items()}
    return all(not one.size or (one.size, one.root) in there for one in seen)
