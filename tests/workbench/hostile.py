"""Devices that take in what comes as a merge does, without a disk; and what a member can forge."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from msgspec import structs

from qantar.archive.lanes import Lane
from qantar.model.entry import Entry, Ref
from qantar.workbench import team_entries as team
from qantar.workbench.arrivals import Arrival, InMemory
from qantar.workbench.fold import fold
from qantar.workbench.holdings import HeldLane, Holdings
from qantar.workbench.membership import possible_members
from qantar.workbench.placing import crowd_of, place
from qantar.workbench.quarantine import judge
from tests.model.journals import Writer

NOWHERE = Ref("9" * 32, 7, "ab" * 32)


def arrival(entry: Entry, *, fresh: bool = True) -> Arrival:
    """An entry that came, as if it had been read from a bundle."""
    return Arrival(
        entry=entry,
        source=InMemory(b""),
        start=0,
        end=0,
        signature=b"",
        key=None,
        stored=None,
        has_body=True,
        fresh=fresh,
    )


@dataclass(slots=True)
class Desk:
    """An honest device: `writer` has what is in its journals, `waits` what is in its inbox."""

    writer: Writer
    founder: str
    publics: set[str]
    waits: dict[str, Entry] = field(default_factory=dict)
    lanes: dict[str, tuple[str, list[bytes]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Bring what it begins with onto lanes."""
        begun, self.writer.seen = self.writer.seen, {}
        self.merge(self.writer.id, begun.values())

    def held(self) -> Holdings:
        """What its folder would hold."""
        lanes = {}
        for name, (device, ids) in self.lanes.items():
            lane = Lane(name=name, folder=Path(name), device=device, own=device == self.writer.id)
            public = self.writer.public
            lanes[name] = HeldLane(lane=lane, public=public, ids=tuple(ids), root=b"", head=None)
        return Holdings(lanes=lanes, entries=tuple(self.writer.entries))

    def merge(self, sender: str, sent: Iterable[Entry]) -> None:
        """Take in a bundle of this sender's."""
        held, here = self.held(), self.writer.seen
        came = {one.id: arrival(one, fresh=False) for one in self.waits.values()}
        for one in sent:
            if one.id not in here:
                came.setdefault(one.id, arrival(one))
        said = [one.entry for one in came.values()]
        possible = possible_members(
            held.entries, self.founder, lambda devices: [e for e in said if e.device in devices]
        )
        likely = [one for one in came.values() if one.entry.device in possible]
        for name in crowd_of(held, likely, sender=sender if sender in possible else ""):
            del came[name]
        verdict = judge(
            held.entries,
            came,
            founder=self.founder,
            possible=possible,
            known_devices=self.publics | possible,
        )
        for device, trails in place(held, verdict.joining).items():
            assert not trails.stray
            self.lanes.update({t.name: (device, list(t.ids)) for t in trails.trails.values()})
        here.update({one.entry.id: one.entry for one in verdict.joining})
        assert {id_.hex() for _, ids in self.lanes.values() for id_ in ids} == here.keys()
        self.waits = {name: came[name].entry for name in verdict.waiting}

    def write(self, draft: tuple[str, Mapping[str, Any]]) -> None:
        """Write an entry that names the newest of all others."""
        self.lanes.setdefault(self.writer.id, (self.writer.id, []))
        self.lanes[self.writer.id][1].append(bytes.fromhex(self.writer.write(draft).id))

    def state(self) -> str:
        """The digest of all that counts here."""
        return fold(self.writer.entries, founder=self.founder).state


def alike(member: Writer, count: int) -> list[Entry]:
    """Forge first entries of branches whose ids begin with the same digits."""
    made = [branch(member, member.newest, f"alike {n}") for n in range(count)]
    return [structs.replace(one, id=made[0].id[:16] + one.id[16:]) for one in made]


def crowd(member: Writer, random: Random, count: int) -> list[Entry]:
    """Forge so many branches that nobody else has, some of two entries."""
    made = []
    for _ in range(count):
        made.append(branch(member, member.newest, str(random.random())))
        if random.random() < 0.2:
            made.append(branch(member, made[-1], "and on"))
    return made


def branch(member: Writer, parent: Entry, text: str) -> Entry:
    """Forge an entry behind any other one of the member's."""
    twin = member.copied()
    twin._newest, twin.seen = parent, {parent.id: parent}
    return twin.write(("note", {"text": text}))


def row(member: Writer, links: int, first: Ref) -> list[Entry]:
    """Forge a row of admissions: each hangs on an entry of a device that the last one lets in."""
    made, ref, base = [], first, member.copied()
    others = [(Writer(f"a{n}"), Writer(f"d{n}")) for n in range(links)]
    for name, (admits, _) in enumerate(others):
        made.append(base.write(team.device_admit(f"a{name}", admits.public)))
    for name, (admits, let_in) in enumerate(others):
        admission = admits.write(team.device_admit(f"d{name}", let_in.public))
        admission = structs.replace(admission, refs=(ref,))
        said = let_in.write(("note", {"text": "x"}))
        made += [admission, said]
        ref = Ref(said.device, said.seq, said.id)
    return made
