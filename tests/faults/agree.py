"""Two verifiers on the same cases: `python -m tests.faults.agree [COUNT] [FIRST] [ODD]`.

A team works at random (`schedules.py`); after each thing it does, one of its folders is taken
as it stands, with whatever waits, was erased, copied or put back in it, and taken once
more tampered with. Both verifiers look at each: sometimes locked, sometimes with
what another device saw. Then ODD cases follow in which a device signed what no Qantar
writes, or somebody without a key planted odd things. They must say the same of originals,
journals and witnesses, and none may fall over. Prints how many cases there were, of which kinds, and how they ended.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random

from qantar.model.device import Role
from tests.faults.chance import chance
from tests.faults.odd_entries import ODD
from tests.faults.odd_files import PLANTED
from tests.faults.schedules import Desk, Team
from tests.faults.scratch import scratch_folder
from tests.faults.sealed import PASSPHRASE
from tests.faults.tamperings import BY_ANYONE, BY_THE_DEVICE, Tampering, scramble
from tests.faults.verifiers import CRASHED, independent, ours
from tests.faults.victims import (
    Files,
    Folder,
    Victim,
    frames_of,
    make_alone,
    make_team,
    read_files,
)

_COUNT = 10_000
_STEPS = 26
_PAIR = 2
_BOTH = 0.2
_TIMES = 2
"""How often each folder is tampered with."""


@dataclass(slots=True)
class Tally:
    """How cases ended, by kind and exit code; `differing` describes disagreements."""

    ended: Counter[tuple[str, int]] = field(default_factory=Counter)
    differing: list[str] = field(default_factory=list)

    @property
    def count(self) -> int:
        """How many cases there were."""
        return self.ended.total()


class Examiner:
    """Lays cases out, and lets both verifiers look at them."""

    def __init__(self, folder: Path, random: Random, tally: Tally) -> None:
        """Work in a folder, which is made."""
        self.random, self.tally = random, tally
        self._folder = Folder(folder / "laid-out")
        self._passphrase = folder / "passphrase"
        self._passphrase.write_text(f"{PASSPHRASE}\n", encoding="utf-8")

    def look_at(self, team: Team, name: str) -> None:
        """Look at one desk of a team as it is, and tampered with; `name` is for the report."""
        desk = self.random.choice(team.desks)
        files = {p: d for p, d in read_files(desk.root).items() if not p.startswith("lock")}
        witness = self._witness(team, desk)
        self._compare(files, "as it is", name, witness)
        victim = _victim(desk, files)
        kinds = _kinds(victim)
        for kind in self.random.choices(sorted(kinds), k=_TIMES):
            self._compare(kinds[kind](victim, self.random), kind, name, witness)

    def look_at_odd(self, victim: Victim, name: str) -> None:
        """Look at a case in which something odd was signed or planted, or both."""
        kind = self.random.choice(sorted({**ODD, **PLANTED}))
        files = {**ODD, **PLANTED}[kind](victim, self.random)
        if kind in ODD and self.random.random() < _BOTH:
            planted = self.random.choice(sorted(PLANTED))
            files = PLANTED[planted](replace(victim, files=files), self.random)
            kind += f" and {planted}"
        self._compare(files, kind, name, None)

    def _witness(self, team: Team, desk: Desk) -> Path | None:
        """What another device of the team saw, now and then."""
        others = [one for one in team.desks if one is not desk]
        if self.random.random() < 0.5 or not others:
            return None
        return self.random.choice(others).root / "witness"

    def _compare(self, files: Files, kind: str, name: str, witness: Path | None) -> None:
        root, locked = self._folder.hold(files), self.random.random() < 0.2
        one, other = (
            look(root, passphrase=self._passphrase, witness=witness, locked=locked)
            for look in (ours, independent)
        )
        self.tally.ended[kind, one.exit] += 1
        fell_over = CRASHED in (one.exit, other.exit)
        if fell_over or one.on_what_both_check != other.on_what_both_check:
            said = f"{one.on_what_both_check} / {other.on_what_both_check}"
            self.tally.differing.append(f"{name}, {kind}: {said}")


def agree_on(count: int, first: int = 0) -> Tally:
    """Let both verifiers look at so many cases, from schedule `first` on."""
    tally, seed = Tally(), first
    while tally.count < count:
        with scratch_folder() as folder:
            team = Team(folder, chance(seed))
            examiner = Examiner(folder / "examined", chance(seed), tally)
            team.begin()
            for step in range(_STEPS):
                team.step()
                if tally.count < count:
                    examiner.look_at(team, f"schedule {seed}, step {step}")
        seed += 1
    return tally


def agree_on_odd(count: int, first: int = 0) -> Tally:
    """Let both verifiers look at so many cases with odd things signed and planted in them."""
    tally, random = Tally(), chance(first)
    with scratch_folder() as folder:
        examiner = Examiner(folder / "examined", random, tally)
        victims = []
        for make in (make_alone, make_team):
            (folder / make.__name__).mkdir()
            victims.append(make(folder / make.__name__ / "case"))
        while tally.count < count:
            name = f"odd case {tally.count} from {first}"
            examiner.look_at_odd(random.choice(victims), name)
    return tally


def _victim(desk: Desk, files: Files) -> Victim:
    case = desk.look()
    head = files.get(f"journal/{case.device}/head")
    heads = () if head is None else (head,)
    return Victim(name=desk.name, case=case, files=files, heads=heads, earlier_record={}, notes={})


def _kinds(victim: Victim) -> dict[str, Tampering]:
    """Give the kinds of tampering that there is enough for in a case."""
    lanes = {lane: len(frames_of(victim.files, lane)) for lane in victim.lanes()}
    kinds: dict[str, Tampering] = {"scramble": scramble}
    if not lanes.get(victim.lane):
        return kinds
    kinds |= PLANTED
    if victim.case.role is Role.MEMBER:
        kinds |= ODD
    if not victim.originals():
        return kinds
    kinds |= {name: do for name, do in BY_ANYONE.items() if name not in ("swap", "truncate")}
    if min(*lanes.values(), len(victim.originals())) >= _PAIR:
        kinds["swap"] = BY_ANYONE["swap"]
    if victim.case.role is Role.MEMBER and lanes[victim.lane] > _PAIR:
        kinds |= BY_THE_DEVICE
    return kinds


def main(count: int, first: int, odd: int) -> int:
    """Compare on so many cases and print how they ended; gives the exit code."""
    started = time.perf_counter()
    tally, second = agree_on(count, first), agree_on_odd(odd, first)
    tally.ended.update(second.ended)
    tally.differing.extend(second.differing)
    for line in tally.differing[:20]:
        print(line)
    print("| case | exit | how many |")
    for (kind, code), many in sorted(tally.ended.items()):
        print(f"| {kind} | {code} | {many} |")
    took = time.perf_counter() - started
    print(f"{tally.count} cases in {took:.0f} s, {len(tally.differing)} disagreements")
    return int(bool(tally.differing))


if __name__ == "__main__":
    given = [int(one) for one in sys.argv[1:]]
    sys.exit(main(*(given + [_COUNT, 0, _COUNT][len(given) :])))
