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

    Where the sheet maps the column and its cell is empty, or the file lacks the
    column, nobody knows who spoke: a mistake in a sheet adds no voices.
    """
    mapped = "body" in cells.layout.columns
    return cells.optional("body") if mapped else recorded_name(cells, said_by)


def has_unread_stance(cells: Cells) -> bool:
    """Whether the row takes a stance in a word that nobody declared.

    It may be a denial: then no amount may be put in the speaker's mouth.
    """
    word = cells.text("stance")
    return bool(word) and cells.context.vocabulary("stance").find(word) is None


def recorded_name(cells: Cells, said_by: str | None) -> str | None:
    """The speaker under the name that the case's list of speakers records, else as found."""
    speaker = cells.context.speakers.named(said_by) if said_by else None
    return speaker.name if speaker else said_by
