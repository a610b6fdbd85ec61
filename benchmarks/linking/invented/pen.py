"""Somebody who writes a list: what they get wrong by chance, and what they do by habit."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import NamedTuple, TypeVar

from benchmarks.linking.invented.slips import Slip
from qantar.model.person_row import DaySpan

T = TypeVar("T")
MOST = 0.95


class Dated(NamedTuple):
    """What stands in a cell of days or ages, and what it says."""

    text: str
    span: DaySpan | None


Entry = dict[str, str | Dated | None]
"""One row as it is written: fields of a person row, None or absent where the list is silent."""


class Words(NamedTuple):
    """A name in its parts, as somebody writes it."""

    given: str
    surname: str
    patronymic: str = ""


class Pen:
    """Chance, and how hard the lists are: 1 is usual, 0 is without a slip."""

    def __init__(self, chance: Random, difficulty: float) -> None:
        """Hold both."""
        self.chance = chance
        self.difficulty = difficulty

    def slips(self, share: float) -> bool:
        """Say whether something that goes wrong so often goes wrong now."""
        return self.chance.random() < min(share * self.difficulty, MOST)

    def does(self, share: float) -> bool:
        """Say whether something that is done so often, and is no slip, is done now."""
        return self.chance.random() < share

    def one_of(self, things: Sequence[T]) -> T:
        """Pick one, all alike."""
        return self.chance.choice(things)

    def write(self, words: Words, slips: Sequence[Slip], share: float) -> Words:
        """Write each part of a name, with a slip as often as `share` says."""
        return Words(*(self._word(word, slips, share) for word in words))

    def _word(self, word: str, slips: Sequence[Slip], share: float) -> str:
        return self.one_of(slips)(word, self.chance) if word and self.slips(share) else word
