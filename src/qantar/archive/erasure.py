"""Erasing, as it is done to the disk: first the keys, then what they opened.

What is gone at the end: the keys of the entries and objects, with the ring that held
them; the sealed files of the objects; the sealed bodies in every journal and in the
inbox. What stays: the header of each entry, so that the chain still verifies in full;
and entries about who may write and what was erased, whoever asks for it.
Each step may be done again, and is: a run that was interrupted is begun anew.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Final

from qantar.archive import inbox, ring
from qantar.archive.body import UnsoundBodyError
from qantar.archive.broken import destroy_set_aside, nowhere_else
from qantar.archive.case import Case
from qantar.archive.chain import walks
from qantar.archive.disk import disk_refusals, shred
from qantar.archive.frame import (
    Frame,
    Header,
    UnsoundEntryError,
    cut_by_lengths,
    frames,
    is_signed,
    read_header,
)
from qantar.archive.journal import drop_bodies, torn_tails
from qantar.archive.kept import kept_path
from qantar.archive.lanes import lanes, planted, public_of
from qantar.archive.lock import writing
from qantar.archive.opening import open_committed
from qantar.archive.originals import list_originals, original_path
from qantar.archive.verify_entries import read_part, segments_in

_NAME: Final = re.compile("[0-9a-f]{64}")

LASTING_KINDS: Final = frozenset(
    {"case.init", "device.admit", "device.revoke", "erase", "erase.done"}
)
"""Entries of these kinds are never erased: a case without them knows nobody of its team."""


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
    case: Case,
    *,
    entries: Collection[str],
    objects: Collection[str],
    lasting: Collection[str] = (),
) -> Remains:
    """Look for what `destroy` would destroy; writes nothing.

    Args:
        case: the case.
        entries: hex ids.
        objects: hex names.
        lasting: as for `destroy`.

    Raises:
        JournalBrokenError, KeysDamagedError, SealedAwayError, DiskError: as reading the
            journal says.
    """
    return _remains(case, _Headers.of(case, lasting, objects), entries, objects)


def _remains(
    case: Case, headers: _Headers, entries: Collection[str], objects: Collection[str]
) -> Remains:
    ids = headers.with_twins(entries)
    wanted = headers.keys_of(ids) | headers.keys_of_objects(objects)
    waiting = sum(one.name.hex() in objects for one in inbox.pending(case))
    return Remains(
        keys=len(wanted & ring.keys(case).keys()),
        files=waiting + sum(path.exists() for name in objects for path in _files_of(case, name)),
        bodies=len(ids & headers.with_body),
    )


def with_twins(
    case: Case, entries: Collection[str], *, lasting: Collection[str] = ()
) -> frozenset[str]:
    """Give these entries, and all that were given the same key: the same body, said again.

    But for those that last. An entry that only says so in its header, its body not being here or
    being another, takes nothing of others with it.
    """
    return frozenset(_Headers.of(case, lasting).with_twins(entries))


def destroy(
    case: Case,
    *,
    entries: Collection[str],
    objects: Collection[str],
    lasting: Collection[str] = (),
) -> Remains:
    """Destroy keys, sealed files and sealed bodies, for good. Takes the case's lock.

    Unfinished writes that were set aside go too, with the keys of what was in them:
    nobody was told that they are kept, and one may hold what is erased. So do damaged
    journals that were set aside, but for entries and bodies that are nowhere else.

    Args:
        case: the case.
        entries: hex ids; those with the same key as one of them go with it (`with_twins`).
        objects: hex names, of originals and of kept publications. One that is the name of
            the key of an entry that is here is none.
        lasting: ids of entries that let devices take part or say what was erased, by who
            counts and in a form that is known. They stay, and what else has the key of one
            loses its body alone. So does what says to have the key of any entry that stays
            and whose body proves that it is its key.

    Returns:
        What there was.

    Raises:
        JournalBrokenError, KeysDamagedError: nothing was destroyed.
        SealedAwayError: this device keeps no keys that it could destroy.
        CaseLockedError: someone else is writing.
        DiskError: the disk refuses; run again, it goes on.
    """
    with writing(case):
        headers = _Headers.of(case, lasting, objects)
        found = _remains(case, headers, entries, objects)
        ids = headers.with_twins(entries)
        names = headers.keys_of(ids) | _torn_keys(case, headers)
        ring.forget(case, names | headers.keys_of_objects(objects))
        for path in (path for name in sorted(objects) for path in _files_of(case, name)):
            shred(path)
        inbox.forget(case, objects=objects, entries=ids)
        drop_bodies(case, ids)
        for path in torn_tails(case):
            shred(path)
        destroy_set_aside(case, headers.commitments, headers.with_body | ids, names)
    return found


@dataclass(frozen=True, slots=True)
class _Headers:
    """What the headers of all entries here say: which key each has, and whose bodies are here.

    A header can say anything: it alone neither keeps a key from being destroyed nor has the
    key of another entry destroyed. `proved` are those, of several that say the same key and
    of those that say that of an object, whose bodies here are what they commit to under that
    very key. What waits in the inbox proves it if a device signed it that has a journal here:
    anybody can put a copy there under a header of their own. What only says to have the key of
    a file which is `stored` here has none.
    Whether their journal bears its mark does not matter: anybody can take that away.
    """

    lasting: frozenset[str]
    commitments: dict[str, bytes] = field(default_factory=dict)
    with_body: set[str] = field(default_factory=set)
    proved: set[str] = field(default_factory=set)
    stored: frozenset[bytes] = frozenset()

    @classmethod
    def of(cls, case: Case, lasting: Collection[str], objects: Collection[str] = ()) -> _Headers:
        """Read the journals, and what waits in the inbox."""
        found = cls(frozenset(lasting), stored=frozenset(_stored_here(case)))
        for walk in walks(case):
            for frame, header in walk.frames():
                found._take(frame, header)
        for frame, header in _sound(inbox.waiting(case).frames()):
            found._take(frame, header)
        said = Counter(found.commitments.values())
        doubtful = {name for name, count in said.items() if count > 1}
        doubtful |= said.keys() & found.stored.union(map(bytes.fromhex, objects))
        if doubtful:
            found._prove(case, doubtful)
        return found

    def _take(self, frame: Frame, header: Header) -> None:
        self.commitments[frame.id.hex()] = bytes.fromhex(header.commitment)
        if frame.body:
            self.with_body.add(frame.id.hex())

    def _prove(self, case: Case, doubtful: Collection[bytes]) -> None:
        keys = ring.keys(case)
        here = chain.from_iterable(walk.frames() for walk in walks(case))
        for frame, header in chain(here, _signed_in_inbox(case)):
            name = bytes.fromhex(header.commitment)
            if frame.body and name in doubtful and name in keys:
                with suppress(UnsoundBodyError):
                    open_committed(frame, keys[name])
                    self.proved.add(frame.id.hex())

    def keys_of(self, entries: Collection[str]) -> set[bytes]:
        """Give the ids under which the ring has the keys of these entries, and of no others."""
        own = self._keys_of(self.proved.intersection(entries))
        said = self._keys_of(entries) - self.stored
        return (own | said) - self._keys_of(self.proved.difference(entries))

    def keys_of_objects(self, objects: Collection[str]) -> set[bytes]:
        """Give the ids under which the ring has the keys of these objects."""
        return set(map(bytes.fromhex, objects)) - self._keys_of(self.proved)

    def with_twins(self, entries: Collection[str]) -> set[str]:
        """Give these entries and those that have the same key as one that is proved to have it."""
        keys = self._keys_of(self.proved.intersection(entries))
        twins = {name for name, commitment in self.commitments.items() if commitment in keys}
        return (twins | set(entries)) - self.lasting

    def _keys_of(self, entries: Collection[str]) -> set[bytes]:
        return {self.commitments[name] for name in entries if name in self.commitments}


def _torn_keys(case: Case, headers: _Headers) -> set[bytes]:
    """Give the keys of entries that were set aside unfinished and are nowhere else.

    Anybody can put such a file there, and name in it whatever has a name: what is that of a
    file that is stored is not the key of an entry.
    """
    named: set[bytes] = set()
    for path in torn_tails(case):
        with disk_refusals("reading what was set aside", path):
            untrusted = path.read_bytes()
        named.update(bytes.fromhex(header.commitment) for header in _begun(untrusted))
    alone = nowhere_else(case, headers.commitments.keys(), unsure=True) if named else {}
    aside = (header for some in alone.values() for _, header in _sound(some))
    stay = {bytes.fromhex(header.commitment) for header in aside}
    left = named - stay - headers.stored.union(headers.commitments.values())
    return left - set(_passed_over(case)) if left else left


def _passed_over(case: Case) -> Iterator[bytes]:
    """Give the keys of bodies in journals that count for nothing here as they stand.

    One that lost its mark and more is among them, until a bundle brings it whole.
    """
    keys = ring.keys(case)
    for path in (path for folder in planted(case) for path in segments_in(folder)):
        for frame, header in _sound(cut_by_lengths(read_part(path))):
            name = bytes.fromhex(header.commitment)
            if frame.body and name in keys:
                with suppress(UnsoundBodyError):
                    open_committed(frame, keys[name])
                    yield name


def _begun(untrusted: bytes) -> Iterator[Header]:
    """Give the headers of frames of which the last may be unfinished."""
    end = 0
    for frame in frames(untrusted):
        end = frame.end
        yield from _header(frame.header)
    length = int.from_bytes(untrusted[end : end + 4], "big")
    yield from _header(untrusted[end + 4 : end + 4 + length])


def _sound(listed: Iterable[Frame]) -> Iterator[tuple[Frame, Header]]:
    for frame in listed:
        for header in _header(frame.header):
            yield frame, header


def _signed_in_inbox(case: Case) -> Iterator[tuple[Frame, Header]]:
    signs = {lane.device: bytes.fromhex(public_of(case, lane).sign) for lane in lanes(case)}
    for frame, header in _sound(inbox.waiting(case).frames()):
        if header.device in signs and is_signed(frame, signs[header.device]):
            yield frame, header


def _header(untrusted: bytes) -> Iterator[Header]:
    with suppress(UnsoundEntryError):
        yield read_header(untrusted)


def _stored_here(case: Case) -> Iterator[bytes]:
    """Give the names of the files that are stored here."""
    with disk_refusals("listing what is stored", case.releases):
        kept = list(case.releases.iterdir()) if case.releases.is_dir() else []
    yield from map(bytes.fromhex, list_originals(case))
    yield from (bytes.fromhex(path.name) for path in kept if _NAME.fullmatch(path.name))


def _files_of(case: Case, name: str) -> tuple[Path, Path]:
    return original_path(case, name), kept_path(case, name)
