"""A row of a table of events: a claim that something happened, and a figure where it counts."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Final

from qantar.model.claim import Claim, EventDetail, FigureDetail
from qantar.model.dates import window
from qantar.model.finding import Severity
from qantar.model.when import Precision, When
from qantar.model.zones import UnknownZoneError, zone
from qantar.reading.cells import Cells
from qantar.reading.common import basic_claim
from qantar.reading.statements import figure_key, place_name, quantity
from qantar.reading.wording import quoted

MOST_MARGIN_DAYS: Final = 3660


def event_claims(cells: Cells, claim_id: str) -> tuple[Claim, ...]:
    """Read the row as one claim; none when it does not say what happened."""
    statement = cells.text("statement")
    if not statement:
        return ()
    kind = cells.term("event_kind", "event-kind")
    claim = basic_claim(cells, claim_id=claim_id, kind="event", statement=statement)
    event = replace(
        claim,
        when=event_time(cells),
        where=cells.places("place", lat="lat", lon="lon"),
        quantity=quantity(cells, claim.stance),
        detail=EventDetail(
            event_kind=kind.id if kind else "other",
            family=(kind.family or kind.id) if kind else "other",
            actors=cells.text("actors"),
        ),
    )
    figure = _figure(cells, event)
    return (event, figure) if figure else (event,)


def _figure(cells: Cells, event: Claim) -> Claim | None:
    """The amount as a claim of its own, where the row says what it counts."""
    if event.quantity is None or not (measure := cells.word("measure", "measure")):
        return None
    population = cells.word("population", "population")
    places = sorted(place_name(cells, one) for one in event.where)
    time = event.when.edtf if event.when else None
    return replace(
        event,
        id=f"{event.id}/figure",
        kind="figure",
        detail=FigureDetail(
            measure=measure,
            population=population,
            figure_key=figure_key(measure, population, *places, time),
        ),
    )


def event_time(cells: Cells) -> When | None:
    """The event's window: `when` as one text, else `start` and `end` sharp to `precision`.

    Without a precision the window is as sharp as its start is written. A `margin` makes
    it longer on both sides.
    """
    of_row = row_zone(cells, "zone")
    if cells.text("when"):
        return _widened(cells, cells.when("when", zone=of_row))
    precision = cells.word("precision", "precision")
    part = cells.word("part", "part-of-day") if precision == Precision.PART_OF_DAY else None
    return _widened(cells, cells.span("start", "end", precision=precision, zone=of_row, part=part))


def _widened(cells: Cells, when: When | None) -> When | None:
    """The window with `margin` days more on both sides, in whole days."""
    margin = cells.number("margin")
    if margin is None or not margin or when is None:
        return when
    if not 0 < margin <= MOST_MARGIN_DAYS or margin != int(margin):
        cells.note(
            "impossible-date",
            f"{margin} is no number of days by which a time may be wrong; left empty.",
            "margin",
            severity=Severity.LOSS,
        )
        return when
    if when.earliest is None or when.latest is None:
        return when
    local, days = zone(when.zone), timedelta(days=int(margin))
    first = when.earliest.astimezone(local).date()
    last = (when.latest - timedelta(microseconds=1)).astimezone(local).date()
    try:
        edges = (first - days).isoformat(), (last + days).isoformat()
    except OverflowError:
        return when
    wider = window(*edges, precision=Precision.SECOND.value, zone=when.zone)
    return replace(wider, text=when.text) if isinstance(wider, When) else when


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
