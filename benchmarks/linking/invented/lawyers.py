"""The spreadsheet of a group of lawyers: Russian, split columns, telephones, Excel's damage."""

from __future__ import annotations

from benchmarks.linking.invented.days import (
    after,
    birth_date,
    event,
    exact,
    only_year,
    two_days,
    week_of,
    whole_date,
)
from benchmarks.linking.invented.land import YEAR, Person
from benchmarks.linking.invented.letters import wrong_layout
from benchmarks.linking.invented.naming import in_russian
from benchmarks.linking.invented.pen import Dated, Entry, Pen, Words
from benchmarks.linking.invented.places import place
from benchmarks.linking.invented.slips import TYPED, misread
from benchmarks.linking.invented.style import Style
from benchmarks.linking.invented.towns import RUSSIAN

WAYS = (
    *(exact("{dd}.{mm}.2018"),) * 7,
    exact("{d} октября 2018"),
    two_days("{d}-{last} октября 2018"),
    after("после {d} октября 2018"),
    week_of("неделя с {d} октября 2018"),
)
STATUS = {"detained": "задержан", "injured": "ранен", "missing": "пропал", "killed": "погиб"}


def write(person: Person, pen: Pen, copied: Words | None) -> tuple[Entry, Words]:
    """Write a row; the name goes into columns, not always into the right ones."""
    words = pen.write(in_russian(person, pen), TYPED, 0.02)
    said = event(person, pen, WAYS, silent=0.10)
    entry: Entry = {
        **_name(words, person, pen),
        "birth": _birth(person, pen),
        "phone": person.phone if not pen.slips(0.35) else None,
        "document_number": _document(person, pen) if pen.does(0.35) else None,
        "place": place(person, pen, RUSSIAN, silent=0.08),
        "event": said,
        "status": STATUS[person.status],
    }
    return entry, words


def _name(words: Words, person: Person, pen: Pen) -> Entry:
    given, surname, patronymic = words
    if pen.slips(0.10):
        patronymic = ""
    elif pen.slips(0.04):
        given, patronymic = f"{given} {patronymic}".strip(), ""
    elif pen.slips(0.015):
        surname, patronymic = f"{surname} {patronymic}".strip(), ""
    if pen.slips(0.015):
        given, surname = surname, given
    if pen.slips(0.008):
        given, surname, patronymic = map(wrong_layout, (given, surname, patronymic))
    if pen.slips(0.01):
        given, patronymic = f"{given[:1]}." + (f"{patronymic[0]}." if patronymic else ""), ""
    if pen.slips(0.03):
        surname = f"{surname} {_remark(person, pen)}"
    return {"surname": surname, "given": given, "patronymic": patronymic}


def _remark(person: Person, pen: Pen) -> str:
    years = int((person.event - person.born) / YEAR)
    return pen.one_of(
        ("(дочь)" if person.female else "(сын)", f"({years} лет)", "(второй раз)", "(?)")
    )


def _birth(person: Person, pen: Pen) -> Dated | None:
    if pen.slips(0.10):
        return None
    day = birth_date(person, pen)
    if pen.slips(0.10):
        return only_year(day, pen, ("{year}", "{year} г.р."))
    return whole_date(day, pen)


def _document(person: Person, pen: Pen) -> str:
    return misread(person.document, pen.chance) if pen.slips(0.08) else person.document


LAWYERS = Style(
    name="lawyers",
    source="A group of lawyers",
    columns={
        "surname": "Фамилия",
        "given": "Имя",
        "patronymic": "Отчество",
        "birth": "Дата рождения",
        "phone": "Телефон родных",
        "document_number": "Документ",
        "place": "Откуда",
        "event": "Дата задержания",
        "status": "Что случилось",
    },
    write=write,
    reach=0.42,
    twice=0.02,
    by_status={"detained": 1.15, "injured": 0.7, "missing": 0.9, "killed": 0.9},
    reads_as={"birth": "year-or-date"},
)
