"""Countings as a dossier shows them: what they stand on, what they came to, and what is held back.

Small numbers are taken out before anything comes here: what is not in it cannot reach a page.
"""

from __future__ import annotations

from dataclasses import dataclass

from qantar.dossier.people import Overlap
from qantar.model.counted import Comparison, Counted
from qantar.model.counting_asked import Counting


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownPart:
    """A table of persons by lists, and what it came to.

    `stratum` has the name of each stratum and its value, "" where nobody says; it is empty for
    the whole. `observed` are the persons on at least one list, None where held back. `overlaps` are
    the cells, most persons first, None where held back. `counted` is None where nothing was
    worked out. Where `is_rounded`, small numbers could follow from exact ones: its numbers have
    two digits, and its sentences are not shown.
    """

    stratum: tuple[tuple[str, str], ...] = ()
    observed: int | None
    overlaps: tuple[Overlap, ...] | None
    counted: Counted | None
    is_rounded: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownCounting:
    """One counting: the whole first, then its parts.

    `lists` are the names of the lists, `sources` the ids of those whom they are from, and
    `accessions` the files. `partial` is the sum of parts where the whole is refused. `sizes` are
    the persons on each list, empty where held back. `run` names the divisions that were
    estimated from: the same for the same. `problem` says why nothing was worked out.
    """

    counting: Counting
    lists: tuple[str, ...]
    sources: tuple[str, ...]
    accessions: tuple[str, ...]
    whole: ShownPart
    parts: tuple[ShownPart, ...] = ()
    partial: Counted | None = None
    comparisons: tuple[Comparison, ...] = ()
    sizes: tuple[int, ...] = ()
    is_own: bool = True
    draws: int = 0
    run: str = ""
    problem: str | None = None

    @property
    def is_held_back(self) -> bool:
        """Whether something of it is not shown because few persons are in it."""
        return any(one.is_rounded for one in (self.whole, *self.parts))


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownCounts:
    """All countings of an edition; `left_out` are those with a list that is not published."""

    countings: tuple[ShownCounting, ...] = ()
    left_out: int = 0
