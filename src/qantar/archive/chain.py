"""Reading a journal: each entry held against the one before it, all against the signed head.

What stands behind the head counts if its device signed it. What does not is an
unfinished write that nobody was told of, as long as it stands at the very end.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heappush

from qantar.archive.body import UnsoundBodyError
from qantar.archive.case import Case
from qantar.archive.frame import (
    Frame,
    Header,
    UnsoundEntryError,
    frames,
    is_sealed,
    is_signed,
    read_header,
)
from qantar.archive.lanes import Lane, head_of, lanes, public_of
from qantar.archive.opening import Here, Opener
from qantar.archive.segments import PUT_BACK, Segment, read_segment, segments
from qantar.archive.tree import Frontier, Row
from qantar.errors import JournalBrokenError
from qantar.model.canonical import JSON
from qantar.model.entry import Entry, Ref


@dataclass(slots=True)
class End:
    """Where a journal ends.

    `seq` and `id` are the newest entry's (0 and "" before the first); `segment`
    is the number of the last segment and `inode` its file (0 if there is none),
    `size` its length in sound bytes, and `torn_bytes` stand unfinished behind them.
    """

    seq: int = 0
    id: str = ""
    segment: int = 1
    inode: int = 0
    size: int = 0
    torn_bytes: int = 0


class Walk:
    """One reading of a whole lane; `end` tells how far it has come.

    The head is read before the segments, which a writer at work only makes
    longer, so that reading needs no lock.

    Attributes:
        head: the lane's signed checkpoint; None when it is missing or damaged.
        end: where the lane ends, as far as it was read.
        ids: ids of the device's entries so far, those of the lane it branched off first.
        frontier: their tree, complete when the walk is.
        seen: what the entries so far say to have seen of other lanes.
    """

    def __init__(
        self,
        case: Case,
        lane: Lane,
        *,
        opener: Opener | None = None,
        base: Sequence[bytes] = (),
        every_signature: bool = False,
    ) -> None:
        """Begin before the first entry.

        Args:
            case: the case.
            lane: which of its journals.
            opener: opens the bodies; without one they stay sealed.
            base: ids of the entries that this lane branched off from.
            every_signature: check also those that the head vouches for.
        """
        self.case, self.lane, self._every_signature = case, lane, every_signature
        self.public_key = bytes.fromhex(public_of(case, lane).sign)
        self.head = head_of(case, lane, self.public_key)
        self.end = End(seq=len(base), id=base[-1].hex() if base else "")
        self.ids = Row(base)
        self.frontier = Frontier()
        self.seen: set[Ref] = set()
        self._opener: Opener = opener or Here()
        self._acknowledged = self.head.size if self.head else 0

    def entries(self) -> Iterator[Entry]:
        """Give the entries in order, up to an unfinished write at the end.

        Raises:
            JournalBrokenError: an entry is altered, missing, added or out of order, a
                body is not the one that was signed, or acknowledged entries are gone
                from the end.
            DiskError: the disk refuses.
        """
        for frame, header in self.frames():
            at, commitment, _, device, kind, prev, refs, _, seq = header
            body, strange = self._opened(frame)
            yield Entry(
                id=frame.id.hex(),
                device=device,
                seq=seq,
                prev=prev,
                refs=refs,
                kind=kind,
                at=at,
                body=body,
                commitment=commitment,
                strange=strange,
            )

    def frames(self) -> Iterator[tuple[Frame, Header]]:
        """Give the frames in order with their headers; bodies stay sealed. Raises as `entries`."""
        paths = segments(self.lane.folder)
        for number, path in enumerate(paths, start=1):
            yield from self._frames_of(read_segment(path))
            if self.end.torn_bytes and number < len(paths):
                fault = f"is damaged at byte {self.end.size} of {path.name}"
                raise self.broken(self.end.seq + 1, fault)
        self._check_head()

    def finish(self) -> End:
        """Read all frames and keep none."""
        for _ in self.frames():
            pass
        return self.end

    def broken(self, seq: int, fault: str) -> JournalBrokenError:
        """Word an error about entry `seq` of this lane."""
        message = f"entry {seq} of {self.lane.words} {fault}."
        return JournalBrokenError(message, where=str(self.lane.folder), next=PUT_BACK)

    def _frames_of(self, segment: Segment) -> Iterator[tuple[Frame, Header]]:
        end, acknowledged, untrusted = self.end, self._acknowledged, segment.untrusted
        end.segment, end.inode, end.size = segment.number, segment.inode, 0
        self._opener.turn_to(self.lane, segment.number)
        for frame in frames(untrusted):
            behind = end.seq >= acknowledged
            if (behind or self._every_signature) and not is_signed(frame, self.public_key):
                if behind:
                    break
                raise self.broken(end.seq + 1, "is not signed by the device whose journal it is")
            header = self._follow(segment.number, frame)
            if not is_sealed(frame, header):
                if behind:
                    break
                raise self.broken(header.seq, "has another body than it was signed with")
            end.seq, end.id, end.size = header.seq, frame.id.hex(), frame.end
            self.ids.append(frame.id)
            self.seen.update(header.refs)
            yield frame, header
        end.torn_bytes = len(untrusted) - end.size

    def _follow(self, number: int, frame: Frame) -> Header:
        end = self.end
        try:
            header = read_header(frame.header)
        except UnsoundEntryError as error:
            fault = f"cannot be: {error} (byte {frame.start} of segment {number})"
            raise self.broken(end.seq + 1, fault) from error
        if (header.case, header.device) != (self.case.id, self.lane.device):
            fault = f"is of case {header.case[:12]}, device {header.device[:12]}"
            raise self.broken(end.seq + 1, fault)
        if (header.seq, header.prev) != (end.seq + 1, end.id):
            fault = f"does not follow from the one before: byte {frame.start} of segment {number}"
            fault += f" holds number {header.seq} after {header.prev[:12] or 'nothing'}"
            raise self.broken(end.seq + 1, fault)
        return header

    def _opened(self, frame: Frame) -> tuple[Mapping[str, JSON] | None, bool]:
        """Open a body that hashes as it was signed; one that is strange is its author's doing."""
        try:
            return self._opener.open(frame), False
        except UnsoundBodyError:
            return None, True

    def _check_head(self) -> None:
        head, end = self.head, self.end
        if head is None:
            self.frontier = self.ids.frontier_at(len(self.ids)).copy()
            if end.seq == 0 and self.lane.own and self.case.id:
                raise self.broken(1, "and the file `head` are missing")
            return
        if head.size > end.seq:
            fault = f"is damaged or missing; entries up to {head.size} were acknowledged"
            raise self.broken(end.seq + 1, fault)
        if self.ids.frontier_at(head.size).root() != head.root:
            fault = "or one before it is not the one that was acknowledged"
            raise self.broken(head.size, fault)
        self.frontier = self.ids.frontier_at(len(self.ids)).copy()


def walks(
    case: Case,
    *,
    opener: Opener | None = None,
    device: str | None = None,
    among: Sequence[Lane] | None = None,
    every_signature: bool = False,
) -> Iterator[Walk]:
    """Give a walk for each lane; each must be finished before the next is asked for.

    Args:
        case: the case.
        opener: opens the bodies; without one they stay sealed.
        device: only the lanes of this device.
        among: only these lanes; else `lanes`.
        every_signature: as for `Walk`.

    Raises:
        JournalBrokenError: a branch follows from no entry of its device.
        DiskError: the disk refuses.
    """
    listed = lanes(case) if among is None else among
    order = _Order(lane for lane in listed if device in (None, lane.device))
    for lane, base in order:
        walk = Walk(case, lane, opener=opener, base=base, every_signature=every_signature)
        yield walk
        order.walked(walk)


class _Order:
    """Lanes, each branch behind the one that it branched off from; each with the ids before."""

    def __init__(self, listed: Iterable[Lane]) -> None:
        self._ready: list[tuple[bool, int, Lane, Row]] = []
        # By device, number and id of the entry that a branch follows from.
        self._waiting: dict[tuple[str, int, bytes], list[tuple[int, Lane]]] = {}
        for at, lane in enumerate(listed):
            before = _before(lane) if lane.branch else None
            if before is None:
                self._ready.append((lane.branch, at, lane, Row()))
            else:
                self._waiting.setdefault((lane.device, *before), []).append((at, lane))
        heapify(self._ready)

    def __iter__(self) -> Iterator[tuple[Lane, Row]]:
        """Give them; what was given must have been `walked` before the next is asked for."""
        while self._ready:
            yield heappop(self._ready)[2:]
        if self._waiting:
            _, lane = min((one for some in self._waiting.values() for one in some), key=_first)
            message = f"{lane.words} follows from no entry of its device."
            raise JournalBrokenError(message, where=str(lane.folder), next=PUT_BACK)

    def walked(self, walk: Walk) -> None:
        """Let go what branches off from a lane that was read."""
        if self._waiting:
            for at, id_ in enumerate(walk.ids.own, start=walk.ids.before + 1):
                for place, lane in self._waiting.pop((walk.lane.device, at, id_), ()):
                    heappush(self._ready, (True, place, lane, Row(walk.ids, at)))


def _first(one: tuple[int, Lane]) -> int:
    return one[0]


def _before(lane: Lane) -> tuple[int, bytes] | None:
    """Read which entry a branch follows from; None if from none, or if that cannot be read."""
    for path in segments(lane.folder)[:1]:
        frame = next(frames(read_segment(path).untrusted), None)
        try:
            header = read_header(frame.header) if frame else None
        except UnsoundEntryError:
            header = None
        if header is not None and header.seq > 1:
            return header.seq - 1, bytes.fromhex(header.prev)
    return None
