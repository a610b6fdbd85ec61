"""The kinds of journal entry about devices and about erasing: how each is written and read back.

Like those of `entries.py`, a known kind in an unknown form is refused, never half
understood.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from qantar.archive.erasure import Named
from qantar.model.device import DevicePublic
from qantar.model.entry import Entry
from qantar.workbench.entries import Draft, unknown_form

CASE_INIT: Final = "case.init"
DEVICE_ADMIT: Final = "device.admit"
DEVICE_REVOKE: Final = "device.revoke"
ERASE: Final = "erase"
ERASE_DONE: Final = "erase.done"
WITNESS: Final = "witness."

_ID: Final = re.compile(r"[0-9a-f]{64}")
_DEVICE: Final = re.compile(r"[0-9a-f]{32}")


class EraseReason(StrEnum):
    """Why something was erased; never who asked."""

    CONSENT_WITHDRAWN = "consent-withdrawn"
    SAFETY = "safety"
    ERROR = "error"


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseBegun:
    """The founder's first entry: what the case is called, and the founder's public half."""

    title: str | None
    device: DevicePublic


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceAdmitted:
    """One device let in, under a name that people know it by."""

    name: str
    device: DevicePublic


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceRevoked:
    """One device shut out; `seq` and `last` (an id) name its newest entry that is believed.

    They are 0 and "" where none is.
    """

    device: str
    seq: int
    last: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EraseAsked:
    """One request to erase: full ids of entries, hex names of objects, and the reason in a word."""

    request: str
    entries: tuple[str, ...]
    objects: tuple[str, ...]
    reason: EraseReason
    device: str
    at: datetime

    @property
    def named(self) -> Named:
        """What it names."""
        return Named(self.entries, self.objects)


def case_init(title: str | None, device: DevicePublic) -> Draft:
    """`case.init` {title, device}: the first entry of a case, by the device that made it."""
    return CASE_INIT, {"title": title, "device": device.to_record()}


def device_admit(name: str, device: DevicePublic) -> Draft:
    """`device.admit` {name, device}: what this device writes counts from now on."""
    return DEVICE_ADMIT, {"name": name, "device": device.to_record()}


def device_revoke(device: str, last: tuple[int, str] | None) -> Draft:
    """`device.revoke` {device, last}: what the device wrote after `last` does not count.

    `last` is seq and id of its newest entry that is believed, None for none of them.
    """
    return DEVICE_REVOKE, {"device": device, "last": list(last) if last else None}


def erase(entries: Iterable[str], objects: Iterable[str], reason: EraseReason) -> Draft:
    """`erase` {entries, objects, reason, by_name}: these count as never said, from now on.

    Ids and names only: nothing of what is erased, nor who asked, is written. `by_name` is
    kept for a later version and empty.
    """
    body: dict[str, Any] = {
        "entries": sorted(set(entries)),
        "objects": sorted(set(objects)),
        "reason": reason.value,
        "by_name": [],
    }
    return ERASE, body


def erase_done(request: str) -> Draft:
    """`erase.done` {request}: this device has destroyed what the request names."""
    return ERASE_DONE, {"request": request}


def case_init_of(entry: Entry) -> CaseBegun:
    """Read a `case.init` entry; the device that it states is the one that wrote it."""
    match entry.body:
        case {"title": str() | None as title, "device": dict(device), **rest} if not rest:
            made = _device(entry, device)
            if made.id == entry.device:
                return CaseBegun(title=title, device=made)
    raise unknown_form(entry)


def device_admit_of(entry: Entry) -> DeviceAdmitted:
    """Read a `device.admit` entry."""
    match entry.body:
        case {"name": str(name), "device": dict(device), **rest} if not rest:
            return DeviceAdmitted(name=name, device=_device(entry, device))
    raise unknown_form(entry)


def device_revoke_of(entry: Entry) -> DeviceRevoked:
    """Read a `device.revoke` entry."""
    match entry.body:
        case {"device": str(device), "last": None, **rest} if not rest:
            seq, last = 0, ""
        case {"device": str(device), "last": [int(seq), str(last)], **rest} if not rest:
            if seq < 1 or not _ID.fullmatch(last):
                raise unknown_form(entry)
        case _:
            raise unknown_form(entry)
    if not _DEVICE.fullmatch(device):
        raise unknown_form(entry)
    return DeviceRevoked(device=device, seq=seq, last=last)


def erase_of(entry: Entry) -> EraseAsked:
    """Read an `erase` entry."""
    match entry.body:
        case {
            "entries": list(entries),
            "objects": list(objects),
            "reason": str(reason),
            "by_name": [],
            **rest,
        } if not rest and reason in list(EraseReason):
            pass
        case _:
            raise unknown_form(entry)
    if not all(isinstance(one, str) and _ID.fullmatch(one) for one in (*entries, *objects)):
        raise unknown_form(entry)
    return EraseAsked(
        request=entry.id,
        entries=tuple(str(one) for one in entries),
        objects=tuple(str(one) for one in objects),
        reason=EraseReason(reason),
        device=entry.device,
        at=entry.at,
    )


def erase_done_of(entry: Entry) -> str:
    """Read an `erase.done` entry: the id of the request that is carried out."""
    match entry.body:
        case {"request": str(request), **rest} if not rest and _ID.fullmatch(request):
            return request
    raise unknown_form(entry)


def _device(entry: Entry, record: Mapping[str, Any]) -> DevicePublic:
    try:
        return DevicePublic.from_record(record)
    except ValueError as error:
        raise unknown_form(entry) from error
