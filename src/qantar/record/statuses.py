"""What lists say became of people, in the record: one row a statement, under the row that makes it.

Whose statements they are follows from `person_links`: a person's history is that of their rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from qantar.model.person_row import DaySpan
from qantar.record.database import Connection, opened
from qantar.weighing.status_histories import StatusStatement

Values = tuple[object, ...]


def status_rows(statements: Iterable[StatusStatement]) -> Iterator[Values]:
    """Give the rows of the table `person_statuses`; days as ISO dates, vague ones marked."""
    for one in statements:
        yield (
            one.accession, one.row, one.number, one.status, one.words, one.source, one.said_by,
            one.body, *_days(one.days), *_days(one.published), one.acquired,
        )  # fmt: skip


def read_statuses(
    path: Path, key: bytes, rows: Iterable[tuple[str, int]]
) -> Iterator[StatusStatement]:
    """Read what some rows state, each row named by its accession and number, in the order given.

    Raises:
        RecordMissingError, CaseKeyError, RecordFormatError: as `opened`.
    """
    with opened(path, key) as connection:
        for accession, row in rows:
            yield from _of_row(connection, accession, row)


def _of_row(connection: Connection, accession: str, row: int) -> Iterator[StatusStatement]:
    asked = """SELECT number, status, words, source, said_by, body,
        first, last, about, published_first, published_last, published_about, acquired
        FROM person_statuses WHERE accession = ? AND row = ? ORDER BY number"""
    for found in connection.execute(asked, (accession, row)).fetchall():
        number, status, words, source, said_by, body, *days, acquired = found
        yield StatusStatement(
            accession=accession,
            row=row,
            number=number,
            status=status,
            words=words,
            source=source,
            said_by=said_by,
            body=body,
            days=_span(*days[:3]),
            published=_span(*days[3:]),
            acquired=acquired,
        )


def _days(span: DaySpan | None) -> Values:
    if span is None:
        return None, None, None
    first, last = (date.fromordinal(day).isoformat() for day in (span.first, span.last))
    return first, last, int(span.about)


def _span(first: Any, last: Any, about: Any) -> DaySpan | None:
    if first is None:
        return None
    return DaySpan.of(date.fromisoformat(first), date.fromisoformat(last), about=bool(about))
