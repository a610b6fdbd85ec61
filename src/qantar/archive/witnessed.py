"""Holding the journals of a case against what was seen of them.

A checkpoint that a device signed and somebody kept must be borne out by that device's
journal: as many entries at least, and the same. If the journal here is shorter, entries
are lost, or have not come yet; if it differs, it was written anew, or its device shows
different journals to different people.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from qantar.archive import witness
from qantar.archive.case import Case
from qantar.archive.chain import walks
from qantar.archive.note import Checkpoint, Note, origin
from qantar.archive.tails import keep
from qantar.archive.tree import roots_at
from qantar.model.device import DevicePublic


class Standing(StrEnum):
    """How a kept checkpoint stands to the journal that is here.

    `BORNE_OUT`: the entries are here and the same. `SHORT`: the journal here has fewer.
    `OTHER`: it has as many, and others. `UNSIGNED`: its device did not sign it, or who
    that device is was never told here: it tells nothing.
    """

    BORNE_OUT = "borne-out"
    SHORT = "short"
    OTHER = "other"
    UNSIGNED = "unsigned"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """One kept checkpoint of a device, and how it stands.

    `cosigned` says for each other device that saw it so when that was, in seconds
    since 1970 by that device's clock.
    """

    device: str
    checkpoint: Checkpoint
    standing: Standing
    cosigned: Mapping[str, int]


def check(case: Case, publics: Iterable[DevicePublic] = ()) -> tuple[Sighting, ...]:
    """Hold every kept checkpoint against its device's journal; writes nothing.

    Needs no key to the case.

    Args:
        case: the case.
        publics: further devices whose signatures count; those with a journal here do anyway.

    Returns:
        In the order of devices, then of sizes.

    Raises:
        JournalBrokenError: a journal does not even hold by itself.
        DiskError: the disk refuses.
    """
    trails: dict[str, list[list[bytes]]] = {}
    keys = {public.id: bytes.fromhex(public.sign) for public in publics}
    for walk in walks(case):
        walk.finish()
        keep(walk)
        trails.setdefault(walk.lane.device, []).append(walk.ids)
        keys[walk.lane.device] = walk.public_key
    return tuple(
        sighting
        for device in witness.devices(case)
        for sighting in _of_device(case, device, trails.get(device, []), keys)
    )


def _of_device(
    case: Case, device: str, branches: Iterable[list[bytes]], keys: Mapping[str, bytes]
) -> list[Sighting]:
    notes = witness.notes(case, device)
    sizes = {note.checkpoint.size for note in notes}
    roots = [roots_at(branch, sizes) for branch in branches]
    return [
        Sighting(
            device=device,
            checkpoint=note.checkpoint,
            standing=_standing(note, roots, keys.get(device)),
            cosigned=_cosigned(case, note, keys),
        )
        for note in notes
    ]


def _standing(note: Note, roots: list[dict[int, bytes]], key: bytes | None) -> Standing:
    if key is None or not note.is_signed(key):
        return Standing.UNSIGNED
    here = [found[note.checkpoint.size] for found in roots if note.checkpoint.size in found]
    if note.checkpoint.root in here:
        return Standing.BORNE_OUT
    return Standing.OTHER if here else Standing.SHORT


def _cosigned(case: Case, note: Note, keys: Mapping[str, bytes]) -> dict[str, int]:
    found = {}
    for device, key in keys.items():
        time = note.cosigned_at(origin(case.id, device), key)
        if time is not None:
            found[device] = time
    return found
