"""The demands: what was demanded, where, by whom and of whom, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass

from qantar.dossier.links import anchor
from qantar.dossier.pages.paging import in_parts, part_paths
from qantar.dossier.site import Site
from qantar.model.vocabulary import load
from qantar.weighing.demands import NO_ANSWER, Demand, Voiced

OCCASIONS_A_PART = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class DemandRow:
    """One demand in the summary. Occasions without a source are in no count.

    `outcomes` counts occasions by what is said to have come of them; an occasion
    with two answers that differ counts under both.
    """

    demand: Demand
    name: str
    anchor: str
    page: str
    sourced: int
    outcomes: dict[str, int]


def write_demands(site: Site) -> None:
    """Write the page, in parts where it is long."""
    demands = site.edition.demands
    parts = in_parts([(demand, demand.voiced) for demand in demands], OCCASIONS_A_PART)
    paths = part_paths("demands.html", len(parts))
    page_of = {
        section.head.key: paths[at]
        for at, sections in enumerate(parts)
        for section in sections
        if not section.continued
    }
    rows = {demand.key: _row(demand, page_of[demand.key]) for demand in demands}
    for at, sections in enumerate(parts):
        site.page(
            paths[at],
            "demands.html",
            title=site.text("Demands"),
            rows=rows,
            sections=sections,
            answers=list(load("response").terms),
            occasions=sum(row.sourced for row in rows.values()),
            unanswered=sum(row.outcomes.get(NO_ANSWER, 0) for row in rows.values()),
            no_answer=NO_ANSWER,
            paths=paths,
            at=at,
        )


def demand_name(demand: Demand) -> str:
    """Name a demand for readers: the words of its key."""
    words = demand.key.replace("-", " ").replace("_", " ")
    return words[:1].upper() + words[1:]


def sourced_outcomes(demand: Demand) -> dict[str, int]:
    """How often each outcome was found, over the occasions that have a source."""
    counts: dict[str, int] = {}
    for occasion in _sourced(demand):
        for outcome in occasion.outcomes:
            counts[outcome] = counts.get(outcome, 0) + 1
    return counts


def _sourced(demand: Demand) -> list[Voiced]:
    return [occasion for occasion in demand.voiced if occasion.claim.is_sourced]


def _row(demand: Demand, page: str) -> DemandRow:
    return DemandRow(
        demand=demand,
        name=demand_name(demand),
        anchor=f"demand-{anchor(demand.key)}",
        page=page,
        sourced=len(_sourced(demand)),
        outcomes=sourced_outcomes(demand),
    )
