"""The window between two cells of a table, which give its edges and say how sharp they are.

A word of precision never sharpens what the cells say: under "minute" a bare date is
that day. Where the end is missing, the window is as long as the word says.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from qantar.model.calendar_units import COARSENESS, unit_around
from qantar.model.clock_times import lone_clock
from qantar.model.date_reader import part_extent, read_plain, span
from qantar.model.date_settings import Fault, Settings, UnreadableError, quoted
from qantar.model.day_parts import LATE_NIGHT, NIGHT, NIGHTS, edges, hours_of
from qantar.model.extent import Extent, end_edge, joined
from qantar.model.vocabulary import load
from qantar.model.when import LENGTHS, Precision
from qantar.model.zones import zone as load_zone


@dataclass(frozen=True, slots=True, kw_only=True)
class Cells:
    """Two cells, cleaned; `end` is "" where there is none. `shown_in` is the place's zone."""

    start: str
    end: str
    precision: Precision
    part: str | None
    shown_in: str

    @property
    def text(self) -> str:
        """Both cells as one text."""
        return f"{self.start}/{self.end}" if self.end else self.start


def read_cells(cells: Cells, settings: Settings) -> Extent:
    """Read the window. The zone of `settings` is that of the cells.

    Raises:
        UnreadableError: a cell is no time, or the window ends before it begins.
        UndeclaredError: a cell has several readings.
        OverflowError: it reaches out of the years 1 to 9999.
    """
    first = read_plain(cells.start, settings)
    if first.earliest is None:
        message = f"{quoted(cells.start)} has an open side; a window begins with a date"
        raise UnreadableError(Fault.UNPARSED, message)
    if not cells.end:
        return _without_end(first, cells, settings)
    if lone_clock(cells.end):
        return _labelled(span(cells.start, cells.end, cells.text, settings), (first,), cells)
    last = read_plain(cells.end, settings)
    # A start and an end at the same instant say no more than a start.
    if last.earliest == first.earliest == end_edge(last):
        return _without_end(first, cells, settings)
    return _labelled(joined(first, last, cells.text), (first, last), cells)


def _labelled(found: Extent, told: tuple[Extent, ...], cells: Cells) -> Extent:
    """Say how sharp the window is: never sharper than the cells that told it."""
    said = (cells.precision, *(one.precision for one in told))
    return _shown(found, max(said, key=COARSENESS.__getitem__), cells)


def _shown(found: Extent, precision: Precision, cells: Cells) -> Extent:
    """Put the window into the zone of the place; a longer stretch than its word is an interval."""
    if precision not in _OF_ANY_LENGTH and found.earliest is not None:
        unit = unit_around(precision, found.earliest, load_zone(cells.shown_in))
        if unit != (found.earliest, found.latest):
            precision = Precision.INTERVAL
    return found._replace(precision=precision, part=found.part or cells.part, edtf="")


_OF_ANY_LENGTH = frozenset({*LENGTHS, Precision.PART_OF_DAY})


def _without_end(first: Extent, cells: Cells, settings: Settings) -> Extent:
    if cells.precision is Precision.PART_OF_DAY and first.precision is Precision.DAY:
        return _part_of_that_day(first, cells, settings)
    if cells.precision is Precision.INTERVAL and first.precision is not Precision.INTERVAL:
        return _shown(first._replace(latest=None), Precision.INTERVAL, cells)
    if COARSENESS[first.precision] >= COARSENESS[cells.precision]:
        return _shown(first, first.precision, cells)
    begin, end = _end_by_word(first, cells, settings.zone)
    return _shown(first._replace(earliest=begin, latest=end), cells.precision, cells)


def _part_of_that_day(first: Extent, cells: Cells, settings: Settings) -> Extent:
    if first.earliest is None or cells.part is None or hours_of(cells.part) is None:
        return _shown(first, Precision.DAY, cells)
    day = first.earliest.astimezone(load_zone(settings.zone)).date()
    found = part_extent(day, cells.part, settings)
    return _shown(found._replace(qualifier=first.qualifier), Precision.PART_OF_DAY, cells)


def _end_by_word(first: Extent, cells: Cells, zone: str) -> tuple[datetime, datetime]:
    """The edges of a window of which only the start is given, sharper than the word."""
    begin, until = first.earliest, end_edge(first)
    if begin is None or until is None:
        message = f"{quoted(cells.start)} has an open side"
        raise UnreadableError(Fault.UNPARSED, message)
    if cells.precision in LENGTHS:
        return begin, until + LENGTHS[cells.precision]
    if cells.precision is Precision.PART_OF_DAY:
        return begin, _end_of_part(begin, cells)
    return _unit(begin, cells, zone)


def _unit(begin: datetime, cells: Cells, zone: str) -> tuple[datetime, datetime]:
    """The day, month … that holds the start: the place's, or that of the cells if it begins then.

    A measurer who counts days in UTC gives their first instant, which is no day's
    first instant at the place.
    """
    here = _stretch_around(cells.precision, begin, cells.shown_in)
    there = _stretch_around(cells.precision, begin, zone)
    return there if begin == there[0] != here[0] else here


def _stretch_around(precision: Precision, begin: datetime, zone: str) -> tuple[datetime, datetime]:
    found = unit_around(precision, begin, load_zone(zone))
    if found is None:
        message = f"{precision} is no stretch of the calendar"
        raise ValueError(message)
    return found


def _end_of_part(begin: datetime, cells: Cells) -> datetime:
    """Where the part of the day ends in which `begin` lies; the day's end if none is known.

    A part that nobody names is the one that begins at that instant.
    """
    day_ends = _stretch_around(Precision.DAY, begin, cells.shown_in)[1]
    day = begin.astimezone(load_zone(cells.shown_in)).date()
    spans = [edges(day, hours, cells.shown_in) for hours in _hours(cells.part)]
    if cells.part is None:
        spans = [one for one in spans if one[0] == begin]
    return next((end for start, end in spans if start <= begin < end), day_ends)


def _hours(part: str | None) -> list[tuple[int, int]]:
    if part is None:
        named = (hours_of(term) for term in load("part-of-day").terms)
        return [hours for hours in named if hours] + [NIGHTS[LATE_NIGHT]]
    if part == NIGHT:
        return list(NIGHTS.values())
    hours = hours_of(part)
    return [hours] if hours else []
