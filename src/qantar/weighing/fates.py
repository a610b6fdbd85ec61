"""Fates: what became of each utterance within its figure, by rule.

An utterance stands when it is its voice's latest and nobody took it back. What is
relayed, or carried over from another question, or of nobody known, is shown and
counts as no voice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from qantar.model.claim import TARGETING_STANCES, Claim, FigureDetail
from qantar.model.quantity import Quantity
from qantar.model.when import When
from qantar.weighing.said import saying_order
from qantar.weighing.utterances import Utterance, bodies_of, share_a_body


class Fate(StrEnum):
    """What became of one utterance within its figure."""

    CURRENT = "current"
    SUPERSEDED = "superseded"
    REVISED = "revised"
    WITHDRAWN = "withdrawn"
    RELAYED = "relayed"
    CARRIED = "carried"
    NO_VOICE = "no-voice"
    NO_VALUE = "no-value"


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One utterance in a figure, with what happened to it.

    `marks` are the claims that deny, doubt, withdraw or revise it, in the order
    they were said; `replaced_by` is the same voice's next utterance, if any.
    """

    utterance: Utterance
    fate: Fate
    marks: tuple[Claim, ...] = ()
    replaced_by: str | None = None

    @property
    def quantity(self) -> Quantity | None:
        """The amount stated."""
        return self.utterance.shown.quantity

    @property
    def as_of(self) -> When | None:
        """The time for which the amount is said to hold."""
        detail = self.utterance.shown.detail
        return detail.as_of if isinstance(detail, FigureDetail) else None


def marks_on(claims: Iterable[Claim]) -> dict[str, list[Claim]]:
    """The claims that speak about each claim, in the order they were said."""
    marks: dict[str, list[Claim]] = {}
    for claim in sorted(claims, key=saying_order):
        if claim.stance in TARGETING_STANCES:
            for target in claim.targets:
                marks.setdefault(target, []).append(claim)
    return marks


def points_of(
    said: tuple[Utterance, ...], marks: Mapping[str, list[Claim]], key: str
) -> tuple[Point, ...]:
    """Give each utterance its fate; `said` is in the order things were said."""
    following: dict[str, tuple[int, Utterance]] = {}
    points: list[Point] = []
    for utterance in reversed(said):
        of_it = _marks_of(utterance, marks)
        later = _next_by_the_voice(utterance, following) if _may_stand(utterance, key) else None
        points.append(
            Point(
                utterance=utterance,
                fate=_fate(utterance, of_it, later, key),
                marks=of_it,
                replaced_by=later.shown.id if later else None,
            )
        )
        if _may_stand(utterance, key):
            at = len(said) - len(points)
            following.update(dict.fromkeys(bodies_of(utterance.voice), (at, utterance)))
    return tuple(reversed(points))


def _next_by_the_voice(
    utterance: Utterance, following: Mapping[str, tuple[int, Utterance]]
) -> Utterance | None:
    """The next utterance behind which one of the same bodies stands."""
    found = (following[body] for body in bodies_of(utterance.voice) if body in following)
    return min(found, key=lambda one: one[0], default=(0, None))[1]


def _may_stand(utterance: Utterance, key: str) -> bool:
    quantity = utterance.shown.quantity
    stated = quantity is not None and quantity.is_stated
    return stated and utterance.counts and not _is_carried(utterance, key)


def _is_carried(utterance: Utterance, key: str) -> bool:
    """Whether its origin answers another question: nobody is given a number they did not say."""
    return utterance.origin.figure_key != key


def _marks_of(utterance: Utterance, marks: Mapping[str, list[Claim]]) -> tuple[Claim, ...]:
    ids = dict.fromkeys((utterance.origin.id, *(claim.id for claim in utterance.claims)))
    found = {mark.id: mark for name in ids for mark in marks.get(name, ())}
    return tuple(sorted(found.values(), key=saying_order))


def _fate(
    utterance: Utterance, marks: tuple[Claim, ...], later: Utterance | None, key: str
) -> Fate:
    quantity = utterance.shown.quantity
    if quantity is None or not quantity.is_stated:
        return Fate.NO_VALUE
    if _is_carried(utterance, key):
        return Fate.CARRIED
    if utterance.voice is None:
        return Fate.NO_VOICE
    if utterance.is_relayed:
        return Fate.RELAYED
    return _fate_of_a_voice(utterance, marks, later)


def _fate_of_a_voice(
    utterance: Utterance, marks: tuple[Claim, ...], later: Utterance | None
) -> Fate:
    if any(_takes_back(mark, utterance) for mark in marks):
        return Fate.WITHDRAWN
    if any(
        mark.stance == "revises" and share_a_body(mark.voice, utterance.voice) for mark in marks
    ):
        return Fate.REVISED
    return Fate.SUPERSEDED if later else Fate.CURRENT


def _takes_back(mark: Claim, utterance: Utterance) -> bool:
    """Whether the mark takes the value back: a withdrawal, or the voice's own denial.

    Another office may withdraw too, such as the one whose channel had carried it;
    but only a known voice that speaks for itself, not one that relays.
    """
    if mark.voice is None or mark.is_relayed:
        return False
    own_denial = mark.stance == "denies" and share_a_body(mark.voice, utterance.voice)
    return mark.stance == "withdraws" or own_denial


def stated_by_a_voice(point: Point) -> bool:
    """Whether a known voice stated the amount itself, whatever became of it."""
    return point.fate not in {Fate.RELAYED, Fate.CARRIED, Fate.NO_VOICE, Fate.NO_VALUE}


def is_disputed(point: Point) -> bool:
    """Whether another voice denies or doubts the standing value."""
    return any(
        mark.stance in {"denies", "doubts"}
        and mark.voice is not None
        and not mark.is_relayed
        and not share_a_body(mark.voice, point.utterance.voice)
        for mark in point.marks
    )
