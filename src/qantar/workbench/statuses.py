"""Rows of lists of people as dated statements of named bodies."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from qantar.model.accession import Accession
from qantar.model.person_row import PersonRow
from qantar.reading.persons import span_of_edition
from qantar.record.contents import AccessionRecord
from qantar.weighing.status_histories import StatusStatement


def statements_of(
    accessions: Iterable[AccessionRecord],
    persons: Mapping[str, Sequence[PersonRow]],
    zone: str,
) -> tuple[StatusStatement, ...]:
    """Give what all rows state, in the order of accessions and rows.

    Args:
        accessions: of the case; those that hold no people state nothing.
        persons: the rows, by accession.
        zone: the case's, in which an edition's name is read as a date.
    """
    return tuple(
        said
        for one in accessions
        for said in of_list(persons.get(one.id, ()), one.accession, zone, one.id)
    )


def of_list(
    rows: Iterable[PersonRow], accession: Accession, zone: str, name: str
) -> Iterator[StatusStatement]:
    """Give what the rows of one list state; `name` is what the list's rows are called by.

    What was not said when it was published, was with the edition, if that goes by its date.
    """
    edition = span_of_edition(accession.edition, accession.zone or zone)
    acquired = accession.acquired.on if accession.acquired else None
    for row in rows:
        for number, status in enumerate(row.statuses, start=1):
            yield StatusStatement(
                accession=name,
                row=row.row,
                number=number,
                source=accession.source,
                words=status.words,
                status=status.term,
                said_by=row.said_by,
                body=row.body,
                days=status.days,
                published=row.published or edition,
                acquired=acquired,
            )


def body_of(one: StatusStatement, sources: Mapping[str, str]) -> str:
    """Name the body that states it: that in the row, else who is named there, else the list's."""
    return one.body or one.said_by or sources.get(one.source, one.source)
