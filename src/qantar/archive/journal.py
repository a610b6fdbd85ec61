"""The journal: everything that was done to the case, in order, only ever added to.

Each device has a lane of its own (`lanes.py`), a row of signed, chained entries whose
bodies are sealed (`frame.py`, `body.py`). An entry is on the disk before its writer is
told so. What a power cut left unfinished at the very end was never acknowledged:
reading stops before it, and the next writer moves it to `inbox/` and says so.
Anything else that does not follow is damage, never repaired here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from qantar.archive import ring, witness
from qantar.archive.batch import Batch
from qantar.archive.case import Case
from qantar.archive.chain import Walk, walks
from qantar.archive.exchange import adopt, drop_bodies, raw
from qantar.archive.frame import MAX_REFS, Draft
from qantar.archive.lanes import Lane, begin, lanes, own_lane, taken_in
from qantar.archive.lock import writing
from qantar.archive.opening import Keys, opener
from qantar.archive.tails import Tail, keep, newest_of, tail_of
from qantar.archive.torn import TornTail, torn_tails, writable_tail
from qantar.errors import WitnessedLossError
from qantar.model.canonical import JSON
from qantar.model.device import Role
from qantar.model.entry import Entry, Ref, whole_minute

__all__ = [
    "JournalState",
    "LaneHead",
    "LaneState",
    "TornTail",
    "adopt",
    "append",
    "append_many",
    "begin",
    "drop_bodies",
    "head",
    "heads",
    "inspect",
    "lanes",
    "raw",
    "read",
    "torn_tails",
    "verify_commitments",
    "verify_signatures",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneHead:
    """How far a lane goes: its newest entry (0 and "" before the first), the root of its tree."""

    size: int
    id: str
    root: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneState:
    """What a whole reading of one lane found, where nothing was broken.

    `torn_bytes` stand unfinished behind the newest entry. `head_sound` is false when
    `head` is missing or damaged: then the loss of whole entries at the end would not
    show.
    """

    lane: Lane
    head: LaneHead
    torn_bytes: int
    head_sound: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalState:
    """What a whole reading of the journal found, where nothing was broken.

    `seq` and `id` are the newest entry's of this device (0 and "" before the first,
    and in a locked case); `torn_bytes` stand unfinished behind it and will be set
    aside by the next writer. `head_sound` as in `LaneState`, for this device's own.
    `lanes` has all of them, the own one first.
    """

    seq: int
    id: str
    torn_bytes: int
    head_sound: bool
    lanes: tuple[LaneState, ...]


def append(
    case: Case,
    *,
    kind: str,
    body: Mapping[str, JSON],
    at: datetime,
    torn: list[TornTail] | None = None,
) -> Entry:
    """Add one entry; returns only when it is on the disk. See `append_many`."""
    (entry,) = append_many(case, [(kind, body)], at=at, torn=torn)
    return entry


def append_many(
    case: Case,
    drafts: Iterable[tuple[str, Mapping[str, JSON]]],
    *,
    at: datetime,
    torn: list[TornTail] | None = None,
    behind: bool = False,
) -> list[Entry]:
    """Add entries to this device's lane, in order; returns only when all are on the disk.

    Refused, it leaves the journal as it was. Killed, it leaves the first few,
    in order, or none. Takes the case's lock for its own length.

    Args:
        case: the case.
        drafts: kind and body of each.
        at: claimed time of all of them, aware; kept in UTC, cut to the minute.
        torn: receives a note if an unfinished write was found and set aside.
        behind: add also where others saw more of this journal than is here: it forks.

    Returns:
        The entries, as reading gives them back to who has the keys.

    Raises:
        NotCanonicalError: a body has no canonical JSON form or is over 1 MiB.
        JournalBrokenError: the journal is damaged or missing.
        WitnessedLossError: others saw more of this journal than is here.
        CaseLockedError: someone else is writing.
        SealedAwayError: the case is locked, or this device waits to join.
        DiskError: the disk refuses.
        ValueError: a kind is no dotted lower-case name, or `at` has no zone.
    """
    if case.role is not Role.COLLECTOR:
        case.shared_key  # noqa: B018  # who has none cannot seal, and is told so first
    with writing(case):
        lane = own_lane(case)
        tail = writable_tail(case, lane, torn)
        if not behind:
            _refuse_behind(case, tail)
        batch = Batch(case, tail, _unseen(case, tail))
        minute = whole_minute(at)
        for kind, body in drafts:
            batch.add(Draft(kind=kind, at=minute, body=body))
        if batch.entries:
            # The keys first: an entry whose key is not on the disk could never be read.
            ring.add(case, batch.keys)
            batch.write(lane)
    return batch.entries


def read(case: Case, *, commitments: bool = False) -> Iterator[Entry]:
    """Read all entries of all lanes: this device's own first, then the others by name.

    Needs no lock. Each lane is read from its first entry, and each entry is checked
    against the one before. A lane ends before an unfinished write, which was never
    acknowledged; `inspect` tells of it. Bodies that were erased, or whose keys are
    not here, are None; so are those of entries that are `strange`.

    Args:
        case: the case; of a locked one, or on a collector, no body is opened.
        commitments: refuse an entry that is `strange`.

    Raises:
        JournalBrokenError: an entry is altered, missing, added or out of order, or
            acknowledged entries are gone from the end. Nothing read before counts.
        KeysDamagedError: the ring key is missing or damaged.
        DiskError: the disk refuses.
    """
    with opener(case, _keys(case)) as opens:
        for walk in walks(case, opener=opens):
            for entry in walk.entries():
                if commitments and entry.strange:
                    raise walk.broken(entry.seq, "has a body that is not what it commits to")
                yield entry
            keep(walk)


def head(case: Case) -> tuple[int, str]:
    """Number and id of this device's newest entry; (0, "") before the first.

    Raises:
        JournalBrokenError: the journal is damaged or missing.
        DiskError: the disk refuses.
    """
    newest = newest_of(case, own_lane(case))
    return (newest.seq, newest.id) if newest else (0, "")


def heads(case: Case) -> dict[str, LaneHead]:
    """How far each lane goes, by its name.

    Raises:
        JournalBrokenError: a lane is damaged.
        DiskError: the disk refuses.
    """
    return {lane.name: _lane_head(tail_of(case, lane)) for lane in lanes(case)}


def inspect(case: Case) -> JournalState:
    """Read the whole journal and tell its state; opens no body and writes nothing.

    Raises:
        JournalBrokenError: as `read`.
        DiskError: the disk refuses.
    """
    states = tuple(_state(walk) for walk in walks(case))
    own = next((state for state in states if state.lane.own), None)
    return JournalState(
        seq=own.head.size if own else 0,
        id=own.head.id if own else "",
        torn_bytes=own.torn_bytes if own else 0,
        head_sound=own is not None and own.head_sound,
        lanes=states,
    )


def verify_commitments(case: Case) -> None:
    """Hold each body that this device can open against the commitment in its header.

    Raises:
        JournalBrokenError: a body says something else, or does not open with its key.
        KeysDamagedError: the ring key is missing or damaged.
        DiskError: the disk refuses.
    """
    for _ in read(case, commitments=True):
        pass


def verify_signatures(case: Case) -> None:
    """Check the signature of every single entry, also of those that a signed head vouches for.

    Raises:
        JournalBrokenError: one does not hold; or as `read`.
        DiskError: the disk refuses.
    """
    for walk in walks(case, every_signature=True):
        walk.finish()


def _refuse_behind(case: Case, tail: Tail) -> None:
    """Sign nothing on top of a journal that was longer once: that would make two pasts of it."""
    seen = witness.newest(case, case.device, bytes.fromhex(case.signer.public.sign))
    if seen is not None and seen.size > tail.end.seq:
        message = (
            f"this device's journal has {tail.end.seq} entries, and others saw {seen.size}: it was "
            "copied, or put back from a backup."
        )
        hint = (
            "Merge a bundle of a device that saw more, or run `qantar devices renew` to go on as a "
            "new device; all that is here is kept."
        )
        raise WitnessedLossError(message, where=str(case.journal), next=hint)


def _unseen(case: Case, tail: Tail) -> tuple[Ref, ...]:
    """The newest entries of other lanes that no entry of this one has named yet.

    Of lanes that this case took in: whoever can write to the folder can plant others, and
    what follows from an entry that no other device has waits there for ever.
    Of more than fit into a header the first are named, and the next entry names others.
    """
    newest = (newest_of(case, lane) for lane in taken_in(case))
    unseen = sorted(ref for ref in newest if ref is not None and ref not in tail.seen)
    return tuple(unseen[:MAX_REFS])


def _keys(case: Case) -> Keys:
    return dict if case.case_key is None else partial(ring.keys, case)


def _state(walk: Walk) -> LaneState:
    walk.finish()
    tail = keep(walk)
    return LaneState(
        lane=walk.lane,
        head=_lane_head(tail),
        torn_bytes=walk.end.torn_bytes,
        head_sound=walk.head is not None,
    )


def _lane_head(tail: Tail) -> LaneHead:
    return LaneHead(size=tail.end.seq, id=tail.end.id, root=tail.frontier.root())
