"""What of the entries that came may join the journals, and what waits, and for what.

An entry joins when all that it follows from is here or joins with it, and its device
is one of the case's. What a device wrote after it was shut out waits, unless a
device that is believed builds on it: then it is kept as its past, and does not count.
Nothing that waits blocks anything else, and all of it is tried again at every merge.
Two passes do, in whatever row things wait for each other: first what stands on nothing
is left out, then what does not count and nobody builds on.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from qantar.model.entry import Entry
from qantar.model.history import History
from qantar.workbench import room
from qantar.workbench.arrivals import Arrival
from qantar.workbench.erasures import ErasedSet, erased_set
from qantar.workbench.grounded import grounded
from qantar.workbench.roster import Aside, Roster, roster_of


class Why(StrEnum):
    """What an entry waits for."""

    PARENTS = "entries before it are not here"
    UNKNOWN_DEVICE = "nobody let its device in"
    REVOKED_DEVICE = "its device was shut out, and nobody had seen it before"


_HELD: Final = {
    Aside.UNKNOWN_DEVICE: Why.UNKNOWN_DEVICE,
    Aside.REVOKED_DEVICE: Why.REVOKED_DEVICE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What becomes of the entries that came, and whom to believe once they are here.

    `joining` are in the order of the history; `waiting` says of each id why; `too_many`
    says of each that cannot even wait why there is no room for it.
    """

    joining: tuple[Arrival, ...]
    waiting: Mapping[str, Why]
    too_many: Mapping[str, room.NoRoom]
    history: History
    roster: Roster
    erased: ErasedSet


def judge(
    here: Sequence[Entry],
    came: Mapping[str, Arrival],
    *,
    founder: str,
    possible: Set[str],
    known_devices: Set[str],
    before: Collection[str] = frozenset(),
) -> Verdict:
    """Judge what came.

    Args:
        here: all entries of the journals.
        came: others, by id; each is sound and signed, if it is clear by whom.
        founder: id of the device that made the case.
        possible: ids of all devices that can be members (`possible_members`); what
            others wrote waits before any work is done for it.
        known_devices: ids of those whose signatures can be checked.
        before: ids of those that were in a journal here which is damaged now: whoever wrote
            them, they are not kept out of it.
    """
    sure = possible & known_devices
    likely = {name: one.entry for name, one in came.items() if one.entry.device in sure}
    standing = grounded(
        here, likely, devices={founder, *(came[name].entry.device for name in before)}
    )
    left = {name: came[name] for name in standing.entries}
    waiting = {
        name: Why.PARENTS if one.entry.device in standing.devices & sure else Why.UNKNOWN_DEVICE
        for name, one in came.items()
        if name not in left
    }
    history = History([*here, *(one.entry for one in left.values())])
    roster = roster_of(history, founder=founder)
    held = dict(_held_back(history, roster, left, before))
    if held:
        # What follows from one of them is one of them: what counts keeps all that it follows from.
        waiting.update(held)
        left = {name: one for name, one in left.items() if name not in held}
        history = History([*here, *(one.entry for one in left.values())])
        roster = roster_of(history, founder=founder)
    known = {entry.id for entry in here}
    too_many = dict(_too_many([came[name] for name in waiting], roster, known))
    return Verdict(
        joining=tuple(left[entry.id] for entry in history.entries if entry.id in left),
        waiting={name: why for name, why in waiting.items() if name not in too_many},
        too_many=too_many,
        history=history,
        roster=roster,
        erased=erased_set(history, roster),
    )


def _too_many(
    waiting: Sequence[Arrival], roster: Roster, here: Collection[str]
) -> Iterator[tuple[str, room.NoRoom]]:
    """Find those that cannot wait, because so many others of their kind do; with why.

    The first of each device wait: the others follow from them. Of members, those whose
    admission is here come first. All that a device let in, and these did, want together with
    it, up to whom the founder let in; first are those who want the least together, and among
    them each who wants the least. So nobody takes the room of others by what it sends, nor by
    whom it lets in, now or earlier; only that of those by whom it came in.
    """
    strangers, shut_out, members = room.for_strangers(), room.for_the_shut_out(), room.for_members()
    heads = _heads(roster)
    wants, together = Counter[str](), Counter[str]()
    for one in waiting:
        wants[one.entry.device] += one.end - one.start
        together[heads.get(one.entry.device, one.entry.device)] += one.end - one.start

    def turn(one: Arrival) -> tuple[bool, int, int, str, int, str]:
        device, member = one.entry.device, roster.members.get(one.entry.device)
        new = member is not None and member.admitted not in here and device != roster.founder
        group = together[heads.get(device, device)]
        return new, group, wants[device], device, one.entry.seq, one.entry.id

    for one in sorted(waiting, key=turn):
        member = roster.members.get(one.entry.device)
        its = strangers if member is None else shut_out if member.revoked else members
        if not its.take(one.end - one.start):
            yield one.entry.id, its.why


def _heads(roster: Roster) -> dict[str, str]:
    """Give for each member whom the founder let in that leads to it; the founder is its own."""
    heads = dict[str, str]()
    for device, one in roster.members.items():  # in order of admission
        top = one.admitted_by in ("", roster.founder)
        heads[device] = device if top else heads.get(one.admitted_by, device)
    return heads


def _held_back(
    history: History, roster: Roster, left: Collection[str], before: Collection[str]
) -> Iterator[tuple[str, Why]]:
    """Find what does not count and in nobody's past that does, with why."""
    aside = {name: roster.why_aside(history[name]) for name in left if name not in before}
    if any(why in _HELD for why in aside.values()):
        built_on = _built_on(history, roster, before)
        for name, why in aside.items():
            if why in _HELD and name not in built_on:
                yield name, _HELD[why]


def _built_on(history: History, roster: Roster, before: Collection[str]) -> set[str]:
    """Give what is in the past of what counts, or of what was here before."""
    found = set(before)
    for entry in reversed(history.entries):
        if entry.id in found or roster.why_aside(entry) in (None, Aside.UNKNOWN_FORM):
            found.update((entry.prev, *(ref.id for ref in entry.refs)))
    return found
