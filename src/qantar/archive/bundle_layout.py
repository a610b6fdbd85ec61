"""A bundle before it is written: what stands in it, and in which of its parts.

What goes into a bundle comes as units that must not be torn apart (a key and what it
opens). They are laid out over as many parts as it takes, each whole in itself, so
that parts can be merged in any order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

from qantar.archive.bundle_format import (
    END_BYTES,
    MAGIC,
    MAX_CHUNKS,
    MAX_ENTRIES,
    MAX_PARTS,
    RECORD,
    Kind,
    Manifest,
)
from qantar.archive.own_device import OwnDevice

_AGE_CHUNK, _AGE_TAG = 64 * 1024, 16
_HEADER_BYTES: Final = 4096
_STANZA_BYTES: Final = 128


class Record(NamedTuple):
    """A record to be: its payload comes in pieces, `length` bytes in all, when it is written.

    `entries` counts the entries in it.
    """

    kind: Kind
    length: int
    pieces: Callable[[], Iterable[bytes]]
    entries: int = 0

    @property
    def size(self) -> int:
        """Bytes that it takes in the bundle."""
        return RECORD.size + self.length


Unit = tuple[Record, ...]
"""Records that must stand in one part."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """A bundle to be.

    `manifest` is that of any part; part numbers are filled in. `signer` is the device
    that makes it, `recipients` are the age recipients of those it is for. `common` stands in
    every part, `units` are laid out over them in order.
    """

    manifest: Manifest
    signer: OwnDevice
    recipients: tuple[str, ...]
    common: tuple[Record, ...]
    units: tuple[Unit, ...]


def record(kind: Kind, payload: bytes) -> Record:
    """Make a record of what is in memory."""
    return Record(kind, len(payload), lambda: (payload,))


def laid_out(outgoing: Outgoing, part_bytes: int) -> list[list[Unit]]:
    """Lay units out over parts, in order, each part as full as it goes.

    Args:
        outgoing: the bundle to be.
        part_bytes: the most that the age file of one part may take.

    Raises:
        ValueError: a unit does not fit into a part.
    """
    room = _plain_room(part_bytes, len(outgoing.recipients) + 1)
    room -= len(MAGIC) + RECORD.size + END_BYTES
    room -= _record_size(replace(outgoing.manifest, part=MAX_PARTS, parts=MAX_PARTS))
    room -= sum(one.size for one in outgoing.common)
    parts: list[list[Unit]] = [[]]
    left, entries = room, 0
    for unit in outgoing.units:
        size = sum(one.size for one in unit)
        if size > room:
            message = f"{size} bytes that belong together do not fit into a part of {part_bytes}"
            raise ValueError(message)
        entries += sum(one.entries for one in unit)
        if size > left or entries > MAX_ENTRIES or len(parts[-1]) == MAX_CHUNKS:
            parts.append([])
            left, entries = room, sum(one.entries for one in unit)
        parts[-1].append(unit)
        left -= size
    return parts


def _record_size(manifest: Manifest) -> int:
    return RECORD.size + len(manifest.to_bytes())


def _plain_room(part_bytes: int, recipients: int) -> int:
    """Bytes of plaintext that surely fit into an age file of that many bytes."""
    payload = part_bytes - _HEADER_BYTES - recipients * _STANZA_BYTES
    return payload - (payload // (_AGE_CHUNK + _AGE_TAG) + 1) * _AGE_TAG
