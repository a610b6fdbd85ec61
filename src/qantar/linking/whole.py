"""What only all rows together tell, for tables that hold some of them.

How rare a name is, how many rows there are, which lists: a part of the rows cannot know it. Where
rows are compared part by part, each part is told the whole.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from qantar.linking.result import Floats, Ints


class Counted(NamedTuple):
    """How many rows have each text of a column, and how many have any.

    What `rows_with` does not name stands as often as `rest` says.
    """

    rows_with: Mapping[str, int]
    total: int
    rest: int = 0

    def of(self, text: str) -> int:
        """Give how many rows have a text."""
        return self.rows_with.get(text, self.rest)


@dataclass(frozen=True, slots=True)
class Whole:
    """All rows: how many each list has, by its name in order, and how common what they say is.

    `words` are the skeletons of whole words by role, `other_words` those of other names, `texts`
    the keys of further fields; `by_chance` is by role how often two rows have one word by chance.
    `has_others` is whether any row has other names, its own or by the tables of a case.
    """

    rows_of: Mapping[str, int]
    words: Mapping[str, Counted]
    other_words: Mapping[str, Counted]
    texts: Mapping[str, Counted]
    by_chance: Mapping[str, float]
    has_others: bool

    @property
    def lists(self) -> Sequence[str]:
        """The lists in their order."""
        return list(self.rows_of)

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return sum(self.rows_of.values())


def by_chance(counts: Ints | Floats, total: int) -> float:
    """Give how often two rows at random have one word."""
    return float((counts**2).sum()) / max(1, total) ** 2
