"""Who saw what of the journals of a case, and since when each entry was seen by somebody."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from qantar.archive.case import Case
from qantar.archive.verify import Findings, check_keys
from qantar.archive.verify_entries import ReadLane
from qantar.archive.verify_lanes import read_lanes
from qantar.archive.verify_witness import Sighting, kept_notes
from qantar.workbench.verify import sightings


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstSeen:
    """Entries `first` to `last` of a device were first witnessed together.

    `claimed` are the earliest and the latest time that the device itself claims for
    them; `at` is when somebody else first signed to have seen them, None where nobody
    did or no time was given; `by` says who.
    """

    device: str
    first: int
    last: int
    claimed: tuple[datetime, datetime]
    at: datetime | None
    by: str | None

    def to_json(self) -> dict[str, object]:
        """One line of `qantar witness list --json`."""
        return {
            "device": self.device,
            "first": self.first,
            "last": self.last,
            "claimed": [one.isoformat() for one in self.claimed],
            "witnessed": self.at.isoformat() if self.at else None,
            "by": self.by,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class WitnessList:
    """What `qantar witness list` shows.

    `seen` are all sightings that the journals bear out; `entries` tell of every entry since
    when it was seen; `open_requests` are the numbers of entries of this device's journal
    that an authority was asked about and has not answered.
    """

    seen: tuple[Sighting, ...]
    entries: tuple[FirstSeen, ...]
    open_requests: tuple[int, ...]


def witness_list(case: Case) -> WitnessList:
    """List who saw what; reads only.

    Raises:
        DiskError: the disk refuses.
    """
    findings = Findings(case.root)
    lanes = read_lanes(case, check_keys(case, findings), findings)
    notes = kept_notes(case)
    seen = sightings(case, lanes, notes)
    asked = (path for path in notes if path.with_suffix(".tsq").is_file())
    waiting = (path for path in asked if not path.with_suffix(".tsr").is_file())
    return WitnessList(
        seen=tuple(sorted(seen, key=lambda one: (one.device, one.size, one.by))),
        entries=tuple(_first_seen(lanes, seen)),
        open_requests=tuple(sorted({int(path.name.partition("-")[0]) for path in waiting})),
    )


def _first_seen(lanes: Sequence[ReadLane], seen: Iterable[Sighting]) -> Iterator[FirstSeen]:
    listed = list(seen)
    for lane in lanes:
        if not lane.lane.branch:
            of_device = [one for one in listed if one.device == lane.lane.device]
            yield from _runs(lane, of_device)


def _runs(lane: ReadLane, seen: Sequence[Sighting]) -> Iterator[FirstSeen]:
    """Cut a lane where who first saw its entries changes."""
    claimed = [one.entry.at for one in lane.entries]
    start = 0
    for size in sorted({one.size for one in seen if one.size <= len(claimed)} | {len(claimed)}):
        if size == start:
            continue
        covering = [one for one in seen if one.size >= size]
        # A witness without a clock tells that they were seen, and not when.
        first = min(covering, key=_when, default=None)
        times = claimed[start:size]
        yield FirstSeen(
            device=lane.lane.device,
            first=start + 1,
            last=size,
            claimed=(min(times), max(times)),
            at=first.at if first else None,
            by=first.by if first else None,
        )
        start = size


def _when(one: Sighting) -> tuple[bool, datetime | None, str]:
    return one.at is None, one.at, one.by
