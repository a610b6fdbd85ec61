"""Whoever has the disk and the passphrase: opens all that any key they find opens.

The examiner knows the keys of the folder, takes every file that was ever on the disk
as it is there now, and goes on until nothing more opens: rings give keys, keys open
originals, entries and databases, and in those there may be more keys.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyrage
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from qantar.archive.age_keys import identity
from qantar.archive.body import UnsoundBodyError, open_body
from qantar.archive.case import Case
from qantar.archive.derive import KEY_BYTES, derive, tag
from qantar.archive.frame import frames, read_header
from qantar.errors import QantarError
from qantar.model.canonical import canonical
from qantar.record.database import opened

_AGE = b"age-encryption.org/v1\n"
_RINGS = tuple(f"ring/{number:04d}" for number in range(1, 100))
_PURPOSES = ("device", "case-key", *_RINGS, "watermark", "inbox-object")
_DATABASES = ("record", "readings")
_HEX_KEY = re.compile(rb"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])")
_RECORD, _NONCE = 92, 12
_RING = tag("ring")


class Disk:
    """A folder that is worked in, and every file that was ever seen in it, as it lies there now.

    A second name for the same bytes keeps in sight what the folder has no name for any
    more: on a disk that writes in place, and never uses a block again.
    """

    def __init__(self, folder: Path, seen: Path) -> None:
        """Look at `folder` from now on; the second names are made in `seen`."""
        self.folder, self.seen = folder, seen
        self._known: set[int] = set()
        seen.mkdir()

    def look(self) -> None:
        """Give every new file a second name."""
        for path in sorted(self.folder.rglob("*")):
            if path.is_file() and path.stat().st_ino not in self._known:
                self._known.add(path.stat().st_ino)
                os.link(path, self.seen / f"{len(self._known)}-{path.name}")

    def files(self) -> list[Path]:
        """Give all that was ever seen."""
        return sorted(self.seen.iterdir())


@dataclass(slots=True)
class Examiner:
    """What was found out so far.

    `masters` are keys from which others are derived (32 bytes each), `keys` those of single
    things; `opened` is what they opened.
    """

    masters: set[bytes] = field(default_factory=set)
    keys: set[bytes] = field(default_factory=set)
    opened: list[bytes] = field(default_factory=list)

    @classmethod
    def of(cls, case: Case, files: Sequence[Path]) -> Examiner:
        """Examine files with all that the folder's own keys lead to."""
        found = cls({case.shared_key, case.local_key or b""} - {b""}, {case.signer.age_secret})
        found.examine(files)
        return found

    def examine(self, files: Sequence[Path]) -> None:
        """Open what opens, until nothing more does."""
        before = -1
        while len(self.masters) + len(self.keys) != before:
            before = len(self.masters) + len(self.keys)
            self.opened.clear()
            for path in files:
                self.opened.extend(self._pieces(path))

    def _pieces(self, path: Path) -> Iterator[bytes]:
        data = path.read_bytes()
        for piece in _ages(data, self._identities()):
            if len(piece) == KEY_BYTES:
                self.masters.add(piece)
            elif b'"key"' in piece:
                self.keys.update(bytes.fromhex(key.decode()) for key in _HEX_KEY.findall(piece))
            yield piece
        if path.name.endswith(".ring") or ".tmp-" in path.name:
            self.keys.update(key for one in self.masters for key in _records(data, one))
        if ".qj" in path.name or "torn-" in path.name:
            yield from self._journal(data)
        if ".db" in path.name:
            for name in _DATABASES:
                for one in self.masters:
                    yield from _dumped(path, derive(one, name))

    def _identities(self) -> list[pyrage.x25519.Identity]:
        derived = (derive(one, purpose) for one in self.masters for purpose in _PURPOSES)
        return [identity(secret) for secret in (*derived, *self.masters, *self.keys)]

    def _journal(self, data: bytes) -> Iterator[bytes]:
        for frame in frames(data):
            for key in self.keys if frame.body else ():
                try:
                    yield canonical(dict(open_body(frame.body, key)))
                except UnsoundBodyError:
                    continue


def _records(data: bytes, ring_key: bytes) -> Iterator[bytes]:
    """Open the records of a ring."""
    opening = ChaCha20Poly1305(ring_key)
    for at in range(0, len(data) - _RECORD + 1, _RECORD):
        name, nonce = data[at : at + 32], data[at + 32 : at + 32 + _NONCE]
        try:
            yield opening.decrypt(nonce, data[at + 44 : at + _RECORD], _RING + name)
        except InvalidTag:
            continue


def _ages(data: bytes, identities: list[pyrage.x25519.Identity]) -> Iterator[bytes]:
    """Decrypt what is an age file, at the beginning or behind a line of text."""
    at = data.find(_AGE)
    if at >= 0:
        try:
            yield pyrage.decrypt(data[at:], identities)
        except (pyrage.DecryptError, OSError):
            return


def _dumped(path: Path, key: bytes) -> Iterator[bytes]:
    """Give the tables of a database that this key opens, cell after cell."""
    try:
        with opened(path, key) as connection:
            asked = "SELECT name FROM sqlite_master WHERE type = 'table'"
            for (name,) in connection.execute(asked).fetchall():
                rows = connection.execute(f'SELECT * FROM "{name}"')  # noqa: S608  # its own names
                cells = (cell for row in rows for cell in row)
                yield b"\0".join(c if isinstance(c, bytes) else str(c).encode() for c in cells)
    except QantarError:
        return


def sealed_ring_parts(ring: Path) -> list[bytes]:
    """Give what a generation of the ring consists of, but for the ids, which are in headers too."""
    data = ring.read_bytes()
    records = [data[at + 32 : at + _RECORD] for at in range(0, len(data), _RECORD)]
    return [*records, ring.with_suffix(".age").read_bytes()[-_RECORD:]]


def sealed_bodies(segments: Iterable[Path], ids: Iterable[str]) -> list[bytes]:
    """Give the sealed bodies of these entries."""
    wanted = set(ids)
    listed = (frame for path in segments for frame in frames(path.read_bytes()))
    return [frame.body for frame in listed if frame.id.hex() in wanted and frame.body]


def commitments(segments: Iterable[Path], ids: Iterable[str]) -> list[bytes]:
    """Give the ids under which the ring has the keys of these entries."""
    wanted = set(ids)
    listed = (frame for path in segments for frame in frames(path.read_bytes()))
    return [
        bytes.fromhex(read_header(frame.header).commitment)
        for frame in listed
        if frame.id.hex() in wanted
    ]
