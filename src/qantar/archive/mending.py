"""Whole journals put in the place of damaged ones: no crash leaves less than was here before.

The whole ones are made beside the others while the damaged ones still stand, in
`journal/.tmp-mend/<device>/<lane>/`. One rename, to `journal/.mend`, decides: before it
nothing has happened, after it whoever writes next ends what was begun (`finish`). Then all
journals of these devices are moved to the inbox, a second rename, to `journal/.mended`, says
that this is done, and the whole ones are moved to their places.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Final

from qantar.archive.case import Case
from qantar.archive.disk import (
    SCRATCH_PREFIX,
    disk_refusals,
    make_folder,
    shred,
    sync_folder,
)
from qantar.archive.frame import Frame, to_bytes
from qantar.archive.lanes import LANE, MEND, MENDED, Lane, lane_named, make_lane
from qantar.archive.note import Note
from qantar.archive.segments import SEGMENT_BYTES, extend, put_head
from qantar.archive.taken import PURPOSE, is_taken, mark_taken
from qantar.errors import DiskError
from qantar.model.device import DevicePublic

_MAKING: Final = f"{SCRATCH_PREFIX}mend"
_SET_ASIDE: Final = re.compile(rf"journal-([1-9][0-9]{{0,8}})-{LANE.pattern}")


class Making:
    """Whole journals, made beside the damaged ones; nothing counts before `settle`.

    The caller holds the case's lock, and calls `drop` if it does not come to `settle`.
    """

    def __init__(self, case: Case) -> None:
        """Begin.

        Raises:
            DiskError: the disk refuses.
        """
        self._case = case
        self._folder = case.journals / _MAKING
        make_folder(self._folder)

    def device(self, device: str) -> None:
        """Say that all journals of this device are to be replaced by those that are made.

        Raises:
            DiskError: the disk refuses.
        """
        make_folder(self._folder / device)
        mark_taken(self._folder / device, self._case.id, self._case.key_for(PURPOSE))

    def lane(
        self, name: str, public: DevicePublic, sound_frames: Iterable[Frame], head: Note | None
    ) -> None:
        """Make one journal, whole and durable.

        Args:
            name: of the lane, of a device that `device` was told.
            public: the device that signed it.
            sound_frames: all of it, in order; each was checked, and its key is in the ring.
            head: a checkpoint that this journal bears out; None if there is none.

        Raises:
            DiskError: the disk refuses.
        """
        folder = self._folder / public.id / name
        make_lane(self._case, Lane(name=name, folder=folder, device=public.id, own=False), public)
        for number, data in enumerate(_segments(sound_frames), start=1):
            extend(folder, {number: data}, last=0, size=0)
        if head is not None:
            put_head(folder, head)
        with disk_refusals("making a journal anew", folder):
            sync_folder(folder)

    def settle(self) -> list[Path]:
        """Put them in the place of the damaged ones; gives where those were moved.

        Raises:
            DiskError: the disk refuses; whoever writes next ends what was begun, if it was.
        """
        self._folder = _renamed(self._folder, MEND)
        return finish(self._case)

    def drop(self) -> None:
        """Remove what was made, as far as the disk allows: the next writer removes the rest."""
        with suppress(DiskError):
            shred(self._case.journals / _MAKING)


def finish(case: Case) -> list[Path]:
    """End what a mending that died left over; gives where damaged journals were moved.

    Only for the holder of the case's lock.

    Raises:
        DiskError: the disk refuses; run again, it goes on.
    """
    making, mend, mended = (case.journals / name for name in (_MAKING, MEND, MENDED))
    moved: list[Path] = []
    with disk_refusals("putting a whole journal in its place", case.journals):
        for path in (making, mend, mended):
            if os.path.lexists(path) and not _is_folder(path):
                path.unlink()  # nobody of ours made it
        if making.exists():
            shred(making)
        if mended.exists():
            _place(case)
        if mend.exists():
            devices = {path.name for path in _made_in(case, mend)}
            damaged = [one for one in _lanes_in(case, case.journals) if one.device in devices]
            moved.extend(move_aside(case, lane.folder) for lane in damaged)
            _renamed(mend, MENDED)
            _place(case)
    return moved


def journals_set_aside(case: Case) -> tuple[Path, ...]:
    """Give the folders of journals that were set aside, in order.

    Raises:
        DiskError: the disk refuses.
    """
    with disk_refusals("listing what was set aside", case.inbox):
        listed = list(case.inbox.iterdir()) if case.inbox.is_dir() else []
    found = (path for path in listed if _SET_ASIDE.fullmatch(path.name) and _is_folder(path))
    return tuple(sorted(found, key=_number))


def _segments(sound_frames: Iterable[Frame]) -> Iterator[bytearray]:
    """Spell frames one behind the other, cut as a journal is."""
    data = bytearray()
    for frame in sound_frames:
        spelt = to_bytes(frame)
        if data and len(data) + len(spelt) > SEGMENT_BYTES:
            yield data
            data = bytearray()
        data += spelt
    if data:
        yield data


def _place(case: Case) -> None:
    """Move the whole journals to their places; all damaged ones are gone from there."""
    mended = case.journals / MENDED
    made = [lane for device in _made_in(case, mended) for lane in _lanes_in(case, device)]
    for lane in made:
        target = case.journals / lane.name
        if os.path.lexists(target):
            move_aside(case, target)  # nobody of ours made it meanwhile
        lane.folder.rename(target)
        sync_folder(case.journals)
    shred(mended)


def _made_in(case: Case, folder: Path) -> list[Path]:
    """Give the folders of devices whose whole journals wait; one without our mark is nobody's."""
    if case.case_key is None:
        return []  # it takes nothing in
    key, found = case.key_for(PURPOSE), sorted(folder.iterdir())
    return [path for path in found if _is_folder(path) and is_taken(path, case.id, key)]


def _lanes_in(case: Case, folder: Path) -> Sequence[Lane]:
    """Give the journals that lie in a folder, with their folders there."""
    found = []
    for path in sorted(folder.iterdir()):
        with suppress(ValueError):
            lane = lane_named(case, path.name)
            found.append(Lane(name=lane.name, folder=path, device=lane.device, own=lane.own))
    return found


def move_aside(case: Case, folder: Path) -> Path:
    """Move the folder of a journal to the inbox, durably; gives where it is now.

    Raises:
        DiskError: the disk refuses.
    """
    names = (case.inbox / f"journal-{number}-{folder.name}" for number in count(1))
    target = next(path for path in names if not os.path.lexists(path))
    with disk_refusals("setting a damaged journal aside", folder):
        folder.rename(target)
        sync_folder(case.inbox)
        sync_folder(case.journals)
    return target


def _renamed(folder: Path, name: str) -> Path:
    target = folder.with_name(name)
    with disk_refusals("putting a whole journal in its place", target):
        folder.rename(target)
        sync_folder(folder.parent)
    return target


def _is_folder(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink()


def _number(path: Path) -> tuple[int, str]:
    return int(path.name.split("-")[1]), path.name
