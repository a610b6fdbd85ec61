"""Make a bundle: what other devices lack of this case, sealed for them alone, on a stick.

What goes is the difference to what each of them said it has in its own last bundle,
and all of it for one that never said anything; for a device that was copied, all that
came after its copies parted. What was erased never goes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import Final, NamedTuple

from qantar.archive import ring, witness
from qantar.archive.bundle_format import MOST_MISSING, Manifest
from qantar.archive.bundle_layout import Outgoing, Unit
from qantar.archive.bundle_write import PART_BYTES, refuse_taken, write_bundle
from qantar.archive.case import Case
from qantar.archive.collected import collected
from qantar.archive.lock import writing
from qantar.archive.originals import list_originals, object_name
from qantar.archive.witness import Holds
from qantar.errors import DeviceError
from qantar.model.device import Role
from qantar.workbench.devices import find, name_of
from qantar.workbench.fold import fold
from qantar.workbench.folded import Folded
from qantar.workbench.holdings import HeldLane, Holdings, holdings_of
from qantar.workbench.objects import here, lacking, stored_in
from qantar.workbench.outgoing import Delta, Keys, about_devices, entry_units, object_units
from qantar.workbench.trunk import common_past

HOME: Final = "home"
"""What a collector calls the device that it seals for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BundleReport:
    """A bundle that is on the medium and was read back from there.

    `to` are the names of those it is for; `entries` and `originals` count what is in
    it, `bytes` is the length of all its files.
    """

    paths: tuple[Path, ...]
    bytes: int
    to: tuple[str, ...]
    entries: int
    originals: int

    def to_json(self) -> dict[str, object]:
        """The report as `qantar bundle --json` prints it."""
        return {
            "paths": [str(path) for path in self.paths],
            "bytes": self.bytes,
            "to": list(self.to),
            "entries": self.entries,
            "originals": self.originals,
            "verified": True,
        }


class _Recipient(NamedTuple):
    """Whom a bundle is for: device id, name, age recipient, what it said to hold.

    `past` is what all copies have of a device that was copied, None of any other.
    """

    id: str
    name: str
    age: str
    holds: Holds = Holds()
    past: Mapping[str, int] | None = None

    def has(self, lane: HeldLane) -> int:
        """Give how many entries of a lane it has."""
        if self.past is not None:
            return self.past[lane.lane.name]
        said, device = self.holds.heads.items(), lane.lane.device
        return lane.agrees(head for name, head in said if name.startswith(device))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Contents:
    """What a bundle is made of."""

    manifest: Manifest
    recipients: tuple[_Recipient, ...]
    held: Holdings
    delta: Delta
    keys: Keys
    objects: tuple[str, ...]


def bundle(
    case: Case,
    out: Path,
    *,
    to: Sequence[str],
    whole: bool = False,
    replace_old: bool = False,
    part_bytes: int = PART_BYTES,
) -> BundleReport:
    """Make a bundle for other devices of the case.

    Args:
        case: the case; its lock is taken, so that nothing is erased meanwhile.
        out: the first file; more are named after it if it takes more.
        to: names of devices, or the first digits of their ids. A collector bundles for
            its home device only.
        whole: give all of the case, whatever they said to have: for a device that was
            copied or put back from a backup since.
        replace_old: put it in the place of an earlier bundle.
        part_bytes: the most that one file may take.

    Raises:
        DeviceError: a device is unknown, shut out, a collector, or this one.
        SealedAwayError: this device has not joined a case yet.
        OutputExistsError: there is something already.
        OriginalAlteredError, JournalBrokenError, KeysDamagedError, CaseLockedError: the
            case is not as it must be.
        DiskError: the disk refuses, or the medium gives back other bytes.
    """
    refuse_taken(out, replace_old=replace_old)
    with writing(case):
        collects = case.role is Role.COLLECTOR
        contents = _of_collector(case, to) if collects else _of_member(case, to, whole=whole)
        outgoing = Outgoing(
            manifest=contents.manifest,
            signer=case.signer,
            recipients=tuple(one.age for one in contents.recipients),
            common=about_devices(case, contents.held),
            units=tuple(_units(case, contents, part_bytes)),
        )
        paths = write_bundle(out, outgoing, replace_old=replace_old, part_bytes=part_bytes)
    return BundleReport(
        paths=paths,
        bytes=sum(path.stat().st_size for path in paths),
        to=tuple(one.name for one in contents.recipients),
        entries=sum(record.entries for unit in outgoing.units for record in unit),
        originals=len(contents.objects),
    )


def _units(case: Case, contents: _Contents, part_bytes: int) -> Iterator[Unit]:
    held, delta, keys = contents.held, contents.delta, contents.keys
    yield from entry_units(case, held, delta, keys, part_bytes=part_bytes)
    yield from object_units(case, contents.objects, keys, part_bytes=part_bytes)


def _of_collector(case: Case, to: Sequence[str]) -> _Contents:
    """Give all that a collector has, as it has it: nothing of it opens here."""
    home = case.home
    if home is None or any(one != HOME and not home.id.startswith(one) for one in to):
        message = "this device only collects: it bundles for the device that it seals for."
        raise DeviceError(message, next="Leave out --for, or say --for home.")
    held, sealed = holdings_of(case), dict(collected(case))
    return _Contents(
        manifest=Manifest(
            case=case.id, founder=None, sender=case.device, to=(home.id,), heads=held.heads
        ),
        recipients=(_Recipient(home.id, HOME, home.age),),
        held=held,
        delta=Delta(starts=dict.fromkeys(held.lanes, 0), asked=(), without=()),
        keys=Keys(open={}, sealed=sealed),
        objects=tuple(name for name in list_originals(case) if bytes.fromhex(name) in sealed),
    )


def _of_member(case: Case, to: Sequence[str], *, whole: bool) -> _Contents:
    """Give what none of the recipients said to have, and what any of them said to lack."""
    case.shared_key  # noqa: B018  # a device that waits has nothing to give
    held = holdings_of(case)
    folded = fold(held.entries, founder=case.founder)
    recipients = [
        one._replace(past=common_past(case, held, one.id)) for one in _recipients(case, folded, to)
    ]
    starts = {
        name: 0 if whole else min(recipient.has(one) for recipient in recipients)
        for name, one in held.lanes.items()
    }
    asked = frozenset(name for one in recipients for name in one.holds.missing)
    erased, keys = folded.erased | folded.quoting, ring.keys(case)
    going = [one for one in held.entries if one.id not in erased]
    beyond = {id_.hex() for name, one in held.lanes.items() for id_ in one.ids[starts[name] :]}
    said = [(one.id in beyond, stored) for one in going if (stored := stored_in(one.body))]
    have = {stored.sha256 for is_new, stored in said if not is_new}
    wanted = (
        stored
        for _, stored in said
        if (stored.sha256 not in have or not asked.isdisjoint(stored.names(case)))
        and folded.erased_objects.isdisjoint(stored.names(case))
    )
    objects = (here(case, stored, keys) for stored in dict.fromkeys(wanted))
    return _Contents(
        manifest=Manifest(
            case=case.id,
            founder=case.founder,
            sender=case.device,
            to=tuple(one.id for one in recipients),
            key=case.shared_key,
            heads=held.heads,
            missing=missing(case, held, folded),
        ),
        recipients=tuple(recipients),
        held=held,
        delta=Delta(
            starts=starts,
            asked=frozenset(one.id for one in going if one.commitment in asked),
            without=erased,
        ),
        keys=Keys(open=keys, sealed={}),
        objects=tuple(dict.fromkeys(name for name in objects if name is not None)),
    )


def missing(case: Case, held: Holdings, folded: Folded) -> tuple[str, ...]:
    """Name what this device lacks: originals that entries speak of, and entries without bodies.

    Of more than fit into a manifest the first; the next bundle asks for the others.
    """
    said = (stored_in(one.body) for one in held.entries if one.id not in folded.erased)
    wanted = (one for one in said if one and folded.erased_objects.isdisjoint(one.names(case)))
    objects = (object_name(case, one.sha256) for one in lacking(case, wanted, ring.keys(case)))
    unreadable = set(folded.unreadable)
    bodies = (one.commitment for one in held.entries if one.id in unreadable)
    return tuple(islice(dict.fromkeys(chain(objects, bodies)), MOST_MISSING))


def _recipients(case: Case, folded: Folded, to: Sequence[str]) -> tuple[_Recipient, ...]:
    found = {}
    for wanted in to:
        one = _device(case, folded, wanted)
        found[one.id] = one
    if not found:
        message = "a bundle is for somebody."
        raise DeviceError(message, next="Name devices of the case with --for.")
    return tuple(found.values())


def _device(case: Case, folded: Folded, wanted: str) -> _Recipient:
    device = find(folded, wanted)
    if device.id == case.device:
        message = f'"{wanted}" is this device; a bundle is for others.'
    elif device.revoked:
        message = f'"{wanted}" was shut out: nothing is sealed for it.'
    elif device.public is None:
        message = f'what says who "{wanted}" is cannot be read here.'
    elif device.public.role is not Role.MEMBER:
        message = f'"{wanted}" only collects: it could open nothing.'
    else:
        holds = witness.holds_of(case, device.id)
        return _Recipient(device.id, name_of(device, folded.founder), device.public.age, holds)
    raise DeviceError(message, next="`qantar devices list` says who is who.")
