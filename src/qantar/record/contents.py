"""All that a record holds, as frozen values: what a build derives and a dossier is made from."""

from __future__ import annotations

from dataclasses import dataclass

from qantar.model.accession import Accession, CaseSettings, DeclaredSource
from qantar.model.claim import Claim
from qantar.model.decision import Decision
from qantar.model.document import Row
from qantar.model.finding import Finding
from qantar.model.place import Place
from qantar.model.speaker import Speaker
from qantar.weighing.events import Happening
from qantar.weighing.figures import Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessionRecord:
    """One taking-in of one original, under the case's own id (`a1`, `a2`, … in journal order).

    `in_use` is false when a later accession of the same table replaces its
    reading, or a decision withdrew it. `consent` is the strictest
    stated by any accession of the same original that was not withdrawn.
    """

    id: str
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
class Contents:
    """Everything, in the order in which it was taken in."""

    settings: CaseSettings
    sources: tuple[DeclaredSource, ...]
    accessions: tuple[AccessionRecord, ...]
    documents: tuple[DocumentRecord, ...]
    claims: tuple[Claim, ...]
    places: tuple[Place, ...]
    speakers: tuple[Speaker, ...]
    findings: tuple[Finding, ...]
    events: tuple[Happening, ...]
    figures: tuple[Figure, ...]
    decisions: tuple[Decision, ...]
