"""The files of one journal: segments that only grow at their end, and the head beside them.

`0001.qj`, `0002.qj`, … are closed before they would pass 4 MiB. `head` is the
device's signed checkpoint of how far the journal was acknowledged. It is written
after the entries are on the disk and before they are acknowledged, so it never
promises what is not there. It is not forced to the disk: after a power cut it may
lag, which makes it silent about the newest entries and never wrong.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from qantar.archive.disk import (
    FILE_MODE,
    disk_refusals,
    force_to_disk,
    sync_folder,
    write_atomically,
)
from qantar.archive.note import Checkpoint, Note, UnsoundNoteError, parse, sign
from qantar.archive.tree import EMPTY_ROOT
from qantar.errors import JournalBrokenError

SEGMENT_BYTES = 4 * 1024 * 1024
PUT_BACK = (
    "Merge a bundle made with --whole on a device that has this journal: the damaged one is set "
    "aside. Or put this folder back from a copy of the case."
)

_SEGMENT = re.compile(r"([0-9]{4}|[1-9][0-9]{4,})\.qj")
_HEAD = "head"
_HEAD_BYTES = 512


class Segment(NamedTuple):
    """A segment as it was read: its number from 1, its file's inode, its bytes."""

    number: int
    inode: int
    untrusted: bytes


def segment_path(folder: Path, number: int) -> Path:
    """Path of segment `number`, from 1."""
    return folder / f"{number:04d}.qj"


def segments(folder: Path) -> list[Path]:
    """Paths of the segments, numbered 1, 2, …; other files in the folder are nobody's.

    Raises:
        JournalBrokenError: the folder is missing, or a segment before another is.
        DiskError: the disk refuses.
    """
    with disk_refusals("reading the journal", folder):
        if not folder.is_dir():
            message = "the whole folder of the journal is missing."
            raise JournalBrokenError(message, where=str(folder), next=PUT_BACK)
        found = {path for path in folder.iterdir() if _SEGMENT.fullmatch(path.name)}
    paths = [segment_path(folder, number) for number in range(1, len(found) + 1)]
    if found != set(paths):
        message = f"segment {min(set(paths) - found).name} is missing; later ones are there."
        raise JournalBrokenError(message, where=str(folder), next=PUT_BACK)
    return paths


def has_segments(folder: Path) -> bool:
    """Whether there are any, with gaps or without.

    Raises:
        DiskError: the disk refuses.
    """
    with disk_refusals("reading the journal", folder):
        return any(_SEGMENT.fullmatch(path.name) for path in folder.iterdir())


def read_segment(path: Path) -> Segment:
    """Read a segment whole.

    Raises:
        JournalBrokenError: it is no file, or longer than any that was ever written.
        DiskError: the disk refuses.
    """
    with disk_refusals("reading the journal", path):
        if not path.is_file():
            message = f"the segment {path.name} of the journal is no file."
            raise JournalBrokenError(message, where=str(path), next=PUT_BACK)
    with disk_refusals("reading the journal", path), path.open("rb") as file:
        inode = os.fstat(file.fileno()).st_ino
        untrusted = file.read(SEGMENT_BYTES + 1)
    if len(untrusted) > SEGMENT_BYTES:
        message = f"the segment {path.name} of the journal is over {SEGMENT_BYTES} bytes."
        raise JournalBrokenError(message, where=str(path), next=PUT_BACK)
    return Segment(int(path.stem), inode, untrusted)


def extend(folder: Path, batches: Mapping[int, bytearray], *, last: int, size: int) -> None:
    """Add bytes to the end of a journal, durably and in the order of segments, or not at all.

    Args:
        folder: of the journal.
        batches: what to add, by segment number.
        last: number of its last segment now.
        size: of that segment.

    Raises:
        DiskError: the disk refuses; the journal is as it was.
    """
    with disk_refusals("writing the journal", folder):
        try:
            for number in sorted(batches):
                _extend_one(segment_path(folder, number), batches[number])
        except OSError:
            # If the disk refuses this too, the next writer sets the rest aside.
            with suppress(OSError):
                _take_back(folder, batches, last, size)
            raise


def cut(path: Path, size: int) -> None:
    """Shorten a segment, durably.

    Raises:
        DiskError: the disk refuses.
    """
    with disk_refusals("shortening the journal", path):
        _cut(path, size)


def begin_head(folder: Path, origin: str, seed: bytes) -> None:
    """Say durably that a new journal is empty.

    Args:
        folder: of the journal.
        origin: name of the device's log.
        seed: of the device's Ed25519 key.

    Raises:
        DiskError: the disk refuses.
    """
    empty = Checkpoint(origin=origin, size=0, root=EMPTY_ROOT)
    write_atomically(folder / _HEAD, sign(empty, seed).to_bytes())


def put_head(folder: Path, note: Note) -> None:
    """Say durably how far a journal goes that nobody reads yet; else as `write_head`.

    Raises:
        DiskError: the disk refuses.
    """
    write_atomically(folder / _HEAD, _own_words(note))


def write_head(folder: Path, note: Note) -> None:
    """Write how far the journal goes.

    In place, in one write of under 512 bytes that only ever grows: a process
    killed at any instant leaves the old head or the new one.

    Args:
        folder: of the journal.
        note: the device's signed checkpoint; signatures of others are left out.

    Raises:
        DiskError: the disk refuses.
    """
    path, data = folder / _HEAD, _own_words(note)
    with disk_refusals("marking how far the journal goes", path):
        descriptor = os.open(path, os.O_WRONLY | os.O_NOFOLLOW | os.O_CREAT, FILE_MODE)
        try:
            os.pwrite(descriptor, data, 0)
            os.ftruncate(descriptor, len(data))
        finally:
            os.close(descriptor)


def read_head(folder: Path, origin: str, public_key: bytes) -> Checkpoint | None:
    """Read how far the journal goes; None when that is missing, damaged or another one's.

    Raises:
        DiskError: the disk refuses.
    """
    note = read_head_note(folder, origin, public_key)
    return note.checkpoint if note else None


def read_head_note(folder: Path, origin: str, public_key: bytes) -> Note | None:
    """Read the head with the signature under it; None as `read_head`.

    Raises:
        DiskError: the disk refuses.
    """
    path = folder / _HEAD
    with disk_refusals("reading how far the journal goes", path):
        if not path.is_file():
            return None
        with path.open("rb") as file:
            untrusted = file.read(_HEAD_BYTES)
    try:
        note = parse(untrusted)
    except UnsoundNoteError:
        return None
    ours = note.checkpoint.origin == origin and note.is_signed(public_key)
    return note if ours else None


def _own_words(note: Note) -> bytes:
    """Spell a checkpoint with the signature of its own device alone."""
    checkpoint = note.checkpoint
    own = tuple(line for line in note.signatures if line.name == checkpoint.origin)
    return Note(checkpoint=checkpoint, signatures=own[:1]).to_bytes()


def _extend_one(path: Path, data: bytearray) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_NOFOLLOW | os.O_APPEND | os.O_CREAT, FILE_MODE)
    try:
        # Also when it was there: who made it may have died before its name was on the disk.
        new = os.fstat(descriptor).st_size == 0
        if new:
            os.fchmod(descriptor, FILE_MODE)
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(descriptor, rest) :]
        force_to_disk(descriptor)
    finally:
        os.close(descriptor)
    if new:
        sync_folder(path.parent)


def _take_back(folder: Path, batches: Mapping[int, bytearray], last: int, size: int) -> None:
    for number in sorted(batches, reverse=True):
        path = segment_path(folder, number)
        if number == last and path.exists():
            _cut(path, size)
        else:
            path.unlink(missing_ok=True)


def _cut(path: Path, size: int) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_NOFOLLOW)
    try:
        os.ftruncate(descriptor, size)
        force_to_disk(descriptor)
    finally:
        os.close(descriptor)
