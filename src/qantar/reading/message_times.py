"""Times of messages as tables of chats write them: one pattern for dates, one for clock times.

No zone is looked up here: a time that names its distance from UTC is an instant, any other
is that of a clock of which only the sheet can tell where it hung.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache
from typing import Final

from qantar.model.date_order import DateOrder

_LONGEST: Final = 60
_CENTURY: Final = 2000
_SHORT_YEAR: Final = 100
_NOON: Final = 12
_MOST_HOURS: Final = 18
_MINUTES: Final = 60
_TIME: Final = re.compile(
    r"(?P<day>[\d./\s-]{6,12}?)"
    r"(?:(?:T|,?\s+)(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:[.,]\d{1,9})?)?"
    r"\s*(?P<half>[AaPp]\.?\s?[Mm]\.?)?"
    r"\s*(?P<zone>Z|UTC|GMT|(?:UTC|GMT)?[+\u2212-]\d\d?(?::?\d\d)?)?)?"
)
_ISO_DAY: Final = re.compile(r"(\d{4})-(\d\d?)-(\d\d?)")
_PLAIN_DAY: Final = re.compile(r"(\d{1,4})([./-])\s?(\d{1,2})\2\s?(\d{1,4})\.?")
_OFFSET: Final = re.compile(r"(?:UTC|GMT)?([+\u2212-])(\d\d?):?(\d\d)?")
_SPACES: Final = dict.fromkeys((0xA0, 0x202F, 0x2009), " ")
_MARKS: Final = dict.fromkeys((0x200E, 0x200F, 0x2066, 0x2069, 0x202A, 0x202C))


@lru_cache(maxsize=4096)
def message_time(untrusted_text: str, order: DateOrder) -> str | None:
    """Read the time of a message.

    Args:
        untrusted_text: the cell, or what a template made of several.
        order: of day, month and year; with `ISO` only years that stand first, with hyphens.

    Returns:
        ISO: an instant in UTC where the text names its distance from UTC, else the clock
        time as written, or the day alone; None where it is no time that can be.
    """
    text = untrusted_text.translate(_SPACES).translate(_MARKS).strip()
    found = _TIME.fullmatch(text) if len(text) <= _LONGEST else None
    day = _day(found["day"].strip(), order) if found else None
    if found is None or day is None:
        return None
    try:
        date = datetime(*day)  # noqa: DTZ001  # a day on a clock whose place is not known here
        if found["hour"] is None:
            return date.date().isoformat()
        return _at(date, found)
    except (ValueError, OverflowError):
        return None


def _at(date: datetime, found: re.Match[str]) -> str:
    hour = int(found["hour"])
    if found["half"]:
        if not 1 <= hour <= _NOON:
            raise ValueError
        hour = hour % _NOON + (_NOON if found["half"][0] in "Pp" else 0)
    seconds = int(found["second"] or 0)
    local = date.replace(hour=hour, minute=int(found["minute"]), second=seconds)
    unit = "minutes" if found["second"] is None else "seconds"
    if not found["zone"]:
        return local.isoformat(timespec=unit)
    return local.replace(tzinfo=_zone(found["zone"])).astimezone(UTC).isoformat(timespec=unit)


def _zone(text: str) -> timezone:
    offset = _OFFSET.fullmatch(text)
    if offset is None:
        return UTC
    hours, minutes = int(offset[2]), int(offset[3] or 0)
    if hours > _MOST_HOURS or minutes >= _MINUTES:
        raise ValueError
    distance = timedelta(hours=hours, minutes=minutes)
    return timezone(distance if offset[1] == "+" else -distance)


def _day(text: str, order: DateOrder) -> tuple[int, int, int] | None:
    """Year, month and day, not checked yet."""
    iso = _ISO_DAY.fullmatch(text)
    if iso:
        return int(iso[1]), int(iso[2]), int(iso[3])
    plain = _PLAIN_DAY.fullmatch(text)
    if plain is None or order is DateOrder.ISO:
        return None
    named = dict(zip(order.value, (plain[1], plain[3], plain[4]), strict=True))
    year = named["y"]
    if len(year) not in (2, 4) or len(named["d"]) > 2 or len(named["m"]) > 2:  # noqa: PLR2004
        return None
    number = int(year)
    return (
        number + _CENTURY if number < _SHORT_YEAR and len(year) < 4 else number,  # noqa: PLR2004
        int(named["m"]),
        int(named["d"]),
    )
