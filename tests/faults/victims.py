"""Cases that are tampered with: small, sealed, sound, and held in memory as bytes.

`alone` is one device whose checkpoint somebody carried away. `team` is two devices that
met, so that each has the other's journal and its own cosigned. Tampering changes the
bytes; `Folder` brings them to a disk that is in memory, and only what differs.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from qantar.archive.case import Case
from qantar.archive.frame import Frame, cut_by_lengths, to_bytes
from qantar.archive.journal import append
from qantar.model.decision import Verdict
from qantar.workbench.add import add
from qantar.workbench.decide import decide
from tests.faults.pair import SECOND, carry, make_pair
from tests.faults.sealed import NOW, new_case, rebuild, reopen

Files = dict[str, bytes]
"""The files of a folder, by path within it."""


class AsFolder(bytes):
    """No file: an empty folder."""


class AsLink(bytes):
    """No file: a link to what the bytes name."""


class AsPipe(bytes):
    """No file: a pipe that nobody writes to."""


RECORD = ("record/record.db", "record/watermark")


@dataclass(frozen=True, slots=True, kw_only=True)
class Victim:
    """A sound case, and what an attacker may know of it.

    `case` has the keys of its own device. `heads` are heads of its own journal as they
    were at one time or another, the last one excepted. `earlier_record` is the record with its
    watermark after an earlier build. `notes` are what witnesses keep elsewhere.
    """

    name: str
    case: Case
    files: Files
    heads: tuple[bytes, ...]
    earlier_record: Files
    notes: Files

    @property
    def lane(self) -> str:
        """Path of its own journal."""
        return f"journal/{self.case.device}"

    def lanes(self) -> list[str]:
        """Paths of all journals that have entries, its own first."""
        segments = (path for path in self.files if path.startswith("journal/"))
        found = {path.rpartition("/")[0] for path in segments if path.endswith(".qj")}
        return sorted(found, key=lambda lane: (lane != self.lane, lane))

    def originals(self) -> list[str]:
        """Paths of all originals."""
        return sorted(path for path in self.files if path.startswith("originals/"))


class Folder:
    """A folder on the disk that is made to hold one set of files after another."""

    def __init__(self, root: Path) -> None:
        """Begin with an empty folder, which is made."""
        self.root = root
        root.mkdir(parents=True)
        self._there: Files = {}

    def hold(self, files: Files) -> Path:
        """Write what differs, remove what is too much; gives the folder."""
        for path, data in self._there.items():
            if type(files.get(path)) is not type(data):
                self._remove(path, data)
        for path, data in files.items():
            before = self._there.get(path)
            if type(before) is not type(data) or before != data:
                self._put(path, data)
        self._there = dict(files)
        return self.root

    def _put(self, path: str, data: bytes) -> None:
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        match data:
            case AsFolder():
                target.mkdir()
            case AsLink():
                target.unlink(missing_ok=True)
                target.symlink_to(data.decode())
            case AsPipe():
                os.mkfifo(target)
            case _:
                target.write_bytes(data)

    def _remove(self, path: str, data: bytes) -> None:
        """Remove one thing, and the folders that are empty then."""
        target = self.root / path
        if isinstance(data, AsFolder):
            target.rmdir()
        else:
            target.unlink()
        with suppress(OSError):
            for folder in target.relative_to(self.root).parents[:-1]:
                (self.root / folder).rmdir()


def read_files(root: Path) -> Files:
    """Read all files of a folder."""
    return {p.relative_to(root).as_posix(): p.read_bytes() for p in _files_in(root)}


def frames_of(files: Files, lane: str) -> list[Frame]:
    """Cut the journal in a lane, of one segment, into its entries."""
    return list(cut_by_lengths(files[f"{lane}/0001.qj"]))


def with_frames(files: Files, lane: str, frames: list[Frame]) -> Files:
    """Put other entries into a lane."""
    return {**files, f"{lane}/0001.qj": b"".join(map(to_bytes, frames))}


def make_alone(root: Path) -> Victim:
    """Make a case of one device in a new folder."""
    case = new_case(root)
    heads, earlier = _work(case, "alone", lambda: None)
    files = read_files(root)
    head = files[f"journal/{case.device}/head"]
    return Victim(
        name="alone",
        case=case,
        files=_without_locks(files),
        heads=heads,
        earlier_record=earlier,
        notes={"carried-away.note": head},
    )


def make_team(root: Path) -> Victim:
    """Make a case of two devices in a new folder; the founder's is the victim."""
    one, _ = make_pair(root)
    names = (str(root / "stick" / str(number)) for number in count())

    def meet() -> None:
        _take_in(reopen(root / "two"), f"second {Path(next(names)).name}")
        carry(reopen(root / "two"), one, Path(next(names)), to=one.device)
        carry(one, reopen(root / "two"), Path(next(names)), to=SECOND)

    heads, earlier = _work(one, "team", meet)
    for _ in range(2):
        meet()
    rebuild(one)
    elsewhere = read_files(root / "two" / "witness")
    return Victim(
        name="team",
        case=one,
        files=_without_locks(read_files(root / "one")),
        heads=heads,
        earlier_record=earlier,
        notes={path.replace("/", "-"): data for path, data in elsewhere.items()},
    )


def _work(case: Case, words: str, meet: Callable[[], None]) -> tuple[tuple[bytes, ...], Files]:
    """Take material in, decide, build twice; gives old heads and the earlier record."""
    head, heads = case.journal / "head", []
    for number in range(4):
        heads.append(head.read_bytes())
        _take_in(case, f"{words} {number}")
    meet()
    rebuild(case)
    earlier = {path: (case.root / path).read_bytes() for path in RECORD}
    for number in range(5):
        heads.append(head.read_bytes())
        append(case, kind="estimate.seed", body={"seed": number, "about": words}, at=NOW)
    decide(case, verdict=Verdict.WITHDRAW, targets=["a2"], reason="a double", now=NOW)
    rebuild(case)
    return tuple(heads), earlier


def _take_in(case: Case, words: str) -> None:
    path = case.root.parent / f"{words}.txt"
    path.write_text(f"{words}\n" * 40, encoding="utf-8")
    add(case, paths=[path], sheet_path=None, now=NOW, acknowledge=lambda _: None)
    path.unlink()


def _without_locks(files: Files) -> Files:
    return {path: data for path, data in files.items() if not path.startswith("lock")}


def _files_in(root: Path) -> Iterator[Path]:
    return (path for path in sorted(root.rglob("*")) if path.is_file())
