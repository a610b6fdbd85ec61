"""The documents: what published files that are no tables say, passage by passage."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from qantar.dossier.documents import ShownDocument, ShownPassage
from qantar.dossier.pages.paging import part_paths
from qantar.dossier.site import Site
from qantar.model.declared import DeclaredSource
from qantar.record.contents import AccessionRecord

PASSAGES_A_PART = 200
_BEGINNING_CHARS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedDocument:
    """One document in the index: its name, its page, whose it is, and how it begins.

    `by_sight` tells that a program made it out on pictures.
    """

    name: str
    page: str
    source: DeclaredSource | None
    record: AccessionRecord
    passages: int
    beginning: str
    by_sight: bool = False


def write_documents(site: Site) -> None:
    """Write the index and the pages of all documents; nothing where there is none."""
    documents = site.edition.shown_texts
    if not documents:
        return
    accessions = {one.id: one for one in site.edition.accessions}
    sources = {one.id: one for one in site.edition.sources}
    listed = []
    for document, path in zip(documents, site.links.documents, strict=True):
        record = accessions[document.accession]
        name = document_name(document, record)
        source = sources.get(record.accession.source)
        _write_document(site, document, path, name, record, source)
        beginning = " ".join(document.passages[0].text.split())
        listed.append(
            ListedDocument(
                name=name,
                page=path,
                source=source,
                record=record,
                passages=len(document.passages),
                by_sight=document.by_sight is not None,
                beginning=_shortened(beginning),
            )
        )
    site.page(
        "documents/index.html", "documents.html", title=site.text("Documents"), documents=listed
    )


def _shortened(text: str) -> str:
    """Give the beginning of a text, cut between words where there is a space to cut at."""
    if len(text) <= _BEGINNING_CHARS:
        return text
    begun = text[: _BEGINNING_CHARS + 1]
    return (begun.rpartition(" ")[0] or begun[:_BEGINNING_CHARS]) + "…"


def document_name(document: ShownDocument, record: AccessionRecord) -> str:
    """What a document is called: its title, else its file, with its name within that."""
    name = record.accession.title or record.accession.path
    return f"{name}, {document.member}" if document.member else name


def passage_pages(site: Site) -> Iterator[tuple[ShownPassage, ShownDocument, str]]:
    """Give each passage with its document and its address."""
    for document, path in zip(site.edition.shown_texts, site.links.documents, strict=True):
        parts = _parts(document, path)
        for at, passage in enumerate(document.passages):
            yield passage, document, f"{parts[at // PASSAGES_A_PART]}#p{passage.number}"


def _parts(document: ShownDocument, path: str) -> tuple[str, ...]:
    return part_paths(path, max(1, -(-len(document.passages) // PASSAGES_A_PART)))


def _write_document(
    site: Site,
    document: ShownDocument,
    path: str,
    name: str,
    record: AccessionRecord,
    source: DeclaredSource | None,
) -> None:
    parts = _parts(document, path)
    for at, part in enumerate(parts):
        start = at * PASSAGES_A_PART
        site.page(
            part,
            "document.html",
            title=name,
            document=document,
            record=record,
            source=source,
            passages=document.passages[start : start + PASSAGES_A_PART],
            parts=parts,
            at=at,
        )
