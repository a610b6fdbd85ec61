"""How far two people who answered the same questions agree, beyond what chance would give.

The share of equal answers alone flatters: where nearly all answers are "the same person",
two people who never looked would agree most of the time. Cohen's kappa is 1 for full
agreement, 0 for what chance would give, below 0 for less.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple


class Agreement(NamedTuple):
    """Of so many questions answered twice, the share answered alike, and Cohen's kappa.

    `share` is None where there is no question, `kappa` also where all answers are one and the same:
    then chance explains everything, and nothing is known.
    """

    questions: int
    alike: int
    share: float | None
    kappa: float | None


def agreement(answers: Sequence[tuple[str, str]]) -> Agreement:
    """Set first and second answers side by side.

    Source: Cohen (1960).
    """
    count = len(answers)
    alike = sum(first == second for first, second in answers)
    if not count:
        return Agreement(0, 0, None, None)
    share = alike / count
    first, second = (Counter(one[side] for one in answers) for side in (0, 1))
    by_chance = sum(first[word] * second[word] for word in first) / count**2
    kappa = None if by_chance == 1.0 else (share - by_chance) / (1.0 - by_chance)
    return Agreement(count, alike, share, kappa)
