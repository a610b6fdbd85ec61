"""As of a day: only what had been said by its end counts; nothing said later shows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from qantar.model.claim import Claim, ResponseDetail
from qantar.model.when import When, said_by_end_of


@dataclass(frozen=True, slots=True, kw_only=True)
class AsOf:
    """What was known on a day: the claims kept, how many came later, how many carry no date."""

    day: date
    claims: tuple[Claim, ...]
    later: int
    undated: int


def known_by(claims: Iterable[Claim], day: date, zone: str) -> AsOf:
    """Keep the claims said by the end of `day` in `zone`.

    A partial date counts at its end ("2022-01" is not yet said on the 10th). A
    claim without a date is left out and counted. A link to a claim that is left
    out, of an answer to its demand too, is taken off: it would tell of what came later.
    """
    listed = tuple(claims)
    kept = [
        claim
        for claim in listed
        if claim.said is not None and said_by_end_of(claim.said, day, zone)
    ]
    undated = sum(claim.said is None for claim in listed)
    return AsOf(
        day=day,
        claims=without_dangling_links(kept),
        later=len(listed) - len(kept) - undated,
        undated=undated,
    )


def without_dangling_links(claims: Iterable[Claim]) -> tuple[Claim, ...]:
    """Take off every `repeats`, `targets` and `demand` that leads to a claim not among these."""
    listed = tuple(claims)
    known = {claim.id for claim in listed}
    return tuple(_with_known_links(claim, known) for claim in listed)


def _with_known_links(claim: Claim, known: set[str]) -> Claim:
    repeats = claim.repeats if claim.repeats in known else None
    targets = tuple(target for target in claim.targets if target in known)
    detail = claim.detail
    if isinstance(detail, ResponseDetail) and detail.demand not in known:
        detail = replace(detail, demand=None)
    if (repeats, targets, detail) == (claim.repeats, claim.targets, claim.detail):
        return claim
    return replace(claim, repeats=repeats, targets=targets, detail=detail)


def saying_order(claim: Claim) -> tuple[bool, str, str, str]:
    """Sort key: when said, else (undated) the day the amount holds for; then id.

    A partial date sorts at its end, as it counts for `--as-of`.
    """
    said = claim.said
    held = getattr(claim.detail, "as_of", None)
    return (said is None and held is None, _end(said or held), _end(held), claim.id)


def _end(when: When | None) -> str:
    if when is None:
        return ""
    edge = when.latest or when.earliest
    return edge.isoformat() if edge else ""
