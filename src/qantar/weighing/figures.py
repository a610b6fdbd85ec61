"""Figures over time: who said how many, when, and what became of what they said.

The rules, in full, are in `docs/weighing.md` and on the page of each figure. No
rule here picks one value as the truth.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations

from qantar.model.claim import TARGETING_STANCES, Claim, FigureDetail
from qantar.model.quantity import Quantity
from qantar.model.when import overlaps
from qantar.weighing.fates import (
    Fate,
    Point,
    is_disputed,
    marks_on,
    points_of,
    stated_by_a_voice,
)
from qantar.weighing.said import saying_order
from qantar.weighing.utterances import count_voices, share_a_body, utterances


class State(StrEnum):
    """Where a figure stands, by rule."""

    SINGLE_VOICE = "single-voice"
    CHANGING = "changing"
    AGREED = "agreed"
    SUCCESSIVE = "successive"
    CONTESTED = "contested"
    WITHDRAWN = "withdrawn"
    RELAYED_ONLY = "relayed-only"
    NO_VOICE = "no-voice"
    NO_VALUE = "no-value"


class Why(StrEnum):
    """Why two standing values cannot both be right."""

    SAME_DAY = "same-day"
    TOTAL_FELL = "total-fell"


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """Current values that agree: one amount, the voices that state it, the bounds it fits."""

    quantity: Quantity
    points: tuple[Point, ...]
    fits: tuple[Point, ...] = ()

    @property
    def voices(self) -> int:
        """How many independent voices state it."""
        return count_voices(point.utterance.voice or "" for point in self.points)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contradiction:
    """Two standing values that cannot both be right, and why."""

    left: Point
    right: Point
    why: Why


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One question, with every claim that answers it or speaks about an answer.

    `claims` counts the sourced claims. `voices` counts the independent voices that
    stated a value at any time, `standing` those whose latest value stands.
    `unsourced` holds claims without a source: shown as such, in no count.
    """

    key: str
    measure: str
    population: str | None
    state: State
    agreed_by: int
    claims: int
    voices: int
    standing: int
    points: tuple[Point, ...]
    speaking_about: tuple[Claim, ...] = ()
    versions: tuple[Version, ...] = ()
    contradictions: tuple[Contradiction, ...] = ()
    unsourced: tuple[Claim, ...] = ()

    @property
    def current(self) -> tuple[Point, ...]:
        """The standing values, one a voice."""
        return tuple(point for point in self.points if point.fate is Fate.CURRENT)


def figures(claims: Iterable[Claim], *, is_cumulative: Callable[[str], bool]) -> tuple[Figure, ...]:
    """Form one figure for each question that these claims answer, in order of key.

    Args:
        claims: all claims known; repeats may lead to claims of other questions.
        is_cumulative: whether a measure is a running total, which cannot fall.
    """
    listed = tuple(claims)
    by_id = {claim.id: claim for claim in listed}
    marks = marks_on(claim for claim in listed if claim.is_sourced)
    questions: dict[str, list[Claim]] = {}
    for claim in listed:
        if claim.figure_key:
            questions.setdefault(claim.figure_key, []).append(claim)
    return tuple(
        figure(key, questions[key], by_id, marks, is_cumulative=is_cumulative)
        for key in sorted(questions)
    )


def figure(
    key: str,
    claims: list[Claim],
    by_id: Mapping[str, Claim],
    marks: Mapping[str, list[Claim]],
    *,
    is_cumulative: Callable[[str], bool],
) -> Figure:
    """Form the figure of one question from the claims that stand under its key.

    `marks` are the claims that speak about others, by the claim they name; they
    count wherever they stand, because who takes a number back may name no number.
    """
    sourced = [claim for claim in claims if claim.is_sourced]
    about = sorted((c for c in sourced if _only_speaks_about(c)), key=saying_order)
    valued = [claim for claim in sourced if not _only_speaks_about(claim)]
    points = points_of(utterances(valued, by_id), marks, key)
    first = next(
        (c.detail for c in (*sourced, *claims) if isinstance(c.detail, FigureDetail)), None
    )
    measure = first.measure if first else "other"
    current = tuple(point for point in points if point.fate is Fate.CURRENT)
    contradictions = tuple(_contradictions(current, cumulative=is_cumulative(measure)))
    versions = _versions(current)
    state, agreed = _state(points, current, versions, contradictions)
    return Figure(
        key=key,
        measure=measure,
        population=first.population if first else None,
        state=state,
        agreed_by=agreed,
        claims=len(sourced),
        voices=count_voices(p.utterance.voice or "" for p in points if stated_by_a_voice(p)),
        standing=count_voices(p.utterance.voice or "" for p in current),
        points=points,
        speaking_about=tuple(about),
        versions=versions,
        contradictions=contradictions,
        unsourced=tuple(claim for claim in claims if not claim.is_sourced),
    )


def _only_speaks_about(claim: Claim) -> bool:
    """Whether the claim is about another's value and adds none of its own."""
    if claim.stance == "asks":
        return True
    if claim.stance not in TARGETING_STANCES:
        return False
    return claim.quantity is None or not claim.quantity.is_stated


def _contradictions(current: tuple[Point, ...], *, cumulative: bool) -> Iterable[Contradiction]:
    for left, right in combinations(current, 2):
        why = _why(left, right, cumulative=cumulative)
        if why:
            yield Contradiction(left=left, right=right, why=why)


def _why(left: Point, right: Point, *, cumulative: bool) -> Why | None:
    """Why two standing values cannot both be right, or None when they can.

    Amounts that overlap can. Amounts for days that may be the same cannot.
    Amounts for different days can, unless a running total would have fallen.
    """
    if left.quantity is None or right.quantity is None or left.quantity.overlaps(right.quantity):
        return None
    if left.as_of is None or right.as_of is None or overlaps(left.as_of, right.as_of):
        return Why.SAME_DAY
    early, late = sorted((left, right), key=_as_of_end)
    return Why.TOTAL_FELL if cumulative and _is_above(early.quantity, late.quantity) else None


def _as_of_end(point: Point) -> str:
    when = point.as_of
    edge = when and (when.latest or when.earliest)
    return edge.isoformat() if edge else ""


def _is_above(early: Quantity | None, late: Quantity | None) -> bool:
    if early is None or late is None or early.lower is None or late.upper is None:
        return False
    return early.lower > late.upper


def _versions(current: tuple[Point, ...]) -> tuple[Version, ...]:
    """Group the current values that are alike; bounds found none but may fit some."""
    groups: dict[tuple[str, str], list[Point]] = {}
    bounds: list[Point] = []
    for point in current:
        quantity = point.quantity
        if quantity is None or quantity.is_bound:
            bounds.append(point)
        else:
            groups.setdefault((str(quantity.lower), str(quantity.upper)), []).append(point)
    made = [
        Version(
            quantity=quantity,
            points=tuple(group),
            fits=tuple(b for b in bounds if b.quantity and b.quantity.overlaps(quantity)),
        )
        for group in groups.values()
        if (quantity := group[0].quantity) is not None
    ]
    return tuple(
        sorted(made, key=lambda version: (version.quantity.lower or 0, version.quantity.upper or 0))
    )


def _state(
    points: tuple[Point, ...],
    current: tuple[Point, ...],
    versions: tuple[Version, ...],
    contradictions: tuple[Contradiction, ...],
) -> tuple[State, int]:
    """The state by rule, and for `agreed` by how many voices."""
    if not current:
        return _state_without_standing(points), 0
    if contradictions or any(is_disputed(point) for point in current):
        return State.CONTESTED, 0
    widest = max((version.voices for version in versions), default=0)
    if widest > 1:
        return State.AGREED, widest
    if len(versions) > 1 or (
        not versions and count_voices(p.utterance.voice or "" for p in current) > 1
    ):
        return State.SUCCESSIVE, 0
    standing = [p.utterance.voice for p in (versions[0].points if versions else current)]
    amounts = {
        _amount(p)
        for p in points
        if stated_by_a_voice(p) and any(share_a_body(p.utterance.voice, v) for v in standing)
    }
    return (State.CHANGING if len(amounts) > 1 else State.SINGLE_VOICE), 0


def _state_without_standing(points: tuple[Point, ...]) -> State:
    fates = {point.fate for point in points}
    for fate, state in (
        (Fate.WITHDRAWN, State.WITHDRAWN),
        (Fate.REVISED, State.WITHDRAWN),
        (Fate.RELAYED, State.RELAYED_ONLY),
        (Fate.CARRIED, State.RELAYED_ONLY),
        (Fate.NO_VOICE, State.NO_VOICE),
    ):
        if fate in fates:
            return state
    return State.NO_VALUE


def _amount(point: Point) -> tuple[str, str]:
    quantity = point.quantity
    return ("", "") if quantity is None else (str(quantity.lower), str(quantity.upper))
