"""What a check of a whole case finds, and what each finding means for the exit code.

A check goes on after a fault: one altered original must not hide another. So what is
wrong is collected here instead of being raised. `tools/verify_case.py` checks the
same by code of its own, and names its findings as this module does.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Final

from qantar.archive import ring
from qantar.archive.case import Case
from qantar.archive.disk import disk_refusals
from qantar.archive.opening import Keys
from qantar.archive.ring_file import RECORD_BYTES
from qantar.archive.slots import is_vouched_for, read_slots, slot_paths
from qantar.archive.unlock import damaged_copies
from qantar.errors import (
    JournalBrokenError,
    KeysDamagedError,
    OriginalAlteredError,
    WitnessedLossError,
)


class Check(StrEnum):
    """What was held against what.

    The first four are faults: what they name is altered, missing or cut short. The
    others are repaired by the next command that writes, or are no damage at all.
    """

    JOURNAL = "journal"
    HISTORY = "history"
    WITNESS = "witness"
    ORIGINAL = "original"
    KEYS = "keys"
    RING = "ring"
    HEAD = "head"
    TAIL = "tail"
    FORK = "fork"
    BODY = "body"
    BEHIND = "behind"
    SPLIT = "split"
    NOTE = "note"
    DEVICE = "device"
    STATED = "stated"
    ERASURE = "erasure"
    STORED = "stored"
    RELEASE = "release"
    RECORD = "record"


_EXITS: Final = {
    Check.JOURNAL: JournalBrokenError.exit_code,
    Check.HISTORY: JournalBrokenError.exit_code,
    Check.WITNESS: WitnessedLossError.exit_code,
    Check.ORIGINAL: OriginalAlteredError.exit_code,
}
# Gravest first: a journal that is broken makes all else doubtful, one that is shorter than
# somebody saw hides what is gone, and an altered original is altered alone.
_GRAVEST: Final = (
    JournalBrokenError.exit_code,
    WitnessedLossError.exit_code,
    OriginalAlteredError.exit_code,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is not as it should be.

    `where` is a path within the case, for an entry followed by its number. `found` and
    `expected` complete "found …; expected …", and `said` says both as one sentence where that
    is plainer; `next` is a sentence.
    """

    check: Check
    where: str
    expected: str
    found: str
    next: str
    said: str | None = None

    def words(self) -> str:
        """The finding as `qantar verify` prints it."""
        said = self.said or f"found {self.found}; expected {self.expected}"
        return f"{self.check}: {self.where}: {said}. {self.next}"

    def to_json(self) -> dict[str, object]:
        """The finding as `qantar verify --json` prints it."""
        return {
            "check": self.check.value,
            "object": self.where,
            "expected": self.expected,
            "found": self.found,
            "next": self.next,
        }


@dataclass(slots=True)
class Findings:
    """All findings of one check, in the order in which they were met; one about each thing."""

    root: Path
    _listed: dict[tuple[Check, str], Finding] = field(default_factory=dict)

    def __iter__(self) -> Iterator[Finding]:
        """Give them in order."""
        return iter(self._listed.values())

    def add(
        self,
        check: Check,
        where: Path | str,
        *,
        expected: str,
        found: str,
        then: str,
        said: str | None = None,
    ) -> None:
        """Note a finding; what is known of the same thing already stays.

        Args:
            check: what was held against what.
            where: a path, or the words for a thing.
            expected: what it should be.
            found: what it is.
            then: what to do, as a sentence.
            said: what is wrong, without a full stop, where that is plainer than found and expected.
        """
        name = self.name(where) if isinstance(where, Path) else where
        finding = Finding(
            check=check, where=name, expected=expected, found=found, next=then, said=said
        )
        self._listed.setdefault((check, name), finding)

    def name(self, path: Path) -> str:
        """Name a path within the case; one outside by its file name alone."""
        if path.is_relative_to(self.root):
            return path.relative_to(self.root).as_posix()
        return path.name

    def of_journal(self, devices: Collection[str]) -> str | None:
        """Name a fault in a journal of one of these devices; None where there is none."""
        faults = (where for check, where in self._listed if check is Check.JOURNAL)
        own = (where for where in faults if where.removeprefix("journal/")[:32] in devices)
        return next(own, None)

    def has(self, check: Check) -> bool:
        """Whether there is a finding of this kind."""
        return any(one is check for one, _ in self._listed)

    @property
    def exit_code(self) -> int:
        """What the command exits with: the code of the gravest fault, 0 without one."""
        codes = {_EXITS.get(check, 0) for check, _ in self._listed}
        return next((code for code in _GRAVEST if code in codes), 0)


def check_keys(case: Case, findings: Findings) -> Keys:
    """Look at every copy of every key file and at the ring; writes nothing.

    Returns:
        What gives the keys of single entries and originals as they are at the moment, by
        id; none where they cannot be read.

    Raises:
        DiskError: the disk refuses.
    """
    for path in damaged_copies(case):
        findings.add(
            Check.KEYS,
            path,
            expected="the same as its other copies",
            found="a missing or damaged copy",
            then="The next unlock mends it.",
        )
    _check_slots(case, findings)
    if case.case_key is None:
        return dict
    try:
        state = ring.inspect(case)
    except KeysDamagedError as error:
        where = Path(error.where) if error.where else case.ring
        hint = error.next or ""
        findings.add(Check.RING, where, expected="a ring", found=error.message, then=hint)
        return dict
    unread = state.damaged * RECORD_BYTES + state.torn_bytes
    if state.path is not None and unread:
        findings.add(
            Check.RING,
            state.path,
            expected="records that open, up to its end",
            found=f"{unread:,} bytes that do not",
            then="What lost its key is named here too; if nothing is, it was an unfinished write.",
        )
    return partial(ring.keys, case)


def _check_slots(case: Case, findings: Findings) -> None:
    """Tell of slots that somebody put into the folder who had not its key."""
    if case.local_key is None:
        return
    for number, found in read_slots(case.keys):
        if found.data is not None and not is_vouched_for(found.data, case.local_key):
            findings.add(
                Check.KEYS,
                slot_paths(case.keys, number)[0],
                expected="a slot made by who had the key of this folder",
                found="one that somebody else put there; it opens nothing here",
                then=f"Take it away: `qantar keys remove CASE {number}`.",
            )


def as_it_stands(case: Case) -> list[tuple[Path, int, int]]:
    """Give what a writer changes: the files of journals, keys and notes, by size and time.

    Raises:
        DiskError: the disk refuses.
    """
    found = []
    with disk_refusals("looking at the case", case.root):
        for folder in (case.journals, case.keys, case.witness):
            for path in sorted(folder.rglob("*")):
                with suppress(FileNotFoundError):  # a writer's scratch file
                    stat = path.lstat()
                    found.append((path, stat.st_size, stat.st_mtime_ns))
    return found
