"""What commands do over and over until they are killed, and what must hold afterwards."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from itertools import count
from pathlib import Path

from qantar.archive import ring
from qantar.archive.case import Case
from qantar.archive.journal import append, head, read
from qantar.archive.lock import writing
from qantar.archive.originals import list_originals, object_name
from qantar.model.decision import Verdict
from qantar.record.read import record_digest
from qantar.workbench.add import add
from qantar.workbench.current import ensure_current
from qantar.workbench.decide import decide
from qantar.workbench.erase import finish
from qantar.workbench.folded import Folded
from qantar.workbench.merge import merge
from qantar.workbench.stores import RecordState, folded_of, record_of, record_state
from qantar.workbench.taken_in import Sealed
from qantar.workbench.verify import verify
from tests.faults.erase_recipes import erase_one, remains_of
from tests.faults.kills import Chore, TellLine
from tests.faults.mending_recipes import make_mendable, spoil
from tests.faults.pair import SECOND, carry, make_pair, merge_sound
from tests.faults.recipe import must
from tests.faults.scratch import scratch_folder
from tests.faults.sealed import NOW, SOFTWARE, built_case, new_case, rebuild, reopen

_SIZES = (300, 5_000, 70_000)


def _whole(root: Path) -> tuple[Case, Folded]:
    """Open a case anew; everything in it is checked, and nothing is broken."""
    case = reopen(root)
    report = verify(case)
    must(report.exit_code == 0, f"verify ends with {report.exit_code}: {report.findings}")
    return case, folded_of(case)


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
    _, folded = _whole(folder / "case")
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
    _, folded = _whole(folder / "case")
    must({*told} <= {one.id for one in folded.decisions}, "an acknowledged decision is gone")


# The record is derived.


def _build(folder: Path, _start: int, tell: TellLine) -> None:
    case = reopen(folder / "case")
    while True:
        decide(case, verdict=Verdict.WITHDRAW, targets=["a5"], reason="no", now=NOW)
        tell(rebuild(case))


def _derived(folder: Path, _told: Sequence[str]) -> None:
    case, folded = _whole(folder / "case")
    state = record_state(case, folded.state)
    must(state is not RecordState.MISSING, "the record is gone")
    ensure_current(case, software=SOFTWARE)
    trusted = record_digest(*record_of(case))
    must(rebuild(case) == trusted, "a trusted record is not what a build makes")


# Two devices work, and one merges what the other bundles.


def _pair(folder: Path) -> None:
    make_pair(folder)


def _merge(folder: Path, start: int, tell: TellLine) -> None:
    one, two = reopen(folder / "one"), reopen(folder / "two")
    for left in sorted((folder / "stick").iterdir()):
        # What an earlier child left there: a whole bundle, or one without its name.
        if left.suffix != ".unfinished":
            merge_sound(two, left)
    for number in count(start):
        letter, stick = folder / f"{number}.txt", folder / "stick" / f"{number:012d}"
        letter.write_bytes(f"{number} ".encode() * _SIZES[number % len(_SIZES)])
        add(one, paths=[letter], sheet_path=None, now=NOW, acknowledge=lambda _: None)
        carry(one, two, stick, to=SECOND)
        tell(head(one)[1])
        letter.unlink()
        stick.unlink()


def _merged(folder: Path, told: Sequence[str]) -> None:
    _whole(folder / "one")
    case, folded = _whole(folder / "two")
    must({*told} <= {entry.id for entry in read(case)}, "a merged entry is gone")
    must(not folded.waiting and not folded.unreadable, "an entry is half there")


# A journal is damaged again and again, and mended from a whole bundle.


def _mend(folder: Path, _start: int, tell: TellLine) -> None:
    bundle = [folder / "stick" / "whole"]
    merge(reopen(folder / "one"), bundle, now=NOW)
    case = reopen(folder / "one")
    while True:
        tell(append(case, kind="note", body={"text": "nobody else has it"}, at=NOW).id)
        spoil(case, case.journal, 1)
        merge(case, bundle, now=NOW)


def _mended(folder: Path, told: Sequence[str]) -> None:
    """What reads is whole; what does not is mended from the same bundle, and then all is there."""
    with scratch_folder() as other:
        root = Path(shutil.copytree(folder / "one", other / "one"))
        report = merge(reopen(root), [folder / "stick" / "whole"], now=NOW)
        must(not report.refused and not report.waiting, "what is sound was refused, or waits")
        case, folded = _whole(root)
        before = (folder / "told").read_text().split()
        must(
            {*told, *before} <= {entry.id for entry in read(case)}, "an acknowledged entry is gone"
        )
        must(not folded.waiting and not folded.unreadable, "an entry is half there")


# Material is erased.


def _erase(folder: Path, start: int, tell: TellLine) -> None:
    case = reopen(folder / "case")
    for number in count(start):
        letter = folder / f"{number}.txt"
        letter.write_bytes(f"{number} ".encode() * _SIZES[number % len(_SIZES)])
        report = add(case, paths=[letter], sheet_path=None, now=NOW, acknowledge=lambda _: None)
        erase_one(case, report.sealed[0].accession)
        tell(f"{report.sealed[0].original} {letter}")


def _erased(folder: Path, told: Sequence[str]) -> None:
    """What was said to be gone is gone, also when the next one was interrupted; then that goes."""
    case, folded = _whole(folder / "case")
    gone = {object_name(case, line.split()[0]) for line in told}
    must(gone.isdisjoint(list_originals(case)), "an erased original is there")
    must(gone.isdisjoint(name.hex() for name in ring.keys(case)), "an erased key is there")
    must(gone <= folded.erased_objects, "a request to erase is gone")
    with writing(case):
        finish(case, now=NOW, software=SOFTWARE)
    case = reopen(folder / "case")
    must(not remains_of(case), "an interrupted erasure was not finished")
    letters = [Path(line.split()[1]) for line in told[-1:]]
    if letters:
        again = add(case, paths=letters, sheet_path=None, now=NOW, acknowledge=lambda _: None)
        must(not again.sealed, "what was erased came back")


CHORES = (
    Chore(name="add", prepare=_empty, work=_add, check=_added),
    Chore(name="decide", prepare=_built, work=_decide, check=_decided),
    Chore(name="build", prepare=_built, work=_build, check=_derived),
    Chore(name="merge", prepare=_pair, work=_merge, check=_merged),
    Chore(name="mend", prepare=make_mendable, work=_mend, check=_mended),
    Chore(name="erase", prepare=_built, work=_erase, check=_erased),
)
