"""Days, months, seasons, years: the stretches of the calendar that a time may be sharp to."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from qantar.model.when import Precision
from qantar.model.zones import start_of_day

_MONTHS = 12
_SEASON = 3
_YEARS = {Precision.YEAR: 1, Precision.DECADE: 10, Precision.CENTURY: 100}

COARSENESS = {precision: rank for rank, precision in enumerate(Precision)}
"""From the second, which is 0, to the interval."""


def unit_of(precision: Precision, day: date) -> tuple[date, date] | None:
    """Give the first day of the unit that holds `day`, and the day after its last.

    Seasons are northern: winter begins in December. None for a precision that is no
    stretch of whole days of its own.

    Raises:
        OverflowError: it reaches out of the years 1 to 9999.
    """
    if precision is Precision.DAY:
        return day, day + timedelta(days=1)
    if precision is Precision.MONTH:
        return _months(day.year, day.month, 1)
    if precision is Precision.SEASON:
        into = day.month % _SEASON
        return _months(day.year, day.month - into, _SEASON)
    if precision in _YEARS:
        length = _YEARS[precision]
        # There is no year 0: the first decade and the first century are a year short.
        first = day.year // length * length
        return _months(max(first, 1), 1, (first + length - max(first, 1)) * _MONTHS)
    return None


def _months(year: int, month: int, length: int) -> tuple[date, date]:
    count = year * _MONTHS + month - 1
    return _first_of(count), _first_of(count + length)


def _first_of(month: int) -> date:
    year, rest = divmod(month, _MONTHS)
    if not date.min.year <= year <= date.max.year:
        message = f"the year {year} is outside the calendar"
        raise OverflowError(message)
    return date(year, rest + 1, 1)


def unit_around(
    precision: Precision, instant: datetime, tz: ZoneInfo
) -> tuple[datetime, datetime] | None:
    """Give the edges, in UTC, of the unit of the local calendar that holds `instant`.

    None for a precision that is no stretch of whole days.

    Raises:
        OverflowError: it reaches out of the years 1 to 9999.
    """
    found = unit_of(precision, instant.astimezone(tz).date())
    if found is None:
        return None
    return start_of_day(found[0], tz), start_of_day(found[1], tz)


def last_day(end: datetime, tz: ZoneInfo) -> date:
    """Give the last local day of a window that ends before the instant `end`."""
    # In UTC: on the clock an hour may be missing before `end`.
    return (end.astimezone(UTC) - timedelta(microseconds=1)).astimezone(tz).date()
