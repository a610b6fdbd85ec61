"""Holding what witnesses saw of the journals against the journals.

A journal that was cut or written anew by the holder of its key is sound in itself.
Only what somebody else kept tells: a checkpoint that was cosigned by another device,
time-stamped, or carried out of reach.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from qantar.archive.case import Case
from qantar.archive.disk import disk_refusals
from qantar.archive.note import MAX_BYTES, Note, UnsoundNoteError, origin, parse
from qantar.archive.tree import roots_at
from qantar.archive.verify import Check, Findings
from qantar.archive.witness import FORKS

_MOST_ANSWER: Final = 1024 * 1024
_LATEST: Final = 2**37
_MERGE: Final = "Merge a bundle of a device that has the rest; if none has, entries are lost."
_NOTHING: Final = "Put back a sound copy, if there is one."
_UNSOUND: Final = (
    "this note is damaged, or not from a device of this case; it proves nothing, for or against"
)
_UNRECORDED: Final = "It witnesses nothing. If you asked for it, `qantar witness add` takes it in."
_LOCKED: Final = (
    "Unlock the case to have them looked at: nothing in the clear says which were taken in."
)
_COPIED: Final = (
    "Its folder was copied and the copy was used, or somebody else signed with its key. Merge a "
    "bundle of who has the other past; run `qantar devices renew` on one of the two."
)
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
    `signers` are the Ed25519 keys of the devices whose word counts: nobody else's note
    binds, and nobody else witnesses. `stamps` say of time stamps that were taken in, by
    the hex SHA-256 of the answer, who gave them and when; None where no entry can be read.
    `untold` says of devices which damage hides whether their word counts.
    """

    case: Case
    trails: Mapping[str, Sequence[Sequence[bytes]]]
    signers: Mapping[str, bytes]
    stamps: Mapping[str, tuple[str, datetime | None]] | None
    untold: Mapping[str, str]

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
            self._unsound(path, note, findings)
            return
        seen = list(self._seen(path, note, device, findings))
        if self._fits(path, note, device, seen, findings):
            yield from seen

    def _device(self, note: Note) -> str | None:
        """Give the device whose log a note is of; None unless it is known here and signed it."""
        device = note.checkpoint.origin.rpartition("/")[2]
        key = self.signers.get(device)
        ours = note.checkpoint.origin == origin(self.case.id, device)
        return device if ours and key is not None and note.is_signed(key) else None

    def _seen(self, path: Path, note: Note, device: str, findings: Findings) -> Iterator[Sighting]:
        size = note.checkpoint.size
        for other, key in sorted(self.signers.items()):
            time = note.cosigned_at(origin(self.case.id, other), key) if other != device else None
            if time is not None and time < _LATEST:
                at = datetime.fromtimestamp(time, UTC)
                yield Sighting(device=device, size=size, by=f"device {other}", at=at)
        for by, stamped in self._stamped(note, path.with_suffix(".tsr"), findings):
            yield Sighting(device=device, size=size, by=by, at=stamped)
        if not path.is_relative_to(self.case.root):
            yield Sighting(device=device, size=size, by=f"whoever kept {path.name}", at=None)

    def _stamped(
        self, note: Note, path: Path, findings: Findings
    ) -> Iterator[tuple[str, datetime | None]]:
        """Give who stamped a note and when, if an entry says that this answer was taken in.

        Whoever can write to the folder can put bytes there that name the note's text. An
        entry of a device of the case says that it held the answer against its request.
        """
        untrusted = _read_answer(path)
        if untrusted is None:
            return
        if self.stamps is None:
            found, then = "bodies that no key is here for: time stamps were not looked at", _LOCKED
        else:
            said = self.stamps.get(hashlib.sha256(untrusted).hexdigest())
            if said and hashlib.sha256(note.checkpoint.text()).digest() in untrusted:
                yield said
                return
            found, then = "none that records this one for its note", _UNRECORDED
        expected = "an entry that says that this time stamp was taken in"
        findings.add(Check.NOTE, path, expected=expected, found=found, then=then)

    def _fits(
        self, path: Path, note: Note, device: str, seen: Iterable[Sighting], findings: Findings
    ) -> bool:
        size, root = note.checkpoint.size, note.checkpoint.root
        branches = self.trails.get(device, ())
        here = [found[size] for ids in branches if size in (found := roots_at(ids, [size]))]
        if size == 0 or root in here:
            return True
        binds = self._binds(path, device, seen)
        if here and _is_apart(path, self.case):
            findings.add(
                Check.FORK,
                path,
                expected="one past of one device",
                found="others know another past of this device",
                then=_COPIED,
            )
        elif here:
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

    def _unsound(self, path: Path, note: Note | None, findings: Findings) -> None:
        hidden = self.untold.get(note.checkpoint.origin.rpartition("/")[2]) if note else None
        unsure = f"what this note proves cannot be told while {hidden} is damaged"
        findings.add(
            Check.NOTE,
            path,
            expected="a checkpoint of this case, signed by its device, which is known here",
            found="damage, or another one",
            then=_NOTHING,
            said=unsure if hidden else _UNSOUND,
        )


def _is_apart(path: Path, case: Case) -> bool:
    """Whether a note was of another past of this device already when it came.

    Then nothing was written anew since. Whoever could put it there could remove it as well.
    """
    inside = path.is_relative_to(case.root)
    return inside and f"/{FORKS}/" in path.relative_to(case.root).as_posix()


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
    """Read a note; None if it is none, or no file at all.

    Raises:
        DiskError: the disk refuses.
    """
    with disk_refusals("reading what was seen of a journal", path):
        if not path.is_file():
            return None
        with path.open("rb") as file:
            untrusted = file.read(MAX_BYTES + 1)
    try:
        return parse(untrusted)
    except UnsoundNoteError:
        return None


def _read_answer(path: Path) -> bytes | None:
    with disk_refusals("reading a time stamp", path):
        if not path.is_file():
            return None
        with path.open("rb") as file:
            return file.read(_MOST_ANSWER)
