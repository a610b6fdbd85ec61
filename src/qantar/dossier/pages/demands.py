"""The demands: what was demanded, where, by whom and of whom, and what came of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from qantar.dossier.edition import Edition
from qantar.dossier.pages.paging import Section, in_parts, part_paths
from qantar.dossier.site import Site
from qantar.model.text import unique_slugs
from qantar.model.vocabulary import load
from qantar.weighing.demands import NO_ANSWER, Demand, Voiced

OCCASIONS_A_PART = 200
_WORD = re.compile(r"[^\W_]+")


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
    parts = _parts(site.edition)
    paths = part_paths("demands.html", len(parts))
    rows = demand_rows(site.edition)
    for at, sections in enumerate(parts):
        site.page(
            paths[at],
            "demands.html",
            title=site.text("Demands"),
            rows=rows,
            sections=sections,
            answers=list((site.edition.vocabularies.get("response") or load("response")).terms),
            counted=sum(row.sourced > 0 for row in rows.values()),
            occasions=sum(row.sourced for row in rows.values()),
            unanswered=sum(row.outcomes.get(NO_ANSWER, 0) for row in rows.values()),
            no_answer=NO_ANSWER,
            paths=paths,
            at=at,
        )


def demand_rows(edition: Edition) -> dict[str, DemandRow]:
    """The summary by key, each with the part of the page on which it begins."""
    parts = _parts(edition)
    paths = part_paths("demands.html", len(parts))
    begins = (
        (section.head, paths[at])
        for at, sections in enumerate(parts)
        for section in sections
        if not section.continued
    )
    proper = _proper_names(edition)
    slugs = unique_slugs([demand.key for demand in edition.demands])
    return {
        demand.key: DemandRow(
            demand=demand,
            name=demand_name(demand, proper),
            anchor=f"demand-{slugs[demand.key]}",
            page=page,
            sourced=sum(occasion.claim.is_sourced for occasion in demand.voiced),
            outcomes=demand.outcomes,
        )
        for demand, page in begins
    }


def _parts(edition: Edition) -> list[list[Section[Demand, Voiced]]]:
    return in_parts([(demand, demand.voiced) for demand in edition.demands], OCCASIONS_A_PART)


def demand_name(demand: Demand, proper: Mapping[str, str]) -> str:
    """Name a demand for readers: the words of its key, proper names as they are written."""
    said = {word.casefold(): word for one in demand.voiced for word in _named(one.claim.statement)}
    words = re.split(r"[-_\s]+", demand.key)
    text = " ".join(said.get(word) or proper.get(word) or word for word in words)
    return text[:1].upper() + text[1:]


def _named(statement: str) -> list[str]:
    """Words with a capital that no sentence begins with, so that it is their own."""
    return [word for word in _WORD.findall(statement)[1:] if not word.islower()]


def _proper_names(edition: Edition) -> dict[str, str]:
    """The words of public speakers' names, by their small letters."""
    names = (word for speaker in edition.speakers for word in _WORD.findall(speaker.name))
    return {word.casefold(): word for word in names}
