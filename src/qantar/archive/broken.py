"""Journals that are damaged here: what of them still reads, and destroying those set aside.

Nothing of a damaged journal is thrown away before somebody erases: it is moved to the
inbox when a whole one takes its place (`mending.py`).
"""

from __future__ import annotations

from collections.abc import Iterator

from qantar.archive.case import Case
from qantar.archive.chain import walks
from qantar.archive.disk import disk_refusals, shred, sync_folder
from qantar.archive.frame import Frame, cut_by_lengths, is_sealed, to_bytes
from qantar.archive.lanes import Lane, lanes_there, own_missing
from qantar.archive.mending import journals_set_aside
from qantar.archive.opening import Opener
from qantar.archive.verify_entries import read_part, segments_in, sound_header
from qantar.errors import JournalBrokenError


def broken_devices(case: Case, bodies: Opener) -> dict[str, JournalBrokenError]:
    """Give the devices of which a journal is damaged, each with what reading it says.

    Where the folder of this device's own journal is missing, that is what is damaged.

    Raises:
        DiskError: the disk refuses.
    """
    listed, found = lanes_here(case), dict[str, JournalBrokenError]()
    if not any(lane.own for lane in listed):
        found[case.device] = own_missing(case)
    for device in dict.fromkeys(lane.device for lane in listed):
        try:
            for walk in walks(case, opener=bodies, device=device, among=listed):
                for _ in walk.entries():
                    pass
        except JournalBrokenError as error:
            found.setdefault(device, error)
    return found


def lanes_here(case: Case, device: str | None = None) -> list[Lane]:
    """Give all journals that are here, or those of one device, whatever state they are in.

    Raises:
        DiskError: the disk refuses.
    """
    with disk_refusals("reading the journal", case.journals):
        listed = [lane for lane in lanes_there(case) if lane.folder.is_dir()]
    return [lane for lane in listed if device in (None, lane.device)]


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
