"""A first look at the tables just taken in, so that a misspelt column is told at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from qantar.archive.case import Case
from qantar.model.accession import Accession, CaseSettings
from qantar.model.device import Role
from qantar.model.document import Document
from qantar.model.finding import Finding, Severity
from qantar.model.place import Gazetteer
from qantar.model.speaker import Speakers
from qantar.reading.cells import Layout
from qantar.reading.context import Context
from qantar.reading.table import missing_columns
from qantar.workbench.documents import read_document
from qantar.workbench.stores import folded_of
from qantar.workbench.taken_in import Sealed


def look(case: Case, sealed: Sequence[tuple[Sealed, Accession]]) -> Iterator[Finding]:
    """Read every table that has columns, once, and give what a person should know now.

    A collector cannot open what it has sealed: there it gives nothing.
    """
    looked_at = [] if case.role is not Role.MEMBER else [one for one in sealed if one[1].columns]
    settings = folded_of(case).settings if looked_at else CaseSettings()
    for one, accession in looked_at:
        document = read_document(
            case,
            original=one.original,
            size=one.size,
            accession=accession,
            languages=settings.languages,
            zone=settings.zone,
        )
        if document is None:
            yield _unsupported(one, accession)
            continue
        for finding in document.findings:
            yield replace(
                finding, file=accession.path, original=one.original, accession=one.accession
            )
        if isinstance(document, Document) and document.header:
            # Without one, the reader has already said that nothing could be read.
            yield from missing_columns(Layout(document, accession), _context(one, accession))


def _unsupported(one: Sealed, accession: Accession) -> Finding:
    return Finding(
        code="unsupported",
        text=f'this version has no reader "{accession.reader}"; the file is kept and not read.',
        severity=Severity.LOSS,
        file=accession.path,
        original=one.original,
        accession=one.accession,
    )


def _context(one: Sealed, accession: Accession) -> Context:
    return Context(
        accession=accession,
        accession_id=one.accession,
        original=one.original,
        zone="UTC",
        gazetteer=Gazetteer.of(()),
        speakers=Speakers.of(()),
    )
