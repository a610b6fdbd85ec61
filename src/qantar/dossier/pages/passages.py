"""The passages: every row of every published file as found, with the claims that stand on it."""

from __future__ import annotations

from dataclasses import dataclass

from qantar.dossier.links import ROWS_A_PAGE
from qantar.dossier.site import Site
from qantar.model.claim import Claim
from qantar.model.document import Row
from qantar.model.finding import Finding
from qantar.record.contents import AccessionRecord, DocumentRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownRow:
    """One row with all that belongs to it."""

    row: Row
    anchor: str
    cells: tuple[tuple[str, str, str], ...]
    claims: tuple[Claim, ...]
    findings: tuple[Finding, ...]


def write_passages(site: Site) -> None:
    """Write the passage pages of every document."""
    accessions = {one.id: one for one in site.edition.accessions}
    claims: dict[tuple[str, int], list[Claim]] = {}
    for claim in site.edition.claims:
        claims.setdefault((claim.passage.accession, claim.passage.row), []).append(claim)
    findings: dict[tuple[str, int], list[Finding]] = {}
    for finding in site.edition.findings:
        if finding.accession and finding.where and finding.where.row:
            findings.setdefault((finding.accession, finding.where.row), []).append(finding)
    for document in site.edition.documents:
        _write_document(site, document, accessions[document.accession], claims, findings)


def _write_document(
    site: Site,
    document: DocumentRecord,
    accession: AccessionRecord,
    claims: dict[tuple[str, int], list[Claim]],
    findings: dict[tuple[str, int], list[Finding]],
) -> None:
    stem = site.links.tables[document.accession]
    parts = range(0, max(len(document.rows), 1), ROWS_A_PAGE)
    names = [f"passages/{stem}-{n}.html" for n in range(1, len(parts) + 1)]
    for at, start in enumerate(parts):
        rows = document.rows[start : start + ROWS_A_PAGE]
        shown = [_shown(site, document, row, claims, findings) for row in rows]
        site.page(
            names[at],
            "passages.html",
            title=site.text("%(file)s: rows as found", file=accession.accession.path),
            document=document,
            accession=accession,
            rows=shown,
            parts=names,
            at=at,
        )


def _shown(
    site: Site,
    document: DocumentRecord,
    row: Row,
    claims: dict[tuple[str, int], list[Claim]],
    findings: dict[tuple[str, int], list[Finding]],
) -> ShownRow:
    key = (document.accession, row.number)
    cells = zip(document.header, row.values, strict=True)
    return ShownRow(
        row=row,
        anchor=site.links.row_anchor(*key),
        cells=tuple((row.cell(at), name, value) for at, (name, value) in enumerate(cells) if value),
        claims=tuple(claims.get(key, ())),
        findings=tuple(findings.get(key, ())),
    )
