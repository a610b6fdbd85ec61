"""What of a case can be read on a device, and what of it lies there: told from the files alone.

A plain second answer to what an erasure says that it did. It shares with it how a frame
is cut and a body is opened, and nothing of what decides what goes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pyrage

from qantar.archive.age_keys import UnsealError, identity, unseal_with
from qantar.archive.body import UnsoundBodyError, open_whole
from qantar.archive.case import Case
from qantar.archive.frame import Frame, Header, UnsoundEntryError, cut_by_lengths, read_header
from qantar.archive.ring_file import RingGoneError, open_ring
from qantar.errors import KeysDamagedError
from qantar.model.canonical import JSON

Body = dict[str, JSON]
_HEX = 64


@dataclass(frozen=True, slots=True)
class Piece:
    """A sealed thing as it was once seen: its key, and its ciphertext."""

    key: bytes = field(repr=False)
    sealed: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Look:
    """What a device can read: bodies by entry, contents (their hash) by object; each with its key.

    `commitments` has what the header of each entry says, read or not; `aside` are those that
    can be read only in a journal that was set aside, or wait.
    """

    bodies: dict[str, Body]
    contents: dict[str, str]
    pieces: dict[str, Piece]
    kinds: dict[str, str]
    commitments: dict[str, str]
    aside: set[str]

    @property
    def readable(self) -> set[str]:
        """Ids of entries and names of objects that can be read."""
        return {*self.bodies, *self.contents}


def look(case: Case) -> Look:
    """Read all that the newest ring of keys opens."""
    found = Look({}, {}, {}, {}, {}, set())
    rings = sorted(case.ring.glob("[0-9]*.ring"), key=lambda path: int(path.stem))
    keys = dict(_keys_in(rings[-1], case)) if rings else {}
    for path in _journals(case.root):
        for frame, header in frames_in(path):
            found.kinds[frame.id.hex()] = header.kind
            found.commitments[frame.id.hex()] = header.commitment
            key = keys.get(bytes.fromhex(header.commitment))
            if key is not None and frame.body:
                with suppress(UnsoundBodyError):
                    body, commitment = open_whole(frame.body, key)
                    if commitment.hex() == header.commitment:
                        aside = frame.id.hex() not in found.bodies and path.parts[-3] != "journal"
                        found.aside.update([frame.id.hex()] if aside else [])
                        found.bodies[frame.id.hex()] = body
                        found.pieces[frame.id.hex()] = Piece(key, frame.body)
    for path in (*case.originals.glob("*/*"), *case.releases.glob("*")):
        key = keys.get(bytes.fromhex(path.name)) if len(path.name) == _HEX else None
        if key is not None:
            sealed = path.read_bytes()
            with suppress(pyrage.DecryptError):
                padded = pyrage.decrypt(sealed, [identity(key)])
                found.contents[path.name] = hashlib.sha256(padded).hexdigest()
                found.pieces[path.name] = Piece(key, sealed)
    return found


def keys_left(case: Case) -> Iterator[bytes]:
    """Give every key that any ring, or what waits in the inbox, opens to with the case key."""
    for path in case.ring.glob("[0-9]*.ring"):
        yield from dict(_keys_in(path, case)).values()
    for path in case.inbox.glob("objects/*.state"):
        with suppress(UnsealError):
            said = unseal_with(case.shared_key, "inbox-object", path.read_bytes())
            yield bytes.fromhex(said.partition(b'"key":"')[2][:_HEX].decode())


def frames_in(path: Path) -> Iterator[tuple[Frame, Header]]:
    """Cut a file of frames; ends where it makes no sense."""
    for frame in cut_by_lengths(path.read_bytes()):
        with suppress(UnsoundEntryError):
            yield frame, read_header(frame.header)


def _journals(root: Path) -> Iterator[Path]:
    for pattern in ("journal/*/*.qj", "inbox/journal-*/*.qj", "inbox/waiting.qj"):
        yield from (path for path in sorted(root.glob(pattern)) if path.is_file())


def _keys_in(path: Path, case: Case) -> Iterator[tuple[bytes, bytes]]:
    with suppress(KeysDamagedError, RingGoneError):
        ring = open_ring(path, case.shared_key)
        ring.read_on()
        yield from ring.keys.items()
