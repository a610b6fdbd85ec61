"""Merkle trees in the shape of RFC 6962: one hash that stands for a whole row of things.

The log tree of a device has the ids of its entries as leaves, so that its root
commits to every entry, in order. The tree of a body's fields has the same shape and
hashes of its own (`body.py`).

Source: RFC 6962, section 2.1.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

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


def root(leaves: Iterable[bytes]) -> bytes:
    """Give the root of the log tree over `leaves`: 32 bytes."""
    frontier = Frontier()
    frontier.extend(leaves)
    return frontier.root()


def roots_at(leaves: Sequence[bytes], sizes: Iterable[int]) -> dict[int, bytes]:
    """Give the root that the log had at each of the sizes; one beyond its end is left out."""
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
    while (count := len(level)) > 1:
        up = [
            sha256(node_tag + level[at] + level[at + 1]).digest() for at in range(0, count - 1, 2)
        ]
        # The last one without a neighbour goes up as it is: the shape of RFC 6962.
        if count % 2:
            up.append(level[-1])
        level = up
    return level[0]
