"""Times as whole days of a place: what lists of people are compared by."""

from __future__ import annotations

import re
from typing import Final

from qantar.model.calendar_units import last_day
from qantar.model.date_order import DateOrder
from qantar.model.person_row import DaySpan
from qantar.model.when import Qualifier, When
from qantar.model.zones import zone as load_zone

NO_CENTURY: Final = (
    "a year of two digits, and nothing says after which year it cannot be: give the list's "
    "`edition`, or the case's `span`"
)

_CENTURY: Final = 100
_SHORT_DATE: Final = re.compile(r"(?:\d{1,2}([./-])\d{1,2}\1)?\d\d")


def is_short_date(text: str, order: DateOrder) -> bool:
    """Whether a text is a year of two digits, or a date in figures that ends in one."""
    return _SHORT_DATE.fullmatch(text) is not None and (
        text.isdigit() or order is not DateOrder.YMD
    )


def with_century(text: str, latest_year: int) -> str:
    """Write the year of such a text whole: as the last one that is not after `latest_year`."""
    year = latest_year - (latest_year - int(text[-2:])) % _CENTURY
    return f"{text[:-2]}{year:04}"


def days_of(when: When) -> DaySpan | None:
    """Give the local days that a time touches; None where one of its sides is open."""
    if when.earliest is None or when.latest is None:
        return None
    tz = load_zone(when.zone)
    first, last = when.earliest.astimezone(tz).date(), last_day(when.latest, tz)
    return DaySpan.of(first, max(first, last), about=when.qualifier is not Qualifier.EXACT)


def days_within(when: When, limits: DaySpan | None) -> DaySpan | None:
    """Give the same; an open side ends where `limits` do, None where these do not reach so far."""
    whole = days_of(when)
    if whole is not None or limits is None:
        return whole
    tz = load_zone(when.zone)
    first, last = limits.first, limits.last
    if when.earliest is not None:
        first = when.earliest.astimezone(tz).date().toordinal()
    if when.latest is not None:
        last = last_day(when.latest, tz).toordinal()
    return DaySpan(first, last, when.qualifier is not Qualifier.EXACT) if first <= last else None
