"""Erasing, as it is done to the disk: first the keys, then what they opened.

What is gone at the end: the keys of the entries and objects, with the ring that held
them; the sealed files of the objects; the sealed bodies in every journal and in the
inbox. What stays: the header of each entry, so that the chain still verifies in full;
and entries about who may write and what was erased, whoever asks for it.
Each step may be done again, and is: a run that was interrupted is begun anew.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from qantar.archive import inbox, ring
from qantar.archive.body import UnsoundBodyError
from qantar.archive.broken import destroy_set_aside
from qantar.archive.case import Case
from qantar.archive.chain import walks
from qantar.archive.disk import disk_refusals, shred
from qantar.archive.frame import Frame, Header, UnsoundEntryError, frames, read_header
from qantar.archive.journal import drop_bodies, torn_tails
from qantar.archive.kept import kept_path
from qantar.archive.lock import writing
from qantar.archive.opening import open_committed
from qantar.archive.originals import original_path

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

    But for those that last.
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
    journals that were set aside, but for entries in them that are nowhere else.

    Args:
        case: the case.
        entries: hex ids; those with the same key as one of them go with it.
        objects: hex names, of originals and of kept publications. One that is the name of
            the key of an entry that is here is none.
        lasting: ids of entries that let devices take part or say what was erased, by who
            counts and in a form that is known. They stay, and what else has the key of one
            loses its body alone; that it is its key is proved by its body.

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
        destroy_set_aside(case, headers.commitments.keys(), names)
    return found


@dataclass(frozen=True, slots=True)
class _Headers:
    """What the headers of all entries here say: which key each has, and whose bodies are here.

    A header can say anything, so it alone keeps no key from being destroyed: `proved` are the
    commitments of lasting entries, and of those that are called objects, that are in a journal
    and whose bodies here are what they commit to under that very key.
    """

    lasting: frozenset[str]
    commitments: dict[str, bytes] = field(default_factory=dict)
    with_body: set[str] = field(default_factory=set)
    proved: set[bytes] = field(default_factory=set)

    @classmethod
    def of(cls, case: Case, lasting: Collection[str], objects: Collection[str] = ()) -> _Headers:
        """Read the journals, and what waits in the inbox."""
        found = cls(frozenset(lasting))
        asked, keys = set(map(bytes.fromhex, objects)), ring.keys(case)
        for walk in walks(case):
            for frame, header in walk.frames():
                commitment = found._take(frame, header)
                if frame.id.hex() in found.lasting or commitment in asked:
                    found._prove(frame, commitment, keys.get(commitment))
        for frame, header in _sound(inbox.waiting(case).frames()):
            found._take(frame, header)
        return found

    def _take(self, frame: Frame, header: Header) -> bytes:
        commitment = bytes.fromhex(header.commitment)
        self.commitments[frame.id.hex()] = commitment
        if frame.body:
            self.with_body.add(frame.id.hex())
        return commitment

    def _prove(self, frame: Frame, commitment: bytes, key: bytes | None) -> None:
        if frame.body and key is not None:
            with suppress(UnsoundBodyError):
                open_committed(frame, key)
                self.proved.add(commitment)

    def keys_of(self, entries: Collection[str]) -> set[bytes]:
        """Give the ids under which the ring has the keys of these entries."""
        return self._keys_of(entries) - self.proved

    def keys_of_objects(self, objects: Collection[str]) -> set[bytes]:
        """Give the ids under which the ring has the keys of these objects."""
        return set(map(bytes.fromhex, objects)) - self.proved

    def with_twins(self, entries: Collection[str]) -> set[str]:
        """Give these entries and those that have the same key."""
        keys = self._keys_of(entries)
        twins = {name for name, commitment in self.commitments.items() if commitment in keys}
        return (twins | set(entries)) - self.lasting

    def _keys_of(self, entries: Collection[str]) -> set[bytes]:
        return {self.commitments[name] for name in entries if name in self.commitments}


def _torn_keys(case: Case, headers: _Headers) -> set[bytes]:
    """Give the keys of entries that were set aside unfinished and are nowhere else."""
    named: set[bytes] = set()
    for path in torn_tails(case):
        with disk_refusals("reading what was set aside", path):
            untrusted = path.read_bytes()
        named.update(bytes.fromhex(header.commitment) for header in _begun(untrusted))
    return named - set(headers.commitments.values())


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


def _header(untrusted: bytes) -> Iterator[Header]:
    try:
        yield read_header(untrusted)
    except UnsoundEntryError:
        return


def _files_of(case: Case, name: str) -> tuple[Path, Path]:
    return original_path(case, name), kept_path(case, name)
