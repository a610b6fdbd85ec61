"""The window between two cells of a table, which give its edges and say how sharp they are.

A word of precision never sharpens what the cells say: under "minute" a bare date is
that day. Where the end is missing, the window is as long as the word says.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from qantar.model.calendar_units import COARSENESS, LENGTHS, unit_around
from qantar.model.clock_times import lone_clock
from qantar.model.date_reader import part_window, read_plain, span
from qantar.model.date_settings import Fault, Settings, UnreadableError, quoted
from qantar.model.day_parts import LATE_NIGHT, NIGHT, NIGHTS, edges, hours_of
from qantar.model.vocabulary import load
from qantar.model.when import Precision, When, local_start
from qantar.model.when_edtf import end_edge, joined, to_edtf
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


def read_cells(cells: Cells, settings: Settings) -> When:
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
        return _labelled(span(cells.start, cells.end, cells.text, settings), [first], cells)
    last = read_plain(cells.end, settings)
    # A start and an end at the same instant say no more than a start.
    if end_edge(last) == first.earliest:
        return _without_end(first, cells, settings)
    return _labelled(joined(first, last, cells.text), [first, last], cells)


def _labelled(when: When, told: list[When], cells: Cells) -> When:
    """Say how sharp the window is: never sharper than the cells that told it."""
    said = [cells.precision, *(one.precision for one in told)]
    return _shown(when, max(said, key=COARSENESS.__getitem__), cells)


def _shown(when: When, precision: Precision, cells: Cells) -> When:
    """Put the window into the zone of the place; a longer stretch than its word is an interval."""
    made = replace(when, zone=cells.shown_in, precision=precision, part=when.part or cells.part)
    tz = load_zone(cells.shown_in)
    if precision not in _OF_ANY_LENGTH and when.earliest is not None:
        unit = unit_around(precision, when.earliest, tz)
        if unit != (when.earliest, when.latest):
            made = replace(made, precision=Precision.INTERVAL)
    return replace(made, edtf=to_edtf(made))


_OF_ANY_LENGTH = frozenset({*LENGTHS, Precision.PART_OF_DAY})


def _without_end(first: When, cells: Cells, settings: Settings) -> When:
    if cells.precision is Precision.PART_OF_DAY and first.precision is Precision.DAY:
        return _part_of_that_day(first, cells, settings)
    if cells.precision is Precision.INTERVAL and first.precision is not Precision.INTERVAL:
        return _shown(replace(first, latest=None), Precision.INTERVAL, cells)
    if COARSENESS[first.precision] >= COARSENESS[cells.precision]:
        return _shown(first, first.precision, cells)
    end = _end_by_word(first, cells, settings.zone)
    return _shown(replace(first, earliest=end[0], latest=end[1]), cells.precision, cells)


def _part_of_that_day(first: When, cells: Cells, settings: Settings) -> When:
    start = local_start(first)
    if start is None or cells.part is None or hours_of(cells.part) is None:
        return _shown(first, Precision.DAY, cells)
    made = part_window(start.date(), cells.part, settings)
    return _shown(replace(made, qualifier=first.qualifier), Precision.PART_OF_DAY, cells)


def _end_by_word(first: When, cells: Cells, zone: str) -> tuple[datetime, datetime]:
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
    here, there = (
        unit_around(cells.precision, begin, load_zone(one)) for one in (cells.shown_in, zone)
    )
    if here is None or there is None:
        message = f"{cells.precision} is no stretch of the calendar"
        raise ValueError(message)
    return there if begin == there[0] != here[0] else here


def _end_of_part(begin: datetime, cells: Cells) -> datetime:
    """Where the part of the day ends in which `begin` lies; the day's end if none is known.

    A part that nobody names is the one that begins at that hour.
    """
    day_begins, day_ends = _local_day(begin, cells.shown_in)
    day = day_begins.astimezone(load_zone(cells.shown_in)).date()
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


def _local_day(instant: datetime, zone: str) -> tuple[datetime, datetime]:
    found = unit_around(Precision.DAY, instant, load_zone(zone))
    if found is None:
        message = "a day is a stretch of the calendar"
        raise ValueError(message)
    return found
