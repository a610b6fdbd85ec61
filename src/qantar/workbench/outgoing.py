"""What goes into a bundle, cut into units that must not be torn apart: a key and what it opens.

Nothing is held in memory but keys and lengths: entries and originals are read from
the case again while the bundle is written.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final, NamedTuple

from qantar.archive import witness
from qantar.archive.bundle_format import (
    CHUNK_HEADER,
    MAX_CHUNK,
    Chunk,
    Kind,
    pack_chunk_header,
    pack_keys,
    pack_named,
    pack_sealed_keys,
)
from qantar.archive.bundle_layout import Record, Unit, record
from qantar.archive.case import Case, device_file
from qantar.archive.disk import disk_refusals
from qantar.archive.frame import Frame, read_header, to_bytes
from qantar.archive.journal import raw
from qantar.archive.note import Checkpoint, Note, origin, sign
from qantar.archive.originals import original_path
from qantar.errors import OriginalAlteredError
from qantar.workbench.holdings import HeldLane, Holdings

_BATCH: Final = 1024 * 1024
_BLOCK: Final = 1024 * 1024
_NOTES_OF_A_DEVICE: Final = 2
_SHARE_OF_A_PART: Final = 8


class Keys(NamedTuple):
    """Keys by id: in the open as a member has them, or sealed as a collector has."""

    open: Mapping[bytes, bytes]
    sealed: Mapping[bytes, bytes]

    def records(self, names: Iterable[bytes]) -> Unit:
        """Give the records with the keys of these ids, those that are here."""
        wanted = list(names)
        opened = [(name, self.open[name]) for name in wanted if name in self.open]
        sealed = [(name, self.sealed[name]) for name in wanted if name in self.sealed]
        kinds = (
            (Kind.KEYS, pack_keys(opened)),
            (Kind.SEALED_KEYS, pack_sealed_keys(sealed)),
        )
        return tuple(record(kind, payload) for kind, payload in kinds if payload)


class Delta(NamedTuple):
    """Which entries go: of each lane those beyond `starts`, and `asked` ones before; ids in hex.

    Those in `without` go without their bodies and keys.
    """

    starts: Mapping[str, int]
    asked: Collection[str]
    without: Collection[str]


def about_devices(case: Case, held: Holdings) -> tuple[Record, ...]:
    """Give what stands in every part: who signs each lane, and checkpoints with cosignatures."""
    listed = [
        record(Kind.DEVICE, pack_named(name, device_file(one.public)))
        for name, one in held.lanes.items()
    ]
    notes: dict[Checkpoint, Note] = {}
    for one in held.lanes.values():
        for note in _notes(case, one):
            before = notes.get(note.checkpoint, note)
            own = origin(case.id, case.device)
            notes[note.checkpoint] = before.joined(note.signatures, keeping=own)
    listed.extend(record(Kind.NOTE, note.to_bytes()) for note in notes.values())
    return tuple(listed)


def entry_units(
    case: Case, held: Holdings, delta: Delta, keys: Keys, *, part_bytes: int
) -> Iterator[Unit]:
    """Give the entries of each lane, in batches, each with its keys.

    Raises:
        JournalBrokenError: a lane is damaged.
        DiskError: the disk refuses.
    """
    most = min(_BATCH, part_bytes // _SHARE_OF_A_PART)
    for name in held.lanes:
        source, size = _LaneSource(case, name, delta), 0
        batch: list[tuple[int, bytes]] = []
        for data, commitment in _LaneSource(case, name, delta).frames():
            if batch and size + len(data) > most:
                yield _entry_unit(source, batch, keys)
                batch, size = [], 0
            batch.append((len(data), commitment))
            size += len(data)
        if batch:
            yield _entry_unit(source, batch, keys)


def object_units(
    case: Case, names: Iterable[str], keys: Keys, *, part_bytes: int
) -> Iterator[Unit]:
    """Give the files of originals by their hex names, in chunks, each with its key.

    Raises:
        DiskError: the disk refuses.
    """
    most = min(MAX_CHUNK, part_bytes // _SHARE_OF_A_PART)
    for name in names:
        path = original_path(case, name)
        with disk_refusals("reading an original", path):
            total = path.stat().st_size
        for offset in range(0, total, most):
            chunk = Chunk(bytes.fromhex(name), total, offset, min(most, total - offset))
            yield (*keys.records([chunk.name]), _chunk_record(path, chunk))


class _LaneSource:
    """The frames of a lane that go, as bytes, read from the case in one pass."""

    def __init__(self, case: Case, name: str, delta: Delta) -> None:
        self.case, self.name, self._delta = case, name, delta
        self._reading: Iterator[tuple[bytes, bytes]] | None = None

    def frames(self) -> Iterator[tuple[bytes, bytes]]:
        """Give each frame and the commitment in it; b"" where its key does not go."""
        start, asked, without = (
            self._delta.starts[self.name],
            self._delta.asked,
            self._delta.without,
        )
        for frame in raw(self.case, self.name, 0 if asked else start):
            header = read_header(frame.header)
            if header.seq > start or frame.id.hex() in asked:
                whole = frame.id.hex() not in without
                yield _spelt(frame, whole=whole), _commitment(header.commitment, whole=whole)

    def take(self, count: int) -> Iterator[bytes]:
        """Give the next so many frames; batches are written in the order in which they were cut."""
        if self._reading is None:
            self._reading = self.frames()
        for _ in range(count):
            data, _commitment = next(self._reading)
            yield data


def _spelt(frame: Frame, *, whole: bool) -> bytes:
    return to_bytes(frame, with_body=whole)


def _commitment(spelt: str, *, whole: bool) -> bytes:
    return bytes.fromhex(spelt) if whole else b""


def _entry_unit(source: _LaneSource, batch: list[tuple[int, bytes]], keys: Keys) -> Unit:
    header, count = pack_named(source.name, b""), len(batch)

    def pieces() -> Iterator[bytes]:
        yield header
        yield from source.take(count)

    length = len(header) + sum(size for size, _ in batch)
    return (
        *keys.records(commitment for _, commitment in batch if commitment),
        Record(Kind.FRAMES, length, pieces, count),
    )


def _chunk_record(path: Path, chunk: Chunk) -> Record:
    def pieces() -> Iterator[bytes]:
        yield pack_chunk_header(chunk)
        left = chunk.size
        with disk_refusals("reading an original", path), path.open("rb") as file:
            file.seek(chunk.offset)
            while left and (block := file.read(min(left, _BLOCK))):
                left -= len(block)
                yield block
        if left:
            message = "it became shorter while it was read."
            raise OriginalAlteredError(message, where=str(path), next="Run `qantar verify`.")

    return Record(Kind.OBJECT, CHUNK_HEADER + chunk.size, pieces)


def _notes(case: Case, one: HeldLane) -> Iterator[Note]:
    """Give a lane's checkpoint, and the newest of its device that others cosigned."""
    if one.lane.own:
        name = origin(case.id, one.lane.device)
        checkpoint = Checkpoint(origin=name, size=len(one.ids), root=one.root)
        yield sign(checkpoint, case.signer.sign_seed)
    elif one.head is not None:
        yield one.head
    yield from witness.notes(case, one.lane.device)[-_NOTES_OF_A_DEVICE:]
