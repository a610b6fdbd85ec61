"""Journals that nobody took in: whoever can write to the folder can put any beside the others.

One that holds together in itself is read and counts for nothing, its device being one that
nobody let in. One that does not would stop every command, and no bundle could mend it. So
it is passed over, and told. So is a branch that follows from nothing here, or says again
what another journal of its device says; one that does neither only lost its mark.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from qantar.archive.case import Case
from qantar.archive.disk import disk_refusals
from qantar.archive.frame import Frame, Header, UnsoundEntryError, check, frames, read_header
from qantar.archive.note import origin
from qantar.archive.segments import read_head, read_segment, segments
from qantar.archive.tree import roots_at
from qantar.errors import JournalBrokenError
from qantar.model.device import DevicePublic

_CACHE: Final = "planted"
_BRANCHES: Final = "branches that hold"


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


def branches_that_hold(
    case: Case, public: DevicePublic, listed: Sequence[tuple[Path, bool]]
) -> frozenset[str]:
    """Give the names of the branches of a device that can be read to their ends, behind others.

    Args:
        case: the case of a member.
        public: the device.
        listed: the folders of its journals, each with whether it counts anyhow.

    Raises:
        DiskError: the disk refuses.
    """
    known = case.cache.setdefault(_BRANCHES, {})
    stands = [(counts, folder.name, _as_it_stands(folder)) for folder, counts in listed]
    if public.id not in known or known[public.id][0] != stands:
        known[public.id] = stands, _branches_that_hold(case, public, listed)
    found: frozenset[str] = known[public.id][1]
    return found


def _branches_that_hold(
    case: Case, public: DevicePublic, listed: Sequence[tuple[Path, bool]]
) -> frozenset[str]:
    trails: list[list[bytes]] = []
    said, found = set[bytes](), set[str]()
    for seq, folder, counts in sorted((_first_seq(one), one, counts) for one, counts in listed):
        base = _base(folder, trails) if seq > 1 else []
        if base is None:
            continue
        ids = [frame.id for frame in _cut(folder)]
        new = bool(ids) and folder.name == f"{public.id}.{ids[0].hex()}" and ids[0] not in said
        if counts or (new and _holds_together(case, folder, public, base)):
            trails.append([*base, *ids])
            said.update(ids)
            found.add(folder.name)
    return frozenset(found)


def _first(folder: Path) -> Header | None:
    with suppress(UnsoundEntryError):
        frame = next(_cut(folder), None)
        return read_header(frame.header) if frame else None
    return None


def _first_seq(folder: Path) -> int:
    header = _first(folder)
    return header.seq if header else 1


def _base(folder: Path, trails: Sequence[list[bytes]]) -> list[bytes] | None:
    """Give the ids of the entries that a branch follows from; None if they are not here."""
    header = _first(folder)
    if header is None or not header.prev:
        return None
    size, last = header.seq - 1, bytes.fromhex(header.prev)
    return next((t[:size] for t in trails if len(t) >= size and t[size - 1] == last), None)


def _cut(folder: Path) -> Iterator[Frame]:
    """Give the frames of a journal up to the first damage."""
    with suppress(JournalBrokenError):
        for path in segments(folder):
            yield from frames(read_segment(path).untrusted)


def _holds_together(
    case: Case, folder: Path, public: DevicePublic, base: Sequence[bytes] = ()
) -> bool:
    head = read_head(folder, origin(case.id, public.id), bytes.fromhex(public.sign))
    try:
        ids = [*base, *_ids(case, folder, public, base)]
    except (JournalBrokenError, UnsoundEntryError):
        return False
    return head is None or roots_at(ids, [head.size]).get(head.size) == head.root


def _ids(case: Case, folder: Path, public: DevicePublic, base: Sequence[bytes]) -> Iterator[bytes]:
    """Give the ids of the entries; each is held against the one before it."""
    seq, prev = len(base), base[-1].hex() if base else ""
    key = bytes.fromhex(public.sign)
    for path in segments(folder):
        untrusted, end = read_segment(path).untrusted, 0
        for frame in frames(untrusted):
            header = check(frame, case_id=case.id, device=public.id, public_key=key)
            if (header.seq, header.prev) != (seq + 1, prev):
                message = f"it is not number {seq + 1}"
                raise UnsoundEntryError(message)
            seq, prev, end = header.seq, frame.id.hex(), frame.end
            yield frame.id
        if end != len(untrusted):
            message = f"{len(untrusted) - end} bytes are no entry"
            raise UnsoundEntryError(message)


def _as_it_stands(folder: Path) -> list[tuple[str, int, int]]:
    with disk_refusals("reading the journal", folder):
        listed = sorted(folder.iterdir())
        return [(path.name, s.st_size, s.st_mtime_ns) for path in listed if (s := path.lstat())]
