"""What the decisions in force say of claims and accessions, ready for a build.

A later decision on the same subject wins over an earlier one that it had seen; what was
undone does not count (`standing` in `model/decision.py`). Where decisions that had
not seen each other differ on a pair, of claims or of rows of lists of people, or on a
claim's figure, none of them is applied: the rule's own proposal stands, and the dispute is
listed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import combinations

from qantar.model.decision import (
    About,
    Asked,
    Decision,
    Dispute,
    HappenedBefore,
    Settled,
    Verdict,
    settle,
)
from qantar.weighing.events import Bonds, pair
from qantar.workbench.names import row_in

_TOGETHER = frozenset({Verdict.ACCEPT, Verdict.JOIN})
_APART = frozenset({Verdict.REJECT, Verdict.SPLIT})
_OF_ROWS = frozenset({Verdict.SAME, Verdict.NOT_SAME, Verdict.UNSURE})
_ROWS_DECIDED = 2
_IS_ONE, _IS_NOT = "one happening", "not one happening"


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What decisions say, by stable names, or by ids as a record prints them.

    `bonds` are the pairs of claims that are one happening, and those that are not;
    `answers` leads from a claim to the figure it was decided to answer; `set_aside` are
    claims and accessions that were withdrawn. `rows` says of two rows of lists of people
    whether they are one person; they keep their stable names, also where all else is shown.
    """

    bonds: Bonds = field(default_factory=Bonds)
    answers: Mapping[str, str] = field(default_factory=dict)
    set_aside: frozenset[str] = frozenset()
    rows: Mapping[tuple[str, str], Verdict] = field(default_factory=dict)

    def shown(self, ids: Mapping[str, str]) -> Judged:
        """Say the same of what `ids` names, by stable name; the rest is left out."""
        return Judged(
            bonds=Bonds(
                together=_shown_pairs(self.bonds.together, ids),
                apart=_shown_pairs(self.bonds.apart, ids),
            ),
            answers={ids[name]: key for name, key in self.answers.items() if name in ids},
            set_aside=frozenset(ids[name] for name in self.set_aside if name in ids),
            rows=self.rows,
        )


def judge(
    decisions: Iterable[Decision],
    happened_before: HappenedBefore,
    same_claim: Callable[[str], str] = str,
) -> tuple[Judged, tuple[Dispute, ...]]:
    """Give what the decisions in force say, and the subjects that they disagree on.

    The targets of `accept` and `reject` are the claims that the event had when the
    decision was made, so that it means the same however a later build joins.

    Args:
        decisions: those in force, whoever had seen another after it.
        happened_before: tells what was seen, by ids of entries.
        same_claim: gives one name to the names of a claim that was taken in twice.
    """
    listed = tuple(decisions)
    pairs = settle(_said_of_pairs(listed, same_claim), happened_before)
    rows = settle(_said_of_rows(listed, same_claim), _unseen(listed, happened_before))
    figures = settle(_said_of_figures(listed, same_claim), happened_before)
    judged = Judged(
        bonds=Bonds(
            together=frozenset(two for two, word in pairs.held.items() if word == _IS_ONE),
            apart=frozenset(two for two, word in pairs.held.items() if word == _IS_NOT),
        ),
        answers=dict(figures.held),
        set_aside=frozenset(
            same_claim(name)
            for one in listed
            if one.verdict is Verdict.WITHDRAW
            for name in one.targets
        ),
        rows={two: Verdict(word) for two, word in sorted(rows.held.items())},
    )
    return judged, (
        *_disputes(About.PAIR, pairs),
        *_disputes(About.ROWS, rows),
        *_disputes_on_figures(figures),
    )


def _unseen(decisions: Iterable[Decision], happened_before: HappenedBefore) -> HappenedBefore:
    """Tell what was seen: a second opinion was given without having been shown the first.

    So it replaces nothing but earlier ones of its own device, and where two opinions differ, both
    stand until somebody decides who has seen both.
    """
    device = {one.entry: one.device for one in decisions}
    blind = {one.entry for one in decisions if one.asked is Asked.BLIND}
    if not blind:
        return happened_before
    return lambda before, after: (
        not (after in blind and device.get(before) != device[after])
        and happened_before(before, after)
    )


def with_bonds(held: Bonds, verdict: Verdict, groups: Iterable[tuple[str, ...]]) -> Bonds:
    """Give the pairs as they are once one more decision has been made on each group."""
    new = {two for group in groups for two in _pairs(group)}
    if verdict in _TOGETHER:
        return Bonds(together=held.together | new, apart=held.apart - new)
    if verdict in _APART:
        return Bonds(together=held.together - new, apart=held.apart | new)
    return held


def contradictions(held: Bonds) -> tuple[tuple[str, str], ...]:
    """Give the pairs held apart that other pairs tie together all the same, in order.

    A with B and B with C makes A with C: decisions that say otherwise cannot all
    be carried out.
    """
    group = _groups(held.together)
    return tuple(
        sorted(
            (left, right)
            for left, right in held.apart
            if left in group and group[left] == group.get(right)
        )
    )


def _groups(together: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Lead from each claim to one name of its group."""
    leader: dict[str, str] = {}

    def find(name: str) -> str:
        while leader.setdefault(name, name) != name:
            name = leader[name]
        return name

    for left, right in sorted(together):
        leader[find(right)] = find(left)
    return {name: find(name) for name in list(leader)}


def _said_of_pairs(
    decisions: Iterable[Decision], same_claim: Callable[[str], str]
) -> Iterator[tuple[tuple[str, str], str, Decision]]:
    for one in decisions:
        if one.verdict in _TOGETHER or one.verdict in _APART:
            word = _IS_ONE if one.verdict in _TOGETHER else _IS_NOT
            for two in _pairs(map(same_claim, one.targets)):
                yield two, word, one


def _said_of_rows(
    decisions: Iterable[Decision], same_row: Callable[[str], str]
) -> Iterator[tuple[tuple[str, str], str, Decision]]:
    """What decisions say of two rows; one that speaks of anything else says nothing of them."""
    for one in decisions:
        if one.verdict in _OF_ROWS and all(map(row_in, one.targets)):
            named = sorted(set(map(same_row, one.targets)))
            if len(named) == _ROWS_DECIDED:
                yield (named[0], named[1]), one.verdict.value, one


def _said_of_figures(
    decisions: Iterable[Decision], same_claim: Callable[[str], str]
) -> Iterator[tuple[str, str, Decision]]:
    for one in decisions:
        if one.verdict is Verdict.ANSWERS and one.targets:
            *claims, key = one.targets
            for claim in claims:
                yield same_claim(claim), key, one


def _disputes(about: About, settled: Settled[tuple[str, str]]) -> Iterator[Dispute]:
    for subject, sides in sorted(settled.disputed.items()):
        yield Dispute(about=about, subject=subject, sides=sides)


def _disputes_on_figures(settled: Settled[str]) -> Iterator[Dispute]:
    for claim, sides in sorted(settled.disputed.items()):
        yield Dispute(about=About.FIGURE, subject=(claim,), sides=sides)


def _pairs(targets: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Every two of the targets, each named as `pair` does."""
    return combinations(sorted(set(targets)), 2)


def _shown_pairs(
    pairs: Iterable[tuple[str, str]], ids: Mapping[str, str]
) -> frozenset[tuple[str, str]]:
    return frozenset(
        pair(ids[left], ids[right]) for left, right in pairs if left in ids and right in ids
    )
