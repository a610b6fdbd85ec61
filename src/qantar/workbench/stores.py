"""What is derived from a case: its databases, each under its own key, and what they follow from.

Path and key come together, so that no caller can open one with the key of the other.
The keys come from the ring's own, so that an erasure ends what opens earlier ones too.
The watermark binds the record to the entries that it follows from: sealed under the
case key, so that nobody else can vouch for another file.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from qantar.archive import disk, journal, ring
from qantar.archive.age_keys import UnsealError, seal, unseal_with
from qantar.archive.case import Case
from qantar.errors import (
    CaseKeyError,
    NotCanonicalError,
    RecordFormatError,
    RecordMissingError,
)
from qantar.model.canonical import canonical, parse
from qantar.model.device import Role
from qantar.record.facts import Facts, HiddenPart, read_facts, read_hidden, read_originals_with
from qantar.record.readings import Readings
from qantar.record.schema import FORMAT
from qantar.workbench.fold import FOLD_VERSION, fold
from qantar.workbench.folded import Folded

_RECORD: Final = "record"
_PSEUDONYMS: Final = "pseudonyms"
_READINGS: Final = "readings"
_WATERMARK: Final = "watermark"
_PAGE_BYTES: Final = 4096  # of SQLCipher 4


class RecordState(StrEnum):
    """How the record stands to the journal.

    `OUTDATED` is sound and behind; `ROLLED_BACK` an earlier record put in the place of
    the one that was built last; `DAMAGED` anything else that its watermark does not
    vouch for: altered, of another case, or left by a build that died.
    """

    CURRENT = "current"
    OUTDATED = "outdated"
    MISSING = "missing"
    DAMAGED = "damaged"
    ROLLED_BACK = "rolled back"

    @property
    def is_sound(self) -> bool:
        """Whether the record says what some build of this case wrote."""
        return self in (RecordState.CURRENT, RecordState.OUTDATED)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Watermark:
    """What the last build wrote: hash of the file, digest of its contents, what it follows from.

    `begins` is the hash of the first page, in which stands the chance that all pages of
    this file, and of no other, are authenticated with; `size` that of the file.
    """

    database: str
    begins: str
    size: int
    digest: str
    state: str
    fold: int = FOLD_VERSION
    format: int = FORMAT

    def spelt(self) -> bytes:
        """Spell it in the one way it has."""
        return canonical(
            {
                "begins": self.begins,
                "database": self.database,
                "digest": self.digest,
                "fold": self.fold,
                "format": self.format,
                "size": self.size,
                "state": self.state,
            }
        )


def folded_of(case: Case) -> Folded:
    """Read all journals of the case and fold them.

    On a collector, which has its own entries only, every device counts.

    Raises:
        JournalBrokenError, KeysDamagedError, DiskError: as `journal.read`.
    """
    founder = None if case.role is Role.COLLECTOR else case.founder or None
    return fold(journal.read(case), founder=founder)


def record_of(case: Case) -> tuple[Path, bytes]:
    """Give the path of the case's record and the key that opens it."""
    return case.record_db, ring.key_for(case, _RECORD)


def fresh_record_of(case: Case) -> tuple[Path, bytes]:
    """Give the path of a record in the making, empty and beside the one it will replace."""
    path, key = record_of(case)
    fresh = path.with_name(f"{path.name}.new")
    fresh.unlink(missing_ok=True)
    fresh.parent.mkdir(parents=True, exist_ok=True)
    return fresh, key


def readings_of(case: Case) -> Readings:
    """Give the case's store of readings."""
    return Readings(case.readings_db, ring.key_for(case, _READINGS))


def key_of_pseudonyms(case: Case) -> bytes:
    """Give the key by which persons get numbers that nobody can lead back to their rows.

    Of the case and not of the ring: a number that was published stays when something is erased.
    """
    return case.key_for(_PSEUDONYMS)


def put_in_place(case: Case, fresh: Path, *, digest: str, state: str) -> None:
    """Put a finished record in the place of the old one, then vouch for it.

    The old watermark goes first and the new one comes last, so that no crash leaves
    one that vouches for a record it does not belong to.

    Raises:
        DiskError: the disk refuses.
    """
    size, begins = _beginning(fresh)
    mark = _Watermark(database=_sha256(fresh), begins=begins, size=size, digest=digest, state=state)
    with disk.disk_refusals("removing the old watermark", case.watermark):
        case.watermark.unlink(missing_ok=True)
    disk.replace_atomically(fresh, case.record_db)
    disk.write_atomically(case.watermark, seal(case.shared_key, _WATERMARK, mark.spelt()))


def forget_record(case: Case) -> None:
    """Remove all that is derived, for good: the next build makes it anew.

    Raises:
        DiskError: the disk refuses.
    """
    for path in (case.watermark, case.record_db, case.readings_db):
        disk.shred(path)


def record_state(case: Case, state: str, *, whole: bool = True) -> RecordState:
    """Say how the record stands to the journal; reads only.

    Args:
        case: the case.
        state: the name of the set of entries that a record would follow from now.
        whole: hold all of the file against its hash. Without, its size and first page
            alone: every other page is authenticated when it is read, with a key that
            follows from the first, so that none of another record is taken for one of this.

    Raises:
        SealedAwayError: this device has no key to the record.
        DiskError: the disk refuses.
    """
    if not case.record_db.is_file():
        return RecordState.MISSING
    mark = _watermark(case)
    if mark is None:
        return RecordState.DAMAGED
    if whole:
        fits = mark.database == _sha256(case.record_db)
    else:
        fits = (mark.size, mark.begins) == _beginning(case.record_db)
    if not fits:
        return _why_not(case, mark)
    is_current = (mark.state, mark.fold, mark.format) == (state, FOLD_VERSION, FORMAT)
    return RecordState.CURRENT if is_current else RecordState.OUTDATED


def facts_of(case: Case) -> Facts | None:
    """Give what the record says of itself; None where it cannot be read, or by another version."""
    try:
        return read_facts(*record_of(case))
    except (CaseKeyError, RecordFormatError):
        return None


def originals_with(case: Case, code: str) -> frozenset[str]:
    """Give the originals that the record has a finding of this code about; none without it."""
    try:
        return read_originals_with(*record_of(case), code)
    except (CaseKeyError, RecordFormatError, RecordMissingError):
        return frozenset()


def hidden_parts(case: Case, accessions: Iterable[str]) -> dict[str, HiddenPart]:
    """Give what files of the last build hide, by accession; none without a record."""
    try:
        return read_hidden(*record_of(case), accessions)
    except (CaseKeyError, RecordFormatError, RecordMissingError):
        return {}


def _why_not(case: Case, mark: _Watermark) -> RecordState:
    """Why the file is not the one that the watermark vouches for."""
    facts = facts_of(case)
    if facts is not None and (facts.digest, facts.state) != (mark.digest, mark.state):
        return RecordState.ROLLED_BACK
    return RecordState.DAMAGED


def _watermark(case: Case) -> _Watermark | None:
    """Read the watermark; None where there is none that this case's key opens."""
    with disk.disk_refusals("reading the watermark", case.watermark):
        try:
            untrusted = case.watermark.read_bytes() if case.watermark.is_file() else b""
        except FileNotFoundError:
            return None
    try:
        said = parse(unseal_with(case.shared_key, _WATERMARK, untrusted))
    except (UnsealError, NotCanonicalError):
        return None
    match said:
        case {
            "begins": str(begins),
            "database": str(database),
            "digest": str(digest),
            "fold": int(folded),
            "format": int(form),
            "size": int(size),
            "state": str(state),
        }:
            return _Watermark(
                database=database,
                begins=begins,
                size=size,
                digest=digest,
                state=state,
                fold=folded,
                format=form,
            )
    return None


def _beginning(path: Path) -> tuple[int, str]:
    """The size of the file, and the hash of its first page."""
    with disk.disk_refusals("reading the record", path), path.open("rb") as file:
        begins = hashlib.sha256(file.read(_PAGE_BYTES)).hexdigest()
        return file.seek(0, os.SEEK_END), begins


def _sha256(path: Path) -> str:
    with disk.disk_refusals("reading the record", path), path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
