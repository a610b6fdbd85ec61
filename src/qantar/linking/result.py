"""What linking is asked and what it answers: the values that cross its edge."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from qantar.model.person_row import PersonRow

RowKey: TypeAlias = tuple[str, int]
"""A row by its list and its number in it, from 1."""
Ints: TypeAlias = npt.NDArray[np.int64]
Floats: TypeAlias = npt.NDArray[np.float64]
Places: TypeAlias = npt.NDArray[np.signedinteger[Any]]
"""Places of rows; those of millions of pairs are kept in 32 bits."""


class Verdict(StrEnum):
    """What somebody decided about two rows."""

    SAME = "same"
    NOT_SAME = "not-same"
    UNSURE = "unsure"


class Origin(StrEnum):
    """How a pair came to be asked: chosen because it matters, or at random."""

    TARGETED = "targeted"
    AUDIT = "audit"


class PairDecision(NamedTuple):
    """One judgement on one pair of rows; the newest about a pair holds."""

    left: RowKey
    right: RowKey
    verdict: Verdict
    origin: Origin | None = None
    reason: str = ""


class ListRules(NamedTuple):
    """What is known of a list: `one_row_a_person` where its sheet guarantees it."""

    one_row_a_person: bool = False


class Reason(NamedTuple):
    """One part of a score: the field, what stands in both rows, and its weight in bits.

    Above 0 it speaks for one person, below 0 against. `words` says how the two compare, `by` what
    they agree by where it is not their spelling: "another name", or a table of the case.
    """

    field: str
    left: str | None
    right: str | None
    weight: float
    words: str = ""
    by: str = ""


class Contradiction(NamedTuple):
    """A decision that others, taken together, say the opposite of."""

    decision: PairDecision
    conflicts_with: tuple[PairDecision, ...]


class Interval(NamedTuple):
    """A number with its interval at `level`."""

    point: int
    low: int
    high: int
    level: float = 0.95


class LinkFinding(NamedTuple):
    """Something noticed about a row: a code, words for a reader, and which row."""

    code: str
    text: str
    row: RowKey | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoredPairs:
    """Pairs of rows that were compared: `left` < `right` are places in `rows`.

    `probability` is of each pair from its own evidence, calibrated, before clustering and
    decisions. `verdict` is None where nobody decided. Sorted by `left`, then `right`.
    `place` leads from each to where its parts are kept.
    """

    left: Ints
    right: Ints
    probability: Floats
    verdict: Sequence[Verdict | None]
    place: Ints

    def __len__(self) -> int:
        """How many there are."""
        return len(self.left)


def _nothing(_: int) -> list[Reason]:
    return []


@dataclass(frozen=True, slots=True, kw_only=True)
class Linked:
    """Who is who.

    `person` has for each of `rows` the number of its person; numbers are stable
    between runs that are told the earlier ones. `draws` has the same for each draw from what
    is doubtful: shape (draws, rows); its numbers mean nothing outside their draw.
    """

    rows: Sequence[PersonRow]
    person: Ints
    pairs: ScoredPairs
    draws: Ints
    persons: Interval
    contradictions: tuple[Contradiction, ...] = ()
    findings: tuple[LinkFinding, ...] = ()
    explain: Callable[[int], list[Reason]] = field(default=_nothing, repr=False)

    def reasons(self, number: int) -> list[Reason]:
        """Give the parts of the score of the pair with this number in `pairs`, weightiest first."""
        return self.explain(int(self.pairs.place[number]))

    def members(self) -> Iterator[tuple[int, list[int]]]:
        """Give each person with the places of their rows, by number."""
        order = np.argsort(self.person, kind="stable")
        cuts = np.flatnonzero(np.diff(self.person[order])) + 1
        for rows in np.split(order, cuts):
            if len(rows):
                yield int(self.person[rows[0]]), [int(one) for one in rows]
