"""An entry: one line of the case's journal, as everything above the journal sees it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from msgspec import Struct

from qantar.model.canonical import JSON

_ID = re.compile(r"[0-9a-f]{64}")
_DEVICE = re.compile(r"[0-9a-f]{32}")
_KIND = re.compile(r"[a-z][a-z0-9_-]*(\.[a-z][a-z0-9_-]*)*")
_LONGEST_KIND = 64
_NO_OFFSET = timedelta(0)
_SPELT = re.compile(
    rf"{_ID.pattern} {_DEVICE.pattern} (?:{_ID.pattern})? {_ID.pattern} {_KIND.pattern}"
)


def whole_minute(at: datetime) -> datetime:
    """Bring an aware time to UTC and cut it to the minute, as the journal keeps it.

    A claimed time is never used for order, and seconds would say more about the
    person at the keyboard than the record needs.

    Raises:
        ValueError: `at` has no zone.
    """
    if at.tzinfo is None or at.utcoffset() is None:
        message = f"a journal time needs a zone: {at.isoformat()}"
        raise ValueError(message)
    return at.astimezone(UTC).replace(second=0, microsecond=0)


class Ref(NamedTuple):
    """The newest entry of another lane that a device had when it wrote an entry of its own."""

    device: str
    seq: int
    id: str


# A structure and no dataclass: it is made in half the time, a hundred thousand times.
class Entry(Struct, frozen=True, kw_only=True):
    """One thing that was done to the case; never edited, answered by later entries.

    `id` is hex and commits to everything in it; `device` is the hex id of the
    device that wrote it. `seq` counts the device's entries from 1 without gaps;
    `prev` is the id of the device's entry before, "" for the first. `refs` are the
    newest entries of other lanes seen since then, sorted. `kind` is a dotted
    lower-case name (`original.add`); kinds this version does not know are kept.
    `at` is the claimed time in UTC, to the minute. `body` is safe in canonical JSON
    (`model/canonical.py`); None where it was erased, or its key is not in this
    case, or it is `strange`: what its device signed as the body is not what the header
    commits to. `commitment` (hex) is what the header says of the body's fields.
    """

    id: str
    device: str
    seq: int
    prev: str
    refs: tuple[Ref, ...]
    kind: str
    at: datetime
    body: Mapping[str, JSON] | None
    commitment: str
    strange: bool = False

    def __post_init__(self) -> None:
        """Refuse impossible values.

        Raises:
            ValueError: a field cannot be what the class says it is.
        """
        # One pattern for all that is text: a journal of 100,000 entries passes here.
        seq, at, prev = self.seq, self.at, self.prev
        spelt = f"{self.id} {self.device} {prev} {self.commitment} {self.kind}"
        if (
            not _SPELT.fullmatch(spelt)
            or len(self.kind) > _LONGEST_KIND
            or seq < 1
            or (prev == "") != (seq == 1)
            or at.second
            or at.microsecond
            or at.utcoffset() != _NO_OFFSET
            or not (self.body is None or isinstance(self.body, Mapping))
        ):
            self._refuse()

    def _refuse(self) -> None:
        """Say which field is impossible.

        Raises:
            ValueError: always.
        """
        faults = (
            ("id", not _ID.fullmatch(self.id)),
            ("device", not _DEVICE.fullmatch(self.device)),
            ("seq", self.seq < 1),
            ("prev", bool(self.prev) == (self.seq == 1)),
            ("prev", bool(self.prev) and not _ID.fullmatch(self.prev)),
            ("kind", len(self.kind) > _LONGEST_KIND or not _KIND.fullmatch(self.kind)),
            ("at", self.at.utcoffset() != _NO_OFFSET),
            ("at", bool(self.at.second or self.at.microsecond)),
            ("body", self.body is not None and not isinstance(self.body, Mapping)),
            ("commitment", not _ID.fullmatch(self.commitment)),
        )
        name = next(name for name, impossible in faults if impossible)
        message = f"an entry's {name} cannot be {getattr(self, name)!r}"
        raise ValueError(message)
