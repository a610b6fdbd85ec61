"""What a disk may hold after the power went: every state that the rules of a file system allow.

The rules are those of a journaling file system such as ext4, read against the
writer wherever they leave a choice:

* What was written to a file and not forced to the disk since may be there up to
  any write, torn within one, out of order, or as zeros in the room it was given.
* Names made, moved and removed in a folder and not forced since may be there up to
  any one of them, in their order; each folder chooses for itself. Forcing a file
  forces its bytes and not its name.
* A move within a folder is whole. Between two folders it may be there in the new
  one only, or in both, and is never gone from both.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations_with_replacement, product
from math import prod
from pathlib import PurePosixPath

from tests.faults.disk_state import Content, Edit, State, contents
from tests.faults.recipe import evenly
from tests.faults.steps import Step

_MOST_VALUES = 16


class UnlikeTheDiskError(Exception):
    """A step names what the model has not: the recording is not complete."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _NameChange:
    """A name that goes and a name that comes, together; `number` is one for both ends of a move."""

    number: int
    gone: str | None = None
    new: tuple[str, int] | None = None

    def on(self, names: dict[str, int]) -> None:
        if self.gone is not None:
            names.pop(self.gone, None)
        if self.new is not None:
            names[self.new[0]] = self.new[1]


@dataclass(slots=True)
class _Folder:
    kept: dict[str, int] = field(default_factory=dict)
    changes: list[_NameChange] = field(default_factory=list)

    def names(self, upto: int | None = None) -> dict[str, int]:
        """Give names and node numbers after the first `upto` changes, or after all."""
        names = dict(self.kept)
        for change in self.changes[:upto]:
            change.on(names)
        return names

    def ever(self) -> set[int]:
        """Give the nodes that have a name here in some state."""
        return {*self.kept.values(), *(c.new[1] for c in self.changes if c.new)}


@dataclass(slots=True)
class _File:
    kept: bytes = b""
    edits: list[Edit] = field(default_factory=list)
    known: tuple[int, list[Content]] = (-1, [])

    def variants(self) -> list[Content]:
        """Give what it may hold, newest first, certain one last."""
        if self.known[0] != len(self.edits):
            self.known = len(self.edits), contents(self.kept, self.edits)
        return self.known[1]


class Disk:
    """A folder as steps are done to it, with what is certain and what is not yet."""

    def __init__(self, start: State) -> None:
        """Begin with `start`, all of it on the disk for certain."""
        self._folders: dict[int, _Folder] = {0: _Folder()}
        self._files: dict[int, _File] = {}
        self._count = 0
        for path in sorted(start):
            content = start[path]
            number = self._new_folder() if content is None else self._new_file(content.data)
            where, name = self._parent(path)
            self._folders[where].kept[name] = number

    def do(self, step: Step) -> None:
        """Do one step.

        Raises:
            UnlikeTheDiskError: the step cannot be done here.
        """
        match step.what:
            case "make":
                self._appears(step.path, self._new_file())
            case "mkdir":
                self._appears(step.path, self._new_folder())
            case "link":
                self._appears(step.target, self._find(step.path))
            case "move":
                self._move(step.path, step.target)
            case "remove" | "rmdir":
                folder, name = self._parent(step.path)
                self._note(folder, gone=name)
            case "write":
                self._file(step.path).edits.append(Edit(offset=step.offset, data=step.data))
            case "resize":
                self._file(step.path).edits.append(Edit(offset=step.size, data=None))
            case "sync":
                self._settle(self._find(step.path))
            case "mark" | "socket" | "program":
                pass

    def newest(self) -> State:
        """Give what the running system sees."""
        return self._state({}, {n: file.variants()[0] for n, file in self._files.items()})

    def after_power_cut(self, limit: int) -> Iterator[State]:
        """Give different states that the disk may hold if the power goes now, newest first.

        All of them if there are at most `limit` choices; else those in which at most
        two files or folders differ from the newest state or from the oldest, and of
        these evenly picked ones.
        """
        nodes = self._within_reach()
        folders = [n for n in nodes if n in self._folders and self._folders[n].changes]
        files = [n for n in nodes if n in self._files and self._files[n].edits]
        sizes = [len(self._folders[n].changes) + 1 for n in folders]
        sizes += [len(self._files[n].variants()) for n in files]
        for picked in _picked(sizes, limit):
            back = dict(zip(folders, picked, strict=False))
            if self._moves_are_whole(back):
                held = zip(files, picked[len(folders) :], strict=True)
                yield self._state(back, {n: self._files[n].variants()[i] for n, i in held})

    def _move(self, source: str, target: str) -> None:
        node = self._find(source)
        (old, gone), (new, comes) = self._parent(source), self._parent(target)
        if old == new:
            self._note(old, gone=gone, new=(comes, node))
        else:
            number = self._note(new, new=(comes, node))
            self._folders[old].changes.append(_NameChange(number=number, gone=gone))

    def _appears(self, path: str, node: int) -> None:
        folder, name = self._parent(path)
        self._note(folder, new=(name, node))

    def _note(
        self, folder: int, *, gone: str | None = None, new: tuple[str, int] | None = None
    ) -> int:
        self._count += 1
        self._folders[folder].changes.append(_NameChange(number=self._count, gone=gone, new=new))
        return self._count

    def _settle(self, node: int) -> None:
        if node in self._folders:
            folder = self._folders[node]
            folder.kept, folder.changes = folder.names(), []
        else:
            file = self._files[node]
            file.kept, file.edits, file.known = file.variants()[0].data, [], (-1, [])

    def _moves_are_whole(self, back: Mapping[int, int]) -> bool:
        """Whether nothing has gone from one folder that has not come in the other.

        `back` says how many of a folder's newest changes are not there.
        """
        not_there: set[int] = set()
        for node, count in back.items():
            changes = self._folders[node].changes
            not_there |= {c.number for c in changes[len(changes) - count :] if c.new}
        there = (
            change.number
            for node, count in back.items()
            for change in self._folders[node].changes[: len(self._folders[node].changes) - count]
            if change.new is None
        )
        return not_there.isdisjoint(there)

    def _state(self, back: Mapping[int, int], held: Mapping[int, Content]) -> State:
        found: dict[str, Content | None] = {}
        waiting = [("", 0)]
        while waiting:
            at, node = waiting.pop()
            folder = self._folders[node]
            for name, child in folder.names(len(folder.changes) - back.get(node, 0)).items():
                if child in self._folders:
                    found[at + name] = None
                    waiting.append((f"{at}{name}/", child))
                else:
                    found[at + name] = held.get(child) or self._files[child].variants()[-1]
        return found

    def _within_reach(self) -> list[int]:
        """Give the nodes that have a path in some state."""
        found, waiting = {0}, [0]
        while waiting:
            new = self._folders[waiting.pop()].ever() - found
            found |= new
            waiting.extend(new & self._folders.keys())
        return sorted(found)

    def _new_file(self, data: bytes = b"") -> int:
        number = len(self._folders) + len(self._files)
        self._files[number] = _File(data)
        return number

    def _new_folder(self) -> int:
        number = len(self._folders) + len(self._files)
        self._folders[number] = _Folder()
        return number

    def _parent(self, path: str) -> tuple[int, str]:
        where = PurePosixPath(path)
        folder = self._find(str(where.parent))
        if folder not in self._folders:
            raise UnlikeTheDiskError(path)
        return folder, where.name

    def _find(self, path: str) -> int:
        node = 0
        for name in PurePosixPath(path).parts:
            names = self._folders[node].names() if node in self._folders else {}
            if name not in names:
                raise UnlikeTheDiskError(path)
            node = names[name]
        return node

    def _file(self, path: str) -> _File:
        node = self._find(path)
        if node not in self._files:
            raise UnlikeTheDiskError(path)
        return self._files[node]


def _picked(sizes: Sequence[int], limit: int) -> Iterator[tuple[int, ...]]:
    """Pick one of each: everything, or what lies near one of the two ends."""
    if prod(sizes) <= limit:
        yield from product(*map(range, sizes))
        return
    values = [[*evenly(range(size), _MOST_VALUES), size - 1] for size in sizes]
    near = dict.fromkeys(
        _with(end, {one: first, other: second})
        for end in ((0,) * len(sizes), tuple(size - 1 for size in sizes))
        for one, other in combinations_with_replacement(range(len(sizes)), 2)
        for first in values[one]
        for second in values[other]
    )
    yield from evenly(list(near), limit)


def _with(end: tuple[int, ...], other: Mapping[int, int]) -> tuple[int, ...]:
    return tuple(other.get(at, value) for at, value in enumerate(end))
