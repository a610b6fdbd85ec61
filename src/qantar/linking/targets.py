"""Which pairs to ask because the answer would change most.

Two persons that were kept apart, and one row that was joined to a person, each stand on a
sum of log odds. Where that sum is near 0 an answer turns it about as often as not; where
two large persons meet, it turns many pairs at once. What a question is worth is the chance
that its answer changes the division times the pairs of rows that would change. Of all
pairs that hold two persons apart or together the one with the most to say is asked.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from qantar.linking.result import Floats, Ints
from qantar.linking.standing import Standing
from qantar.linking.support import Support

_BOUND: Final = -1e3
"""Log odds below which a sum is no doubt but a rule or a decision."""


class Targets(NamedTuple):
    """Pairs by their places among the candidates, and what asking each is worth, most first."""

    place: Ints
    worth: Floats


def targets(now: Standing) -> Targets:
    """Give the pairs whose answer may change who is who; each pair once."""
    support = Support(now.ties, now.person)
    apart, joined = _apart(support), _joined(support)
    place = np.concatenate((apart.place, joined.place))
    worth = np.concatenate((apart.worth, joined.worth))
    order = np.lexsort((place, -worth))
    place, worth = place[order], worth[order]
    _, first = np.unique(place, return_index=True)
    first.sort()
    return Targets(place[first], worth[first])


def _apart(support: Support) -> Targets:
    """For each two persons that a scored pair connects: what would join them."""
    pairs, group, gain, rows = support.between
    place = _strongest(pairs, group, support.ties.weight[pairs])
    return Targets(place, _turned(gain) * rows)


def _joined(support: Support) -> Targets:
    """For each row in company: what holds it there."""
    ties, within = support.ties, np.flatnonzero(support.joined)
    row = np.concatenate((ties.left[within], ties.right[within]))
    known, group = np.unique(row, return_inverse=True)
    place = _strongest(np.tile(within, 2), group, np.tile(ties.weight[within], 2))
    others = support.size[support.person[known]] - 1
    return Targets(place, _turned(support.stays[known]) * others)


def _turned(total: Floats) -> Floats:
    """Give the chance that what is settled by this sum is otherwise."""
    chance: Floats = 1.0 / (1.0 + np.exp(np.minimum(np.abs(total), 700.0)))
    return np.where(total > _BOUND, chance, 0.0)


def _strongest(places: Ints, group: Ints, weight: Floats) -> Ints:
    """Give of each group the pair with the highest score."""
    order = np.lexsort((places, -weight, group))
    _, first = np.unique(group[order], return_index=True)
    result: Ints = places[order[first]]
    return result
