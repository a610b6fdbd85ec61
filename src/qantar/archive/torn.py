"""What a dead writer left unfinished at the end of a journal: set aside, never thrown away."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from qantar.archive.case import Case
from qantar.archive.disk import disk_refusals, write_atomically
from qantar.archive.lanes import Lane
from qantar.archive.segments import cut, read_segment, segment_path
from qantar.archive.tails import Tail, tail_of

_TORN = re.compile(r"torn-([1-9][0-9]{0,8})")


@dataclass(frozen=True, slots=True, kw_only=True)
class TornTail:
    """An unfinished, never acknowledged write, set aside.

    `path` holds its `size` bytes; they stood behind entry `after`.
    """

    path: Path
    size: int
    after: int


def torn_tails(case: Case) -> tuple[Path, ...]:
    """Files of unfinished writes set aside so far, in order.

    Raises:
        DiskError: the disk refuses.
    """
    with disk_refusals("listing what was set aside", case.inbox):
        there = list(case.inbox.iterdir()) if case.inbox.is_dir() else []
        listed = [path for path in there if path.is_file() and not path.is_symlink()]
    found = {int(m[1]): path for path in listed if (m := _TORN.fullmatch(path.name))}
    return tuple(found[number] for number in sorted(found))


def writable_tail(case: Case, lane: Lane, torn: list[TornTail] | None) -> Tail:
    """Find a lane's end and set aside what stands unfinished behind it.

    Args:
        case: the case; the caller holds its lock.
        lane: which of its journals.
        torn: receives a note if something was set aside.

    Raises:
        JournalBrokenError: the lane is damaged.
        DiskError: the disk refuses.
    """
    tail = tail_of(case, lane)
    if tail.end.torn_bytes:
        note = _set_aside(case, lane, tail)
        if torn is not None:
            torn.append(note)
        tail.end.torn_bytes = 0
    return tail


def _set_aside(case: Case, lane: Lane, tail: Tail) -> TornTail:
    end = tail.end
    path = segment_path(lane.folder, end.segment)
    names = (case.inbox / f"torn-{number}" for number in count(1))
    free = next(name for name in names if not os.path.lexists(name))
    note = TornTail(path=free, size=end.torn_bytes, after=end.seq)
    # Copied before it is cut: a crash between leaves it twice, never nowhere.
    write_atomically(note.path, read_segment(path).untrusted[end.size :])
    cut(path, end.size)
    return note
