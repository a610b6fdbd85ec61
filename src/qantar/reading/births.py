"""Births as lists write them: "12.03.1990", "1990 г.р.", "86", "около 40", "35 лет", "8 мес.".

A cell says a day or a year of birth, or an age; an age becomes days of birth once it is known
on which day somebody had it. Nothing is guessed: a lone "86" is an age or a year only where
its column says which, and a year of two digits has a century only beside a day that it
cannot be after.
"""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from datetime import date
from enum import StrEnum
from typing import Final, NamedTuple

from qantar.model.date_order import DateOrder
from qantar.model.date_settings import Fault
from qantar.model.dates import read_when
from qantar.model.person_row import DaySpan
from qantar.model.when import When
from qantar.reading.days import NO_CENTURY, days_of, is_short_date, with_century
from qantar.reading.wording import quoted

OLDEST: Final = 120
"""Years that nobody on a list is taken to have outlived."""

_LONGEST: Final = 80
_MONTHS: Final = 12
_FULL_YEAR: Final = 4
_ABOUT: Final = re.compile(
    r"(?:about|around|circa|approx(?:imately|\.)?|около|ок\.|примерно|приблизительно|шамамен"
    r"|на вид|ca?\.|~|≈)\s*(?=\w)",
    re.IGNORECASE,
)
_ABOUT_BEHIND: Final = re.compile(
    r"\s*(?:шамасында|шамасы|жуық|примерно|приблизительно|or so|[?~])\Z", re.IGNORECASE
)
_BORN: Final = re.compile(
    r"(?:born(?: in| on)?|b\.|d\.?o\.?b\.?:?|y\.?o\.?b\.?:?|родил(?:ся|ась)(?: в)?|род\.|р\."
    r"|г\. ?р\.:?|д\. ?р\.:?|туған(?: жылы| күні)?:?)\s*(?=\d)",
    re.IGNORECASE,
)
_BORN_BEHIND: Final = re.compile(
    r"(?<=\d)\s*(?:г(?:\.|ода?)? ?(?:р\.?|рожд(?:ения|\.))|ж\.? ?т\.?|(?:ж\.?|жыл[ғы]*) ?туған"
    r"|туған)\Z",
    re.IGNORECASE,
)
_AGE: Final = re.compile(
    r"(?P<word>(?:aged?|возраст|жасы)\s*:?\s*)?(?P<low>\d+)(?:\s*[-–—]\s*(?P<high>\d{1,3}))?"
    r"(?:[\s-]*(?:(?P<years>лет(?:ний|няя)?|года?|л|жас(?:та|ар)?|years?(?:[ -]old)?"
    r"|yrs?\.?(?: old)?|y\.?/?o|y)"
    r"|(?P<months>мес(?:яц(?:а|ев)?)?|months?(?:[ -]old)?|айлық|ай)))?\.?",
    re.IGNORECASE,
)
_YEARS: Final = re.compile(r"(\d{4})\s*[-–—/]\s*(\d{4})")
_YEAR: Final = re.compile(r"(\d{4})(?:\s*(?:г|год|ж|жыл)\.?)?", re.IGNORECASE)


class Reading(StrEnum):
    """What a bare number of at most three digits is in a column."""

    AGE = "age"
    YEAR = "year"
    NEITHER = "neither"


class Age(NamedTuple):
    """An age as stated, from `low` to `high`, in years or in months."""

    low: int
    high: int
    about: bool = False
    in_months: bool = False


class Unread(NamedTuple):
    """Why a cell gives no value: code and words of a finding."""

    code: str
    text: str


class Birth(NamedTuple):
    """What a cell says: days of birth, or an age, or why neither.

    `short` is a date whose year had two digits.
    """

    days: DaySpan | None = None
    age: Age | None = None
    unread: Unread | None = None
    short: bool = False


def read_birth(
    text: str, *, bare: Reading, order: DateOrder, zone: str, latest_year: int | None
) -> Birth:
    """Read a cell that says when somebody was born, or how old they were.

    Args:
        text: the cell, not empty.
        bare: what a number of one to three digits without a word is.
        order: of day and month.
        zone: whose days are meant where a cell has a clock time.
        latest_year: no year of two digits means a later one; None where nothing says so.
    """
    plain = " ".join("".join(str(unicodedata.decimal(char, char)) for char in text).split())
    plain = plain.strip(" .,;")
    if len(plain) > _LONGEST:
        return _unparsed(text, "is too long for a birth or an age")
    plain, about = _without(plain, _ABOUT, _ABOUT_BEHIND)
    dated, is_birth = _without(plain, _BORN, _BORN_BEHIND)
    if not is_birth:
        found = _age(plain, text, bare, about=about)
        if found is not None:
            return found
    found = _date(dated, text, order, zone, about=about)
    if found is not None:
        return found
    if not (is_birth or bare is Reading.YEAR or not dated.isdigit()):
        return _unparsed(text, "may be an age or a year; say which with `as` in the sheet")
    return _short(dated, text, order, zone, latest_year, about=about)


def _unparsed(text: str, why: str) -> Birth:
    return Birth(unread=Unread("unparsed-date", f"{quoted(text)} {why}"))


def _without(text: str, before: re.Pattern[str], behind: re.Pattern[str]) -> tuple[str, bool]:
    """Take words off one side of a text; gives whether there were any."""
    lead = before.match(text)
    if lead is not None:
        return text[lead.end() :].strip(), True
    tail = behind.search(text)
    return (text[: tail.start()].rstrip(), True) if tail else (text, False)


def _age(plain: str, text: str, bare: Reading, *, about: bool) -> Birth | None:
    """Read an age; None where the text is none, or may be a year."""
    found = _AGE.fullmatch(plain)
    if found is None:
        return None
    said = bool(found["word"] or found["years"] or found["months"])
    if not said and (bare is not Reading.AGE or len(found["low"]) == _FULL_YEAR):
        return None
    if said and len(found["low"]) == _FULL_YEAR and not found["word"]:
        return None  # "1990 года" is a year
    low = int(found["low"][:_FULL_YEAR])
    high = int(found["high"] or low)
    in_months = found["months"] is not None
    years = high // _MONTHS if in_months else high
    if years > OLDEST or high < low or len(found["low"]) > _FULL_YEAR:
        why = f"{quoted(text)} is no age that a person can have"
        return Birth(unread=Unread("impossible-age", why))
    return Birth(age=Age(low, high, about, in_months))


def _date(plain: str, text: str, order: DateOrder, zone: str, *, about: bool) -> Birth | None:
    """Read a date or a year of four digits; None where the year has two."""
    found = _whole_years(plain, text, about=about)
    if found is not None:
        return found
    if plain.isdigit() or is_short_date(plain, order):
        return None
    read = read_when(plain, zone=zone, order=order)
    if not isinstance(read, When):
        if read.code == Fault.UNPARSED:
            return _unparsed(text, "is no date of birth and no age that can be read")
        return Birth(unread=Unread(read.code, read.text))
    days = days_of(read)
    if days is None:
        return _unparsed(text, "leaves open how long before or after; a birth needs both edges")
    return Birth(days=days._replace(about=days.about or about))


def _whole_years(plain: str, text: str, *, about: bool) -> Birth | None:
    """Read one year of four digits, or two with a dash; None where the text is neither."""
    lone, years = _YEAR.fullmatch(plain), _YEARS.fullmatch(plain)
    if lone or years:
        first, last = (years[1], years[2]) if years else (plain[:4], plain[:4])
        if not 1 <= int(first) <= int(last) < date.max.year:
            return Birth(unread=Unread("impossible-date", f"{quoted(text)} is no year of birth"))
        span = DaySpan.of(date(int(first), 1, 1), date(int(last), 12, 31), about=about)
        return Birth(days=span)
    return None


def _short(
    plain: str,
    text: str,
    order: DateOrder,
    zone: str,
    latest_year: int | None,
    *,
    about: bool,
) -> Birth:
    """Read a date or a year of two digits: of the last century in which it was possible."""
    if not is_short_date(plain, order):
        return _unparsed(text, "is no date and no year of birth that can be read")
    if latest_year is None:
        return _unparsed(text, f"has {NO_CENTURY}")
    read = _date(with_century(plain, latest_year), text, order, zone, about=about)
    return read._replace(short=read.days is not None) if read else _unparsed(text, "is no date")


def born_between(age: Age, at: DaySpan) -> DaySpan:
    """Give the days of birth of somebody who had that age on one of these days.

    Whoever is 35 on 5 January 2022 was born from 6 January 1986 to 5 January 1987.
    """
    first = _before(at.first, age.high + 1, in_months=age.in_months).toordinal() + 1
    last = _before(at.last, age.low, in_months=age.in_months).toordinal()
    return DaySpan(first, last, age.about or at.about)


def _before(day: int, units: int, *, in_months: bool) -> date:
    """The same day of the calendar so many years or months before; of a shorter month, its last."""
    one = date.fromordinal(day)
    months = one.year * _MONTHS + one.month - 1 - units * (1 if in_months else _MONTHS)
    year, month = max(months // _MONTHS, 1), months % _MONTHS + 1
    return date(year, month, min(one.day, monthrange(year, month)[1]))
