"""What every kind of claim shares: who said it, how they know, when, where it was read."""

from __future__ import annotations

from qantar.model.claim import Claim, Passage
from qantar.reading.cells import Cells


def basic_claim(cells: Cells, *, claim_id: str, kind: str, statement: str) -> Claim:
    """Fill in all that does not depend on the kind of claim."""
    said_by = cells.optional("said_by")
    return Claim(
        id=claim_id,
        kind=kind,
        statement=statement,
        passage=passage(cells),
        source=cells.context.accession.source,
        said_by=said_by,
        role=cells.optional("role"),
        voice=voice(cells, said_by),
        outlet=cells.optional("outlet"),
        source_kind=cells.word("source_kind", "source-kind", default="unknown") or "unknown",
        basis=cells.word("basis", "basis", default="not-stated") or "not-stated",
        stance=cells.word("stance", "stance", default="asserts") or "asserts",
        hedge=cells.word("hedge", "hedge"),
        made_at=cells.when("made_at"),
        published=cells.when("published"),
        evidence=cells.word("evidence_status", "evidence-status"),
        url=cells.optional("url"),
        topic=cells.optional("topic"),
        language=cells.optional("language") or cells.context.accession.language,
    )


def passage(cells: Cells) -> Passage:
    """Where this row stands."""
    return Passage(
        original=cells.context.original,
        accession=cells.context.accession_id,
        file=cells.context.accession.path,
        row=cells.row.number,
        at_row=cells.row.at_row,
        line=cells.row.line,
        sheet=cells.row.sheet,
    )


def voice(cells: Cells, said_by: str | None) -> str | None:
    """The body behind the speaker: the sheet's `body`, else the speaker under the name recorded.

    Where the column is mapped and its cell is empty, nobody knows who spoke.
    """
    return cells.optional("body") if cells.layout.has("body") else recorded_name(cells, said_by)


def recorded_name(cells: Cells, said_by: str | None) -> str | None:
    """The speaker under the name that the case's list of speakers records, else as found."""
    speaker = cells.context.speakers.named(said_by) if said_by else None
    return speaker.name if speaker else said_by
