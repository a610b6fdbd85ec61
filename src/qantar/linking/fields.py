"""What two rows have in common, field by field, as levels of agreement.

A level is a small number with a name: "same spelling", "day and month exchanged",
"within three years". Level 0 says nothing, because a row says nothing. What each level is
worth is not decided here (`evidence.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
from rapidfuzz.distance import JaroWinkler
from rapidfuzz.process import cpdist

from qantar.linking.distinct import distinct
from qantar.linking.people_table import NONE, PeopleTable
from qantar.linking.result import Ints, Places
from qantar.linking.word_levels import (
    NAME_GROUPS,
    NAME_LEVELS,
    NAME_RARE,
    Levels,
    Shares,
    Similar,
    Words,
    name_levels,
)


class Field(NamedTuple):
    """A field: its levels' names from 1 on, and to which group each belongs.

    Levels of one group are alternatives: which group a pair is in follows from what the two
    rows say at all (a day, a year, an age), and tells nothing about who they are.
    """

    name: str
    levels: tuple[str, ...]
    groups: tuple[int, ...]
    rare: frozenset[int] = frozenset()
    """Levels at which it matters how rare the common value is."""


BIRTH_LEVELS: Final = (
    *(
        "same day",
        "day and month exchanged",
        "one part differs",
        "same year",
        "year before or after",
        "other day",
    ),
    *("may be the same", "within a year", "within three years", "further apart"),
    *("about the same", "about within three years", "about further apart"),
)
_BIRTH_GROUPS: Final = (0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2)
EVENT_LEVELS: Final = (
    *("same day", "day before or after", "within three days", "other day"),
    *("may be the same", "within three days", "further apart"),
)
_EVENT_GROUPS: Final = (0, 0, 0, 0, 1, 1, 1)
TEXT_LEVELS: Final = ("same", "alike", "somewhat alike", "different")

FIELDS: Final[Mapping[str, Field]] = {
    one.name: one
    for one in (
        Field("given", NAME_LEVELS, NAME_GROUPS, NAME_RARE),
        Field("surname", NAME_LEVELS, NAME_GROUPS, NAME_RARE),
        Field("father", NAME_LEVELS, NAME_GROUPS, NAME_RARE),
        Field("birth", BIRTH_LEVELS, _BIRTH_GROUPS),
        Field("event", EVENT_LEVELS, _EVENT_GROUPS),
        Field("sex", ("same", "different"), (0, 0)),
        Field("place", TEXT_LEVELS, (0,) * 4, frozenset({1, 2})),
        Field("birth_place", TEXT_LEVELS, (0,) * 4, frozenset({1, 2})),
        Field("document", TEXT_LEVELS, (0,) * 4),
        Field("phone", TEXT_LEVELS, (0,) * 4),
        Field("email", TEXT_LEVELS, (0,) * 4),
        Field("address", TEXT_LEVELS, (0,) * 4, frozenset({1, 2})),
        Field("postcode", TEXT_LEVELS, (0,) * 4, frozenset({1})),
        Field("occupation", TEXT_LEVELS, (0,) * 4, frozenset({1})),
        Field("status", TEXT_LEVELS, (0,) * 4),
    )
}


@dataclass(frozen=True, slots=True)
class Compared:
    """The levels of pairs by field, and by field the share of rows with the common value.

    Fields that no row says anything of are left out. `share` is NaN where no value is common.
    """

    left: Places
    right: Places
    levels: Mapping[str, Levels]
    share: Mapping[str, Shares]

    def __len__(self) -> int:
        """How many pairs."""
        return len(self.left)

    def of(self, places: Ints | np.ndarray) -> Compared:
        """Give the pairs at these places."""
        return Compared(
            self.left[places],
            self.right[places],
            {name: levels[places] for name, levels in self.levels.items()},
            {name: share[places] for name, share in self.share.items()},
        )

    def followed_by(self, *others: Compared) -> Compared:
        """Give these pairs, and behind them others of the same table."""
        parts = (self, *others)
        return Compared(
            np.concatenate([one.left for one in parts]),
            np.concatenate([one.right for one in parts]),
            {k: np.concatenate([one.levels[k] for one in parts]) for k in self.levels},
            {k: np.concatenate([one.share[k] for one in parts]) for k in self.share},
        )


BLOCK: Final = 1_000_000
"""Pairs that are compared at once."""


class Comparing:
    """Compares pairs of rows of a table field by field; what two words have in common is kept."""

    def __init__(self, table: PeopleTable, similar: Similar, *, block: int = BLOCK) -> None:
        """Make ready to compare.

        Args:
            table: the rows, or a part of them.
            similar: tells how alike two words are.
            block: how many pairs are compared at once; what is found does not hang on it.
        """
        self.table, self.block = table, block
        self._words = Words(table, similar)
        self._texts = [name for name in table.texts if _is_told(table, name)]

    def of(self, left: Places, right: Places) -> Compared:
        """Compare pairs.

        Args:
            left: places in the table.
            right: places in it, as many.
        """
        starts = range(0, max(1, len(left)), self.block)
        parts = [self._of(left[x : x + self.block], right[x : x + self.block]) for x in starts]
        return parts[0].followed_by(*parts[1:]) if len(parts) > 1 else parts[0]

    def _of(self, left: Places, right: Places) -> Compared:
        table = self.table
        levels: dict[str, Levels] = {}
        share: dict[str, Shares] = {}
        for name, found, rare in name_levels(table, left, right, self._words):
            levels[name], share[name] = found, rare
        levels["birth"] = _birth(table, left, right)
        levels["event"] = _event(table, left, right)
        a, b = table.sex[left], table.sex[right]
        same = np.where(a == b, 1, 2)
        levels["sex"] = np.where((a == NONE) | (b == NONE), 0, same).astype(np.int8)
        for field in self._texts:
            levels[field], rare = _text(table, field, left, right)
            if FIELDS[field].rare:
                share[field] = rare
        return Compared(left, right, levels, share)


def _is_told(table: PeopleTable, name: str) -> bool:
    """Whether any row says anything of a field, of all rows that there are."""
    if table.whole is not None:
        return table.whole.texts[name].total > 0
    return bool((table.texts[name] != NONE).any())


def compared(table: PeopleTable, left: Places, right: Places, similar: Similar) -> Compared:
    """Compare pairs of rows field by field.

    Args:
        table: the rows.
        left: places in it.
        right: places in it, as many.
        similar: tells how alike two words are.
    """
    return Comparing(table, similar).of(left, right)


TEXT_ALIKE, TEXT_SOME = 0.92, 0.8
"""From which likeness on two texts are alike, somewhat alike."""
_PLACES = frozenset({"place", "birth_place"})


def _birth(table: PeopleTable, left: Places, right: Places) -> Levels:
    a1, a2 = table.birth_first[left], table.birth_last[left]
    b1, b2 = table.birth_first[right], table.birth_last[right]
    known = (a1 <= a2) & (b1 <= b2)
    level = np.zeros(len(left), dtype=np.int8)
    day = known & (a1 == a2) & (b1 == b2)
    level[day] = _days_of_birth(a1[day], b1[day])
    wide = known & ~day
    gap = np.maximum(0, np.maximum(a1, b1) - np.minimum(a2, b2))
    about = wide & _is_wide(a1, a2, b1, b2)
    sharp = wide & ~about
    for least, which in ((0, 7), (1, 8), (366, 9), (1097, 10)):
        level[sharp & (gap >= least)] = which
    for least, which in ((0, 11), (1, 12), (1097, 13)):
        level[about & (gap >= least)] = which
    return level


_WIDE: Final = 366 * 2


def _is_wide(a1: Ints, a2: Ints, b1: Ints, b2: Ints) -> np.ndarray:
    wide: np.ndarray = np.maximum(a2 - a1, b2 - b1) > _WIDE
    return wide


def _days_of_birth(a: Ints, b: Ints) -> Levels:
    one, two = _calendar(a), _calendar(b)
    same = [x == y for x, y in zip(one, two, strict=True)]
    years = np.abs(one[0] - two[0])
    level = np.full(len(a), 6, dtype=np.int8)
    level[years == 1] = 5
    level[years == 0] = 4
    level[np.sum(same, axis=0) == len(same) - 1] = 3
    level[same[0] & (one[1] == two[2]) & (one[2] == two[1])] = 2
    level[a == b] = 1
    return level


def _calendar(days: Ints) -> tuple[Ints, Ints, Ints]:
    """Give year, month and day of ordinals."""
    dates = (days - 719163).astype("datetime64[D]")
    months = dates.astype("datetime64[M]")
    year = dates.astype("datetime64[Y]").astype(np.int64) + 1970
    return year, months.astype(np.int64) % 12 + 1, (dates - months).astype(np.int64) + 1


def _event(table: PeopleTable, left: Places, right: Places) -> Levels:
    a1, a2 = table.event_first[left], table.event_last[left]
    b1, b2 = table.event_first[right], table.event_last[right]
    known = (a1 <= a2) & (b1 <= b2)
    day = known & (a1 == a2) & (b1 == b2)
    gap = np.maximum(0, np.maximum(a1, b1) - np.minimum(a2, b2))
    level = np.zeros(len(left), dtype=np.int8)
    for least, which in ((0, 1), (1, 2), (2, 3), (4, 4)):
        level[day & (gap >= least)] = which
    for least, which in ((0, 5), (1, 6), (4, 7)):
        level[known & ~day & (gap >= least)] = which
    return level


def _text(table: PeopleTable, field: str, left: Places, right: Places) -> tuple[Levels, Shares]:
    column, values = table.texts[field], table.values[field]
    a, b = column[left], column[right]
    told = (a != NONE) & (b != NONE)
    level = np.where(told, np.where(a == b, 1, 4), 0).astype(np.int8)
    rest = np.flatnonzero(told & (a != b))
    if len(rest):
        count = len(values.keys)
        codes = np.minimum(a[rest], b[rest]) * count + np.maximum(a[rest], b[rest])
        each = distinct(codes)
        one = [values.keys[x] for x in each // count]
        two = [values.keys[x] for x in each % count]
        alike = cpdist(one, two, scorer=JaroWinkler.normalized_similarity, dtype=np.float32)
        found = np.select([alike >= TEXT_ALIKE, alike >= TEXT_SOME], [2, 3], 4)
        if table.tables.numbered and field in _PLACES:
            # A number is no spelling: "Prison 1" and "Prison 2" of the gazetteer are two.
            found[list(map(table.tables.are_two_places, one, two))] = 4
        level[rest] = found[np.searchsorted(each, codes)]
    share = np.full(len(left), np.nan, dtype=np.float32)
    near = np.flatnonzero((level == 1) | (level == 2))  # noqa: PLR2004
    total = max(1, values.total)
    if len(near):
        counts = np.maximum(values.counts[a[near]], values.counts[b[near]])
        share[near] = counts / total
    return level, share
