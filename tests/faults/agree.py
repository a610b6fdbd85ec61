"""Two verifiers on the same cases: `python -m tests.faults.agree [COUNT] [FIRST]`.

A team works at random (`schedules.py`); after each thing it does, one of its folders is taken
as it stands, with whatever waits, was erased, copied or put back in it, and taken once
more tampered with. Both verifiers look at each: sometimes locked, sometimes with
what another device saw. They must say the same of originals, journals and
witnesses. Prints how many cases there were, of which kinds, and how they ended.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from qantar.model.device import Role
from tests.faults.chance import chance
from tests.faults.schedules import Desk, Team
from tests.faults.scratch import scratch_folder
from tests.faults.sealed import PASSPHRASE
from tests.faults.tamperings import BY_ANYONE, BY_THE_DEVICE, Tampering, scramble
from tests.faults.verifiers import independent, ours
from tests.faults.victims import Files, Folder, Victim, frames_of, read_files

_COUNT = 10_000
_STEPS = 26
_PAIR = 2
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
        if one.on_what_both_check != other.on_what_both_check:
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


def _victim(desk: Desk, files: Files) -> Victim:
    case = desk.look()
    head = files.get(f"journal/{case.device}/head")
    heads = () if head is None else (head,)
    return Victim(name=desk.name, case=case, files=files, heads=heads, earlier_record={}, notes={})


def _kinds(victim: Victim) -> dict[str, Tampering]:
    """Give the kinds of tampering that there is enough for in a case."""
    lanes = {lane: len(frames_of(victim.files, lane)) for lane in victim.lanes()}
    kinds: dict[str, Tampering] = {"scramble": scramble}
    if not lanes.get(victim.lane) or not victim.originals():
        return kinds
    kinds |= {name: do for name, do in BY_ANYONE.items() if name not in ("swap", "truncate")}
    if min(*lanes.values(), len(victim.originals())) >= _PAIR:
        kinds["swap"] = BY_ANYONE["swap"]
    if victim.case.role is Role.MEMBER and lanes[victim.lane] > _PAIR:
        kinds |= BY_THE_DEVICE
    return kinds


def main(count: int, first: int) -> int:
    """Compare on so many cases and print how they ended; gives the exit code."""
    started = time.perf_counter()
    tally = agree_on(count, first)
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
    sys.exit(main(*(given + [_COUNT, 0][len(given) :])))
