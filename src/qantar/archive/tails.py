"""Where each journal ends, kept in memory between one entry and the next.

What is kept holds as long as the last segment is the file it was, at the length it
had, and no other follows it; otherwise the journal is read anew. Nothing kept is
ever more than what is on the disk.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from qantar.archive.case import Case
from qantar.archive.chain import End, Walk, walks
from qantar.archive.disk import disk_refusals
from qantar.archive.frame import UnsoundEntryError, check, last_frame
from qantar.archive.lanes import Lane, head_of, public_of
from qantar.archive.note import Checkpoint
from qantar.archive.segments import read_segment, segment_path, segments
from qantar.archive.tree import Frontier
from qantar.model.entry import Ref

_CACHE = "journal"
_NEWEST = "journal-newest"


@dataclass(slots=True)
class Tail:
    """What adding to a lane takes: its end, its tree, what it has seen, and its sound head."""

    end: End
    frontier: Frontier
    seen: set[Ref]
    head: Checkpoint | None


def keep(walk: Walk) -> Tail:
    """Keep what a finished walk found."""
    tail = Tail(walk.end, walk.frontier, walk.seen, walk.head)
    walk.case.cache.setdefault(_CACHE, {})[walk.lane.name] = tail
    return tail


def forget(case: Case, lane: Lane) -> None:
    """Forget what was kept: the lane is read anew."""
    case.cache.get(_CACHE, {}).pop(lane.name, None)


def tail_of(case: Case, lane: Lane) -> Tail:
    """Give the tail of a lane, by reading it if it is not what was kept.

    Raises:
        JournalBrokenError: the lane, or the one it branched off from, is damaged.
        DiskError: the disk refuses.
    """
    kept: Tail | None = case.cache.get(_CACHE, {}).get(lane.name)
    if kept is not None and _fits(lane, kept.end):
        return kept
    if _is_new(case, lane):
        case.cache.setdefault(_CACHE, {})[lane.name] = Tail(End(), Frontier(), set(), None)
    else:
        for walk in walks(case, device=lane.device):
            walk.finish()
            keep(walk)
    found: Tail = case.cache[_CACHE][lane.name]
    return found


def _is_new(case: Case, lane: Lane) -> bool:
    """Whether another device's lane has neither entries nor a head: nothing is to be read."""
    if lane.own or segments(lane.folder):
        return False
    return head_of(case, lane, bytes.fromhex(public_of(case, lane).sign)) is None


def remember_file(lane: Lane, end: End) -> None:
    """Note which file an end lies in, after it was written to."""
    try:
        end.inode = segment_path(lane.folder, end.segment).stat().st_ino
    except OSError:
        end.inode = -1  # no file has this one: the lane is read anew


def newest_of(case: Case, lane: Lane) -> Ref | None:
    """Give the newest entry of a lane; None before its first.

    Checks that entry alone where that is sound: reading checks them all.

    Raises:
        JournalBrokenError: the end of the lane is damaged.
        DiskError: the disk refuses.
    """
    end = _kept_end(case, lane) or _end_by_last_frame(case, lane) or tail_of(case, lane).end
    return Ref(lane.device, end.seq, end.id) if end.seq else None


def _kept_end(case: Case, lane: Lane) -> End | None:
    tail: Tail | None = case.cache.get(_CACHE, {}).get(lane.name)
    for end in (tail and tail.end, case.cache.get(_NEWEST, {}).get(lane.name)):
        if isinstance(end, End) and _fits(lane, end):
            return end
    return None


def _end_by_last_frame(case: Case, lane: Lane) -> End | None:
    paths = segments(lane.folder)
    if not paths:
        return None
    segment = read_segment(paths[-1])
    frame = last_frame(segment.untrusted)
    if frame is None:
        return None
    key = bytes.fromhex(public_of(case, lane).sign)
    try:
        header = check(frame, case_id=case.id, device=lane.device, public_key=key)
    except UnsoundEntryError:
        return None
    end = End(header.seq, frame.id.hex(), segment.number, segment.inode, frame.end)
    case.cache.setdefault(_NEWEST, {})[lane.name] = end
    return end


def _fits(lane: Lane, end: End) -> bool:
    path = segment_path(lane.folder, end.segment)
    with disk_refusals("reading the journal", path):
        if end.inode == 0:
            return not path.exists()
        return _is_file(path, end) and not segment_path(lane.folder, end.segment + 1).exists()


def _is_file(path: Path, end: End) -> bool:
    try:
        found = path.stat()
    except FileNotFoundError:
        return False
    return (found.st_ino, found.st_size) == (end.inode, end.size + end.torn_bytes)
