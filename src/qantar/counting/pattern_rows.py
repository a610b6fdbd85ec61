"""Capture patterns from rows of a table: a column of 0 and 1 a list, and a column `count`.

Without `count`, each row is one person.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from qantar.counting.patterns import (
    MOST_COUNTED,
    SHOWN,
    Patterns,
    Sums,
    Words,
    no_column,
    patterns_of,
    refuse,
    whole,
)
from qantar.counting.table import MOST_LISTS

COUNT: Final = "count"

_LIKE_COUNT: Final = frozenset(
    (
        *("n", "freq", "frequency", "counts", "number", "persons", "people", "cases", "total"),
        *("size", "количество", "кол-во", "число", "человек", "всего", "итого", "частота"),
        *("саны", "адам саны", "барлығы", "жиілігі"),
    )
)
_THOUSANDS: Final = re.compile(r"[1-9]\d{0,2}(\.\d{3})+")
_MARKS: Final = {"0": 0, "1": 1, "0.0": 0, "1.0": 1}
_HALF: Final = 0.5
_ROWS_HINT: Final = (
    f'A table has a column of 0 and 1 for each list, and a column "{COUNT}"; without it, '
    "each row is one person."
)


@dataclass(frozen=True, slots=True)
class PatternRow:
    """One row as found: where it stands, in words, and its cells, as many as columns."""

    where: str
    cells: Sequence[str]


def of_rows(
    header: Sequence[str], rows: Sequence[PatternRow], *, by: Sequence[str] = ()
) -> Patterns:
    """Read rows of a table.

    A column is a list where it holds nothing but 0 and 1 (in at least half of its rows, else it
    is no list; a stray value among them is refused). `by` names the columns of the strata; all
    other columns are pooled over, and named in the answer.

    Raises:
        InputRefusedError: nothing of it is told, because one value is wrong: which, and where.
    """
    columns = _Columns.of(header, rows, by)
    tables: dict[Words, Sums] = {}
    for row in rows:
        stratum = tuple((header[at], row.cells[at].strip()) for at in columns.by)
        sums = tables.setdefault(stratum, Sums())
        mask = columns.mask(header, row)
        rest = tuple(row.cells[at] for at in columns.pooled)
        if columns.count is None:
            sums.add(mask, 1)
        else:
            count = _count(row.cells[columns.count], f'{row.where}, column "{COUNT}"')
            sums.add(mask, count, seen=(mask, *rest))
    lists = tuple(header[at].strip() for at in columns.lists)
    return patterns_of(lists, tables, by=tuple(by), pooled=tuple(header[a] for a in columns.pooled))


@dataclass(frozen=True, slots=True)
class _Columns:
    """Which column is what, by its place."""

    lists: tuple[int, ...]
    count: int | None
    by: tuple[int, ...]
    pooled: tuple[int, ...]

    @classmethod
    def of(cls, header: Sequence[str], rows: Sequence[PatternRow], by: Sequence[str]) -> _Columns:
        names = [name.strip() for name in header]
        if twice := sorted(name for name, times in Counter(names).items() if name and times > 1):
            message = f"several columns have one name: {', '.join(twice)}."
            refuse(message, "", "Give each list a name of its own.")
        if missing := [name for name in by if name not in names]:
            no_column(missing, names)
        if not rows:
            refuse("it has a header and no rows.", "", "Give a row for each pattern.")
        if told := [name for name in by if name.casefold() == COUNT]:
            message = f'"{told[0]}" says how many persons a row stands for, and is no stratum.'
            refuse(message, "--strata", "Name other columns, or give this one another name.")
        count = next((at for at, name in enumerate(names) if name.casefold() == COUNT), None)
        strata = tuple(names.index(name) for name in by)
        others = [at for at in range(len(names)) if at != count and at not in strata]
        lists = tuple(at for at in others if _is_list(rows, at))
        pooled = tuple(at for at in others if at not in lists)
        if not lists:
            message = "no column is a list: none holds only 0 and 1."
            refuse(message, f"columns {', '.join(names)}", _ROWS_HINT)
        if len(lists) > MOST_LISTS:
            message = f"it has {len(lists)} lists; {MOST_LISTS} are the most that can be counted."
            refuse(message, "", "Join lists of one kind, or leave some out.")
        found = cls(lists, count, strata, pooled)
        if count is None and (like := [names[at] for at in found.like_counts(names, rows)]):
            message = (
                f'without a column "{COUNT}" each row is one person, and "{like[0]}" looks like '
                "counts."
            )
            hint = f'Name that column "{COUNT}", or take it out if each row is one person.'
            refuse(message, f'column "{like[0]}"', hint)
        return found

    def like_counts(self, names: Sequence[str], rows: Sequence[PatternRow]) -> Iterator[int]:
        """Give the columns that may say how many persons a row stands for.

        By their names; or because they hold whole numbers in a table whose rows are all
        different otherwise, as patterns are and persons hardly ever.
        """
        words = {at: {row.cells[at].strip() for row in rows} for at in self.pooled}
        groups = [at for at in self.pooled if len(words[at]) <= _HALF * len(rows)]
        for at in self.pooled:
            by_name = names[at].casefold() in _LIKE_COUNT
            whole = all(word.isdecimal() for word in words[at]) and not words[at] <= {"0", "1"}
            if by_name or (whole and self._are_patterns(rows, [g for g in groups if g != at])):
                yield at

    def _are_patterns(self, rows: Sequence[PatternRow], groups: Sequence[int]) -> bool:
        """Whether no two rows are alike in lists, strata and what else sorts rows into groups.

        A column with more than half as many words as rows, such as a name, sorts nothing.
        """
        kept = (*self.lists, *self.by, *groups)
        return len({tuple(row.cells[at].strip() for at in kept) for row in rows}) == len(rows)

    def mask(self, header: Sequence[str], row: PatternRow) -> int:
        """Give the pattern of a row.

        Raises:
            InputRefusedError: a mark is neither 0 nor 1.
        """
        mask = 0
        for bit, at in enumerate(self.lists):
            mark = _MARKS.get(row.cells[at].strip())
            if mark is None:
                said = row.cells[at].strip()
                message = (
                    f'the mark is "{said[:SHOWN]}", where a list has 0 or 1.'
                    if said
                    else "the mark is missing, where a list has 0 or 1."
                )
                hint = (
                    "Correct it; a column that is no list may be named with --strata, or left out."
                )
                refuse(message, f'{row.where}, column "{header[at].strip()}"', hint)
            mask |= mark << bit
        return mask


def _is_list(rows: Sequence[PatternRow], at: int) -> bool:
    marks = sum(1 for row in rows if row.cells[at].strip() in _MARKS)
    return marks > 0 and marks >= _HALF * len(rows)


def _count(text: str, where: str) -> int:
    text = text.strip()
    if not text or text.casefold() in ("na", "nan", "null", "none"):
        message = "the count is missing."
        refuse(message, where, "Give how many persons have this pattern; 0 if nobody.")
    if _THOUSANDS.fullmatch(text):
        message = f'the count is "{text[:SHOWN]}": with a dot for thousands, or for a fraction?'
        first, *rest = text.split(".")
        small = f", or {first}" if rest == ["000"] else ", if that is meant; a fraction is no count"
        refuse(message, where, f"Write {text.replace('.', '')}{small}.")
    try:
        value = float(text.replace("_", " "))  # 1_000 is a number to Python alone
    except ValueError:
        message = f'the count is "{text[:SHOWN]}", which is no number.'
        refuse(message, where, "Write it in digits, without spaces or commas.")
    # Python refuses to make a number of thousands of digits; these are too many persons anyway.
    exact = int(text) if text.isdecimal() and value <= MOST_COUNTED else None
    return whole(value, exact, text, where)
