"""Checkpoints that a device signed and that no journal of it here bears out.

A kept checkpoint must be borne out by its device's journal: as many entries, and the
same. Where the journal here is as long and has others, the device has two pasts: its
folder was copied and both were worked with, or somebody shows different journals to
different people. Where it is shorter, entries have not come yet, or are lost: that is
the matter of `verify_witness.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from qantar.archive import witness
from qantar.archive.case import Case
from qantar.archive.chain import walks
from qantar.archive.note import Checkpoint
from qantar.archive.tails import keep
from qantar.archive.tree import roots_at

Branches = Sequence[Sequence[bytes]]
"""The ids of all entries of a device, on each of its branches."""


class Contradiction(NamedTuple):
    """A checkpoint of a device that its journal here contradicts, and where it is kept."""

    device: str
    checkpoint: Checkpoint
    path: Path


def contradicted(checkpoints: Iterable[Checkpoint], branches: Branches) -> frozenset[Checkpoint]:
    """Give those that no branch bears out, though one is long enough."""
    listed = list(checkpoints)
    roots = [roots_at(branch, {one.size for one in listed}) for branch in branches]
    return frozenset(
        one
        for one in listed
        if (here := [found[one.size] for found in roots if one.size in found])
        and one.root not in here
    )


def contradictions_of(
    case: Case, device: str, branches: Branches, public_key: bytes
) -> Iterator[Contradiction]:
    """Give the kept checkpoints of a device that it signed and its journal here contradicts.

    Raises:
        DiskError: the disk refuses.
    """
    kept = [(path, note) for path, note in witness.kept(case, device) if note.is_signed(public_key)]
    found = contradicted((note.checkpoint for _, note in kept), branches)
    for path, note in kept:
        if note.checkpoint in found:
            yield Contradiction(device, note.checkpoint, path)


def contradictions(case: Case) -> tuple[Contradiction, ...]:
    """Hold all kept checkpoints against the journals; needs no key to the case, writes nothing.

    Raises:
        JournalBrokenError: a journal does not even hold by itself.
        DiskError: the disk refuses.
    """
    branches: dict[str, list[Sequence[bytes]]] = {}
    keys: dict[str, bytes] = {}
    for device in witness.devices(case):
        for walk in walks(case, device=device) if any(witness.kept(case, device)) else ():
            walk.finish()
            keep(walk)
            branches.setdefault(device, []).append(walk.ids)
            keys[device] = walk.public_key
    return tuple(
        found
        for device, ids in branches.items()
        for found in contradictions_of(case, device, ids, keys[device])
    )
