"""Claims in a list: the line that every page shows, and under it what the claim is about."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from qantar.model.claim import Claim
from qantar.weighing.said import saying_order

CLAIMS_A_PART = 300

# The order in which kinds of claim are listed; kinds that a case adds follow by name.
_KINDS = (
    "figure",
    "event",
    "person-status",
    "demand",
    "response",
    "framing",
    "outage",
    "assertion",
    "hypothesis",
    "question",
    "aid",
    "precedent",
    "consequence",
)
_PLACE = {kind: at for at, kind in enumerate(_KINDS)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How many claims have a source, how many of these are the speaker's own, how many relayed.

    `unsourced` are shown as such and stand in none of the other counts.
    """

    sourced: int
    own: int
    relayed: int
    unsourced: int


def tally(claims: Iterable[Claim]) -> Tally:
    """Count the claims."""
    listed = list(claims)
    sourced = [claim for claim in listed if claim.is_sourced]
    relayed = sum(claim.is_relayed or claim.repeats is not None for claim in sourced)
    return Tally(
        sourced=len(sourced),
        own=len(sourced) - relayed,
        relayed=relayed,
        unsourced=len(listed) - len(sourced),
    )


def by_kind(claims: Iterable[Claim]) -> list[tuple[str, list[Claim]]]:
    """Group the claims by kind; within a kind, in the order said."""
    groups: dict[str, list[Claim]] = {}
    for claim in sorted(claims, key=saying_order):
        groups.setdefault(claim.kind, []).append(claim)
    return sorted(groups.items(), key=lambda pair: (_PLACE.get(pair[0], len(_PLACE)), pair[0]))
