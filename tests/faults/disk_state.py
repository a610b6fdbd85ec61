"""The state of a folder as a value, and what a file may hold of bytes not yet forced to the disk."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

SECTOR = 512


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
    each of several edits missing.
    """
    versions = [kept]
    for edit in edits:
        versions.append(edit.on(versions[-1]))
    found = versions[:0:-1]
    for edit, before, after in zip(edits, versions, versions[1:], strict=False):
        found.extend(_torn(edit, before, after))
    if len(edits) > 1:
        found.extend(_without(kept, edits, missing) for missing in range(len(edits)))
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


def _without(kept: bytes, edits: Sequence[Edit], missing: int) -> bytes:
    for number, edit in enumerate(edits):
        if number != missing:
            kept = edit.on(kept)
    return kept
