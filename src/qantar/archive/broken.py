"""Journals that are damaged here: what of them still reads, and setting them aside whole.

Nothing of a damaged journal is thrown away before somebody erases: it is moved to the
inbox, where nothing reads it, when a bundle has brought all that was in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from qantar.archive.case import Case
from qantar.archive.chain import walks
from qantar.archive.disk import disk_refusals, make_folder, shred, sync_folder
from qantar.archive.frame import Frame, cut_by_lengths, is_sealed, to_bytes
from qantar.archive.lanes import Lane, begin, lanes, make_lane, own_lane
from qantar.archive.opening import Opener
from qantar.archive.tails import forget
from qantar.archive.verify_entries import read_part, segments_in, sound_header
from qantar.errors import JournalBrokenError

_SET_ASIDE = re.compile(r"journal-(\d+)-[0-9a-f.]+")


def broken_devices(case: Case, bodies: Opener) -> dict[str, JournalBrokenError]:
    """Give the devices of which a journal is damaged, each with what reading it says.

    The caller holds the case's lock. The folder of this device's own journal is made
    again if it is missing: then that is what is damaged.

    Raises:
        DiskError: the disk refuses.
    """
    own, found = own_lane(case), dict[str, JournalBrokenError]()
    if not own.folder.is_dir():
        make_folder(case.journals)
        make_lane(case, own, case.signer.public)
    for device in dict.fromkeys(lane.device for lane in lanes_here(case)):
        try:
            for walk in walks(case, opener=bodies, device=device):
                for _ in walk.entries():
                    pass
        except JournalBrokenError as error:
            found[device] = error
    return found


def lanes_here(case: Case, device: str | None = None) -> list[Lane]:
    """Give all journals, or those of one device, whatever state they are in.

    Raises:
        DiskError: the disk refuses.
    """
    return [lane for lane in lanes(case) if device in (None, lane.device)]


def salvaged(case: Case, device: str) -> Iterator[Frame]:
    """Give the entries of a device that hold together in themselves, as they stand here.

    Who signed them is not checked, nor what they follow from.

    Raises:
        DiskError: the disk refuses.
    """
    for lane in lanes_here(case, device):
        for path in segments_in(lane.folder):
            for frame in cut_by_lengths(read_part(path)):
                header = sound_header(frame)
                ours = header is not None and (header.case, header.device) == (case.id, device)
                if header is not None and ours and is_sealed(frame, header):
                    yield frame


def spelt(sound: list[Frame]) -> bytes:
    """Spell frames one behind the other, as a journal holds them."""
    return b"".join(map(to_bytes, sound))


def set_aside(case: Case, device: str) -> list[Path]:
    """Move the journals of a device to the inbox, durably; gives where they are now.

    The caller holds the case's lock. This device's own journal is begun anew at once.

    Raises:
        DiskError: the disk refuses.
    """
    moved = []
    for lane in lanes_here(case, device):
        forget(case, lane)
        number = 1 + max(map(_number, journals_set_aside(case)), default=0)
        target = case.inbox / f"journal-{number}-{lane.name}"
        with disk_refusals("setting a damaged journal aside", lane.folder):
            lane.folder.rename(target)
            sync_folder(case.inbox)
            sync_folder(case.journals)
        moved.append(target)
    if device == case.device:
        begin(case)
    return moved


def journals_set_aside(case: Case) -> tuple[Path, ...]:
    """Give the folders of journals that were set aside, in order.

    Raises:
        DiskError: the disk refuses.
    """
    with disk_refusals("listing what was set aside", case.inbox):
        listed = list(case.inbox.iterdir()) if case.inbox.is_dir() else []
    found = (path for path in listed if _SET_ASIDE.fullmatch(path.name) and path.is_dir())
    return tuple(sorted(found, key=_number))


def destroy_set_aside(case: Case) -> None:
    """Destroy the journals that were set aside: one may hold what is erased.

    Raises:
        DiskError: the disk refuses.
    """
    for folder in journals_set_aside(case):
        with disk_refusals("removing for good", folder):
            for path in sorted(folder.iterdir()):
                shred(path)
            folder.rmdir()
            sync_folder(case.inbox)


def _number(path: Path) -> int:
    return int(path.name.split("-")[1])
