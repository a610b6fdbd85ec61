"""The kind of journal entry about time stamps: how it is written, and how it is read back."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from qantar.archive.case import Case
from qantar.archive.journal import read
from qantar.archive.note import Checkpoint
from qantar.model.canonical import JSON

TIME: Final = "witness.time"
_HEX_64: Final = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """One time stamp that was taken in.

    `answer` is the hex SHA-256 of the authority's answer, `at` the time that it vouches
    for, `authority` what it calls itself. `checked` says whether its signature was held
    against roots that somebody trusted when it was taken in.
    """

    answer: str
    at: datetime
    authority: str
    checked: bool

    @property
    def words(self) -> str:
        """How a report names it as a witness."""
        who = f" of {self.authority}" if self.authority else ""
        how = "checked when it was taken in" if self.checked else "not checked"
        return f"a time stamp{who} (signature {how})"


def time_entry(
    checkpoint: Checkpoint,
    *,
    at: datetime,
    authority: str,
    answer: str,
    roots: Sequence[str],
) -> tuple[str, Mapping[str, JSON]]:
    """`witness.time`: an authority says that a log stood so at a time.

    Args:
        checkpoint: how the log stood.
        at: what the authority vouches for, in UTC.
        authority: what its certificate calls it; "" where it sent none.
        answer: hex SHA-256 of its answer, which lies beside the note.
        roots: hex SHA-256 of the certificates that the signature was held against;
            none where it was not checked.
    """
    body: dict[str, JSON] = {
        "device": checkpoint.origin.rpartition("/")[2],
        "size": checkpoint.size,
        "root": checkpoint.root.hex(),
        "at": at.isoformat(),
        "authority": authority or None,
        "answer": answer,
        "roots": list(roots),
    }
    return TIME, body


def stamp_in(kind: str, body: Mapping[str, JSON] | None) -> Stamp | None:
    """Read a `witness.time` entry; None for any other, and for a form that is not known."""
    match kind, body:
        case str(name), {
            "at": str(at),
            "authority": str() | None as authority,
            "answer": str(answer),
            "roots": list(roots),
        } if name == TIME and _HEX_64.fullmatch(answer):
            try:
                when = datetime.fromisoformat(at)
            except ValueError:
                return None
            if when.tzinfo is None:
                return None  # it could be held against no other time
            return Stamp(answer=answer, at=when, authority=authority or "", checked=bool(roots))
    return None


def recorded(case: Case) -> Iterator[Stamp]:
    """Give all time stamps that the journals tell of.

    Raises:
        SealedAwayError, JournalBrokenError, KeysDamagedError, DiskError: as `journal.read`.
    """
    for entry in read(case):
        stamp = stamp_in(entry.kind, entry.body)
        if stamp is not None:
            yield stamp
