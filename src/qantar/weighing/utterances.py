"""Utterances: repeats collapse onto what they repeat, so that forty reposts are one voice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from qantar.model.claim import Claim
from qantar.weighing.said import saying_order


@dataclass(frozen=True, slots=True, kw_only=True)
class Utterance:
    """One thing said once: the claim that stands for it, and the claims that carry it on.

    `origin` is where the chain of `repeats` ends; it may answer another question
    than `shown`, the earliest claim of the chain among those given.
    """

    shown: Claim
    origin: Claim
    carried_by: tuple[Claim, ...]

    @property
    def claims(self) -> tuple[Claim, ...]:
        """All claims of the utterance, the one shown first."""
        return (self.shown, *self.carried_by)

    @property
    def voice(self) -> str | None:
        """The body behind whoever said it first; None where nobody knows who spoke."""
        return self.origin.voice

    @property
    def is_relayed(self) -> bool:
        """Whether its origin is not traced: whoever said it passed on what others said."""
        return self.origin.is_relayed

    @property
    def counts(self) -> bool:
        """Whether it may count as an independent voice."""
        return self.voice is not None and not self.is_relayed


def origin_of(claim: Claim, by_id: Mapping[str, Claim]) -> Claim:
    """Follow `repeats` to where the chain ends; a circle ends at its smallest id."""
    seen = {claim.id: claim}
    current = claim
    while current.repeats and current.repeats in by_id:
        current = by_id[current.repeats]
        if current.id in seen:
            # What led into the circle is no part of it: all who enter it come to one origin.
            path = list(seen)
            return seen[min(path[path.index(current.id) :])]
        seen[current.id] = current
    return current


def utterances(claims: Iterable[Claim], by_id: Mapping[str, Claim]) -> tuple[Utterance, ...]:
    """Collapse the claims onto what they repeat, in the order in which things were said.

    Args:
        claims: those to collapse; each is in `by_id` too.
        by_id: every claim that a chain may lead through, also of other questions.
    """
    chains: dict[str, list[Claim]] = {}
    for claim in claims:
        chains.setdefault(origin_of(claim, by_id).id, []).append(claim)
    made = [_utterance(by_id[origin], chain) for origin, chain in chains.items()]
    return tuple(sorted(made, key=lambda utterance: saying_order(utterance.shown)))


def _utterance(origin: Claim, chain: list[Claim]) -> Utterance:
    ordered = sorted(chain, key=lambda claim: (claim.id != origin.id, *saying_order(claim)))
    return Utterance(shown=ordered[0], origin=origin, carried_by=tuple(ordered[1:]))


def bodies_of(voice: str | None) -> frozenset[str]:
    """The bodies behind a voice: "A; B" is a joint statement of two; none for an unknown one."""
    return frozenset(part.strip() for part in (voice or "").split(";") if part.strip())


def share_a_body(one: str | None, other: str | None) -> bool:
    """Whether two voices are not independent: some body stands behind both."""
    return bool(bodies_of(one) & bodies_of(other))


def count_voices(voices: Iterable[str]) -> int:
    """Count independent voices: those that share a body ("A; B" and "A") are one."""
    groups: list[frozenset[str]] = []
    for voice in voices:
        bodies = bodies_of(voice)
        touching = [group for group in groups if group & bodies]
        groups = [group for group in groups if not group & bodies]
        groups += [bodies.union(*touching)] if bodies else []
    return len(groups)
