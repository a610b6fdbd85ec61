"""What `status` says of the devices of a case, and of all that waits for a person."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from qantar.archive.case import Case
from qantar.archive.note import origin
from qantar.archive.witness import notes
from qantar.archive.witnessed import Contradiction
from qantar.model.decision import Dispute
from qantar.model.device import Role
from qantar.model.history import Fork
from qantar.workbench.folded import Erasure, Folded, FoldedDevice
from qantar.workbench.roster import Aside
from qantar.workbench.sightings import other_past_words
from qantar.workbench.stores import RecordState

if TYPE_CHECKING:
    from qantar.workbench.status import Status

DEVICE_DIGITS = 8
_LISTED = 8
_WAIT = "wait for entries before them"

_ASIDE = {
    Aside.UNKNOWN_DEVICE: "of devices that nobody let in",
    Aside.REVOKED_DEVICE: "of devices that were shut out",
    Aside.STRANGE_BODY: "signed with another body than they commit to (verify names them)",
    Aside.UNKNOWN_FORM: "in a form that this Qantar does not know: upgrade",
}


def witnessed_up_to(case: Case, folded: Folded) -> int:
    """Give the number of the newest entry of this device that another member signed to have seen.

    0 where none did, or none of that has come back yet.

    Raises:
        DiskError: the disk refuses.
    """
    others = {
        origin(case.id, one.id): bytes.fromhex(one.public.sign)
        for one in folded.devices
        if one.public and one.id != case.device
    }
    kept = reversed(notes(case, case.device)) if others and case.device else ()
    for note in kept:
        if any(note.cosigned_at(name, key) is not None for name, key in others.items()):
            return note.checkpoint.size
    return 0


def what_waits(found: Status) -> Iterator[str]:
    """Say what waits for a person, the most pressing first."""
    folded, ids = found.folded, found.ids
    if found.case.role is not Role.MEMBER:
        yield from _sealed_away(found)
        return
    if found.record is not RecordState.CURRENT:
        yield f"The record is {found.record}: run `qantar build`."
    yield from (_fork(one, folded) for one in folded.forks)
    yield from (_other_past(one, found) for one in found.contradictions)
    yield from (_erasure(one, found) for one in folded.erasures if one.pending)
    yield from _disputes(folded.disputes, ids)
    yield from _unfinished(found)
    for reason, count in found.set_aside.items():
        yield f"{_many(count)} {_ASIDE[Aside(reason)]}: kept, not counted."
    if folded.waiting:
        waits = "waits for entries before it" if len(folded.waiting) == 1 else _WAIT
        yield f"{_many(len(folded.waiting))} {waits} that are not here: merge another bundle."
    if found.inbox:
        yield f"{_many(found.inbox)} came in bundles and wait in the inbox; merge says for what."
    if found.only_set_aside:
        where = "of a damaged journal stand in the inbox and in no journal"
        yield f"{_many(found.only_set_aside)} {where}: merge a bundle of another device."
    yield from _planted(found)
    yield from _not_whole(found)
    if folded.unreadable:
        yield f"{_many(len(folded.unreadable))} cannot be read here: the keys are not here."
    if folded.unknown:
        listed = ", ".join(f"{n} {kind}" for kind, n in sorted(folded.unknown.items()))
        newer = f"A newer Qantar wrote entries that this one does not know: {listed}"
        yield f"{newer}. Upgrade to use them."


def _planted(found: Status) -> Iterator[str]:
    alone = found.case.role is Role.COLLECTOR
    why = "" if alone else ", or is damaged and lost its mark"
    then = "" if alone else "; if a device is missing then, merge a bundle of it made with --whole"
    for path in found.planted:
        said = f"journal/{path.name[:8]} was put there by somebody{why}: nothing of it counts."
        yield f"{said} Move it out of the case{then}."


def _sealed_away(found: Status) -> Iterator[str]:
    """What waits on a device that cannot open the case."""
    yield from _unfinished(found)
    yield from _planted(found)
    if found.case.role is Role.WAITING:
        yield "This device has not joined a case yet: let it in, and merge the bundle made for it."
    elif found.originals:
        yield "What was collected is sealed and cannot be opened here: take it home by bundle."


def _not_whole(found: Status) -> Iterator[str]:
    """Say what is missing or altered, and where it can come from."""
    alone = sum(not one.revoked for one in found.folded.devices) <= 1
    back = "put back the folder `originals` from a copy of the case"
    merge = "" if alone else ", merge the other files of the bundle or one made with --whole"
    if found.lacking:
        many = f"{found.lacking:,} original{' is' if found.lacking == 1 else 's are'} not here"
        yield f"{many}: {back}{merge}, or add the same files again."
    if found.altered:
        many = f"{found.altered:,} original{' was' if found.altered == 1 else 's were'} altered"
        yield f"{many}, as of the last build: {back}{merge}. `qantar verify` names them."


def device_words(one: FoldedDevice, found: Status) -> str:
    """Say in one line who a device is and how much of it is here."""
    who = one.name or ("the founder" if one.id == found.folded.founder else "no name")
    here = " (this device)" if one.id == found.case.device else ""
    role = f", {one.public.role}" if one.public else ""
    out = ", shut out" if one.revoked else ""
    seen = f", the newest of {one.at:%Y-%m-%d}" if one.at else ""
    return f"{one.id[:DEVICE_DIGITS]} {who}{here}{role}{out}: {_many(one.entries)}{seen}"


def device_json(found: Status, one: FoldedDevice) -> dict[str, object]:
    """A device as `qantar status --json` prints it."""
    return {
        "id": one.id,
        "name": one.name,
        "role": one.public.role.value if one.public else None,
        "this": one.id == found.case.device,
        "founder": one.id == found.folded.founder,
        "revoked": one.revoked,
        "entries": one.entries,
        "newest": one.newest,
        "at": one.at.isoformat() if one.at else None,
    }


def fork_json(one: Fork) -> dict[str, object]:
    """A fork as `qantar status --json` prints it."""
    return {"device": one.device, "seq": one.seq, "branches": list(one.branches)}


def other_past_json(case: Case, one: Contradiction) -> dict[str, object]:
    """A checkpoint that a journal contradicts, as `qantar status --json` prints it."""
    return {
        "device": one.device,
        "entries": one.checkpoint.size,
        "note": one.path.relative_to(case.root).as_posix(),
    }


def dispute_json(one: Dispute, ids: Mapping[str, str]) -> dict[str, object]:
    """A dispute as `qantar status --json` prints it."""
    return {
        "about": one.about.value,
        "subject": [ids.get(name, name) for name in one.subject],
        "sides": [{"opinion": said, "decisions": list(who)} for said, who in one.sides],
    }


def erasure_json(one: Erasure) -> dict[str, object]:
    """A request to erase as `qantar status --json` prints it."""
    return {
        "id": one.asked.request,
        "at": one.asked.at.isoformat(),
        "reason": one.asked.reason.value,
        "entries": len(one.asked.entries),
        "objects": len(one.asked.objects),
        "answered": list(one.answered),
        "pending": list(one.pending),
    }


def dispute_words(one: Dispute, ids: Mapping[str, str]) -> str:
    """Say a disagreement in one line."""
    about = " and ".join(ids.get(name, name) for name in one.subject)
    sides = "; ".join(f"{said} ({' '.join(who)})" for said, who in one.sides)
    return f"{about}: {sides}"


def _disputes(disputes: Iterable[Dispute], ids: Mapping[str, str]) -> Iterator[str]:
    listed = list(disputes)
    for one in listed[:_LISTED]:
        yield f"Disputed, so not applied: {dispute_words(one, ids)}. Decide again to settle it."
    if len(listed) > _LISTED:
        yield f"{len(listed) - _LISTED:,} more are disputed; --json lists all."


def _fork(one: Fork, folded: Folded) -> str:
    branches = f"{len(one.branches)} branches from its entry {one.seq} on"
    return (
        f"Device {_name(one.device, folded)} was copied: it has {branches}. Both are kept; "
        "let one of the two join anew as a device of its own."
    )


def _other_past(one: Contradiction, found: Status) -> str:
    name = f"Device {_name(one.device, found.folded)}"
    said = other_past_words(found.case, one, name)
    return said[0].upper() + said[1:]


def _erasure(one: Erasure, found: Status) -> str:
    own = found.case.device
    which = f"{one.asked.request[:16]} of {one.asked.at:%Y-%m-%d} ({one.asked.reason})"
    if own not in one.pending:
        waits = ", ".join(_name(device, found.folded) for device in one.pending)
        return f"Erase request {which}: no answer yet from {waits}."
    said = "Erasing, unfinished" if one.asked.device == own else "Asked to be erased here too"
    return f"{said}: request {which}. Run `qantar erase CASE --pending`."


def _unfinished(found: Status) -> Iterator[str]:
    if found.unacknowledged:
        one = found.unacknowledged == 1
        many = f"{found.unacknowledged:,} stored {'original has' if one else 'originals have'}"
        if found.planted and found.case.role is Role.MEMBER:
            yield f"{many} no entry in the journals that count."
        elif found.writer is None:
            yield f"{many} no entry: a run was interrupted. Add that material again."
        else:
            it = "it is" if one else "they are"
            yield f"{many} no entry yet: process {found.writer} is at work, {it} being added now."
    if found.journal.torn_bytes and found.writer is None:
        torn = "An unfinished, never acknowledged write stands at the journal's end"
        yield f"{torn}; the next command that writes sets it aside."
    if found.torn:
        many = f"{found.torn:,} unfinished {'write was' if found.torn == 1 else 'writes were'}"
        yield f"{many} set aside in the folder inbox; nothing that was acknowledged is in them."
    if not found.journal.head_sound and found.case.id:  # who waits to join begins none before
        mark = "The file that says how far the journal goes is missing or damaged"
        yield f"{mark}; the next command that writes makes it anew."


def _name(device: str, folded: Folded) -> str:
    known = next((one.name for one in folded.devices if one.id == device), None)
    return f"{device[:DEVICE_DIGITS]} ({known})" if known else device[:DEVICE_DIGITS]


def _many(count: int) -> str:
    return f"{count:,} {'entry' if count == 1 else 'entries'}"
