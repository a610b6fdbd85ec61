"""A team at work on real cases, at random: `python -m tests.faults.schedules [COUNT] [FIRST]`.

Devices take material in, decide, let others in and shut them out; folders are copied and
worked with in both places, or put back from a backup; bundles in small parts are lost,
merged twice, late and in any order, by devices whose clocks are wrong by years. Then
all that are left exchange once more. Every one of them must hold the same state and the
same record, and nothing that a sound device was told to be kept may be gone.
"""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from qantar.archive.case import Case
from qantar.archive.journal import append, inspect, read
from qantar.archive.lock import writing
from qantar.archive.originals import list_originals, object_name
from qantar.errors import DeviceError, WitnessedLossError
from qantar.model.decision import Verdict
from qantar.model.device import Role
from qantar.workbench import entries
from qantar.workbench.add import add
from qantar.workbench.build import build
from qantar.workbench.bundle import bundle
from qantar.workbench.create import create_collector, create_waiting
from qantar.workbench.devices import folded_for_team, invite, revoke
from qantar.workbench.folded import Folded, FoldedDevice
from qantar.workbench.merge import merge
from qantar.workbench.merge_report import MergeReport
from qantar.workbench.names import accession_name
from qantar.workbench.renewal import renew
from tests.faults.chance import chance
from tests.faults.scratch import scratch_folder
from tests.faults.sealed import NOW, SOFTWARE, new_case, reopen, way

_COUNT = 1000
_STEPS = 26
_PART_BYTES = 64 * 1024
_MOST_MEMBERS = 5
_ROUNDS = 6


@dataclass(slots=True)
class Desk:
    """A folder with a case, the name of its device, and what it was told to be kept."""

    root: Path
    name: str
    collector: bool = False
    rolled_back: bool = False
    kept: set[str] = field(default_factory=set)
    _looked: Case | None = None

    def open(self) -> Case:
        """Open it, as the next command would."""
        self._looked = reopen(self.root)
        return self._looked

    def look(self) -> Case:
        """Give it as it was last opened: only who it is may be asked."""
        return self._looked or self.open()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A bundle on its way: its files, and the device id that it is for."""

    paths: tuple[Path, ...]
    to: str


@dataclass(slots=True)
class Team:
    """One schedule; `happened` counts what it was made of."""

    folder: Path
    random: Random
    desks: list[Desk] = field(default_factory=list)
    sent: list[Sent] = field(default_factory=list)
    backups: list[tuple[Desk, Path]] = field(default_factory=list)
    happened: Counter[str] = field(default_factory=Counter)
    number: int = 0

    @property
    def members(self) -> list[Desk]:
        """The desks that are in the case and can read it."""
        return [one for one in self.desks if one.look().role is Role.MEMBER]

    def begin(self) -> None:
        """Make the case, with one device."""
        root = self.folder / "desk-0"
        new_case(root)
        self.desks.append(Desk(root, "founder"))
        self.take_in()
        self.let_in()
        self.let_in()

    def step(self) -> None:
        """Do one thing."""
        steps: Sequence[tuple[int, Callable[[], object]]] = (
            (6, self.take_in),
            (4, self.decide),
            (3, self.let_in),
            (8, self.send),
            (8, self.receive),
            (1, self.copy),
            (1, self.back_up),
            (1, self.put_back),
            (1, self.shut_out),
            (1, self.go_on_as_new),
        )
        (chosen,) = self.random.choices([do for _, do in steps], [weight for weight, _ in steps])
        try:
            chosen()
        except WitnessedLossError:
            self.happened["refused to sign"] += 1
        except DeviceError:
            self.happened["refused a device"] += 1

    def now(self) -> datetime:
        """Give the time as a wrong clock has it."""
        return NOW + timedelta(days=self.random.randrange(-4000, 4000))

    def take_in(self) -> None:
        """Take a file in: sometimes one that somebody else has too."""
        desk = self.random.choice(self.desks)
        case = desk.open()
        if case.role is Role.WAITING:
            return
        which = self.random.randrange(12)
        path = self.folder / f"note-{which}.txt"
        path.write_bytes(b"what somebody saw, %d\n" % which * self.random.choice((3, 3000)))
        before = {entry.id for entry in read(case)}
        add(case, paths=[path], sheet_path=None, now=self.now(), acknowledge=lambda _: None)
        desk.kept |= {entry.id for entry in read(case)} - before
        self.happened["taken in"] += 1

    def decide(self) -> None:
        """Set an accession aside, or let it stand: others may say the opposite meanwhile."""
        desk = self.random.choice(self.members)
        case = desk.open()
        accessions = folded_for_team(case).accessions
        if not accessions:
            return
        target = accession_name(self.random.choice(accessions).entry)
        kind, body = entries.decision(Verdict.WITHDRAW, (target,), "not of that day")
        if self.random.random() < 0.2:
            kind, body = "estimate.seed", {"seed": self.random.randrange(9)}
        desk.kept.add(append(case, kind=kind, body=body, at=self.now()).id)
        self.happened["decided"] += 1

    def let_in(self) -> None:
        """Make a device and let it in; a few only collect."""
        if len(self.desks) >= _MOST_MEMBERS - 1:
            return
        self.number += 1
        root, name = self.folder / f"desk-{self.number}", f"device {self.number}"
        by = self.random.choice(self.members)
        case = by.open()
        collects = self.random.random() < 0.25
        if collects:
            made = create_collector(root, home=case.signer.public.line(case.id), ways=[way()])
        else:
            made = create_waiting(root, ways=[way()])
        self.desks.append(Desk(root, name, collector=collects))
        entry = invite(case, made.signer.public.line(made.id or None), name=name, now=self.now())
        by.kept.add(entry.id)
        self.happened["let in"] += 1

    def send(self) -> None:
        """Make a bundle for one or several devices."""
        desk = self.random.choice(self.desks)
        case = desk.open()
        if case.role is Role.WAITING:
            return
        others = self._others(case)
        if others:
            chosen = self.random.sample(others, self.random.randint(1, min(2, len(others))))
            self._send(case, chosen)
            self.happened["sent"] += 1

    def receive(self) -> None:
        """Merge one of the bundles under way, or lose it, or some of its parts."""
        if not self.sent:
            return
        sent = self.sent[self.random.randrange(len(self.sent))]
        if self.random.random() < 0.2:
            self.sent.remove(sent)
            self.happened["lost"] += 1
            return
        paths = [path for path in sent.paths if self.random.random() < 0.9]
        self.random.shuffle(paths)
        for desk in self.desks:
            if desk.look().device == sent.to and paths:
                self._merge(desk, paths)
        if self.random.random() < 0.6:
            self.sent.remove(sent)
        else:
            self.happened["kept to be merged again"] += 1

    def copy(self) -> None:
        """Copy a folder, and work with both: others must be there to see it."""
        members = self.members
        devices = {one.look().device for one in members}
        if len(self.desks) >= _MOST_MEMBERS or len(devices) < 2 or len(devices) < len(members):
            return
        desk = self.random.choice(members)
        self.number += 1
        root = self.folder / f"desk-{self.number}"
        shutil.copytree(desk.root, root)
        self.desks.append(Desk(root, desk.name, rolled_back=True, kept=set()))
        desk.rolled_back = True
        self.happened["copied"] += 1

    def back_up(self) -> None:
        """Keep a copy of a folder away from it."""
        desk = self.random.choice(self.members)
        self.number += 1
        self.backups.append((desk, shutil.copytree(desk.root, self.folder / f"b-{self.number}")))

    def put_back(self) -> None:
        """Put an earlier state of a folder in its place."""
        if self.backups:
            desk, earlier = self.random.choice(self.backups)
            if desk not in self.desks:
                return
            shutil.rmtree(desk.root)
            shutil.copytree(earlier, desk.root)
            desk.rolled_back = True
            desk.open()
            self.happened["put back"] += 1

    def shut_out(self) -> None:
        """Shut a device out; it works on for a while, because nobody tells it."""
        case = self.random.choice(self.members).open()
        others = [one for one in folded_for_team(case).devices if one.id != case.device]
        if others and self.happened["shut out"] < 1:
            revoke(case, self.random.choice(others).id, now=self.now())
            self.happened["shut out"] += 1

    def go_on_as_new(self) -> None:
        """Draw new keys for a device that was copied or put back."""
        again = [one for one in self.members if one.rolled_back]
        if again:
            desk = self.random.choice(again)
            renew(desk.open(), name=None, now=self.now())
            desk.open()
            self.happened["renewed"] += 1

    def settle(self) -> list[Desk]:
        """Let all that are left exchange until nothing is new; gives those that are left."""
        for number in range(_ROUNDS):
            for desk in self.desks:
                # Whoever was copied or put back may have told others more than it has.
                self._bring_in(desk, whole=number > 0)
            left = self._left()
            folded = [folded_for_team(one.look()) for one in left]
            lacks = [missing_here(desk, one) for desk, one in zip(left, folded, strict=True)]
            if len({one.state for one in folded}) == 1 and len(set(lacks)) == 1:
                return left
        return self._left()

    def _bring_in(self, desk: Desk, *, whole: bool) -> None:
        """Let one desk exchange with every other one, both ways."""
        for other in self.desks:
            if desk.look().device != other.look().device:
                self._hand_over(desk.look(), other, whole=whole)
                self._hand_over(other.look(), desk, whole=whole)

    def _hand_over(self, case: Case, to: Desk, *, whole: bool) -> None:
        receiver = to.look()
        if case.role is Role.WAITING or receiver.role is Role.COLLECTOR:
            return
        if case.role is Role.COLLECTOR:
            if case.home is None or case.home.id != receiver.device:
                return
        elif receiver.device not in self._others(case):
            return
        (sent,) = self._send(case, [receiver.device], whole=whole)
        self._merge(to, list(sent.paths))
        self.sent.remove(sent)

    def _left(self) -> list[Desk]:
        """The desks that no other has heard to be shut out.

        Nobody tells a device that it was shut out, nor one that it let in too late for
        others to believe it: those are on their own.
        """
        views = [(one.look().device, folded_for_team(one.look()).devices) for one in self.members]
        out = {one.id for _, listed in views for one in listed if one.revoked}
        vouched = {one.id: one.admitted_by for _, listed in views for one in listed}
        late = out
        while late:
            inside = [set(map(_id_of, listed)) for name, listed in views if name not in out]
            late = {name for name, by in vouched.items() if by in out and name not in out}
            late = {name for name in late if any(name not in known for known in inside)}
            out |= late
        left = [desk for desk in self.members if desk.look().device not in out]
        # Two copies of one device meet by way of others only.
        return left if len({desk.look().device for desk in left}) > 1 else left[:1]

    def _others(self, case: Case) -> list[str]:
        """The devices that a bundle may be for."""
        if case.role is Role.COLLECTOR:
            return [case.home.id] if case.home else []
        folded = folded_for_team(case)
        return [
            one.id
            for one in folded.devices
            if one.id != case.device
            and not one.revoked
            and one.public
            and one.public.role is Role.MEMBER
        ]

    def _send(self, case: Case, to: Sequence[str], *, whole: bool = False) -> list[Sent]:
        self.number += 1
        out = self.folder / f"bundle-{self.number}"
        report = bundle(case, out, to=to, whole=whole, part_bytes=_PART_BYTES)
        self.happened["parts"] += len(report.paths) > 1
        made = [Sent(paths=report.paths, to=one) for one in to]
        self.sent.extend(made)
        return made

    def _merge(self, desk: Desk, paths: Sequence[Path]) -> MergeReport:
        case = desk.open() if self.random.random() < 0.5 else desk.look()
        report = merge(case, paths, now=self.now())
        refused = [one for one in report.refused if "let in" not in one.reason]
        assert not refused, report.to_json()
        if report.joined:
            desk.open()
        case = desk.look()
        if case.role is Role.MEMBER:
            assert not folded_for_team(case).waiting, "an entry was adopted before its parents"
        self.happened["merged"] += 1
        self.happened["waited"] += bool(report.waiting)
        self.happened.update(alarm.code.value for alarm in report.alarms)
        return report


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What one schedule came to: what happened in it, and what was wrong, "" where nothing was."""

    seed: int
    happened: Counter[str]
    wrong: str


def play(seed: int) -> Outcome:
    """Play one schedule, in a folder of its own."""
    with scratch_folder() as folder:
        team = Team(folder, chance(seed))
        team.begin()
        for _ in range(_STEPS):
            team.step()
        wrong = _wrong(team, team.settle())
    return Outcome(seed=seed, happened=team.happened, wrong=wrong)


def _id_of(one: FoldedDevice) -> str:
    return one.id


def _wrong(team: Team, left: Sequence[Desk]) -> str:
    if not left:
        return ""  # they have all shut each other out
    cases = [desk.open() for desk in left]
    states = {folded_for_team(case).state for case in cases}
    if len(states) != 1:
        return f"{len(states)} states among {len(left)} devices"
    lacks = {missing_here(desk, folded_for_team(desk.look())) for desk in left}
    if len(lacks) != 1:
        return "somebody lacks an original that another one has"
    if lacks == {frozenset()}:
        digests = {_digest(case) for case in cases}
        if len(digests) != 1:
            return f"{len(digests)} records among {len(left)} devices"
    elif all(desk in left and not desk.rolled_back for desk in team.desks):
        return "an original is gone"
    here = {entry.id for entry in read(cases[0])}
    sound = [desk for desk in left if not desk.rolled_back]
    lost = {desk.name: len(desk.kept - here) for desk in sound if not desk.kept <= here}
    return f"entries are gone: {lost}" if lost else "".join(map(_unsound, cases))


def _unsound(case: Case) -> str:
    inspect(case)
    folded = folded_for_team(case)
    if folded.unreadable:
        return f"{len(folded.unreadable)} entries cannot be read"
    if folded.waiting:
        return f"{len(folded.waiting)} entries wait in the journals"
    return ""


def missing_here(desk: Desk, folded: Folded) -> frozenset[str]:
    """Give the originals that the accessions of a case speak of and that its folder has not."""
    case = desk.look()
    stored = set(list_originals(case))
    wanted = {one.original for one in folded.accessions}
    return frozenset(one for one in wanted if object_name(case, one) not in stored)


def _digest(case: Case) -> str:
    with writing(case):
        return build(case, software=SOFTWARE).record_digest


def main(count: int, first: int) -> int:
    """Play so many schedules and print what they were made of; gives the exit code."""
    happened: Counter[str] = Counter()
    wrong: list[Outcome] = []
    started = time.perf_counter()
    for seed in range(first, first + count):
        outcome = play(seed)
        happened.update(outcome.happened)
        if outcome.wrong:
            wrong.append(outcome)
            print(f"schedule {seed}: {outcome.wrong}", flush=True)
    print(
        f"{count} schedules in {time.perf_counter() - started:.0f} s, {len(wrong)} without one digest"
    )
    print(", ".join(f"{n:,} {name}" for name, n in happened.most_common()))
    return int(bool(wrong))


if __name__ == "__main__":
    os.nice(5)
    sys.exit(
        main(
            int(sys.argv[1]) if len(sys.argv) > 1 else _COUNT,
            int(sys.argv[2]) if len(sys.argv) > 2 else 0,
        )
    )
