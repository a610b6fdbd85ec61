"""The published files: what each is, how many rows it has, and where its rows are shown."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from qantar.dossier.site import Site
from qantar.record.contents import AccessionRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedFile:
    """One published file. `page` is None and `rows` 0 where it was not read into rows."""

    record: AccessionRecord
    rows: int
    claims: int
    page: str | None


def published_files(site: Site) -> tuple[PublishedFile, ...]:
    """List the files in the order in which they were taken in."""
    rows = {document.accession: len(document.rows) for document in site.edition.documents}
    claims = Counter(claim.passage.accession for claim in site.edition.claims if claim.is_sourced)
    return tuple(
        PublishedFile(
            record=record,
            rows=rows.get(record.id, 0),
            claims=claims[record.id],
            page=f"passages/{site.links.tables[record.id]}-1.html" if record.id in rows else None,
        )
        for record in site.edition.accessions
    )
