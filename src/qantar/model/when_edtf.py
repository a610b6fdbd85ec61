"""Times out as EDTF and in again, between a parsed EDTF value and a window.

On the way out a day and what is coarser stay what they are. EDTF has no span of
clock times: what is sharper than a day goes out as the day, or days, that it lies
in, except a single second. So the EDTF form never claims more than the window does.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from qantar.model.calendar_units import LENGTHS, last_day, unit_around
from qantar.model.date_settings import Fault, UnreadableError, quoted
from qantar.model.edtf import Edtf, EdtfDate, EdtfDateTime, EdtfInterval, Open, parse_edtf
from qantar.model.when import Bound, Precision, Qualifier, When
from qantar.model.zones import occurrences, start_of_day
from qantar.model.zones import zone as load_zone

_MARKS = {
    Qualifier.EXACT: "",
    Qualifier.ABOUT: "~",
    Qualifier.UNCERTAIN: "?",
    Qualifier.ABOUT_UNCERTAIN: "%",
}
QUALIFIERS = {mark: qualifier for qualifier, mark in _MARKS.items()}
_DOUBTS = {
    Qualifier.EXACT: frozenset(),
    Qualifier.ABOUT: frozenset("~"),
    Qualifier.UNCERTAIN: frozenset("?"),
    Qualifier.ABOUT_UNCERTAIN: frozenset("~?"),
}
_MONTHS_IN_A_YEAR = 12


def from_edtf(text: str, *, zone: str) -> When:
    """Read an EDTF string of level 0 or 1.

    Args:
        text: the string, without spaces.
        zone: IANA zone of its days, and of times of day that name no offset.

    Raises:
        EdtfError: the text is none.
        UnknownZoneError: there is no such zone.
        ValueError: it ends before it begins, or lies outside the years 1 to 9998.
    """
    try:
        return replace(when_of(parse_edtf(text), zone), text=text)
    except OverflowError as error:
        message = f"{quoted(text)} lies outside the years 1 to 9998"
        raise ValueError(message) from error


def when_of(read: Edtf, zone: str) -> When:
    """Turn a parsed EDTF value into a window; days are those of `zone`.

    Raises:
        UnreadableError: it ends before it begins, lies outside the years 1 to 9998,
            or is a time that the zone skipped.
        OverflowError: an edge lies outside the years 1 to 9999.
    """
    if isinstance(read, EdtfDateTime):
        return _moment(read, zone)
    if isinstance(read, EdtfDate):
        return _date(read, zone)
    start, end = (_date(one, zone) if isinstance(one, EdtfDate) else None for one in _ends(read))
    if start and end:
        return replace(joined(start, end, str(read)), edtf=str(read))
    return _half_open(read, start, end, zone)


def day_window(day: date, zone: str) -> When:
    """Give the window of a local day.

    Raises:
        UnreadableError: the place left the day out, or it lies outside the years 1 to 9998.
    """
    if day.year == date.max.year:
        raise _outside(day.isoformat())
    tz = load_zone(zone)
    begin, end = start_of_day(day, tz), start_of_day(day + timedelta(days=1), tz)
    return stretch(begin, end, Precision.DAY, zone, edtf=day.isoformat())


def stretch(
    begin: datetime, end: datetime, precision: Precision, zone: str, *, edtf: str = ""
) -> When:
    """Make a window of known edges with its EDTF, `edtf` where the caller has it.

    Raises:
        UnreadableError: it holds nothing.
    """
    if begin >= end:
        left = begin.astimezone(load_zone(zone)).date()
        raise UnreadableError(Fault.IMPOSSIBLE, f"in {zone} no instant lies in it, near {left}")
    made = When(text="", earliest=begin, latest=end, precision=precision, zone=zone, edtf=edtf)
    return made if edtf else replace(made, edtf=to_edtf(made))


def joined(first: When, last: When, text: str) -> When:
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
    made = stretch(begin, end, Precision.INTERVAL, first.zone)
    return doubted(made, either(first.qualifier, last.qualifier))


def end_edge(last: When) -> datetime | None:
    """Where a span is over that ends with this time."""
    if last.latest is not None and last.precision in LENGTHS:
        return last.latest - LENGTHS[last.precision]
    return last.latest


def either(one: Qualifier, other: Qualifier) -> Qualifier:
    """Give all the doubt that is in one or the other."""
    doubts = _DOUBTS[one] | _DOUBTS[other]
    return next(qualifier for qualifier, found in _DOUBTS.items() if found == doubts)


def doubted(when: When, qualifier: Qualifier) -> When:
    """Put doubt on a window, in its EDTF too; the edges stay where they are."""
    if qualifier is when.qualifier:
        return when
    marked = replace(when, qualifier=qualifier)
    plain = when.edtf.rstrip("".join(QUALIFIERS))
    # A date keeps its own writing: "2022-XX" and "2022" are one window.
    is_date = not {"/", "T"} & set(plain)
    return replace(marked, edtf=f"{plain}{_MARKS[qualifier]}" if is_date else to_edtf(marked))


def to_edtf(when: When) -> str:
    """Write a window as EDTF; "" where it has no edge.

    The result, read in the zone of the window, contains the window. It equals it for
    a day, month, season, year, decade or century, for spans of whole days, and for
    one exact second.
    """
    mark = _MARKS[when.qualifier]
    if when.earliest is None and when.latest is None:
        return ""
    if when.earliest is not None and when.latest is not None:
        exact = _second(when) or _unit(when, mark)
        if exact:
            return exact
    return _days(when, mark)


def _second(when: When) -> str:
    """One exact second as the instant it is; "" for all else, since no doubt can stand on it."""
    if when.earliest is None or when.latest is None or when.qualifier is not Qualifier.EXACT:
        return ""
    if when.precision is not Precision.SECOND or when.earliest.microsecond:
        return ""
    if when.latest - when.earliest != LENGTHS[Precision.SECOND]:
        return ""
    local = when.earliest.astimezone(load_zone(when.zone))
    shift = local.utcoffset() or timedelta()
    # EDTF has no seconds in an offset: before standard time only UTC says the instant.
    exact = local if not shift % timedelta(minutes=1) else when.earliest.astimezone(UTC)
    return exact.isoformat().replace("+00:00", "Z")


def _unit(when: When, mark: str) -> str:
    """A stretch of the local calendar that is as long as its precision says; else ""."""
    if when.earliest is None or when.precision in LENGTHS:
        return ""
    tz = load_zone(when.zone)
    if unit_around(when.precision, when.earliest, tz) != (when.earliest, when.latest):
        return ""
    return f"{_UNIT_TEXT[when.precision](when.earliest.astimezone(tz).date())}{mark}"


_UNIT_TEXT: dict[Precision, Callable[[date], str]] = {
    Precision.DAY: lambda day: day.isoformat(),
    Precision.MONTH: lambda day: f"{day.year:04}-{day.month:02}",
    Precision.SEASON: lambda day: f"{day.year:04}-{20 + day.month // 3}",
    Precision.YEAR: lambda day: f"{day.year:04}",
    Precision.DECADE: lambda day: f"{day.year // 10:03}X",
    Precision.CENTURY: lambda day: f"{day.year // 100:02}XX",
}


def _days(when: When, mark: str) -> str:
    tz = load_zone(when.zone)
    # An open side is "..", one that nobody knows is empty.
    none = "" if when.bound is Bound.NONE else ".."
    left = right = none
    if when.earliest is not None:
        left = f"{when.earliest.astimezone(tz).date().isoformat()}{mark}"
    if when.latest is not None:
        right = f"{last_day(when.latest, tz).isoformat()}{mark}"
    return left if left == right else f"{left}/{right}"


def _ends(read: EdtfInterval) -> tuple[EdtfDate | Open | None, EdtfDate | Open | None]:
    return read.start, read.end


def _half_open(read: EdtfInterval, start: When | None, end: When | None, zone: str) -> When:
    open_side = read.end if start else read.start
    told = start or end
    bound = Bound.NONE
    if isinstance(open_side, Open):
        bound = Bound.SINCE if start else Bound.BY
    return When(
        text="",
        earliest=start.earliest if start else None,
        latest=end.latest if end else None,
        precision=Precision.INTERVAL,
        zone=zone,
        bound=bound,
        qualifier=told.qualifier if told else Qualifier.EXACT,
        edtf=str(read),
    )


def _moment(read: EdtfDateTime, zone: str) -> When:
    if read.day.bounds() is None:
        raise _outside(str(read))
    moment = read.moment()
    if moment.tzinfo is not None:
        first = last = moment.astimezone(UTC)
    else:
        found = occurrences(moment, load_zone(zone))
        if found is None:
            message = f"{quoted(str(read))} never came: clocks in {zone} were put forward over it"
            raise UnreadableError(Fault.IMPOSSIBLE, message)
        first, last = found
    end = last + LENGTHS[Precision.SECOND]
    return stretch(first, end, Precision.SECOND, zone, edtf=str(read))


def _date(read: EdtfDate, zone: str) -> When:
    bounds = read.bounds()
    if bounds is None:
        raise _outside(str(read))
    tz = load_zone(zone)
    begin, end = (start_of_day(day, tz) for day in bounds)
    made = stretch(begin, end, precision_of(read), zone, edtf=str(read))
    return replace(made, qualifier=QUALIFIERS[read.mark])


def precision_of(read: EdtfDate) -> Precision:
    """How sharp an EDTF date is; "2022-XX" says a year, "2022-01-XX" a month."""
    if read.year.endswith("XX"):
        return Precision.CENTURY
    if read.year.endswith("X"):
        return Precision.DECADE
    if read.month is None or read.month == "XX":
        return Precision.YEAR
    if int(read.month) > _MONTHS_IN_A_YEAR:
        return Precision.SEASON
    return Precision.MONTH if read.day in (None, "XX") else Precision.DAY


def _outside(text: str) -> UnreadableError:
    message = f"{quoted(text)} lies outside the years 1 to 9998, which are all that can be kept"
    return UnreadableError(Fault.IMPOSSIBLE, message)
