"""How common what rows say is, counted part by part: what makes a `Whole` of many parts.

The counts of parts add up. A text that one row has need not be kept: what is not named stands
once. Words of other names are named though no row is called so, because of these it matters.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

import numpy as np

from qantar.linking.case_tables import Tables
from qantar.linking.fields import FIELDS
from qantar.linking.name_parts import Part
from qantar.linking.name_roles import SplitName
from qantar.linking.other_names import Variant, by_tables
from qantar.linking.people_table import TEXT_FIELDS, key_in
from qantar.linking.whole import Counted, Whole, by_chance
from qantar.model.person_row import PersonRow

Tally = Counter[tuple[str, str]]
"""How often each text of each column stands; under the text "" how many rows have any."""
_ROLES: Final = ("given", "surname", "father")
_RARE: Final = tuple(name for name in TEXT_FIELDS if FIELDS[name].rare)
"""Fields of which it matters how common a value is."""
_OTHER: Final = "other "
_SOUGHT: Final = 1 << 40
"""Added to the rows of a word for each other name that has it, so that it is named."""
_ENTRIES: Final = ("entries", "")
NAMELESS: Final = ("nameless", "")
"""How many rows have no name."""


def tally_of(
    rows: Sequence[PersonRow],
    names: Sequence[SplitName],
    further: Sequence[Variant],
    tables: Tables,
) -> Tally:
    """Count what some rows say.

    Args:
        rows: the rows.
        names: of each its name by roles.
        further: the rows by their other names.
        tables: what names and places have in common.
    """
    found: Tally = Counter()
    for role in _ROLES:
        _count(found, role, _words(getattr(name, role) for name in names))
        others = list(_words(getattr(one.name, role) for one in further))
        _count(found, _OTHER + role, others)
        for word in others:
            found[role, word] += _SOUGHT
    for field, read in TEXT_FIELDS.items():
        key_of = key_in(field, tables)
        keys = [key_of(text) for row in rows if (text := read(row)) is not None]
        told = [key for key in keys if key]
        if field in _RARE:
            _count(found, field, told)
        else:
            found[field, ""] += len(told)
    found[_ENTRIES] += len(further) + len(by_tables(names, further, tables))
    found[NAMELESS] += sum(not any(name[:3]) for name in names)
    return found


def whole_of(rows_of: Mapping[str, int], tally: Mapping[tuple[str, str], int]) -> Whole:
    """Make the counts of all parts, or those that matter, into what they tell together.

    Args:
        rows_of: by list, in the order of lists, how many rows it has.
        tally: the counts, added up.
    """
    columns: dict[str, dict[str, int]] = {}
    for (column, text), count in tally.items():
        columns.setdefault(column, {})[text] = count % _SOUGHT
    return Whole(
        rows_of=rows_of,
        words={role: _counted(columns.get(role, {})) for role in _ROLES},
        other_words={role: _counted(columns.get(_OTHER + role, {})) for role in _ROLES},
        texts={field: _counted(columns.get(field, {})) for field in TEXT_FIELDS},
        by_chance={role: _by_chance(_counted(columns.get(role, {}))) for role in _ROLES},
        has_others=bool(tally.get(_ENTRIES)),
    )


def _words(parts: Iterable[Part | None]) -> Iterator[str]:
    """Give the skeletons of whole words."""
    return (one.skeleton for one in parts if one and one.skeleton and not one.initial)


def _count(found: Tally, column: str, texts: Iterable[str]) -> None:
    for text in texts:
        found[column, text] += 1
        found[column, ""] += 1


def _counted(column: Mapping[str, int]) -> Counted:
    return Counted({text: n for text, n in column.items() if text}, column.get("", 0), rest=1)


def _by_chance(words: Counted) -> float:
    several = np.array([0, *words.rows_with.values()], dtype=np.int64)
    once = np.ones(words.total - int(several.sum()), dtype=np.int64)
    return by_chance(np.concatenate((several, once)), words.total)
