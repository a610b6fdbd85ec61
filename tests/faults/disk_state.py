"""The state of a folder as a value, and what a file may hold of bytes not yet forced to the disk."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

SECTOR = 512
_MOST_EDITS = 24


@dataclass(frozen=True, slots=True)
class Content:
    """A file's bytes, compared by their hash."""

    data: bytes = field(compare=False, repr=False)
    digest: bytes

    @classmethod
    def of(cls, data: bytes) -> Content:
        """Take `data` as a content."""
        return cls(data, hashlib.sha256(data).digest())


State = Mapping[str, Content | None]
"""Paths in a folder and what is there; None for a folder."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """Bytes put at an offset, or (`data` is None) a file cut or extended to `offset` bytes."""

    offset: int
    data: bytes | None

    def on(self, before: bytes) -> bytes:
        """Do the edit."""
        if self.data is None:
            return before[: self.offset].ljust(self.offset, b"\0")
        end = self.offset + len(self.data)
        return before[: self.offset].ljust(self.offset, b"\0") + self.data + before[end:]


def contents(kept: bytes, edits: Sequence[Edit]) -> list[Content]:
    """Give what a file may hold of `edits` made since `kept` was forced to the disk.

    The newest first and `kept` last; between them the file up to each edit; each
    edit torn after its first byte, in the middle, at its first and last sector and
    before its last byte; its second half without its first; its room as zeros; and
    each of several edits missing. Of more than a few dozen edits, evenly chosen ones.
    """
    versions = [kept]
    for edit in edits:
        versions.append(edit.on(versions[-1]))
    looked_at = range(0, len(edits), -(-len(edits) // _MOST_EDITS) or 1)
    found = [versions[-1], *(versions[at] for at in reversed(looked_at))]
    for at in looked_at:
        found.extend(_torn(edits[at], versions[at], versions[at + 1]))
    if len(edits) > 1:
        found.extend(_without(versions[at], edits[at + 1 :]) for at in looked_at)
    different = dict.fromkeys(Content.of(data) for data in found)
    oldest = Content.of(kept)
    different.pop(oldest, None)
    return [*different, oldest]


def snapshot(folder: Path) -> State:
    """Read a folder as a state."""
    return {
        str(path.relative_to(folder)): None if path.is_dir() else Content.of(path.read_bytes())
        for path in folder.rglob("*")
    }


def put_down(state: State, folder: Path) -> None:
    """Make `folder`, which must not exist, hold `state`; private, as Qantar makes its files."""
    folder.mkdir(mode=0o700)
    for path in sorted(state):
        content = state[path]
        if content is None:
            (folder / path).mkdir(mode=0o700)
        else:
            (folder / path).write_bytes(content.data)
            (folder / path).chmod(0o600)


def _torn(edit: Edit, before: bytes, after: bytes) -> Iterator[bytes]:
    if edit.data is None:
        return
    size = len(edit.data)
    for part in sorted({1, SECTOR, size // 2, (size - 1) // SECTOR * SECTOR, size - 1}):
        if 0 < part < size:
            yield Edit(offset=edit.offset, data=edit.data[:part]).on(before)
    half = size // 2
    yield Edit(offset=edit.offset + half, data=edit.data[half:]).on(before)
    yield before.ljust(len(after), b"\0")


def _without(before: bytes, later: Sequence[Edit]) -> bytes:
    for edit in later:
        before = edit.on(before)
    return before
