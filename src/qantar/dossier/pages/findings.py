"""The findings: what was noticed about the material while reading it, and what is not shown."""

from __future__ import annotations

from dataclasses import dataclass

from qantar.dossier.pages.paging import in_parts, part_paths
from qantar.dossier.site import Site
from qantar.model.finding import Finding, Severity

FINDINGS_A_PART = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """One sort of finding: its word, how many there are, how many lost something."""

    code: str
    count: int
    losses: int


def write_findings(site: Site) -> None:
    """Write the page, in parts where it is long."""
    groups: dict[str, list[Finding]] = {}
    for finding in site.edition.findings:
        groups.setdefault(finding.code, []).append(finding)
    ordered = sorted(groups.items(), key=lambda pair: (-len(pair[1]), pair[0]))
    coded = [(_code(code, found), found) for code, found in ordered]
    parts = in_parts(coded, FINDINGS_A_PART)
    paths = part_paths("findings.html", len(parts))
    for at, sections in enumerate(parts):
        site.page(
            paths[at],
            "findings.html",
            title=site.text("Findings"),
            codes=[code for code, _ in coded],
            total=len(site.edition.findings),
            losses=sum(code.losses for code, _ in coded),
            sections=sections,
            row_of=lambda finding: row_page(site, finding),
            loss=Severity.LOSS,
            paths=paths,
            at=at,
        )


def row_page(site: Site, finding: Finding) -> str | None:
    """Where the row that the finding is about is shown; None where it is about no row shown."""
    if finding.accession is None or finding.where is None or finding.where.row is None:
        return None
    if (finding.accession, finding.where.row) not in site.links.page_of_row:
        return None
    return site.links.row(finding.accession, finding.where.row)


def _code(code: str, found: list[Finding]) -> Code:
    return Code(
        code=code,
        count=len(found),
        losses=sum(finding.severity is Severity.LOSS for finding in found),
    )
