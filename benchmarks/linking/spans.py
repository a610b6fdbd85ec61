"""Dates and ages of generated lists, as spans of days: only the forms those lists have.

Qantar's own reader of sheets knows many more; these small ones keep what is measured (who
is joined with whom) apart from how well cells are read.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date
from functools import lru_cache

from qantar.model.person_row import DaySpan

TWO_DIGITS_LAST = 22
"""The last year that two digits name in the 2000s: a list of 2022 holds nobody born later."""
MONTHS = {
    **dict.fromkeys(("января", "январь", "қаңтар", "қаңтардың", "january", "mid-january"), 1),
    **dict.fromkeys(("февраля", "февраль", "ақпан", "ақпанның", "february", "mid-february"), 2),
}
EARLY = (1, 10)
MIDDLE = (11, 20)
ABOUT = re.compile(r"^(?:около|around|about|~)\s*")


def day_or_year(year: int, month: int, day: int) -> DaySpan | None:
    """Give the day; where there is no such day, its year, not for sure; else None."""
    try:
        return DaySpan.of(date(year, month, day))
    except ValueError:
        return year_span(year, about=True)


def year_span(year: int, *, about: bool = False) -> DaySpan | None:
    """Give all days of a year of four digits."""
    if not 1000 <= year <= date.max.year:  # noqa: PLR2004  # four digits
        return None
    return DaySpan.of(date(year, 1, 1), date(year, 12, 31), about=about)


def births_at_age(age: int, on: DaySpan, *, about: bool = False) -> DaySpan:
    """Give the days on which somebody was born who was so many whole years old."""
    first = _years_before(date.fromordinal(on.first), age + 1)
    last = _years_before(date.fromordinal(on.last), age)
    return DaySpan(first.toordinal() + 1, last.toordinal(), about or on.about)


@lru_cache(maxsize=1 << 18)
def read_birth(text: str, on: DaySpan) -> DaySpan | None:
    """Read a birth date, a year, or an age on the day `on`; None where there is none."""
    if found := re.fullmatch(r"(\d\d)\.(\d\d)\.(\d{4})", text):
        day, month, year = map(int, found.groups())
        return day_or_year(year, month, day)
    if found := re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)", text):
        return day_or_year(*map(int, found.groups()))
    if found := re.fullmatch(r"(\d\d)/(\d\d)/(\d\d)", text):
        day, month, short = map(int, found.groups())
        return day_or_year(short + (2000 if short <= TWO_DIGITS_LAST else 1900), month, day)
    if found := re.fullmatch(r"(\d{4})(?: г\.р\.)?", text):
        return year_span(int(found[1]))
    if found := re.fullmatch(r"(~)?(\d{1,2})(?: лет)?", text):
        return births_at_age(int(found[2]), on, about=bool(found[1]))
    return None


@lru_cache(maxsize=1 << 14)
def read_event(text: str, year: int) -> DaySpan | None:
    """Read the day of an event, exact or vague; `year` where the text names none."""
    if found := re.fullmatch(r"(\d\d)\.(\d\d)\.(\d{4})", text):
        day, month, stated = map(int, found.groups())
        return day_or_year(stated, month, day)
    if found := re.fullmatch(r"(\d{4})-(\d\d)(?:-(\d\d))?", text):
        stated, month, first = int(found[1]), int(found[2]), found[3]
        return day_or_year(stated, month, int(first)) if first else _days(stated, month)
    return _in_words(text.lower(), year)


def _in_words(text: str, year: int) -> DaySpan | None:
    about = bool(ABOUT.match(text))
    words = [one for one in re.split(r"[\s,]+", ABOUT.sub("", text)) if one not in ("ж.", "")]
    month = next((MONTHS[one] for one in words if one in MONTHS), None)
    if month is None:
        return None
    stated = next((int(one) for one in words if re.fullmatch(r"\d{4}", one)), year)
    days = next((one for one in words if re.fullmatch(r"\d\d?(-\d\d?)?", one)), None)
    if days:
        first, _, last = days.partition("-")
        return _days(stated, month, int(first), int(last or first), about=about)
    if {"начало", "early", "басы"} & set(words):
        return _days(stated, month, *EARLY, about=True)
    if any(one.startswith("mid-") for one in words):
        return _days(stated, month, *MIDDLE, about=True)
    return _days(stated, month, about=about)


def _days(
    year: int, month: int, first: int = 1, last: int | None = None, *, about: bool = False
) -> DaySpan | None:
    longest = monthrange(year, month)[1]
    end = longest if last is None else min(last, longest)
    if not 1 <= first <= end:
        return None
    return DaySpan.of(date(year, month, first), date(year, month, end), about=about)


def _years_before(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return date(day.year - years, 2, 28)
