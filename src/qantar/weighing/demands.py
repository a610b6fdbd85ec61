"""Demands: what was demanded where, by whom, of whom, and what came of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from qantar.model.claim import Claim, DemandDetail, ResponseDetail
from qantar.weighing.said import saying_order

NO_ANSWER = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Voiced:
    """One occasion on which the demand was voiced, with the answers found to it."""

    claim: Claim
    answers: tuple[Claim, ...] = ()

    @property
    def outcomes(self) -> tuple[str, ...]:
        """The distinct answers that have a source, or that none was found; none is chosen."""
        sourced = (answer.detail for answer in self.answers if answer.is_sourced)
        found = dict.fromkeys(
            detail.answer for detail in sourced if isinstance(detail, ResponseDetail)
        )
        return tuple(found) or (NO_ANSWER,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """One demand, in all the places and on all the days it was voiced, by date."""

    key: str
    group: str | None
    voiced: tuple[Voiced, ...]

    @property
    def outcomes(self) -> dict[str, int]:
        """How often each outcome was found, over the occasions that have a source."""
        counts: dict[str, int] = {}
        for occasion in self.voiced:
            for outcome in occasion.outcomes if occasion.claim.is_sourced else ():
                counts[outcome] = counts.get(outcome, 0) + 1
        return counts


def demands(claims: Iterable[Claim]) -> tuple[Demand, ...]:
    """Bring the demands together by key, each with its answers; most often voiced first."""
    listed = tuple(claims)
    answers: dict[str, list[Claim]] = {}
    for claim in listed:
        if isinstance(claim.detail, ResponseDetail) and claim.detail.demand:
            answers.setdefault(claim.detail.demand, []).append(claim)
    groups: dict[str, list[Voiced]] = {}
    for claim in listed:
        if isinstance(claim.detail, DemandDetail):
            found = tuple(sorted(answers.get(claim.id, ()), key=saying_order))
            groups.setdefault(claim.detail.demand_key, []).append(
                Voiced(claim=claim, answers=found)
            )
    made = [_demand(key, voiced) for key, voiced in groups.items()]
    return tuple(sorted(made, key=lambda demand: (-len(demand.voiced), demand.key)))


def _demand(key: str, voiced: list[Voiced]) -> Demand:
    ordered = sorted(voiced, key=lambda occasion: _day(occasion.claim))
    detail = ordered[0].claim.detail
    return Demand(
        key=key,
        group=detail.group if isinstance(detail, DemandDetail) else None,
        voiced=tuple(ordered),
    )


def _day(claim: Claim) -> tuple[str, str]:
    when = claim.when or claim.said
    edge = when and (when.earliest or when.latest)
    return (edge.isoformat() if edge else "9999", claim.id)
