"""A score in words: the fields of two rows, what stands there, and what each adds in bits."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Final

from qantar.linking.evidence import Opened
from qantar.linking.fields import FIELDS, Compared
from qantar.linking.people_table import TEXT_FIELDS, PeopleTable
from qantar.linking.result import Reason
from qantar.linking.which_names import OTHER_NAME, by_which_names, by_which_table
from qantar.model.person_row import DaySpan, PersonRow

_SHOWN: Final = 0.05  # bits
FAMILY: Final = "family"
"""The field of the reason that two relatives may show the same."""
START: Final = "start"
"""The field of the reason that does not come from what the rows say."""


def reasons_of(table: PeopleTable, found: Compared, opened: Opened, place: int) -> list[Reason]:
    """Give all parts of the score of one pair; they add up to it.

    Fields come first, the weightiest before the others; then what is lost because two relatives
    may show the same (`FAMILY`); last what any two rows of these lists begin with (`START`).

    Args:
        table: the rows.
        found: the pairs.
        opened: the score.
        place: of the pair in `found`.
    """
    left, right = int(found.left[place]), int(found.right[place])
    told = []
    for field, weight in opened.fields.items():
        level = int(found.levels[field][place])
        if level and abs(weight) >= _SHOWN:
            a, b = (_shown(table, field, at) for at in (left, right))
            words, by = FIELDS[field].levels[level - 1], ""
            other = by_which_names(table, field, left, right, level)
            if other is not None:
                (a, b), by = other, OTHER_NAME
            by = by or by_which_table(table, field, left, right, level)
            words = f"{words}, by {by}" if by else words
            told.append(Reason(field, a, b, round(weight, 2), words, by))
    told.sort(key=lambda one: (-abs(one.weight), one.field))
    if abs(opened.family) >= _SHOWN:
        a, b = (_shown(table, "surname", at) for at in (left, right))
        told.append(
            Reason(FAMILY, a, b, round(opened.family, 2), "two relatives may show the same")
        )
    start = opened.score - sum(one.weight for one in told)
    here, there = (table.rows[at].list for at in (left, right))
    told.append(Reason(START, here, there, round(start, 2), "any two rows of these lists"))
    return told


def _shown(table: PeopleTable, field: str, at: int) -> str | None:
    name = table.names[at]
    parts = {"given": name.given, "surname": name.surname, "father": name.father}
    if field in parts:
        part = parts[field]
        return part.text if part else None
    return {**TEXT_FIELDS, **_SPANS}[field](table.rows[at])


def _span(span: DaySpan | None) -> str | None:
    if span is None:
        return None
    first, last = (date.fromordinal(one).isoformat() for one in span[:2])
    return first if first == last else f"{first}/{last}"


_SPANS: Final[Mapping[str, Callable[[PersonRow], str | None]]] = {
    "birth": lambda row: _span(row.birth),
    "event": lambda row: _span(row.event),
    "sex": lambda row: row.sex,
}
