"""A row of a table of demands becomes a demand and, where there is one, its answer."""

from __future__ import annotations

from dataclasses import replace

from qantar.model.claim import UNSOURCED, Claim, DemandDetail, ResponseDetail
from qantar.model.text import hyphenated
from qantar.reading.cells import Cells
from qantar.reading.common import basic_claim, recorded_name


def demand_claims(cells: Cells, claim_id: str) -> tuple[Claim, ...]:
    """Read the row as a demand, followed by its answer; none when nothing is demanded."""
    demand = cells.text("demand")
    if not demand:
        return ()
    claim = replace(
        basic_claim(cells, claim_id=claim_id, kind="demand", statement=demand),
        when=cells.when("when"),
        where=cells.places("place"),
        detail=DemandDetail(
            demand_key=cells.text("demand_key") or hyphenated(demand),
            group=cells.word("demand_group", "demand-group"),
            addressed_to=cells.terms("addressed_to", "addressee"),
        ),
    )
    answer = _answer(cells, claim)
    return (claim, answer) if answer else (claim,)


def _answer(cells: Cells, demand: Claim) -> Claim | None:
    """The answer as a claim of its own, with its own source; None where none was found.

    An answer in words that no word sums up is kept as `unknown`.
    """
    answer = cells.word("response", "response", default="unknown") or "unknown"
    statement = cells.text("response_statement")
    evidence = cells.word("response_evidence_status", "evidence-status")
    if answer == "unknown" and (not statement or evidence in UNSOURCED):
        return None
    said_by = cells.optional("response_said_by")
    return replace(
        demand,
        id=f"{demand.id}/response",
        kind="response",
        statement=statement or answer,
        said_by=said_by,
        role=None,
        voice=recorded_name(cells, said_by),
        outlet=cells.optional("response_outlet"),
        source_kind="unknown",
        basis="not-stated",
        stance="asserts",
        made_at=None,
        when=cells.when("response_when"),
        published=cells.when("response_published"),
        url=cells.optional("response_url"),
        evidence=evidence,
        detail=ResponseDetail(demand=demand.id, answer=answer),
    )
