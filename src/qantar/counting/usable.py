"""What every estimator looks at first: lists that hold nobody, and tables that hold too little."""

from __future__ import annotations

from qantar.counting.cautions import EMPTY_LIST, FEW_LISTS, NOT_ESTIMABLE
from qantar.counting.table import CaptureTable
from qantar.model.estimate import Caution, Refusal


def without_empty_lists(table: CaptureTable) -> tuple[CaptureTable, tuple[Caution, ...]]:
    """Leave out the lists that name nobody, and say so.

    To a model such a list says that nobody had much of a chance of being on it, which moves a
    number that it tells nothing about: the same persons must give the same number, whether or
    not somebody also brings an empty sheet.
    """
    kept = [name for name, size in zip(table.lists, table.sizes.tolist(), strict=True) if size]
    empty = [name for name in table.lists if name not in kept]
    if not empty:
        return table, ()
    named = ", ".join(f"“{name}”" for name in empty)
    text = f"{named} {'names' if len(empty) == 1 else 'name'} nobody here, and was left out."
    return table.of_lists(kept), (Caution(code=EMPTY_LIST, text=text, kind=named),)


def too_little(table: CaptureTable, method: str) -> Refusal | None:
    """Refuse a table without persons, or with one list alone (its empty lists left out)."""
    if not table.observed:
        text = f"{method}: no list names anybody, so there is nothing to estimate from."
        return Refusal(code=NOT_ESTIMABLE, text=text)
    if len(table.lists) < 2:  # noqa: PLR2004 - an overlap is one of two
        text = (
            f"{method}: only “{table.lists[0]}” names anybody. How many a list leaves out shows "
            "in its overlap with another; one alone says nothing about it. Add a list that "
            "was made by others."
        )
        return Refusal(code=FEW_LISTS, text=text)
    return None
