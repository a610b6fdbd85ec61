"""The journals of a case, side by side: one for each device, one more for each fork of one.

A folder is named for its device, or, for another branch of a device that was
copied, for the device and the id of the branch's first entry, all of it: of two
entries that begin alike, which are soon found, each has its own. In it lies
`device.pub`, whose hash is the device's id: so a journal tells by whom its entries
must be signed, without anything else of the case.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from qantar.archive.case import DEVICE_FILE, Case, device_file
from qantar.archive.disk import disk_refusals, make_folder, write_atomically
from qantar.archive.note import Checkpoint, origin
from qantar.archive.planted import branches_that_hold, holds_together
from qantar.archive.segments import PUT_BACK, begin_head, has_segments, read_head, segments
from qantar.archive.taken import PURPOSE, is_taken, mark_taken
from qantar.errors import JournalBrokenError, NotCanonicalError
from qantar.model.canonical import parse
from qantar.model.device import DevicePublic

LANE = re.compile(r"([0-9a-f]{32})(\.[0-9a-f]{64})?")
"""The name of a journal's folder."""
_DEVICE_FILE_BYTES = 4096
_SHOWN = 41
MEND_ON = "Run the merge again, or any command that writes: it ends what was begun."
MEND, MENDED = ".mend", ".mended"
"""Beside the journals, while whole ones take the place of damaged ones (`mending.py`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """One journal: its name and folder, the id of its device, and whether this device writes it.

    `branch` is true for what a copied device wrote after it was copied, where
    another lane of the same device holds the entries before.
    """

    name: str
    folder: Path
    device: str
    own: bool

    @property
    def branch(self) -> bool:
        """Whether this is another branch of a forked device."""
        return self.name != self.device

    @property
    def words(self) -> str:
        """How an error names it."""
        return "the journal" if self.own else f"the journal {self.name[:8]}{self.name[32:_SHOWN]}"


def lanes(case: Case) -> tuple[Lane, ...]:
    """List the case's journals: this device's own first, then the others by name.

    A folder without segments and without `device.pub` was being made when its
    writer died; it is no journal yet. One that is `planted` is none either. A collector, which
    takes in nothing of others, has its own alone, as has a device that waits.

    Raises:
        JournalBrokenError: the folder of all journals, or of this device's own, is missing;
            or whole ones are on their way to the place of damaged ones.
        DiskError: the disk refuses.
    """
    found = lanes_there(case)
    half = half_mended(case)
    if half is not None:
        message = "a merge that mended a journal was interrupted, or is at work."
        raise JournalBrokenError(message, where=str(half), next=MEND_ON)
    if case.device and not any(lane.own for lane in found):
        raise own_missing(case)
    return found


def lanes_there(case: Case) -> tuple[Lane, ...]:
    """List the journals as `lanes`, also where this device's own is missing.

    Raises:
        DiskError: the disk refuses.
    """
    with disk_refusals("reading the journal", case.journals):
        found = set[str]()
        if case.journals.is_dir():
            found = {p.name for p in case.journals.iterdir() if LANE.fullmatch(p.name)}
    if _is_alone(case):
        found &= {case.device}
    names = sorted(found, key=lambda name: (name != case.device, name))
    listed = [lane_named(case, name) for name in names]
    begun = [lane for lane in listed if lane.own or _is_begun(lane.folder)]
    passed = _passed_over(case, begun)
    return tuple(lane for lane in begun if lane.name not in passed)


def planted(case: Case) -> tuple[Path, ...]:
    """Give the folders beside the journals that are none, though they look like it.

    Raises:
        DiskError: the disk refuses.
    """
    with disk_refusals("reading the journal", case.journals):
        there = sorted(case.journals.iterdir()) if case.journals.is_dir() else []
    listed = [lane_named(case, path.name) for path in there if LANE.fullmatch(path.name)]
    begun = [lane for lane in listed if not lane.own and _is_begun(lane.folder)]
    counted = {lane.name for lane in lanes_there(case)}
    return tuple(lane.folder for lane in begun if lane.name not in counted)


def is_planted(case: Case, lane: Lane) -> bool:
    """Whether a folder is begun like a journal and is none.

    This case did not take it in, and it is damaged, or is a second past of a device that
    follows from nothing here or says again what is: somebody without the key put it there, or
    a journal lost its mark and more. On a collector, or a device that waits, it is
    whatever is not its own. Of a locked case nobody can tell.

    Raises:
        DiskError: the disk refuses.
    """
    if _is_alone(case):
        return not lane.own and _is_begun(lane.folder)
    if not is_unmarked(case, lane) or not _is_begun(lane.folder):
        return False
    with disk_refusals("reading the journal", case.journals):
        names = sorted(path.name for path in case.journals.glob(f"{lane.device}*"))
    listed = (lane_named(case, name) for name in names if LANE.fullmatch(name))
    begun = [one for one in listed if one.own or _is_begun(one.folder)]
    return lane.name in _passed_over(case, begun)


def _is_alone(case: Case) -> bool:
    """Whether no other journal can have come to this device: it never merged one."""
    return case.own is not None and case.case_key is None


def is_unmarked(case: Case, lane: Lane) -> bool:
    """Whether a journal of another device lacks the mark; not where the case key is not.

    Raises:
        DiskError: the disk refuses.
    """
    if lane.own or case.case_key is None:
        return False
    return not is_taken(lane.folder, case.id, case.key_for(PURPOSE))


def _passed_over(case: Case, begun: Sequence[Lane]) -> set[str]:
    """Give the names of those that are planted, among all journals of one or more devices."""
    if case.case_key is None:
        return set()
    sound = {one.name for one in begun if not is_unmarked(case, one)}
    rest = [one for one in begun if one.name not in sound]
    publics = {one.name: public for one in rest if (public := _public_in(one))}
    for name, public in publics.items():
        if name == public.id and holds_together(case, case.journals / name, public):
            sound.add(name)
    for public in {one.id: one for name, one in publics.items() if name != one.id}.values():
        same = [one for one in begun if one.device == public.id]
        there = [(one.folder, one.name in sound) for one in same if one.name in {*sound, *publics}]
        sound |= branches_that_hold(case, public, there)
    return {one.name for one in begun} - sound


def half_mended(case: Case) -> Path | None:
    """Give where whole journals wait to take the place of damaged ones; None where none do."""
    listed = (case.journals / name for name in (MEND, MENDED))
    return next((path for path in listed if path.is_dir() and not path.is_symlink()), None)


def own_missing(case: Case) -> JournalBrokenError:
    """Word that this device's own journal is not there."""
    message = "entry 1 of the journal and its whole folder are missing."
    return JournalBrokenError(message, where=str(case.journal), next=PUT_BACK)


def lane_named(case: Case, name: str) -> Lane:
    """Give the lane of this name, whether it is there or not.

    Raises:
        ValueError: it is no name of a lane.
    """
    found = LANE.fullmatch(name)
    if found is None:
        message = f"a lane is named for its device, not {name!r}"
        raise ValueError(message)
    own = bool(case.device) and name == case.device
    return Lane(name=name, folder=case.journals / name, device=found[1], own=own)


def own_lane(case: Case) -> Lane:
    """Give this device's own lane.

    Raises:
        SealedAwayError: the case is locked.
    """
    return lane_named(case, case.signer.public.id)


def public_of(case: Case, lane: Lane) -> DevicePublic:
    """Give the public half of a lane's device.

    Raises:
        JournalBrokenError: `device.pub` is missing or damaged, or of another device.
        DiskError: the disk refuses.
    """
    if case.own is not None and lane.device == case.device:
        return case.own.public
    public = _public_in(lane)
    if public is None:
        path = lane.folder / DEVICE_FILE
        message = f"the file that says who signs {lane.words} is missing or damaged."
        hint = (
            "Merge a bundle made with --whole on a device that has this journal, or put back "
            "`device.pub` from a copy of the case; nothing of it counts before."
        )
        raise JournalBrokenError(message, where=str(path), next=hint)
    return public


def head_of(case: Case, lane: Lane, public_key: bytes) -> Checkpoint | None:
    """Read a lane's head; None when it is missing or damaged.

    Raises:
        DiskError: the disk refuses.
    """
    return read_head(lane.folder, origin(case.id, lane.device), public_key)


def begin(case: Case) -> None:
    """Make this device's own journal, empty, with a head that says so; nothing if it is begun.

    The case must have its id: a device that waits begins its journal when it joins.

    Raises:
        DiskError: the disk refuses.
    """
    lane, own = own_lane(case), case.signer
    make_lane(case, lane, own.public)
    if not segments(lane.folder) and head_of(case, lane, bytes.fromhex(own.public.sign)) is None:
        begin_head(lane.folder, origin(case.id, lane.device), own.sign_seed)


def make_lane(case: Case, lane: Lane, public: DevicePublic) -> None:
    """Make the folder of a lane, with who signs in it, durably; nothing if it is there.

    Where the case key is, it is marked as taken in, also if it was there without.

    Raises:
        DiskError: the disk refuses.
    """
    make_folder(lane.folder)
    if case.case_key is not None:
        mark_taken(lane.folder, case.id, case.key_for(PURPOSE))
    if not (lane.folder / DEVICE_FILE).is_file():
        write_atomically(lane.folder / DEVICE_FILE, device_file(public))


def taken_in(case: Case) -> Iterator[Lane]:
    """Give the lanes of others that this case took in; none where the case key is not.

    Raises:
        JournalBrokenError: as `lanes`.
        DiskError: the disk refuses.
    """
    if case.case_key is not None:
        for lane in lanes(case):
            if not lane.own and is_taken(lane.folder, case.id, case.key_for(PURPOSE)):
                yield lane


def _is_begun(folder: Path) -> bool:
    return folder.is_dir() and ((folder / DEVICE_FILE).exists() or has_segments(folder))


def _public_in(lane: Lane) -> DevicePublic | None:
    path = lane.folder / DEVICE_FILE
    with disk_refusals("reading the journal", path):
        untrusted = b""
        if path.is_file():
            with path.open("rb") as file:
                untrusted = file.read(_DEVICE_FILE_BYTES)
    public = _read_public(untrusted)
    return public if public is not None and public.id == lane.device else None


def _read_public(untrusted: bytes) -> DevicePublic | None:
    try:
        record = parse(untrusted.removesuffix(b"\n"))
        return DevicePublic.from_record(record) if isinstance(record, dict) else None
    except (NotCanonicalError, ValueError):
        return None
