"""A table of which each row is read by itself, into one thing or none; each is accounted for."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from qantar.model.document import Document
from qantar.model.finding import Finding
from qantar.reading.capped import CappedFindings
from qantar.reading.cells import Cells, Layout
from qantar.reading.context import Context, RowsRead

Row = TypeVar("Row")


def read_each(
    document: Document,
    layout: Layout,
    context: Context,
    read: Callable[[Cells], Row | None],
    *,
    of_the_table: Iterable[Finding] = (),
) -> tuple[tuple[Row, ...], RowsRead]:
    """Read every row; give what was read, and the account, which does not hold it yet.

    Args:
        document: the table.
        layout: its columns.
        context: its accession.
        read: reads the cells of a row; None where the row is unreadable, with a finding there.
        of_the_table: what is told of the table as a whole, before all else.
    """
    findings = CappedFindings()
    for finding in of_the_table:
        findings.add(finding)
    found = []
    for row in document.rows:
        cells = Cells(row, layout, context)
        one = read(cells)
        if one is not None:
            found.append(one)
        for finding in cells.findings:
            findings.add(finding)
    account = RowsRead(
        rows_in=len(document.rows) + document.unreadable,
        rows_read=len(found),
        rows_unreadable=len(document.rows) - len(found) + document.unreadable,
        findings=findings.all(),
    )
    return tuple(found), account
