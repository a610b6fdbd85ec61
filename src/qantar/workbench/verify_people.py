"""Whose journals and notes count: who was let in, as far as the entries that open can tell.

An entry that lets a device in may be the damaged one. Then nobody can tell whether
a device is a stranger, and it is not accused.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from qantar.archive.segments import PUT_BACK
from qantar.archive.verify import Check, Findings
from qantar.archive.verify_entries import ReadLane
from qantar.model.canonical import JSON
from qantar.model.device import DevicePublic
from qantar.workbench import team_entries as team


@dataclass(frozen=True, slots=True)
class Said:
    """A body that could be read, of which kind of entry, in which lane; `id` of that entry."""

    lane: ReadLane
    kind: str
    body: Mapping[str, JSON]
    id: str
    seq: int


@dataclass(frozen=True, slots=True)
class People:
    """Who was let in.

    `signers` are the Ed25519 keys of devices that were described; `members` whom the
    founder let in, whom those did, and on. `untold` says of each other device that wrote
    which damage hides whether it was let in.
    """

    members: frozenset[str]
    signers: Mapping[str, bytes]
    untold: Mapping[str, str] = field(default_factory=dict)


def people_in(founder: str, bodies: Iterable[Said]) -> People:
    """Work out who was let in from the entries that could be read."""
    admitted: dict[str, list[DevicePublic]] = {}
    for said in bodies:
        public = _admitted_in(said)
        if public is not None:
            admitted.setdefault(said.lane.lane.device, []).append(public)
    members, signers = [founder], dict[str, bytes]()
    for member in members:
        for public in admitted.get(member, ()):
            signers.setdefault(public.id, bytes.fromhex(public.sign))
            members += [] if public.id in members else [public.id]
    return People(frozenset(members), signers)


def check_people(
    people: People, lanes: Sequence[ReadLane], lacking: Collection[str], findings: Findings
) -> People:
    """Hold the devices that wrote against those that were let in.

    Args:
        people: from `people_in`.
        lanes: all journals.
        lacking: devices of which an entry is not here that another one had seen.
        findings: has the faults of the journals, and receives others.

    Returns:
        The same, with those of whom it cannot be told.
    """
    fault = findings.of_journal(people.members)
    gone = sorted(people.members.intersection(lacking))
    if fault is None and gone:
        fault = f"a part of journal/{gone[0]}"
    strangers = [x.lane for x in lanes if x.entries and x.lane.device not in people.members]
    for lane in strangers:
        if fault is None:
            findings.add(
                Check.JOURNAL,
                lane.folder,
                expected="a device that a member let in",
                found="entries of one that no readable entry lets in",
                then=f"Ask whose device it is and do not rely on what it says. {PUT_BACK}",
                said="these entries are of a device that no readable entry lets in",
            )
        else:
            findings.add(
                Check.DEVICE,
                lane.folder,
                expected="a device that a member let in",
                found=f"that it cannot be told while {fault} is damaged",
                then="Mend that first; this is no fault of the device.",
                said=f"whether this device was let in cannot be told while {fault} is damaged",
            )
    untold = {lane.device: fault for lane in strangers} if fault else {}
    return People(people.members, people.signers, untold)


def erased_in(bodies: Iterable[Said]) -> frozenset[str]:
    """Give the ids of entries and the names of objects that some entry asks to erase."""
    found: set[str] = set()
    for said in bodies:
        if said.kind == team.ERASE:
            match said.body:
                case {"entries": list(entries), "objects": list(objects)}:
                    found.update(str(name) for name in (*entries, *objects))
    return frozenset(found)


def _admitted_in(said: Said) -> DevicePublic | None:
    match said.kind, said.body:
        case team.DEVICE_ADMIT, {"device": dict(device)}:
            try:
                return DevicePublic.from_record(device)
            except ValueError:
                return None
    return None
