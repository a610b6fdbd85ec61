"""Lists of people as a dossier shows them: counts, overlaps, and persons by a number alone.

Nothing here has a name, a cell or a row's number: what is not in it cannot reach a page.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from qantar.record.persons import PeopleCount
from qantar.weighing.editions import Changes
from qantar.weighing.status_counts import StatusCounts


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownEdition:
    """One edition: its files, its rows, and what changed since the one before it, if any."""

    name: str | None
    accessions: tuple[str, ...]
    rows: int
    changes: Changes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownList:
    """One list of one source; `persons` counts those that it names, None where nobody knows."""

    name: str
    source: str
    editions: tuple[ShownEdition, ...]
    persons: int | None = None

    @property
    def rows(self) -> int:
        """The rows of all editions."""
        return sum(one.rows for one in self.editions)


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlap:
    """How many persons are on exactly these lists, with what the draws leave open.

    `on` has True for each list that names them. `low` and `high` hold at the level of the
    count; they are None where nothing was drawn.
    """

    on: tuple[bool, ...]
    persons: int
    low: int | None = None
    high: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownPeople:
    """All that is shown of people; `count` is None where their lists were not linked.

    `persons` leads from the number by which a person goes here to the lists that name them, in
    order of the numbers. `overlaps` are in order of size. `statuses` count persons by what each
    source says became of them, without small numbers.
    """

    lists: tuple[ShownList, ...]
    count: PeopleCount | None = None
    overlaps: tuple[Overlap, ...] = ()
    persons: Mapping[str, tuple[bool, ...]] = field(default_factory=dict)
    statuses: tuple[StatusCounts, ...] = ()

    def names(self, on: tuple[bool, ...]) -> tuple[str, ...]:
        """The names of the lists in a pattern."""
        return tuple(one.name for one, is_on in zip(self.lists, on, strict=True) if is_on)
