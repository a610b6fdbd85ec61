"""An edition: all that one dossier is made from, already limited to what may be published.

Whatever is not in an edition cannot reach a page: pages see nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from qantar.dossier.counts import ShownCounts
from qantar.dossier.documents import ShownDocument, all_documents
from qantar.dossier.people import ShownPeople
from qantar.model.accession import CaseSettings
from qantar.model.claim import Claim
from qantar.model.declared import DeclaredSource
from qantar.model.finding import Finding
from qantar.model.place import Gazetteer, Place
from qantar.model.speaker import Speaker
from qantar.model.vocabulary import Vocabulary, load
from qantar.record.contents import AccessionRecord, DocumentRecord, TextRecord
from qantar.weighing.demands import Demand, demands
from qantar.weighing.events import Happening
from qantar.weighing.figures import Figure
from qantar.weighing.framings import Framed, framings
from qantar.weighing.outages import Region, Window, regions, windows


@dataclass(frozen=True, slots=True, kw_only=True)
class Withheld:
    """What is left out because nobody declared it public, in counts only.

    `hidden` are claims from rows that a published workbook hides. `tables_in_part` are
    published files of which rows, columns, worksheets or members stay in the case.
    `people` counts the rows of published lists of people, by accession: until a release
    policy says otherwise, none of them leaves.
    """

    accessions: int = 0
    originals: int = 0
    claims: int = 0
    hidden: int = 0
    tables_in_part: int = 0
    people: Mapping[str, int] = field(default_factory=dict)

    @property
    def person_rows(self) -> int:
        """The rows of all lists of people together."""
        return sum(self.people.values())


@dataclass(frozen=True, kw_only=True)
class Edition:
    """One edition of one case.

    `as_of` limits it to what had been said by the end of that day; then `later`
    counts the claims said afterwards and `undated` those without a date.
    `made_on` is the day of publication. `zone` is the case's.
    """

    title: str
    settings: CaseSettings
    zone: str
    language: str
    made_on: date
    software: str
    as_of: date | None = None
    later: int = 0
    undated: int = 0
    withheld: Withheld = field(default_factory=Withheld)
    sources: tuple[DeclaredSource, ...] = ()
    accessions: tuple[AccessionRecord, ...] = ()
    documents: tuple[DocumentRecord, ...] = ()
    texts: tuple[TextRecord, ...] = ()
    claims: tuple[Claim, ...] = ()
    places: tuple[Place, ...] = ()
    speakers: tuple[Speaker, ...] = ()
    findings: tuple[Finding, ...] = ()
    people: ShownPeople | None = None
    counts: ShownCounts = field(default_factory=ShownCounts)
    events: tuple[Happening, ...] = ()
    figures: tuple[Figure, ...] = ()
    vocabularies: Mapping[str, Vocabulary] = field(default_factory=dict)
    boundaries: str | None = None

    @cached_property
    def by_id(self) -> dict[str, Claim]:
        """The claims by id."""
        return {claim.id: claim for claim in self.claims}

    @cached_property
    def shown_texts(self) -> tuple[ShownDocument, ...]:
        """The documents of text that say something, as they are shown."""
        return tuple(one for one in self._documents if one.passages)

    @cached_property
    def files_in_part(self) -> int:
        """How many published files are shown without something that stands in them."""
        texts = {one.accession for one in self._documents if one.in_part}
        return self.withheld.tables_in_part + len(texts)

    @cached_property
    def _documents(self) -> tuple[ShownDocument, ...]:
        return tuple(one for text in self.texts for one in all_documents(text))

    @cached_property
    def gazetteer(self) -> Gazetteer:
        """The places, found by any recorded form."""
        return Gazetteer.of(self.places)

    @cached_property
    def demands(self) -> tuple[Demand, ...]:
        """The demands with their answers."""
        return demands(self.claims)

    @cached_property
    def framings(self) -> tuple[Framed, ...]:
        """The framings in the order said."""
        return framings(self.claims)

    @cached_property
    def windows(self) -> tuple[Window, ...]:
        """The outages in order of start."""
        return windows(self.claims)

    @cached_property
    def regions(self) -> tuple[Region, ...]:
        """The outages by region."""
        return regions(self.windows)

    def label(self, vocabulary: str, word: str | None) -> str:
        """The reader's word for a vocabulary word, in the edition's language."""
        if not word:
            return ""
        words = self.vocabularies.get(vocabulary) or load(vocabulary)
        term = words.terms.get(word)
        return term.labels.get(self.language, term.labels["en"]) if term else word
