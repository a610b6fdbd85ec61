"""A bundle, examined: what of it is sound, what joins the case, what waits. Writes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from qantar.archive import inbox, ring
from qantar.archive.arrived import ArrivedKeys
from qantar.archive.bundle_format import Manifest, UnsoundBundleError
from qantar.archive.bundle_read import Received
from qantar.archive.case import Case
from qantar.archive.originals import object_name
from qantar.model.device import DevicePublic, Role
from qantar.workbench.arrivals import Arrival, Arrivals, InMemory, Refusal, publics_in
from qantar.workbench.holdings import Holdings, holdings_of
from qantar.workbench.objects import Stored, stored_in
from qantar.workbench.placing import MOST_BRANCHES, Trail, Trails
from qantar.workbench.quarantine import Verdict, judge, possible_members
from qantar.workbench.sightings import Sightings

_SHOWN = 12
_BRANCHES = f"its device has gone on in {MOST_BRANCHES} ways already: whoever has it makes them up"
_CROWD = "nobody let its device in, and too many such entries wait already"


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """What a bundle holds for a case, examined.

    `held` is what was here before. `trails` are the lanes as they will be, by device;
    `publics` says who signs, by id of the device. `refused` are the things that are
    not what they say; `wants` the originals that entries speak of, by each name (hex)
    that one may come under, without those that were erased; `gone` are the names of those.
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
    refused: tuple[Refusal, ...]

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
        message = "it is not for this device"
        raise UnsoundBundleError(message)


def examine(case: Case, received: Received, *, joining: bool) -> Incoming:
    """Examine what came, with what waited before.

    Args:
        case: the case; of a device that joins, as it will be.
        received: the bundle.
        joining: this device has nothing of the case yet.

    Raises:
        JournalBrokenError, KeysDamagedError, DiskError: the case cannot be read.
    """
    held = Holdings(lanes={}, entries=()) if joining else holdings_of(case)
    keys = ArrivedKeys(received.keys(), received.sealed, case.signer.age_secret)
    arrivals = Arrivals(
        case_id=case.id,
        known={entry.id: entry for entry in held.entries},
        keys=keys,
        ring=ring.keys(case),
    )
    _take_all(case, received, arrivals)
    publics = _publics(held, received, arrivals)
    sightings = Sightings(case_id=case.id, publics=publics)
    for note in received.notes:
        sightings.take(note)
    refused = _refused(arrivals, publics)
    came, founder = arrivals.found.values(), received.manifest.founder or case.founder
    possible = possible_members([*held.entries, *(one.entry for one in came)], founder)
    placed = _trails(held, (one for one in came if one.entry.device in possible))
    crowd = sorted(id_.hex() for trails in placed.values() for id_ in trails.crowd)
    for id_ in crowd:
        del arrivals.found[id_]
    verdict = judge(
        held.entries,
        arrivals.found,
        founder=founder,
        possible=possible,
        known_devices=publics.keys(),
        unplaced={one.entry.id for trails in placed.values() for one in trails.stray},
    )
    wants, gone = _originals(case, held, verdict, publics)
    return Incoming(
        manifest=received.manifest,
        held=held,
        keys=keys,
        publics=publics,
        sightings=sightings,
        arrivals=arrivals,
        verdict=verdict,
        trails=_trails(held, verdict.joining),
        wants=wants,
        gone=gone,
        refused=(
            *arrivals.refused,
            *sightings.refused,
            *refused,
            *(Refusal("entry", name[:_SHOWN], _BRANCHES) for name in crowd),
            *(Refusal("entry", name[:_SHOWN], _CROWD) for name in sorted(verdict.too_many)),
        ),
    )


def _take_all(case: Case, received: Received, arrivals: Arrivals) -> None:
    waited = InMemory(inbox.waiting(case))
    arrivals.take(waited, 0, len(waited.data), device=None, fresh=False)
    for batch in received.staging.batches:
        arrivals.take(received.staging, batch.start, batch.end, device=batch.device, fresh=True)


def _publics(held: Holdings, received: Received, arrivals: Arrivals) -> dict[str, DevicePublic]:
    """Gather who signs: whoever says it, the id of a device is the hash of what is said."""
    said = [one.public for one in held.lanes.values()]
    said.extend(received.devices.values())
    said.extend(publics_in(held.entries))
    said.extend(publics_in(one.entry for one in arrivals.found.values()))
    return {public.id: public for public in said}


def _refused(arrivals: Arrivals, publics: Mapping[str, DevicePublic]) -> list[Refusal]:
    """Take out what its device did not sign, and what came without a word on who signs it.

    Every signature is checked, also where a checkpoint vouches for the entry: it goes
    into the journal, and may have to stand alone there.
    """
    refused = []
    for name, one in list(arrivals.found.items()):
        public = publics.get(one.entry.device)
        if public is None and one.fresh:
            reason = f"nothing says who signs for device {one.entry.device[:8]}"
        elif public is not None and not one.is_signed(bytes.fromhex(public.sign)):
            reason = "its device did not sign it"
        else:
            continue
        refused.append(Refusal("entry", name[:_SHOWN], reason))
        del arrivals.found[name]
    return refused


def _trails(held: Holdings, arrivals: Iterable[Arrival]) -> dict[str, Trails]:
    """Place arrivals on the lanes of their devices."""
    by_device: dict[str, list[Arrival]] = {}
    for arrival in arrivals:
        by_device.setdefault(arrival.entry.device, []).append(arrival)
    trails = {}
    for device, came in by_device.items():
        trails[device] = Trails(device, held.of_device(device))
        trails[device].grow(came)
    return trails


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
