"""Merge bundles: check all of it, adopt what is sound, keep what waits, say what was refused.

Nothing is adopted before a bundle was read to its signed end and each thing in it was
held against itself: entries against their ids, signatures and sealed bodies, originals
against the hash that an entry states, keys against what they open. What is adopted goes
to the disk in such an order that a merge which died is finished by running it again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path

from qantar.archive import ring, witness
from qantar.archive.bundle_format import Manifest, UnsoundBundleError
from qantar.archive.bundle_read import receive
from qantar.archive.case import Case, describe, store_case_key
from qantar.archive.copies import write_copies
from qantar.archive.description import case_paths
from qantar.archive.lanes import begin
from qantar.archive.lock import writing
from qantar.archive.originals import list_originals, object_name
from qantar.errors import MissingPathError
from qantar.model.device import Role
from qantar.workbench.adoption import Adoption
from qantar.workbench.arrivals import Arrival
from qantar.workbench.damaged import Damaged
from qantar.workbench.devices import folded_for_team, name_of
from qantar.workbench.groups import Group
from qantar.workbench.healing import NotWholeError, mended
from qantar.workbench.incoming import Incoming, examine, refuse_unfit
from qantar.workbench.merge_report import (
    BUNDLE,
    Alarm,
    AlarmCode,
    Fault,
    Item,
    MergeReport,
    counted,
    fault_of,
)

_SHOWN = 8

_Left = tuple[Path, UnsoundBundleError | NotWholeError]
"""A bundle that was not merged, and why."""


def merge(case: Case, paths: Sequence[Path], *, now: datetime) -> MergeReport:
    """Merge bundles into the case, one after the other.

    They are opened for reading only. A bundle that is not sound is refused, one that does
    not bring a damaged journal whole is put off, and the others go on. Takes the case's
    lock for its own length.

    Args:
        case: the case. A device that waits joins the case of the first sound bundle; to
            be opened anew afterwards.
        paths: the bundles, in any order.
        now: aware; the time of this device's signature under the sender's checkpoint.

    Raises:
        SealedAwayError: this device only collects.
        MissingPathError: a bundle is not there.
        JournalBrokenError, KeysDamagedError, CaseLockedError: the case is not as it must be.
        DiskError: the disk refuses, or a medium cannot be read; merging again goes on.
    """
    if case.role is Role.COLLECTOR:
        case.shared_key  # noqa: B018  # it says what to do instead
    for path in paths:
        _refuse_missing(path)
    report = MergeReport(case=case.id)
    with writing(case):
        case, left = _merge_each(case, paths, report, now)
        # Of several files, the one that tells who is let in, or mends a journal, may come last.
        again = [path for path, why in left if report.joined or isinstance(why, NotWholeError)]
        if len(left) < len(paths):
            case, still = _merge_each(case, again, report, now)
            left = [*(one for one in left if one[0] not in again), *still]
        refused = list(_refused_whole(left))
        report.refused += [Item(BUNDLE, 1, str(path), str(error)) for path, error in refused]
        report.faults = [fault_of(error) for _, error in refused]
        if Fault.NOT_FOR_US in report.faults and case.role is Role.MEMBER:
            report.own = _own_name(case)
    return report


def _refuse_missing(path: Path) -> None:
    """Refuse what is no file.

    Raises:
        MissingPathError: it says why.
    """
    if path.is_dir():
        message = "this is a folder; name the bundle files in it."
        raise MissingPathError(message, where=str(path), next="Name the files, each by its path.")
    if not path.is_file():
        message = "there is no such file."
        raise MissingPathError(message, where=str(path), next="Check the path.")


def _own_name(case: Case) -> str | None:
    """Give what the team calls this device."""
    folded = folded_for_team(case)
    names = (name_of(one, folded.founder) for one in folded.devices if one.id == case.device)
    return next(names, None)


def _refused_whole(left: Iterable[_Left]) -> Iterator[tuple[Path, UnsoundBundleError]]:
    """Give the bundles that were refused.

    Raises:
        NotWholeError: one was not merged because a journal here is damaged.
    """
    for path, why in left:
        if isinstance(why, NotWholeError):
            raise why
        yield path, why


def _merge_each(
    case: Case, paths: Sequence[Path], report: MergeReport, now: datetime
) -> tuple[Case, list[_Left]]:
    """Merge one after the other; gives the case as it is then, and what was left, with why."""
    left: list[_Left] = []
    for path in paths:
        try:
            case = _merge_one(case, path, report, now)
        except (UnsoundBundleError, NotWholeError) as error:
            left.append((path, error))
    return case, left


def _merge_one(case: Case, path: Path, report: MergeReport, now: datetime) -> Case:
    """Merge one bundle; gives the case, which a device that waited has only now."""
    damaged = Damaged(case)
    with receive(
        path,
        case.signer.age_secret,
        scratch=case.inbox,
        judge=partial(refuse_unfit, case),
        wants=_Lacks(case, damaged),
    ) as received:
        joining = case.role is Role.WAITING
        if joining:
            case = _as_member(case, received.manifest)
        incoming = examine(case, received, joining=joining)
        if joining:
            _refuse_uninvited(case, incoming)
            _join(case)
            report.case, report.joined = case.id, True
            damaged = Damaged(case)
        alarms = list(_alarms(case, incoming))
        adoption = Adoption(case, incoming, received.staging.pieces, damaged)
        adoption.carry_out(trusted=_is_trusted(incoming), time=int(now.timestamp()))
        if incoming.broken is not None:
            names = {device: _name(incoming, device) for device in incoming.broken.faults}
            alarms += mended(case, incoming.broken, adoption.moved, names)
        if incoming.lacking is not None:
            told = (one for one in alarms if one.code is AlarmCode.MENDED)
            report.alarms = [*dict.fromkeys((*report.alarms, *told))]
            raise incoming.lacking
        _report(report, incoming, adoption, [*alarms, *adoption.alarms])
    return case


class _Lacks:
    """Whether an object is to be kept at all: not one that is here, sound, and with its key."""

    def __init__(self, case: Case, damaged: Damaged) -> None:
        self._damaged = damaged
        self._here: frozenset[bytes] = frozenset()
        if case.case_key is not None:
            keys = ring.keys(case)
            names = map(bytes.fromhex, list_originals(case))
            self._here = frozenset(name for name in names if name in keys)

    def __call__(self, name: bytes) -> bool:
        return name not in self._here or self._damaged(name.hex())


def _as_member(case: Case, manifest: Manifest) -> Case:
    """Give the case as it will be once this device has joined."""
    return replace(
        case,
        id=manifest.case,
        founder=manifest.founder or "",
        role=Role.MEMBER,
        case_key=manifest.key,
        cache={},
    )


def _refuse_uninvited(case: Case, incoming: Incoming) -> None:
    """Refuse a case whose own entries do not say that this device is in it.

    Raises:
        UnsoundBundleError: they do not.
    """
    members = incoming.verdict.roster.members
    own, sender = members.get(case.device), members.get(incoming.manifest.sender)
    if own is None or own.revoked:
        message = "nothing in it says that this device was let in: its line has to be invited first"
        raise UnsoundBundleError(message)
    if sender is None or sender.revoked:
        message = "the device that made it is none of the case's"
        raise UnsoundBundleError(message)
    named = [
        one.stored.stated == object_name(case, one.stored.sha256)
        for one in incoming.verdict.joining
        # A collector gives names at random; members name originals by the case key.
        if one.stored and incoming.publics[one.entry.device].role is Role.MEMBER
    ]
    if named and not any(named):
        message = "its key is not the one that the originals of the case are named by"
        raise UnsoundBundleError(message)


def _join(case: Case) -> None:
    """Make this folder one of the case, durably: until `CASE` says so, it waits as before."""
    store_case_key(case, case.shared_key)
    begin(case)
    write_copies(case_paths(case.root), describe(case))


def _is_trusted(incoming: Incoming) -> bool:
    member = incoming.verdict.roster.members.get(incoming.manifest.sender)
    return member is not None and not member.revoked


def _alarms(case: Case, incoming: Incoming) -> Iterator[Alarm]:
    """Find what a person should look into, from what was known before this bundle."""
    sender = incoming.manifest.sender
    name = _name(incoming, sender)
    member = incoming.verdict.roster.members.get(sender)
    if member is not None and member.revoked:
        text = f'the bundle was made by "{name}", which was shut out: who has that device now?'
        yield Alarm(AlarmCode.REVOKED_SENDER, sender, text)
    heads = incoming.manifest.heads.items()
    said = max((head.size for lane, head in heads if lane.startswith(sender)), default=0)
    public_key = bytes.fromhex(incoming.publics[sender].sign)
    seen = witness.newest(case, sender, public_key)
    if seen is not None and said < seen.size:
        text = (
            f'"{name}" says that it has {said:,} entries of its own, and {seen.size:,} were seen: '
            "this is an old bundle, or that device was put back from a backup. Ask."
        )
        yield Alarm(AlarmCode.ROLLBACK, sender, text)
    for device in dict.fromkeys(t.name[:32] for t in incoming.lanes() if t.branches):
        yield _fork(case, device, _name(incoming, device))
    bare = sum(1 for one in _without_body(incoming))
    if bare:
        text = (
            f"{bare:,} entries came without what opens them, and nobody asked to erase them: the "
            f'bundle of "{name}" lacks it. This device asks for it in its next bundles.'
        )
        yield Alarm(AlarmCode.WITHOUT_BODY, sender, text)


def _fork(case: Case, device: str, name: str) -> Alarm:
    if device == case.device:
        text = (
            "this device's journal goes on in two ways: its folder was copied, and both copies "
            "were worked with. Both are kept. Run `qantar devices renew` on one of the two."
        )
    else:
        text = (
            f'the journal of "{name}" goes on in two ways: that device was copied. Both are kept; '
            "one of the two copies has to go on as a new device (`qantar devices renew`)."
        )
    return Alarm(AlarmCode.FORK, device, text)


def _without_body(incoming: Incoming) -> Iterator[str]:
    erased, checks = incoming.verdict.erased.entries, incoming.arrivals.checks
    opened = {one.entry.commitment for one in incoming.arrivals.found.values() if one.key}
    for one in incoming.verdict.joining:
        name = one.entry.commitment
        strange = one.key is None and (name in opened or bytes.fromhex(name) in checks.ring)
        lacks = not one.has_body or (one.key is None and not strange)  # no other key opens that
        if lacks and one.entry.id not in erased:
            yield one.entry.id


def _name(incoming: Incoming, device: str) -> str:
    member = incoming.verdict.roster.members.get(device)
    if member is None:
        return device[:_SHOWN]
    return member.name or "founder"


def _report(
    report: MergeReport, incoming: Incoming, adoption: Adoption, alarms: Iterable[Alarm]
) -> None:
    arrivals, verdict = incoming.arrivals, incoming.verdict
    report.same += arrivals.same
    report.adopted += counted(
        (
            "entry",
            _name(incoming, one.entry.device),
            _how(incoming, one),
        )
        for one in verdict.joining
    )
    if adoption.originals:
        report.adopted.append(
            Item("original", adoption.originals, "", "opened, and hashes to what its entry says")
        )
    if adoption.mended:
        report.adopted.append(
            Item("original", adoption.mended, "", "it took the place of one that was damaged here")
        )
    report.waiting = counted(
        (
            *(
                ("entry", _name(incoming, arrivals.found[name].entry.device), why.value)
                for name, why in verdict.waiting.items()
            ),
            *(("original", "", why) for why in adoption.partly),
        )
    )
    report.refused += [_refused(one, incoming) for one in (*incoming.refused, *adoption.refused)]
    report.alarms = [*dict.fromkeys((*report.alarms, *alarms))]


def _how(incoming: Incoming, one: Arrival) -> str:
    if one.entry.id in incoming.before:
        return "it was here, in a journal that was damaged"
    if one.fresh:
        return "new, signed and whole"
    return "it waited, and now what it waited for is here"


def _refused(one: Group, incoming: Incoming) -> Item:
    whose = _name(incoming, one.of) if one.of else ""
    return Item(one.what, one.count, whose, one.reason, tuple(one.which))
