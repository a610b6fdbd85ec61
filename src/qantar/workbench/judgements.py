"""What the decisions in force say of claims and accessions, ready for a build.

A later decision on the same pair wins over an earlier one; what was undone does
not count (`standing` in `model/decision.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import combinations

from qantar.model.decision import Decision, Verdict, standing
from qantar.weighing.events import Bonds, pair

_TOGETHER = frozenset({Verdict.ACCEPT, Verdict.JOIN})
_APART = frozenset({Verdict.REJECT, Verdict.SPLIT})


def bonds(decisions: Iterable[Decision]) -> Bonds:
    """Give the pairs of claims that are one happening, and those that are not.

    The targets of `accept` and `reject` are the claims that the event had when the
    decision was made, so that it means the same however a later build joins.
    """
    together: dict[tuple[str, str], bool] = {}
    for one in standing(decisions):
        if one.verdict in _TOGETHER or one.verdict in _APART:
            for two in _pairs(one.targets):
                together[two] = one.verdict in _TOGETHER
    return Bonds(
        together=frozenset(two for two, is_one in together.items() if is_one),
        apart=frozenset(two for two, is_one in together.items() if not is_one),
    )


def withdrawn(decisions: Iterable[Decision]) -> frozenset[str]:
    """Give the ids of claims and accessions that are set aside."""
    set_aside = (one.targets for one in standing(decisions) if one.verdict is Verdict.WITHDRAW)
    return frozenset(target for targets in set_aside for target in targets)


def answered(decisions: Iterable[Decision]) -> dict[str, str]:
    """Give the figure key that each claim was decided to answer, by claim id."""
    keys: dict[str, str] = {}
    for one in standing(decisions):
        if one.verdict is Verdict.ANSWERS:
            *claims, key = one.targets
            keys.update(dict.fromkeys(claims, key))
    return keys


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


def _pairs(targets: Iterable[str]) -> Iterator[tuple[str, str]]:
    for left, right in combinations(dict.fromkeys(targets), 2):
        yield pair(left, right)
