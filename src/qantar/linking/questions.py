"""The next pairs to ask people about, each with why it is asked.

Three of four are those whose answer changes most (`targets.py`); the fourth is an audit, drawn
at random: two of three audits are of scored pairs, from which probabilities are calibrated,
one is of pairs that no rule found, from which it is known how many links are missed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Final, NamedTuple

from qantar.linking.decided import Pair
from qantar.linking.link import Linker
from qantar.linking.result import Ints, Origin, Places
from qantar.linking.standing import Standing
from qantar.linking.targets import targets

_AUDIT_EACH: Final = 4
_OUTSIDE_EACH: Final = 3
_WORTH_ASKING: Final = 1e-3


class Question(NamedTuple):
    """Two rows to be shown side by side, by their places, `left` < `right`.

    `worth` is how many pairs of rows the answer is expected to change; 0 for an audit.
    """

    left: int
    right: int
    origin: Origin
    worth: float = 0.0


def questions(
    linker: Linker, now: Standing, *, asked: Collection[Pair] = (), before: int | None = None
) -> Iterator[Question]:
    """Give the pairs to ask, one after the other, as long as there is anything to ask.

    Where a pair is decided, it is not asked again. A row is asked about once in one going through,
    so that no answer makes the next question needless: to go on, ask again with what stands then.

    Args:
        linker: the rows.
        now: how things stand.
        asked: pairs that were skipped, or are not to be asked for another reason.
        before: how many were answered before, so that audits keep their share over many sittings.
    """
    closed = {*now.told.verdicts, *asked}
    at = len(now.told.verdicts) if before is None else before
    best = _best(linker, now, closed)
    scored = _drawn(linker.scores.found.left, linker.scores.found.right, linker.audits)
    near = linker.near_misses
    outside = _drawn(near.left, near.right, near.order)
    given = set[Pair]()
    while True:
        at += 1
        wish = [best]
        if at % _AUDIT_EACH == 0:
            turn = (at // _AUDIT_EACH) % _OUTSIDE_EACH == 0
            wish = [outside, scored] if turn else [scored, outside]
        # Where one sort has run out another takes its turn.
        chosen = _first((*wish, best, scored, outside), closed | given)
        if chosen is None:
            return
        given.add((chosen.left, chosen.right))
        yield chosen


def _first(ways: Iterable[Iterator[Question]], closed: Collection[Pair]) -> Question | None:
    for way in ways:
        for one in way:
            if (one.left, one.right) not in closed:
                return one
    return None


def _best(linker: Linker, now: Standing, closed: Collection[Pair]) -> Iterator[Question]:
    """Give the pairs whose answers change most, no row twice."""
    left, right = linker.scores.found.left, linker.scores.found.right
    rows = set[int]()
    for place, worth in zip(*targets(now), strict=True):
        pair = int(left[place]), int(right[place])
        if worth < _WORTH_ASKING:
            return
        if pair in closed or not rows.isdisjoint(pair):
            continue
        rows.update(pair)
        yield Question(*pair, Origin.TARGETED, float(worth))


def _drawn(left: Places, right: Places, order: Ints) -> Iterator[Question]:
    """Give the pairs of a draw in their order."""
    for place in order:
        yield Question(int(left[place]), int(right[place]), Origin.AUDIT)
