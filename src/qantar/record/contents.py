"""All that a record holds, as frozen values: what a build derives and a dossier is made from."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from qantar.model.accession import Accession, CaseSettings
from qantar.model.claim import Claim
from qantar.model.decision import Decision
from qantar.model.declared import DeclaredSource
from qantar.model.document import Row
from qantar.model.finding import Finding
from qantar.model.name_table import NameForms
from qantar.model.pattern_row import PatternRow
from qantar.model.person_row import PersonRow
from qantar.model.place import Place
from qantar.model.read_document import Begin, End, Sound
from qantar.model.speaker import Speaker
from qantar.record.counts import Counts
from qantar.record.persons import Linkage
from qantar.weighing.events import Happening
from qantar.weighing.figures import Figure
from qantar.weighing.status_histories import StatusStatement


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessionRecord:
    """One taking-in of one original, under the id that the case shows (`a1`, `a2`, …).

    `entry` is the full id of the journal entry that it follows from.
    `in_use` is false when a later accession of the same table replaces its
    reading, or a decision withdrew it. `consent` is the strictest
    stated by any accession of the same original that was not withdrawn.
    """

    id: str
    entry: str
    original: str
    size: int
    accession: Accession
    consent: str
    in_use: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentRecord:
    """One document as read under one accession, with its rows as found."""

    accession: str
    original: str
    reader: str
    media_type: str
    encoding: str | None
    header: tuple[str, ...]
    rows: tuple[Row, ...]
    meta: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TextRecord:
    """A file that is no table, as read under one accession: one document, or several.

    `documents` are their beginnings and ends, in order. `records` gives all that was
    read again, as often as it is asked, and is never held whole.
    """

    accession: str
    original: str
    documents: tuple[tuple[Begin, End], ...]
    records: Callable[[], Iterator[Sound]] = field(compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """Everything, in the order in which it was taken in.

    `names` are what the case adds to the tables by which names are compared.
    `persons` are the rows of lists of people, by accession, and `statuses` what these state;
    `linkage` says who of them is who, None where there are none, or nothing here can tell.
    `patterns` are the rows of tables of patterns, by accession; `counts` what the countings came
    to that the case asks for.

    `own_ids` leads from a claim's id to the one it has within its accession alone; the
    targets of decisions are ids of this record, where it holds what they name.
    """

    settings: CaseSettings
    sources: tuple[DeclaredSource, ...]
    accessions: tuple[AccessionRecord, ...]
    documents: tuple[DocumentRecord, ...]
    texts: tuple[TextRecord, ...] = ()
    claims: tuple[Claim, ...]
    places: tuple[Place, ...]
    speakers: tuple[Speaker, ...]
    findings: tuple[Finding, ...]
    events: tuple[Happening, ...]
    figures: tuple[Figure, ...]
    decisions: tuple[Decision, ...]
    own_ids: Mapping[str, str] = field(default_factory=dict)
    persons: Mapping[str, tuple[PersonRow, ...]] = field(default_factory=dict)
    statuses: tuple[StatusStatement, ...] = ()
    names: tuple[NameForms, ...] = ()
    linkage: Linkage | None = None
    patterns: Mapping[str, tuple[PatternRow, ...]] = field(default_factory=dict)
    counts: tuple[Counts, ...] = ()
