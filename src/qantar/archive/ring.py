"""The ring: one key for each entry and each original, sealed; the only place where they live.

Losing a key is how material is erased: what it opened cannot be read again, by
anyone, and the hashes that stay cannot be guessed at. A ring is a file of records
under a ring key of its own (`ring_file.py`); erasing writes a new ring under a new
ring key and destroys the old one. A collector keeps no keys: see `collected.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from qantar.archive.case import Case
from qantar.archive.collected import collect
from qantar.archive.derive import derive
from qantar.archive.disk import SCRATCH_PREFIX, disk_refusals, shred
from qantar.archive.ring_file import PUT_BACK, RingFile, RingGoneError, make_ring, open_ring
from qantar.archive.taken import PURPOSE, is_taken
from qantar.errors import KeysDamagedError
from qantar.model.device import Role

_NUMBER: Final = "([0-9]{4}|[1-9][0-9]{4,})"  # in its one spelling: of two, which is the newest?
_RING: Final = re.compile(_NUMBER + r"\.ring")
_GENERATION: Final = re.compile(_NUMBER + r"\.(ring|age)")
_CACHE: Final = "ring"
_LISTINGS: Final = 5  # to miss a ring, each must fall together with an erasing of its own


@dataclass(frozen=True, slots=True, kw_only=True)
class RingState:
    """What a look at the ring found.

    `damaged` records do not open, though others were added behind them;
    `torn_bytes` at the end are an unfinished write or damage, which cannot be told apart.
    `path` is None before the first key.
    """

    path: Path | None
    keys: int
    damaged: int
    torn_bytes: int


def keys(case: Case) -> Mapping[bytes, bytes]:
    """Give all keys, by id (32 bytes each); none on a collector.

    Records that do not open are left out; `inspect` counts them.

    Raises:
        SealedAwayError: this device has no key to them.
        KeysDamagedError: the ring or its key is missing or damaged.
        DiskError: the disk refuses.
    """
    found = _current(case)
    return found.keys if found else {}


def add(case: Case, pairs: Iterable[tuple[bytes, bytes]]) -> None:
    """Add keys by their ids, durably. The caller holds the case's lock.

    A key that is there already is not written again; another key of the same id
    takes its place.

    Raises:
        SealedAwayError: this device has not joined a case yet.
        KeysDamagedError: the ring or its key is missing or damaged.
        DiskError: the disk refuses; the ring is as it was before.
    """
    listed = list(pairs)
    if case.role is Role.COLLECTOR:
        if listed:
            collect(case, listed)
        return
    found = _writable(case)
    new = {name: key for name, key in listed if found.keys.get(name) != key}
    if new:
        found.add(new)


def forget(case: Case, names: Iterable[bytes]) -> int:
    """Destroy the keys of these ids; gives how many there were. The caller holds the case's lock.

    The new ring commits by its rename; from then on the old one is being removed,
    and the next writer finishes that if it is interrupted. Records that do not open
    are not taken over.

    Raises:
        SealedAwayError: this device keeps no keys that it could destroy.
        KeysDamagedError: the ring or its key is missing or damaged.
        DiskError: the disk refuses.
    """
    case.cache.pop(_CACHE, None)
    found, gone = _writable(case), set(names)
    kept = {name: key for name, key in found.keys.items() if name not in gone}
    forgotten = len(found.keys) - len(kept)
    number = _number(found.path) + 1
    case.cache[_CACHE] = make_ring(case.ring / f"{number:04d}.ring", case.shared_key, kept)
    _tidy(case, number)
    return forgotten


def key_for(case: Case, purpose: str) -> bytes:
    """Derive the 32-byte key of one purpose from the ring's own key.

    For what is derived from the material: when something is erased, the ring's key is
    destroyed and with it what opens every earlier copy, wherever on the disk one is left.
    Before the first key it is derived from the case key.

    Raises:
        SealedAwayError, KeysDamagedError, DiskError: as `keys`.
    """
    found = _current(case)
    return derive(found.key if found else case.shared_key, purpose)


def inspect(case: Case) -> RingState:
    """Look at the ring; writes nothing.

    Raises:
        SealedAwayError, KeysDamagedError, DiskError: as `keys`.
    """
    found = _current(case)
    if found is None:
        return RingState(path=None, keys=0, damaged=0, torn_bytes=0)
    with disk_refusals("reading the keys", found.path):
        torn = found.path.stat().st_size - found.size
    return RingState(path=found.path, keys=len(found.keys), damaged=found.damaged, torn_bytes=torn)


def _current(case: Case) -> RingFile | None:
    """Read the newest ring, or the part of it that was not read before.

    An erasing writer may put a newer one in its place meanwhile and overwrite this
    one: what was read counts only if it is still the newest afterwards.
    """
    path = _newest(case)
    while path is not None:
        found: RingFile | None = None
        fault: KeysDamagedError | None = None
        try:
            found = _read(case, path)
        except KeysDamagedError as error:
            fault = error
        except RingGoneError:
            pass
        newest = _newest(case)
        if newest == path and found is not None:
            case.cache[_CACHE] = found
            return found
        if newest == path:
            raise fault or _missing(case)
        path = newest
    if case.role is not Role.COLLECTOR and _holds_entries(case):
        raise _missing(case)
    return None


def _read(case: Case, path: Path) -> RingFile:
    known = case.cache.get(_CACHE)
    if not isinstance(known, RingFile) or known.path != path:
        known = open_ring(path, case.shared_key)
    known.read_on()
    return known


def _writable(case: Case) -> RingFile:
    """Give the newest ring, the first one if there is none; what an erase left over is removed."""
    found = _current(case)
    if found is None:
        found = make_ring(case.ring / "0001.ring", case.shared_key, {})
        case.cache[_CACHE] = found
    _tidy(case, _number(found.path))
    return found


def _tidy(case: Case, number: int) -> None:
    """Destroy all that is not of generation `number`: older ones, and half-made newer ones.

    Of each the key goes first: without it the ring is nothing.
    """
    with disk_refusals("reading the keys", case.ring):
        listed = sorted(case.ring.iterdir())
    for path in listed:
        match = _GENERATION.fullmatch(path.name)
        if path.name.startswith(SCRATCH_PREFIX) or (match and int(match[1]) != number):
            shred(path)


def _newest(case: Case) -> Path | None:
    """Give the newest ring.

    A listing may miss it: an erasing writer put it behind what was listed already, and then
    removed the older one. That there is none is believed when several listings say so.
    """
    for _ in range(_LISTINGS):
        with disk_refusals("reading the keys", case.ring):
            # A copy of a case that has no keys yet may have lost the empty folder.
            listed = list(case.ring.iterdir()) if case.ring.is_dir() else []
            rings = [path for path in listed if _RING.fullmatch(path.name) and path.is_file()]
        if rings:
            return max(rings, key=_number)
    return None


def _number(path: Path) -> int:
    return int(path.name.partition(".")[0])


def _holds_entries(case: Case) -> bool:
    """Whether there are entries that this case took in, whose keys must be in a ring then."""
    with disk_refusals("reading the journal", case.journals):
        found = {path.parent for path in case.journals.glob("*/*.qj") if path.stat().st_size}
    return any(folder.name == case.device or _is_taken(case, folder) for folder in found)


def _is_taken(case: Case, folder: Path) -> bool:
    return case.case_key is not None and is_taken(folder, case.id, case.key_for(PURPOSE))


def _missing(case: Case) -> KeysDamagedError:
    message = "the ring of keys is missing: nothing in the case can be opened."
    return KeysDamagedError(message, where=str(case.ring), next=PUT_BACK)
