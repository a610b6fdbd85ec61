"""Record one decision: what it names is checked against the record, then it is journalled.

A decision is never edited: `undo` answers it with another. The record follows at
the next build.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from msgspec import structs

from qantar.archive.case import Case
from qantar.archive.journal import append_many
from qantar.archive.lock import writing
from qantar.errors import DecisionRefusedError
from qantar.model.decision import Decision, Verdict
from qantar.model.entry import Entry
from qantar.record.facts import Known, read_known
from qantar.workbench import entries
from qantar.workbench.current import ensure_sound
from qantar.workbench.decide_rows import two_rows
from qantar.workbench.folded import Folded
from qantar.workbench.judgements import contradictions, with_bonds
from qantar.workbench.names import (
    accession_name,
    claim_name,
    decision_id,
    ids_by_name,
    row_name,
    row_of_id,
)
from qantar.workbench.stores import folded_of, record_of

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

    @property
    def accessions(self) -> dict[str, str]:
        """The entries of accessions by the ids that were seen: in the record, else in `status`."""
        return {one.id: one.entry for one in self.folded.accessions} | self.known.accessions

    def named(self, target: str) -> str:
        """Name a target so that it means the same on every device and after every merge."""
        if target in self.known.claims:
            claim = self.known.claims[target]
            return claim_name(claim.entry, claim.own_id)
        row = row_of_id(target)
        if row is not None and row[0] in self.accessions:
            return row_name(self.accessions[row[0]], row[1])
        entry = self.accessions.get(target)
        return target if entry is None else accession_name(entry)


def _nobody(_: str) -> None:
    """Hear a sentence that nobody asked for."""


def decide(
    case: Case,
    *,
    verdict: Verdict,
    targets: Sequence[str],
    reason: str,
    now: datetime,
    software: str = "qantar",
    tell: Callable[[str], None] = _nobody,
) -> tuple[Decision, ...]:
    """Record the decision; for several events, or several to undo, one decision each.

    Args:
        case: the case; its lock is taken.
        verdict: what is decided.
        targets: ids as the record prints them. `accept`, `reject`: events. `join`,
            `split`: two or more event claims. `answers`: claims, then the key of a
            figure. `same`, `not-same`, `unsure`: two rows of lists of people. `withdraw`:
            claims or accessions. `undo`: decisions.
        reason: why, in the words of whoever decides.
        now: aware; the journal keeps the minute.
        software: name and version of the program, for a new record.
        tell: is told, in a sentence, that a record that could not be trusted was built anew.

    Returns:
        The decisions, with their ids and with targets as the record prints them. The
        targets of `accept` and `reject` are the claims that the event has now.

    Raises:
        DecisionRefusedError: a target is not there, or the decision cannot mean
            what it says.
        RecordMissingError: the case has not been built.
    """
    if not reason.strip():
        message = "a decision needs a reason."
        raise DecisionRefusedError(message, next="Say why with --reason; it stays in the journal.")
    with writing(case):
        folded = folded_of(case)
        said = ensure_sound(case, folded, software=software)
        if said:
            tell(said)
        ground = _Ground(read_known(*record_of(case)), folded)
        if verdict in _ABOUT_PERSONS:
            groups = [two_rows(case, folded, targets)]
        else:
            groups = _groups(verdict, tuple(dict.fromkeys(targets)), ground)
        _check_number(groups)
        named = [_stable(verdict, group, ground) for group in groups]
        _check_together(ground, verdict, named)
        made = append_many(case, [entries.decision(verdict, n, reason) for n in named], at=now)
    return tuple(_made(folded, made, groups))


def _check_number(groups: Iterable[Sequence[str]]) -> None:
    if max(map(len, groups), default=0) > entries.MOST_TARGETS:
        message = f"one decision speaks of at most {entries.MOST_TARGETS} claims."
        raise DecisionRefusedError(message, next="Decide on fewer at a time.")


def _stable(verdict: Verdict, group: tuple[str, ...], ground: _Ground) -> tuple[str, ...]:
    """Name the targets as the journal does; the key of a figure and a decision's id stay."""
    if verdict is Verdict.UNDO:
        return group
    if verdict is Verdict.ANSWERS:
        *claims, key = group
        return (*map(ground.named, claims), key)
    return tuple(map(ground.named, group))


def _made(
    folded: Folded, made: Iterable[Entry], groups: Iterable[tuple[str, ...]]
) -> Iterator[Decision]:
    """The decisions as the record will show them."""
    first = len(folded.decisions) + 1
    for place, (entry, group) in enumerate(zip(made, groups, strict=True), start=first):
        one = entries.decision_of(entry, name=decision_id(entry.id), place=place)
        yield structs.replace(one, targets=group)


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
    accessions = ground.accessions
    for target in targets:
        if target not in accessions and target not in ground.known.claims:
            raise _no_such(_CLAIM_OR_ACCESSION, target, [*accessions, *ground.known.claims])
    return targets


def _undone(target: str, folded: Folded) -> tuple[str, ...]:
    made = {one.id: one for one in folded.decisions}
    if target not in made:
        raise _no_such(_DECISION, target, made)
    if target in folded.undone:
        message = f"{target} is undone already."
        hint = "To bring it back, undo the undo; `qantar status` lists the decisions."
        raise DecisionRefusedError(message, where=target, next=hint)
    return (target,)


def _check_together(ground: _Ground, verdict: Verdict, groups: Sequence[tuple[str, ...]]) -> None:
    """Refuse what would hold two claims apart that other decisions tie together."""
    folded = ground.folded
    before = folded.judged.bonds
    same = [tuple(map(folded.same_claim, group)) for group in groups]
    known = contradictions(before)
    clash = [two for two in contradictions(with_bonds(before, verdict, same)) if two not in known]
    if not clash:
        return
    named = ids_by_name(ground.known, folded.same_claim)
    left, right = (named.get(name, name) for name in clash[0])
    message = f"{left} and {right} would be held apart and, through other claims, together."
    ties = " ".join(
        one.id
        for one in folded.standing
        if not {*clash[0]}.isdisjoint(map(folded.same_claim, one.targets))
    )
    raise DecisionRefusedError(message, next=f"Undo an earlier decision on them first: {ties}.")


def _claim(target: str, known: Known) -> str:
    """The kind of a claim that the record holds."""
    if target not in known.claims:
        raise _no_such(_CLAIM, target, known.claims)
    return known.claims[target].kind


def _no_such(what: str, target: str, known: Iterable[str]) -> DecisionRefusedError:
    near = difflib.get_close_matches(target, list(known), n=_SUGGESTIONS)
    hint = f"Did you mean {' or '.join(near)}?" if near else "`qantar search` shows ids."
    return DecisionRefusedError(f"the record holds no {what} {target}.", where=target, next=hint)
