"""Capture patterns as they were handed in: tables by stratum, and words for all that is wrong.

`pattern_rows` reads rows of a table, `pattern_json` the JSON form. A wrong number in here would
become a wrong number of victims, so that nothing is guessed and nothing is passed over: what
cannot be read refuses the whole, with its place.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NoReturn, TypeAlias

from qantar.counting.cautions import REPEATED_PATTERN, UNCOUNTABLE_CELL
from qantar.counting.table import CaptureTable
from qantar.errors import InputRefusedError
from qantar.model.estimate import Caution

MOST_COUNTED: Final = 10**12
"""More persons than have ever lived is a slip."""

SHOWN: Final = 40
"""Letters of a wrong value that are shown."""

Words: TypeAlias = tuple[tuple[str, str], ...]
"""The value of each column that makes a stratum."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StratumTable:
    """One stratum's patterns; `stratum` is empty where there is only the whole."""

    stratum: Words
    table: CaptureTable
    cautions: tuple[Caution, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Patterns:
    """What was read: at least one stratum, in the order of the file; columns pooled over."""

    lists: tuple[str, ...]
    strata: tuple[StratumTable, ...]
    by: tuple[str, ...] = ()
    pooled: tuple[str, ...] = ()


@dataclass(slots=True)
class Sums:
    """Counts by mask as they come; what was seen before, to tell what is repeated."""

    counts: dict[int, int] = field(default_factory=dict)
    seen: set[tuple[object, ...]] = field(default_factory=set)
    repeated: set[int] = field(default_factory=set)

    def add(self, mask: int, count: int, *, seen: tuple[object, ...] | None = None) -> None:
        """Add persons of a mask; `seen` is what makes a row the same as an earlier one."""
        self.counts[mask] = self.counts.get(mask, 0) + count
        if seen is not None:
            if seen in self.seen:
                self.repeated.add(mask)
            self.seen.add(seen)

    def cautions(self, lists: Sequence[str]) -> Iterator[Caution]:
        """Say what was added up or left out."""
        if self.repeated:
            told = ", ".join(_marks_of(mask, len(lists)) for mask in sorted(self.repeated)[:5])
            text = f"Some patterns stand in several rows, which were added up: {told}."
            yield Caution(code=REPEATED_PATTERN, text=text, kind=told)
        if nobody := self.counts.get(0):
            text = (
                f"{nobody:,} persons are given as on no list at all. Who is on no list cannot be "
                "counted from lists; they were left out."
            )
            yield Caution(code=UNCOUNTABLE_CELL, text=text)


def _marks_of(mask: int, lists: int) -> str:
    return "".join(str(mask >> j & 1) for j in range(lists))


def patterns_of(
    lists: tuple[str, ...],
    tables: Mapping[Words, Sums],
    *,
    by: tuple[str, ...] = (),
    pooled: tuple[str, ...] = (),
) -> Patterns:
    """Make the tables of all strata.

    Raises:
        InputRefusedError: nobody is on any list, or more persons than ever lived; or a list makes
            strata too.
    """
    if both := [name for name in by if name in lists]:
        message = f'"{both[0]}" is a list and makes strata too.'
        hint = (
            "Everybody in one stratum would be on it and nobody in the other. Leave it out of the "
            "strata, or, if it is no list, out of the lists."
        )
        refuse(message, "", hint)
    total = sum(count for sums in tables.values() for mask, count in sums.counts.items() if mask)
    if not total:
        nobody = sum(sums.counts.get(0, 0) for sums in tables.values())
        message = (
            f"all persons that are given ({nobody:,}) are on no list at all."
            if nobody
            else "all counts are zero: nobody is on any list."
        )
        refuse(message, "", "Give at least one pattern with a 1 in it and a count above zero.")
    if total > MOST_COUNTED:
        message = f"the counts add up to {total:,}, more persons than ever lived."
        refuse(message, "", "Check the column of counts.")
    strata = tuple(
        StratumTable(
            stratum=stratum,
            table=CaptureTable.of_masks(lists, sums.counts.items()),
            cautions=tuple(sums.cautions(lists)),
        )
        for stratum, sums in tables.items()
    )
    return Patterns(lists=lists, strata=strata, by=by, pooled=pooled)


def whole(value: float, exact: int | None, said: str, where: str) -> int:
    """Give a count as the whole number that it must be.

    Raises:
        InputRefusedError: it is below zero, no whole number, or beyond all sense.
    """
    if not abs(value) <= MOST_COUNTED:
        message = f"the count is {said[:SHOWN]}, more persons than ever lived."
        refuse(message, where, "Correct it.")
    if value < 0:
        message = f"the count is {said[:SHOWN]}: fewer than nobody."
        refuse(message, where, "Correct it; 0 if nobody has this pattern.")
    if value != int(value):
        message = f"the count is {said[:SHOWN]}: persons are counted in whole numbers."
        refuse(message, where, "Give counts, not shares, means or weighted numbers.")
    return int(value) if exact is None else exact


def no_column(missing: Iterable[str], there: Sequence[str]) -> NoReturn:
    """Refuse to tell strata apart by columns that are not there."""
    message = f"there is no column {', '.join(missing)} to tell strata apart."
    hint = f"There are: {', '.join(name for name in there if name) or 'none'}."
    refuse(message, "--strata", hint)


def refuse(message: str, where: str, hint: str) -> NoReturn:
    """Say what is wrong, where ("" for the whole), and what to do."""
    raise InputRefusedError(message, where=where or None, next=hint)
