"""The journal: everything that was done to the case, in order, only ever added to.

`journal/<device>/0001.qj`, `0002.qj`, … hold framed entries (`frame.py`); a
segment is closed before it would pass 4 MiB. An entry is on the disk before its
writer is told so. What a power cut left unfinished at the very end was never
acknowledged: reading stops before it, and the next writer moves it to `inbox/`
and says so. Anything else that does not follow is damage, never repaired here.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from qantar.archive.case import Case
from qantar.archive.chain import SEGMENT_BYTES, End, Walk, find_end, read_segment, segment_path
from qantar.archive.disk import (
    FILE_MODE,
    disk_refusals,
    force_to_disk,
    sync_folder,
    write_atomically,
)
from qantar.archive.frame import Draft, Frame, UnsoundEntryError, decode, encode, to_bytes
from qantar.archive.lock import writing
from qantar.archive.mark import Mark, store_mark
from qantar.model.canonical import JSON
from qantar.model.entry import Entry, whole_minute

_TORN = re.compile(r"torn-(\d+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class TornTail:
    """An unfinished, never acknowledged write, set aside.

    `path` holds its `size` bytes; they stood behind entry `after`.
    """

    path: Path
    size: int
    after: int


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalState:
    """What a whole reading of the journal found, where nothing was broken.

    `seq` and `id` are the newest entry's (0 and "" before the first);
    `torn_bytes` stand unfinished behind it and will be set aside by the next
    writer. `mark_sound` is false when `head` is missing or damaged: then the loss
    of whole entries at the end would not show.
    """

    seq: int
    id: str
    torn_bytes: int
    mark_sound: bool


def append(
    case: Case,
    *,
    kind: str,
    body: Mapping[str, JSON],
    at: datetime,
    torn: list[TornTail] | None = None,
) -> Entry:
    """Add one entry; returns only when it is on the disk. See `append_many`."""
    (entry,) = append_many(case, [(kind, body)], at=at, torn=torn)
    return entry


def append_many(
    case: Case,
    drafts: Iterable[tuple[str, Mapping[str, JSON]]],
    *,
    at: datetime,
    torn: list[TornTail] | None = None,
) -> list[Entry]:
    """Add entries in order; returns only when all are on the disk.

    Refused, it leaves the journal as it was. Killed, it leaves the first few,
    in order, or none. Takes the case's lock for its own length.

    Args:
        case: the case.
        drafts: kind and body of each.
        at: claimed time of all of them, aware; kept in UTC, cut to the minute.
        torn: receives a note if an unfinished write was found and set aside.

    Returns:
        The entries, as reading gives them back.

    Raises:
        NotCanonicalError: a body has no canonical JSON form or is over 1 MiB.
        JournalBrokenError: the end of the journal is damaged or missing.
        CaseLockedError: someone else is writing.
        DiskError: the disk refuses.
        ValueError: a kind is no dotted lower-case name, or `at` has no zone.
    """
    with writing(case):
        end = _writable_end(case, torn)
        minute = whole_minute(at)
        chosen = (Draft(kind=kind, at=minute, body=body) for kind, body in drafts)
        entries, batches = _chained(case, end, chosen)
        _write(case, end, batches)
        if entries:
            newest = entries[-1]
            mark = Mark(case=case.id, device=case.device, seq=newest.seq, entry=newest.id)
            store_mark(case.journal, mark)
    return entries


def read(case: Case) -> Iterator[Entry]:
    """Read the journal from its first entry, each checked against the one before.

    Needs no lock. Stops before an unfinished write at the end, which was never
    acknowledged; `inspect` tells of it.

    Raises:
        JournalBrokenError: an entry is altered, missing, added or out of order, or
            acknowledged entries are gone from the end. What was yielded is sound.
        DiskError: the disk refuses.
    """
    yield from Walk(case).entries()


def head(case: Case) -> tuple[int, str]:
    """Number and id of the newest entry; (0, "") before the first.

    Checks the newest entry only; `read` checks them all.

    Raises:
        JournalBrokenError: the end of the journal is damaged or missing.
        DiskError: the disk refuses.
    """
    end = find_end(case)
    return end.seq, end.id


def inspect(case: Case) -> JournalState:
    """Read the whole journal and tell its state; writes nothing.

    Raises:
        JournalBrokenError: as `read`.
        DiskError: the disk refuses.
    """
    walk = Walk(case)
    end = walk.finish()
    sound = walk.mark is not None
    return JournalState(seq=end.seq, id=end.id, torn_bytes=end.torn_bytes, mark_sound=sound)


def torn_tails(case: Case) -> tuple[Path, ...]:
    """Files of unfinished writes set aside so far, in order.

    Raises:
        DiskError: the disk refuses.
    """
    with disk_refusals("listing what was set aside", case.inbox):
        found = {
            int(m[1]): path for path in case.inbox.iterdir() if (m := _TORN.fullmatch(path.name))
        }
    return tuple(found[number] for number in sorted(found))


def _writable_end(case: Case, torn: list[TornTail] | None) -> End:
    """Find the journal's end and set aside what stands unfinished behind it."""
    end = find_end(case)
    if end.torn_bytes:
        note = _set_aside(case, end)
        if torn is not None:
            torn.append(note)
        end.torn_bytes = 0
    return end


def _set_aside(case: Case, end: End) -> TornTail:
    segment = segment_path(case, end.segment)
    number = 1 + max((int(path.name.removeprefix("torn-")) for path in torn_tails(case)), default=0)
    note = TornTail(path=case.inbox / f"torn-{number}", size=end.torn_bytes, after=end.seq)
    # Copied before it is cut: a crash between leaves it twice, never nowhere.
    write_atomically(note.path, read_segment(case, segment)[end.size :])
    with disk_refusals("setting aside an unfinished entry", segment):
        _cut(segment, end.size)
    return note


def _cut(segment: Path, size: int) -> None:
    descriptor = os.open(segment, os.O_WRONLY)
    try:
        os.ftruncate(descriptor, size)
        force_to_disk(descriptor)
    finally:
        os.close(descriptor)


def _chained(
    case: Case, end: End, drafts: Iterable[Draft]
) -> tuple[list[Entry], dict[int, bytearray]]:
    """Spell the drafts as entries after `end`; their bytes by segment number."""
    entries: list[Entry] = []
    batches: dict[int, bytearray] = {}
    seq, prev, number, size = end.seq, end.id, end.segment, end.size
    for draft in drafts:
        frame = encode(case, draft, seq=seq + 1, prev=prev)
        if size and size + frame.end > SEGMENT_BYTES:
            number, size = number + 1, 0
        # Through the reader's own door: what could not be read back is not written.
        entry = _entry(case, frame)
        batches.setdefault(number, bytearray()).extend(to_bytes(frame))
        entries.append(entry)
        seq, prev, size = entry.seq, entry.id, size + frame.end
    return entries, batches


def _entry(case: Case, frame: Frame) -> Entry:
    try:
        return decode(case, frame)
    except UnsoundEntryError as error:
        raise ValueError(str(error)) from error


def _write(case: Case, end: End, batches: Mapping[int, bytearray]) -> None:
    with disk_refusals("writing the journal", case.journal):
        try:
            for number, data in batches.items():
                _extend(segment_path(case, number), data)
        except OSError:
            # If the disk refuses this too, the next writer sets the rest aside.
            with suppress(OSError):
                _take_back(case, end, batches)
            raise


def _extend(segment: Path, data: bytearray) -> None:
    new = not segment.exists()
    descriptor = os.open(segment, os.O_WRONLY | os.O_APPEND | os.O_CREAT, FILE_MODE)
    try:
        if new:
            os.fchmod(descriptor, FILE_MODE)
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(descriptor, rest) :]
        force_to_disk(descriptor)
    finally:
        os.close(descriptor)
    if new:
        sync_folder(segment.parent)


def _take_back(case: Case, end: End, batches: Mapping[int, bytearray]) -> None:
    for number in sorted(batches, reverse=True):
        segment = segment_path(case, number)
        if number == end.segment and segment.exists():
            _cut(segment, end.size)
        else:
            segment.unlink(missing_ok=True)
