"""The edition: all that one dossier is made from, derived from what may be published alone.

What is withheld is not filtered out of an edition, it never enters: nothing is read
against it. As of a day, nothing said later enters either, not even as a cell.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import PurePosixPath

from qantar.archive.case import Case
from qantar.archive.originals import open_original
from qantar.dossier.edition import Edition, Withheld
from qantar.model.accession import Accession, Acquired, DeclaredSource
from qantar.model.claim import Claim
from qantar.model.document import Row
from qantar.model.finding import Finding
from qantar.model.place import Gazetteer, Place
from qantar.model.zones import zone
from qantar.record.contents import Contents, DocumentRecord
from qantar.weighing.said import known_by
from qantar.workbench.build import derive
from qantar.workbench.fold import Folded
from qantar.workbench.judgements import bonds
from qantar.workbench.plan import PublishPlan
from qantar.workbench.weigh import weigh
from qantar.workbench.words import vocabularies


def edition_of(
    case: Case, folded: Folded, chosen: PublishPlan, *, language: str, now: datetime, software: str
) -> Edition:
    """Derive the edition from what is shipped, and from nothing else."""
    shipped = frozenset(one.id for one in chosen.shipped)
    contents = _without_traces_of_intake(derive(case, folded, shipped=shipped)[0])
    case_zone = folded.settings.zone or "UTC"
    claims, later, undated = _as_of(contents.claims, chosen.as_of, case_zone)
    places = _places_shown(contents, claims)
    words = vocabularies(folded.vocabulary)
    weighed = weigh(claims, Gazetteer.of(places), bonds(folded.decisions), words)
    return Edition(
        title=folded.settings.title or folded.title or case.root.name,
        settings=folded.settings,
        zone=case_zone,
        language=language,
        made_on=now.astimezone(zone(case_zone)).date(),
        software=software,
        as_of=chosen.as_of,
        later=later,
        undated=undated,
        withheld=Withheld(
            accessions=len(chosen.withheld),
            originals=len(
                {a.original for a in chosen.withheld} - {a.original for a in chosen.shipped}
            ),
            claims=_withheld_claims(case, folded, chosen, contents),
        ),
        sources=_sources_shown(contents),
        accessions=contents.accessions,
        documents=_documents_shown(contents, claims, chosen.as_of),
        claims=claims,
        places=places,
        speakers=contents.speakers if chosen.as_of is None else (),
        findings=_findings_shown(contents, claims, chosen.as_of),
        events=weighed.events,
        figures=weighed.figures,
        vocabularies=words,
        boundaries=_boundaries(case, folded),
    )


def _withheld_claims(case: Case, folded: Folded, chosen: PublishPlan, contents: Contents) -> int:
    """How many claims stand on what is withheld."""
    if not chosen.withheld:
        return 0
    whole, _ = derive(case, folded)
    return len(whole.claims) - len(contents.claims)


def _as_of(
    claims: tuple[Claim, ...], day: date | None, case_zone: str
) -> tuple[tuple[Claim, ...], int, int]:
    if day is None:
        return claims, 0, 0
    known = known_by(claims, day, case_zone)
    return known.claims, known.later, known.undated


def _without_traces_of_intake(contents: Contents) -> Contents:
    """Take off who collected, notes and folders; the day, the address and the name stay."""
    names = {one.id: PurePosixPath(one.accession.path).name for one in contents.accessions}
    return replace(
        contents,
        accessions=tuple(
            replace(one, accession=_public(one.accession)) for one in contents.accessions
        ),
        claims=tuple(
            replace(claim, passage=replace(claim.passage, file=names[claim.passage.accession]))
            for claim in contents.claims
        ),
        findings=tuple(_public_finding(finding, names) for finding in contents.findings),
    )


def _public(accession: Accession) -> Accession:
    """What may be told of an accession: what it is and where from, not by whom."""
    acquired = accession.acquired
    told = Acquired(on=acquired.on, how=acquired.how, from_=acquired.from_) if acquired else None
    return replace(accession, path=PurePosixPath(accession.path).name, acquired=told, note=None)


def _public_finding(finding: Finding, names: dict[str, str]) -> Finding:
    return replace(
        finding,
        file=names.get(finding.accession or "", finding.file and PurePosixPath(finding.file).name),
    )


def _sources_shown(contents: Contents) -> tuple[DeclaredSource, ...]:
    used = {one.accession.source for one in contents.accessions}
    return tuple(source for source in contents.sources if source.id in used)


def _places_shown(contents: Contents, claims: Iterable[Claim]) -> tuple[Place, ...]:
    """The places of published tables, and those that published claims name or lie in."""
    gazetteer = Gazetteer.of(contents.places)
    named = {where.place for claim in claims for where in claim.where if where.place}
    around = {above for place in named for above in gazetteer.ancestors(place)}
    listed = {place.id for place in contents.places if place.accession}
    for place in listed:
        around.update(gazetteer.ancestors(place))
    return tuple(place for place in contents.places if place.id in named | around | listed)


def _documents_shown(
    contents: Contents, claims: tuple[Claim, ...], day: date | None
) -> tuple[DocumentRecord, ...]:
    """The rows as found; as of a day, only the rows and cells of what had been said by then."""
    if day is None:
        return contents.documents
    known = _Known.of(claims)
    accessions = {one.id: one.accession for one in contents.accessions}
    limited = (_document_by_then(d, accessions[d.accession], known) for d in contents.documents)
    return tuple(document for document in limited if document.rows)


@dataclass(frozen=True, slots=True)
class _Known:
    """What had been said by a day: the rows with a claim, with an answer, with a link."""

    rows: frozenset[tuple[str, int]]
    answered: frozenset[tuple[str, int]]
    linked: frozenset[tuple[str, int]]

    @classmethod
    def of(cls, claims: tuple[Claim, ...]) -> _Known:
        """Note the rows of these claims."""
        where = {(c.passage.accession, c.passage.row): c for c in claims if c.kind != "response"}
        return cls(
            frozenset((c.passage.accession, c.passage.row) for c in claims),
            frozenset((c.passage.accession, c.passage.row) for c in claims if c.kind == "response"),
            frozenset(row for row, c in where.items() if c.repeats or c.targets),
        )


def _document_by_then(d: DocumentRecord, accession: Accession, known: _Known) -> DocumentRecord:
    answers = _columns_of(d, accession, lambda field: field.startswith("response"))
    links = _columns_of(d, accession, lambda field: field in {"repeats", "targets"})
    rows = []
    for row in d.rows:
        at = (d.accession, row.number)
        if at in known.rows:
            hidden = set() if at in known.answered else set(answers)
            hidden |= set() if at in known.linked else set(links)
            rows.append(_without(row, hidden))
    return replace(d, rows=tuple(rows))


def _columns_of(
    d: DocumentRecord, accession: Accession, wanted: Callable[[str], bool]
) -> frozenset[int]:
    headers = {column.header for column in accession.columns if wanted(column.field)}
    return frozenset(at for at, name in enumerate(d.header) if name in headers)


def _without(row: Row, hidden: set[int]) -> Row:
    """The row without the cells that tell of what was said later."""
    if not hidden:
        return row
    return replace(
        row,
        values=tuple("" if at in hidden else value for at, value in enumerate(row.values)),
        extra=(),
    )


def _findings_shown(
    contents: Contents, claims: tuple[Claim, ...], day: date | None
) -> tuple[Finding, ...]:
    """The findings; as of a day, only those on rows of claims that had been said by then."""
    if day is None:
        return contents.findings
    rows = {(claim.passage.accession, claim.passage.row) for claim in claims}
    return tuple(
        f
        for f in contents.findings
        if f.where and f.where.row and (f.accession, f.where.row) in rows
    )


def _boundaries(case: Case, folded: Folded) -> str | None:
    """The case's own map layer, as its sheet names it: material for publication by intent."""
    if folded.boundaries is None:
        return None
    with open_original(case, folded.boundaries) as stream:
        return stream.read().decode("utf-8", "replace")
