"""Which keys an erasure destroys: the one rule, for whatever lies in the folder of a case.

A key goes with an entry that is named and proves by its body that it has it, and stays with
one that is not named and proves it. Where no body proves it, it goes if an entry that is named
says it; and a key that no entry proves goes with the object that is named.

A header can say anything, and so can what anybody puts into the folder. A body proves a key
if that opens it to what its header commits to, and if a device of the team signed that header:
a copy under a header that a stranger made up neither keeps a key alive nor takes one with it.
Where the entry lies is the same: in a journal, also in one that lost its mark; in the inbox,
among what waits or in a journal that was set aside. So it is with a file: anybody can give one
any name, and it has the key of that name if that opens it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Final, NamedTuple

from qantar.archive import inbox, ring
from qantar.archive.body import UnsoundBodyError
from qantar.archive.broken import set_aside
from qantar.archive.case import Case
from qantar.archive.chain import walks
from qantar.archive.disk import disk_refusals
from qantar.archive.frame import (
    Frame,
    Header,
    UnsoundEntryError,
    cut_by_lengths,
    frames,
    is_signed,
    read_header,
)
from qantar.archive.lanes import planted, public_of, taken_in
from qantar.archive.opening import open_committed
from qantar.archive.originals import list_originals, original_path
from qantar.archive.sealing import is_sealed_for
from qantar.archive.torn import torn_tails
from qantar.archive.verify_entries import read_part, segments_in, sound_headers
from qantar.errors import JournalBrokenError
from qantar.model.canonical import JSON

_NAME: Final = re.compile("[0-9a-f]{64}")

Listed = Iterator[tuple[Frame, Header]]


class Team(NamedTuple):
    """What an erasure must know of a team.

    `signers` leads from the id of each device that was ever let in, whether that still counts
    or not, to its Ed25519 key (32 bytes). `lasting` are ids of entries that let devices take
    part or say what was erased, by who counts and in a form that is known: none of them is
    erased, whoever asks for it.
    """

    signers: Mapping[str, bytes]
    lasting: Collection[str] = ()


@dataclass(slots=True)
class EntryKeys:
    """The entries that lie here, wherever: what key each says to have, and which prove it.

    `said` leads from ids to keys' ids, `kept` are those of journals and of what waits, `bodies`
    those with a body there, `aside` those with one in a journal that was set aside. `proved` are
    known of those alone of whose keys there is a doubt: several say to have it, or it has the
    name of a file. `stored` are the names of the files that are here and that the key of their
    name opens, of those that an entry or an unfinished write says; `torn` the keys of writes
    that were never finished.
    """

    lasting: Collection[str]
    said: dict[str, bytes] = field(default_factory=dict)
    kept: set[str] = field(default_factory=set)
    bodies: set[str] = field(default_factory=set)
    aside: set[str] = field(default_factory=set)
    proved: set[str] = field(default_factory=set)
    stored: frozenset[bytes] = frozenset()
    torn: frozenset[bytes] = frozenset()

    @classmethod
    def of(cls, case: Case, team: Team, objects: Collection[str] = ()) -> EntryKeys:
        """Look through the folder.

        Args:
            case: the case.
            team: who is in it.
            objects: hex names of objects that are to be erased.

        Raises:
            JournalBrokenError, KeysDamagedError, SealedAwayError, DiskError: as reading says.
        """
        found = cls(frozenset(team.lasting), torn=frozenset(_torn(case)))
        for frame, header in _that_count(case):
            found._say(frame, header, found.bodies)
            found.kept.add(frame.id.hex())
        for frame, header in _set_aside(case):
            found._say(frame, header, found.aside)
        for frame, header in _passed_over(case):
            found._say(frame, header, set())
        count = Counter(found.said.values())
        found.stored = _opened_here(case, found.torn.union(count))
        doubtful = {name for name, many in count.items() if many > 1}
        doubtful |= count.keys() & found.stored.union(map(bytes.fromhex, objects))
        if doubtful:
            found._prove(case, _with_those_here(case, team), doubtful)
        return found

    def _say(self, frame: Frame, header: Header, bodies: set[str]) -> None:
        self.said[frame.id.hex()] = bytes.fromhex(header.commitment)
        if frame.body:
            bodies.add(frame.id.hex())

    def _prove(self, case: Case, team: Team, doubtful: Collection[bytes]) -> None:
        keys = ring.keys(case)
        journals = ((f, h) for f, h in _journals(case) if h.device in team.signers)
        signed = (one for one in _beside(case) if _is_of(team, *one))
        for frame, header in chain(journals, signed):
            name = bytes.fromhex(header.commitment)
            if frame.body and name in doubtful and name in keys:
                with suppress(UnsoundBodyError):
                    open_committed(frame, keys[name])
                    self.proved.add(frame.id.hex())

    def with_twins(self, entries: Collection[str]) -> set[str]:
        """Give these entries and all that say to have a key which one of them proves to have.

        But for those that last.
        """
        keys = self._keys_of(self.proved.intersection(entries))
        twins = {name for name, key in self.said.items() if key in keys} if keys else set()
        return (twins | set(entries)) - set(self.lasting)

    def that_go(self, entries: Collection[str], objects: Collection[str]) -> set[bytes]:
        """Give the ids of the keys that go with these entries and objects: the rule.

        Args:
            entries: with their twins.
            objects: hex names.
        """
        proved = self._keys_of(self.proved.intersection(entries))
        said = self._keys_of(entries) - self.stored
        named = {bytes.fromhex(name) for name in objects}
        return (proved | said | named) - self._keys_of(self.proved.difference(entries))

    def unfinished(self) -> set[bytes]:
        """Give the ids of keys of unfinished writes that nothing else here says to have."""
        return set(self.torn.difference(self.said.values(), self.stored))

    def _keys_of(self, entries: Collection[str]) -> set[bytes]:
        return {self.said[name] for name in entries if name in self.said}


def _journals(case: Case) -> Listed:
    return chain.from_iterable(walk.frames() for walk in walks(case))


def _that_wait(case: Case) -> Listed:
    return sound_headers(inbox.waiting(case).frames())


def _that_count(case: Case) -> Listed:
    return chain(_journals(case), _that_wait(case))


def _set_aside(case: Case) -> Listed:
    """Give the entries of journals that were set aside, also where nothing tells who signed."""
    return sound_headers(frame for _, frame in set_aside(case, unsure=True))


def _passed_over(case: Case) -> Listed:
    """Give the entries of journals that count for nothing here as they stand.

    One that lost its mark and more is among them, until a bundle brings it whole; then nothing
    here need tell who signed it.
    """
    paths = (path for folder in planted(case) for path in segments_in(folder))
    return sound_headers(frame for path in paths for frame in cut_by_lengths(read_part(path)))


def _with_those_here(case: Case, team: Team) -> Team:
    """Add this device, and those whose journals it took in.

    What lets them in may be unreadable here, or not count any more.
    """
    publics = [] if case.own is None else [case.own.public]
    for lane in taken_in(case):
        with suppress(JournalBrokenError):
            publics.append(public_of(case, lane))
    here = {one.id: bytes.fromhex(one.sign) for one in publics}
    return team._replace(signers={**team.signers, **here})


def read_beside(case: Case, entries: Collection[str]) -> dict[str, tuple[str, Mapping[str, JSON]]]:
    """Read those of these entries (hex ids) that lie beside the journals that count.

    Returns:
        Kind and body by id, where the body is there and its key here.

    Raises:
        JournalBrokenError, KeysDamagedError, SealedAwayError, DiskError: as reading says.
    """
    found: dict[str, tuple[str, Mapping[str, JSON]]] = {}
    keys = ring.keys(case) if entries else {}
    for frame, header in _beside(case) if entries else ():
        key = keys.get(bytes.fromhex(header.commitment))
        if frame.id.hex() in entries and frame.body and key is not None:
            with suppress(UnsoundBodyError):
                found[frame.id.hex()] = header.kind, open_committed(frame, key)
    return found


def _beside(case: Case) -> Listed:
    return chain(_that_wait(case), _set_aside(case), _passed_over(case))


def _is_of(team: Team, frame: Frame, header: Header) -> bool:
    key = team.signers.get(header.device)
    return key is not None and is_signed(frame, key)


def _torn(case: Case) -> Iterator[bytes]:
    """Give the keys of writes that were set aside unfinished.

    Anybody can put such a file there, and name in it whatever has a name.
    """
    for path in torn_tails(case):
        with disk_refusals("reading what was set aside", path):
            untrusted = path.read_bytes()
        for header in _begun(untrusted):
            with suppress(UnsoundEntryError):
                yield bytes.fromhex(read_header(header).commitment)


def _begun(untrusted: bytes) -> Iterator[bytes]:
    """Give the headers of frames of which the last may be unfinished."""
    end = 0
    for frame in frames(untrusted):
        end = frame.end
        yield frame.header
    length = int.from_bytes(untrusted[end : end + 4], "big")
    yield untrusted[end + 4 : end + 4 + length]


def _opened_here(case: Case, names: Collection[bytes]) -> frozenset[bytes]:
    """Give those of these names whose key opens the file that is stored here under it."""
    keys = ring.keys(case)
    listed = ((bytes.fromhex(path.name), path) for path in _stored_here(case))
    wanted = ((name, path) for name, path in listed if name in names and name in keys)
    return frozenset(name for name, path in wanted if _is_opened(path, keys[name]))


def _is_opened(path: Path, key: bytes) -> bool:
    with disk_refusals("reading what is stored", path):
        if not path.is_file():
            return False
        with path.open("rb") as file:
            return is_sealed_for(file, key)


def _stored_here(case: Case) -> Iterator[Path]:
    """Give the paths of the files that are stored here: their names are those of their keys."""
    with disk_refusals("listing what is stored", case.releases):
        kept = list(case.releases.iterdir()) if case.releases.is_dir() else []
    yield from (original_path(case, name) for name in list_originals(case))
    yield from (path for path in kept if _NAME.fullmatch(path.name))
