"""Merkle trees in the shape of RFC 6962: one hash that stands for a whole row of things.

The log tree of a device has the ids of its entries as leaves, so that its root
commits to every entry, in order. The tree of a body's fields has the same shape and
hashes of its own (`body.py`).

Source: RFC 6962, section 2.1.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import overload

_LEAF, _NODE = b"\0", b"\1"
EMPTY_ROOT = hashlib.sha256(b"").digest()


class Frontier:
    """A log tree that only grows, kept as the roots of its full subtrees.

    It takes 32 bytes for each doubling of the log, and gives the root at any
    moment; what was added cannot be asked for again.

    Attributes:
        size: how many leaves there are.
    """

    def __init__(self) -> None:
        """Begin with the empty tree."""
        self.size = 0
        # The full subtree of 2^n leaves that the size has as its bit n; b"" where it has none.
        self._peaks: list[bytes] = []

    def extend(self, leaves: Iterable[bytes]) -> None:
        """Add leaves, in order."""
        sha256 = hashlib.sha256
        level = [sha256(_LEAF + leaf).digest() for leaf in leaves]
        self.size += len(level)
        height = 0
        while level:
            if height == len(self._peaks):
                self._peaks.append(b"")
            if self._peaks[height]:
                level.insert(0, self._peaks[height])
            self._peaks[height] = level.pop() if len(level) % 2 else b""
            pairs = zip(level[::2], level[1::2], strict=True)
            level = [sha256(_NODE + left + right).digest() for left, right in pairs]
            height += 1

    def root(self) -> bytes:
        """Give the root: 32 bytes."""
        found = b""
        for peak in self._peaks:
            if peak and found:
                found = hashlib.sha256(_NODE + peak + found).digest()
            elif peak:
                found = peak
        return found or EMPTY_ROOT

    def copy(self) -> Frontier:
        """Give a tree that grows on its own from here."""
        twin = Frontier()
        twin.size, twin._peaks = self.size, list(self._peaks)
        return twin


class Row(Sequence[bytes]):
    """The ids of a device's entries along one lane, from the first on, and their tree.

    Those before a branch are kept once, by the row that it branched off from, and so is
    the tree over them: a device that went on in many ways costs no more than its entries.
    What a row shares is never changed: rows only grow.

    Attributes:
        before: how many are shared.
        base: the row that has the last of these as its own; None if none are.
        own: those behind them.
    """

    def __init__(self, base: Sequence[bytes] = (), before: int | None = None) -> None:
        """Begin behind some of another row.

        Args:
            base: what was before; shared if it is a row, else copied.
            before: how many of it; None for all that it has now.
        """
        self.before = len(base) if before is None else before
        self.base: Row | None = None
        self.own: list[bytes] = []
        self._sizes: list[int] = []
        self._trees: list[Frontier] = []
        if isinstance(base, Row):
            self.base = base.holder(self.before)
        else:
            self.own, self.before = list(base[: self.before]), 0

    def append(self, leaf: bytes) -> None:
        """Add one."""
        self.own.append(leaf)

    def frontier_at(self, size: int) -> Frontier:
        """Give the tree over the first so many, which must not grow: copy it. It is kept."""
        row, wanted, found = self, list[tuple[Row, int]](), None
        while found is None:
            row = row.holder(size)
            wanted.append((row, size))
            found = row.nearest(size)
            if found is None and row.base is None:
                found = Frontier()
            elif found is None and row.base is not None:
                row, size = row.base, row.before
        for one, end in reversed(wanted):
            found = one.grown(found, end)
        return found

    def __len__(self) -> int:
        """Give how many there are, those before included."""
        return self.before + len(self.own)

    def __iter__(self) -> Iterator[bytes]:
        """Give all that are there now."""
        row: Row | None = self
        end, parts = len(self), list[Iterable[bytes]]()
        while row is not None:
            parts.append(islice(row.own, max(0, end - row.before)))
            end, row = min(end, row.before), row.base
        return chain.from_iterable(reversed(parts))

    @overload
    def __getitem__(self, at: int) -> bytes: ...

    @overload
    def __getitem__(self, at: slice) -> list[bytes]: ...

    def __getitem__(self, at: int | slice) -> bytes | list[bytes]:
        """Give one, or some."""
        if isinstance(at, slice):
            return self.own[at] if self.base is None else list(self)[at]
        place = at + len(self) if at < 0 else at
        if not 0 <= place < len(self):
            raise IndexError(at)
        row = self.holder(place + 1)
        return row.own[place - row.before]

    def holder(self, size: int) -> Row:
        """Find the row that has the last of the first so many as its own."""
        row = self
        while row.base is not None and size <= row.before:
            row = row.base
        return row

    def nearest(self, size: int) -> Frontier | None:
        """Give the largest tree that it kept over no more than so many."""
        at = bisect_right(self._sizes, size)
        return self._trees[at - 1] if at else None

    def grown(self, tree: Frontier, size: int) -> Frontier:
        """Give a tree over so many, by adding to one over fewer; it is kept."""
        if tree.size == size:
            return tree
        twin = tree.copy()
        twin.extend(self.own[tree.size - self.before : size - self.before])
        at = bisect_right(self._sizes, size)
        self._sizes.insert(at, size)
        self._trees.insert(at, twin)
        return twin


def root(leaves: Iterable[bytes]) -> bytes:
    """Give the root of the log tree over `leaves`: 32 bytes."""
    frontier = Frontier()
    frontier.extend(leaves)
    return frontier.root()


def roots_at(leaves: Sequence[bytes], sizes: Iterable[int]) -> dict[int, bytes]:
    """Give the root that the log had at each of the sizes; one beyond its end is left out."""
    if isinstance(leaves, Row):
        fits = {size for size in sizes if size <= len(leaves)}
        return {size: leaves.frontier_at(size).root() for size in fits}
    frontier, found = Frontier(), {}
    for size in sorted(set(sizes)):
        if size <= len(leaves):
            frontier.extend(leaves[frontier.size : size])
            found[size] = frontier.root()
    return found


def root_of(hashes: Sequence[bytes], node_tag: bytes) -> bytes:
    """Give the root over leaves that are hashed already, by inner nodes of another tag.

    Args:
        hashes: of the leaves, at least one.
        node_tag: goes before the two children when a node is hashed.
    """
    level, sha256 = hashes, hashlib.sha256
    while len(level) > 1:
        pairs = zip(level[::2], level[1::2], strict=False)
        up = [sha256(node_tag + left + right).digest() for left, right in pairs]
        # The last one without a neighbour goes up as it is: the shape of RFC 6962.
        if len(level) % 2:
            up.append(level[-1])
        level = up
    return level[0]
