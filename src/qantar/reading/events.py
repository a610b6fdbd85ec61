"""A row of a table of events becomes a claim that something happened, there and then."""

from __future__ import annotations

from dataclasses import replace

from qantar.model.claim import Claim, EventDetail
from qantar.model.finding import Severity
from qantar.model.when import Precision, When
from qantar.model.zones import UnknownZoneError, zone
from qantar.reading.cells import Cells
from qantar.reading.common import basic_claim
from qantar.reading.statements import quantity
from qantar.reading.wording import quoted


def event_claims(cells: Cells, claim_id: str) -> tuple[Claim, ...]:
    """Read the row as one claim; none when it does not say what happened."""
    statement = cells.text("statement")
    if not statement:
        return ()
    kind = cells.term("event_kind", "event-kind")
    claim = basic_claim(cells, claim_id=claim_id, kind="event", statement=statement)
    return (
        replace(
            claim,
            when=event_time(cells),
            where=cells.places("place", lat="lat", lon="lon"),
            quantity=quantity(cells, claim.stance),
            detail=EventDetail(
                event_kind=kind.id if kind else "other",
                family=(kind.family or kind.id) if kind else "other",
                actors=cells.text("actors"),
            ),
        ),
    )


def event_time(cells: Cells) -> When | None:
    """The event's window: `when` as one text, else `start` and `end` sharp to `precision`.

    Without a precision the window is as sharp as its start is written.
    """
    of_row = row_zone(cells, "zone")
    if cells.text("when"):
        return cells.when("when", zone=of_row)
    precision = cells.word("precision", "precision")
    part = cells.word("part", "part-of-day") if precision == Precision.PART_OF_DAY else None
    return cells.span("start", "end", precision=precision, zone=of_row, part=part)


def row_zone(cells: Cells, field: str) -> str | None:
    """The zone the row itself names; one that no table of zones knows is a finding."""
    name = cells.text(field)
    if not name:
        return None
    try:
        zone(name)
    except UnknownZoneError:
        cells.note(
            "unknown-zone",
            f"{quoted(name)} is no IANA time zone, such as Asia/Almaty; the zone of the column, "
            "the file or the case is used instead.",
            field,
            severity=Severity.LOSS,
        )
        return None
    return name
