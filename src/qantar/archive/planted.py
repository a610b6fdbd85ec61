"""Journals that nobody took in: whoever can write to the folder can put any beside the others.

One that holds together in itself is read and counts for nothing, its device being one that
nobody let in. One that does not would stop every command, and no bundle could mend it. So
it is passed over, and told.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

from qantar.archive import ring
from qantar.archive.body import UnsoundBodyError, open_whole
from qantar.archive.case import Case
from qantar.archive.disk import disk_refusals
from qantar.archive.frame import UnsoundEntryError, check, frames
from qantar.archive.note import origin
from qantar.archive.segments import read_head, read_segment, segments
from qantar.archive.tree import roots_at
from qantar.errors import JournalBrokenError, KeysDamagedError
from qantar.model.device import DevicePublic

_CACHE: Final = "planted"


def holds_together(case: Case, folder: Path, public: DevicePublic) -> bool:
    """Whether a journal that begins with its device's first entry can be read to its end.

    Stricter than reading: not even an unfinished write may stand at its end.

    Args:
        case: the case of a member.
        folder: of the journal.
        public: the device that signs it.

    Raises:
        DiskError: the disk refuses.
    """
    known = case.cache.setdefault(_CACHE, {})
    stands = _as_it_stands(folder)
    if folder.name not in known or known[folder.name][0] != stands:
        known[folder.name] = stands, _holds_together(case, folder, public)
    found: bool = known[folder.name][1]
    return found


def _holds_together(case: Case, folder: Path, public: DevicePublic) -> bool:
    head = read_head(folder, origin(case.id, public.id), bytes.fromhex(public.sign))
    try:
        ids = list(_ids(case, folder, public))
    except (JournalBrokenError, UnsoundEntryError, UnsoundBodyError):
        return False
    return head is None or roots_at(ids, [head.size]).get(head.size) == head.root


def _ids(case: Case, folder: Path, public: DevicePublic) -> Iterator[bytes]:
    """Give the ids of the entries; each is held against the one before it."""
    seq, prev, key, bodies = 0, "", bytes.fromhex(public.sign), _keys(case)
    for path in segments(folder):
        untrusted, end = read_segment(path).untrusted, 0
        for frame in frames(untrusted):
            header = check(frame, case_id=case.id, device=public.id, public_key=key)
            body_key = bodies.get(bytes.fromhex(header.commitment)) if frame.body else None
            said = open_whole(frame.body, body_key)[1].hex() if body_key else header.commitment
            if (header.seq, header.prev, said) != (seq + 1, prev, header.commitment):
                message = f"it is not number {seq + 1}, or has another body"
                raise UnsoundEntryError(message)
            seq, prev, end = header.seq, frame.id.hex(), frame.end
            yield frame.id
        if end != len(untrusted):
            message = f"{len(untrusted) - end} bytes are no entry"
            raise UnsoundEntryError(message)


def _keys(case: Case) -> dict[bytes, bytes]:
    with suppress(KeysDamagedError):  # whoever reads bodies is told
        return dict(ring.keys(case))
    return {}


def _as_it_stands(folder: Path) -> list[tuple[str, int, int]]:
    with disk_refusals("reading the journal", folder):
        listed = sorted(folder.iterdir())
        return [(path.name, s.st_size, s.st_mtime_ns) for path in listed if (s := path.lstat())]
