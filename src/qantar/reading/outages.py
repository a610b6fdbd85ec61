"""A row of a table of outages becomes a claim by one measurer about one window."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from qantar.model.claim import Claim, OutageDetail
from qantar.model.finding import Severity
from qantar.model.when import When
from qantar.reading.cells import Cells
from qantar.reading.common import basic_claim
from qantar.reading.events import row_zone


def outage_claims(cells: Cells, claim_id: str) -> tuple[Claim, ...]:
    """Read the row as one claim; none when it says nothing."""
    statement = cells.text("statement")
    if not statement:
        return ()
    claim = basic_claim(cells, claim_id=claim_id, kind="outage", statement=statement)
    return (
        replace(
            claim,
            when=_window(cells),
            where=cells.places("region"),
            detail=OutageDetail(
                network=cells.word("network", "network", default="all") or "all",
                state=cells.word("state", "outage-state", default="down") or "down",
                method=cells.word("method", "outage-method"),
                level=_level(cells),
                start_precision=_precision(cells, "start_precision", "start"),
                end_precision=_precision(cells, "end_precision", "end"),
            ),
        ),
    )


def _window(cells: Cells) -> When | None:
    """The window in UTC where the row gives instants, else in local time."""
    precision = cells.word("start_precision", "precision")
    zone = row_zone(cells, "zone")
    if _is_in_utc(cells):
        shown = _shown_zone(zone, cells)
        return cells.span("utc_start", "utc_end", precision=precision, zone=shown, utc=True)
    return cells.span("start", "end", precision=precision, zone=zone)


def _is_in_utc(cells: Cells) -> bool:
    return bool(cells.text("utc_start") or cells.text("utc_end"))


def _precision(cells: Cells, field: str, edge: str) -> str | None:
    """How sharp an edge is: as the row says, else as it is written; None where none is given.

    An outage whose end nobody states is open, whatever stands under `end_precision`.
    """
    said = cells.word(field, "precision")
    utc = _is_in_utc(cells)
    written = cells.sharpness(f"utc_{edge}" if utc else edge, utc=utc)
    return said if said and written else written


def _shown_zone(zone: str | None, cells: Cells) -> str | None:
    """A measurer that reports in UTC says nothing of the place's zone: show the case's then."""
    return cells.context.zone if zone == "UTC" else zone


def _level(cells: Cells) -> Decimal | None:
    level = cells.number("level")
    if level is not None and not 0 <= level <= 1:
        cells.note(
            "impossible-level",
            f"{level} is no share between 0 and 1; left empty.",
            "level",
            severity=Severity.LOSS,
        )
        return None
    return level
