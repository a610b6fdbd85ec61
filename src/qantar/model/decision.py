"""A decision: one judgement in the journal, undoable by a later one, never overwritten.

Later means: made by somebody who had seen the earlier one. Two devices that worked
apart may decide differently on one subject; then neither opinion holds until a
decision that has seen both settles it.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Generic, TypeVar

from msgspec import Struct

Subject = TypeVar("Subject", bound=Hashable)
HappenedBefore = Callable[[str, str], bool]
"""Whether the entry with the first id is in the past of the one with the second."""


class Verdict(StrEnum):
    """What a decision says of its targets."""

    ACCEPT = "accept"
    REJECT = "reject"
    JOIN = "join"
    SPLIT = "split"
    ANSWERS = "answers"
    WITHDRAW = "withdraw"
    UNDO = "undo"
    SAME = "same"
    NOT_SAME = "not-same"
    UNSURE = "unsure"


class Asked(StrEnum):
    """How it came that somebody decided: none of these where they did unasked.

    `TARGETED` was asked because the answer matters, `AUDIT` at random, `BLIND` as a second
    opinion, given without having been shown the first.
    """

    TARGETED = "targeted"
    AUDIT = "audit"
    BLIND = "blind"


class Decision(Struct, frozen=True, kw_only=True):
    """One judgement; corrected by a later one, never edited.

    `seq` is its place among the case's decisions, in which whoever had seen another
    comes after it; `entry` is the full id of its journal entry, `device` who wrote
    it; `at` is aware and in UTC. `targets` are stable names in the journal and ids
    as the record prints them in the record; for `answers` the last target is the
    figure key, for `undo` the only target is the decision's id. `asked` is known of what
    stands in a journal; a record does not keep it.

    Raises:
        ValueError: `at` is not in UTC.
    """

    id: str
    seq: int
    entry: str
    device: str
    at: datetime
    verdict: Verdict
    targets: tuple[str, ...]
    reason: str
    asked: Asked | None = None

    def __post_init__(self) -> None:
        """Refuse a time that would be another on another machine."""
        if self.at.tzinfo is not UTC and self.at.utcoffset() != timedelta(0):
            message = f"decision {self.id} has a time that is not in UTC: {self.at}"
            raise ValueError(message)


class About(StrEnum):
    """What decisions can disagree about."""

    PAIR = "pair"
    ROWS = "rows"
    FIGURE = "figure"
    DECISION = "decision"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispute:
    """One subject on which devices decided differently, not having seen each other.

    `subject` are two claims, two rows of lists of people, one claim, or one decision. Each of
    `sides` is an opinion with the ids of the decisions that hold it, in order.
    """

    about: About
    subject: tuple[str, ...]
    sides: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class Settled(Generic[Subject]):
    """The opinion that holds on each subject, and the sides where several stand."""

    held: Mapping[Subject, str]
    disputed: Mapping[Subject, tuple[tuple[str, tuple[str, ...]], ...]]


@dataclass(frozen=True, slots=True)
class Standing:
    """What stands: `decisions` in force, in order; `undone` the ids of what does not hold.

    A decision is in neither while it is disputed whether it was undone.
    """

    decisions: tuple[Decision, ...]
    undone: frozenset[str]
    disputes: tuple[Dispute, ...]


def settle(
    said: Iterable[tuple[Subject, str, Decision]], happened_before: HappenedBefore
) -> Settled[Subject]:
    """Set opinions on the same subjects side by side; a later one replaces those it had seen.

    Args:
        said: subject, opinion and the decision it comes from; whoever had seen
            another comes after it.
        happened_before: tells what was seen, by ids of entries.
    """
    newest: dict[Subject, tuple[tuple[str, Decision], ...]] = {}
    for subject, opinion, one in said:
        before = newest.get(subject)
        if before is not None:
            kept = tuple(
                other
                for other in before
                if other[1] is not one and not happened_before(other[1].entry, one.entry)
            )
            newest[subject] = (*kept, (opinion, one))
        else:
            newest[subject] = ((opinion, one),)
    held: dict[Subject, str] = {}
    disputed: dict[Subject, tuple[tuple[str, tuple[str, ...]], ...]] = {}
    for subject, opinions in newest.items():
        first = opinions[0][0]
        if len(opinions) == 1 or all(opinion == first for opinion, _ in opinions):
            held[subject] = first
        else:
            disputed[subject] = _sides(opinions)
    return Settled(held, disputed)


def _sides(opinions: Iterable[tuple[str, Decision]]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    sides: dict[str, list[str]] = {}
    for opinion, one in opinions:
        sides.setdefault(opinion, []).append(one.id)
    return tuple((opinion, tuple(sides[opinion])) for opinion in sorted(sides))


_UNDONE, _STANDS = "undone", "stands"


def standing(decisions: Sequence[Decision], happened_before: HappenedBefore) -> Standing:
    """Give the decisions that are in force.

    To undo an undo says that the first decision stands. Whether a decision stands is
    a subject like others: the latest word on it holds; where two that had not seen each
    other differ, the decision is disputed and not in force. An undo of something
    that its writer had not seen says nothing.

    Args:
        decisions: whoever had seen another comes after it.
        happened_before: tells what was seen, by ids of entries.
    """
    undos = [one for one in decisions if one.verdict is Verdict.UNDO]
    if not undos:
        return Standing(tuple(decisions), frozenset(), ())
    by_id = {one.id: one for one in decisions}
    says: dict[str, dict[str, str]] = {}
    for undo in undos:
        says[undo.id] = _says(undo, by_id, says, happened_before)
    settled = settle(
        ((root, opinion, undo) for undo in undos for root, opinion in says[undo.id].items()),
        happened_before,
    )
    undone = {name for name, opinion in settled.held.items() if opinion == _UNDONE}
    out = undone | settled.disputed.keys()
    return Standing(
        tuple(d for d in decisions if d.verdict is not Verdict.UNDO and d.id not in out),
        frozenset(undone | _overruled(says, settled)),
        tuple(
            Dispute(about=About.DECISION, subject=(name,), sides=sides)
            for name, sides in sorted(settled.disputed.items())
        ),
    )


def _says(
    undo: Decision,
    by_id: Mapping[str, Decision],
    says: Mapping[str, Mapping[str, str]],
    happened_before: HappenedBefore,
) -> dict[str, str]:
    """What an undo says of the decisions that are no undos themselves, by their ids."""
    said: dict[str, str] = {}
    for name in undo.targets:
        target = by_id.get(name)
        if target is None or not happened_before(target.entry, undo.entry):
            continue
        if target.verdict is not Verdict.UNDO:
            said[name] = _UNDONE
            continue
        for root, opinion in says[name].items():
            said[root] = _STANDS if opinion == _UNDONE else _UNDONE
    return said


def _overruled(says: Mapping[str, Mapping[str, str]], settled: Settled[str]) -> set[str]:
    """The undos that no longer hold for any decision they speak of."""
    return {
        name
        for name, said in says.items()
        if said and all(settled.held.get(root, word) != word for root, word in said.items())
    }
