"""Reading the journal: each entry held against the one before it, and the end against the mark."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from qantar.archive.case import Case
from qantar.archive.disk import disk_refusals
from qantar.archive.frame import Frame, UnsoundEntryError, decode, frames, last_frame
from qantar.archive.mark import Mark, load_mark
from qantar.errors import JournalBrokenError
from qantar.model.entry import Entry

SEGMENT_BYTES = 4 * 1024 * 1024

_SEGMENT = re.compile(r"\d{4,}\.qj")
_PUT_BACK = "Put back a sound copy of the journal's files; the entries before it still read."


@dataclass(slots=True)
class End:
    """Where the journal ends.

    `seq` and `id` are the newest entry's (0 and "" before the first); `segment`
    is the number of the last segment, `size` its length in sound bytes, and
    `torn_bytes` stand unfinished behind them.
    """

    seq: int = 0
    id: str = ""
    segment: int = 1
    size: int = 0
    torn_bytes: int = 0


class Walk:
    """One reading of the whole journal; `end` tells how far it has come.

    The mark is read before the segments, which a writer at work only makes
    longer, so that reading needs no lock.
    """

    def __init__(self, case: Case) -> None:
        """Begin before the first entry."""
        self.case = case
        self.mark = load_mark(case.journal)
        self.end = End()

    def entries(self) -> Iterator[Entry]:
        """Give the entries in order, up to an unfinished write at the end.

        Raises:
            JournalBrokenError: an entry is altered, missing, added or out of order,
                or acknowledged entries are gone from the end.
            DiskError: the disk refuses.
        """
        paths = _segments(self.case)
        for number, path in enumerate(paths, start=1):
            yield from self._entries_of(number, path)
            if self.end.torn_bytes and number < len(paths):
                fault = f"is damaged at byte {self.end.size} of {path.name}"
                raise _broken(self.case, self.end.seq + 1, fault)
        _check_reaches(self.case, self.mark, self.end)

    def finish(self) -> End:
        """Read all entries and keep none."""
        for _ in self.entries():
            pass
        return self.end

    def _entries_of(self, number: int, path: Path) -> Iterator[Entry]:
        untrusted = read_segment(self.case, path)
        self.end.segment, self.end.size = number, 0
        for frame in frames(untrusted):
            yield self._follow(path, frame)
        self.end.torn_bytes = len(untrusted) - self.end.size

    def _follow(self, path: Path, frame: Frame) -> Entry:
        entry, end = _decoded(self.case, path, frame, f"entry {self.end.seq + 1}"), self.end
        if (entry.seq, entry.prev) != (end.seq + 1, end.id):
            fault = f"does not follow from the one before: byte {frame.start} of {path.name} holds"
            fault += f" number {entry.seq} after {entry.prev[:12] or 'nothing'}"
            raise _broken(self.case, end.seq + 1, fault)
        end.seq, end.id, end.size = entry.seq, entry.id, frame.end
        _check_against(self.case, self.mark, end)
        return entry


def find_end(case: Case) -> End:
    """Find the journal's end, by its last frame where that is sound, else by reading everything.

    Raises:
        JournalBrokenError: the end of the journal is damaged or missing.
        DiskError: the disk refuses.
    """
    mark = load_mark(case.journal)
    end = _end_by_last_frame(case)
    if end is None:
        return Walk(case).finish()
    _check_against(case, mark, end)
    _check_reaches(case, mark, end)
    return end


def segment_path(case: Case, number: int) -> Path:
    """Path of segment `number`, from 1."""
    return case.journal / f"{number:04d}.qj"


def read_segment(case: Case, path: Path) -> bytes:
    """Read a segment whole.

    Raises:
        JournalBrokenError: it is longer than any that was ever written.
        DiskError: the disk refuses.
    """
    with disk_refusals("reading the journal", path), path.open("rb") as file:
        untrusted = file.read(SEGMENT_BYTES + 1)
    if len(untrusted) > SEGMENT_BYTES:
        message = f"the segment {path.name} of the journal is over {SEGMENT_BYTES} bytes."
        raise JournalBrokenError(message, where=str(path), next=_PUT_BACK)
    return untrusted


def _end_by_last_frame(case: Case) -> End | None:
    paths = _segments(case)
    for number, path in reversed(list(enumerate(paths, start=1))):
        untrusted = read_segment(case, path)
        if not untrusted:
            # Made just before a power cut: the newest entry is in the segment before.
            continue
        frame = last_frame(untrusted)
        if frame is None:
            return None
        entry = _decoded(case, path, frame, "the newest entry")
        size = frame.end if number == len(paths) else 0
        return End(seq=entry.seq, id=entry.id, segment=len(paths), size=size)
    return End(segment=max(len(paths), 1))


def _segments(case: Case) -> list[Path]:
    """Paths of the segments, numbered 1, 2, …; other files in the folder are nobody's."""
    with disk_refusals("reading the journal", case.journal):
        if not case.journal.is_dir():
            raise _broken(case, 1, "and its whole folder are missing")
        found = {path for path in case.journal.iterdir() if _SEGMENT.fullmatch(path.name)}
    paths = [segment_path(case, number) for number in range(1, len(found) + 1)]
    if found != set(paths):
        message = f"segment {min(set(paths) - found).name} is missing; later ones are there."
        raise JournalBrokenError(message, where=str(case.journal), next=_PUT_BACK)
    return paths


def _check_against(case: Case, mark: Mark | None, end: End) -> None:
    if mark is None:
        return
    if (mark.case, mark.device) != (case.id, case.device):
        raise _broken(case, end.seq, "stands beside the `head` of another journal")
    if mark.seq == end.seq and mark.entry != end.id:
        raise _broken(case, end.seq, f"is not the one that was acknowledged ({mark.entry[:12]})")


def _check_reaches(case: Case, mark: Mark | None, end: End) -> None:
    if mark is None and end.seq == 0:
        raise _broken(case, 1, "and the file `head` are missing")
    if mark is not None and mark.seq > end.seq:
        fault = f"is damaged or missing; entries up to {mark.seq} were acknowledged"
        raise _broken(case, end.seq + 1, fault)


def _decoded(case: Case, path: Path, frame: Frame, which: str) -> Entry:
    try:
        return decode(case, frame)
    except UnsoundEntryError as error:
        message = f"{which} of the journal cannot be: {error} (byte {frame.start} of {path.name})."
        raise JournalBrokenError(message, where=str(path), next=_PUT_BACK) from error


def _broken(case: Case, seq: int, fault: str) -> JournalBrokenError:
    message = f"entry {seq} of the journal {fault}."
    return JournalBrokenError(message, where=str(case.journal), next=_PUT_BACK)
