"""The journal of a hospital and its morgue: Russian, ages guessed, some without a name."""

from __future__ import annotations

from benchmarks.linking.invented.days import (
    age,
    birth_date,
    event,
    exact,
    guessed_age,
    only_year,
    whole_date,
)
from benchmarks.linking.invented.land import Person
from benchmarks.linking.invented.naming import in_russian
from benchmarks.linking.invented.pen import Dated, Entry, Pen, Words
from benchmarks.linking.invented.places import place
from benchmarks.linking.invented.slips import SCANNED, TOLD
from benchmarks.linking.invented.style import Style, sex_word
from benchmarks.linking.invented.towns import RUSSIAN

WAYS = (exact("{dd}.{mm}.2018"), exact("{dd}.{mm}.18"), exact("{d} октября 2018"))
STATUS = {"detained": "амб.", "injured": "стац.", "missing": "амб.", "killed": "морг"}


def write(person: Person, pen: Pen, copied: Words | None) -> tuple[Entry, Words]:
    """Write a row as the nurse heard it, or without a name."""
    words = pen.write(pen.write(in_russian(person, pen, own=0.3), TOLD, 0.05), SCANNED, 0.025)
    said = event(person, pen, WAYS, silent=0.04)
    entry: Entry = {
        "name": _name(words, person, pen),
        "sex": sex_word(person) if not pen.slips(0.06) else None,
        "birth": _birth(person, pen, said),
        "place": place(person, pen, RUSSIAN, silent=0.15),
        "event": said,
        "status": STATUS[person.status],
    }
    return entry, words


def _name(words: Words, person: Person, pen: Pen) -> str | None:
    given, surname, patronymic = words
    if pen.slips(0.025):
        return pen.one_of((None, None, "неизвестная" if person.female else "неизвестный"))
    if pen.slips(0.03):
        return surname
    if pen.slips(0.10):
        return f"{surname} {given[0]}." + (f"{patronymic[0]}." if patronymic else "")
    if pen.slips(0.35):
        patronymic = ""
    parts = [surname, given, patronymic] if not pen.slips(0.10) else [given, patronymic, surname]
    name = " ".join(part for part in parts if part)
    return name.upper() if pen.does(0.2) else name


def _birth(person: Person, pen: Pen, said: Dated | None) -> Dated | None:
    if pen.slips(0.06):
        return None
    if pen.slips(0.12):
        return guessed_age(person, pen, said, ("около {}", "на вид {}", "~{}"), 5)
    if pen.slips(0.22):
        return age(person, pen, said, ("{}", "{} лет"))
    day = birth_date(person, pen)
    if pen.slips(0.20):
        return only_year(day, pen, ("{year}", "{year} г.р."))
    return whole_date(day, pen)


JOURNAL = Style(
    name="journal",
    source="Hospital and morgue",
    columns={
        "name": "Больной",
        "sex": "Пол",
        "birth": "Возраст",
        "place": "Адрес",
        "event": "Доставлен",
        "status": "Куда",
    },
    write=write,
    reach=0.25,
    twice=0.01,
    by_status={"detained": 0.45, "injured": 2.3, "missing": 0.2, "killed": 1.9},
    reads_as={"birth": "date-or-age"},
)
