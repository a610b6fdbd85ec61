"""A decision: one judgement in the journal, undoable by a later one, never overwritten."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One judgement; corrected by a later one, never edited.

    `seq` is the journal's own number, `at` is aware and in UTC. `targets` are ids
    as the record prints them; for `answers` the last target is the figure key,
    for `undo` the only target is the decision's id.

    Raises:
        ValueError: `at` is not in UTC.
    """

    id: str
    seq: int
    at: datetime
    verdict: Verdict
    targets: tuple[str, ...]
    reason: str

    def __post_init__(self) -> None:
        """Refuse a time that would be another on another machine."""
        if self.at.utcoffset() != timedelta(0):
            message = f"decision {self.id} has a time that is not in UTC: {self.at}"
            raise ValueError(message)


def standing(decisions: Iterable[Decision]) -> tuple[Decision, ...]:
    """Give the decisions that no later decision undoes, in journal order.

    An undo can be undone: that brings the first decision back.
    """
    ordered = sorted(decisions, key=lambda decision: decision.seq)
    undone: set[str] = set()
    for decision in reversed(ordered):
        if decision.verdict is Verdict.UNDO and decision.id not in undone:
            undone.update(decision.targets)
    return tuple(d for d in ordered if d.id not in undone and d.verdict is not Verdict.UNDO)
