"""Which entries that came stand on something: all that they follow from, and a row of admissions.

Found in one pass, in whatever row devices let each other in and whatever waits for what:
whoever knows the case's key can weave both as long as it likes. Revocations are not asked
here; they only ever take away.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from qantar.model.entry import Entry
from qantar.workbench.membership import let_in


@dataclass(slots=True)
class Grounded:
    """What stands, and what it stands on.

    Attributes:
        devices: whom the founder let in, whom those did, and on, by what is here or stands.
        entries: ids of those that came and stand, each behind what it follows from.
    """

    devices: set[str]
    entries: dict[str, None] = field(default_factory=dict)


def grounded(
    here: Iterable[Entry], came: Mapping[str, Entry], *, devices: Iterable[str]
) -> Grounded:
    """Find what stands of what came.

    Args:
        here: the entries of the journals; all of them stand.
        came: others, by id.
        devices: that need nobody to let them in: the one that made the case.
    """
    known = {entry.id: entry for entry in here}
    found = Grounded({*devices, *let_in(known.values())})
    lacking, children = _lacking(known, came)
    ready = [came[name] for name, count in lacking.items() if not count]
    parked: dict[str, list[Entry]] = {}
    while ready:
        entry = ready.pop()
        if entry.device not in found.devices:
            parked.setdefault(entry.device, []).append(entry)
            continue
        found.entries[entry.id] = None
        for device in let_in([entry]) - found.devices:
            found.devices.add(device)
            ready += parked.pop(device, ())
        for child in children.get(entry.id, ()):
            lacking[child] -= 1
            if not lacking[child]:
                ready.append(came[child])
    return found


def _lacking(
    known: Mapping[str, Entry], came: Mapping[str, Entry]
) -> tuple[dict[str, int], dict[str, list[str]]]:
    """Count what each entry waits for of what came, and note who waits for whom.

    What is nowhere, or is not what the entry says it is, counts and never comes.
    """
    lacking: dict[str, int] = {}
    children: dict[str, list[str]] = {}
    for name, entry in came.items():
        lacking[name] = 0
        for parent, device, seq in _parents(entry):
            one = known.get(parent)
            if _fits(one, device, seq):
                continue
            lacking[name] += 1
            if one is None and _fits(came.get(parent), device, seq):
                children.setdefault(parent, []).append(name)
    return lacking, children


def _parents(entry: Entry) -> Iterator[tuple[str, str, int]]:
    if entry.prev:
        yield entry.prev, entry.device, entry.seq - 1
    for ref in entry.refs:
        yield ref.id, ref.device, ref.seq


def _fits(parent: Entry | None, device: str, seq: int) -> bool:
    return parent is not None and parent.device == device and parent.seq == seq
