"""A case as its entries tell it: the values that a fold gives."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from typing import NamedTuple

from msgspec import structs

from qantar.archive.erase_keys import Team
from qantar.model.accession import Accession, CaseSettings, Holds
from qantar.model.column import RowChoice
from qantar.model.counting_asked import Counting
from qantar.model.decision import Decision, Dispute
from qantar.model.declared import DeclaredPlace, DeclaredSource, DeclaredTerm
from qantar.model.device import DevicePublic
from qantar.model.history import Fork, History
from qantar.workbench import entries as kinds
from qantar.workbench.judgements import Judged
from qantar.workbench.names import (
    DIGITS,
    accession_id,
    accession_name,
    first_name,
    row_id,
    row_in,
)
from qantar.workbench.roster import Aside
from qantar.workbench.team_entries import EraseAsked


class StoredAs(NamedTuple):
    """What an object holds: the SHA-256 of the bytes, and how many they are."""

    original: str
    size: int


TableKey = tuple[str, str | None, Holds | None, RowChoice | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class FoldedAccession:
    """One taking-in: `id` is what the record calls it, `entry` the full id of its entry.

    `original` is the SHA-256 of the bytes, `object` the hex name they are sealed under.
    """

    id: str
    entry: str
    device: str
    original: str
    object: str
    size: int
    accession: Accession

    @property
    def name(self) -> str:
        """What decisions in the journal call it."""
        return accession_name(self.entry)

    @property
    def table(self) -> TableKey:
        """Which table it is, however often it was taken in."""
        one = self.accession
        return (self.original, one.worksheet, one.holds, one.only)


@dataclass(frozen=True, slots=True, kw_only=True)
class RedefinedTerm:
    """A word of the case that a later sheet, `original` called `name`, defines in another way."""

    term: DeclaredTerm
    original: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FoldedDevice:
    """A device of the case, and how much of its journal is here.

    `name` is None for the founder, `public` where what states it cannot be read.
    `entries` counts those that have a place, `accessions` those of the kind on its
    longest branch, erased ones too; `newest` is the highest seq, `at` the time that its
    entry claims, None where there is none.
    """

    id: str
    name: str | None
    public: DevicePublic | None
    admitted_by: str
    revoked: bool
    entries: int = 0
    accessions: int = 0
    newest: int = 0
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasure:
    """A request to erase, with the devices that have carried it out and those that have not.

    `pending` are members that were not revoked and joined before the request, or may
    have; both are sorted.
    """

    asked: EraseAsked
    answered: tuple[str, ...]
    pending: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SetAside:
    """An entry that is kept and does not count."""

    id: str
    device: str
    seq: int
    kind: str
    reason: Aside


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingEntry:
    """An entry without a place: the ids in `missing` are not here, or what it names waits too."""

    id: str
    device: str
    seq: int
    kind: str
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Folded:
    """A case as its journals tell it.

    `sheets` are the SHA-256 of the sheets taken in, `layers` the case's own map layers,
    both in order; `countings` those that sheets ask for, each by the latest that speaks of it;
    `objects` all that entries say is stored, by hex name. `redefined`
    are the words whose definition a later sheet changed. `decisions` are all ever made,
    by stable names; `standing` those in
    force, `undone` the ids of what no longer holds, `judged` what follows from them
    and `disputes` the subjects on which several opinions stand. `tables` leads from an
    accession of a table that was taken in more than once to the first of that table (digits of
    their entries). `unknown` counts entries of kinds that this version does not know.

    `founder` is None where no entry says who made the case. `let_in` are all devices that anybody
    ever let in, whether that counts or not. `erasures` are the requests
    to erase; `erased` the entries that they name, which count as never said whether
    their bodies are still here or not, and `erased_objects` the names that may not be added
    again, `lasting` the entries that no request erases. `quoting` are entries that no request
    names and that are left out too: who wrote them had not heard of a request, and takes in
    again what it erased, or names it; what else such a decision sets aside stays aside,
    without its reason. Their bodies are not to be destroyed until a request names them.
    `unreadable` are entries whose body is not here for another reason; `set_aside` those that
    do not count, `waiting` those without a place.
    `state` names the set of entries that the record follows from.
    """

    settings: CaseSettings = field(default_factory=CaseSettings)
    sources: tuple[DeclaredSource, ...] = ()
    places: tuple[DeclaredPlace, ...] = ()
    vocabulary: tuple[DeclaredTerm, ...] = ()
    redefined: tuple[RedefinedTerm, ...] = ()
    accessions: tuple[FoldedAccession, ...] = ()
    sheets: tuple[str, ...] = ()
    layers: tuple[kinds.LayerTaken, ...] = ()
    countings: tuple[Counting, ...] = ()
    objects: Mapping[str, StoredAs] = field(default_factory=dict)
    decisions: tuple[Decision, ...] = ()
    standing: tuple[Decision, ...] = ()
    undone: frozenset[str] = frozenset()
    judged: Judged = field(default_factory=Judged)
    disputes: tuple[Dispute, ...] = ()
    tables: Mapping[str, str] = field(default_factory=dict)
    releases: tuple[kinds.ReleaseMade, ...] = ()
    unknown: Mapping[str, int] = field(default_factory=dict)
    founder: str | None = None
    devices: tuple[FoldedDevice, ...] = ()
    let_in: tuple[DevicePublic, ...] = ()
    forks: tuple[Fork, ...] = ()
    erasures: tuple[Erasure, ...] = ()
    erased: frozenset[str] = frozenset()
    erased_objects: frozenset[str] = frozenset()
    lasting: frozenset[str] = frozenset()
    quoting: frozenset[str] = frozenset()
    unreadable: tuple[str, ...] = ()
    set_aside: tuple[SetAside, ...] = ()
    waiting: tuple[WaitingEntry, ...] = ()
    state: str = ""

    @property
    def team(self) -> Team:
        """What an erasure must know of who is in the case."""
        members = (one.public for one in self.devices if one.public)
        listed = chain(self.let_in, members)
        return Team({one.id: bytes.fromhex(one.sign) for one in listed}, self.lasting)

    @property
    def title(self) -> str | None:
        """What the case is called, if anyone said."""
        return self.settings.title

    @property
    def boundaries(self) -> kinds.LayerTaken | None:
        """The case's own GeoJSON: the latest layer."""
        return self.layers[-1] if self.layers else None

    def same_claim(self, name: str) -> str:
        """Give one name to all names of a claim whose table was taken in more than once."""
        return first_name(name, self.tables) if self.tables else name

    def rows_shown(self) -> dict[str, str]:
        """Lead from the names of rows that decisions speak of to what the record calls them.

        Of a table that was taken in more than once, rows go by the accession in use.
        """
        shown: dict[str, str] = {}
        in_use: dict[str, str] | None = None
        for name in (target for one in self.decisions for target in one.targets):
            row = row_in(self.same_claim(name))
            if row is not None:
                in_use = in_use or self._accessions_in_use()
                if row[0] in in_use:
                    shown[self.same_claim(name)] = row_id(in_use[row[0]], row[1])
        return shown

    def _accessions_in_use(self) -> dict[str, str]:
        """Lead from the digits of the first accession of each table to the one that is read."""
        return {
            self.tables.get(one.entry[:DIGITS], one.entry[:DIGITS]): one.id
            for one in self.accessions
            if one.name not in self.judged.set_aside
        }

    def decisions_shown(self, ids: Mapping[str, str]) -> tuple[Decision, ...]:
        """Give all decisions with targets as a record shows them; else the stable name stays."""
        ids = {**ids, **self.rows_shown()}
        names = ((one, map(self.same_claim, one.targets)) for one in self.decisions)
        return tuple(
            structs.replace(one, targets=tuple(ids.get(n, n) for n in of)) for one, of in names
        )

    def next_accession(self, device: str, *, after: int = 0) -> str:
        """What the record will call the device's next accession, `after` more of them."""
        made = next((one.accessions for one in self.devices if one.id == device), 0)
        return accession_id(made + after + 1, device, founder=self.founder)


def tables_of(accessions: Iterable[FoldedAccession]) -> dict[str, str]:
    """Lead from an accession of a table that was taken in before to the first of that table."""
    first: dict[TableKey, str] = {}
    again: dict[str, str] = {}
    for one in accessions:
        digits = one.entry[:DIGITS]
        before = first.setdefault(one.table, digits)
        if before != digits:
            again[digits] = before
    return again


def waiting_in(history: History) -> Iterator[WaitingEntry]:
    """Give the entries without a place, by id."""
    for one in history.waiting:
        entry = one.entry
        yield WaitingEntry(
            id=entry.id, device=entry.device, seq=entry.seq, kind=entry.kind, missing=one.missing
        )
