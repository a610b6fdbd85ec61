"""Going on as a new device, in the folder of one that was copied or put back from a backup.

Two folders that sign with one key make two pasts of one journal. The old device lets
the new one in by a last entry and is not heard of again from here.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import count
from typing import Final

from qantar.archive.age_keys import UnsealError, seal, unseal_with
from qantar.archive.case import Case
from qantar.archive.copies import copies_of, write_copies
from qantar.archive.disk import disk_refusals, shred, write_atomically
from qantar.archive.journal import append_many
from qantar.archive.lanes import begin
from qantar.archive.lock import writing
from qantar.archive.own_device import OwnDevice, new_device
from qantar.model.device import Role
from qantar.workbench.devices import folded_for_team, name_of, refuse_name
from qantar.workbench.folded import Folded
from qantar.workbench.team_entries import device_admit

_RENEWED: Final = "renewed.age"
_NUMBERED: Final = re.compile(r" [2-9]\d*$")
_SHOWN: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Renewed:
    """The device that this one goes on as: its name, its id, its line for others."""

    name: str
    id: str
    line: str

    def to_json(self) -> dict[str, object]:
        """The device as `qantar devices renew --json` prints it."""
        return {"name": self.name, "device": self.id, "line": self.line}


def renew(case: Case, *, name: str | None, now: datetime) -> Renewed:
    """Go on as a new device, because this one was copied or put back from a backup.

    The old device lets the new one in by a last entry; its journal stays. Killed at
    any instant, it is finished by running it again.

    Args:
        case: the case; to be opened anew afterwards.
        name: of the new device; None makes one from the old name.
        now: aware; the journal keeps the minute.

    Raises:
        DeviceError: the name cannot be one, or is taken.
        SealedAwayError: this device is no member.
        JournalBrokenError, CaseLockedError, DiskError: as `journal.append`.
    """
    local_key = _member_key(case)
    with writing(case):
        folded = folded_for_team(case)
        fresh = _begun(case, local_key) or _drawn(case, local_key)
        known = next((one for one in folded.devices if one.id == fresh.public.id), None)
        if known is None:
            names = [name_of(one, folded.founder) for one in folded.devices]
            chosen = name or _next_name(case, folded, names)
            refuse_name(chosen, names)
            # Also where others saw more of this journal: that its two pasts show is the point.
            append_many(case, [device_admit(chosen, fresh.public)], at=now, behind=True)
        else:
            chosen = name_of(known, folded.founder)
        _become(case, fresh)
    return Renewed(name=chosen, id=fresh.public.id, line=fresh.public.line(case.id))


def _member_key(case: Case) -> bytes:
    """Give the local key of a member's folder.

    Raises:
        SealedAwayError: this device is no member, or the case is locked.
    """
    if case.case_key is None or case.local_key is None:
        return case.shared_key
    return case.local_key


def _next_name(case: Case, folded: Folded, taken: Collection[str]) -> str:
    mine = next((one for one in folded.devices if one.id == case.device), None)
    known = name_of(mine, folded.founder) if mine else case.device[:_SHOWN]
    stem = _NUMBERED.sub("", known)
    return next(one for n in count(2) if (one := f"{stem} {n}") not in taken)


def _begun(case: Case, local_key: bytes) -> OwnDevice | None:
    """Give the keys that an interrupted run had drawn."""
    path = case.keys / _RENEWED
    with disk_refusals("reading the keys", path):
        untrusted = path.read_bytes() if path.is_file() else b""
    try:
        drawn = OwnDevice.from_bytes(unseal_with(local_key, "device", untrusted))
    except (UnsealError, ValueError):
        return None
    return None if drawn.public.id == case.device else drawn


def _drawn(case: Case, local_key: bytes) -> OwnDevice:
    """Draw the keys of the new device and keep them, sealed, before anyone is told of them."""
    fresh = new_device(Role.MEMBER, secrets.token_bytes)
    write_atomically(case.keys / _RENEWED, seal(local_key, "device", fresh.to_bytes()))
    return fresh


def _become(case: Case, fresh: OwnDevice) -> None:
    """Put the new keys in the place of the old ones; its journal is begun first.

    The old one is marked as taken in if it was not: the new one refers to it.
    """
    begin(case)
    begin(replace(case, own=fresh, cache={}))
    sealed = case.keys / _RENEWED
    with disk_refusals("reading the keys", sealed):
        data = sealed.read_bytes()
    write_copies(copies_of(case.keys / "device.age"), data)
    shred(sealed)
