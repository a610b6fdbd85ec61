"""A bundle, examined: what of it is sound, what joins the case, what waits. Writes nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from qantar.archive import inbox, ring
from qantar.archive.arrived import ArrivedKeys
from qantar.archive.broken import nowhere_else
from qantar.archive.bundle_format import Manifest, OtherRecipientError, UnsoundBundleError
from qantar.archive.bundle_read import Received
from qantar.archive.case import Case
from qantar.archive.originals import object_name
from qantar.errors import JournalBrokenError
from qantar.model.device import DevicePublic, Role
from qantar.workbench.arrivals import Arrival, Arrivals, Checks, Stretch, publics_in
from qantar.workbench.groups import Groups
from qantar.workbench.healing import (
    Broken,
    NotWholeError,
    here_before,
    holdings_beside,
    in_memory,
    not_whole,
)
from qantar.workbench.holdings import Holdings, holdings_of
from qantar.workbench.membership import Introductions, possible_members
from qantar.workbench.objects import Stored, stored_in
from qantar.workbench.placing import MOST_BRANCHES, Trail, Trails, crowd_of, place
from qantar.workbench.quarantine import Verdict, judge
from qantar.workbench.room import NoRoom
from qantar.workbench.sightings import Sightings

_SHOWN = 12
_BRANCHES = f"its device has gone on in {MOST_BRANCHES} ways already: whoever has it makes them up"


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """What a bundle holds for a case, examined.

    `held` is what was here before. `trails` are the lanes as they will be, by device;
    `publics` says who signs, by id of the device. `refused` are the things that are
    not what they say; `wants` the originals that entries speak of, by each name (hex)
    that one may come under, without those that were erased; `gone` are the names of those;
    `sizes` says which sizes entries state of each SHA-256. `broken` are journals that are
    damaged here and that this bundle brings whole; None where none is. Where `lacking` says that
    others are damaged that it does not, only those are mended. `before` are the ids of
    what was in those, or is in journals that were set aside earlier and nowhere else.
    """

    manifest: Manifest
    held: Holdings
    keys: ArrivedKeys
    publics: Mapping[str, DevicePublic]
    sightings: Sightings
    arrivals: Arrivals
    verdict: Verdict
    trails: Mapping[str, Trails]
    wants: Mapping[str, Stored]
    gone: frozenset[str]
    sizes: Mapping[str, frozenset[int]]
    broken: Broken | None
    lacking: NotWholeError | None
    before: frozenset[str]
    refused: Groups

    def lanes(self) -> Iterator[Trail]:
        """Give all lanes on which something came."""
        for trails in self.trails.values():
            yield from trails.trails.values()


def refuse_unfit(case: Case, manifest: Manifest) -> None:
    """Refuse a bundle that cannot be for this case and device, by what it says of itself.

    Raises:
        UnsoundBundleError: it says why.
    """
    if case.role is Role.WAITING:
        if manifest.key is None or manifest.founder is None:
            message = "a collector made it, and this device has not joined a case yet"
            raise UnsoundBundleError(message)
    elif manifest.case != case.id:
        message = f"it is of another case ({manifest.case[:_SHOWN]}…)"
        raise UnsoundBundleError(message)
    elif manifest.founder not in (None, case.founder):
        message = "it names another device as the one that made the case"
        raise UnsoundBundleError(message)
    elif manifest.key not in (None, case.case_key):
        message = "it holds another key than the one of this case"
        raise UnsoundBundleError(message)
    if case.device not in manifest.to:
        raise OtherRecipientError


def examine(case: Case, received: Received, *, joining: bool) -> Incoming:
    """Examine what came, with what waited before.

    Args:
        case: the case; of a device that joins, as it will be.
        received: the bundle.
        joining: this device has nothing of the case yet.

    Raises:
        NotWholeError: journals are damaged, and the bundle brings none of them whole.
        KeysDamagedError, DiskError: the case cannot be read.
    """
    held, broken = (Holdings(lanes={}, entries=()), None) if joining else _held(case)
    keys = ArrivedKeys(received.keys, received.sealed, case.signer.age_secret)
    checks = Checks(case.id, keys, ring.keys(case))
    stretches, publics = _stretches(case, received), _publics(held, received)
    # Behind what came: of two of one id the first counts, and these may be damaged.
    stretches += broken.stretches() if broken else ()
    aside = nowhere_else(case, {entry.id for entry in held.entries})
    stretches += in_memory(aside.values())
    founder = received.manifest.founder or case.founder
    introductions = Introductions(stretches, checks, publics)
    possible = possible_members(held.entries, founder, introductions)
    refused = Groups()
    arrivals = _arrivals(held, stretches, checks, possible, refused)
    publics.update(
        {one.id: one for one in publics_in(one.entry for one in arrivals.found.values())}
    )
    sightings = Sightings(
        case_id=case.id,
        # Of members: what strangers sign is nobody's business.
        publics={device: one for device, one in publics.items() if device in possible},
        refused=refused,
    )
    for note in received.notes:
        sightings.take(note)
    _refuse_unsigned(arrivals, publics)
    _refuse_crowd(held, arrivals, possible, received.manifest.sender, broken)
    placed = place(held, _of(possible, arrivals))
    before = (
        here_before(case, broken, held.entries, publics, placed) if broken else frozenset[str]()
    )
    verdict = judge(
        held.entries,
        arrivals.found,
        founder=founder,
        possible=possible,
        known_devices=publics.keys(),
        before=before,
    )
    for name, why in verdict.too_many.items():
        refused.add("entry", arrivals.found[name].entry.device, why, name[:_SHOWN])
    wants, gone = _originals(case, held, verdict, publics)
    trails = place(held, verdict.joining)
    lacking = (
        not_whole(case, broken, held.entries, publics, placed, trails)
        if broken
        else dict[str, NotWholeError]()
    )
    if broken and lacking.keys() == broken.faults.keys():
        raise next(iter(lacking.values()))
    return Incoming(
        manifest=received.manifest,
        held=held,
        keys=keys,
        publics=publics,
        sightings=sightings,
        arrivals=arrivals,
        verdict=verdict,
        trails=trails,
        wants=wants,
        gone=gone,
        sizes=_sizes(held, verdict),
        broken=broken.without(lacking) if broken else None,
        lacking=next(iter(lacking.values()), None),
        before=before | {frame.id.hex() for found in aside.values() for frame in found},
        refused=refused,
    )


def _held(case: Case) -> tuple[Holdings, Broken | None]:
    try:
        return holdings_of(case), None
    except JournalBrokenError:
        return holdings_beside(case)


def _stretches(case: Case, received: Received) -> list[Stretch]:
    """Give where all entries are: first those that waited, then those that came."""
    waited = inbox.waiting(case)
    came = received.staging.batches
    return [
        *(Stretch(waited, start, end, None, fresh=False) for start, end in waited.stretches()),
        *(Stretch(received.staging, one.start, one.end, one.device, fresh=True) for one in came),
    ]


def _publics(held: Holdings, received: Received) -> dict[str, DevicePublic]:
    """Gather who signs: whoever says it, the id of a device is the hash of what is said."""
    said = [one.public for one in held.lanes.values()]
    said.extend(received.devices.values())
    said.extend(publics_in(held.entries))
    return {public.id: public for public in said}


def _arrivals(
    held: Holdings,
    stretches: Iterable[Stretch],
    checks: Checks,
    possible: Collection[str],
    refused: Groups,
) -> Arrivals:
    """Look at all that came, each entry by itself."""
    known = {entry.id: entry for entry in held.entries}
    arrivals = Arrivals(checks=checks, known=known, possible=possible, refused=refused)
    for stretch in stretches:
        arrivals.take(stretch)
    return arrivals


def _refuse_unsigned(arrivals: Arrivals, publics: Mapping[str, DevicePublic]) -> None:
    """Take out what its device did not sign, and what came without a word on who signs it.

    Every signature is checked, also where a checkpoint vouches for the entry: it goes
    into the journal, and may have to stand alone there.
    """
    for name, one in list(arrivals.found.items()):
        public = publics.get(one.entry.device)
        if public is None and one.fresh:
            reason = "nothing says who signs for its device"
        elif public is not None and not one.is_signed(bytes.fromhex(public.sign)):
            reason = "its device did not sign it"
        else:
            continue
        arrivals.refused.add("entry", one.entry.device, reason, name[:_SHOWN])
        del arrivals.found[name]


def _of(devices: Collection[str], arrivals: Arrivals) -> list[Arrival]:
    return [one for one in arrivals.found.values() if one.entry.device in devices]


def _refuse_crowd(
    held: Holdings,
    arrivals: Arrivals,
    possible: Collection[str],
    sender: str,
    broken: Broken | None,
) -> None:
    """Take out what begins a branch too many of its device, or follows from one."""
    left = broken.left.values() if broken else ()
    crowd = crowd_of(
        held,
        _of(possible, arrivals),
        sender=sender if sender in possible else "",
        here={frame.id.hex() for frames in left for frame in frames},
    )
    for name, later in sorted(crowd.items()):
        why = NoRoom.BRANCHES if later else _BRANCHES
        arrivals.refused.add("entry", arrivals.found[name].entry.device, why, name[:_SHOWN])
        del arrivals.found[name]


def _sizes(held: Holdings, verdict: Verdict) -> dict[str, frozenset[int]]:
    """Gather what entries state of the sizes of originals."""
    found: dict[str, set[int]] = {}
    said = (stored_in(one.body) for one in held.entries)
    for stored in (*said, *(one.stored for one in verdict.joining)):
        if stored is not None:
            found.setdefault(stored.sha256, set()).add(stored.size)
    return {sha256: frozenset(sizes) for sha256, sizes in found.items()}


def _originals(
    case: Case, held: Holdings, verdict: Verdict, publics: Mapping[str, DevicePublic]
) -> tuple[dict[str, Stored], frozenset[str]]:
    """Gather the originals that entries speak of, by name, and the names of those that were erased.

    The keyed name follows from the hash. Another name is believed of collectors only,
    who cannot make that: else somebody could claim the name of another's original.
    """
    erased = verdict.erased
    said = [(one.id, one.device, stored_in(one.body)) for one in held.entries]
    said.extend((one.entry.id, one.entry.device, one.stored) for one in verdict.joining)
    keyed: dict[str, Stored] = {}
    stated: dict[str, Stored] = {}
    gone = set(erased.objects)
    for entry, device, stored in said:
        if stored is None:
            continue
        names = stored.names(case)
        if not erased.objects.isdisjoint(names):
            gone |= names
        elif entry not in erased.entries:
            keyed[object_name(case, stored.sha256)] = stored
            if device in publics and publics[device].role is Role.COLLECTOR:
                stated.setdefault(stored.stated, stored)
    return stated | keyed, frozenset(gone)
