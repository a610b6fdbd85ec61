"""The roster: whose entries count, worked out from the entries themselves.

The founder is a member, and so is every device that a member let in. A revocation
cuts a device off: what it wrote after the entry that is still believed does not count,
unless another device that was never revoked had it in its past before it heard of
the revocation. Revocations are weighed in the order of seniority of their writers (the
founder, those whom the founder let in, and so on), so that two devices that revoke
each other do not both win: a device cannot raise its own seniority.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial
from typing import TypeVar

from qantar.errors import NewerFormatError
from qantar.model.device import DevicePublic
from qantar.model.entry import Entry
from qantar.model.history import History
from qantar.workbench import team_entries as kinds

T = TypeVar("T")


class Aside(StrEnum):
    """Why an entry does not count; it is kept all the same."""

    UNKNOWN_DEVICE = "unknown-device"
    REVOKED_DEVICE = "revoked-device"
    UNKNOWN_FORM = "unknown-form"
    STRANGE_BODY = "strange-body"


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One device of the roster.

    `name` is what people know it by, None for the founder. `public` is None where
    what states it cannot be read. `admitted_by` is the device that let it in and
    `admitted` the id of the entry that says so; both "" for the founder.
    """

    id: str
    name: str | None
    public: DevicePublic | None
    admitted_by: str
    admitted: str
    revoked: bool


@dataclass(frozen=True, slots=True)
class Roster:
    """Who counts. `members` are in order of admission, the founder first.

    `founder` is None where no entry says who made the case: then every device counts.
    `title` is what the founder called the case. `let_in` are all whom anybody ever let in, also
    where that does not count, or does not any more. `strange` are the ids of entries about
    devices in a form that this version does not know.
    """

    founder: str | None
    title: str | None
    members: Mapping[str, Member]
    let_in: tuple[DevicePublic, ...]
    strange: frozenset[str]
    _history: History = field(repr=False)
    _cuts: Mapping[str, tuple[Mapping[int, int], ...]] = field(repr=False)

    @property
    def trusted(self) -> frozenset[str]:
        """The devices all of whose entries count."""
        return frozenset(self.members.keys() - self._cuts.keys())

    def why_aside(self, entry: Entry) -> Aside | None:
        """Why a placed entry does not count, or None where it does."""
        if entry.id in self.strange:
            return Aside.UNKNOWN_FORM
        if self.founder is None:
            return None
        if entry.device not in self.members:
            return Aside.UNKNOWN_DEVICE
        cuts = self._cuts.get(entry.device, ())
        counts = not cuts or _is_within(entry, self._history, cuts)
        return None if counts else Aside.REVOKED_DEVICE


def roster_of(history: History, *, founder: str | None) -> Roster:
    """Work out whose entries count.

    Args:
        history: all entries.
        founder: id of the device that made the case, as the case's folder states it;
            None: whoever wrote its first `case.init` entry.
    """
    said = _Said()
    for entry in history.entries:
        if entry.kind in _ROSTER_KINDS and entry.body is not None:
            said.take(entry)
    founder = founder or next((entry.device for entry, _ in said.begun), None)
    settled = _Settling(history, founder, said.admitted)
    cuts: tuple[_Cut, ...] = ()
    for cut in settled.in_order(said.revoked):
        if settled.counts(cut.entry, cuts):
            cuts = (*cuts, cut)
    members, allowed = settled.settle(cuts)
    begun = next((made for entry, made in said.begun if entry.device == founder), None)
    revoked = frozenset(cut.device for cut in cuts)
    return Roster(
        founder,
        begun.title if begun else None,
        {one.id: one for one in _members(begun, members, revoked)},
        tuple(made.device for _, made in said.admitted),
        frozenset(said.strange),
        history,
        allowed,
    )


_ROSTER_KINDS = frozenset({kinds.CASE_INIT, kinds.DEVICE_ADMIT, kinds.DEVICE_REVOKE})


@dataclass(slots=True)
class _Said:
    """What entries say about devices, in order."""

    begun: list[tuple[Entry, kinds.CaseBegun]] = field(default_factory=list)
    admitted: list[tuple[Entry, kinds.DeviceAdmitted]] = field(default_factory=list)
    revoked: list[tuple[Entry, kinds.DeviceRevoked]] = field(default_factory=list)
    strange: list[str] = field(default_factory=list)

    def take(self, entry: Entry) -> None:
        """Read one entry."""
        match entry.kind:
            case kinds.CASE_INIT:
                self._keep(entry, kinds.case_init_of, self.begun)
            case kinds.DEVICE_ADMIT:
                self._keep(entry, kinds.device_admit_of, self.admitted)
            case _:
                self._keep(entry, kinds.device_revoke_of, self.revoked)

    def _keep(self, entry: Entry, read: Callable[[Entry], T], into: list[tuple[Entry, T]]) -> None:
        try:
            into.append((entry, read(entry)))
        except NewerFormatError:
            self.strange.append(entry.id)


@dataclass(frozen=True, slots=True)
class _Cut:
    """A revocation in force: the entry that says so, whom it cuts off, what is still believed."""

    entry: Entry
    device: str
    believed: Mapping[int, int]


_Admission = tuple[Entry, kinds.DeviceAdmitted]
_Admissions = Mapping[str, _Admission | None]
_Allowed = Mapping[str, tuple[Mapping[int, int], ...]]


class _Settling:
    """Works out who is a member while revocations are weighed."""

    def __init__(
        self,
        history: History,
        founder: str | None,
        admitted: Iterable[tuple[Entry, kinds.DeviceAdmitted]],
    ) -> None:
        self._history, self._founder = history, founder
        self._by_writer: dict[str, list[tuple[Entry, kinds.DeviceAdmitted]]] = {}
        for entry, made in admitted:
            self._by_writer.setdefault(entry.device, []).append((entry, made))
        self._lanes: dict[str, list[int]] = {}
        for lane, one in enumerate(history.lanes):
            self._lanes.setdefault(one.device, []).append(lane)

    def in_order(self, revoked: Iterable[tuple[Entry, kinds.DeviceRevoked]]) -> list[_Cut]:
        """Give the revocations by seniority of their writers, then in the order of entries.

        Of what one device says of another over and over, the first and the last.
        """
        rank = {name: at for at, name in enumerate(self._walk(lambda _: True))}
        kept: dict[tuple[str, str], list[_Cut]] = {}
        for entry, said in revoked:
            if entry.device in rank and said.device in rank:
                cuts = kept.setdefault((entry.device, said.device), [])
                cuts[1:] = [_Cut(entry, said.device, self._believed(said))]
        listed = [cut for cuts in kept.values() for cut in cuts]
        place = self._history.place
        return sorted(listed, key=lambda cut: (rank[cut.entry.device], place(cut.entry.id)))

    def counts(self, entry: Entry, cuts: tuple[_Cut, ...]) -> bool:
        """Whether an entry counts while these revocations are in force."""
        members, allowed = self.settle(cuts)
        return entry.device in members and self._is_allowed(allowed, entry)

    def settle(self, cuts: tuple[_Cut, ...]) -> tuple[_Admissions, _Allowed]:
        """Give the members, and how far each lane of a revoked device counts.

        Only members vouch, and only what counts makes a member: so this begins with
        nobody's word and goes on until nobody is added.
        """
        revoked = {cut.device for cut in cuts}
        vouching: frozenset[str] = frozenset()
        while True:
            allowed: dict[str, tuple[Mapping[int, int], ...]] = {}
            for cut in cuts:
                far = self._allowed(cut, vouching)
                allowed[cut.device] = (*allowed.get(cut.device, ()), far)
            members = self._walk(partial(self._is_allowed, allowed))
            grown = frozenset(members.keys() - revoked)
            if grown == vouching:
                return members, allowed
            vouching = grown

    def _is_allowed(self, allowed: _Allowed, entry: Entry) -> bool:
        return _is_within(entry, self._history, allowed.get(entry.device, ()))

    def _walk(self, counts: Callable[[Entry], bool]) -> dict[str, _Admission | None]:
        """Go from the founder, whom no entry let in, to all whom it let in, and on."""
        if self._founder is None:
            return {}
        reached: dict[str, _Admission | None] = {self._founder: None}
        waiting = [self._founder]
        for device in waiting:
            for entry, made in self._by_writer.get(device, ()):
                name = made.device.id
                if name not in reached and counts(entry):
                    reached[name] = (entry, made)
                    waiting.append(name)
        return reached

    def _believed(self, said: kinds.DeviceRevoked) -> dict[int, int]:
        """How far each lane of the device counts by the word of the revocation itself."""
        if said.last not in self._history:
            return {}
        last = self._history[said.last]
        if last.device != said.device or last.seq != said.seq:
            return {}
        return self._own(said.device, self._history.seen_by(last.id))

    def _own(self, device: str, seen: Mapping[int, int]) -> dict[int, int]:
        return {lane: seen[lane] for lane in self._lanes.get(device, ()) if lane in seen}

    def _allowed(self, cut: _Cut, vouching: frozenset[str]) -> Mapping[int, int]:
        """How far each lane of the device counts, with what others had seen of it before.

        Whoever wrote the revocation has said in it what it believes, and vouches for no more.
        """
        far = dict(cut.believed)
        for device in vouching - {cut.entry.device}:
            for lane in self._lanes.get(device, ()):
                newest = self._history.newest_without(lane, cut.entry.id)
                if newest is None:
                    continue
                for own, seq in self._own(cut.device, self._history.seen_by(newest.id)).items():
                    far[own] = max(far.get(own, 0), seq)
        return far


def _is_within(entry: Entry, history: History, cuts: Iterable[Mapping[int, int]]) -> bool:
    """Whether none of the cuts takes the entry away."""
    return all(entry.seq <= far.get(history.lane_of(entry.id), 0) for far in cuts)


def _members(
    begun: kinds.CaseBegun | None, admitted: _Admissions, revoked: frozenset[str]
) -> Iterator[Member]:
    for name, admission in admitted.items():
        entry, made = admission or (None, None)
        stated = made or begun
        yield Member(
            id=name,
            name=made.name if made else None,
            public=stated.device if stated else None,
            admitted_by=entry.device if entry else "",
            admitted=entry.id if entry else "",
            revoked=name in revoked,
        )
