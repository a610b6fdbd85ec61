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
_IMPOSSIBLE = "impossible-date"
_SHARPNESS = tuple(one.value for one in Precision)  # the sharpest first
_INSTANTS = frozenset({Precision.SECOND, Precision.MINUTE})
# No word makes a window sharper than its cells, so the sharpest leaves them as they are.
_AS_WRITTEN = Precision.SECOND.value


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """One cell that gives an edge: its text ("" for none), its zone, its order of day and month."""

    text: str
    zone: str
    order: DateOrder


@dataclass(frozen=True, slots=True, kw_only=True)
class SpanRead:
    """The window, as far as it could be read, and what was wrong with each edge."""

    when: When | None = None
    start_problem: WhenProblem | None = None
    end_problem: WhenProblem | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    precision: str
    shown_in: str
    part: str | None


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
            own) for as sharp as the cells are written. Nothing becomes sharper than that.
        shown_in: the zone of the place.
        part: the part of the day, where the precision is part-of-day.
    """
    sharp = precision if precision in _SHARPNESS else None
    asked = _Asked(precision=sharp or _AS_WRITTEN, shown_in=shown_in, part=part)
    if start.text and end.text:
        read = _between(start, end, asked)
        if isinstance(read, When):
            return SpanRead(when=read)
    return _edge_by_edge(start, end, asked)


def _between(start: Edge, end: Edge, asked: _Asked) -> When | WhenProblem:
    """Read both cells as one window."""
    if (end.zone, end.order) == (start.zone, start.order):
        return _window(start, end.text, asked)
    # Two columns on different terms: the end is handed over as the instant that it is.
    last = _read(end)
    edge = _end_of(last) if isinstance(last, When) else None
    if not isinstance(last, When) or edge is None:
        return WhenProblem(code=_IMPOSSIBLE, text="the end is none")
    coarsest = max(asked.precision, last.precision.value, key=_SHARPNESS.index)
    read = _window(start, edge.isoformat(), replace(asked, precision=coarsest))
    text = f"{start.text}/{end.text}"
    return replace(read, text=text) if isinstance(read, When) else read


def _edge_by_edge(start: Edge, end: Edge, asked: _Asked) -> SpanRead:
    """Read what can be read of the edges, and say what is wrong with each of the others."""
    first, last = _read(start), _read(end)
    if isinstance(first, When) and isinstance(last, When):
        text = f'"{start.text}" to "{end.text}" is no possible span: it ends before it begins'
        return SpanRead(start_problem=WhenProblem(code=_IMPOSSIBLE, text=text))
    bad_end = last if isinstance(last, WhenProblem) else None
    if isinstance(first, When):
        return replace(_only_begun(start, asked), end_problem=bad_end)
    when = _only_ended(last, asked.shown_in) if isinstance(last, When) else None
    return SpanRead(
        when=replace(when, text=end.text) if when else None,
        start_problem=first,
        end_problem=bad_end,
    )


def _read(edge: Edge) -> When | WhenProblem | None:
    """Read one edge; words such as "about" have no place in it."""
    if not edge.text:
        return None
    plain = window(edge.text, "", precision=_AS_WRITTEN, zone=edge.zone, order=edge.order)
    if isinstance(plain, WhenProblem):
        return plain
    return read_when(edge.text, zone=edge.zone, order=edge.order)


def _only_begun(start: Edge, asked: _Asked) -> SpanRead:
    """The window from a start that can be read."""
    read = _window(start, "", asked)
    if isinstance(read, When):
        return SpanRead(when=read)
    # The day stands, whatever is unclear about the part of it.
    day = _window(start, "", replace(asked, precision=_AS_WRITTEN, part=None))
    return SpanRead(when=day if isinstance(day, When) else None, start_problem=read)


def _window(start: Edge, end: str, asked: _Asked) -> When | WhenProblem:
    return window(
        start.text,
        end,
        precision=asked.precision,
        zone=asked.shown_in,
        utc=start.zone == UTC,
        part=asked.part,
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
