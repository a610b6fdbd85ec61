"""Days, years and ages as lists write them, each with the days that it leaves open."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from random import Random

from benchmarks.linking.invented.land import WHEN, YEAR, Person
from benchmarks.linking.invented.pen import Dated, Pen
from benchmarks.linking.spans import births_at_age, year_span
from qantar.model.person_row import DaySpan

LISTED = date(2019, 4, 15).toordinal()
"""The day on which the lists were put together: some give ages of that day."""
NEW_CENTURY = 2000
Way = Callable[[date, Random], Dated]


def exact(pattern: str) -> Way:
    """Give a way of writing a day as it is."""
    return lambda day, _: Dated(_filled(pattern, day), DaySpan.of(day))


def around(pattern: str) -> Way:
    """Give a way of writing a day of which the writer is not sure."""
    return lambda day, _: Dated(_filled(pattern, day), DaySpan.of(day, about=True))


def two_days(pattern: str) -> Way:
    """Give a way of writing a day and the next."""

    def way(day: date, chance: Random) -> Dated:
        first = day - timedelta(days=chance.randrange(2))
        last = first + timedelta(days=1)
        return Dated(_filled(pattern, first, last), DaySpan.of(first, last))

    return way


def week_of(pattern: str) -> Way:
    """Give a way of naming a week by its Monday."""

    def way(day: date, _: Random) -> Dated:
        monday = day - timedelta(days=day.weekday())
        return Dated(_filled(pattern, monday), DaySpan.of(monday, monday + timedelta(days=6)))

    return way


def after(pattern: str) -> Way:
    """Give a way of saying that it was later than a day, until the event was over."""

    def way(day: date, chance: Random) -> Dated:
        before = day.toordinal() - chance.randrange(1, 4)
        span = DaySpan(before + 1, max(WHEN.last, before + 1))
        return Dated(_filled(pattern, date.fromordinal(before)), span)

    return way


def month(text: str) -> Way:
    """Give a way of naming no more than the month of the event."""
    first = date.fromordinal(WHEN.first).replace(day=1).toordinal()
    return lambda _, __: Dated(text, DaySpan(first, WHEN.last))


def event(person: Person, pen: Pen, ways: Sequence[Way], *, silent: float) -> Dated | None:
    """Write the day of the event in one of the ways; `silent` is how often nothing is said."""
    if pen.slips(silent):
        return None
    day = date.fromordinal(person.event)
    if pen.slips(0.08):
        day += timedelta(days=pen.one_of((-1, 1)))
    elif pen.slips(0.02):
        day += timedelta(days=pen.one_of((2, 3, 4)))  # the day on which it was written down
    return pen.one_of(ways)(day, pen.chance)


def birth_date(person: Person, pen: Pen) -> date:
    """Give the date of birth as the writer has it, day and month swapped now and then."""
    day = date.fromordinal(person.born)
    if pen.slips(0.03) and day.day <= 12:  # noqa: PLR2004  # a month as well
        return day.replace(month=day.day, day=day.month)
    if pen.slips(0.012):
        return day.replace(day=min(day.day, 28), year=day.year + pen.one_of((-10, -1, 1, 10)))
    if pen.slips(0.015):
        return date.fromordinal(person.born + pen.one_of((-10, -1, 1, 10)))
    if pen.slips(0.01):
        return day.replace(day=min(day.day, 28), month=pen.one_of(range(1, 13)))
    return day.replace(month=1, day=1) if pen.slips(0.02) else day


def whole_date(day: date, pen: Pen) -> Dated:
    """Write a date of birth whole, or with two digits of the year, which a program may widen."""
    if pen.slips(0.004) and day.year < NEW_CENTURY:
        return Dated(f"{day:%d.%m}.{day.year + 100}", None)  # nobody is born after the event
    return Dated(f"{day:%d.%m.%y}" if pen.slips(0.06) else f"{day:%d.%m.%Y}", DaySpan.of(day))


def only_year(day: date, pen: Pen, patterns: Sequence[str]) -> Dated:
    """Write no more than the year; `{short}` stands for its last two digits."""
    text = pen.one_of(patterns).format(year=day.year, short=f"{day.year % 100:02d}")
    return Dated(text, year_span(day.year))


def age(person: Person, pen: Pen, said: Dated | None, sure: Sequence[str]) -> Dated:
    """Write an age in years at the event, or by mistake at the day of the list."""
    years = _whole_years(person.born, LISTED if pen.slips(0.1) else person.event)
    if pen.slips(0.06):
        years += pen.one_of((-1, 1))
    return _aged(years, said, pen.one_of(sure), about=False)


def guessed_age(
    person: Person, pen: Pen, said: Dated | None, patterns: Sequence[str], step: int
) -> Dated:
    """Write an age as somebody guesses it, in steps of so many years."""
    years = (person.event - person.born) / YEAR + pen.chance.gauss(0, 1.5 * pen.difficulty)
    return _aged(step * round(years / step), said, pen.one_of(patterns), about=True)


def _whole_years(born: int, on: int) -> int:
    first, last = date.fromordinal(born), date.fromordinal(on)
    return last.year - first.year - ((last.month, last.day) < (first.month, first.day))


def _aged(years: int, said: Dated | None, pattern: str, *, about: bool) -> Dated:
    on = said.span if said and said.span else WHEN
    return Dated(pattern.format(years), births_at_age(years, on, about=about))


def _filled(pattern: str, day: date, last: date | None = None) -> str:
    end = (last or day).day
    return pattern.format(d=day.day, last=end, dd=f"{day.day:02d}", mm=f"{day.month:02d}")
