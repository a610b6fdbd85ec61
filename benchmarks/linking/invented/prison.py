"""The roll of a prison: Cyrillic capitals, initials or cut names, years, numbers misread."""

from __future__ import annotations

from benchmarks.linking.invented.days import (
    birth_date,
    event,
    exact,
    only_year,
    whole_date,
)
from benchmarks.linking.invented.land import Person
from benchmarks.linking.invented.naming import in_russian
from benchmarks.linking.invented.pen import Dated, Entry, Pen, Words
from benchmarks.linking.invented.places import place
from benchmarks.linking.invented.slips import SCANNED, TYPED, misread
from benchmarks.linking.invented.style import Style, sex_word
from benchmarks.linking.invented.towns import RUSSIAN, Town, towns

WAYS = (exact("{dd}.{mm}.2018"), exact("{dd}.{mm}.2018"), exact("{dd}.{mm}.18"))
WIDTH = 12
"""An old program keeps so many letters of a word."""


def write(person: Person, pen: Pen, copied: Words | None) -> tuple[Entry, Words]:
    """Write a row, by the habits of the prison that the region's people are brought to."""
    words = pen.write(pen.write(in_russian(person, pen), TYPED, 0.008), SCANNED, 0.03)
    entry: Entry = {
        "name": _name(words, pen, _habit(person.town)).upper(),
        "sex": sex_word(person) if not pen.slips(0.10) else None,
        "birth": _birth(person, pen),
        "document_number": _document(person, pen),
        "place": place(person, pen, RUSSIAN, silent=0.05, region=0.45),
        "event": event(person, pen, WAYS, silent=0.05),
    }
    return entry, words


def _habit(town: Town) -> int:
    """Give 0 where names are written out, 1 and 2 where initials stand behind or before."""
    regions = list(dict.fromkeys(one.region for one in towns()))
    return (0, 1, 0, 2, 0, 1)[regions.index(town.region)]


def _name(words: Words, pen: Pen, habit: int) -> str:
    given, surname, patronymic = words
    if pen.slips(0.08):
        patronymic = ""
    if pen.slips(0.15):
        given, surname, patronymic = given[:WIDTH], surname[:WIDTH], patronymic[:WIDTH]
    if habit and pen.slips(0.75):
        initials = f"{given[0]}." + (f"{patronymic[0]}." if patronymic else "")
        parts = [surname, initials] if habit == 1 else [initials, surname]
    else:
        parts = [surname, given, patronymic]
    space = "" if pen.slips(0.01) else " "
    return space.join(part for part in parts if part)


def _birth(person: Person, pen: Pen) -> Dated | None:
    if pen.slips(0.04):
        return None
    day = birth_date(person, pen)
    if pen.slips(0.40):
        return only_year(day, pen, ("{year}", "{year}", "{short}"))
    return whole_date(day, pen)


def _document(person: Person, pen: Pen) -> str | None:
    if pen.slips(0.30):
        return None
    return misread(person.document, pen.chance) if pen.slips(0.15) else person.document


PRISON = Style(
    name="prison",
    source="Administration of prisons",
    columns={
        "name": "ФИО",
        "sex": "Пол",
        "birth": "Г.Р.",
        "document_number": "Документ",
        "place": "Прописка",
        "event": "Поступил",
    },
    write=write,
    reach=0.36,
    twice=0.003,
    by_status={"detained": 1.35, "injured": 0.5, "missing": 0.2, "killed": 0.1},
    reads_as={"birth": "year-or-date"},
)
