"""Make a new case, or a device that will belong to one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from qantar.archive.case import Case, create_case
from qantar.archive.journal import append
from qantar.archive.slots import NewSlot
from qantar.errors import DeviceError
from qantar.model.canonical import canonical
from qantar.model.device import Role, read_line
from qantar.workbench.team_entries import case_init


def create(
    path: Path, *, title: str | None, now: datetime, ways: Sequence[NewSlot] | None = None
) -> Case:
    """Make a case in `path`; its first entry tells its title and which device made it.

    Args:
        path: a folder that does not exist or is empty.
        title: what people call the case, if they said.
        now: aware; the journal keeps the minute.
        ways: the ways in; None makes a case that is open to everyone.

    Raises:
        OutputExistsError: `path` is a file, or a folder with something in it.
        NotCanonicalError: `title` is no sound Unicode text.
        DiskError: the disk refuses.
    """
    canonical({"title": title})  # refused before anything is made

    def begin(case: Case) -> None:
        kind, body = case_init(title, case.signer.public)
        append(case, kind=kind, body=body, at=now)

    return create_case(path, ways=ways, begin=begin)


def create_waiting(path: Path, *, ways: Sequence[NewSlot] | None = None) -> Case:
    """Make the folder of a device that will join a case; the first bundle says which.

    Args:
        path: a folder that does not exist or is empty.
        ways: the ways into this folder; None makes it open to everyone.

    Raises:
        OutputExistsError, DiskError: as `create`.
    """
    return create_case(path, ways=ways, role=Role.WAITING)


def create_collector(path: Path, *, home: str, ways: Sequence[NewSlot] | None = None) -> Case:
    """Make the folder of a device that takes material in and cannot open what it sealed.

    Args:
        path: a folder that does not exist or is empty.
        home: the line of the member's device that it seals for, with that device's case.
        ways: the ways into this folder; None makes it open to everyone.

    Raises:
        DeviceError: `home` is no device line, or of a device that could not open the material.
        OutputExistsError, DiskError: as `create`.
    """
    hint = "Copy the line that `qantar devices show` prints on the member's own device."
    try:
        device, case_id = read_line(home)
    except ValueError as error:
        message = f"{error}."
        raise DeviceError(message, next=hint) from error
    if case_id is None:
        message = "this line is of a device that has not joined a case yet."
        raise DeviceError(message, next=hint)
    if device.role is not Role.MEMBER:
        message = "this line is of a device that only collects: it could open nothing either."
        raise DeviceError(message, next=hint)
    return create_case(path, ways=ways, role=Role.COLLECTOR, home=device, case_id=case_id)
