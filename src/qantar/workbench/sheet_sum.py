"""What the sheets of a case say together: each later one over those before it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, fields, replace

from qantar.model.accession import CaseSettings
from qantar.model.declared import DeclaredPlace, DeclaredSource, DeclaredTerm
from qantar.workbench.entries import SheetSaid
from qantar.workbench.folded import RedefinedTerm


@dataclass(slots=True)
class SheetSum:
    """What the sheets read so far add up to.

    Later sheets override settings field by field where they say something; the
    latest definition of a source, place or term holds, but a source that was ever
    protected stays so.
    """

    settings: CaseSettings = field(default_factory=CaseSettings)
    sheets: list[str] = field(default_factory=list)
    redefined: list[RedefinedTerm] = field(default_factory=list)
    _sources: dict[str, DeclaredSource] = field(default_factory=dict)
    _places: dict[str, DeclaredPlace] = field(default_factory=dict)
    _vocabulary: dict[tuple[str, str], DeclaredTerm] = field(default_factory=dict)

    def take_title(self, title: str | None) -> None:
        """Use the title that the case was begun with, unless a sheet has said another."""
        self.settings = replace(self.settings, title=self.settings.title or title)

    def take(self, said: SheetSaid) -> None:
        """Add one sheet."""
        self.sheets.append(said.original)
        self.settings = _overridden(self.settings, said.case)
        for source in said.sources:
            before = self._sources.get(source.id)
            # Someone may be in danger: a later sheet that forgets the word must not expose them.
            protected = source.protected or (before is not None and before.protected)
            self._sources[source.id] = replace(source, protected=protected)
        self._places.update((place.id, place) for place in said.places)
        for term in said.vocabulary:
            self._take_term(term, said)

    def sources(self, used: Iterable[str]) -> tuple[DeclaredSource, ...]:
        """Give the sources; those that are used and declared nowhere get a declaration."""
        undeclared = {name: DeclaredSource(id=name, name=name) for name in used}
        return tuple({**self._sources, **undeclared, **self._sources}.values())

    @property
    def places(self) -> tuple[DeclaredPlace, ...]:
        """The declared places."""
        return tuple(self._places.values())

    @property
    def vocabulary(self) -> tuple[DeclaredTerm, ...]:
        """The declared words."""
        return tuple(self._vocabulary.values())

    def _take_term(self, term: DeclaredTerm, said: SheetSaid) -> None:
        name = (term.vocabulary, term.id)
        before = self._vocabulary.get(name, term)
        if replace(before, note=None) != replace(term, note=None):
            self.redefined.append(RedefinedTerm(term=term, original=said.original, name=said.name))
        self._vocabulary[name] = term


def _overridden(before: CaseSettings, after: CaseSettings) -> CaseSettings:
    said = {entry.name: getattr(after, entry.name) for entry in fields(after)}
    return replace(
        before, **{name: value for name, value in said.items() if value not in (None, ())}
    )
