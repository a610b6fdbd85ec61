"""What people decided about pairs of rows, made into groups that are one and pairs that are two.

Decisions stand above every score. Where they contradict each other (a is b, b is c, a is
not c) nobody but a person can say which is wrong: all that take part in the
contradiction are reported, and count for nothing until somebody takes one back.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from qantar.linking.result import Contradiction, PairDecision, RowKey, Verdict

Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Decided:
    """Decisions by places of rows: groups that are one person, pairs that are two.

    `verdicts` has the newest decision of each pair, also of those that contradict others.
    """

    together: tuple[tuple[int, ...], ...]
    apart: frozenset[Pair]
    verdicts: Mapping[Pair, PairDecision]
    contradictions: tuple[Contradiction, ...]

    @property
    def contradicted(self) -> frozenset[Pair]:
        """The pairs about which a decision stands against others."""
        against = {one.decision for one in self.contradictions}
        return frozenset(pair for pair, one in self.verdicts.items() if one in against)

    def rows_changed(self, other: Decided) -> frozenset[int]:
        """Give the rows about which the two bind something else."""
        groups = set(self.together) ^ set(other.together)
        return frozenset(row for group in (*groups, *(self.apart ^ other.apart)) for row in group)


class UnknownRowError(ValueError):
    """A decision names a row that no list has."""

    def __init__(self, decision: PairDecision, key: RowKey) -> None:
        """Keep the decision and the row."""
        self.decision, self.key = decision, key
        super().__init__(f"no list has the row {key[1]} of {key[0]!r}")


def decided(decisions: Iterable[PairDecision], places: Mapping[RowKey, int]) -> Decided:
    """Make decisions into constraints; of two about the same pair the later one holds.

    Args:
        decisions: in the order in which they were made.
        places: where each row is.

    Raises:
        UnknownRowError: a decision names no row.
    """
    verdicts: dict[Pair, PairDecision] = {}
    for one in decisions:
        pair = _pair(one, places)
        verdicts.pop(pair, None)
        verdicts[pair] = one
    same = {pair for pair, one in verdicts.items() if one.verdict is Verdict.SAME}
    apart = {pair for pair, one in verdicts.items() if one.verdict is Verdict.NOT_SAME}
    found: list[tuple[Pair, tuple[Pair, ...]]] = []
    one_of = {row: at for at, group in enumerate(_groups(same)) for row in group}
    for pair in sorted(apart):
        if one_of.get(pair[0], -1) != one_of.get(pair[1], -2):
            continue
        # Each way that leads from one to the other by "same" contradicts it.
        while way := _way(same, *pair):
            found.append((pair, way))
            same.difference_update(way)
    apart.difference_update(pair for pair, _ in found)
    return Decided(
        together=_groups(same),
        apart=frozenset(apart),
        verdicts=verdicts,
        contradictions=tuple(_told(found, verdicts)),
    )


def _pair(decision: PairDecision, places: Mapping[RowKey, int]) -> Pair:
    for key in (decision.left, decision.right):
        if key not in places:
            raise UnknownRowError(decision, key)
    a, b = places[decision.left], places[decision.right]
    if a == b:
        message = f"a decision is about two rows, and {decision.left} is one"
        raise ValueError(message)
    return min(a, b), max(a, b)


def _way(same: Iterable[Pair], start: int, goal: int) -> tuple[Pair, ...]:
    """Give the shortest chain of pairs from one row to another; () where there is none."""
    near: dict[int, list[int]] = {}
    for a, b in sorted(same):
        near.setdefault(a, []).append(b)
        near.setdefault(b, []).append(a)
    before: dict[int, int] = {start: start}
    waiting = deque([start])
    while waiting and goal not in before:
        one = waiting.popleft()
        for other in near.get(one, ()):
            if other not in before:
                before[other] = one
                waiting.append(other)
    chain = []
    while goal in before and goal != start:
        chain.append((min(goal, before[goal]), max(goal, before[goal])))
        goal = before[goal]
    return tuple(chain)


def _groups(same: Iterable[Pair]) -> tuple[tuple[int, ...], ...]:
    group: dict[int, set[int]] = {}
    for a, b in same:
        one, other = group.get(a, {a}), group.get(b, {b})
        if one is not other:
            one |= other
        for row in one:
            group[row] = one
    distinct = {id(one): one for one in group.values()}
    return tuple(sorted(tuple(sorted(one)) for one in distinct.values()))


def _told(
    found: Sequence[tuple[Pair, tuple[Pair, ...]]], verdicts: Mapping[Pair, PairDecision]
) -> Iterable[Contradiction]:
    """Tell each decision that takes part, with those that it contradicts."""
    against: dict[Pair, list[Pair]] = {}
    for pair, way in found:
        for one in (pair, *way):
            against.setdefault(one, []).extend(x for x in (pair, *way) if x != one)
    for pair in sorted(against):
        others = dict.fromkeys(verdicts[x] for x in against[pair])
        yield Contradiction(verdicts[pair], tuple(others))
