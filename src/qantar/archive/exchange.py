"""What goes from one device's journal to another's, and what is taken out again: bodies.

Frames go as they are: header, sealed body, id and signature. What is adopted here
was checked before; what an interrupted adoption leaves is a shorter sound lane.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from qantar.archive.case import Case
from qantar.archive.chain import walks
from qantar.archive.frame import Frame, frames, read_header, to_bytes
from qantar.archive.lanes import Lane, is_planted, lane_named, lanes, make_lane
from qantar.archive.lock import writing
from qantar.archive.mending import move_aside
from qantar.archive.note import Note, origin
from qantar.archive.replacing import finish_replacing, replace_for_good
from qantar.archive.segments import (
    SEGMENT_BYTES,
    extend,
    read_segment,
    segments,
    write_head,
)
from qantar.archive.tails import Tail, forget, remember_file
from qantar.archive.torn import TornTail, writable_tail
from qantar.archive.tree import Row
from qantar.errors import JournalBrokenError
from qantar.model.device import DevicePublic
from qantar.model.entry import Ref


def raw(case: Case, name: str, start: int = 0) -> Iterator[Frame]:
    """Give the frames of a lane, checked as reading checks them, bodies sealed.

    Args:
        case: the case.
        name: of the lane.
        start: leave out the entries up to this number.

    Raises:
        JournalBrokenError: the lane is damaged.
        DiskError: the disk refuses.
    """
    for walk in walks(case, device=lane_named(case, name).device):
        for frame, header in walk.frames():
            if walk.lane.name == name and header.seq > start:
                yield frame


def adopt(
    case: Case,
    name: str,
    public: DevicePublic,
    sound_frames: Iterable[Frame],
    note: Note | None,
    *,
    base: Row | None = None,
    torn: list[TornTail] | None = None,
) -> int:
    """Add entries that another device wrote to its lane; returns when they are durable.

    The lane is made if it is new, and marked as taken in; what somebody had put in its place
    is moved to the inbox. Entries that it holds already are
    passed over.

    Args:
        case: the case.
        name: of the lane.
        public: the device that signed them.
        sound_frames: in order; each was checked (`frame.check`), and its key is in the ring.
        note: that device's newest checkpoint, if there is one: becomes the lane's
            head if it is newer and reaches no further than the entries.
        base: for a new branch, ids of its device's entries from the first on, at least up
            to its beginning; without it they are read.
        torn: receives a note of an unfinished write that was set aside.

    Returns:
        How many entries were added.

    Raises:
        JournalBrokenError: the lane is damaged, or the checkpoint is of other entries.
        CaseLockedError: someone else is writing.
        DiskError: the disk refuses; the first few may have been added.
        ValueError: a frame does not follow from the one before it.
    """
    lane = lane_named(case, name)
    with writing(case):
        if is_planted(case, lane):
            move_aside(case, lane.folder)  # what it holds and nobody else has is told of there
        make_lane(case, lane, public)
        adding = _Adding(case, lane, writable_tail(case, lane, torn), base)
        try:
            for frame in sound_frames:
                adding.add(frame)
            adding.flush()
            if note is not None:
                adding.mark(note, public)
            adding.keep()
        except BaseException:
            forget(case, lane)
            raise
    return len(adding.new)


def drop_bodies(case: Case, ids: set[str]) -> int:
    """Take the sealed bodies of entries out of all lanes, for good; the chain stays whole.

    Done segment by segment: killed, it leaves some bodies and no damage; run again,
    it takes out the rest and finishes what was begun.

    Args:
        case: the case.
        ids: of the entries, hex.

    Returns:
        How many bodies were taken out.

    Raises:
        CaseLockedError: someone else is writing.
        DiskError: the disk refuses.
    """
    dropped = 0
    with writing(case):
        for lane in lanes(case):
            finish_replacing(lane.folder)
            for path in segments(lane.folder):
                untrusted = read_segment(path).untrusted
                whole = list(frames(untrusted))
                gone = {f.start for f in whole if f.body and f.id.hex() in ids}
                if gone:
                    kept = [to_bytes(f, with_body=f.start not in gone) for f in whole]
                    forget(case, lane)
                    replace_for_good(path, b"".join(kept) + untrusted[whole[-1].end :])
                    dropped += len(gone)
    return dropped


def restore_bodies(case: Case, sound_frames: Iterable[Frame]) -> int:
    """Put sealed bodies back into entries that stand without them: they came from elsewhere.

    A body that would make a segment too long stays out.

    Args:
        case: the case.
        sound_frames: each the whole of an entry that is here; it was checked.

    Returns:
        How many bodies were put back.

    Raises:
        CaseLockedError: someone else is writing.
        DiskError: the disk refuses.
    """
    whole = {frame.id: frame for frame in sound_frames}
    restored = 0
    if not whole:
        return 0
    with writing(case):
        for lane in lanes(case):
            for path in segments(lane.folder):
                restored += _restore(case, lane, path, whole)
    return restored


def _restore(case: Case, lane: Lane, path: Path, whole: Mapping[bytes, Frame]) -> int:
    untrusted = read_segment(path).untrusted
    listed = list(frames(untrusted))
    bare = {frame.id for frame in listed if not frame.body and frame.id in whole}
    kept = (f._replace(body=whole[f.id].body) if f.id in bare else f for f in listed)
    data = b"".join(map(to_bytes, kept)) + (untrusted[listed[-1].end :] if listed else b"")
    if not bare or len(data) > SEGMENT_BYTES:
        return 0
    forget(case, lane)
    replace_for_good(path, data)
    return len(bare)


class _Adding:
    """Entries on their way to the end of a lane, a segment at a time.

    What is known of the lane's end grows with it, so that many short additions one after the
    other, as of a team that exchanges every day, do not read it anew each time.
    """

    def __init__(self, case: Case, lane: Lane, tail: Tail, base: Row | None) -> None:
        self.case, self.lane, self.tail, self._base = case, lane, tail, base
        self.seq, self.id = tail.end.seq, tail.end.id
        self.frontier = tail.frontier.copy()
        self.new: list[bytes] = []
        self._seen: set[Ref] = set()
        self._number, self._size = tail.end.segment, tail.end.size
        self._batch = bytearray()

    def add(self, frame: Frame) -> None:
        header = read_header(frame.header)
        if self.seq == 0 and header.seq > 1 and self.lane.branch:
            self._begin_branch(header.seq - 1, bytes.fromhex(header.prev))
        if header.seq <= self.seq:
            return
        if (header.seq, header.prev) != (self.seq + 1, self.id):
            message = f"entry {header.seq} does not follow from {self.seq} of {self.lane.words}"
            raise ValueError(message)
        data = to_bytes(frame)
        size = self._size + len(self._batch)
        if size and size + len(data) > SEGMENT_BYTES:
            self.flush()
            self._number, self._size = self._number + 1, 0
        self._batch += data
        self.seq, self.id = header.seq, frame.id.hex()
        self.new.append(frame.id)
        self._seen.update(header.refs)

    def flush(self) -> None:
        if self._batch:
            batch = {self._number: self._batch}
            extend(self.lane.folder, batch, last=self._number, size=self._size)
            self._size, self._batch = self._size + len(self._batch), bytearray()

    def mark(self, note: Note, public: DevicePublic) -> None:
        checkpoint = note.checkpoint
        missing = checkpoint.size - self.frontier.size
        ours = checkpoint.origin == origin(self.case.id, public.id)
        if not ours or missing > len(self.new) or not note.is_signed(bytes.fromhex(public.sign)):
            return
        head = self.tail.head
        if missing < 0 or (head is not None and head.size >= checkpoint.size):
            return
        until = self.frontier.copy()
        until.extend(self.new[:missing])
        if until.root() != checkpoint.root:
            message = f"the checkpoint of {self.lane.words} is of other entries than were adopted."
            raise JournalBrokenError(message, where=str(self.lane.folder))
        write_head(self.lane.folder, note)
        self.tail.head = checkpoint

    def keep(self) -> None:
        """Let the kept tail end where the lane ends now; everything is on the disk."""
        tail, end = self.tail, self.tail.end
        self.frontier.extend(self.new)
        tail.frontier = self.frontier
        tail.seen.update(self._seen)
        end.seq, end.id, end.segment, end.size = self.seq, self.id, self._number, self._size
        if self.new:
            remember_file(self.lane, end)

    def _begin_branch(self, size: int, last: bytes) -> None:
        for row in (self._base,) if self._base is not None else self._rows():
            if len(row) >= size and row[size - 1] == last:
                self.frontier = row.frontier_at(size).copy()
                self.seq, self.id = size, last.hex()

    def _rows(self) -> Iterator[Row]:
        for walk in walks(self.case, device=self.lane.device):
            walk.finish()
            yield walk.ids
