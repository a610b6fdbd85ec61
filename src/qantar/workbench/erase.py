"""Erase what somebody no longer consents to, or what endangers somebody, as far as it goes.

The request is journalled first, without a word about what it erases: from then on
it counts as never said, and an erasure that is interrupted is finished by the next
`qantar erase CASE --pending` or `qantar build`. Then this device destroys what it has
(`archive/erasure.py`), makes the record anew without it, and says so in the journal.
Other devices do the same when they have heard of it and their people agree.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from qantar.archive.case import Case
from qantar.archive.disk import disk_refusals, shred
from qantar.archive.erase_keys import Team
from qantar.archive.erasure import Remains, destroy, remains, remains_of_each, twins_of_each
from qantar.archive.journal import append
from qantar.archive.lock import writing
from qantar.errors import DiskError, EraseRefusedError, QantarError
from qantar.model.device import Role
from qantar.workbench import team_entries as team
from qantar.workbench.build import build
from qantar.workbench.erase_plan import ErasePlan, plan_of
from qantar.workbench.erase_targets import Doomed, Ground, doomed_by, missed
from qantar.workbench.folded import Erasure
from qantar.workbench.stores import folded_of, forget_record
from qantar.workbench.team_entries import EraseReason


@dataclass(frozen=True, slots=True, kw_only=True)
class EraseReport:
    """What was erased here.

    `requests` are the ids of the requests that were carried out, `destroyed` what there
    was. `rebuilt` is false where there was no record, or it could not be made anew:
    `trouble` says why then.
    """

    requests: tuple[str, ...]
    destroyed: Remains
    rebuilt: bool
    trouble: str | None

    def to_json(self) -> dict[str, object]:
        """The report as `qantar erase --json` prints it."""
        return {
            "requests": list(self.requests),
            "keys": self.destroyed.keys,
            "files": self.destroyed.files,
            "bodies": self.destroyed.bodies,
            "rebuilt": self.rebuilt,
        }


def plan_to_erase(case: Case, targets: Iterable[str]) -> ErasePlan:
    """Say what goes with the targets, what stays and what is out of reach; writes nothing.

    Raises:
        EraseRefusedError: a target is nothing in this case, or something would be exposed.
        SealedAwayError: this device keeps no keys.
        JournalBrokenError, KeysDamagedError, NewerFormatError, DiskError: as reading
            the journal says.
    """
    ground = Ground.of(case)
    return plan_of(ground, doomed_by(ground, targets))


def plan_pending(case: Case) -> ErasePlan:
    """Say what requests of other devices, and interrupted ones, leave to be done here.

    What somebody who had not heard of a request took in anew, named or published goes
    too: the plan has a request of its own for it.

    Raises:
        As `plan_to_erase`.
    """
    ground = Ground.of(case)
    asked = ground.folded.erasures
    waiting = [one for one in asked if case.device in one.pending]
    # An old stick may have brought back what was destroyed here, or what never was here.
    others = [one for one in asked if case.device not in one.pending]
    team = ground.folded.team
    left = remains_of_each(case, [one.asked.named for one in others], team=team)
    back = [one for one, here in zip(others, left, strict=True) if here]
    requests = (*waiting, *back)
    try:
        return plan_of(ground, missed(ground), requests)
    except EraseRefusedError as refused:
        # What others asked for must not wait for it, unless it cannot go without it.
        alone = list(_that_go_alone(ground, requests))
        if not alone:
            raise
        plan = plan_of(ground, Doomed(), alone)
        return replace(plan, stays=(*plan.stays, f"for now: {refused.message} {refused.next}"))


def _that_go_alone(ground: Ground, listed: Sequence[Erasure]) -> Iterator[Erasure]:
    """Give the requests with which nothing goes that none names."""
    named = [one.asked.entries for one in listed]
    found = twins_of_each(ground.case, named, team=ground.folded.team)
    for one, twins in zip(listed, found, strict=True):
        if twins <= ground.folded.erased.union(one.asked.entries):
            yield one


def erase(
    case: Case, plan: ErasePlan, *, reason: EraseReason | None, now: datetime, software: str
) -> EraseReport:
    """Do what the plan says; the caller holds the lock under which it was made.

    Args:
        case: the case.
        plan: from `plan_to_erase` or `plan_pending`.
        reason: of the request that is new, if the plan has one; its class and nothing
            more. None: that of the first request of the case, which it goes with.
        now: aware; the journal keeps the minute.
        software: name and version of the program, for the new record.

    Raises:
        DiskError: the disk refuses, or something is there again; the next run goes on.
    """
    with writing(case):
        unfinished = _unfinished(case)
        wanted = {one.asked.request for one in (*plan.requests, *unfinished)}
        had_record = case.record_db.exists() or bool(unfinished)
        if plan.new.entries or plan.new.objects:
            why = reason or folded_of(case).erasures[0].asked.reason
            kind, body = team.erase(plan.new.entries, plan.new.objects, why)
            wanted.add(append(case, kind=kind, body=body, at=now).id)
        return _carry_out(case, wanted, now=now, software=software if had_record else None)


def finish(case: Case, *, now: datetime, software: str | None) -> EraseReport | None:
    """Finish what was begun on this device and interrupted; None if there is nothing.

    Its people agreed when they began it. The caller holds the lock.

    Args:
        case: the case.
        now: aware; the journal keeps the minute.
        software: for the new record; None where the caller makes one.

    Raises:
        DiskError: the disk refuses, or something is there again; the next run goes on.
    """
    begun = {one.asked.request for one in _unfinished(case)}
    return _carry_out(case, begun, now=now, software=software) if begun else None


def _unfinished(case: Case) -> list[Erasure]:
    """Give the requests that this device made and has not carried out."""
    if case.role is Role.COLLECTOR:
        return []
    listed = folded_of(case).erasures
    return [
        one for one in listed if one.asked.device == case.device and case.device not in one.answered
    ]


def _carry_out(
    case: Case, wanted: Collection[str], *, now: datetime, software: str | None
) -> EraseReport:
    folded = folded_of(case)
    listed = [one for one in folded.erasures if one.asked.request in wanted]
    entries, objects = _entries(listed), _objects(listed)
    destroyed = destroy(case, entries=entries, objects=objects, team=folded.team)
    _forget_derived(case)
    if _remains(case, listed, folded.team):
        message = "something of what was erased is there again."
        hint = "Is another program putting files back (a cloud folder, a backup)? Then run again."
        raise DiskError(message, where=str(case.root), next=hint)
    trouble = _rebuild(case, software) if software else None
    for one in listed:
        if case.device not in one.answered:
            kind, body = team.erase_done(one.asked.request)
            append(case, kind=kind, body=body, at=now)
    return EraseReport(
        requests=tuple(one.asked.request for one in listed),
        destroyed=destroyed,
        rebuilt=software is not None and trouble is None,
        trouble=trouble,
    )


def _forget_derived(case: Case) -> None:
    """Destroy record, readings and watermark, and what an interrupted build left beside them."""
    forget_record(case)
    folder = case.record_db.parent
    with disk_refusals("removing the record", folder):
        left = [path for path in folder.iterdir() if path.is_file()]
    for path in left:
        shred(path)


def _rebuild(case: Case, software: str) -> str | None:
    """Make the record anew; a fault in what stays must not keep what goes from being answered."""
    try:
        build(case, software=software)
    except QantarError as error:
        return str(error)
    return None


def _remains(case: Case, listed: Iterable[Erasure], team: Team) -> Remains:
    erasures = list(listed)
    entries, objects = _entries(erasures), _objects(erasures)
    return remains(case, entries=entries, objects=objects, team=team)


def _entries(listed: Iterable[Erasure]) -> set[str]:
    return {name for one in listed for name in one.asked.entries}


def _objects(listed: Iterable[Erasure]) -> set[str]:
    return {name for one in listed for name in one.asked.objects}
