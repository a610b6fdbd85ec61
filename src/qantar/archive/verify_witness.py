"""Holding what witnesses saw of the journals against the journals.

A journal that was cut or written anew by the holder of its key is sound in itself.
Only what somebody else kept tells: a checkpoint that was cosigned by another device,
time-stamped, or carried out of reach.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from qantar.archive.case import Case
from qantar.archive.disk import disk_refusals
from qantar.archive.note import MAX_BYTES, Note, UnsoundNoteError, origin, parse
from qantar.archive.tree import roots_at
from qantar.archive.verify import Check, Findings

STAMP: Final = "a time stamp (signature not checked)"
_MOST_ANSWER: Final = 1024 * 1024
_LATEST: Final = 2**37
_MERGE: Final = "Merge a bundle of a device that has the rest; if none has, entries are lost."
_KEEP: Final = "Keep this note and a copy of the case as they are: together they prove the change."


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """Somebody saw the first `size` entries of a device's log, and they are here and the same.

    `by` says who, for a reader; `at` is the time that the witness claimed, None where
    it claimed none.
    """

    device: str
    size: int
    by: str
    at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Witnesses:
    """What notes are held against.

    `trails` are the ids of the entries of each device, a list for each of its branches.
    `signers` are the Ed25519 keys of all devices that are known. `stamps` say of time
    stamps that were taken in, by the hex SHA-256 of the answer, who gave them and when.
    """

    case: Case
    trails: Mapping[str, Sequence[Sequence[bytes]]]
    signers: Mapping[str, bytes]
    stamps: Mapping[str, tuple[str, datetime]] = field(default_factory=dict)

    def hear(self, path: Path, findings: Findings) -> Iterator[Sighting]:
        """Hold one note against the journal of its device.

        Args:
            path: of the note, in the case or brought from elsewhere.
            findings: receives what is wrong.

        Returns:
            Who saw what, if the note fits.

        Raises:
            DiskError: the disk refuses.
        """
        note = read_note(path)
        device = self._device(note) if note else None
        if note is None or device is None:
            self._unsound(path, findings)
            return
        seen = list(self._seen(path, note, device))
        if self._fits(path, note, device, seen, findings):
            yield from seen

    def _device(self, note: Note) -> str | None:
        """Give the device whose log a note is of; None if it cannot be of this case, or signed."""
        device = note.checkpoint.origin.rpartition("/")[2]
        key = self.signers.get(device)
        ours = note.checkpoint.origin == origin(self.case.id, device)
        return device if ours and (key is None or note.is_signed(key)) else None

    def _seen(self, path: Path, note: Note, device: str) -> Iterator[Sighting]:
        size = note.checkpoint.size
        for other, key in sorted(self.signers.items()):
            time = note.cosigned_at(origin(self.case.id, other), key) if other != device else None
            if time is not None and time < _LATEST:
                at = datetime.fromtimestamp(time, UTC)
                yield Sighting(device=device, size=size, by=f"device {other}", at=at)
        answer = stamped_by(note, path.with_suffix(".tsr"))
        if answer is not None:
            by, stamped = self.stamps.get(answer, (STAMP, None))
            yield Sighting(device=device, size=size, by=by, at=stamped)
        if not path.is_relative_to(self.case.root):
            yield Sighting(device=device, size=size, by=f"whoever kept {path.name}", at=None)

    def _fits(
        self, path: Path, note: Note, device: str, seen: Iterable[Sighting], findings: Findings
    ) -> bool:
        size, root = note.checkpoint.size, note.checkpoint.root
        branches = self.trails.get(device, ())
        here = [found[size] for ids in branches if size in (found := roots_at(ids, [size]))]
        if size == 0 or root in here:
            return True
        binds = self._binds(path, device, seen)
        if here:
            findings.add(
                Check.HISTORY if binds else Check.SPLIT,
                path,
                expected=f"the first {size:,} entries of device {device} that were seen",
                found="others in their place",
                then=_KEEP,
            )
        else:
            longest = max(map(len, branches), default=0)
            findings.add(
                Check.WITNESS if binds else Check.BEHIND,
                path,
                expected=f"{size:,} entries of device {device}, as were seen",
                found=f"{longest:,}",
                then=_MERGE,
            )
        return False

    def _binds(self, path: Path, device: str, seen: Iterable[Sighting]) -> bool:
        """Whether what a note says must be here.

        Of another device's log, the case may hold notes that came from third devices,
        of entries that never came here, or of a branch that did not. Not so of this
        device's own log, of what it signed to have seen, and of what was brought to be
        held against the case. Without keys, nobody knows which device this one is.
        """
        own = self.case.device
        if not own or own == device or not path.is_relative_to(self.case.root):
            return True
        return any(one.by == f"device {own}" for one in seen)

    def _unsound(self, path: Path, findings: Findings) -> None:
        findings.add(
            Check.NOTE,
            path,
            expected="a checkpoint of this case, signed by its device",
            found="damage, or another one",
            then="It witnesses nothing. Put back a sound copy, if there is one.",
        )


def kept_notes(case: Case) -> list[Path]:
    """Give the files of all checkpoints that the case keeps, sorted.

    Raises:
        DiskError: the disk refuses.
    """
    return notes_in(case.witness)


def notes_in(folder: Path) -> list[Path]:
    """Give all notes in a folder and in those below it, sorted.

    Raises:
        DiskError: the disk refuses.
    """
    with disk_refusals("reading what was seen of a journal", folder):
        return sorted(folder.rglob("*.note")) if folder.is_dir() else []


def read_note(path: Path) -> Note | None:
    """Read a note; None if it is none.

    Raises:
        DiskError: the disk refuses.
    """
    with disk_refusals("reading what was seen of a journal", path), path.open("rb") as file:
        untrusted = file.read(MAX_BYTES + 1)
    try:
        return parse(untrusted)
    except UnsoundNoteError:
        return None


def stamped_by(note: Note, path: Path) -> str | None:
    """Give the hex SHA-256 of an authority's answer that names a note's text.

    Whether its signature holds was checked when it was taken in, or is to be checked with
    another tool: here it is only looked up which bytes it is of. None where there is
    no answer, or it is of something else.

    Raises:
        DiskError: the disk refuses.
    """
    with disk_refusals("reading a time stamp", path):
        if not path.is_file():
            return None
        with path.open("rb") as file:
            untrusted = file.read(_MOST_ANSWER)
    if hashlib.sha256(note.checkpoint.text()).digest() not in untrusted:
        return None
    return hashlib.sha256(untrusted).hexdigest()
