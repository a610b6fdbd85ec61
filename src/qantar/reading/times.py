"""Cells of times, as a sheet says with `as` that they are written: a day, seconds counted."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Final

_CLOCK_AFTER: Final = re.compile(r"[T\s]\s*\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?\s*(?:Z|UTC)?\Z")
_COUNTED: Final = re.compile(r"-?\d{1,16}")
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_UNITS: Final = {"unix-seconds": 1_000_000, "unix-milliseconds": 1_000}
_LONGEST: Final = 80


def as_time(text: str, reading: tuple[str, ...]) -> str:
    """Rewrite a cell so that it can be read as a time.

    Args:
        text: the cell, outer space off.
        reading: what the sheet says with `as`. "day": a clock time in the cell says
            nothing, as where a program writes midnight after every date. "unix-seconds"
            and "unix-milliseconds": counted since the beginning of 1970, in UTC.

    Returns:
        An ISO text, or `text` as it is where it has no such form: then it is told as any
        other text that is no time.
    """
    if reading == ("day",):
        # A date is short; the rest of a long text is nobody's clock time.
        return _CLOCK_AFTER.sub("", text) if len(text) <= _LONGEST else text
    unit = _UNITS.get(reading[0]) if len(reading) == 1 else None
    if unit is None or not _COUNTED.fullmatch(text):
        return text
    try:
        moment = _EPOCH + timedelta(microseconds=int(text) * unit)
    except OverflowError:
        return text
    return moment.isoformat().replace("+00:00", "Z")
