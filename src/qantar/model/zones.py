"""Time zones by IANA name, from the pinned `tzdata` package.

The system's own zone tables differ from machine to machine; the same record must
come out on all of them, so they are never asked.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo

_SECOND = timedelta(seconds=1)
_MIDNIGHT = time()


class UnknownZoneError(ValueError):
    """No zone has this name."""

    def __init__(self, name: str) -> None:
        """Keep the name that was asked for."""
        self.name = name
        super().__init__(f'"{name}" is no IANA time zone, such as "Asia/Almaty" or "UTC"')


@cache
def zone(name: str) -> ZoneInfo:
    """Give the zone of that name.

    Raises:
        UnknownZoneError: the tables do not list this name, letter for letter. No file
            is opened for any other: a path leads nowhere, and "asia/almaty" is refused
            also where the file system takes no notice of case.
    """
    if not is_zone(name):
        raise UnknownZoneError(name)
    table = files("tzdata").joinpath("zoneinfo", *name.split("/"))
    with table.open("rb") as stream:
        return ZoneInfo.from_file(stream, key=name)


def is_zone(name: str) -> bool:
    """Whether the tables list this name, letter for letter."""
    return name in _names()


@cache
def _names() -> frozenset[str]:
    return frozenset(files("tzdata").joinpath("zones").read_text(encoding="utf-8").split())


def occurrences(local: datetime, tz: ZoneInfo) -> tuple[datetime, datetime] | None:
    """Give the first and the last instant, in UTC, at which clocks in `tz` show `local`.

    They are the same but where clocks were put back over that time, so that it came
    twice. None where clocks jumped over it, so that it never came.

    Raises:
        OverflowError: an instant lies outside the years 1 to 9999.
    """
    before, after = _offsets(local, tz)
    if before < after:
        return None
    return (local - before).replace(tzinfo=UTC), (local - after).replace(tzinfo=UTC)


def start_of(local: datetime, tz: ZoneInfo) -> datetime:
    """Give the first instant, in UTC, at which clocks in `tz` show `local` or later.

    Args:
        local: naive local time in whole seconds. Where it comes twice the first
            instant counts, where clocks jump over it the instant of the jump: in
            Damascus the 25th of March 2022 begins at 01:00.
        tz: the zone of the clock.

    Raises:
        OverflowError: the instant lies outside the years 1 to 9999.
    """
    before, after = _offsets(local, tz)
    if before < after:
        return _jump(local, tz, before, after)
    return (local - before).replace(tzinfo=UTC)


def start_of_day(day: date, tz: ZoneInfo) -> datetime:
    """Give the first instant, in UTC, that belongs to `day` or a later day in `tz`.

    Raises:
        OverflowError: the instant lies outside the years 1 to 9999.
    """
    return start_of(datetime.combine(day, _MIDNIGHT), tz)


def _offsets(local: datetime, tz: ZoneInfo) -> tuple[timedelta, timedelta]:
    """The distances from UTC before and after a change of clocks near `local`.

    PEP 495: where clocks jump over a time, fold 0 has the smaller offset; where it
    comes twice, the greater one; anywhere else both are the same.
    """
    before = tz.utcoffset(local.replace(fold=0))
    after = tz.utcoffset(local.replace(fold=1))
    return before or timedelta(), after or timedelta()


def _jump(local: datetime, tz: ZoneInfo, before: timedelta, after: timedelta) -> datetime:
    """Find the second at which clocks jump over `local`, by halving the stretch it lies in."""
    low = (local - after).replace(tzinfo=UTC)
    high = (local - before).replace(tzinfo=UTC)
    while high - low > _SECOND:
        middle = low + (high - low) // _SECOND // 2 * _SECOND
        if middle.astimezone(tz).utcoffset() == before:
            low = middle
        else:
            high = middle
    return high
