"""Rows of a table of capture patterns: persons by the lists that name them, counted by others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from qantar.model.accession import Accession
from qantar.model.document import Document
from qantar.model.fields import BY_STRATUM, ON_LIST
from qantar.model.finding import Finding, Severity
from qantar.model.pattern_row import PatternRow
from qantar.reading.cells import Cells, Layout
from qantar.reading.context import Context, RowsRead
from qantar.reading.each_row import read_each
from qantar.reading.wording import quoted

UNUSABLE: Final = "unusable-pattern"
_MARKS: Final = {"1": True, "0": False}
MOST_PERSONS: Final = 10**12
"""More than ever lived; beyond it a cell holds something else."""


def read_patterns(document: Document, context: Context) -> RowsRead:
    """Read every row. One with a mark that is neither 0 nor 1, or no whole count, is unreadable."""
    layout = Layout(document, context.accession)
    told = _of_the_table(layout, context, len(document.rows))
    found, account = read_each(document, layout, context, _pattern, of_the_table=told)
    return replace(account, patterns=found)


def lists_of(accession: Accession) -> tuple[str, ...]:
    """The names of the lists of a table of patterns, in the order of its sheet."""
    return tuple(_named(accession, ON_LIST))


def strata_of(accession: Accession) -> tuple[str, ...]:
    """The names of its strata."""
    return tuple(_named(accession, BY_STRATUM))


def _named(accession: Accession, begin: str) -> Iterator[str]:
    fields = (one.field for one in accession.columns if one.field.startswith(begin))
    return (field.removeprefix(begin) for field in fields)


def _of_the_table(layout: Layout, context: Context, rows: int) -> Iterator[Finding]:
    """Why no row can be read, said once and not once a row."""
    needed = ["count", *(f"{ON_LIST}{name}" for name in lists_of(context.accession))]
    lacking = [field for field in needed if not layout.has(field)]
    if rows and lacking:
        yield Finding(
            code=UNUSABLE,
            text=f"there is no column to read {lacking[0]} from; no row can be used.",
            severity=Severity.LOSS,
            file=context.accession.path,
            original=context.original,
            accession=context.accession_id,
        )


def _pattern(cells: Cells) -> PatternRow | None:
    """Read one row; None where it cannot be used, with a finding at its cell."""
    lists = lists_of(cells.context.accession)
    if not all(cells.layout.has(field) for field in ("count", *(ON_LIST + n for n in lists))):
        return None
    marks = {name: _mark(cells, f"{ON_LIST}{name}") for name in lists}
    count = _count(cells)
    if count is None or None in marks.values():
        return None
    return PatternRow(
        row=cells.row.number,
        on=tuple(name for name, is_on in marks.items() if is_on),
        count=count,
        strata=tuple(
            (name, cells.text(f"{BY_STRATUM}{name}")) for name in strata_of(cells.context.accession)
        ),
    )


def _mark(cells: Cells, field: str) -> bool | None:
    found = cells.text(field)
    mark = _MARKS.get(found)
    if mark is None:
        text = f"{quoted(found)} is neither 0 nor 1: whether the list names these persons."
        cells.note(UNUSABLE, f"{text} The row is left out.", field, severity=Severity.LOSS)
    return mark


def _count(cells: Cells) -> int | None:
    if not cells.text("count"):
        text = "the row does not say how many persons it is about; it is left out."
        cells.note(UNUSABLE, text, "count", severity=Severity.LOSS)
        return None
    number = cells.number("count")
    if number is None:  # told at its cell
        return None
    if number != number.to_integral_value() or not 0 <= number <= MOST_PERSONS:
        text = f"{quoted(cells.text('count'))} is no number of persons; the row is left out."
        cells.note(UNUSABLE, text, "count", severity=Severity.LOSS)
        return None
    return int(number)
