"""Entries that came in a bundle or wait in the inbox: each held against itself.

What is checked here needs nothing but the entry, its device and its key: its id, its
case, its sealed body. Where it belongs is the matter of
`placing.py`, whether it may join that of `quarantine.py`. What strangers wrote is
counted as it is read: beyond its room nothing of it is kept, not even in memory.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final, NamedTuple, Protocol

from qantar.archive.arrived import ArrivedKeys
from qantar.archive.body import UnsoundBodyError, open_whole
from qantar.archive.bundle_format import MAX_ENTRIES
from qantar.archive.frame import (
    Frame,
    Header,
    UnsoundEntryError,
    frames,
    is_sealed,
    is_signed,
    read_header,
)
from qantar.model.canonical import JSON
from qantar.model.device import DevicePublic
from qantar.model.entry import Entry
from qantar.workbench import room
from qantar.workbench import team_entries as team
from qantar.workbench.groups import Groups
from qantar.workbench.objects import Stored, stored_in

# What these say decides whom to believe; of the others only the place is needed.
_READ_NOW: Final = frozenset({team.CASE_INIT, team.DEVICE_ADMIT, team.DEVICE_REVOKE, team.ERASE})
_DESCRIBE: Final = frozenset({team.CASE_INIT, team.DEVICE_ADMIT})
_DIGITS: Final = 12


class Source(Protocol):
    """Bytes that can be read again: a bundle's spool, or the inbox."""

    def read(self, start: int, end: int) -> bytes:
        """Give bytes `start` to `end`."""


@dataclass(frozen=True, slots=True)
class InMemory:
    """Bytes that are in memory."""

    data: bytes = field(repr=False)

    def read(self, start: int, end: int) -> bytes:
        """Give bytes `start` to `end`."""
        return self.data[start:end]


class Stretch(NamedTuple):
    """Frames that stand one behind the other: bytes `start` to `end` of a source.

    `device` must have written them, None for any; `fresh`: they came just now, and did
    not wait before.
    """

    source: Source
    start: int
    end: int
    device: str | None
    fresh: bool

    def read(self) -> bytes:
        """Read them, as they came."""
        return self.source.read(self.start, self.end)


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """An entry that came, sound in itself.

    `entry` has its body only where that decides whom to believe. `key` opens the body
    and was tried; None where it did not come. `stored` are the bytes that it speaks of.
    `has_body` is false where it came without one.
    """

    entry: Entry
    source: Source = field(repr=False)
    start: int
    end: int
    signature: bytes = field(repr=False)
    key: bytes | None = field(repr=False)
    stored: Stored | None
    has_body: bool
    fresh: bool

    def frame(self) -> Frame:
        """Read it again, as it came."""
        return next(frames(self.source.read(self.start, self.end)))

    def is_signed(self, public_key: bytes) -> bool:
        """Whether the device with this Ed25519 key signed it."""
        id_ = bytes.fromhex(self.entry.id)
        return is_signed(Frame(0, 0, b"", b"", id_, self.signature), public_key)


@dataclass(frozen=True, slots=True)
class Checks:
    """What an entry is held against: its case, and the keys that came or are here already."""

    case_id: str
    came: ArrivedKeys
    ring: Mapping[bytes, bytes] = field(repr=False)

    def header(self, frame: Frame, device: str | None) -> Header:
        """Read a frame's header and hold it against its case, its device and its body.

        Raises:
            UnsoundEntryError: it does not hold.
        """
        header = read_header(frame.header)
        if header.case != self.case_id:
            message = f"it is of another case ({header.case[:8]})"
            raise UnsoundEntryError(message)
        if device not in (None, header.device):
            message = f"it is of device {header.device[:8]}, and stands among those of another"
            raise UnsoundEntryError(message)
        if not is_sealed(frame, header):
            message = "its body is not the one that it was signed with"
            raise UnsoundEntryError(message)
        return header

    def opened(
        self, frame: Frame, header: Header
    ) -> tuple[Mapping[str, JSON] | None, bytes | None]:
        """Open the body with whichever key is the right one; without that, it stays sealed.

        No key that came or is here makes an entry unsound, for another device may not have
        it: the header, signed, says which ciphertext is its body, and that was held against it.
        """
        name = bytes.fromhex(header.commitment)
        found = (self.ring.get(name), self.came.get(name)) if frame.body else ()
        for key in (key for key in found if key is not None):
            with suppress(UnsoundBodyError):
                body, commitment = open_whole(frame.body, key)
                if commitment == name:
                    return body, key
        return None, None


@dataclass(slots=True)
class Arrivals:
    """All that came, each entry once.

    Attributes:
        checks: what each is held against.
        known: what the journals hold, by id.
        possible: the devices that can be members; all others are strangers.
        refused: receives what is not what it says, or finds no room.
        found: entries that are not here yet, by id.
        healed: entries that are here without their bodies, and came with them.
        same: how many were here already.
    """

    checks: Checks
    known: Mapping[str, Entry]
    possible: Collection[str]
    refused: Groups
    found: dict[str, Arrival] = field(default_factory=dict)
    healed: dict[str, Arrival] = field(default_factory=dict)
    same: int = 0
    _strangers: room.Room = field(default_factory=room.for_strangers)
    _counted: int = 0

    def take(self, stretch: Stretch) -> None:
        """Take the frames in a stretch of bytes."""
        untrusted, at = stretch.read(), 0
        for frame in frames(untrusted):
            self._counted += stretch.fresh  # what waits had its own room
            if self._counted > MAX_ENTRIES:
                break
            at = frame.end
            self._take(frame, stretch)
        if at != len(untrusted):
            where, reason = f"from byte {stretch.start + at} on", "damaged, or too many"
            self.refused.add("run of entries", stretch.device or "", reason, where)

    def _take(self, frame: Frame, stretch: Stretch) -> None:
        name = frame.id.hex()
        known, before = self.known.get(name), self.found.get(name)
        if known is not None and (known.body is not None or known.strange or not frame.body):
            self.same += 1
            return
        if before is not None and (before.has_body or not frame.body):
            return
        device = stretch.device or ""
        try:
            device = device or read_header(frame.header).device
            if self._has_no_room(device, frame.end - frame.start):
                self.refused.add("entry", device, self._strangers.why, name[:_DIGITS])
                return
            header = self.checks.header(frame, device)
            body, key = self.checks.opened(frame, header)
        except UnsoundEntryError as error:
            self.refused.add("entry", device, str(error), name[:_DIGITS])
            return
        arrival = Arrival(
            entry=entry_of(name, header, body),
            source=stretch.source,
            start=stretch.start + frame.start,
            end=stretch.start + frame.end,
            signature=frame.signature,
            key=key,
            stored=stored_in(body),
            has_body=bool(frame.body),
            fresh=stretch.fresh,
        )
        (self.found if known is None else self.healed)[name] = arrival

    def _has_no_room(self, device: str, size: int) -> bool:
        return device not in self.possible and not self._strangers.take(size)


def publics_in(entries: Iterable[Entry]) -> Iterator[DevicePublic]:
    """Give the devices that entries describe; the id of each is the hash of what is said of it."""
    for entry in entries:
        said = entry.body.get("device") if entry.kind in _DESCRIBE and entry.body else None
        if isinstance(said, Mapping):
            with suppress(ValueError):
                yield DevicePublic.from_record(said)


def entry_of(name: str, header: Header, body: Mapping[str, JSON] | None) -> Entry:
    """Give the entry with this header; its body only where that decides whom to believe."""
    return Entry(
        id=name,
        device=header.device,
        seq=header.seq,
        prev=header.prev,
        refs=header.refs,
        kind=header.kind,
        at=header.at,
        body=body if header.kind in _READ_NOW else None,
        commitment=header.commitment,
    )
