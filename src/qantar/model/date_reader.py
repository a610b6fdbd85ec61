"""One time as it is written: a day, a month, a clock time, a part of a day, a span, or EDTF.

Words of doubt and bounds are taken off before, in `time_words.py`; what to do when a
text has two readings is in `date_settings.py`.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta

from qantar.model.calendar_units import unit_of
from qantar.model.clock_times import Clock, instants, lone_clock, split_clock
from qantar.model.date_order import DateOrder
from qantar.model.date_settings import (
    Fault,
    Hyphen,
    Settings,
    UndeclaredError,
    UnreadableError,
    YearTail,
    quoted,
)
from qantar.model.day_parts import (
    LATE_NIGHT,
    NIGHT,
    NIGHTS,
    edges,
    hours_of,
    split_night_into,
    split_part,
)
from qantar.model.edtf import EdtfDate, EdtfError, parse_edtf
from qantar.model.extent import Extent, end_edge, joined, stretch
from qantar.model.month_words import read_named
from qantar.model.when import Precision, Qualifier, YearFrom
from qantar.model.when_edtf import doubted, extent_of, outside
from qantar.model.zones import start_of_day
from qantar.model.zones import zone as load_zone

_ISO_DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)")
_ISO_MONTH = re.compile(r"(\d{4})-(\d\d)")
_FIGURES = re.compile(r"(\d{4}|\d{1,2})([./-])(\d{1,2})\2(\d{4}|\d{1,2})")
_YEAR_DIGITS = 4
_MONTHS_IN_A_YEAR = 12
_SEASONS = range(21, 25)
# A slash stands between the ends of a span when a digit follows, else within "Asia/Almaty".
_SPAN_MARK = re.compile(r"\s+(?:[–—-]|to|по)\s+|\s*[–—]\s*|\s*/\s*(?=\d)", re.IGNORECASE)
_MARKS_OF_SPANS = frozenset(" /–—")
_UNKNOWN_END = "…"


def read_plain(text: str, settings: Settings) -> Extent:
    """Read a time without words of doubt and without a bound.

    Args:
        text: without space around it, digits 0 to 9.
        settings: what decides between readings.

    Raises:
        UnreadableError: it is no time, or none that can be.
        UndeclaredError: it has several readings.
        UnknownZoneError: there is no such zone.
        OverflowError: it lies outside the years 1 to 9999.
    """
    if _ISO_DAY.fullmatch(text):
        return day_extent(_day(text, settings), settings.zone)
    for attempt in (named_extent, _month, _edtf, _span, _at_clock, _in_part, _in_figures):
        found = attempt(text, settings)
        if found is not None:
            return found
    message = (
        f"{quoted(text)} is no date that can be read; expected is one such as 2022-01-05, "
        "2022-01, 2022-01-05 16:30 or 2022-01-04 evening"
    )
    raise UnreadableError(Fault.UNPARSED, message)


def _day(text: str, settings: Settings, whole: str | None = None) -> date:
    """Read a text that is a single day; `whole` is the text that it is the day of."""
    found = _ISO_DAY.fullmatch(text)
    if found:
        return _date(int(found[1]), int(found[2]), int(found[3]), text)
    day = _day_in_figures(text, settings) or _named_day(text)
    if day is None:
        message = f"{quoted(whole or text)} has a time of day, but {quoted(text)} is no day"
        raise UnreadableError(Fault.UNPARSED, message)
    return day


def _named_day(text: str) -> date | None:
    """Read "5 January 2022"; a year is never inferred where a time of day stands beside it."""
    named = read_named(text, None)
    return named.first if named and named.first == named.last and not named.about else None


def named_extent(text: str, settings: Settings) -> Extent | None:
    """Read days, months and parts of months by name; None where the text names no month.

    Raises:
        UnreadableError: no calendar has it, or it has no year and none can be inferred.
    """
    named = read_named(text, settings.span)
    if named is None:
        return None
    if named.is_month:
        edtf = f"{named.first.year:04}-{named.first.month:02}"
        found = _unit(Precision.MONTH, named.first, settings.zone, edtf=edtf)
    else:
        found = day_extent(named.first, settings.zone)
        if named.last > named.first:
            found = joined(found, day_extent(named.last, settings.zone), text)
    if named.inferred:
        found = found._replace(year_from=YearFrom.INFERRED)
    return doubted(found, Qualifier.ABOUT) if named.about else found


def _date(year: int, month: int, day: int, text: str) -> date:
    if year == date.max.year:
        raise outside(text)
    try:
        return date(year, month, day)
    except ValueError as error:
        message = f"{quoted(text)} is a day that no calendar has"
        raise UnreadableError(Fault.IMPOSSIBLE, message) from error


def _in_figures(text: str, settings: Settings) -> Extent | None:
    day = _day_in_figures(text, settings)
    return day_extent(day, settings.zone) if day else None


def _day_in_figures(text: str, settings: Settings) -> date | None:
    found = _FIGURES.fullmatch(text)
    if found is None:
        return None
    first, middle, last = found[1], found[3], found[4]
    if len(first) == len(last) == _YEAR_DIGITS:
        raise UnreadableError(Fault.UNPARSED, f"{quoted(text)} has two years and no day")
    if len(first) == _YEAR_DIGITS:
        return _date(int(first), int(middle), int(last), text)
    if len(last) != _YEAR_DIGITS:
        message = f"{quoted(text)} has no year of four digits"
        raise UnreadableError(Fault.UNPARSED, message)
    if settings.order is DateOrder.DMY:
        return _date(int(last), int(middle), int(first), text)
    if settings.order is DateOrder.MDY:
        return _date(int(last), int(first), int(middle), text)
    orders = (DateOrder.DMY, DateOrder.MDY)
    doubt = 'may have the day or the month first; say which with dates = "dmy" or "mdy"'
    raise UndeclaredError(tuple(replace(settings, order=order) for order in orders), doubt)


def _month(text: str, settings: Settings) -> Extent | None:
    """Read "2022-01". "2021-22" is the summer of 2021 as well as two years."""
    found = _ISO_MONTH.fullmatch(text)
    if found is None:
        return None
    year, tail = int(found[1]), int(found[2])
    if 1 <= tail <= _MONTHS_IN_A_YEAR:
        return _unit(Precision.MONTH, _date(year, tail, 1, text), settings.zone, edtf=text)
    if tail not in _SEASONS:
        raise UnreadableError(Fault.IMPOSSIBLE, f"{quoted(text)} is a month that no calendar has")
    if settings.tail is None:
        choices = tuple(replace(settings, tail=tail) for tail in YearTail)
        raise UndeclaredError(choices, "may be a season of the year, as EDTF writes it, or years")
    if settings.tail is YearTail.SEASON:
        return extent_of(EdtfDate(year=found[1], month=found[2]), settings.zone)
    last = f"{found[1][:2]}{found[2]}"
    if int(last) <= year:
        raise UnreadableError(Fault.IMPOSSIBLE, f"{quoted(text)} ends before it begins")
    return joined(read_plain(found[1], settings), read_plain(last, settings), text)


def day_extent(day: date, zone: str) -> Extent:
    """Give the extent of a local day.

    Raises:
        UnreadableError: the place left the day out, or it lies outside the years 1 to 9998.
    """
    return _unit(Precision.DAY, day, zone, edtf=day.isoformat())


def _unit(precision: Precision, day: date, zone: str, *, edtf: str) -> Extent:
    unit = unit_of(precision, day)
    if unit is None:
        raise outside(edtf)
    tz = load_zone(zone)
    begin, end = start_of_day(unit[0], tz), start_of_day(unit[1], tz)
    return stretch(begin, end, precision, edtf=edtf)


def _at_clock(text: str, settings: Settings) -> Extent | None:
    found = split_clock(text)
    if found is None:
        return None
    written, clock = found
    if clock.tight:
        if settings.hyphen is None:
            choices = tuple(replace(settings, hyphen=hyphen) for hyphen in Hyphen)
            doubt = "may end with a distance from UTC or with the end of a span"
            raise UndeclaredError(choices, doubt)
        if settings.hyphen is Hyphen.UNTIL:
            return _until(text, clock, settings)
    return clock_extent(_day(written, settings, text), clock, settings)


def _until(text: str, clock: Clock, settings: Settings) -> Extent:
    """Read "2022-01-05 09:00-11:00" as a span."""
    end = clock.zones[0]
    begin = text[: -len(end)]
    return span(begin, end[1:] if ":" in end else f"{end[1:]}:00", text, settings)


def clock_extent(day: date, clock: Clock, settings: Settings) -> Extent:
    """Give the minute or second that a time of a day names; both, where it came twice.

    Raises:
        UnreadableError: there is no such time.
    """
    begin, end = instants(day, clock, settings.zone)
    return stretch(begin, end, clock.precision)


def _in_part(text: str, settings: Settings) -> Extent | None:
    into = split_night_into(text)
    if into is not None:
        day = _day(into, settings, text) - timedelta(days=1)
        return _hours(day, NIGHTS[LATE_NIGHT], NIGHT, settings)
    found = split_part(text)
    if found is None:
        return None
    return part_extent(_day(found[0], settings, text), found[1], settings)


def part_extent(day: date, part: str, settings: Settings) -> Extent:
    """Give the hours of a part of a day.

    Raises:
        UndeclaredError: it is a night, and which one is not said.
        UnreadableError: `part` is no part of a day.
    """
    hours = NIGHTS.get(settings.night or "") if part == NIGHT else hours_of(part)
    if hours is not None:
        return _hours(day, hours, part, settings)
    if part != NIGHT:
        raise UnreadableError(Fault.UNPARSED, f"{quoted(part)} is no part of a day")
    choices = tuple(replace(settings, night=night) for night in NIGHTS)
    raise UndeclaredError(choices, "may be the night that ends on that day or the one that begins")


def _hours(day: date, hours: tuple[int, int], part: str, settings: Settings) -> Extent:
    begin, end = edges(day, hours, settings.zone)
    return stretch(begin, end, Precision.PART_OF_DAY, part=part)


def _edtf(text: str, settings: Settings) -> Extent | None:
    # Times of day are read as such: EDTF knows fewer forms of them.
    if " " in text or ":" in text:
        return None
    try:
        read = parse_edtf(text)
    except EdtfError:
        return None
    return extent_of(read, settings.zone)


def _span(text: str, settings: Settings) -> Extent | None:
    if not _MARKS_OF_SPANS & set(text):
        return None
    ends = _SPAN_MARK.split(text)
    if len(ends) != 2 or not all(ends):  # noqa: PLR2004  # a span has two ends
        return None
    if _UNKNOWN_END in ends:
        return _half_known(ends[0], ends[1], text, settings)
    return span(ends[0], ends[1], text, settings)


def span(start: str, end: str, text: str, settings: Settings) -> Extent:
    """Read a span from the texts of its ends; the end may be a time of the day that it begins.

    Args:
        start: the text of the first end.
        end: the text of the last end.
        text: the whole, for the words of a problem.
        settings: what decides between readings.

    Raises:
        UnreadableError: an end is no time, or is itself a span, or it ends before it begins.
        UndeclaredError: an end has several readings.
    """
    first, last = _clock_ends(start, end, settings) or (
        read_plain(start, settings),
        read_plain(end, settings),
    )
    if Precision.INTERVAL in {first.precision, last.precision}:
        raise UnreadableError(Fault.UNPARSED, f"{quoted(text)} has more ends than a span")
    return joined(first, last, text)


def _clock_ends(start: str, end: str, settings: Settings) -> tuple[Extent, Extent] | None:
    """Read two ends that are both times of day. A zone that only the end names is that of both.

    Where the end names two, since clocks changed in between, each has its own.
    """
    opening = split_clock(start)
    alone = lone_clock(end)
    closing = (opening[0], alone) if opening and alone else split_clock(end)
    if opening is None or closing is None:
        return None
    day, clock = _day(opening[0], settings, start), opening[1]
    last_day, last = _day(closing[0], settings, end), closing[1]
    zones = last.zones
    return (
        clock_extent(day, replace(clock, zones=clock.zones or zones[:1]), settings),
        clock_extent(last_day, replace(last, zones=zones[-1:]), settings),
    )


def _half_known(start: str, end: str, text: str, settings: Settings) -> Extent:
    """Read "… – 2022-01-05": a span of which nobody knows the other end."""
    told = read_plain(start if end == _UNKNOWN_END else end, settings)
    if told.earliest is None or told.latest is None or start == end:
        raise UnreadableError(Fault.UNPARSED, f"{quoted(text)} has no end that is known")
    # As in any span, a clock time at the end is the instant at which it is over.
    begin, until = (told.earliest, None) if end == _UNKNOWN_END else (None, end_edge(told))
    return Extent(begin, until, Precision.INTERVAL, qualifier=told.qualifier)
