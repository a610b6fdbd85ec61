"""A window between two cells, each read on its own terms: its own zone and order of day and month.

One edge that cannot be read costs that edge only; a missing one leaves its side open.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from qantar.model.date_order import DateOrder
from qantar.model.dates import read_when, window
from qantar.model.when import Precision, When, WhenProblem

UTC = "UTC"
_INSTANTS = frozenset({Precision.SECOND, Precision.MINUTE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """One cell that gives an edge: its text, and what its clock times and figures mean."""

    text: str
    zone: str
    order: DateOrder


@dataclass(frozen=True, slots=True, kw_only=True)
class SpanRead:
    """The window, as far as it could be read, and what was wrong with each edge."""

    when: When | None = None
    start_problem: WhenProblem | None = None
    end_problem: WhenProblem | None = None


def sharpness(edge: Edge) -> Precision | None:
    """How sharp the cell is written; None when it is empty or unreadable."""
    read = _read(edge)
    return read.precision if isinstance(read, When) else None


def read_span(
    start: Edge, end: Edge, *, precision: str | None, shown_in: str, part: str | None = None
) -> SpanRead:
    """Read the window between two cells, either of which may be empty.

    Args:
        start: when it began; the first edge of the window.
        end: when it ended; a bare date is included.
        precision: how sharp the window is said to be; None (or a word of the case's
            own) for as sharp as the start is written. Nothing becomes sharper than that.
        shown_in: the zone of the place.
        part: the part of the day, where the precision is part-of-day.
    """
    first, last = _read(start), _read(end)
    until = last if isinstance(last, When) else None
    bad_end = last if isinstance(last, WhenProblem) else None
    if isinstance(first, When):
        sharp = _sharp(precision, first, until)
        read = _begun(first, start, until, sharp, shown_in, part)
        text = f"{start.text}/{end.text}" if until else start.text
        when = replace(read.when, text=text) if read.when else None
        return replace(read, when=when, end_problem=bad_end)
    when = _only_ended(until, shown_in) if until else None
    return SpanRead(
        when=replace(when, text=end.text) if when else None,
        start_problem=first,
        end_problem=bad_end,
    )


def _read(edge: Edge) -> When | WhenProblem | None:
    """Read one edge; words such as "about" have no place in it."""
    text = " ".join(edge.text.split())
    if not text:
        return None
    plain = window(text, "", precision=Precision.INTERVAL.value, zone=edge.zone, order=edge.order)
    if isinstance(plain, WhenProblem):
        return plain
    return read_when(text, zone=edge.zone, order=edge.order)


def _sharp(asked: str | None, first: When, until: When | None) -> str:
    """The coarsest of what is asked for and what the end says; the start is `window`'s to judge."""
    said = [Precision(asked) if asked in set(Precision) else first.precision]
    said += [until.precision] if until else []
    return max(said, key=list(Precision).index).value


def _begun(
    first: When, start: Edge, until: When | None, precision: str, shown_in: str, part: str | None
) -> SpanRead:
    """The window from a start that could be read."""
    read = _window(start, until, precision, shown_in, part)
    if isinstance(read, When):
        return SpanRead(when=read)
    if until is not None:
        return SpanRead(start_problem=_backwards(start, until))
    # The day stands, whatever is unclear about the part of it.
    day = _window(start, None, first.precision.value, shown_in, None)
    return SpanRead(when=day if isinstance(day, When) else None, start_problem=read)


def _backwards(start: Edge, until: When) -> WhenProblem:
    text = f'"{start.text}" to "{until.text}" is no possible span: it ends before it begins'
    return WhenProblem(code="impossible-date", text=text)


def _window(
    start: Edge, until: When | None, precision: str, shown_in: str, part: str | None
) -> When | WhenProblem:
    edge = _end_of(until) if until else None
    return window(
        " ".join(start.text.split()),
        edge.isoformat() if edge else "",
        precision=precision,
        zone=shown_in,
        utc=start.zone == UTC,
        part=part,
        order=start.order,
    )


def _end_of(until: When) -> datetime | None:
    """An instant is itself the end; a day or longer is included."""
    return until.earliest if until.precision in _INSTANTS else until.latest


def _only_ended(until: When, shown_in: str) -> When | None:
    """A window of which only the end is known."""
    edge = _end_of(until)
    return _bounded("before", edge, shown_in) if edge else None


def begun(when: When) -> When:
    """The same start with an open end: nobody said how long."""
    since = _bounded("since", when.earliest, when.zone) if when.earliest else None
    return replace(since, text=when.text) if since else when


def _bounded(word: str, edge: datetime, zone: str) -> When | None:
    read = read_when(f"{word} {edge.isoformat()}", zone=zone)
    return read if isinstance(read, When) else None
