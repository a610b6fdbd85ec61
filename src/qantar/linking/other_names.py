"""Other names of a row: what else somebody is called, set in the place of what the row calls them.

A row that says "Aidar Balapanov, also Aika" stands for two names, and may agree with another row by
either. Each further name makes an *entry* beside the row's own: the same row with that name in the
place of the words that it stands for. Two rows agree by the best two of their entries; the more
names were tried, the likelier one agrees by chance, and that is taken off again: a common value
counts for as many times more common as there were names to choose from.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice, pairwise, product
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from qantar.linking.case_tables import Tables
from qantar.linking.name_forms import as_given
from qantar.linking.name_parts import Part, Role
from qantar.linking.name_roles import SplitName, Splitter, Words, parts_in
from qantar.linking.result import Floats, Ints
from qantar.linking.whole import by_chance
from qantar.model.name_table import NameKind
from qantar.model.person_row import MOST_ALIASES, PersonRow

if TYPE_CHECKING:
    from qantar.linking.people_table import PeopleTable, WordColumn

NONE: Final = -1
_AROUND: Final = " ()[]{}"
_LIKE_A_SURNAME, _A_SURNAME = -2.0, -4.5
"""Leanings, natural log units: a word ends as surnames do ("Madina"), or lists have it as one."""
_MOST_LED_TO: Final = 12
"""Entries of a row by the case's tables; a form that belongs to more names says little."""
_LAST_ALIKE: Final = 4
"""Levels of names up to this one say that two words may be one name, the best first."""
_BY_FORM: Final = 4
_UNTOLD: Final = 9  # above all levels that are looked at
_AT_ONCE: Final = 1_000_000
"""Pairs of entries: some hundred bytes each."""

Measure = Callable[["WordColumn", "WordColumn", Ints, Ints], tuple[np.ndarray, Floats]]
"""Compares a role of entries with a role of entries: levels, and shares of common values."""


class Variant(NamedTuple):
    """A row by one of its other names: its place among the rows, and its name so."""

    row: int
    name: SplitName


@dataclass(frozen=True, slots=True)
class OtherNames:
    """Entries of all rows: one for each row, then those by other names, in order of rows.

    Behind these stand entries by names that the case's tables lead to: candidates are sought by
    them, and nothing is compared. `owner` leads from an entry to its row. `first` and `count` say
    where the other names of a row begin and how many it has. The columns have the words of all.
    """

    names: Sequence[SplitName]
    owner: Ints
    first: Ints
    count: Ints
    given: WordColumn
    surname: WordColumn
    father: WordColumn


def variants_of(
    rows: Sequence[PersonRow], names: Sequence[SplitName], splitter: Splitter
) -> list[Variant]:
    """Give the rows by their other names, each different from the row's own and from the others.

    Of a row with more than `MOST_ALIASES` distinct other names the first so many are looked at.
    """
    found = []
    for at, row in enumerate(rows):
        if not row.aliases:
            continue
        known = {_stems(names[at])}
        for alias in islice(dict.fromkeys(row.aliases), MOST_ALIASES):
            for name in _by(alias, row, names[at], splitter):
                if _stems(name) not in known:
                    known.add(_stems(name))
                    found.append(Variant(at, name))
    return found


def by_tables(
    names: Sequence[SplitName], further: Sequence[Variant], tables: Tables
) -> list[Variant]:
    """Give rows by the names that the case's own tables lead their words to, for finding them."""
    if not any(tables.own.values()):
        return []
    rows = chain(enumerate(names), further)
    return [Variant(at, other) for at, name in rows for other in _led_to(name, tables)]


def _led_to(name: SplitName, tables: Tables) -> Iterator[SplitName]:
    """Give a name by all names that its words lead to, its own words among them."""
    words = (
        _with_names(name.given, NameKind.GIVEN, tables),
        _with_names(name.surname, NameKind.SURNAME, tables),
        _with_names(name.father, NameKind.GIVEN, tables),
    )
    for given, surname, father in islice(product(*words), 1, _MOST_LED_TO):
        yield name._replace(given=given, surname=surname, father=father)


def _with_names(part: Part | None, kind: NameKind, tables: Tables) -> list[Part | None]:
    """Give a word, and the names that it leads to."""
    led = tables.names_of(kind, part)
    return [part, *(x for x in led if part is not None and x.skeleton != part.skeleton)]


def _stems(name: SplitName) -> tuple[str, ...]:
    return tuple(part.stem if part else "" for part in name[:3])


def _by(alias: str, row: PersonRow, own: SplitName, splitter: Splitter) -> list[SplitName]:
    """Put another name in the place of the words that it may stand for."""
    parts = parts_in(alias.strip(_AROUND))
    if len(parts) == 1:
        return [] if parts[0].initial else list(_in_its_roles(parts[0], own, splitter))
    if not parts:
        return []
    split = splitter.split(Words(style=row.list, whole=parts, order=row.name_order))
    whole = own._replace(
        given=split.given or own.given,
        surname=split.surname or own.surname,
        father=split.father or own.father,
    )
    return [whole]


def _in_its_roles(part: Part, own: SplitName, splitter: Splitter) -> Iterator[SplitName]:
    """A word alone is a given name; also a surname, or that alone, as far as lists say so."""
    if part.form is Role.PATRONYMIC:
        yield own._replace(father=part)
        return
    leaning = splitter.leaning(part)
    if leaning > _A_SURNAME:
        yield own._replace(given=as_given(part))
    if leaning < _LIKE_A_SURNAME:
        yield own._replace(surname=part)


def by_other_names(
    table: PeopleTable, role: str, measure: Measure, left: Ints, right: Ints,
    levels: np.ndarray, share: Floats,
) -> None:  # fmt: skip
    """Raise the levels of pairs that agree by another name; `levels` and `share` are changed.

    Args:
        table: the rows.
        role: `given`, `surname` or `father`.
        measure: compares words.
        left: places of rows.
        right: places of rows, as many.
        levels: of the rows by their own names, one each pair.
        share: of the common values.
    """
    others = table.others
    if others is None:
        return
    column: WordColumn = getattr(others, role)
    tried = _names_in(others, column)
    tries = tried[left] * tried[right]
    # Names exchanged, or a father's in the place of a surname, are looked for later.
    look = np.flatnonzero((tries > 1) & ((levels == 0) | (levels > 1)))
    # Of several that agree as well, the rarest; a familiar form is as rare as the names it is of.
    usual = _agree_by_chance(table, role) if len(look) else 0.0
    for part in _parts(others, left[look], right[look]):
        at = look[part]
        best, least = _best(others, column, measure, usual, left[at], right[at])
        own = np.where((levels[at] > 0) & (levels[at] <= _LAST_ALIKE), levels[at], _UNTOLD - 1)
        better = best < own
        at = at[better]
        levels[at] = best[better]
        share[at] = least[better] * tries[at]


def _best(
    others: OtherNames, column: WordColumn, measure: Measure, usual: float, left: Ints, right: Ints
) -> tuple[np.ndarray, Floats]:
    """Give the best level of each pair of rows by all their names, and the least share of it.

    `usual` is how often two rows have one word by chance.
    """
    pair, one, two = _entries(others, left, right)
    found, common = measure(column, column, one, two)
    told = np.where((found > 0) & (found <= _LAST_ALIKE), found, _UNTOLD)
    best = np.full(len(left), _UNTOLD, dtype=told.dtype)
    np.minimum.at(best, pair, told)
    either = np.fmax(column.share[one], column.share[two])
    common = np.where(told == _BY_FORM, np.maximum(either, usual), common)
    least = np.full(len(left), np.inf)
    chosen = (told == best[pair]) & (told < _UNTOLD)
    np.minimum.at(least, pair[chosen], common[chosen])
    return best, least


def _parts(others: OtherNames, left: Ints, right: Ints) -> Iterator[slice]:
    """Cut pairs of rows into parts of about `_AT_ONCE` pairs of entries, in their order."""
    if not len(left):
        return
    ends = np.cumsum((1 + others.count[left]) * (1 + others.count[right]))
    cuts = np.flatnonzero(np.diff(ends // _AT_ONCE)) + 1
    for start, stop in pairwise((0, *cuts.tolist(), len(left))):
        yield slice(start, stop)


def _names_in(others: OtherNames, column: WordColumn) -> Ints:
    """How many words each row has in a role, its own among them."""
    rows, last = len(others.count), len(others.count) + int(others.count.sum())
    owner = others.owner[rows:last]
    new = column.key[rows:last] != column.key[owner]
    return 1 + np.bincount(owner[new], minlength=rows)


def _entries(others: OtherNames, left: Ints, right: Ints) -> tuple[Ints, Ints, Ints]:
    """Give all entries of the left rows with all of the right: the pair, and the two entries."""
    many, width = 1 + others.count[left], 1 + others.count[right]
    total = many * width
    pair = np.repeat(np.arange(len(left)), total)
    within = np.arange(len(pair)) - np.repeat(np.cumsum(total) - total, total)
    one, two = np.divmod(within, width[pair])
    return pair, _entry(others, left[pair], one), _entry(others, right[pair], two)


def _entry(others: OtherNames, row: Ints, which: Ints) -> Ints:
    entry: Ints = np.where(which == 0, row, others.first[row] + which - 1)
    return entry


def _agree_by_chance(table: PeopleTable, role: str) -> float:
    """How often two rows at random have one word: what a share is held against."""
    if table.whole is not None:
        return table.whole.by_chance[role]
    column: WordColumn = getattr(table, role)
    whole = column.key[(column.key != NONE) & ~column.initial]
    return by_chance(np.bincount(whole), len(whole))


def entries_of(others: OtherNames, row: int) -> list[int]:
    """Give all entries of one row, its own first."""
    first, count = int(others.first[row]), int(others.count[row])
    return [row, *range(first, first + count)]
