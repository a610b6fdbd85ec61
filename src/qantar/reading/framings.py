"""A row of a table of framings becomes a claim: who blamed whom, in which word."""

from __future__ import annotations

from dataclasses import replace

from qantar.model.claim import Claim, FramingDetail
from qantar.model.text import hyphenated
from qantar.reading.cells import Cells
from qantar.reading.common import basic_claim


def framing_claims(cells: Cells, claim_id: str) -> tuple[Claim, ...]:
    """Read the row as one claim; none when it neither says nor calls anything."""
    term, blamed = cells.text("term"), cells.text("blamed")
    statement = cells.text("statement") or term
    if not statement:
        return ()
    claim = basic_claim(cells, claim_id=claim_id, kind="framing", statement=statement)
    said = cells.when("when")
    return (
        replace(
            claim,
            when=said,
            made_at=claim.made_at or said,
            detail=FramingDetail(
                framing_key=cells.text("framing_key") or hyphenated(f"{blamed} {term}"),
                term=term,
                blamed=blamed,
            ),
        ),
    )
