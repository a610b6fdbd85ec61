"""What commands do over and over until they are killed, and what must hold afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count
from pathlib import Path

from qantar.archive.case import Case
from qantar.archive.journal import read, verify_signatures
from qantar.archive.originals import verify
from qantar.model.decision import Verdict
from qantar.record.read import record_digest
from qantar.workbench.add import add
from qantar.workbench.current import ensure_current
from qantar.workbench.decide import decide
from qantar.workbench.folded import Folded
from qantar.workbench.stores import RecordState, folded_of, record_of, record_state
from qantar.workbench.taken_in import Sealed
from tests.faults.kills import Chore, TellLine
from tests.faults.recipe import must
from tests.faults.sealed import NOW, SOFTWARE, built_case, new_case, rebuild, reopen

_SIZES = (300, 5_000, 70_000)


def _whole(folder: Path) -> tuple[Case, Folded]:
    """Open the case anew and check all there is to check of journal and originals."""
    case = reopen(folder / "case")
    for _ in read(case, commitments=True):
        pass
    verify_signatures(case)
    folded = folded_of(case)
    for one in folded.accessions:
        found = verify(case, one.original, size=one.size)
        must(found == one.original, f"{one.id} reads back wrong")
    return case, folded


# Material comes in.


def _empty(folder: Path) -> None:
    new_case(folder / "case")
    (folder / "material").mkdir()


def _add(folder: Path, start: int, tell: TellLine) -> None:
    case = reopen(folder / "case")

    def sealed(one: Sealed) -> None:
        tell(f"{one.original} {one.size}")

    for number in count(start):
        path = folder / "material" / f"{number}.txt"
        path.write_bytes(f"{number} ".encode() * _SIZES[number % len(_SIZES)])
        add(case, paths=[path], sheet_path=None, now=NOW, acknowledge=sealed)
        path.unlink()


def _added(folder: Path, told: Sequence[str]) -> None:
    _, folded = _whole(folder)
    there = {f"{one.original} {one.size}" for one in folded.accessions}
    must({*told} <= there, "an acknowledged original is gone")


# Decisions are made.


def _built(folder: Path) -> None:
    built_case(folder / "case")


def _decide(folder: Path, _start: int, tell: TellLine) -> None:
    case = reopen(folder / "case")
    while True:
        made = decide(case, verdict=Verdict.WITHDRAW, targets=["a5"], reason="no", now=NOW)
        tell(made[0].id)
        undone = decide(case, verdict=Verdict.UNDO, targets=[made[0].id], reason="yes", now=NOW)
        tell(undone[0].id)


def _decided(folder: Path, told: Sequence[str]) -> None:
    _, folded = _whole(folder)
    must({*told} <= {one.id for one in folded.decisions}, "an acknowledged decision is gone")


# The record is derived.


def _build(folder: Path, _start: int, tell: TellLine) -> None:
    case = reopen(folder / "case")
    while True:
        decide(case, verdict=Verdict.WITHDRAW, targets=["a5"], reason="no", now=NOW)
        tell(rebuild(case))


def _derived(folder: Path, _told: Sequence[str]) -> None:
    case, folded = _whole(folder)
    state = record_state(case, folded.state)
    must(state is not RecordState.MISSING, "the record is gone")
    ensure_current(case, software=SOFTWARE)
    trusted = record_digest(*record_of(case))
    must(rebuild(case) == trusted, "a trusted record is not what a build makes")


CHORES = (
    Chore(name="add", prepare=_empty, work=_add, check=_added),
    Chore(name="decide", prepare=_built, work=_decide, check=_decided),
    Chore(name="build", prepare=_built, work=_build, check=_derived),
)
