"""Weighing claims: the one place that hands the core what it needs, for build and publish alike."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from qantar.model.claim import Claim
from qantar.model.place import Gazetteer
from qantar.model.vocabulary import Vocabulary, load
from qantar.weighing.events import Bonds, Happening, happenings
from qantar.weighing.figures import Figure, figures


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """What follows from a set of claims, and from nothing else."""

    figures: tuple[Figure, ...]
    events: tuple[Happening, ...]


def weigh(
    claims: Iterable[Claim],
    gazetteer: Gazetteer,
    bonds: Bonds,
    vocabularies: Mapping[str, Vocabulary],
) -> Weighed:
    """Set the claims side by side."""
    listed = tuple(claims)
    measures = vocabularies.get("measure") or load("measure")

    def is_cumulative(measure: str) -> bool:
        term = measures.terms.get(measure)
        return bool(term and term.flags.get("cumulative"))

    return Weighed(
        figures=figures(listed, is_cumulative=is_cumulative),
        events=happenings(listed, gazetteer, bonds),
    )
