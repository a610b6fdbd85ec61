"""Record one decision: what it names is checked against the record, then it is journalled.

A decision is never edited: `undo` answers it with another. The record follows at
the next build.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from qantar.archive.case import Case
from qantar.archive.journal import append_many, read
from qantar.archive.lock import writing
from qantar.errors import DecisionRefusedError
from qantar.model.decision import Decision, Verdict, standing
from qantar.record.facts import Known, read_known
from qantar.workbench import entries
from qantar.workbench.fold import Folded, fold
from qantar.workbench.judgements import bonds, contradictions
from qantar.workbench.stores import record_of

_ABOUT_PERSONS: Final = frozenset({Verdict.SAME, Verdict.NOT_SAME, Verdict.UNSURE})
_ABOUT_EVENTS: Final = frozenset({Verdict.ACCEPT, Verdict.REJECT})
_ABOUT_PAIRS: Final = frozenset({Verdict.JOIN, Verdict.SPLIT})
_EVENT, _CLAIM, _FIGURE, _DECISION = "event", "claim", "figure", "decision"
_CLAIM_OR_ACCESSION: Final = "claim or accession"
# Claims of these kinds are more than a statement: put under a figure they would lose what they are.
_NO_ANSWERS: Final = frozenset({_EVENT, "outage", "demand", "response", "framing"})
_PAIR: Final = 2
_SUGGESTIONS: Final = 3


@dataclass(frozen=True, slots=True)
class _Ground:
    """What a decision is held against: the record's ids, and the journal."""

    known: Known
    folded: Folded


def decide(
    case: Case, *, verdict: Verdict, targets: Sequence[str], reason: str, now: datetime
) -> tuple[Decision, ...]:
    """Record the decision; for several events, or several to undo, one decision each.

    Args:
        case: the case; its lock is taken.
        verdict: what is decided.
        targets: ids as the record prints them. `accept`, `reject`: events. `join`,
            `split`: two or more event claims. `answers`: claims, then the key of a
            figure. `withdraw`: claims or accessions. `undo`: decisions.
        reason: why, in the words of whoever decides.
        now: aware; the journal keeps the minute.

    Returns:
        The decisions, with their ids. The targets of `accept` and `reject` are the
        claims that the event has now.

    Raises:
        DecisionRefusedError: a target is not there, or the decision cannot mean
            what it says.
        RecordMissingError: the case has not been built.
    """
    if verdict in _ABOUT_PERSONS:
        message = f"`{verdict}` is about persons, and the record holds no persons yet."
        raise DecisionRefusedError(
            message, next="Events are decided with accept, reject, join and split."
        )
    if not reason.strip():
        message = "a decision needs a reason."
        raise DecisionRefusedError(message, next="Say why with --reason; it stays in the journal.")
    with writing(case):
        ground = _Ground(read_known(*record_of(case)), fold(read(case)))
        groups = _groups(verdict, tuple(dict.fromkeys(targets)), ground)
        _check_together(ground.folded, verdict, groups, now)
        drafts = [entries.decision(verdict, group, reason) for group in groups]
        made = append_many(case, drafts, at=now)
    return tuple(entries.decision_of(entry) for entry in made)


def _groups(verdict: Verdict, targets: tuple[str, ...], ground: _Ground) -> list[tuple[str, ...]]:
    """The targets of each decision to be written."""
    if not targets:
        message = f"`{verdict}` needs something to decide on."
        raise DecisionRefusedError(
            message, next="Name ids as `qantar search` or the dossier shows them."
        )
    if verdict in _ABOUT_EVENTS:
        return [_event(verdict, target, ground.known) for target in targets]
    if verdict in _ABOUT_PAIRS:
        return [_pair(verdict, targets, ground.known)]
    if verdict is Verdict.ANSWERS:
        return [_answer(targets, ground.known)]
    if verdict is Verdict.WITHDRAW:
        return [_set_aside(targets, ground)]
    return [_undone(target, ground.folded) for target in targets]


def _event(verdict: Verdict, target: str, known: Known) -> tuple[str, ...]:
    if target not in known.events:
        raise _no_such(_EVENT, target, known.events)
    claims = known.events[target]
    if len(claims) < _PAIR:
        message = f"{target} has one claim only, so there is no join to {verdict}."
        raise DecisionRefusedError(
            message, where=target, next="Use `join` to bring claims together."
        )
    return claims


def _pair(verdict: Verdict, targets: tuple[str, ...], known: Known) -> tuple[str, ...]:
    for target in targets:
        if target in known.events:
            listed = " ".join(known.events[target])
            message = f"{target} is an event; `{verdict}` takes the claims in it."
            raise DecisionRefusedError(message, where=target, next=f"Its claims are: {listed}.")
        kind = _claim(target, known)
        if kind != _EVENT:
            message = (
                f"{target} is a claim of the kind {kind}; only claims about events are joined."
            )
            raise DecisionRefusedError(message, where=target, next="Name claims of the kind event.")
    if len(targets) < _PAIR:
        message = f"`{verdict}` needs two claims at least."
        raise DecisionRefusedError(message, next="Name every claim that it holds for.")
    return targets


def _answer(targets: tuple[str, ...], known: Known) -> tuple[str, ...]:
    *claims, key = targets
    if not claims:
        message = "`answers` needs a claim and the key of a figure."
        raise DecisionRefusedError(message, next="Name the claim first, the figure last.")
    for target in claims:
        kind = _claim(target, known)
        if kind in _NO_ANSWERS:
            message = f"{target} is a claim of the kind {kind}, which answers no figure."
            raise DecisionRefusedError(message, where=target, next="Name a statement.")
    if key not in known.figures:
        raise _no_such(_FIGURE, key, known.figures)
    return targets


def _set_aside(targets: tuple[str, ...], ground: _Ground) -> tuple[str, ...]:
    accessions = [one.id for one in ground.folded.accessions]
    for target in targets:
        if target not in accessions and target not in ground.known.claims:
            raise _no_such(_CLAIM_OR_ACCESSION, target, [*accessions, *ground.known.claims])
    return targets


def _undone(target: str, folded: Folded) -> tuple[str, ...]:
    made = {one.id: one for one in folded.decisions}
    if target not in made:
        raise _no_such(_DECISION, target, made)
    undone = {t for one in _undos_in_force(folded) for t in one.targets}
    if target in undone:
        message = f"{target} is undone already."
        hint = "To bring it back, undo the undo; `qantar status` lists the decisions."
        raise DecisionRefusedError(message, where=target, next=hint)
    return (target,)


def _undos_in_force(folded: Folded) -> list[Decision]:
    """The undos that no later undo takes back; `standing` leaves undos out."""
    undone: set[str] = set()
    force: list[Decision] = []
    for one in sorted(folded.decisions, key=lambda decision: -decision.seq):
        if one.verdict is Verdict.UNDO and one.id not in undone:
            undone.update(one.targets)
            force.append(one)
    return force


def _check_together(
    folded: Folded, verdict: Verdict, groups: Sequence[tuple[str, ...]], now: datetime
) -> None:
    """Refuse what would hold two claims apart that other decisions tie together."""
    before = folded.decisions
    new = tuple(
        Decision(id=f"new-{seq}", seq=seq, at=now, verdict=verdict, targets=group, reason="")
        for seq, group in enumerate(groups, start=folded.seq + 1)
    )
    known = contradictions(bonds(before))
    clash = [two for two in contradictions(bonds((*before, *new))) if two not in known]
    if clash:
        left, right = clash[0]
        message = f"{left} and {right} would be held apart and, through other claims, together."
        ties = " ".join(one.id for one in standing(before) if {left, right} & {*one.targets})
        raise DecisionRefusedError(message, next=f"Undo an earlier decision on them first: {ties}.")


def _claim(target: str, known: Known) -> str:
    """The kind of a claim that the record holds."""
    if target not in known.claims:
        raise _no_such(_CLAIM, target, known.claims)
    return known.claims[target]


def _no_such(what: str, target: str, known: Iterable[str]) -> DecisionRefusedError:
    near = difflib.get_close_matches(target, list(known), n=_SUGGESTIONS)
    hint = f"Did you mean {' or '.join(near)}?" if near else "`qantar search` shows ids."
    return DecisionRefusedError(f"the record holds no {what} {target}.", where=target, next=hint)
