"""Times of day as they are written: "16:30", "24:00", "16:30:05+06:00", "16:30 (UTC+6)".

A time that names its distance from UTC, or a zone, is an instant. One that names none is
on the clock of the place, where it may have come twice or never.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from qantar.model.date_settings import Fault, UnreadableError, quoted
from qantar.model.when import LENGTHS, Precision
from qantar.model.zones import UnknownZoneError, occurrences, start_of_day
from qantar.model.zones import zone as load_zone

_MIDNIGHT = time()
_HOURS_IN_A_DAY = 24
_MINUTES_IN_AN_HOUR = 60
_FARTHEST = timedelta(hours=16)  # from UTC; Manila once had UTC-15:56
_DISTANCE = r"[+−-]\d\d?(?::\d\d){0,2}|[+−-]\d{4}"
# A bare minus after a space is more often a dash between two times than an offset.
_ZONE = (
    rf"Z|(?:UTC|GMT)(?:{_DISTANCE})?|[+]\d\d?(?::\d\d)?|[+−-]\d{{4}}|[A-Za-z_]+(?:/[\w+-]+){{1,2}}"
)
_CLOCK = (
    r"(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:[.,]\d+)?)?"
    rf"(?:(?P<tight>{_DISTANCE})| ?(?P<zones>{_ZONE})"
    rf"| ?\((?P<listed>(?:{_ZONE})(?:, ?(?:{_ZONE}))*)\))?"
)
_WITH_DAY = re.compile(rf"(?P<day>.+?)(?:(?P<iso>T)|,? (?:at |в |сағат )?){_CLOCK}", re.IGNORECASE)
_ALONE = re.compile(_CLOCK, re.IGNORECASE)
_OFFSET = re.compile(
    r"(?P<sign>[+−-])(?P<hours>\d\d?)(?::?(?P<minutes>\d\d))?(?::(?P<seconds>\d\d))?$"
)
_MAYBE_AN_END = re.compile(r"[−-]\d\d?(?::\d\d)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """A time of day as written, not checked yet.

    `zones` are the distances from UTC or IANA names that it carries: none, one, or two
    where clocks changed between its start and its end. `tight` says that the only one is a
    bare "-11:00" right behind hours and minutes, which may be the end of a span as well.
    """

    text: str
    hour: int
    minute: int
    second: int | None
    zones: tuple[str, ...]
    tight: bool

    @property
    def precision(self) -> Precision:
        """The second where it is written, else the minute."""
        return Precision.MINUTE if self.second is None else Precision.SECOND


def split_clock(text: str) -> tuple[str, Clock] | None:
    """Part a text such as "2022-01-05 16:30" into its day and its time; None without a time."""
    if ":" not in text:
        return None
    found = _WITH_DAY.fullmatch(text)
    return (found["day"], _clock(text, found, iso=bool(found["iso"]))) if found else None


def lone_clock(text: str) -> Clock | None:
    """Read a time of day without a day, such as the end of "14:00–16:00"."""
    found = _ALONE.fullmatch(text)
    return _clock(text, found, iso=False) if found else None


def _clock(text: str, found: re.Match[str], *, iso: bool) -> Clock:
    tight = found["tight"] or ""
    zones = found["listed"] or found["zones"] or tight
    second = found["second"]
    return Clock(
        text=text,
        hour=int(found["hour"]),
        minute=int(found["minute"]),
        second=int(second) if second else None,
        zones=tuple(part.strip() for part in zones.split(",")) if zones else (),
        tight=not iso and not second and bool(_MAYBE_AN_END.fullmatch(tight)),
    )


def instants(day: date, clock: Clock, zone: str) -> tuple[datetime, datetime]:
    """Give the first second, minute that the time can be, and the end of the last, in UTC.

    Args:
        day: the local day; a time of 24:00 is the start of the next one.
        clock: the time of day.
        zone: IANA zone of a time that names none.

    Raises:
        UnreadableError: there is no such time of day, offset or zone, or clocks were put
            forward over it.
        OverflowError: it lies outside the years 1 to 9999.
    """
    local = _local(day, clock)
    found = [_at(local, named, clock) for named in clock.zones] or [_on_clock(local, zone)]
    first, last = min(pair[0] for pair in found), max(pair[1] for pair in found)
    return first, last + LENGTHS[clock.precision]


def _local(day: date, clock: Clock) -> datetime:
    hour, second = clock.hour, clock.second or 0
    # The end of the day, as ISO 8601 has it.
    if hour == _HOURS_IN_A_DAY and clock.minute == second == 0:
        day, hour = day + timedelta(days=1), 0
    try:
        return datetime.combine(day, time(hour, clock.minute, second))
    except ValueError as error:
        message = f"{quoted(clock.text)} is no possible time of day"
        raise UnreadableError(Fault.IMPOSSIBLE, message) from error


def _at(local: datetime, named: str, clock: Clock) -> tuple[datetime, datetime]:
    """The instants that a time is in a zone it names itself."""
    if "/" not in named:
        instant = (local - _distance(named, clock)).replace(tzinfo=UTC)
        return instant, instant
    try:
        return _on_clock(local, named)
    except UnknownZoneError as error:
        raise UnreadableError(Fault.UNPARSED, f"in {quoted(clock.text)}, {error}") from error


def _on_clock(local: datetime, zone: str) -> tuple[datetime, datetime]:
    tz = load_zone(zone)
    found = occurrences(local, tz)
    if found is not None:
        return found
    # Tables give a day by its midnight. Where that was skipped, the day begins at the jump.
    if local.time() == _MIDNIGHT:
        start = start_of_day(local.date(), tz)
        return start, start
    shown = local.isoformat(sep=" ", timespec="minutes")
    message = f"{shown} never came: clocks in {zone} were put forward over it"
    raise UnreadableError(Fault.IMPOSSIBLE, message)


def _distance(named: str, clock: Clock) -> timedelta:
    """How far a zone written as "Z", "UTC+6" or "-0330" is ahead of UTC."""
    found = _OFFSET.search(named)
    if found is None:
        return timedelta()
    hours, minutes, seconds = (int(found[n] or 0) for n in ("hours", "minutes", "seconds"))
    size = timedelta(hours=hours, minutes=minutes, seconds=seconds)
    if max(minutes, seconds) >= _MINUTES_IN_AN_HOUR or size >= _FARTHEST:
        message = f"{quoted(clock.text)} is farther from UTC than any place on Earth"
        raise UnreadableError(Fault.IMPOSSIBLE, message)
    return size if found["sign"] == "+" else -size
