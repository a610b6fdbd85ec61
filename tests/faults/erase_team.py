"""A team whose devices take in, decide, publish and exchange, for the model of erasing."""

from __future__ import annotations

import atexit
import secrets
import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from io import BytesIO
from pathlib import Path
from random import Random
from tempfile import mkdtemp
from typing import Final

import pytest

from qantar.archive.case import Case
from qantar.archive.journal import append
from qantar.archive.kept import keep
from qantar.model.decision import Verdict
from qantar.workbench import entries
from qantar.workbench.add import add
from qantar.workbench.bundle import bundle
from qantar.workbench.create import create_waiting
from qantar.workbench.devices import invite
from qantar.workbench.merge import merge
from qantar.workbench.names import accession_name
from qantar.workbench.stores import folded_of
from tests.faults.chance import chance
from tests.faults.erase_look import Look, Piece, look
from tests.faults.sealed import NOW, new_case, reopen, way

FOUNDER, VICTIM, TURNED = "founder", "b", "turned"
NAMES: Final = (FOUNDER, VICTIM, "c", TURNED)


@dataclass(slots=True)
class Team:
    """Folders of a team, and what is known of it.

    `pieces` are all sealed things that were ever readable, `honest` the names of what honest
    devices wrote and stored, `kept` of publications by whose they are, `asked` of all that
    somebody asked to erase. `wrong` says what went wrong, `done` how often what was done.
    """

    folder: Path
    random: Random
    pieces: dict[str, Piece] = field(default_factory=dict)
    honest: dict[str, None] = field(default_factory=dict)
    kept: dict[str, str] = field(default_factory=dict)
    asked: set[str] = field(default_factory=set)
    wrong: list[str] = field(default_factory=list)
    done: Counter[str] = field(default_factory=Counter)
    sticks: list[tuple[Path, str]] = field(default_factory=list)
    made: int = 0
    members: tuple[str, ...] = NAMES[:2]
    cases: dict[str, Case] = field(default_factory=dict)
    looks: dict[str, Look] = field(default_factory=dict)

    def case(self, name: str) -> Case:
        """Give a device's case as the next command would find it; the keys to it do not change."""
        self.looks.pop(name, None)
        self.cases[name] = self.cases.get(name) or reopen(self.folder / name)
        return replace(self.cases[name], cache={})

    def look(self, name: str) -> Look:
        """Look at a folder, if it was touched since, and remember what could be read there."""
        if name not in self.looks:
            found = look(self.case(name))
            self.looks[name] = found
            self.pieces.update(found.pieces)
        return self.looks[name]

    def number(self) -> int:
        """Give a number that was not given yet."""
        self.made += 1
        return self.made


def begin(folder: Path) -> None:
    """Make a team that has met: each has all that the others have."""
    team = Team(folder, chance(0))
    new_case(folder / FOUNDER)
    for name in NAMES[1:]:
        made = create_waiting(folder / name, ways=[way()])
        invite(team.case(FOUNDER), made.signer.public.line(None), name=name, now=NOW)
    for name in NAMES:
        if name != FOUNDER:
            carry(team, FOUNDER, name)
            team.cases.clear()  # it has joined
        take_in(team, name)
        append(team.case(name), kind="note", body={"text": f"note of {name}"}, at=NOW)
    for name in NAMES[1:]:
        carry(team, name, FOUNDER)
    for name in NAMES[1:]:
        carry(team, FOUNDER, name)


@contextmanager
def seeded(random: Random) -> Iterator[None]:
    """Let keys and names, and so the ids and order of entries, be those of the seed."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(secrets, "token_bytes", random.randbytes)
        patch.setattr(secrets, "token_hex", lambda count: random.randbytes(count).hex())
        yield


@cache
def begun() -> Path:
    """Make the team once; others work on copies of it."""
    folder = Path(mkdtemp(prefix="qantar-erase-model-"))
    atexit.register(shutil.rmtree, folder)
    with seeded(chance(0)):
        begin(folder)
    return folder


def carry(team: Team, sender: str, receiver: str, *, whole: bool = False) -> None:
    """Make a bundle of all that the receiver lacks, and merge it."""
    path = team.folder / f"stick-{team.number()}"
    bundle(team.case(sender), path, to=[receiver], whole=whole)
    merge(team.case(receiver), [path], now=NOW)
    team.sticks.append((path, receiver))


def take_in(team: Team, name: str) -> None:
    """Take in a file of a name and words that nobody else's has; now and then, somebody's again."""
    number = team.number()
    path = team.folder / f"file-{number}-.txt"
    words = team.random.randrange(1, number + 1) if team.random.random() < 0.2 else number
    path.write_text(f"canary {words}" * 30)
    add(team.case(name), paths=[path], sheet_path=None, now=NOW, acknowledge=lambda _: None)


def decide(team: Team, name: str) -> None:
    """Set an accession aside."""
    case = team.case(name)
    taken = folded_of(case).accessions
    if taken:
        target = accession_name(team.random.choice(taken).entry)
        kind, body = entries.decision(Verdict.WITHDRAW, (target,), f"canary {team.number()}")
        append(case, kind=kind, body=body, at=NOW)


def publish(team: Team, name: str) -> None:
    """Keep a copy of a publication."""
    case = team.case(name)
    kept = keep(case, BytesIO(f"dossier {team.number()}".encode()), known=())
    assert kept is not None
    kind, body = entries.release(
        kept.sha256, policy="x", as_of=None, object=kept.object, size=kept.size
    )
    append(case, kind=kind, body=body, at=NOW)


def write(team: Team, name: str) -> None:
    """Add an entry of a kind that nobody knows."""
    append(team.case(name), kind="note", body={"text": f"canary {team.number()}"}, at=NOW)


def exchange(team: Team, name: str) -> None:
    """Take in what another has, or merge an old bundle again."""
    mine = [path for path, to in team.sticks if to == name]
    if mine and team.random.random() < 0.15:
        merge(team.case(name), [team.random.choice(mine)], now=NOW)
        return
    others = [one for one in (*team.members, TURNED) if one != name]
    whole = team.random.random() < 0.2
    carry(team, team.random.choice(others), name, whole=whole)
