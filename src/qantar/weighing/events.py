"""Events: claims about the same happening are joined, as a proposal that a decision can undo.

Whether two claims may be one happening is the rule in `same_happening.py`. A set
of claims is one event only when every two of them may be, so that a vague report
never draws two distinct happenings together. What a repeat or a decision holds
together counts as one in this: another claim needs to fit one of its members.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from qantar.model.claim import Claim, EventDetail
from qantar.model.place import Gazetteer
from qantar.weighing.same_happening import Trace, may_be_one, trace_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """One event: the claims about it, earliest first; `id` follows from its first claim.

    `confirmed` says that a person decided that these claims belong together.
    """

    id: str
    claims: tuple[Claim, ...]
    confirmed: bool = False

    @property
    def joined(self) -> bool:
        """Whether several claims were brought together."""
        return len(self.claims) > 1

    @property
    def is_sourced(self) -> bool:
        """Whether any of its claims has a source; without one it is shown, and enters no count."""
        return any(claim.is_sourced for claim in self.claims)

    @property
    def disagreements(self) -> tuple[str, ...]:
        """In what the claims differ: "time", "place", "number", "kind", in that order."""
        times = {(c.when.earliest, c.when.latest) for c in self.claims if c.when}
        places = {tuple(w.place or w.text for w in c.where) for c in self.claims if c.where}
        stated = [c.quantity for c in self.claims if c.quantity and c.quantity.is_stated]
        numbers = {(str(q.lower), str(q.upper)) for q in stated}
        kinds = {c.detail.event_kind for c in self.claims if isinstance(c.detail, EventDetail)}
        differs = {
            "time": len(times),
            "place": len(places),
            "number": len(numbers),
            "kind": len(kinds),
        }
        return tuple(name for name, count in differs.items() if count > 1)


@dataclass(frozen=True, slots=True)
class Bonds:
    """What decisions say of event claims: pairs that are one happening, pairs that are not."""

    together: frozenset[tuple[str, str]] = frozenset()
    apart: frozenset[tuple[str, str]] = frozenset()


def pair(left: str, right: str) -> tuple[str, str]:
    """Name an unordered pair."""
    return (left, right) if left <= right else (right, left)


def happenings(
    claims: Iterable[Claim], gazetteer: Gazetteer, bonds: Bonds | None = None
) -> tuple[Happening, ...]:
    """Join the event claims among these, in order of time.

    Bonds win over the rule: claims held together are never parted by it, claims
    held apart never joined. Equal input gives equal output in any order.
    """
    bonds = bonds or Bonds()
    events = sorted((c for c in claims if isinstance(c.detail, EventDetail)), key=_time_order)
    joiner = _Joiner(gazetteer, bonds)
    for group in _bonded(events, bonds):
        joiner.place(group)
    made = [_happening(cluster.claims, bonds) for cluster in joiner.clusters]
    return tuple(sorted(made, key=lambda happening: _time_order(happening.claims[0])))


def _happening(claims: list[Claim], bonds: Bonds) -> Happening:
    ordered = tuple(sorted(claims, key=_time_order))
    whole = bool(bonds.together) and len(ordered) > 1 and _is_held_together(ordered, bonds)
    return Happening(id=f"ev-{ordered[0].id}", claims=ordered, confirmed=whole)


def _is_held_together(claims: tuple[Claim, ...], bonds: Bonds) -> bool:
    """Whether decisions alone connect all of these claims."""
    return len(_bonded(list(claims), Bonds(together=bonds.together), repeats=False)) == 1


def _time_order(claim: Claim) -> tuple[bool, str, str]:
    edge = claim.when and (claim.when.earliest or claim.when.latest)
    return (edge is None, edge.isoformat() if edge else "", claim.id)


def _bonded(events: list[Claim], bonds: Bonds, *, repeats: bool = True) -> list[list[Claim]]:
    """Groups that hold together before any rule: by decision, then by repeats.

    A repeat never brings together what a decision holds apart, by whatever chain.
    """
    groups = {claim.id: [claim.id] for claim in events}
    repeated = {pair(c.id, c.repeats) for c in events if c.repeats} if repeats else set()
    for left, right in (*sorted(bonds.together), *sorted(repeated - bonds.together)):
        if left not in groups or right not in groups or groups[left] is groups[right]:
            continue
        first, second = sorted((groups[left], groups[right]))
        if bonds.apart and any(pair(a, b) in bonds.apart for a in first for b in second):
            continue
        first.extend(second)
        groups.update(dict.fromkeys(second, first))
    by_id = {claim.id: claim for claim in events}
    distinct = {id(members): members for members in groups.values()}
    return [[by_id[name] for name in members] for members in distinct.values()]


Unit = frozenset[Trace]  # what is held together: the distinct traces of one group


@dataclass(slots=True, eq=False)
class _Cluster:
    """Claims joined so far, and the distinct units every newcomer must be compatible with."""

    claims: list[Claim] = field(default_factory=list)
    units: dict[Unit, None] = field(default_factory=dict)


class _Joiner:
    """Puts each group of claims into the first cluster with which it is compatible throughout.

    Clusters are looked up by trace and by place, so that a hundred identical
    reports cost no more than one.
    """

    def __init__(self, gazetteer: Gazetteer, bonds: Bonds) -> None:
        self.gazetteer, self.bonds = gazetteer, bonds
        self.clusters: list[_Cluster] = []
        self._held_apart = {name for two in bonds.apart for name in two}
        self._by_unit: dict[Unit, dict[_Cluster, None]] = {}
        self._by_block: dict[tuple[str, str, str], dict[_Cluster, None]] = {}

    def place(self, group: list[Claim]) -> None:
        """Join the group with a cluster, or let it begin one."""
        unit = frozenset(trace_of(claim) for claim in group)
        home = self._home(group, unit)
        if home is None:
            home = _Cluster()
            self.clusters.append(home)
        home.claims.extend(group)
        if unit not in home.units:
            home.units[unit] = None
            self._by_unit.setdefault(unit, {})[home] = None
            for block in self._blocks(unit):
                self._by_block.setdefault(block, {})[home] = None

    def _blocks(self, unit: Unit) -> list[tuple[str, str, str]]:
        return sorted({block for trace in unit for block in trace.blocks(self.gazetteer)})

    def _home(self, group: list[Claim], unit: Unit) -> _Cluster | None:
        alike = self._by_unit.get(unit, {})
        found = next((c for c in alike if self._fits(group, unit, c)), None)
        if found is not None:
            return found
        near: dict[_Cluster, None] = {}
        for block in self._blocks(unit):
            near.update(self._by_block.get(block, {}))
        return next((c for c in near if c not in alike and self._fits(group, unit, c)), None)

    def _fits(self, group: list[Claim], unit: Unit, cluster: _Cluster) -> bool:
        for claim in group:
            if claim.id in self._held_apart and self._is_apart(claim, cluster):
                return False
        return all(self._may_meet(unit, other) for other in cluster.units)

    def _may_meet(self, unit: Unit, other: Unit) -> bool:
        return any(may_be_one(a, b, self.gazetteer) for a in unit for b in other)

    def _is_apart(self, claim: Claim, cluster: _Cluster) -> bool:
        return any(pair(claim.id, other.id) in self.bonds.apart for other in cluster.claims)
