"""The edition: all that one dossier is made from, derived from what may be published alone.

What is withheld is not filtered out of an edition, it never enters: nothing is read
against it. As of a day, nothing said later enters either, not even as a cell.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import PurePosixPath
from urllib.parse import urlsplit, urlunsplit

from qantar.archive.case import Case
from qantar.archive.originals import open_original
from qantar.dossier.counts import ShownCounts
from qantar.dossier.edition import Edition, Withheld
from qantar.errors import OriginalAlteredError
from qantar.model.accession import Accession, Acquired
from qantar.model.claim import Claim
from qantar.model.column import Column
from qantar.model.declared import DeclaredSource
from qantar.model.document import Row
from qantar.model.finding import Finding
from qantar.model.phone_numbers import without_numbers
from qantar.model.place import Gazetteer, Place
from qantar.model.zones import zone
from qantar.record.contents import Contents, DocumentRecord
from qantar.weighing.said import known_by
from qantar.workbench.build import derive
from qantar.workbench.counts_shown import counts_shown
from qantar.workbench.folded import Folded
from qantar.workbench.open_part import TOLD_IN_THE_CASE, tables_in_part, without_protected_facts
from qantar.workbench.people_shown import people_published, people_shown
from qantar.workbench.people_withheld import (
    lists_of_people,
    mixed_with_people,
    without_people,
)
from qantar.workbench.plan import PublishPlan
from qantar.workbench.weigh import weigh
from qantar.workbench.words import vocabularies

UNTITLED = "Untitled case"


def edition_of(
    case: Case, folded: Folded, chosen: PublishPlan, *, language: str, now: datetime, software: str
) -> Edition:
    """Derive the edition from what is shipped, and from nothing else."""
    shipped = frozenset(one.id for one in chosen.shipped)
    lists = lists_of_people(folded)
    derived = derive(case, folded, shipped=shipped)
    mixed = mixed_with_people(derived.contents, lists)
    if mixed:
        derived = derive(case, folded, shipped=shipped - mixed)
    people = without_people(derived.contents, lists)
    # When somebody was put on a list is not known well enough to show some of them.
    dated = chosen.as_of is not None
    shown_people, counts = None, ShownCounts()
    if not dated:
        who = people_published(case, derived.contents, folded)
        shown_people = people_shown(case, derived.contents, folded, people.rows, who.linkage)
        counts = counts_shown(case, derived.contents, folded, who.tables)
    is_open = without_protected_facts(people.contents)
    contents = _without_traces_of_intake(is_open)
    case_zone = folded.settings.zone or "UTC"
    claims, later, undated = _as_of(contents.claims, chosen.as_of, case_zone)
    places = _places_shown(contents, claims)
    words = vocabularies(folded.vocabulary)
    weighed = weigh(claims, Gazetteer.of(places), derived.judged.bonds, words)
    documents = _documents_shown(contents, claims, chosen.as_of)
    return Edition(
        title=folded.title or UNTITLED,
        settings=folded.settings,
        zone=case_zone,
        language=language,
        made_on=now.astimezone(zone(case_zone)).date(),
        software=software,
        as_of=chosen.as_of,
        later=later,
        undated=undated,
        withheld=Withheld(
            accessions=len(chosen.withheld) + len(mixed),
            originals=len(
                {a.original for a in chosen.withheld} - {a.original for a in chosen.shipped}
            ),
            claims=derived.left_out,
            hidden=derived.hidden,
            tables_in_part=tables_in_part(people.contents, is_open) + people.in_part,
            people=people.rows,
        ),
        sources=_sources_shown(contents),
        accessions=contents.accessions,
        documents=documents,
        # When its passages were said is not known well enough to show some of them.
        texts=contents.texts if chosen.as_of is None else (),
        claims=claims,
        places=places,
        speakers=contents.speakers if chosen.as_of is None else (),
        findings=_findings_shown(contents, claims, documents if chosen.as_of else None),
        people=shown_people,
        counts=counts,
        events=weighed.events,
        figures=weighed.figures,
        vocabularies=words,
        boundaries=_boundaries(case, folded),
    )


def _as_of(
    claims: tuple[Claim, ...], day: date | None, case_zone: str
) -> tuple[tuple[Claim, ...], int, int]:
    if day is None:
        return claims, 0, 0
    known = known_by(claims, day, case_zone)
    return known.claims, known.later, known.undated


def _without_traces_of_intake(contents: Contents) -> Contents:
    """Take off who collected, notes and folders; the day, the address and the name stay."""
    names = {one.id: _file_name(one.accession.path) for one in contents.accessions}
    texts = frozenset(one.accession for one in contents.texts)
    return replace(
        contents,
        accessions=tuple(
            replace(one, accession=_public(one.accession)) for one in contents.accessions
        ),
        claims=tuple(
            replace(claim, passage=replace(claim.passage, file=names[claim.passage.accession]))
            for claim in contents.claims
        ),
        findings=tuple(_public_finding(finding, names, texts) for finding in contents.findings),
    )


def _public(accession: Accession) -> Accession:
    """What may be told of an accession: what it is and where from, not by whom."""
    acquired = accession.acquired
    told = None
    if acquired:
        told = Acquired(
            on=acquired.on, how=_unless_a_path(acquired.how), from_=_web_address(acquired.from_)
        )
    return replace(accession, path=_file_name(accession.path), acquired=told, note=None)


def _file_name(path: str) -> str:
    """The name of the file; a chat's program may have named it after somebody's number."""
    return without_numbers(PurePosixPath(path).name)


def _web_address(text: str | None) -> str | None:
    """The address without a user's name in it; anything but a page on the web stays in the case."""
    parts = urlsplit(text or "")
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        return None
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))


def _unless_a_path(text: str | None) -> str | None:
    """The words, unless a folder of somebody's machine may stand among them."""
    return None if text and ("/" in text or "\\" in text) else text


def _public_finding(finding: Finding, names: dict[str, str], texts: frozenset[str]) -> Finding:
    """What may be told of a finding.

    One about a document may quote what its author did not leave standing: hidden text,
    an address that it would fetch, the name of a file within, of a worksheet or a column that
    is hidden. Its kind is told, and where.
    """
    if finding.accession in texts:
        where = finding.where and replace(
            finding.where, author=None, date=None, comment=None, sheet=None, column=None
        )
        finding = replace(finding, text=TOLD_IN_THE_CASE, where=where)
    return replace(
        finding,
        file=names.get(finding.accession or "", finding.file and _file_name(finding.file)),
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
    """What had been said by a day, by row: the claim itself, and the answer to it."""

    said: Mapping[tuple[str, int], Claim]
    answered: frozenset[tuple[str, int]]

    @classmethod
    def of(cls, claims: tuple[Claim, ...]) -> _Known:
        """Note the rows of these claims."""
        return cls(
            {_row_of(claim): claim for claim in claims if claim.kind != "response"},
            frozenset(_row_of(claim) for claim in claims if claim.kind == "response"),
        )

    def shows(self, at: tuple[str, int], column: Column, value: str) -> bool:
        """Whether a cell may be shown: what it says belongs to what had been said by then."""
        if column.field == "id":
            return True
        if column.field.startswith("response"):
            return at in self.answered
        claim = self.said.get(at)
        if claim is None:
            return False
        if column.field == "repeats":
            return claim.repeats is not None
        if column.field == "targets":
            parts = value.split(column.split) if column.split else [value]
            return len([part for part in parts if part.strip()]) == len(claim.targets)
        return True


def _row_of(claim: Claim) -> tuple[str, int]:
    return (claim.passage.accession, claim.passage.row)


def _document_by_then(d: DocumentRecord, accession: Accession, known: _Known) -> DocumentRecord:
    """The document with the rows and cells that had been said by then; no sheet column, no cell."""
    columns: dict[str, list[Column]] = {}
    for column in accession.columns:
        for header in column.headers:
            columns.setdefault(header, []).append(column)
    rows = []
    for row in d.rows:
        at = (d.accession, row.number)
        if at in known.said or at in known.answered:
            values = tuple(
                value if any(known.shows(at, c, value) for c in columns.get(name, ())) else ""
                for name, value in zip(d.header, row.values, strict=True)
            )
            rows.append(replace(row, values=values, extra=()))
    return replace(d, rows=tuple(rows))


def _findings_shown(
    contents: Contents, claims: tuple[Claim, ...], documents: tuple[DocumentRecord, ...] | None
) -> tuple[Finding, ...]:
    """The findings on what is shown; with `documents`, only on rows and cells they still have.

    That an id was taken is said only where the other holder of the id is shown too.
    """
    ids = {claim.id for claim in claims}
    by_row = {_row_of(claim): claim.id for claim in claims}
    found = [
        finding
        for finding in contents.findings
        if finding.code != "duplicate-id"
        or by_row.get(_row_of_finding(finding), "").rpartition("#")[0] in ids
    ]
    if documents is None:
        return tuple(found)
    shown = {(d.accession, row.number): (d.header, row) for d in documents for row in d.rows}
    return tuple(f for f in found if _is_of_then(f, shown.get(_row_of_finding(f))))


def _row_of_finding(finding: Finding) -> tuple[str, int]:
    return (finding.accession or "", (finding.where.row if finding.where else None) or 0)


def _is_of_then(finding: Finding, shown: tuple[tuple[str, ...], Row] | None) -> bool:
    """Whether a finding is about a cell that is still shown; a bad reference may name a later."""
    if shown is None or finding.code == "unknown-reference":
        return False
    header, row = shown
    column = finding.where.column if finding.where else None
    return column in header and bool(row.values[header.index(column or "")])


def _boundaries(case: Case, folded: Folded) -> str | None:
    """The case's own map layer, as its sheet names it: material for publication by intent."""
    for layer in reversed(folded.layers):
        try:
            with open_original(case, layer.original, size=layer.size) as stream:
                return stream.read().decode("utf-8", "replace")
        except OriginalAlteredError:
            continue  # its bytes never came, or an entry made them up: the one before it holds
    return None
