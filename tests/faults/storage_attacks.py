"""Attacks on what lies on the disk, and sick disks; and what stops them."""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Callable
from contextlib import nullcontext
from io import BytesIO
from pathlib import Path

from qantar.archive import case as making
from qantar.archive import disk, journal, original_errors, originals, ring, slots
from qantar.archive.case import Case
from qantar.archive.journal import append
from qantar.archive.lock import writing
from qantar.archive.originals import open_original, original_path, put
from qantar.archive.sealing import encrypt
from qantar.archive.slots import Slot, slot_paths
from qantar.model.canonical import parse
from qantar.model.decision import Verdict
from qantar.record.read import record_digest
from qantar.workbench import add as adding
from qantar.workbench import current
from qantar.workbench.add import add
from qantar.workbench.current import ensure_current
from qantar.workbench.decide import decide
from qantar.workbench.stores import RecordState, record_of
from tests.faults import children, file_recipes
from tests.faults.cut_search import record
from tests.faults.cut_search import search as search_cuts
from tests.faults.defence import Defence, Switch, nothing
from tests.faults.erase_recipes import erase_one
from tests.faults.sealed import NOW, SOFTWARE, built_case, new_case, rebuild, reopen
from tests.faults.steps import Step
from tests.faults.supervise import HAPPENS, Tell, supervise
from tests.faults.supervise import Verdict as Fate

_DATA = b"an account of the day " * 400
_FSYNC = os.fsync


def power_cut(_folder: Path) -> bool:
    """Look for a state after a power cut in which a file that was written is torn or lost."""
    recipe = file_recipes.RECIPES[0]
    return bool(search_cuts(recipe, record(recipe), limit=100).violations)


def sick_disk(folder: Path) -> bool:
    """Let the disk give back another byte of an original than it took."""
    new_case(folder / "case")

    def store(tell: Tell) -> None:
        tell(put(reopen(folder / "case"), BytesIO(_DATA)).sha256)

    ending = supervise(store, folder, _flipping(folder, lambda step: "originals" in step.target))
    return ending.marks != ()


def _flipping(root: Path, where: Callable[[Step], bool]) -> Callable[[Step], Fate]:
    """Flip a bit in a file just before it gets the name by which it will be read."""

    def judge(step: Step) -> Fate:
        if step.what == "move" and where(step):
            flip(root / step.path, 4000)
        return HAPPENS

    return judge


def flip(path: Path, at: int) -> None:
    """Flip a bit of a file."""
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(data)


def other_content(folder: Path) -> bool:
    """Put other bytes under an original's name, sealed with its own key, as a former member can."""
    case = new_case(folder / "case")
    stored = put(case, BytesIO(_DATA))
    with original_path(case, stored.object).open("wb") as file:
        key = ring.keys(case)[bytes.fromhex(stored.object)]
        encrypt(BytesIO(b"x" * stored.size), file, key)
    with open_original(reopen(folder / "case"), stored.sha256, size=stored.size) as file:
        return file.read() != _DATA


def one_bit_of_a_slot(folder: Path) -> bool:
    """Damage the first copy of the only way in, so that nobody gets in."""
    case = new_case(folder / "case")
    first = slot_paths(case.keys, 1)[0]
    flip(first, first.stat().st_size - 3)
    return _locked_out(folder)


def one_copy_of_a_slot(folder: Path) -> bool:
    """Remove the first copy of the only way in, so that nobody gets in."""
    case = new_case(folder / "case")
    slot_paths(case.keys, 1)[0].unlink()
    return _locked_out(folder)


def _locked_out(folder: Path) -> bool:
    try:
        reopen(folder / "case")
    except Exception:  # noqa: BLE001  # whatever keeps the owner out
        return True
    return False


def two_writers(folder: Path) -> bool:
    """Write while another process writes."""
    case = new_case(folder / "case")
    told, tell = os.pipe()

    def hold() -> None:
        with writing(reopen(folder / "case")):
            os.write(tell, b"!")
            time.sleep(600)

    holder = children.start(hold)
    os.close(tell)
    try:
        os.read(told, 1)
        append(case, kind="note", body={}, at=NOW)
    finally:
        os.close(told)
        children.kill(holder)
        children.wait(holder)
    return True


def old_record(folder: Path) -> bool:
    """Put the record of before a withdrawal in the place of the one of after it."""
    case = built_case(folder / "case")
    before, digest = case.record_db.read_bytes(), record_digest(*record_of(case))
    decide(case, verdict=Verdict.WITHDRAW, targets=["a3"], reason="not theirs", now=NOW)
    rebuild(case)
    case.record_db.write_bytes(before)
    case = reopen(folder / "case")
    ensure_current(case, software=SOFTWARE)
    return record_digest(*record_of(case)) == digest


def once_more(folder: Path) -> bool:
    """Take in again what was erased."""
    case = new_case(folder / "case")
    letter = folder / "letter"
    letter.write_bytes(_DATA)
    for _ in range(2):
        report = add(case, paths=[letter], sheet_path=None, now=NOW, acknowledge=nothing)
        if report.sealed and report.sealed[0].accession == "a1":
            erase_one(case, "a1")
    return bool(report.sealed)


def _forces_files(descriptor: int) -> None:
    if stat.S_ISREG(os.fstat(descriptor).st_mode):
        _FSYNC(descriptor)


def _forces_folders(descriptor: int) -> None:
    if stat.S_ISDIR(os.fstat(descriptor).st_mode):
        _FSYNC(descriptor)


def _put_anyway(case: Case, source: BytesIO, **_: object) -> object:
    return put(case, source)


def _slot_unchecked(number: int, untrusted: bytes) -> Slot | None:
    line, _, wrapped = untrusted.partition(b"\n")
    described = parse(line)
    assert isinstance(described, dict)
    del described["check"]
    return slots._slot(number, described, wrapped)


def _first_copy_only(paths: tuple[Path, ...], data: bytes) -> None:
    disk.write_atomically(paths[0], data)


DEFENCES = (
    Defence(
        name="files are forced to the disk",
        off=(Switch(of=os, name="fsync", to=_forces_folders),),
        attack=power_cut,
    ),
    Defence(
        name="folders are forced to the disk",
        off=(Switch(of=os, name="fsync", to=_forces_files),),
        attack=power_cut,
    ),
    Defence(
        name="an original is read back before anyone is told",
        off=(Switch(of=originals, name="_read_back", to=nothing),),
        attack=sick_disk,
    ),
    Defence(
        name="an original is hashed before it is read",
        off=(Switch(of=original_errors, name="compare", to=nothing),),
        attack=other_content,
    ),
    Defence(
        name="a slot has a check value",
        off=(Switch(of=slots, name="read_slot", to=_slot_unchecked),),
        attack=one_bit_of_a_slot,
    ),
    Defence(
        name="a slot is there three times",
        off=(Switch(of=making, name="write_copies", to=_first_copy_only),),
        attack=one_copy_of_a_slot,
    ),
    Defence(
        name="one writes at a time",
        off=(Switch(of=journal, name="writing", to=nullcontext),),
        attack=two_writers,
    ),
    Defence(
        name="a watermark binds the record",
        off=(Switch(of=current, name="record_state", to=lambda *_, **__: RecordState.CURRENT),),
        attack=old_record,
    ),
    Defence(
        name="what was erased is not taken in again",
        off=(Switch(of=adding, name="put", to=_put_anyway),),
        attack=once_more,
    ),
)
