"""What a text says of a time, while it is read: edges, and what is known of them.

It becomes a `When` when the text, the zone of the place and the EDTF form are put to it.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from qantar.model.date_settings import Fault, UnreadableError, quoted
from qantar.model.when import LENGTHS, Bound, Precision, Qualifier, YearFrom

_DOUBTS = {
    Qualifier.EXACT: frozenset(),
    Qualifier.ABOUT: frozenset("~"),
    Qualifier.UNCERTAIN: frozenset("?"),
    Qualifier.ABOUT_UNCERTAIN: frozenset("~?"),
}


class Extent(NamedTuple):
    """The window of a time, in UTC, as `When` has it.

    `edtf` is the EDTF form where the text was one, or said exactly as much as one; ""
    where it has to be worked out.
    """

    earliest: datetime | None
    latest: datetime | None
    precision: Precision
    part: str | None = None
    qualifier: Qualifier = Qualifier.EXACT
    bound: Bound = Bound.NONE
    edtf: str = ""
    year_from: YearFrom = YearFrom.TEXT


def stretch(
    begin: datetime, end: datetime, precision: Precision, *, edtf: str = "", part: str | None = None
) -> Extent:
    """Make an extent of known edges.

    Raises:
        UnreadableError: it holds nothing, since clocks or the calendar left it out.
    """
    if begin >= end:
        message = f"the place left this time out: it ends at {end:%H:%M} UTC, as it begins"
        raise UnreadableError(Fault.IMPOSSIBLE, message)
    return Extent(begin, end, precision, part=part, edtf=edtf)


def joined(first: Extent, last: Extent, text: str) -> Extent:
    """Join two times into the span from the start of one to the end of the other.

    A clock time as the end is the instant at which the span is over; a day or what
    is coarser belongs to it whole. Doubt about an end is doubt about the span.

    Raises:
        UnreadableError: a side is open, or it ends before it begins.
    """
    begin, end = first.earliest, end_edge(last)
    if begin is None or end is None or first.latest is None or last.earliest is None:
        message = f"{quoted(text)} has an open side within a span"
        raise UnreadableError(Fault.UNPARSED, message)
    if begin >= end:
        raise UnreadableError(Fault.IMPOSSIBLE, f"{quoted(text)} ends before it begins")
    doubt = either(first.qualifier, last.qualifier)
    return Extent(begin, end, Precision.INTERVAL, qualifier=doubt)


def end_edge(last: Extent) -> datetime | None:
    """Where a span is over that ends with this time."""
    if last.latest is not None and last.precision in LENGTHS:
        return last.latest - LENGTHS[last.precision]
    return last.latest


def either(one: Qualifier, other: Qualifier) -> Qualifier:
    """Give all the doubt that is in one or the other."""
    doubts = _DOUBTS[one] | _DOUBTS[other]
    return next(qualifier for qualifier, found in _DOUBTS.items() if found == doubts)
