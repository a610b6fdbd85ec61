"""Times out as EDTF and in again, between a parsed EDTF value and a window.

On the way out a day and what is coarser stay what they are. EDTF has no span of
clock times: what is sharper than a day goes out as the day, or days, that it lies
in, except a single second. So the EDTF form never claims more than the window does.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, timedelta

from qantar.model.calendar_units import last_day, unit_around
from qantar.model.date_settings import Fault, UnreadableError, quoted
from qantar.model.edtf import Edtf, EdtfDate, EdtfDateTime, EdtfInterval, Open, parse_edtf
from qantar.model.extent import Extent, either, joined, stretch
from qantar.model.when import LENGTHS, Bound, Precision, Qualifier, When
from qantar.model.zones import occurrences, start_of_day
from qantar.model.zones import zone as load_zone

_MARKS = {
    Qualifier.EXACT: "",
    Qualifier.ABOUT: "~",
    Qualifier.UNCERTAIN: "?",
    Qualifier.ABOUT_UNCERTAIN: "%",
}
QUALIFIERS = {mark: qualifier for qualifier, mark in _MARKS.items()}
_ALL_MARKS = "".join(QUALIFIERS)
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
        return as_when(extent_of(parse_edtf(text), zone), text=text, zone=zone)
    except OverflowError as error:
        message = f"{quoted(text)} lies outside the years 1 to 9998"
        raise ValueError(message) from error


def as_when(extent: Extent, *, text: str, zone: str) -> When:
    """Put the text, the zone of the place and the EDTF form to what was read."""
    return When(
        text=text,
        earliest=extent.earliest,
        latest=extent.latest,
        precision=extent.precision,
        zone=zone,
        part=extent.part,
        qualifier=extent.qualifier,
        bound=extent.bound,
        year_from=extent.year_from,
        edtf=extent.edtf or edtf_of(extent, zone),
    )


def extent_of(read: Edtf, zone: str) -> Extent:
    """Turn a parsed EDTF value into its extent; days are those of `zone`.

    Raises:
        UnreadableError: it ends before it begins, lies outside the years 1 to 9998,
            or is a time that the zone skipped.
        OverflowError: an edge lies outside the years 1 to 9999.
    """
    if isinstance(read, EdtfDateTime):
        return _moment(read, zone)
    if isinstance(read, EdtfDate):
        return _date(read, zone)
    start, end = (
        _date(one, zone) if isinstance(one, EdtfDate) else None for one in (read.start, read.end)
    )
    if start and end:
        return joined(start, end, str(read))._replace(edtf=str(read))
    return _half_open(read, start, end)


def doubted(extent: Extent, qualifier: Qualifier) -> Extent:
    """Put more doubt on a time; the edges stay where they are."""
    doubt = either(extent.qualifier, qualifier)
    plain = extent.edtf.rstrip(_ALL_MARKS)
    # A date keeps its own writing: "2022-XX" and "2022" are one window.
    is_date = plain and not {"/", "T"} & set(plain)
    return extent._replace(qualifier=doubt, edtf=f"{plain}{_MARKS[doubt]}" if is_date else "")


def to_edtf(when: When) -> str:
    """Write a window as EDTF; "" where it has no edge.

    The result, read in the zone of the window, contains the window. It equals it for
    a day, month, season, year, decade or century, for spans of whole days, and for
    one exact second.
    """
    extent = Extent(
        when.earliest, when.latest, when.precision, qualifier=when.qualifier, bound=when.bound
    )
    return edtf_of(extent, when.zone)


def edtf_of(extent: Extent, zone: str) -> str:
    """Write an extent as EDTF, as `to_edtf` does."""
    if extent.earliest is None and extent.latest is None:
        return ""
    return _second(extent, zone) or _unit(extent, zone) or _days(extent, zone)


def _second(extent: Extent, zone: str) -> str:
    """One exact second as the instant it is; "" for all else, since no doubt can stand on it."""
    if extent.precision is not Precision.SECOND or extent.qualifier is not Qualifier.EXACT:
        return ""
    if extent.earliest is None or extent.latest is None or extent.earliest.microsecond:
        return ""
    if extent.latest - extent.earliest != LENGTHS[Precision.SECOND]:
        return ""
    local = extent.earliest.astimezone(load_zone(zone))
    shift = local.utcoffset() or timedelta()
    # EDTF has no seconds in an offset: before standard time only UTC says the instant.
    exact = local if not shift % timedelta(minutes=1) else extent.earliest.astimezone(UTC)
    return exact.isoformat().replace("+00:00", "Z")


def _unit(extent: Extent, zone: str) -> str:
    """A stretch of the local calendar that is as long as its precision says; else ""."""
    if extent.precision not in _UNIT_TEXT or extent.earliest is None or extent.latest is None:
        return ""
    tz = load_zone(zone)
    if unit_around(extent.precision, extent.earliest, tz) != (extent.earliest, extent.latest):
        return ""
    day = extent.earliest.astimezone(tz).date()
    return f"{_UNIT_TEXT[extent.precision](day)}{_MARKS[extent.qualifier]}"


_UNIT_TEXT: dict[Precision, Callable[[date], str]] = {
    Precision.DAY: lambda day: day.isoformat(),
    Precision.MONTH: lambda day: f"{day.year:04}-{day.month:02}",
    Precision.SEASON: lambda day: f"{day.year:04}-{20 + day.month // 3}",
    Precision.YEAR: lambda day: f"{day.year:04}",
    Precision.DECADE: lambda day: f"{day.year // 10:03}X",
    Precision.CENTURY: lambda day: f"{day.year // 100:02}XX",
}


def _days(extent: Extent, zone: str) -> str:
    tz, mark = load_zone(zone), _MARKS[extent.qualifier]
    # An open side is "..", one that nobody knows is empty.
    left = right = "" if extent.bound is Bound.NONE else ".."
    if extent.earliest is not None:
        left = f"{extent.earliest.astimezone(tz).date().isoformat()}{mark}"
    if extent.latest is not None:
        right = f"{last_day(extent.latest, tz).isoformat()}{mark}"
    return left if left == right else f"{left}/{right}"


def _half_open(read: EdtfInterval, start: Extent | None, end: Extent | None) -> Extent:
    open_side = read.end if start else read.start
    told = start or end
    bound = Bound.NONE
    if isinstance(open_side, Open):
        bound = Bound.SINCE if start else Bound.BY
    return Extent(
        earliest=start.earliest if start else None,
        latest=end.latest if end else None,
        precision=Precision.INTERVAL,
        bound=bound,
        qualifier=told.qualifier if told else Qualifier.EXACT,
        edtf=str(read),
    )


def _moment(read: EdtfDateTime, zone: str) -> Extent:
    if read.day.bounds() is None:
        raise outside(str(read))
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
    return stretch(first, end, Precision.SECOND, edtf=str(read))


def _date(read: EdtfDate, zone: str) -> Extent:
    bounds = read.bounds()
    if bounds is None:
        raise outside(str(read))
    tz = load_zone(zone)
    begin, end = (start_of_day(day, tz) for day in bounds)
    made = stretch(begin, end, precision_of(read), edtf=str(read))
    return made._replace(qualifier=QUALIFIERS[read.mark])


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


def outside(text: str) -> UnreadableError:
    """Say that a time cannot be kept."""
    message = f"{quoted(text)} lies outside the years 1 to 9998, which are all that can be kept"
    return UnreadableError(Fault.IMPOSSIBLE, message)
