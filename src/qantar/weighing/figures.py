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
from qantar.model.when import When, overlaps
from qantar.weighing.said import saying_order
from qantar.weighing.utterances import Utterance, count_voices, utterances


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
    questions: dict[str, list[Claim]] = {}
    for claim in listed:
        if claim.figure_key:
            questions.setdefault(claim.figure_key, []).append(claim)
    return tuple(
        figure(key, questions[key], by_id, is_cumulative=is_cumulative) for key in sorted(questions)
    )


def figure(
    key: str,
    claims: list[Claim],
    by_id: Mapping[str, Claim],
    *,
    is_cumulative: Callable[[str], bool],
) -> Figure:
    """Form the figure of one question from the claims that stand under its key."""
    sourced = [claim for claim in claims if claim.is_sourced]
    about = sorted((c for c in sourced if _only_speaks_about(c)), key=saying_order)
    valued = [claim for claim in sourced if not _only_speaks_about(claim)]
    points = _points(utterances(valued, by_id), _marks(sourced), key)
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
        voices=count_voices(p.utterance.voice or "" for p in points if _stated_by_a_voice(p)),
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


def _stated_by_a_voice(point: Point) -> bool:
    return point.fate not in {Fate.RELAYED, Fate.CARRIED, Fate.NO_VOICE, Fate.NO_VALUE}


def _marks(claims: list[Claim]) -> dict[str, list[Claim]]:
    """The claims that speak about each claim, in the order they were said."""
    marks: dict[str, list[Claim]] = {}
    for claim in sorted(claims, key=saying_order):
        if claim.stance in TARGETING_STANCES:
            for target in claim.targets:
                marks.setdefault(target, []).append(claim)
    return marks


def _points(
    said: tuple[Utterance, ...], marks: Mapping[str, list[Claim]], key: str
) -> tuple[Point, ...]:
    """Give each utterance its fate; `said` is in the order things were said."""
    following: dict[str, Utterance] = {}
    points: list[Point] = []
    for utterance in reversed(said):
        of_it = _marks_of(utterance, marks)
        later = (
            following.get(utterance.voice)
            if utterance.voice and _may_stand(utterance, key)
            else None
        )
        points.append(
            Point(
                utterance=utterance,
                fate=_fate(utterance, of_it, later, key),
                marks=of_it,
                replaced_by=later.shown.id if later else None,
            )
        )
        if utterance.voice and _may_stand(utterance, key):
            following[utterance.voice] = utterance
    return tuple(reversed(points))


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
    if any(mark.stance == "revises" and mark.voice == utterance.voice for mark in marks):
        return Fate.REVISED
    return Fate.SUPERSEDED if later else Fate.CURRENT


def _takes_back(mark: Claim, utterance: Utterance) -> bool:
    """Whether the mark takes the value back: a withdrawal, or the voice's own denial.

    Another office may withdraw too, such as the one whose channel had carried it;
    but only a known voice that speaks for itself, not one that relays.
    """
    if mark.voice is None or mark.is_relayed:
        return False
    return mark.stance == "withdraws" or (mark.stance == "denies" and mark.voice == utterance.voice)


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
    if contradictions or any(_is_disputed(point) for point in current):
        return State.CONTESTED, 0
    widest = max((version.voices for version in versions), default=0)
    if widest > 1:
        return State.AGREED, widest
    if len(versions) > 1 or (
        not versions and count_voices(p.utterance.voice or "" for p in current) > 1
    ):
        return State.SUCCESSIVE, 0
    voices = {p.utterance.voice for p in (versions[0].points if versions else current)}
    amounts = {_amount(p) for p in points if p.utterance.voice in voices and _stated_by_a_voice(p)}
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


def _is_disputed(point: Point) -> bool:
    """Whether another voice denies or doubts the standing value."""
    return any(
        mark.stance in {"denies", "doubts"}
        and mark.voice is not None
        and not mark.is_relayed
        and mark.voice != point.utterance.voice
        for mark in point.marks
    )


def _amount(point: Point) -> tuple[str, str]:
    quantity = point.quantity
    return ("", "") if quantity is None else (str(quantity.lower), str(quantity.upper))
