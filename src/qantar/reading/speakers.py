"""A row of a table of public speakers becomes an entry with every spelling recorded."""

from __future__ import annotations

from qantar.model.speaker import Speaker
from qantar.reading.cells import Cells


def speaker_entry(cells: Cells, speaker_id: str) -> Speaker | None:
    """Read the row as a public speaker; None when it has no name."""
    name = cells.text("name")
    if not name:
        return None
    single = (cells.text("kk"), cells.text("ru"))
    several = (*cells.many("latin"), *cells.many("spellings"))
    return Speaker(
        id=speaker_id,
        name=name,
        role=cells.text("role"),
        forms=tuple(dict.fromkeys(form for form in (*single, *several) if form)),
        evidence=cells.word("evidence_status", "evidence-status"),
        original=cells.context.original,
        accession=cells.context.accession_id,
        row=cells.row.number,
    )
