"""The posterior of how many persons are on no list: over all whole numbers, held at some of them.

A posterior may be narrow and lie at two millions, or have a tail that reaches beyond any
number that one could list. So it is computed at *nodes*, and between two of them its log is
a straight line: the sum over the whole numbers between is a geometric series, and nothing is
approximated where nodes are neighbours. Nodes are added until that changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Final, TypeAlias

import numpy as np

from qantar.counting.table import Bools, Floats, Ints

LogMass: TypeAlias = Callable[[Ints], Floats]
"""The log of a posterior, up to a constant, at whole numbers of persons on no list, ascending."""

FARTHEST: Final = 10**15
"""No population is larger: where a tail is still heavy here, it never ends."""

_UNITS: Final = 100  # each of the first whole numbers is a node
_FLAT: Final = 1e-9  # a step that leans by less is a sum of equal terms
_STEEP: Final = 50.0  # within one step of 1, nothing but the last term counts
_STRAIGHT: Final = 1e-3  # two terms of a series are enough below
_HUGE: Final = 700.0  # exp() of more overflows
_LEAST: Final = 1e-300
_MANY: Final = 200_000
_FINE: Final = 1e-9
_ROUNDS: Final = 60  # halving FARTHEST comes to 1 before
_SHARES: Final = 1000  # about so many steps share what may be wrong in all


@dataclass(frozen=True, eq=False)
class Posterior:
    """A distribution over whole numbers of persons on no list.

    Attributes:
        nodes: shape (M,), ascending; everything is between the first and the last.
        logs: shape (M,), the log of the probability at each node; all whole numbers sum to 1.
        scale: persons on lists, which the slope of the tail is measured by.
    """

    nodes: Ints
    logs: Floats
    scale: int

    @classmethod
    def of(cls, nodes: Ints, logs: Floats, scale: int) -> Posterior:
        """Make one of logs that are known up to a constant."""
        raised = logs - logs.max()
        total = np.exp(raised[0]) + _between(nodes, raised).sum()
        return cls(nodes, raised - np.log(total), scale)

    @cached_property
    def masses(self) -> Floats:
        """Shape (M,): of the first node, then of each node with the whole numbers before it."""
        return np.concatenate((np.exp(self.logs[:1]), _between(self.nodes, self.logs)))

    @cached_property
    def reached(self) -> Floats:
        """Shape (M,): the probability of at most that many."""
        sums = np.cumsum(self.masses)
        shares: Floats = sums / sums[-1]
        return shares

    @cached_property
    def slope(self) -> float:
        """The power of N that the probability falls with at the end; −∞ where there is nothing."""
        last, before = self.nodes[-1] + self.scale, self.nodes[-2] + self.scale
        return float((self.logs[-1] - self.logs[-2]) / (np.log(last) - np.log(before)))

    @cached_property
    def end(self) -> float:
        """The probability of the last whole number."""
        return float(np.exp(self.logs[-1]))

    @cached_property
    def beyond(self) -> float:
        """What is cut off: the mass beyond the last node, as a share of that before it.

        The tail is taken to go on as a power of N. Infinite where that has no finite sum.
        """
        if self.slope >= -1:
            return float("inf")
        return self.end * float(self.nodes[-1] + self.scale) / (-self.slope - 1)

    @cached_property
    def mean(self) -> float:
        """The mean of the distribution up to its last node."""
        steps = np.diff(self.nodes)
        inside = self.nodes[:-1] + _middle(steps, np.diff(self.logs) / steps)
        return float(self.nodes[0] * self.masses[0] + self.masses[1:] @ inside)

    def thinned(self, most: int) -> Posterior:
        """Keep at most so many nodes, where the mass is."""
        if len(self.nodes) <= most:
            return self
        at = np.searchsorted(self.reached, np.linspace(0, 1, most - 1))
        last = len(self.nodes) - 1
        kept = np.unique(np.append(np.minimum(at, last), last))
        return Posterior.of(self.nodes[kept], self.logs[kept], self.scale)

    def quantiles(self, chances: Floats) -> Ints:
        """Give for each chance the smallest whole number that is reached with at least it."""
        at = np.minimum(np.searchsorted(self.reached, chances), len(self.nodes) - 1)
        before = np.maximum(at - 1, 0)
        steps = np.maximum(self.nodes[at] - self.nodes[before], 1)
        slopes = (self.logs[at] - self.logs[before]) / steps
        first = np.maximum(np.exp(self.logs[before] + slopes), _LEAST)
        rest = (chances - self.reached[before]) / first
        within = np.clip(np.ceil(_terms(rest, slopes, steps) - 1e-7), 1, steps)
        found: Ints = np.where(at == 0, self.nodes[0], self.nodes[before] + within.astype(np.int64))
        return found

    def sample(self, size: int, seed: int) -> Ints:
        """Draw, evenly over the distribution and in random order."""
        chance = np.random.default_rng(seed)
        even = (np.arange(size) + chance.random()) / size
        return self.quantiles(chance.permutation(even))


def _between(nodes: Ints, logs: Floats) -> Floats:
    """Sum the probabilities after each node up to the next: a geometric series."""
    steps = np.diff(nodes)
    slopes = np.diff(logs) / steps
    steep = np.maximum(np.abs(slopes), _FLAT / steps)
    # From the higher end down, so that nothing overflows.
    high = np.where(slopes > 0, logs[1:], logs[:-1] + slopes)
    sums: Floats = np.exp(high) * np.expm1(-steep * steps) / np.expm1(-steep)
    return sums


def _terms(rest: Floats, slopes: Floats, steps: Ints) -> Floats:
    """Tell how many terms of a geometric series that begins with 1 sum to `rest`."""
    flat = np.abs(slopes) < _FLAT / steps
    steep = np.where(flat, _FLAT / steps, np.minimum(slopes, _STEEP))
    inside = np.maximum(rest * np.expm1(steep), -1 + 1e-15)
    found: Floats = np.log1p(inside) / steep
    return found


def _middle(steps: Ints, slopes: Floats) -> Floats:
    """Give the mean of the whole numbers 1 … steps, weighted by exp(slope · number)."""
    lean = slopes * steps
    straight = np.abs(lean) < _STRAIGHT
    some = np.where(straight, 1.0 / steps, slopes)
    whole, one = np.minimum(-some * steps, _HUGE), np.minimum(-some, _HUGE)
    sloping = 1 - steps / np.expm1(whole) + 1 / np.expm1(one)
    level = (steps + 1) / 2 + slopes * (steps.astype(np.float64) ** 2 - 1) / 12
    return np.where(straight, level, sloping)


def whole(log_mass: LogMass, *, end: int, scale: int) -> Posterior:
    """Compute a posterior at every whole number from 0 to `end`, and cut it there.

    Where these are very many, as finely as it bends instead.
    """
    if end <= _MANY:
        nodes = np.arange(end + 1, dtype=np.int64)
        return Posterior.of(nodes, log_mass(nodes), scale)
    first = first_nodes(scale)
    nodes = np.append(first[first < end], end)
    return _refined(log_mass, nodes, log_mass(nodes), scale=scale, tolerance=_FINE)


def adapted(log_mass: LogMass, *, scale: int, beyond: float, tolerance: float) -> Posterior:
    """Compute a posterior as far as it reaches, and as finely as it bends.

    Args:
        log_mass: its log.
        scale: persons on lists: narrower than their square root no peak is.
        beyond: mass that may lie beyond the last node. Where it is more at `FARTHEST`, the
            posterior that comes back says so.
        tolerance: how much of the mass may stand at a wrong place.
    """
    nodes = first_nodes(scale)
    logs = log_mass(nodes)
    while Posterior.of(nodes, logs, scale).beyond > beyond and nodes[-1] < FARTHEST:
        more = _onwards(int(nodes[-1]), min(int(nodes[-1]) * 100, FARTHEST), _ratio(scale))
        nodes, logs = np.concatenate((nodes, more)), np.concatenate((logs, log_mass(more)))
    return _refined(log_mass, nodes, logs, scale=scale, tolerance=tolerance)


def first_nodes(scale: int) -> Ints:
    """Give the nodes to begin with: one by one, then in steps that grow, so that no peak hides."""
    units = np.arange(_UNITS, dtype=np.int64)
    return np.concatenate((units, _onwards(_UNITS - 1, 100 * (scale + _UNITS), _ratio(scale))))


def _ratio(scale: int) -> float:
    return 1 + min(0.02, 4 / float(np.sqrt(scale)))


def _onwards(start: int, end: int, ratio: float) -> Ints:
    """Give whole numbers above `start` up to `end`, each about `ratio` times the one before."""
    steps = int(np.ceil(np.log(end / start) / np.log(ratio)))
    grown = np.rint(start * (end / start) ** (np.arange(1, steps + 1) / steps))
    return np.unique(grown[grown > start].astype(np.int64))


def _refined(
    log_mass: LogMass, nodes: Ints, logs: Floats, *, scale: int, tolerance: float
) -> Posterior:
    """Halve the steps whose straight line is wrong by more than its share of `tolerance`."""
    wanting: Bools = np.diff(nodes) > 1
    for _ in range(_ROUNDS):
        at = np.flatnonzero(wanting)
        if not len(at):
            break
        middle = (nodes[at] + nodes[at + 1]) // 2
        found = log_mass(middle)
        share = (middle - nodes[at]) / (nodes[at + 1] - nodes[at])
        line = logs[at] + (logs[at + 1] - logs[at]) * share
        nodes, logs = np.insert(nodes, at + 1, middle), np.insert(logs, at + 1, found)
        one = Posterior.of(nodes, logs, scale)
        left = at + np.arange(len(at)) + 1  # where the middles stand now
        mass = one.masses[left] + one.masses[left + 1]
        off = mass * np.abs(np.expm1(np.minimum(line - found, 1.0)))
        wrong = off > tolerance / _SHARES
        wanting = np.zeros(len(nodes) - 1, dtype=np.bool_)
        for side in (left - 1, left):
            wanting[side] = wrong & (nodes[side + 1] - nodes[side] > 1)
    return Posterior.of(nodes, logs, scale)
