"""Decisions on rows of lists of people: which row a person means, by what is shown of it."""

from __future__ import annotations

from collections.abc import Sequence

from qantar.archive.case import Case
from qantar.errors import DecisionRefusedError
from qantar.model.accession import Holds
from qantar.record.facts import has_person_row
from qantar.workbench.accessions import accession_records
from qantar.workbench.folded import Folded
from qantar.workbench.names import row_id, row_of_id
from qantar.workbench.stores import record_of

_TWO = 2
_SHOWN = "`a3/17` is row 17 of the accession a3; `court/17` is row 17 of the list called court."


def two_rows(case: Case, folded: Folded, targets: Sequence[str]) -> tuple[str, ...]:
    """Give the ids of two rows, as the record prints them, from what somebody typed.

    Args:
        case: the case; its record is asked whether the rows are there.
        folded: its journal.
        targets: ids such as `a3/17`, or a list's name in the place of the accession.

    Raises:
        DecisionRefusedError: they are not two rows of the lists in use.
    """
    rows = tuple(dict.fromkeys(row_typed(case, folded, one) for one in targets))
    if len(rows) != _TWO:
        message = "whether rows are one person is decided of two rows at a time."
        raise DecisionRefusedError(message, next=f"Name two different rows: {_SHOWN}")
    return rows


def row_typed(case: Case, folded: Folded, target: str) -> str:
    """Give the id of one row, as the record prints it, from what somebody typed.

    Raises:
        DecisionRefusedError: it is no row of the lists in use.
    """
    typed = row_of_id(target)
    if typed is None:
        message = f"{target} is no row of a list of people."
        raise DecisionRefusedError(message, where=target, next=_SHOWN)
    accession = _accession(folded, typed[0], target)
    if not has_person_row(*record_of(case), accession, typed[1]):
        message = f"the record holds no row {typed[1]} of {typed[0]}."
        raise DecisionRefusedError(message, where=target, next=f"Build, or name another. {_SHOWN}")
    return row_id(accession, typed[1])


def _accession(folded: Folded, name: str, target: str) -> str:
    """The accession that goes by its id or by the name of its list."""
    lists = [
        one
        for one in accession_records(folded)
        if one.in_use and one.accession.holds is Holds.PERSONS
    ]
    found = [one.id for one in lists if one.id == name]
    found = found or [one.id for one in lists if one.accession.list_name == name]
    if len(found) == 1:
        return found[0]
    if found:
        message = f"{len(found)} accessions are of the list {name}: {' '.join(found)}."
        raise DecisionRefusedError(message, where=target, next=f"Say which. {_SHOWN}")
    known = " ".join(f"{one.id} ({one.accession.list_name})" for one in lists) or "none"
    message = f"no list of people in use is called {name}."
    raise DecisionRefusedError(message, where=target, next=f"There are: {known}.")
