"""Reading one journal to its end, whatever is wrong with it: every fault becomes a finding.

`chain.py` reads for those who go on working and stops at the first fault. This reads
for those who want to know what is left: a frame whose lengths make sense is passed
over when it is damaged, so that one flipped bit does not hide the thousand entries
behind it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NamedTuple

from qantar.archive.body import UnsoundBodyError
from qantar.archive.case import Case
from qantar.archive.disk import disk_refusals
from qantar.archive.frame import (
    Frame,
    Header,
    UnsoundEntryError,
    cut_by_lengths,
    has_own_id,
    is_sealed,
    is_signed,
    read_header,
)
from qantar.archive.lanes import Lane
from qantar.archive.note import Checkpoint
from qantar.archive.opening import Keys, open_committed
from qantar.archive.segments import PUT_BACK, SEGMENT_BYTES, segment_path
from qantar.archive.tree import Row, roots_at
from qantar.archive.verify import Check, Findings
from qantar.model.device import DevicePublic
from qantar.model.entry import Entry

_SEGMENT: Final = re.compile(r"([0-9]{4}|[1-9][0-9]{4,})\.qj")
_NOTHING: Final = b""
# Whoever reads on relies on the signed head, and does not stop at it: so a merge cannot mend it.
_MOVE_AWAY: Final = (
    "Move the folder of this journal out of the case, then merge a bundle made with --whole on a "
    "device that has it."
)
_WORTH_THREADS: Final = 500  # entries; a signature takes 0.05 ms


class ReadEntry(NamedTuple):
    """An entry as it was found.

    `entry.body` is None where it could not be read: `erased` says that nothing is there,
    `damaged` that what is there is not what was signed, `entry.strange` that what was
    signed is not what the header commits to; else its key is missing.
    """

    entry: Entry
    erased: bool
    damaged: bool


@dataclass(slots=True)
class ReadLane:
    """A journal as it was found.

    `public` says who signs it, None where that is missing or damaged: then signatures
    are not checked. `ids` are those of all entries of its device, from the first on,
    with those before it branched off. `passed` says that other commands pass it over.
    """

    lane: Lane
    public: DevicePublic | None
    head: Checkpoint | None
    ids: Row = field(default_factory=Row)
    entries: list[ReadEntry] = field(default_factory=list)
    seq: int = 0
    passed: bool = False

    @property
    def key(self) -> bytes | None:
        """The Ed25519 key of its device."""
        return bytes.fromhex(self.public.sign) if self.public else None

    @property
    def acknowledged(self) -> int:
        """How many entries the head says there are; 0 without one."""
        return self.head.size if self.head else 0


class Scan:
    """One reading of one lane."""

    def __init__(self, case: Case, reading: ReadLane, keys: Keys, findings: Findings) -> None:
        """Begin before the first entry.

        Args:
            case: the case, locked or not.
            reading: the lane; it is filled.
            keys: gives body keys by commitment.
            findings: receives what is wrong.
        """
        self.case, self.reading, self.findings = case, reading, findings
        self._ask_keys, self._keys = keys, keys()
        self.name = findings.name(reading.lane.folder)

    def run(self) -> None:
        """Read all segments, then hold what was read against the head.

        Raises:
            DiskError: the disk refuses.
        """
        paths = segments_in(self.reading.lane.folder)
        for number, path in enumerate(paths, start=1):
            untrusted = read_part(path)
            # Asked for after the segment was read: a writer stores keys before entries.
            self._keys = self._ask_keys()
            sized = path.is_file() and len(untrusted) <= SEGMENT_BYTES
            if path != segment_path(path.parent, number) or not sized:
                wanted = segment_path(path.parent, number).name
                self._fault(f"/{path.name}", f"a segment {wanted} of at most 4 MiB", "another")
            self._segment(untrusted, is_last=path == paths[-1])
        self._hold_against_head()

    def _segment(self, untrusted: bytes, *, is_last: bool) -> None:
        rows = list(cut_by_lengths(untrusted))
        end = rows[-1].end if rows else 0
        if end < len(untrusted):
            rest = Frame(end, len(untrusted), _NOTHING, _NOTHING, _NOTHING, _NOTHING)
            rows.append(rest)
        headers = [sound_header(frame) for frame in rows]
        good = self._all_hold(list(zip(rows, headers, strict=True)))
        for at, (frame, header) in enumerate(zip(rows, headers, strict=True)):
            if not good[at] and is_last and self._is_unfinished(good[at:]):
                self._note_tail(len(untrusted) - frame.start)
                return
            self._take(frame, header, holds=good[at])

    def _all_hold(self, pairs: Sequence[tuple[Frame, Header | None]]) -> list[bool]:
        """Ask `_holds` of many; checking a signature lets other threads run."""
        parts = os.cpu_count() or 1
        if parts == 1 or len(pairs) < _WORTH_THREADS:
            return [self._holds(*pair) for pair in pairs]
        with ThreadPoolExecutor(parts) as pool:
            step = -(-len(pairs) // parts)
            cut = [pairs[at : at + step] for at in range(0, len(pairs), step)]
            found = pool.map(lambda part: [self._holds(*pair) for pair in part], cut)
            return [good for part in found for good in part]

    def _holds(self, frame: Frame, header: Header | None) -> bool:
        """Whether a frame hashes right, is signed by its device, and has its own body or none."""
        key = self.reading.key
        if header is None or not is_sealed(frame, header):
            return False
        return key is None or is_signed(frame, key)

    def _is_unfinished(self, following: Sequence[bool]) -> bool:
        """Whether bytes at the end of a journal can be a write that nobody was told of.

        Not before the head's end. Without a head nothing says so far it was acknowledged;
        then sound entries behind them show that they were not the end.
        """
        reading = self.reading
        behind = reading.seq >= reading.acknowledged
        return behind and (reading.head is not None or not any(following))

    def _take(self, frame: Frame, header: Header | None, *, holds: bool) -> None:
        reading = self.reading
        place, number = self._place(header), reading.seq + 1
        if not place:
            self._fault(
                f" entry {number}",
                f"entry {number}, following from the one before",
                f"entry {header.seq}" if header else f"{frame.end - frame.start:,} other bytes",
            )
        elif not holds:
            said = f"entry {number} was changed after it was signed"
            then = PUT_BACK
            if header is not None and is_sealed(frame, header):
                said, then = f"the signature of entry {number} does not hold", _MOVE_AWAY
            self._fault(f" entry {number}", "its own body and signature", "others", said, then)
        if frame.id:
            reading.ids.append(frame.id)
        reading.seq = header.seq if header else number
        if header is not None:
            reading.entries.append(self._opened(frame, header))

    def _place(self, header: Header | None) -> bool:
        """Whether an entry is of this case and device, and follows from the one before."""
        if header is None:
            return False
        reading = self.reading
        prev = reading.ids[-1].hex() if reading.ids else ""
        expected = (self.case.id, reading.lane.device, reading.seq + 1, prev)
        return (header.case, header.device, header.seq, header.prev) == expected

    def _opened(self, frame: Frame, header: Header) -> ReadEntry:
        body, strange, damaged = None, False, not is_sealed(frame, header)
        readable = frame.body and not damaged
        key = self._keys.get(bytes.fromhex(header.commitment)) if readable else None
        if key is not None:
            try:
                body = open_committed(frame, key)
            except UnsoundBodyError:
                strange = True
        at, commitment, _, device, kind, prev, refs, _, seq = header
        entry = Entry(
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
        return ReadEntry(entry, not frame.body, damaged)

    def _note_tail(self, size: int) -> None:
        self.findings.add(
            Check.TAIL,
            self.name,
            expected=f"its end behind entry {self.reading.seq}",
            found=f"{size:,} bytes of an unfinished write, which nobody was told of",
            then="The next command that writes sets them aside.",
        )

    def _hold_against_head(self) -> None:
        reading, head = self.reading, self.reading.head
        if head is None:
            if reading.entries:
                self.findings.add(
                    Check.HEAD,
                    f"{self.name}/head",
                    expected="how far the journal goes, signed by its device",
                    found="nothing, or damage: entries missing at the end would not show",
                    then="The next entry makes it anew.",
                )
            return
        root = roots_at(reading.ids, [head.size]).get(head.size)
        if root is None:
            found = f"{len(reading.ids):,}"
            self._fault("/head", f"{head.size:,} entries that were acknowledged", found)
        elif root != head.root:
            self._fault("/head", "the entries that were acknowledged", "others")

    def _fault(
        self,
        what: str,
        expected: str,
        found: str,
        said: str | None = None,
        then: str = PUT_BACK,
    ) -> None:
        self.findings.add(
            Check.JOURNAL,
            f"{self.name}{what}",
            expected=expected,
            found=found,
            then=then,
            said=said,
        )


def sound_header(frame: Frame) -> Header | None:
    """Read the header of a frame that was cut by lengths; None if it is none, or not its own."""
    if not has_own_id(frame):
        return None
    try:
        return read_header(frame.header)
    except UnsoundEntryError:
        return None


def sound_headers(listed: Iterable[Frame]) -> Iterator[tuple[Frame, Header]]:
    """Give the frames whose headers are sound, each with its own; see `sound_header`."""
    for frame in listed:
        header = sound_header(frame)
        if header is not None:
            yield frame, header


def segments_in(folder: Path) -> list[Path]:
    """Give the segments of a lane, in order, gaps or not.

    Raises:
        DiskError: the disk refuses.
    """
    with disk_refusals("reading the journal", folder):
        found = [path for path in folder.iterdir() if _SEGMENT.fullmatch(path.name)]
    return sorted(found, key=lambda path: (len(path.name), path.name))


def read_part(path: Path) -> bytes:
    """Read a segment, and a byte more than any has; nothing where it is missing.

    Raises:
        DiskError: the disk refuses.
    """
    with disk_refusals("reading the journal", path):
        if not path.is_file():
            return b""
        with path.open("rb") as file:
            return file.read(SEGMENT_BYTES + 1)
