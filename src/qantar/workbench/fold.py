"""The fold: all that the journal says of a case, as it stands after its newest entry.

Pure and versioned: the same entries give the same result on every machine. A
change of what a fold makes of the same entries needs a new `FOLD_VERSION` and a
page in `docs/design/`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Final

from qantar.model.accession import (
    Accession,
    CaseSettings,
    DeclaredPlace,
    DeclaredSource,
    DeclaredTerm,
)
from qantar.model.decision import Decision
from qantar.model.entry import Entry
from qantar.workbench import entries as kinds

FOLD_VERSION: Final = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class FoldedAccession:
    """One taking-in: `id` is `a1`, `a2`, … in the order of the journal, `seq` its entry there."""

    id: str
    original: str
    size: int
    accession: Accession
    seq: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RedefinedTerm:
    """A word of the case that a later sheet, `original` called `name`, defines in another way."""

    term: DeclaredTerm
    original: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Folded:
    """A case as its journal tells it.

    `sheets` and `layers` are the SHA-256 of the sheets and of the case's own map
    layers taken in, in order. `redefined` are the words whose definition a later
    sheet changed. `decisions` are all ever made; `standing` in
    `model/decision.py` gives those in force. `unknown` counts entries of kinds that
    this version does not know. `seq` and `head` name the newest entry that the
    record follows from (0 and "" before the first): a release changes nothing in it.
    """

    settings: CaseSettings = field(default_factory=CaseSettings)
    sources: tuple[DeclaredSource, ...] = ()
    places: tuple[DeclaredPlace, ...] = ()
    vocabulary: tuple[DeclaredTerm, ...] = ()
    redefined: tuple[RedefinedTerm, ...] = ()
    accessions: tuple[FoldedAccession, ...] = ()
    sheets: tuple[str, ...] = ()
    layers: tuple[str, ...] = ()
    decisions: tuple[Decision, ...] = ()
    releases: tuple[kinds.ReleaseMade, ...] = ()
    unknown: Mapping[str, int] = field(default_factory=dict)
    seq: int = 0
    head: str = ""

    @property
    def title(self) -> str | None:
        """What the case is called, if anyone said."""
        return self.settings.title

    @property
    def boundaries(self) -> str | None:
        """SHA-256 of the case's own GeoJSON: the latest layer."""
        return self.layers[-1] if self.layers else None


@dataclass(slots=True)
class _Sum:
    """What the entries read so far add up to."""

    settings: CaseSettings = field(default_factory=CaseSettings)
    sources: dict[str, DeclaredSource] = field(default_factory=dict)
    places: dict[str, DeclaredPlace] = field(default_factory=dict)
    vocabulary: dict[tuple[str, str], DeclaredTerm] = field(default_factory=dict)
    redefined: list[RedefinedTerm] = field(default_factory=list)
    accessions: list[FoldedAccession] = field(default_factory=list)
    sheets: list[str] = field(default_factory=list)
    layers: list[str] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)
    releases: list[kinds.ReleaseMade] = field(default_factory=list)
    unknown: dict[str, int] = field(default_factory=dict)
    seq: int = 0
    head: str = ""

    def take(self, entry: Entry) -> None:
        """Add one entry."""
        if entry.kind == kinds.RELEASE:
            self.releases.append(kinds.release_of(entry))
            return
        self.seq, self.head = entry.seq, entry.id
        match entry.kind:
            case kinds.CASE_INIT:
                self.settings = replace(self.settings, title=kinds.title_of(entry))
            case kinds.SHEET:
                self._take_sheet(kinds.sheet_of(entry))
            case kinds.BOUNDARIES:
                self.layers.append(kinds.boundaries_of(entry))
            case kinds.ACCESSION:
                self._take_accession(entry)
            case kinds.DECISION:
                self.decisions.append(kinds.decision_of(entry))
            case _:
                self.unknown[entry.kind] = self.unknown.get(entry.kind, 0) + 1

    def _take_sheet(self, said: kinds.SheetSaid) -> None:
        self.sheets.append(said.original)
        self.settings = _overridden(self.settings, said.case)
        for source in said.sources:
            before = self.sources.get(source.id)
            # Someone may be in danger: a later sheet that forgets the word must not expose them.
            protected = source.protected or (before is not None and before.protected)
            self.sources[source.id] = replace(source, protected=protected)
        self.places.update((place.id, place) for place in said.places)
        for term in said.vocabulary:
            self._take_term(term, said)

    def _take_term(self, term: DeclaredTerm, said: kinds.SheetSaid) -> None:
        name = (term.vocabulary, term.id)
        before = self.vocabulary.get(name, term)
        if replace(before, note=None) != replace(term, note=None):
            self.redefined.append(RedefinedTerm(term=term, original=said.original, name=said.name))
        self.vocabulary[name] = term

    def _take_accession(self, entry: Entry) -> None:
        made = kinds.accession_of(entry)
        self.accessions.append(
            FoldedAccession(
                id=f"a{len(self.accessions) + 1}",
                original=made.original,
                size=made.size,
                accession=made.accession,
                seq=entry.seq,
            )
        )

    def total(self) -> Folded:
        """Close the sum: sources that are used and declared nowhere get a declaration."""
        for one in self.accessions:
            name = one.accession.source
            self.sources.setdefault(name, DeclaredSource(id=name, name=name))
        return Folded(
            settings=self.settings,
            sources=tuple(self.sources.values()),
            places=tuple(self.places.values()),
            vocabulary=tuple(self.vocabulary.values()),
            redefined=tuple(self.redefined),
            accessions=tuple(self.accessions),
            sheets=tuple(self.sheets),
            layers=tuple(self.layers),
            decisions=tuple(self.decisions),
            releases=tuple(self.releases),
            unknown=self.unknown,
            seq=self.seq,
            head=self.head,
        )


def fold(entries: Iterable[Entry]) -> Folded:
    """Fold a journal, from its first entry.

    Later sheets override settings field by field where they say something; the
    latest definition of a source, place or term holds, but a source that was
    ever protected stays so.

    Raises:
        NewerFormatError: an entry of a known kind has a form this version does not know.
    """
    running = _Sum()
    for entry in entries:
        running.take(entry)
    return running.total()


def _overridden(before: CaseSettings, after: CaseSettings) -> CaseSettings:
    said = {entry.name: getattr(after, entry.name) for entry in fields(after)}
    return replace(
        before, **{name: value for name, value in said.items() if value not in (None, ())}
    )
