"""How far the journal was acknowledged: the file `journal/<device>/head`.

A journal cut at the end of an entry is a shorter journal that still chains;
only something outside it can tell. The mark is written after an entry is on
the disk and before it is acknowledged, so it never promises what is not there.
It is not forced to the disk: after a power cut it may lag, which makes it
silent about the newest entries and never wrong. A signed checkpoint takes its
place in a later format.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from qantar.archive.disk import FILE_MODE, disk_refusals, write_atomically
from qantar.errors import NotCanonicalError
from qantar.model.canonical import JSON, canonical, parse

_TAG = b"qantar/v1/head\0"
_NAME = "head"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """The newest acknowledged entry: its `seq` and id; 0 and "" before the first."""

    case: str
    device: str
    seq: int
    entry: str


def store_mark(folder: Path, mark: Mark) -> None:
    """Write the mark of the journal in `folder`.

    In place, in one write of under 512 bytes that only ever grows: a process
    killed at any instant leaves the old mark or the new one.

    Raises:
        DiskError: the disk refuses.
    """
    line = canonical(
        {"case": mark.case, "device": mark.device, "seq": mark.seq, "entry": mark.entry}
    )
    data = line + b"\n" + hashlib.sha256(_TAG + line).hexdigest().encode("ascii") + b"\n"
    path = folder / _NAME
    if mark.seq == 0:
        write_atomically(path, data)
        return
    with disk_refusals("marking how far the journal goes", path):
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT, FILE_MODE)
        try:
            os.pwrite(descriptor, data, 0)
            os.ftruncate(descriptor, len(data))
        finally:
            os.close(descriptor)


def load_mark(folder: Path) -> Mark | None:
    """Read the mark; None when it is missing or damaged, which is no damage to the journal.

    Raises:
        DiskError: the disk refuses.
    """
    path = folder / _NAME
    with disk_refusals("reading how far the journal goes", path):
        if not path.is_file():
            return None
        line, _, rest = path.read_bytes().partition(b"\n")
    if rest != hashlib.sha256(_TAG + line).hexdigest().encode("ascii") + b"\n":
        return None
    try:
        return _from_json(parse(line))
    except NotCanonicalError:
        return None


def _from_json(value: JSON) -> Mark | None:
    match value:
        case {"case": str(case), "device": str(device), "seq": int(seq), "entry": str(entry)}:
            return Mark(case=case, device=device, seq=seq, entry=entry)
        case _:
            return None
