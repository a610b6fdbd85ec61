"""Entries that came in a bundle or wait in the inbox: each held against itself.

What is checked here needs nothing but the entry, its device and its key: its id, its
case, its sealed body, what that commits to. Where it belongs is the matter of
`placing.py`, whether it may join that of `quarantine.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
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
from qantar.workbench import team_entries as team
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


class Refusal(NamedTuple):
    """Something that was not taken: what it is, which one, and why."""

    what: str
    object: str
    reason: str


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


@dataclass(slots=True)
class Arrivals:
    """All that came, each entry once.

    Attributes:
        case_id: entries of other cases are refused.
        known: what the journals hold, by id.
        keys: that came in the bundle; `ring` has those that are here.
        found: entries that are not here yet, by id.
        healed: entries that are here without their bodies, and came with them.
        refused: entries that are not what they say.
        same: how many were here already.
    """

    case_id: str
    known: Mapping[str, Entry]
    keys: ArrivedKeys
    ring: Mapping[bytes, bytes]
    found: dict[str, Arrival] = field(default_factory=dict)
    healed: dict[str, Arrival] = field(default_factory=dict)
    refused: list[Refusal] = field(default_factory=list)
    same: int = 0
    _counted: int = 0

    def take(
        self, source: Source, start: int, end: int, *, device: str | None, fresh: bool
    ) -> None:
        """Take the frames in a stretch of bytes.

        Args:
            source: where they are.
            start: of the first one.
            end: of the last one.
            device: that must have written them; None for any.
            fresh: they came just now, and did not wait before.
        """
        untrusted, at = source.read(start, end), 0
        for frame in frames(untrusted):
            self._counted += 1
            if self._counted > MAX_ENTRIES:
                break
            at = frame.end
            self._take(frame, source, start, device, fresh=fresh)
        if at != len(untrusted):
            what = f"entries of {device[:8] if device else 'the inbox'}"
            self._refuse(what, f"from byte {start + at} on", "they are damaged, or too many")

    def _take(
        self, frame: Frame, source: Source, start: int, device: str | None, *, fresh: bool
    ) -> None:
        name = frame.id.hex()
        known, before = self.known.get(name), self.found.get(name)
        if known is not None and (known.body is not None or not frame.body):
            self.same += 1
            return
        if before is not None and (before.has_body or not frame.body):
            return
        try:
            header = self._header(frame, device)
            body, key = self._opened(frame, header)
        except (UnsoundEntryError, UnsoundBodyError) as error:
            self._refuse("entry", name[:_DIGITS], str(error))
            return
        arrival = Arrival(
            entry=_entry(name, header, body),
            source=source,
            start=start + frame.start,
            end=start + frame.end,
            signature=frame.signature,
            key=key,
            stored=stored_in(body),
            has_body=bool(frame.body),
            fresh=fresh,
        )
        (self.found if known is None else self.healed)[name] = arrival

    def _header(self, frame: Frame, device: str | None) -> Header:
        header = read_header(frame.header)
        if header.case != self.case_id:
            message = f"it is of another case ({header.case[:8]})"
            raise UnsoundEntryError(message)
        if device not in (None, header.device):
            message = f"it is of device {header.device[:8]}, and stands among those of {device[:8]}"
            raise UnsoundEntryError(message)
        if not is_sealed(frame, header):
            message = "its body is not the one that it was signed with"
            raise UnsoundEntryError(message)
        return header

    def _opened(
        self, frame: Frame, header: Header
    ) -> tuple[Mapping[str, JSON] | None, bytes | None]:
        """Open the body with whichever key is the right one; without a key, it stays sealed."""
        if not frame.body:
            return None, None
        name = bytes.fromhex(header.commitment)
        keys = [key for key in (self.ring.get(name), self.keys.get(name)) if key is not None]
        for key in keys:
            try:
                body, commitment = open_whole(frame.body, key)
            except UnsoundBodyError:
                if key is keys[-1]:
                    raise
                continue
            if commitment == name:
                return body, key
        if keys:
            message = "it has other fields than its header commits to"
            raise UnsoundBodyError(message)
        return None, None

    def _refuse(self, what: str, which: str, reason: str) -> None:
        self.refused.append(Refusal(what, which, reason))


def publics_in(entries: Iterable[Entry]) -> Iterator[DevicePublic]:
    """Give the devices that entries describe; the id of each is the hash of what is said of it."""
    for entry in entries:
        said = entry.body.get("device") if entry.kind in _DESCRIBE and entry.body else None
        if isinstance(said, Mapping):
            with suppress(ValueError):
                yield DevicePublic.from_record(said)


def _entry(name: str, header: Header, body: Mapping[str, JSON] | None) -> Entry:
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
