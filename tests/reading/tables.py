"""Invented tables for the tests of reading: a header, rows, and what a sheet says of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from qantar.model.accession import Accession, Holds
from qantar.model.claim import Claim
from qantar.model.column import Column
from qantar.model.date_order import DateOrder
from qantar.model.document import Document, Row
from qantar.model.finding import Finding
from qantar.model.place import Gazetteer, Place
from qantar.model.speaker import Speaker, Speakers
from qantar.model.vocabulary import Vocabulary
from qantar.reading.cells import Cells, Layout
from qantar.reading.context import Context, RowsRead
from qantar.reading.identifiers import Identifiers
from qantar.reading.table import read_rows

ORIGINAL = "5a" * 32
ZONE = "Asia/Almaty"
PLACES = (
    Place(id="KZ", name="Kazakhstan", kind="country"),
    Place(id="L1", name="Sayaqkent", kind="town", names=(("kk", "Саяқкент"),), former=("Sayaq-7",)),
    Place(id="L2", name="Square", kind="square", parent="L1"),
    Place(id="L3", name="Square", kind="square"),
)
SPEAKERS = (Speaker(id="O1", name="Aidar Sayaqov", forms=("Айдар Саяқов",)),)

Columns = Mapping[str, str | Column]
PAGE = (Path(__file__).parents[2] / "docs" / "findings.md").read_text(encoding="utf-8")


def document(header: Iterable[str], *rows: Iterable[str], unreadable: int = 0) -> Document:
    """A table as a reader gives it; the header is row 1."""
    named = tuple(header)
    return Document(
        reader="table",
        version=1,
        sha256=ORIGINAL,
        media_type="text/csv",
        encoding="utf-8",
        header=named,
        rows=tuple(
            Row(number=n, line=n + 1, at_row=n + 1, values=tuple(values))
            for n, values in enumerate(rows, start=1)
        ),
        unreadable=unreadable,
    )


def context(
    holds: Holds,
    columns: Columns,
    *,
    dates: DateOrder = DateOrder.ISO,
    zone: str | None = None,
    path: str = "lists/said.csv",
    places: Iterable[Place] = PLACES,
    speakers: Iterable[Speaker] = SPEAKERS,
    vocabularies: Mapping[str, Vocabulary] | None = None,
) -> Context:
    """What a sheet and a case say about the table; a column given as a text is a header."""
    accession = Accession(
        path=path,
        source="collectors",
        holds=holds,
        dates=dates,
        zone=zone,
        columns=tuple(
            Column(field=name, header=column)
            if isinstance(column, str)
            else replace(column, field=name)
            for name, column in columns.items()
        ),
    )
    return Context(
        accession=accession,
        accession_id="a1",
        original=ORIGINAL,
        zone=ZONE,
        gazetteer=Gazetteer.of(places),
        speakers=Speakers.of(speakers),
        vocabularies=vocabularies or {},
    )


def column(header: str | None = None, **settings: object) -> Column:
    """A column with settings; its field is filled in by `context`."""
    return Column(field="", header=header, **settings)  # type: ignore[arg-type]  # as the sheet says


def cells(columns: Columns, holds: Holds = Holds.STATEMENTS, /, **row: str) -> Cells:
    """One row, given as header = cell, the first under column A in row 2."""
    made = document(row, row.values())
    seen = context(holds, columns)
    return Cells(made.rows[0], Layout(made, seen.accession), seen)


def read(
    holds: Holds,
    columns: Columns,
    *rows: Mapping[str, str],
    identifiers: Identifiers | None = None,
    unreadable: int = 0,
    **settings: object,
) -> RowsRead:
    """Read rows, each given as header = cell; the first names all headers."""
    header = tuple(rows[0]) if rows else ()
    made = document(
        header, *([row.get(name, "") for name in header] for row in rows), unreadable=unreadable
    )
    seen = context(holds, columns, **settings)  # type: ignore[arg-type]  # passed on by name
    return read_rows(made, seen, identifiers or Identifiers())


def one(holds: Holds, columns: Columns, /, **row: str) -> Claim:
    """Read a single row that gives one claim and no finding; cells left out are empty."""
    named = (c if isinstance(c, str) else c.header for c in columns.values())
    got = read(holds, columns, {header: "" for header in named if header} | row)
    assert got.findings == ()
    (claim,) = got.claims
    return claim


def codes(findings: Iterable[Finding]) -> list[str]:
    """The codes of findings, in order; each stands on the page of findings."""
    found = [finding.code for finding in findings]
    assert all(f"| `{code}` |" in PAGE for code in found)
    return found
