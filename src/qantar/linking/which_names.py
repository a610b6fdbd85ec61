"""By which of their names, or by which table, two rows agree: for the words of a reason."""

from __future__ import annotations

from itertools import product
from typing import Final

from qantar.linking.case_tables import place_key
from qantar.linking.likeness import likeness
from qantar.linking.name_forms import is_form
from qantar.linking.name_parts import Part
from qantar.linking.other_names import entries_of
from qantar.linking.people_table import PeopleTable
from qantar.linking.word_levels import ALIKE, MUCH
from qantar.model.name_table import NameKind

_ROLES: Final = frozenset({"given", "surname", "father"})
_PLACES: Final = frozenset({"place", "birth_place"})
OTHER_NAME: Final = "another name"
PLACES: Final = "the places of the case"
_SAME, _ALIKE, _MUCH, _FORM, _NONE = 1, 2, 3, 4, 0


def by_which_names(
    table: PeopleTable, field: str, left: int, right: int, level: int
) -> tuple[str, str] | None:
    """Give the two words by which rows reach a level of agreement, where one is another name.

    None where their own names do, or the field has no names.
    """
    others = table.others
    if others is None or field not in _ROLES or not 0 < level <= _FORM:
        return None
    if not (others.count[left] or others.count[right]):
        return None
    pairs = product(entries_of(others, left), entries_of(others, right))
    for one, two in pairs:  # the rows by their own names come first
        a, b = (getattr(others.names[at], field) for at in (one, two))
        if a is not None and b is not None and _level(table, a, b, field) == level:
            return None if (one, two) == (left, right) else (a.text, b.text)
    return None


def by_which_table(table: PeopleTable, field: str, left: int, right: int, level: int) -> str:
    """Name the row of the case's tables by which rows agree, or its places; "" where none does."""
    if field in _PLACES and level == _SAME:
        texts = (getattr(table.rows[at], field) for at in (left, right))
        keys = {place_key(text) for text in texts if text}
        return PLACES if len(keys) > 1 else ""
    if field not in _ROLES or level != _FORM:
        return ""
    one, two = (getattr(table.names[at], field) for at in (left, right))
    if one is None or two is None:
        return ""
    kind = NameKind.SURNAME if field == "surname" else NameKind.GIVEN
    return table.tables.origin(kind, one.skeleton, two.skeleton) or ""


def _level(table: PeopleTable, one: Part, other: Part, field: str) -> int:
    """As `word_levels` has it, but for how many bear the name."""
    if one.initial or other.initial:
        return _NONE
    if one.skeleton == other.skeleton:
        return _SAME
    alike = float(likeness([one.stem], [other.stem])[0])
    if alike >= ALIKE:
        return _ALIKE
    given = field != "surname"
    forms = table.tables.given if given else table.tables.surname
    if is_form(one.stem, other.stem, forms, given=given):
        return _FORM
    return _MUCH if alike >= MUCH else _NONE
