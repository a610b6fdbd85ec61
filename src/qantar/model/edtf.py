"""EDTF, levels 0 and 1: dates as archives exchange them.

Source: Extended Date/Time Format Specification, Library of Congress (2019), the
profile of ISO 8601-2:2019. Level 2 is refused, with the place where it begins.
"""

from __future__ import annotations

import re

from qantar.model.edtf_values import (
    DATE,
    OPEN,
    Edtf,
    EdtfDate,
    EdtfDateTime,
    EdtfInterval,
    Open,
    beyond_interval,
    fault_of,
    is_plain_day,
)

__all__ = [
    "OPEN",
    "Edtf",
    "EdtfDate",
    "EdtfDateTime",
    "EdtfError",
    "EdtfInterval",
    "Open",
    "parse_edtf",
]

# Digits of other scripts are no EDTF: `re.ASCII` keeps \d to 0-9.
_TIME = re.compile(r"T(\d\d):(\d\d):(\d\d)(Z|[+-]\d\d(?::\d\d)?)?", re.ASCII)
_LEVEL_2 = re.compile(r"[XY]")


class EdtfError(ValueError):
    """A text is no EDTF of level 0 or 1.

    Attributes:
        position: where reading stopped, in characters from 0.
        expected: what would have been possible there.
    """

    def __init__(self, text: str, position: int, expected: str) -> None:
        """Say where and what was expected."""
        self.position, self.expected = position, expected
        super().__init__(
            f'"{text}" is no EDTF of level 0 or 1: at character {position + 1}, {expected}'
        )


def parse_edtf(text: str) -> Edtf:
    """Read an EDTF string of level 0 or 1.

    Raises:
        EdtfError: it is none, or names a day that no calendar has.
    """
    if "/" not in text:
        return _point(text)
    left, _, right = text.partition("/")
    if "/" in right:
        raise EdtfError(text, len(left) + 1 + right.index("/"), "an interval has two ends")
    start, end = _end(text, left, 0), _end(text, right, len(left) + 1)
    if not (isinstance(start, EdtfDate) or isinstance(end, EdtfDate)):
        raise EdtfError(text, 0, "one end of an interval is a date")
    return EdtfInterval(start=start, end=end)


def _point(text: str) -> EdtfDate | EdtfDateTime:
    found, at = _read_date(text, 0)
    if at == len(text):
        return found
    clock = _TIME.match(text, at)
    if clock is None or clock.end() != len(text):
        raise EdtfError(text, at, "the date ends here, or a time follows such as T16:30:00Z")
    return _with_time(text, found, clock)


def _with_time(text: str, day: EdtfDate, clock: re.Match[str]) -> EdtfDateTime:
    if not is_plain_day(day):
        raise EdtfError(text, clock.start(), "a time follows only a plain day")
    hour, minute, second = (int(clock[n]) for n in (1, 2, 3))
    try:
        return EdtfDateTime(day=day, hour=hour, minute=minute, second=second, shift=clock[4] or "")
    except ValueError as error:
        raise EdtfError(text, clock.start(), "there is no such time of day") from error


def _end(whole: str, part: str, offset: int) -> EdtfDate | Open | None:
    if part == "":
        return None
    if part == "..":
        return OPEN
    found, at = _read_date(part, 0, whole=whole, offset=offset)
    if at != len(part):
        raise EdtfError(whole, offset + at, "the date ends here")
    level_2 = _LEVEL_2.search(part) if beyond_interval(found) else None
    if level_2:
        expected = "unspecified digits and long years in an interval belong to level 2"
        raise EdtfError(whole, offset + level_2.start(), expected)
    return found


def _read_date(
    text: str, at: int, *, whole: str | None = None, offset: int = 0
) -> tuple[EdtfDate, int]:
    whole = whole if whole is not None else text
    found = DATE.match(text, at)
    if found is None:
        raise EdtfError(whole, offset + at, "a year of four digits begins")
    year, month, day = found.group("year", "month", "day")
    fault = fault_of(year, month, day)
    if fault:
        part, expected = fault
        raise EdtfError(whole, offset + found.start(part), expected)
    return EdtfDate(year=year, month=month, day=day, mark=found["mark"] or ""), found.end()
