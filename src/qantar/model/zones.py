"""Time zones by IANA name, from the pinned `tzdata` package.

The system's own zone tables differ from machine to machine; the same record must
come out on all of them, so they are never asked.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo

_NAME = re.compile(r"[A-Za-z0-9_+-]+(/[A-Za-z0-9_+-]+){0,2}")


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
        UnknownZoneError: the tables have no such zone, or the name is no name at all.
    """
    if not _NAME.fullmatch(name):
        raise UnknownZoneError(name)
    table = files("tzdata").joinpath("zoneinfo", *name.split("/"))
    try:
        with table.open("rb") as stream:
            return ZoneInfo.from_file(stream, key=name)
    except (OSError, ValueError) as error:
        raise UnknownZoneError(name) from error
