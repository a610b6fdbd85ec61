"""What every copy of a device has that was copied: the past that its branches share.

What such a device said to have, one of its copies said; the others may have less. So
a bundle for it begins where its branches part, for each journal that it had seen then.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping

from qantar.archive import witness
from qantar.archive.case import Case
from qantar.archive.witnessed import contradicted
from qantar.model.history import History
from qantar.workbench.holdings import HeldLane, Holdings


def common_past(case: Case, held: Holdings, device: str) -> Mapping[str, int] | None:
    """Give how many entries of each lane all copies of a device have; None of one with one past.

    Nothing is sure to be with all of them where the branches part at their first
    entry, or another branch is known of by a checkpoint alone: then all of it is 0.

    Raises:
        DiskError: the disk refuses.
    """
    branches = held.of_device(device)
    signed = [
        note.checkpoint
        for _, note in witness.kept(case, device)
        if branches and note.is_signed(bytes.fromhex(branches[0].public.sign))
    ]
    nothing = dict.fromkeys(held.lanes, 0)
    if contradicted(signed, [one.ids for one in branches]):
        return nothing
    if len(branches) <= 1:
        return None
    shared = _shared(branches)
    return _seen_by(held, branches[0].ids[shared - 1].hex()) if shared else nothing


def _shared(branches: list[HeldLane]) -> int:
    """Count the entries from the first on that all branches have."""
    rows = enumerate(zip(*(one.ids for one in branches), strict=False))
    shortest = min(len(one.ids) for one in branches)
    return next((at for at, row in rows if len(set(row)) > 1), shortest)


def _seen_by(held: Holdings, entry: str) -> dict[str, int]:
    """Give how far each lane is in the past of an entry, the entry itself included."""
    history = History(held.entries)

    def unseen(id_: bytes) -> bool:
        name = id_.hex()
        return name not in history or not (name == entry or history.happened_before(name, entry))

    if entry not in history:
        return dict.fromkeys(held.lanes, 0)
    return {name: bisect_left(one.ids, 1, key=unseen) for name, one in held.lanes.items()}
