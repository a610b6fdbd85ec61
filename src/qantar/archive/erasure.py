"""Erasing, as it is done to the disk: first the keys, then what they opened.

What is gone at the end: the keys of the entries and objects, with the ring that held
them; the sealed files of the objects; the sealed bodies in every journal and in the
inbox. What stays: the header of each entry, so that the chain still verifies in full;
and entries about who may write and what was erased, whoever asks for it. Which keys go
is said in one place (`erase_keys.py`).
Each step may be done again, and is: a run that was interrupted is begun anew.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

from qantar.archive import inbox, ring
from qantar.archive.broken import destroy_set_aside
from qantar.archive.case import Case
from qantar.archive.disk import shred
from qantar.archive.erase_keys import EntryKeys, Team
from qantar.archive.journal import drop_bodies, torn_tails
from qantar.archive.kept import kept_path
from qantar.archive.lock import writing
from qantar.archive.originals import original_path

LASTING_KINDS: Final = frozenset(
    {"case.init", "device.admit", "device.revoke", "erase", "erase.done"}
)
"""Entries of these kinds are never erased: a case without them knows nobody of its team."""


class Named(NamedTuple):
    """What a request names: hex ids of entries, hex names of objects."""

    entries: Collection[str]
    objects: Collection[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Remains:
    """What of entries and objects is here: how many keys, sealed files, and bodies."""

    keys: int
    files: int
    bodies: int

    def __bool__(self) -> bool:
        """Whether anything is."""
        return bool(self.keys or self.files or self.bodies)


def remains(
    case: Case, *, entries: Collection[str], objects: Collection[str], team: Team
) -> Remains:
    """Look for what `destroy` would destroy; writes nothing.

    Args:
        case: the case.
        entries: hex ids.
        objects: hex names.
        team: who is in it, and what lasts.

    Raises:
        JournalBrokenError, KeysDamagedError, SealedAwayError, DiskError: as reading the
            journal says.
    """
    (found,) = remains_of_each(case, [Named(entries, objects)], team=team)
    return found


def remains_of_each(case: Case, listed: Sequence[Named], *, team: Team) -> list[Remains]:
    """Look for what of each is here, as `remains`; the journals are read once for all of them.

    Raises:
        As `remains`.
    """
    here = EntryKeys.of(case, team, {name for one in listed for name in one.objects})
    pending = [one.name.hex() for one in inbox.pending(case)]
    return [_remains(case, here, pending, one) for one in listed]


def _remains(case: Case, here: EntryKeys, pending: Iterable[str], named: Named) -> Remains:
    entries, objects = named
    ids = here.with_twins(entries)
    waiting = sum(name in objects for name in pending)
    return Remains(
        keys=len(here.that_go(ids, objects) & ring.keys(case).keys()),
        files=waiting + sum(path.exists() for name in objects for path in _files_of(case, name)),
        bodies=len(ids & (here.bodies | here.aside)),
    )


def twins_of_each(
    case: Case, listed: Iterable[Collection[str]], *, team: Team
) -> list[frozenset[str]]:
    """Give of each what `with_twins` gives; the journals are read once for all of them."""
    here = EntryKeys.of(case, team)
    return [frozenset(here.with_twins(entries)) for entries in listed]


def with_twins(case: Case, entries: Collection[str], *, team: Team) -> frozenset[str]:
    """Give these entries, and all that were given the same key: the same body, said again.

    But for those that last. An entry that only says so in its header, its body not being here or
    being another, takes nothing of others with it.
    """
    (found,) = twins_of_each(case, [entries], team=team)
    return found


def destroy(
    case: Case, *, entries: Collection[str], objects: Collection[str], team: Team
) -> Remains:
    """Destroy keys, sealed files and sealed bodies, for good. Takes the case's lock.

    Unfinished writes that were set aside go too, with the keys of what was in them:
    nobody was told that they are kept, and one may hold what is erased. So do damaged
    journals that were set aside, but for entries and bodies that are nowhere else.

    Args:
        case: the case.
        entries: hex ids; those with the same key as one of them go with it (`with_twins`).
        objects: hex names, of originals and of kept publications.
        team: who is in it, and what lasts.

    Returns:
        What there was.

    Raises:
        JournalBrokenError, KeysDamagedError: nothing was destroyed.
        SealedAwayError: this device keeps no keys that it could destroy.
        CaseLockedError: someone else is writing.
        DiskError: the disk refuses; run again, it goes on.
    """
    with writing(case):
        here = EntryKeys.of(case, team, objects)
        pending = [one.name.hex() for one in inbox.pending(case)]
        found = _remains(case, here, pending, Named(entries, objects))
        ids = here.with_twins(entries)
        gone = here.that_go(ids, objects)
        ring.forget(case, gone | here.unfinished())
        for path in (path for name in sorted(objects) for path in _files_of(case, name)):
            shred(path)
        inbox.forget(case, objects=objects, entries=ids)
        drop_bodies(case, ids)
        for path in torn_tails(case):
            shred(path)
        known = {name: here.said[name] for name in here.kept}
        destroy_set_aside(case, known, whole=here.bodies, entries=ids, keys=gone)
    return found


def files_here(case: Case, objects: Collection[str]) -> frozenset[str]:
    """Give those of these names (hex) under which a file lies here, or waits in the inbox.

    Raises:
        SealedAwayError, DiskError: as reading the inbox says.
    """
    waiting = {one.name.hex() for one in inbox.pending(case)}
    stored = {name for name in objects if any(path.exists() for path in _files_of(case, name))}
    return frozenset(stored | waiting.intersection(objects))


def _files_of(case: Case, name: str) -> tuple[Path, Path]:
    return original_path(case, name), kept_path(case, name)
