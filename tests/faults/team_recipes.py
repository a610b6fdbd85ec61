"""How a case travels: a bundle written, the first one merged, a later one, a device renewed."""

from __future__ import annotations

from pathlib import Path

from qantar.archive.bundle_parser import Looker, Parser
from qantar.archive.bundle_read import decrypt_bundle
from qantar.archive.case import Case
from qantar.archive.journal import append, inspect, read
from qantar.archive.originals import list_originals, verify
from qantar.model.device import Role
from qantar.workbench.add import add
from qantar.workbench.bundle import bundle
from qantar.workbench.create import create_waiting
from qantar.workbench.devices import devices_of, invite
from qantar.workbench.fold import fold
from qantar.workbench.folded import Folded
from qantar.workbench.merge import merge
from qantar.workbench.merge_report import MergeReport
from qantar.workbench.renewal import renew
from tests.faults.recipe import Recipe, Told, must
from tests.faults.sealed import NOW, new_case, reopen, way
from tests.faults.supervise import Tell

_NAME = "Aizhan"
_PART_BYTES = 64 * 1024


def _two_devices(root: Path) -> None:
    """One device with material and one that waits, let in."""
    home = new_case(root / "home")
    _add(home, root / "first.txt", b"one account of the day\n" * 40)
    other = create_waiting(root / "case", ways=[way()])
    invite(home, other.signer.public.line(None), name=_NAME, now=NOW)


def _first_bundle(root: Path) -> None:
    _two_devices(root)
    bundle(reopen(root / "home"), root / "stick", to=[_NAME])


def _later_bundle(root: Path) -> None:
    """The second one has joined and worked, and so has the first one since."""
    _first_bundle(root)
    merge(reopen(root / "case"), [root / "stick"], now=NOW)
    _add(reopen(root / "case"), root / "own.txt", b"what the second one saw\n" * 40)
    home = reopen(root / "home")
    _add(home, root / "second.txt", b"another account of the day\n" * 40)
    append(home, kind="note", body={"text": "x" * 700}, at=NOW)
    bundle(home, root / "stick", to=[_NAME], replace_old=True)


def _bundle_in_parts(root: Path) -> None:
    """An original that takes several files of a bundle."""
    _first_bundle(root)
    merge(reopen(root / "case"), [root / "stick"], now=NOW)
    (root / "stick").unlink()
    append(reopen(root / "case"), kind="note", body={"text": "own"}, at=NOW)
    home = reopen(root / "home")
    _add(home, root / "large.txt", b"a long account of the day\n" * 4000)
    bundle(home, root / "stick", to=[_NAME], part_bytes=_PART_BYTES)


def _add(case: Case, path: Path, data: bytes) -> None:
    path.write_bytes(data)
    add(case, paths=[path], sheet_path=None, now=NOW, acknowledge=lambda _: None)


def _merge(root: Path, tell: Tell) -> None:
    _merged(root)
    tell("merged")


def _merged(root: Path) -> MergeReport:
    # The last file first: its pieces wait for the entry that names them.
    return merge(reopen(root / "case"), sorted(root.glob("stick*"), reverse=True), now=NOW)


def _folded(case: Case) -> Folded:
    return fold(read(case, commitments=True), founder=case.founder)


def _ids(case: Case) -> set[str]:
    return {entry.id for entry in read(case)}


def _judge(root: Path, told: Told) -> None:
    """It opens, all it has can be read, and what was merged is there."""
    case = reopen(root / "case")
    if case.role is Role.WAITING:
        must(not told, "it merged and has not joined")
        return
    folded = _folded(case)
    must(not folded.waiting, "an entry is here and what it follows from is not")
    must(not folded.unreadable, "an entry cannot be opened")
    inspect(case)
    stored = set(list_originals(case))
    for one in folded.accessions:
        must(one.object in stored, "an entry speaks of an original that is not here")
        must(verify(case, one.original, size=one.size) == one.original, "an original changed")
    if told:
        must(_ids(reopen(root / "home")) <= _ids(case), "it was merged and is not here")


def _judge_later(root: Path, told: Told) -> None:
    """What it had itself stays, whatever becomes of the merge."""
    case = reopen(root / "case")
    own = [one for one in read(case) if one.device == case.device]
    must(own, "its own entry is gone")
    folded = _folded(case)
    must(not folded.waiting and not folded.unreadable, "an entry is half there")
    if told:
        must(_ids(reopen(root / "home")) <= _ids(case), "it was merged and is not here")
    stored = set(list_originals(case))
    must(all(one.object in stored for one in folded.accessions), "an original is not here")


def _merge_again(root: Path) -> None:
    """Merging again finishes it, and a third time changes nothing."""
    must(not _merged(root).refused, "what is sound was refused the second time")
    again = _merged(root)
    must(not again.adopted and not again.waiting, "it was not finished by merging again")
    case = reopen(root / "case")
    entry = append(case, kind="note", body={"after": True}, at=NOW)
    must(entry in list(read(reopen(root / "case"))), "the next entry is not there")


def _bundle(root: Path, tell: Tell) -> None:
    report = bundle(reopen(root / "home"), root / "stick", to=[_NAME])
    tell(f"{report.entries} entries, {report.originals} original")


def _judge_bundle(root: Path, told: Told) -> None:
    """A file of that name is a whole bundle, or there is none; the case is as it was."""
    must(len(_folded(reopen(root / "home")).accessions) == 1, "the case changed")
    stick = root / "stick"
    must(stick.is_file() or not told, "it was said to be there and is not")
    if stick.is_file():
        with stick.open("rb") as file:
            # Raises where it is not a whole one for that device.
            decrypt_bundle(file, reopen(root / "case").signer.age_secret, Parser(Looker()))


def _bundle_again(root: Path) -> None:
    bundle(reopen(root / "home"), root / "stick", to=[_NAME], replace_old=True)


def _one_device(root: Path) -> None:
    case = new_case(root / "case")
    append(case, kind="note", body={"text": "before"}, at=NOW)


def _renew(root: Path, tell: Tell) -> None:
    tell(renew(reopen(root / "case"), name=None, now=NOW).id)


def _judge_renewal(root: Path, told: Told) -> None:
    """It is the old device or the new one, and can read and write as that."""
    case = reopen(root / "case")
    listed = devices_of(case)
    must(sum(one.this for one in listed) == 1, "it is no device of its own case")
    must(not told or case.device == told[0], "it was renewed and is not")
    must(all(entry.body is not None for entry in read(case)), "an entry cannot be opened")


def _renew_again(root: Path) -> None:
    """What was begun is finished with the keys that were drawn, not with others."""
    before = reopen(root / "case")
    if before.device == before.founder:
        renew(reopen(root / "case"), name=None, now=NOW)
    case = reopen(root / "case")
    must(len(devices_of(case)) == 2, "there is a device that nobody has the keys of")
    must(case.device == devices_of(case)[-1].id, "it is not the new device")
    append(case, kind="note", body={"after": True}, at=NOW)


RECIPES = (
    Recipe(
        name="bundle, written",
        prepare=_two_devices,
        work=_bundle,
        judge=_judge_bundle,
        go_on=_bundle_again,
        heavy=True,
    ),
    Recipe(
        name="bundle, joined by",
        prepare=_first_bundle,
        work=_merge,
        judge=_judge,
        go_on=_merge_again,
        heavy=True,
    ),
    Recipe(
        name="bundle, merged",
        prepare=_later_bundle,
        work=_merge,
        judge=_judge_later,
        go_on=_merge_again,
        heavy=True,
    ),
    Recipe(
        name="bundle, merged in parts",
        prepare=_bundle_in_parts,
        work=_merge,
        judge=_judge_later,
        go_on=_merge_again,
        heavy=True,
    ),
    Recipe(
        name="device, renewed",
        prepare=_one_device,
        work=_renew,
        judge=_judge_renewal,
        go_on=_renew_again,
        heavy=True,
    ),
)
