"""Attacks by bundle: from outsiders, from devices that were shut out, by a stick that is sick."""

from __future__ import annotations

from collections.abc import Collection
from io import BytesIO
from pathlib import Path

import pyrage

from qantar.archive import bundle_write, ring
from qantar.archive.age_keys import read_recipient
from qantar.archive.arrived import Sound
from qantar.archive.bundle_format import Chunk, Kind, pack_chunk_header
from qantar.archive.bundle_parser import Parser
from qantar.archive.case import Case
from qantar.archive.journal import append, read
from qantar.archive.originals import list_originals
from qantar.archive.own_device import new_device
from qantar.archive.sealing import encrypt
from qantar.model.device import Role
from qantar.workbench import adoption
from qantar.workbench.add import add
from qantar.workbench.bundle import bundle
from qantar.workbench.devices import revoke
from qantar.workbench.fold import fold
from qantar.workbench.merge import merge
from qantar.workbench.roster import Roster
from tests.faults.bundles import Records, opened, records_of, signed, spelt
from tests.faults.chance import chance
from tests.faults.defence import Defence, Switch, nothing, yes
from tests.faults.pair import SECOND, make_pair
from tests.faults.sealed import NOW, reopen
from tests.faults.steps import Step
from tests.faults.storage_attacks import flip
from tests.faults.supervise import HAPPENS, Tell, supervise
from tests.faults.supervise import Verdict as Fate

_LETTER = b"what was in the letter " * 200


def _with_bundle(folder: Path) -> tuple[Case, Case, Records]:
    """Two devices, and the contents of a bundle from the first to the second, without its end."""
    one, two = make_pair(folder)
    letter = folder / "letter.txt"
    letter.write_bytes(_LETTER)
    add(one, paths=[letter], sheet_path=None, now=NOW, acknowledge=nothing)
    bundle(one, folder / "stick" / "out", to=[SECOND])
    records = records_of(opened((folder / "stick" / "out").read_bytes(), two))
    return one, two, records[:-1]


def _hand_over(folder: Path, two: Case, plain: bytes) -> None:
    stick = folder / "stick" / "forged"
    stick.write_bytes(pyrage.encrypt(plain, [read_recipient(two.signer.public.age)]))
    merge(two, [stick], now=NOW)


def from_an_outsider(folder: Path) -> bool:
    """Leave something out of a bundle on its way, and seal it for the same device."""
    one, two, records = _with_bundle(folder)
    outsider = new_device(Role.MEMBER, chance(3).randbytes)
    left = [record for record in records if record[0] != Kind.OBJECT]
    _hand_over(folder, two, signed(spelt(left), outsider))
    return len(list(read(reopen(folder / "two")))) == len(list(read(one)))


def other_bytes(folder: Path) -> bool:
    """Let a member send other bytes for an original, sealed with its key and signed by itself."""
    one, two, records = _with_bundle(folder)
    (name,) = (bytes.fromhex(found) for found in list_originals(one))
    sealed = BytesIO()
    encrypt(BytesIO(b"y" * len(_LETTER)), sealed, ring.keys(one)[name])
    whole = Chunk(name, len(sealed.getvalue()), 0, len(sealed.getvalue()))
    forged = Kind.OBJECT, pack_chunk_header(whole) + sealed.getvalue()
    changed = [forged if kind == Kind.OBJECT else (kind, data) for kind, data in records]
    _hand_over(folder, two, signed(spelt(changed), one.signer))
    return list_originals(reopen(folder / "two")) == (name.hex(),)


def from_a_stolen_device(folder: Path) -> bool:
    """Let a device that was shut out send what it wrote since."""
    one, two = make_pair(folder)
    revoke(one, SECOND, now=NOW)
    written = append(two, kind="note", body={"text": "by a thief"}, at=NOW)
    bundle(two, folder / "stick" / "later", to=["founder"])
    merge(one, [folder / "stick" / "later"], now=NOW)
    case = reopen(folder / "one")
    entries = list(read(case))
    aside = {one.id for one in fold(entries, founder=case.founder).set_aside}
    return written.id in {entry.id for entry in entries} and written.id not in aside


def sick_stick(folder: Path) -> bool:
    """Let a stick give back another byte of a bundle than it took."""
    make_pair(folder)

    def write(tell: Tell) -> None:
        bundle(reopen(folder / "one"), folder / "stick" / "out", to=[SECOND])
        tell("written and compared")

    def judge(step: Step) -> Fate:
        if step.what == "sync" and step.path.startswith("stick/"):
            flip(folder / step.path, 900)
        return HAPPENS

    return supervise(write, folder, judge).marks != ()


def _unchecked(path: Path, key: bytes, *, sha256: str, sizes: Collection[int]) -> Sound:
    return Sound(path, key, sha256)


DEFENCES = (
    Defence(
        name="a bundle is signed by its sender",
        off=(Switch(of=Parser, name="is_signed", to=yes),),
        attack=from_an_outsider,
    ),
    Defence(
        name="an original that came is hashed",
        off=(Switch(of=adoption, name="check_object", to=_unchecked),),
        attack=other_bytes,
    ),
    Defence(
        name="a device that was shut out is not believed",
        off=(Switch(of=Roster, name="why_aside", to=nothing),),
        attack=from_a_stolen_device,
    ),
    Defence(
        name="a bundle is read back from the stick",
        off=(Switch(of=bundle_write, name="_read_back", to=nothing),),
        attack=sick_stick,
    ),
)
