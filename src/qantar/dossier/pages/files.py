"""The published files: what each is, how many rows it has, and where its rows are shown."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from qantar.dossier.site import Site
from qantar.record.contents import AccessionRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedFile:
    """One published file: a table with rows, or documents with passages; else no `page`.

    `people` is true of a list of people, whose rows are counted and withheld.
    """

    record: AccessionRecord
    rows: int
    passages: int
    claims: int
    page: str | None
    people: bool = False


def published_files(site: Site) -> tuple[PublishedFile, ...]:
    """List the files in the order in which they were taken in."""
    rows = {document.accession: len(document.rows) for document in site.edition.documents}
    people = site.edition.withheld.people
    texts: dict[str, tuple[str, int]] = {}
    for one, path in zip(site.edition.shown_texts, site.links.documents, strict=True):
        first, count = texts.get(one.accession, (path, 0))
        texts[one.accession] = (first, count + len(one.passages))
    claims = Counter(claim.passage.accession for claim in site.edition.claims if claim.is_sourced)
    return tuple(
        PublishedFile(
            record=record,
            rows=people.get(record.id, rows.get(record.id, 0)),
            passages=texts.get(record.id, ("", 0))[1],
            claims=claims[record.id],
            page=f"passages/{site.links.tables[record.id]}-1.html"
            if record.id in rows
            else texts.get(record.id, (None, 0))[0],
            people=record.id in people,
        )
        for record in site.edition.accessions
    )
