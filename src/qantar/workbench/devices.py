"""The devices of a case: who they are, letting one in, shutting one out, going on as a new one."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from qantar.archive import witness
from qantar.archive.case import Case
from qantar.archive.journal import append, read
from qantar.archive.lock import writing
from qantar.archive.note import origin
from qantar.errors import DeviceError
from qantar.model.device import DevicePublic, read_line
from qantar.model.entry import Entry
from qantar.workbench.fold import fold
from qantar.workbench.folded import Folded, FoldedDevice
from qantar.workbench.team_entries import device_admit, device_revoke

FOUNDER: Final = "founder"
"""What the device that made the case is called where a name is asked for."""

_RESERVED: Final = ("recovery", FOUNDER)  # the first for what may come
_ID_PREFIX: Final = re.compile(r"[0-9a-f]{8,32}")
_SHOWN: Final = 8
_LONGEST_NAME: Final = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceState:
    """A device of the case as this one knows it.

    `newest` is the number of its newest entry here and `at` the time that this claims;
    `exchanged` is when this device last merged a bundle of it, by its own clock.
    """

    id: str
    name: str
    role: str
    this: bool
    revoked: bool
    forked: bool
    entries: int
    newest: int
    at: datetime | None
    exchanged: datetime | None

    def to_json(self) -> dict[str, object]:
        """The device as `qantar devices list --json` prints it."""
        return {
            "id": self.id,
            "name": self.name,
            "role": self.role,
            "this": self.this,
            "revoked": self.revoked,
            "forked": self.forked,
            "entries": self.entries,
            "newest": self.newest,
            "at": self.at.isoformat() if self.at else None,
            "exchanged": self.exchanged.isoformat() if self.exchanged else None,
        }


def devices_of(case: Case) -> list[DeviceState]:
    """List the devices of the case, in the order in which they were let in.

    Raises:
        SealedAwayError: this device cannot read the case.
        JournalBrokenError, KeysDamagedError, DiskError: the case cannot be read.
    """
    folded = folded_for_team(case)
    forked = {one.device for one in folded.forks}
    return [_state(case, one, forked) for one in folded.devices]


def folded_for_team(case: Case) -> Folded:
    """Fold the case for what concerns its devices; what is not understood stops nothing.

    Raises:
        SealedAwayError: this device cannot read the case.
        JournalBrokenError, KeysDamagedError, DiskError: the case cannot be read.
    """
    case.shared_key  # noqa: B018  # who has none is told so, not shown an empty list
    return fold(read(case), founder=case.founder)


def name_of(device: FoldedDevice, founder: str | None) -> str:
    """What people call a device."""
    if device.name is not None:
        return device.name
    return FOUNDER if device.id == founder else device.id[:_SHOWN]


def find(folded: Folded, wanted: str) -> FoldedDevice:
    """Find a device by its name, or by eight or more digits of its id.

    Raises:
        DeviceError: there is none, or there are several.
    """
    found: list[FoldedDevice] = []
    if _ID_PREFIX.fullmatch(wanted):
        # First: no honest device has such a name, and another one must not pass for this one.
        found = [one for one in folded.devices if one.id.startswith(wanted)]
    if not found:
        found = [one for one in folded.devices if name_of(one, folded.founder) == wanted]
    if len(found) == 1:
        return found[0]
    if found:
        message = f'several devices are called "{wanted}".'
        listed = ", ".join(one.id[:_SHOWN] for one in found)
        raise DeviceError(message, next=f"Name one by the first digits of its id: {listed}.")
    message = f'no device of this case is called "{wanted}".'
    listed = ", ".join(name_of(one, folded.founder) for one in folded.devices)
    raise DeviceError(message, next=f"`qantar devices list` names them: {listed}.")


def invite(case: Case, line: str, *, name: str, now: datetime) -> Entry:
    """Let a device in: what it writes counts from now on.

    Args:
        case: the case.
        line: as `qantar devices show` prints it on that device.
        name: what people will call it.
        now: aware; the journal keeps the minute.

    Raises:
        DeviceError: the line is none, or of another case; the device or the name is
            there already; or the name cannot be one.
        SealedAwayError: this device is no member.
        WitnessedLossError, JournalBrokenError, CaseLockedError, DiskError: as `journal.append`.
    """
    public = _public_in(case, line)
    with writing(case):
        folded = folded_for_team(case)
        known = next((one for one in folded.devices if one.id == public.id), None)
        if known is not None:
            message = f'this device is in the case already, as "{name_of(known, folded.founder)}".'
            hint = "A device that was shut out comes back as a new one: make it anew there."
            raise DeviceError(message, next=hint if known.revoked else "There is nothing to do.")
        refuse_name(name, (name_of(one, folded.founder) for one in folded.devices))
        kind, body = device_admit(name, public)
        return append(case, kind=kind, body=body, at=now)


def revoke(case: Case, wanted: str, *, now: datetime) -> Entry:
    """Shut a device out: what it writes after the newest entry that is here does not count.

    Raises:
        DeviceError: there is no such device, it is this one, or it is out already.
        SealedAwayError: this device is no member.
        WitnessedLossError, JournalBrokenError, CaseLockedError, DiskError: as `journal.append`.
    """
    with writing(case):
        entries = tuple(read(case))
        folded = fold(entries, founder=case.founder)
        device = revocable(case, folded, wanted)
        newest = max(
            ((one.seq, one.id) for one in entries if one.device == device.id), default=None
        )
        kind, body = device_revoke(device.id, newest)
        return append(case, kind=kind, body=body, at=now)


def revocable(case: Case, folded: Folded, wanted: str) -> FoldedDevice:
    """Find a device that can be shut out.

    Raises:
        DeviceError: there is no such device, it is this one, or it is out already.
        SealedAwayError: this device is no member.
    """
    case.shared_key  # noqa: B018
    device = find(folded, wanted)
    if device.id == case.device:
        message = "this is the device that you are working on; it cannot shut itself out."
        raise DeviceError(message, next="Do it on another device of the case.")
    if device.revoked:
        message = f'"{wanted}" is shut out already.'
        raise DeviceError(message, next="There is nothing to do.")
    return device


def _state(case: Case, one: FoldedDevice, forked: Iterable[str]) -> DeviceState:
    return DeviceState(
        id=one.id,
        name=name_of(one, case.founder),
        role=one.public.role.value if one.public else "unknown",
        this=one.id == case.device,
        revoked=one.revoked,
        forked=one.id in forked,
        entries=one.entries,
        newest=one.newest,
        at=one.at,
        exchanged=_exchanged(case, one.id),
    )


def _exchanged(case: Case, device: str) -> datetime | None:
    """When this device last cosigned a checkpoint of that one, which it does at each merge."""
    key = bytes.fromhex(case.signer.public.sign)
    own = origin(case.id, case.device)
    times = [note.cosigned_at(own, key) for note in witness.notes(case, device)]
    newest = max((time for time in times if time is not None), default=None)
    return None if newest is None else datetime.fromtimestamp(newest, UTC)


def _public_in(case: Case, line: str) -> DevicePublic:
    case.shared_key  # noqa: B018
    hint = "Copy the line that `qantar devices show` prints on the other device."
    try:
        public, case_id = read_line(line)
    except ValueError as error:
        message = f"{error}."
        raise DeviceError(message, next=hint) from error
    if case_id not in (None, case.id):
        message = "this device belongs to another case."
        raise DeviceError(message, next="Make a folder for this case there: qantar init --join.")
    return public


def refuse_name(name: str, taken: Iterable[str]) -> None:
    """Refuse what cannot be the name of one more device.

    Raises:
        DeviceError: it says why.
    """
    hint = "Choose another name: one that nobody of the team has yet."
    if not name.strip() or name != name.strip() or len(name) > _LONGEST_NAME:
        message = f"a device's name has 1 to {_LONGEST_NAME} characters, no space around them."
        raise DeviceError(message, next=hint)
    if not name.isprintable() or name in _RESERVED or _ID_PREFIX.fullmatch(name):
        message = f"{name!r} cannot be the name of a device."
        raise DeviceError(message, next=hint)
    if name in taken:
        message = f'a device called "{name}" is in the case already.'
        raise DeviceError(message, next=hint)
