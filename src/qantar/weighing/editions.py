"""What changed between two editions of one list of people: rows added, changed and removed.

Rows are the same by the list's own ids where both editions give every row one of its own,
and these are no running numbers, which another row gets once one is put in before it. Else
rows that say the same are the same; of the others, rows of one person are one row that
changed. That is an estimate: a list that gives no ids does not say which row became which.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, replace

from qantar.model.person_row import PersonRow

PersonOf = Callable[[PersonRow], Hashable | None]
"""Who a row is about; None where nobody knows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """Rows of the later edition that are new or say something else, and rows that are gone."""

    added: int
    changed: int
    removed: int
    kept: int
    by_id: bool


def changes(
    before: Sequence[PersonRow], after: Sequence[PersonRow], person_of: PersonOf
) -> Changes:
    """Compare two editions.

    Args:
        before: all rows of the earlier one.
        after: all rows of the later one.
        person_of: who a row is about, for rows that neither an id nor the wording matches.
    """
    if _has_ids(before) and _has_ids(after):
        return _by_id(before, after)
    gone, new = Counter(map(_says, before)), Counter(map(_says, after))
    kept = (gone & new).total()
    left, came = _people(before, gone - new, person_of), _people(after, new - gone, person_of)
    changed = (left & came).total()
    return Changes(
        added=len(after) - kept - changed,
        changed=changed,
        removed=len(before) - kept - changed,
        kept=kept,
        by_id=False,
    )


def _has_ids(rows: Sequence[PersonRow]) -> bool:
    """Whether every row has an id of its own that is more than its place in the list."""
    ids = [row.id for row in rows]
    if not ids or len(set(ids) - {None}) < len(ids):
        return False
    numbers = [int(one) for one in ids if one and one.isascii() and one.isdigit()]
    return numbers != list(range(numbers[0], numbers[0] + len(ids))) if numbers else True


def _by_id(before: Sequence[PersonRow], after: Sequence[PersonRow]) -> Changes:
    earlier, later = ({row.id: _says(row) for row in rows} for rows in (before, after))
    both = earlier.keys() & later.keys()
    changed = sum(earlier[one] != later[one] for one in both)
    return Changes(
        added=len(later) - len(both),
        changed=changed,
        removed=len(earlier) - len(both),
        kept=len(both) - changed,
        by_id=True,
    )


def _says(row: PersonRow) -> PersonRow:
    """What a row says, wherever it stands and whatever number it has there."""
    return replace(row, list="-", row=1, id=None)


def _people(
    rows: Sequence[PersonRow], only: Counter[PersonRow], person_of: PersonOf
) -> Counter[Hashable]:
    """Count the persons of rows that say what the other edition does not, as often as it does."""
    left, people = Counter(only), Counter[Hashable]()
    for row in rows:
        said = _says(row)
        if left[said] > 0:
            left[said] -= 1
            person = person_of(row)
            if person is not None:
                people[person] += 1
    return people
