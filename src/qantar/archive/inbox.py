"""The inbox: what came in a bundle and has no place in the case yet.

`inbox/waiting.qj` holds entries, as they stand in a journal, that wait for what they
follow from or for their device to be let in. `inbox/objects/` holds originals that are not
all here, or that no entry names yet: ciphertext, and beside it, sealed, its key and
which pieces of it came. Nothing here counts for the case before it is adopted.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from qantar.archive.age_keys import UnsealError, seal, unseal_with
from qantar.archive.case import Case
from qantar.archive.derive import KEY_BYTES, tagged
from qantar.archive.disk import (
    disk_refusals,
    make_folder,
    shred,
    sync_folder,
    write_atomically,
)
from qantar.archive.frame import Frame, to_bytes
from qantar.archive.replacing import finish_replacing, replace_for_good, replace_one
from qantar.archive.staging import Piece, copied
from qantar.archive.waiting import Waiting
from qantar.errors import NotCanonicalError
from qantar.model.canonical import JSON, canonical, parse

_WAITING: Final = "waiting.qj"
_OBJECTS: Final = "objects"
_STATE: Final = ".state"
_SEAL: Final = "inbox-object"
_NAME = re.compile(r"([0-9a-f]{64})\.[0-9a-f]{8}")
_MOST_STATE: Final = 1024 * 1024
LEAST_PIECE: Final = 1024
"""Bytes of a piece, but for the end of a file: each costs the disk several waits."""
MOST_SPANS: Final = 1000
"""Parts of one file that are here and do not touch: all are read and written with each new one."""

Span = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """An original that came and is not adopted: its name on disk, key, and file.

    `total` is the length of its file in bytes; `spans` are the parts of it that are
    here, from and up to, sorted and apart.
    """

    name: bytes
    key: bytes = field(repr=False)
    total: int
    spans: tuple[Span, ...]
    path: Path

    @property
    def complete(self) -> bool:
        """Whether all of it is here."""
        return self.spans == ((0, self.total),)


def waiting(case: Case) -> Waiting:
    """Give the entries that wait, one frame after the other, as they were kept."""
    return Waiting(case.inbox / _WAITING)


def store_waiting(case: Case, listed: Iterable[Frame]) -> None:
    """Keep these entries, and no others, as those that wait, durably.

    Raises:
        DiskError: the disk refuses.
    """
    waiting(case).store(listed)


def pending(case: Case) -> Iterator[Pending]:
    """Give the originals that wait; what cannot be one is left alone.

    Raises:
        SealedAwayError: this device has no key to them.
        DiskError: the disk refuses.
    """
    folder = case.inbox / _OBJECTS
    with disk_refusals("reading what waits", folder):
        found = sorted(folder.iterdir()) if folder.is_dir() else []
    for path in found:
        if _NAME.fullmatch(path.name):
            one = _read(case, path)
            if one is not None:
                yield one


def count(case: Case) -> int:
    """Count the files of originals that wait.

    Raises:
        DiskError: the disk refuses.
    """
    folder = case.inbox / _OBJECTS
    with disk_refusals("reading what waits", folder):
        return sum(1 for _ in folder.iterdir()) if folder.is_dir() else 0


class Keeping:
    """Pieces of one merge on their way to those that came before.

    Pieces of one object under different keys are of different files: each key has
    its own. What was put is durable, and counts, when `settle` returns.
    """

    def __init__(self, case: Case) -> None:
        """Begin; the caller holds the case's lock, and has tidied.

        Raises:
            DiskError: the disk refuses.
        """
        self._case = case
        self._folder = case.inbox / _OBJECTS
        self._kept: dict[Path, Pending] = {}
        self._before: set[Path] = set()
        make_folder(self._folder)
        finish_replacing(self._folder)

    def put(self, piece: Piece, key: bytes) -> str | None:
        """Put a piece with the others of its file; gives the reason where it is not taken.

        Raises:
            DiskError: the disk refuses.
        """
        end = piece.offset + piece.size
        if piece.size < LEAST_PIECE and (piece.offset == 0 or end != piece.total):
            return "it came in smaller pieces than any device cuts"
        path = self._folder / _file_name(piece.name, key)
        before = self._known(path)
        if before is not None and before.total != piece.total:
            # Whoever sent one of the two was wrong; the newer one may be right.
            drop(before)
            self._kept.pop(path, None)
            self._before.discard(path)
            before = None
        spans = _joined((*(before.spans if before else ()), (piece.offset, end)))
        if len(spans) > MOST_SPANS:
            return "it came in more pieces than any device cuts"
        with disk_refusals("keeping a piece of an original", path):
            copied(piece, path, keep=before is not None)
        self._kept[path] = Pending(
            name=piece.name, key=key, total=piece.total, spans=spans, path=path
        )
        return None

    def settle(self) -> tuple[Pending, ...]:
        """Say which pieces are here, once they are; gives the files that got any.

        Raises:
            DiskError: the disk refuses.
        """
        with disk_refusals("keeping a piece of an original", self._folder):
            sync_folder(self._folder)
        for path, kept in self._kept.items():
            # The state before held the key too.
            write = replace_one if path in self._before else write_atomically
            write(_state_of(path), _seal(self._case, kept))
        return tuple(self._kept.values())

    def _known(self, path: Path) -> Pending | None:
        if path in self._kept:
            return self._kept[path]
        found = _read(self._case, path)
        if found is not None:
            self._before.add(path)
        return found


def drop(one: Pending) -> None:
    """Destroy an original that waits.

    Raises:
        DiskError: the disk refuses.
    """
    shred(_state_of(one.path))
    shred(one.path)


def tidy(case: Case) -> None:
    """Destroy what a merge that died left over: a file without its state, or the other way round.

    The first was never told to be here, the second has found its place. The caller
    holds the case's lock.

    Raises:
        DiskError: the disk refuses.
    """
    folder = case.inbox / _OBJECTS
    with disk_refusals("reading what waits", folder):
        names = {path.name for path in folder.iterdir()} if folder.is_dir() else set()
    for name in names:
        stem = name.removesuffix(_STATE)
        other = stem if name.endswith(_STATE) else stem + _STATE
        if _NAME.fullmatch(stem) and other not in names:
            shred(folder / name)


def forget(case: Case, *, objects: Collection[str], entries: Collection[str]) -> None:
    """Destroy what waits under these names (hex) of objects, and the bodies of these entries.

    Headers of entries stay, as they do in a journal. Their keys are the ring's to forget.

    Raises:
        SealedAwayError: this device has no key to what waits.
        DiskError: the disk refuses.
    """
    for folder in (case.inbox, case.inbox / _OBJECTS):
        if folder.is_dir():
            finish_replacing(folder)
    for path in _files_under(case, objects):
        shred(path)
    listed = waiting(case)
    if any(frame.body and frame.id.hex() in entries for frame in listed.frames()):
        kept = (f._replace(body=b"") if f.id.hex() in entries else f for f in listed.frames())
        replace_for_good(case.inbox / _WAITING, b"".join(map(to_bytes, kept)))


def _files_under(case: Case, objects: Collection[str]) -> list[Path]:
    """Give every file under these names, states first: they hold the keys.

    Also a state whose file has found its place already: a merge that died between the
    two left the key here. And what says so inside, whatever somebody called it.
    """
    folder = case.inbox / _OBJECTS
    with disk_refusals("reading what waits", folder):
        listed = list(folder.iterdir()) if folder.is_dir() else []
    stems = {path.name.removesuffix(_STATE): path for path in listed if path.name.endswith(_STATE)}
    inside = {stem for stem, path in stems.items() if _said_in(case, path).get("name") in objects}
    named = [
        path
        for path in listed
        if path.name.partition(".")[0] in objects or path.name.removesuffix(_STATE) in inside
    ]
    return sorted(named, key=lambda path: (not path.name.endswith(_STATE), path.name))


def _file_name(name: bytes, key: bytes) -> str:
    return f"{name.hex()}.{tagged('inbox', key)[:4].hex()}"


def _state_of(path: Path) -> Path:
    return path.with_name(path.name + _STATE)


def _seal(case: Case, one: Pending) -> bytes:
    state: Mapping[str, JSON] = {
        "key": one.key.hex(),
        "name": one.name.hex(),
        "spans": [list(span) for span in one.spans],
        "total": one.total,
    }
    return seal(case.shared_key, _SEAL, canonical(state))


def _read(case: Case, path: Path) -> Pending | None:
    """Read an original that waits; None where its state is missing, or of another."""
    with disk_refusals("reading what waits", path):
        there = path.is_file()
    match _said_in(case, _state_of(path)) if there else {}:
        case {"key": str(key), "name": str(name), "spans": list(spans), "total": int(total)}:
            if name != path.name[: 2 * KEY_BYTES]:
                return None  # somebody renamed both
            pairs = [(a, b) for a, b in spans]  # sealed by this device: as it wrote them
            return Pending(
                name=bytes.fromhex(name),
                key=bytes.fromhex(key),
                total=total,
                spans=tuple(pairs),
                path=path,
            )
    return None


def _said_in(case: Case, state: Path) -> Mapping[str, JSON]:
    """Give what a state says; {} where it is none that this device sealed."""
    with disk_refusals("reading what waits", state):
        if not state.is_file():
            return {}
        with state.open("rb") as file:
            untrusted = file.read(_MOST_STATE)
    try:
        value = parse(unseal_with(case.shared_key, _SEAL, untrusted))
    except (UnsealError, NotCanonicalError):
        return {}
    return value if isinstance(value, dict) else {}


def _joined(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Join what overlaps or touches."""
    joined: list[Span] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return tuple(joined)
