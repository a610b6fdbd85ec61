"""Show: one person of a case, with the rows that are theirs and what was said became of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from qantar.archive.case import Case
from qantar.errors import DecisionRefusedError, InputRefusedError
from qantar.model.person_row import DaySpan
from qantar.record.found_cells import Cells, read_cells
from qantar.record.persons import read_linkage
from qantar.record.statuses import read_statuses
from qantar.weighing.status_histories import History, StatusStatement, history_of
from qantar.workbench.accessions import accession_records
from qantar.workbench.current import ensure_current
from qantar.workbench.decide_rows import row_typed
from qantar.workbench.folded import Folded
from qantar.workbench.names import row_id, row_of_id
from qantar.workbench.statuses import body_of
from qantar.workbench.stores import folded_of, record_of
from qantar.workbench.words import words_of_statuses

Key = tuple[str, int]


def _nobody(_: str) -> None:
    """Hear a sentence that nobody asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RowOfPerson:
    """One row: its id, its list, whose list it is, and its cells as they were found."""

    id: str
    list: str
    source: str
    cells: Cells


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonShown:
    """One person: their rows in the order in which these were taken in, and their history.

    `sources` leads from the ids of sources to their names.
    """

    id: str
    rows: tuple[RowOfPerson, ...]
    history: History
    sources: Mapping[str, str]

    def to_json(self) -> dict[str, object]:
        """The person as `qantar show --json` prints it."""
        return {
            "id": self.id,
            "rows": [
                {"row": one.id, "list": one.list, "source": one.source}
                | {"cells": [list(cell) for cell in one.cells]}
                for one in self.rows
            ],
            "statuses": [
                {"number": at + 1}
                | status_json(one, self.sources)
                | {"against": [other + 1 for other in self.history.against.get(at, ())]}
                for at, one in enumerate(self.history.statements)
            ],
        }


def status_json(one: StatusStatement, sources: Mapping[str, str]) -> dict[str, object]:
    """Give a statement as JSON: who says it, of which days, when, and in which words."""
    return {
        "row": row_id(one.accession, one.row),
        "status": one.status,
        "words": one.words,
        "about": _span(one.days),
        "said_by": one.said_by,
        "body": body_of(one, sources),
        "source": one.source,
        "published": _span(one.published),
        "acquired": one.acquired,
    }


def _span(days: DaySpan | None) -> dict[str, object] | None:
    if days is None:
        return None
    first, last = (date.fromordinal(day).isoformat() for day in (days.first, days.last))
    return {"first": first, "last": last, "circa": days.about}


def show(
    case: Case, target: str, *, software: str, tell: Callable[[str], None] = _nobody
) -> PersonShown:
    """Give the person to whom a row belongs; a record that is behind the journal is built first.

    Where the part that links is not installed, nobody knows more than the row.

    Args:
        case: the case.
        target: any of the person's rows, `a3/17` or `court/17`; a person's id is such a row.
        software: name and version of the program, for a new record.
        tell: is told, in a sentence, that the record was built anew, and why.

    Raises:
        InputRefusedError: it is no row of the lists in use.
        RecordMissingError: the case has never been built.
        CaseLockedError: the record must be built and another process is writing.
    """
    if said := ensure_current(case, software=software):
        tell(said)
    folded = folded_of(case)
    try:
        asked = row_typed(case, folded, target)
    except DecisionRefusedError as error:
        raise InputRefusedError(error.message, where=error.where, next=error.next) from error
    person, rows = _rows_of(case, folded, asked)
    return PersonShown(
        id=person,
        rows=tuple(_shown(case, folded, rows)),
        history=history_of(
            read_statuses(*record_of(case), rows), words_of_statuses(folded.vocabulary)
        ),
        sources={one.id: one.name for one in folded.sources},
    )


def _rows_of(case: Case, folded: Folded, asked: str) -> tuple[str, list[Key]]:
    """The person's id, and their rows in the order of accessions."""
    key = row_of_id(asked)
    linkage = read_linkage(*record_of(case))
    person = linkage.persons.get(key, asked) if linkage and key else asked
    rows = [row for row, who in linkage.persons.items() if who == person] if linkage else []
    order = {one.id: at for at, one in enumerate(folded.accessions)}
    return person, sorted(rows or [key or ("", 0)], key=lambda row: (order[row[0]], row[1]))


def _shown(case: Case, folded: Folded, rows: list[Key]) -> list[RowOfPerson]:
    cells = read_cells(*record_of(case), rows)
    lists = {one.id: one.accession for one in accession_records(folded)}
    return [
        RowOfPerson(
            id=row_id(*row),
            list=lists[row[0]].list_name,
            source=lists[row[0]].source,
            cells=cells.get(row, ()),
        )
        for row in rows
    ]
