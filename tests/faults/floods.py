"""A bundle full of a stranger's things, merged: `python -m tests.faults.floods [COUNT]`.

Whoever knows the line of a device can seal a bundle for it. This makes bundles of COUNT
entries (450,000 if absent), of as many keys and of as many checkpoints as a bundle may
hold, from a device that nobody let in; merges each in a process of its own; and prints
how long that took, what was told, and the most memory that it used.
"""

from __future__ import annotations

import hashlib
import json
import struct
import sys
import time
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path

import pyrage

from qantar.archive.age_keys import read_recipient
from qantar.archive.bundle_format import (
    END_BYTES,
    END_TAG,
    MAGIC,
    RECORD,
    Kind,
    Manifest,
    pack_keys,
    pack_named,
)
from qantar.archive.bundle_parser import end_message
from qantar.archive.case import Case, device_file
from qantar.archive.derive import tag
from qantar.archive.note import MAX_SIGNATURES, Checkpoint, origin, sign
from qantar.archive.own_device import OwnDevice, new_device
from qantar.archive.signing import Signer
from qantar.model.device import Role
from qantar.workbench.merge import merge
from tests.faults import children
from tests.faults.bundles import MOST_MEMORY, memory
from tests.faults.chance import chance
from tests.faults.scratch import scratch_folder
from tests.faults.sealed import NOW, new_case, reopen

COUNT = 450_000
_KEYS = 1_000_000
_NOTES = 10_000
_BATCH = 1024 * 1024
_MIB = 1024 * 1024

Records = Iterator[tuple[Kind, bytes]]


def entries(case_id: str, stranger: OwnDevice, count: int) -> Records:
    """Give so many signed entries without bodies, each behind the one before."""
    device, signer = stranger.public.id, Signer(stranger.sign_seed)
    batch, prev, zeros = bytearray(), "", "0" * 64
    for seq in range(1, count + 1):
        header = (
            f'{{"at":"2022-01-06T14:05Z","body":"{seq:064x}","case":"{case_id}",'
            f'"device":"{device}","kind":"note","prev":"{prev}","refs":[],'
            f'"sealed":"{zeros}","seq":{seq},"v":1}}'
        ).encode()
        id_ = hashlib.sha256(tag("entry") + header).digest()
        prev = id_.hex()
        batch += struct.pack(">I", len(header)) + header + bytes(4) + id_
        batch += signer.sign(tag("entry-sig") + id_)
        if len(batch) > _BATCH or seq == count:
            yield Kind.FRAMES, pack_named(device, bytes(batch))
            batch.clear()


def keys(count: int) -> Records:
    """Give so many keys of nothing."""
    for start in range(0, count, 10_000):
        names = (number.to_bytes(32, "big") for number in range(start, start + 10_000))
        yield Kind.KEYS, pack_keys((name, hashlib.sha256(name).digest()) for name in names)


def notes(case_id: str, stranger: OwnDevice, count: int) -> Records:
    """Give so many checkpoints of the stranger's own journal, with as many signatures as fit."""
    name = origin(case_id, stranger.public.id)
    for size in range(count):
        note = sign(Checkpoint(origin=name, size=size, root=bytes(32)), stranger.sign_seed)
        line = note.to_bytes().splitlines(keepends=True)[-1]
        yield Kind.NOTE, note.to_bytes() + line * (MAX_SIGNATURES - 1)


def flood(out: Path, case: Case, stranger: OwnDevice, records: Records) -> int:
    """Write a bundle of these records for a device of the case; gives its length in bytes."""
    manifest = Manifest(
        case=case.id, founder=None, sender=stranger.public.id, to=(case.device,), heads={}
    )
    device = pack_named(stranger.public.id, device_file(stranger.public))
    plain = _spelt([(Kind.MANIFEST, manifest.to_bytes()), (Kind.DEVICE, device)], records)
    with out.open("wb") as file:
        pyrage.encrypt_io(
            _Pieces(_ended(plain, stranger)), file, [read_recipient(case.signer.public.age)]
        )
    return out.stat().st_size


def merged(root: Path, stick: Path) -> bytes:
    """Merge, in a process of its own; gives as JSON what was told and what memory was added."""
    before = memory()
    report = merge(reopen(root), [stick], now=NOW)
    told = {
        "lines": len(list(report.lines())),
        "waiting": sum(item.count for item in report.waiting),
        "refused": sum(item.count for item in report.refused),
        "reasons": [item.reason for item in report.refused],
        "added": memory() - before,
        "memory": memory(),
    }
    return json.dumps(told).encode()


def _spelt(first: Iterable[tuple[Kind, bytes]], then: Records) -> Iterator[bytes]:
    yield MAGIC
    for records in (first, then):
        for kind, data in records:
            yield RECORD.pack(kind, len(data)) + data


def _ended(pieces: Iterator[bytes], stranger: OwnDevice) -> Iterator[bytes]:
    digest = hashlib.sha256(END_TAG)
    for piece in pieces:
        digest.update(piece)
        yield piece
    signature = stranger.sign(end_message(digest.digest()))
    yield RECORD.pack(Kind.END, END_BYTES) + digest.digest() + signature


class _Pieces:
    """What age reads from: nothing is held but one piece."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces, self._rest = pieces, b""

    def read(self, size: int = -1) -> bytes:
        """Give the next bytes, up to `size`."""
        while not self._rest:
            piece = next(self._pieces, None)
            if piece is None:
                return b""
            self._rest = piece
        end = len(self._rest) if size < 0 else size
        found, self._rest = self._rest[:end], self._rest[end:]
        return found


def main(count: int) -> int:
    """Make and merge each flood and print its figures; gives the exit code."""
    most = 0
    with scratch_folder() as folder:
        case = new_case(folder / "case")
        stranger = new_device(Role.COLLECTOR, chance(1).randbytes)
        floods = {
            f"{count:,} entries": entries(case.id, stranger, count),
            f"{_KEYS:,} keys": keys(_KEYS),
            f"{_NOTES:,} checkpoints": notes(case.id, stranger, _NOTES),
        }
        for name, records in floods.items():
            size = flood(folder / "stick", case, stranger, records)
            started = time.perf_counter()
            told = json.loads(children.outcome(partial(merged, case.root, folder / "stick")))
            print(
                f"{name}, {size / _MIB:.0f} MiB: {time.perf_counter() - started:.0f} s, "
                f"{told['memory'] / _MIB:.0f} MiB at most; {told['waiting']:,} wait, "
                f"{told['refused']:,} refused in {told['lines']} lines",
                flush=True,
            )
            most = max(most, told["memory"])
    return int(most > MOST_MEMORY)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else COUNT))
