"""Journals that are damaged here: what of them still reads, and destroying those set aside.

Nothing of a damaged journal is thrown away before somebody erases: it is moved to the
inbox when a whole one takes its place (`mending.py`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from qantar.archive import ring
from qantar.archive.case import DEVICE_FILE, Case
from qantar.archive.chain import walks
from qantar.archive.disk import disk_refusals, shred, sync_folder
from qantar.archive.frame import Frame, cut_by_lengths, is_sealed, is_signed, to_bytes
from qantar.archive.lanes import Lane, lanes_there, own_missing, public_of
from qantar.archive.mending import journals_set_aside
from qantar.archive.opening import Opener
from qantar.archive.replacing import replace_for_good
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
            yield from _sound_in(case, device, path)


def spelt(sound: list[Frame]) -> bytes:
    """Spell frames one behind the other, as a journal holds them."""
    return b"".join(map(to_bytes, sound))


def nowhere_else(
    case: Case, known: Collection[str], *, bodiless: Collection[str] = (), unsure: bool = False
) -> dict[Path, list[Frame]]:
    """Give the entries of journals that were set aside which are sound, signed and not known.

    There are none where a whole journal took the place of a damaged one and stayed whole.

    Args:
        case: the case.
        known: ids (hex) of what is kept elsewhere.
        bodiless: those of them that count as not known where the body is here.
        unsure: also those of which nothing here says who must have signed them.

    Raises:
        DiskError: the disk refuses.
    """
    found: dict[Path, list[Frame]] = {}
    met = set[bytes]()
    for path, frame in set_aside(case, unsure=unsure):
        name = frame.id.hex()
        is_new = name not in known or (frame.body and name in bodiless)
        if frame.id not in met and is_new:
            found.setdefault(path, []).append(frame)
            met |= {frame.id} if frame.body else set()
    return found


def set_aside(case: Case, *, unsure: bool) -> Iterator[tuple[Path, Frame]]:
    """Give the entries of journals that were set aside which are sound and signed, as they lie.

    Args:
        case: the case.
        unsure: also those of which nothing here says who must have signed them.

    Raises:
        DiskError: the disk refuses.
    """
    for folder in journals_set_aside(case):
        for path in segments_in(folder):
            for frame in _signed_in(case, folder, path, unsure=unsure):
                yield path, frame


def destroy_set_aside(
    case: Case,
    known: Mapping[str, bytes],
    *,
    whole: Collection[str],
    entries: Collection[str],
    keys: Collection[bytes],
) -> None:
    """Destroy the journals that were set aside: one may hold what is erased.

    Entries in them that are nowhere else stay, without their bodies where those are erased;
    also where who signs them is not known any more: a bundle may bring that back. So do those
    whose bodies are nowhere else and have a key: a whole journal came without what somebody
    asked to erase, and nobody here has agreed to that.

    Args:
        case: the case; the caller holds its lock, and has destroyed the keys of what is erased.
        known: ids (hex) of what is kept elsewhere, with their commitments.
        whole: those of them whose bodies are elsewhere too.
        entries: ids of those that are erased.
        keys: ids of the keys that were destroyed.

    Raises:
        DiskError: the disk refuses.
    """
    left = ring.keys(case)
    bodiless = {n for n in known.keys() - whole if n not in entries and known[n] in left}
    alone = nowhere_else(case, known, bodiless=bodiless, unsure=True)
    for folder in journals_set_aside(case):
        with disk_refusals("removing for good", folder):
            stay = {path for path in alone if path.parent == folder}
            for path in stay:
                kept = [_without(frame, entries, keys) for frame in alone[path]]
                replace_for_good(path, spelt(kept))
            stay |= {folder / DEVICE_FILE} if stay else set()
            for path in sorted({*folder.iterdir()} - stay):
                shred(path)
            if not stay:
                folder.rmdir()
            sync_folder(case.inbox)


def _without(frame: Frame, entries: Collection[str], keys: Collection[bytes]) -> Frame:
    header = sound_header(frame)
    dead = header is not None and bytes.fromhex(header.commitment) in keys
    erased = dead or frame.id.hex() in entries
    return frame._replace(body=b"") if erased else frame


def _signed_in(case: Case, folder: Path, path: Path, *, unsure: bool) -> Iterator[Frame]:
    """Give the sound entries of one segment of a journal that was set aside."""
    device = folder.name.split("-")[2][:32]
    for place in (folder, case.journals / device):
        with suppress(JournalBrokenError):
            lane = Lane(name=device, folder=place, device=device, own=False)
            key = bytes.fromhex(public_of(case, lane).sign)
            yield from (one for one in _sound_in(case, device, path) if is_signed(one, key))
            return
    if unsure:
        yield from _sound_in(case, device, path)


def _sound_in(case: Case, device: str, path: Path) -> Iterator[Frame]:
    for frame in cut_by_lengths(read_part(path)):
        header = sound_header(frame)
        ours = header is not None and (header.case, header.device) == (case.id, device)
        if header is not None and ours and is_sealed(frame, header):
            yield frame
