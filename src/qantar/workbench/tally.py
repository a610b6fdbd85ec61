"""The tally: how much each device has written, and the numbers of its accessions."""

from __future__ import annotations

from collections.abc import Iterator

from qantar.model.entry import Entry
from qantar.model.history import History, Lane
from qantar.workbench.entries import ACCESSION
from qantar.workbench.folded import FoldedDevice
from qantar.workbench.roster import Member, Roster


class Tally:
    """Counts along each device's own entries, where no merge can change what was counted."""

    def __init__(self, history: History) -> None:
        """Count once; an accession counts by its kind, also when it was erased."""
        self._history = history
        self._numbers: dict[str, int] = {}
        self._last: dict[int, int] = {}
        for entry in history.entries:
            if entry.kind == ACCESSION:
                lane = history.lane_of(entry.id)
                self._numbers[entry.id] = self._last[lane] = self._so_far(lane) + 1

    def number(self, entry: Entry) -> int:
        """Give an accession's number among those of its device, from 1."""
        return self._numbers[entry.id]

    def devices(self, roster: Roster) -> Iterator[FoldedDevice]:
        """Give the members with their counts; every device where there is no roster."""
        lanes: dict[str, list[int]] = {}
        for at, lane in enumerate(self._history.lanes):
            lanes.setdefault(lane.device, []).append(at)
        if roster.founder is None:
            yield from (self._device(_unlisted(name), lanes) for name in sorted(lanes))
        else:
            yield from (self._device(member, lanes) for member in roster.members.values())

    def _so_far(self, lane: int) -> int:
        """How many the device has up to here: of this lane, else of the one it branched off."""
        while lane not in self._last:
            before = self._history[self._history.lanes[lane].first].prev
            if not before:
                return 0
            lane = self._history.lane_of(before)
        return self._last[lane]

    def _device(self, member: Member, lanes: dict[str, list[int]]) -> FoldedDevice:
        own = lanes.get(member.id, [])
        all_lanes: list[Lane] = [self._history.lanes[at] for at in own]
        newest = max(all_lanes, key=lambda lane: (lane.end, lane.last), default=None)
        return FoldedDevice(
            id=member.id,
            name=member.name,
            public=member.public,
            admitted_by=member.admitted_by,
            revoked=member.revoked,
            entries=sum(lane.end - lane.start + 1 for lane in all_lanes),
            accessions=max(map(self._so_far, own), default=0),
            newest=newest.end if newest else 0,
            at=self._history[newest.last].at if newest else None,
        )


def _unlisted(device: str) -> Member:
    return Member(id=device, name=None, public=None, admitted_by="", admitted="", revoked=False)
