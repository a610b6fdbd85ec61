"""Reading times: a text becomes a window, or a problem that says why not. Never a guess.

The rules stand in `docs/time.md`. All functions are pure and remember what they
have read, because tables repeat the same dates.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from datetime import date, datetime
from functools import lru_cache, partial

from qantar.model.date_order import DateOrder
from qantar.model.date_settings import Fault, Settings, UndeclaredError, UnreadableError, quoted
from qantar.model.extent import Extent
from qantar.model.table_window import Cells, read_cells
from qantar.model.time_words import read_worded
from qantar.model.when import Precision, When, WhenProblem
from qantar.model.when_edtf import as_when, from_edtf, to_edtf
from qantar.model.zones import UnknownZoneError

__all__ = ["Fault", "from_edtf", "read_when", "to_edtf", "window"]

_REMEMBERED = 1 << 16
_PRECISIONS = frozenset(Precision)
_LONGEST = 200  # characters; no date is longer, and a finding quotes what it refuses


@lru_cache(_REMEMBERED)
def read_when(
    text: str,
    *,
    zone: str,
    order: DateOrder = DateOrder.ISO,
    night: str | None = None,
    span: tuple[date, date] | None = None,
) -> When | WhenProblem:
    """Read a time as found.

    Args:
        text: the text; digits of any script are digits.
        zone: IANA zone of days, of clock times that name no offset, and of showing.
        order: of day and month where a date is written in figures.
        night: "early" (00-06) or "late" (22-06) for a night of a date; None leaves
            it ambiguous.
        span: first and last day that the case is about. Without it a day that is named
            without its year is unreadable; with it, its year is the one that brings it
            nearest, and the time says that its year is inferred.

    Returns:
        The window, or why there is none; never raises, whatever the text.
    """
    cleaned = _cleaned(text)
    if cleaned is None:
        return _too_long(text)
    settings = Settings(zone=zone, order=order, night=night, span=span)
    return _decided(text, zone, partial(read_worded, cleaned), settings)


@lru_cache(_REMEMBERED)
def window(
    start: str,
    end: str,
    *,
    precision: str,
    zone: str,
    utc: bool = False,
    part: str | None = None,
    order: DateOrder = DateOrder.ISO,
) -> When | WhenProblem:
    """Make a window from two cells that give its edges, sharp to `precision`.

    Args:
        start: the first edge, a time without words such as "about" or "by".
        end: the last edge, or "": the window is then as long as its precision. A clock
            time is not included, a bare date is.
        precision: a word of `Precision`; never makes the window sharper than the cells.
        zone: IANA zone of the place.
        utc: whether the cells are in UTC; else they are in `zone`.
        part: id of a part of the day, where the precision is part-of-day.
        order: of day and month where a date is written in figures.

    Returns:
        The window, or why there is none; never raises, whatever the cells hold.
    """
    text = f"{start}/{end}" if end else start
    first, last = _cleaned(start), _cleaned(end)
    if first is None or last is None:
        return _too_long(text)
    if precision not in _PRECISIONS:
        message = f"{quoted(precision)} is no precision; expected is one of {', '.join(Precision)}"
        return WhenProblem(code=Fault.UNPARSED.value, text=message)
    cells = Cells(start=first, end=last, precision=Precision(precision), part=part, shown_in=zone)
    settings = Settings(zone="UTC" if utc else zone, order=order)
    return _decided(text, zone, partial(read_cells, cells), settings)


def _decided(
    text: str, zone: str, read: Callable[[Settings], Extent], settings: Settings
) -> When | WhenProblem:
    """Read under the settings, and under every choice of those that are needed and not declared.

    One result that is possible is the reading; several are a problem that shows them all.
    """
    doubts: list[str] = []
    try:
        found = [as_when(one, text=text, zone=zone) for one in _readings(read, settings, doubts)]
    except UnreadableError as fault:
        return WhenProblem(code=fault.code.value, text=fault.text)
    except UnknownZoneError as unknown:
        return WhenProblem(code=Fault.NO_ZONE.value, text=str(unknown))
    except OverflowError:
        message = f"{quoted(text)} reaches out of the years 1 to 9998, which are all that are kept"
        return WhenProblem(code=Fault.IMPOSSIBLE.value, text=message)
    if len(found) == 1:
        return found[0]
    message = f"{quoted(text)} {', and '.join(dict.fromkeys(doubts))}"
    return WhenProblem(code=Fault.AMBIGUOUS.value, text=message, readings=tuple(found))


def _readings(
    read: Callable[[Settings], Extent], settings: Settings, doubts: list[str]
) -> list[Extent]:
    """All that the text can mean; two readings with the same edges are one."""
    try:
        return [read(settings)]
    except UndeclaredError as undeclared:
        missing = undeclared
    doubts.append(missing.doubt)
    found: dict[tuple[datetime | None, datetime | None], Extent] = {}
    refused: list[UnreadableError] = []
    for choice in missing.choices:
        try:
            for extent in _readings(read, choice, doubts):
                found.setdefault((extent.earliest, extent.latest), extent)
        except UnreadableError as fault:
            refused.append(fault)
    if not found:
        raise refused[0]
    return list(found.values())


def _too_long(text: str) -> WhenProblem:
    message = f"{quoted(text)} is too long for a date; expected is one such as 2022-01-05"
    return WhenProblem(code=Fault.UNPARSED.value, text=message)


def _cleaned(text: str) -> str | None:
    """A text with single spaces and digits 0 to 9; None where it is too long for a date."""
    if len(text) > _LONGEST:
        return None
    plain = " ".join(text.split())
    if plain.isascii():
        return plain
    return "".join(str(unicodedata.decimal(char, char)) for char in plain)
