"""A table of a measured series: its rows together become claims of outages."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from pathlib import PurePosixPath
from typing import Final

from qantar.model.claim import Claim
from qantar.model.document import Document
from qantar.model.finding import Finding, Severity
from qantar.reading.cells import Cells, Layout
from qantar.reading.common import passage
from qantar.reading.context import Context, RowsRead
from qantar.reading.identifiers import Identifiers, Ids
from qantar.reading.local_times import instants
from qantar.reading.message_times import message_time
from qantar.reading.outage_rule import Point
from qantar.reading.series import Origin, Told, read_series
from qantar.reading.table import missing_columns
from qantar.reading.times import as_time

_NOTHING: Final = frozenset({"", "null", "nan", "none", "n/a", "-"})
_UNNAMED: Final = "instrument not named"
_PLAIN: Final = re.compile(r"-?\d{1,20}(?:\.\d{1,20})?")
_KEY: Final = ("id", "region", "network", "method", "instrument")
MOST_SERIES: Final = 10_000


@dataclass(slots=True)
class _Series:
    """The points of one series, and its first row, which says what it is of."""

    first: Cells
    points: list[Point] = field(default_factory=list)


@dataclass(slots=True)
class _Gathered:
    """The series of a table, and what was noticed of its rows."""

    series: dict[tuple[str, ...], _Series] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    unreadable: int = 0
    beyond: int = 0


def read_series_table(
    document: Document, context: Context, identifiers: Identifiers
) -> tuple[RowsRead, frozenset[int]]:
    """Read a table whose rows are values of measured series.

    Returns:
        The account, with the claims of outages; and the numbers of the rows that the
        claims stand on, with their neighbours.
    """
    layout = Layout(document, context.accession)
    gathered = _Gathered(unreadable=document.unreadable)
    gathered.findings.extend(missing_columns(layout, context))
    if layout.has("at") and layout.has("value"):
        for row in document.rows:
            _take_row(Cells(row, layout, context), gathered)
    else:
        gathered.unreadable += len(document.rows)
    claims, own_ids, shown = _claims(gathered, context, identifiers)
    claims = _at_their_rows(claims, document)
    rows_in = len(document.rows) + document.unreadable
    account = RowsRead(
        rows_in=rows_in,
        rows_read=rows_in - gathered.unreadable,
        rows_unreadable=gathered.unreadable,
        claims=tuple(claims),
        own_ids=tuple(own_ids),
        findings=tuple(gathered.findings),
    )
    return account, frozenset(shown)


def _take_row(cells: Cells, gathered: _Gathered) -> None:
    at = _instant(cells)
    key = tuple(cells.text(name) for name in _KEY)
    series = gathered.series.get(key)
    if series is None and len(gathered.series) >= MOST_SERIES:
        gathered.beyond += 1
        at = None
    if at is None:
        gathered.unreadable += 1
    else:
        if series is None:
            series = gathered.series[key] = _Series(cells)
        series.points.append(Point(at, _value(cells), cells.row.number))
    gathered.findings.extend(cells.findings)
    cells.findings = []


def _value(cells: Cells) -> Decimal | None:
    text = cells.text("value")
    if text.casefold() in _NOTHING:
        return None
    return Decimal(text) if _PLAIN.fullmatch(text) else cells.number("value")


def _instant(cells: Cells) -> int | None:
    """The instant of a row in seconds since 1970; a day is its beginning."""
    text = cells.text("at")
    if not text:
        cells.note(
            "impossible-date",
            "the row has no time; it is left out.",
            "at",
            severity=Severity.LOSS,
        )
        return None
    column = cells.layout.columns["at"]
    iso = message_time(as_time(text, column.as_), cells.order("at"))
    if iso is None or "T" not in iso:
        when = cells.when("at")
        return int(when.earliest.timestamp()) if when and when.earliest else None
    if iso.endswith("+00:00"):
        return int(datetime.fromisoformat(iso).timestamp())
    found = instants(iso, cells.zone("at"))
    if found:
        return int(datetime.fromisoformat(found[0]).timestamp())
    cells.note(
        "impossible-date",
        f"clocks in {cells.zone('at')} never showed {iso}; the row is left out.",
        "at",
        severity=Severity.LOSS,
    )
    return None


def _claims(
    gathered: _Gathered, context: Context, identifiers: Identifiers
) -> tuple[list[Claim], list[str], set[int]]:
    claims: list[Claim] = []
    own_ids: list[str] = []
    shown: set[int] = set()
    alone, told = Ids(), Told(context)
    for key, series in gathered.series.items():
        read = read_series(series.points, _origin(series.first, key[0], context))
        gathered.findings.extend(series.first.findings)
        read.tell(told)
        for claim in read.claims:
            claims.append(replace(claim, id=identifiers.take(claim.id)))
            own_ids.append(alone.take(claim.id))
        shown |= read.rows
    if gathered.beyond:
        text = f"{gathered.beyond:,} rows of more than {MOST_SERIES:,} series were left out."
        told.note("too-many", text)
    told.close()
    gathered.findings.extend(told.findings)
    return claims, own_ids, shown


def _at_their_rows(claims: list[Claim], document: Document) -> list[Claim]:
    """Say of each claim in which line, or row of which worksheet, its first value stands."""
    first = {claim.passage.row for claim in claims}
    places = {row.number: row for row in document.rows if row.number in first}
    return [
        replace(
            claim,
            passage=replace(claim.passage, at_row=row.at_row, line=row.line, sheet=row.sheet),
        )
        for claim in claims
        for row in (places[claim.passage.row],)
    ]


def _origin(cells: Cells, name: str, context: Context) -> Origin:
    stem = PurePosixPath(context.accession.path).stem
    instrument = cells.text("instrument")
    if not instrument:
        declared = context.accession.source
        instrument = declared if declared != "unknown" else _UNNAMED
    return Origin(
        name=name or stem,
        source=context.accession.source,
        instrument=instrument,
        region=cells.places("region"),
        region_text=cells.text("region"),
        network=cells.word("network", "network", default="all") or "all",
        method=cells.word("method", "outage-method"),
        zone=cells.zone("at"),
        passage=passage(cells),
        made_at=cells.when("made_at"),
        published=cells.when("published"),
        url=cells.optional("url"),
    )
