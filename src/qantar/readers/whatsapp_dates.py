"""In which order a file writes day and month: told by all its dates together, or not at all.

First by values: 13 is no month. Then by the running order: a chat goes forward, so that
the order in which it jumps back is the wrong one. Where neither tells, both readings stay.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from qantar.model.date_order import DateOrder

_CENTURY: Final = 2000
_FIRST_YEAR: Final = 2009  # of WhatsApp
_MOST_REMEMBERED: Final = 10_000
_CLEARLY: Final = 10
"""One order is clearly wrong where it fails ten times as often as the other."""
_SLACK_DAYS: Final = 1
_MONTHS: Final = 12
_DAYS: Final = 31

Numbers = tuple[int, int, int]


def numbers_of(found: re.Match[str]) -> Numbers:
    """The three numbers of a date, as they stand."""
    return int(found["a"]), int(found["b"]), int(found["c"])


def read_as(numbers: Numbers, order: DateOrder) -> date | None:
    """Read the three numbers of a date in an order; None where no calendar has that day."""
    first, second, third = numbers
    if order is DateOrder.DMY:
        day, month, year = first, second, third
    elif order is DateOrder.MDY:
        month, day, year = first, second, third
    else:
        year, month, day = first, second, third
    try:
        return date(year + _CENTURY if year < 100 else year, month, day)  # noqa: PLR2004
    except ValueError:
        return None


def could_be(numbers: Numbers, order: DateOrder) -> bool:
    """Whether the numbers are in the range of a day and of a month, be there such a day or not."""
    day, month = _DAY_AND_MONTH[order]
    return 1 <= numbers[day] <= _DAYS and 1 <= numbers[month] <= _MONTHS


_DAY_AND_MONTH: Final = {DateOrder.DMY: (0, 1), DateOrder.MDY: (1, 0), DateOrder.YMD: (2, 1)}


@dataclass(slots=True)
class _Trial:
    """How well one order fits: how many dates it cannot read, how often it jumps back."""

    order: DateOrder
    impossible: int = 0
    back: int = 0
    _last: int = 0

    def see(self, numbers: Numbers) -> None:
        """Take the next date of the file."""
        day = read_as(numbers, self.order)
        if day is None or day.year < _FIRST_YEAR:
            self.impossible += 1
            return
        number = day.toordinal()
        if number < self._last - _SLACK_DAYS:
            self.back += 1
        self._last = number


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """The order of a file; `other` is the second reading, where both are possible."""

    order: DateOrder
    other: DateOrder | None = None
    why: str


@dataclass(slots=True)
class DateTrial:
    """Sees the dates of a file in their order, and decides how they are to be read."""

    year_first: bool
    short_year: bool
    half_days: bool
    _trials: list[_Trial] = field(default_factory=list)
    _last: str = ""

    def __post_init__(self) -> None:
        """Begin a trial of each order that the style leaves open."""
        orders = [DateOrder.YMD] if self.year_first else [DateOrder.DMY, DateOrder.MDY]
        if self.short_year:
            orders.append(DateOrder.YMD)
        if self.half_days and not self.year_first:
            orders[:2] = [DateOrder.MDY, DateOrder.DMY]  # the more usual one first
        self._trials = [_Trial(order) for order in orders]

    def see(self, found: re.Match[str]) -> None:
        """Take the date of the next message."""
        if found["date"] != self._last:
            self._last = found["date"]
            numbers = numbers_of(found)
            for trial in self._trials:
                trial.see(numbers)

    def decide(self, declared: DateOrder | None) -> Decided:
        """Decide; what a sheet declares is obeyed, where the year can stand there."""
        if self.year_first:
            return Decided(order=DateOrder.YMD, why="the year comes first")
        if declared in {trial.order for trial in self._trials} and declared is not None:
            return Decided(order=declared, why="the sheet says so")
        first, second, *third = self._trials
        for year_first in third:
            # A short year comes first in few languages: only where nothing else can be.
            if year_first.impossible * _CLEARLY < min(first.impossible, second.impossible):
                return Decided(order=year_first.order, why=_BY_VALUES)
        return _between(first, second)


_BY_VALUES: Final = "other orders give days that there are not"
_DISAGREE: Final = "values and course tell different things"
_BY_COURSE: Final = "in the other order the chat would jump back in time"


def _between(first: _Trial, second: _Trial) -> Decided:
    for good, bad in ((first, second), (second, first)):
        if good.impossible * _CLEARLY < bad.impossible:
            if good.back > max(bad.back, bad.impossible):
                # One pasted line with a 13 in it must not turn all dates of a chat around.
                return Decided(order=bad.order, other=good.order, why=_DISAGREE)
            return Decided(order=good.order, why=_BY_VALUES)
    for good, bad in ((first, second), (second, first)):
        if good.back * _CLEARLY < bad.back:
            return Decided(order=good.order, why=_BY_COURSE)
    return Decided(order=first.order, other=second.order, why="nothing tells")


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """A date as the file writes it: in ISO form, and its second reading where there is one.

    `iso` is None where no calendar has that day; `begins` is False where the numbers are not
    even in the range of days and months.
    """

    iso: str | None
    other: str | None
    begins: bool


class Days:
    """Reads the dates of a file, each once."""

    def __init__(self, decided: Decided) -> None:
        """Remember how they are read."""
        self._decided = decided
        self._known: dict[str, Day] = {}

    def read(self, found: re.Match[str]) -> Day:
        """Read the date of a line that begins a message."""
        written = found["date"]
        known = self._known.get(written)
        if known is None:
            if len(self._known) >= _MOST_REMEMBERED:
                self._known.clear()
            known = self._known[written] = self._read(numbers_of(found))
        return known

    def _read(self, numbers: Numbers) -> Day:
        order, second = self._decided.order, self._decided.other
        day = read_as(numbers, order)
        other = read_as(numbers, second) if second else None
        return Day(
            iso=day.isoformat() if day else None,
            other=other.isoformat() if other is not None and other != day else None,
            begins=could_be(numbers, order),
        )
