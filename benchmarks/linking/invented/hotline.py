"""Calls to a hotline: what was heard, who called, a nickname, an age by guess."""

from __future__ import annotations

from benchmarks.linking.invented.days import (
    after,
    age,
    around,
    event,
    exact,
    guessed_age,
    month,
    two_days,
    week_of,
)
from benchmarks.linking.invented.kinship import spoken
from benchmarks.linking.invented.land import Person
from benchmarks.linking.invented.naming import called, in_russian
from benchmarks.linking.invented.pen import Dated, Entry, Pen, Words
from benchmarks.linking.invented.places import place
from benchmarks.linking.invented.slips import TOLD, TYPED
from benchmarks.linking.invented.style import Style
from benchmarks.linking.invented.towns import RUSSIAN

WAYS = (
    *(exact("{d} октября"),) * 4,
    *(exact("{dd}.{mm}.2018"),) * 3,
    around("около {d} октября"),
    two_days("{d}-{last} октября"),
    after("после {d} октября"),
    week_of("неделя с {d} октября"),
    month("октябрь 2018"),
)
CALLERS = ("мать", "отец", "брат", "сестра", "жена", "сосед", "друг", "коллега", "не назвался")


def write(person: Person, pen: Pen, copied: Words | None) -> tuple[Entry, Words]:
    """Write down a call; strangers know less than kin."""
    caller = pen.one_of(CALLERS)
    stranger = caller in CALLERS[5:]
    words = pen.write(in_russian(person, pen, own=0.5), TOLD, 0.09)
    words = pen.write(words, TYPED, 0.015)
    if pen.slips(0.35 if stranger else 0.12):
        words = words._replace(given=called(words.given, person, pen))
    said = event(person, pen, WAYS, silent=0.15)
    entry: Entry = {
        "name": _name(words, pen, stranger=stranger),
        "aliases": person.nickname if pen.does(0.7) else None,
        "birth": _age(person, pen, said, stranger=stranger),
        "place": place(person, pen, RUSSIAN, silent=0.10, region=0.03),
        "event": said,
        "phone": person.phone if not stranger and not pen.slips(0.5) else None,
        "note": caller,
    }
    return entry, words


def _name(words: Words, pen: Pen, *, stranger: bool) -> str:
    given, surname, patronymic = words
    if stranger and pen.slips(0.12):
        return given
    if pen.slips(0.04):
        return f"{given} {spoken(patronymic)}".strip()
    if pen.slips(0.03):
        return f"{given} {surname[0]}."
    if not pen.does(0.12 if stranger else 0.35):
        patronymic = ""
    parts = [given, patronymic, surname] if pen.does(0.6) else [surname, given, patronymic]
    name = " ".join(part for part in parts if part)
    return name.lower() if pen.does(0.2) else name


def _age(person: Person, pen: Pen, said: Dated | None, *, stranger: bool) -> Dated | None:
    if pen.slips(0.3 if stranger else 0.12):
        return None
    if pen.slips(0.4 if stranger else 0.08):
        return guessed_age(person, pen, said, ("лет {}", "около {}", "{} примерно"), 5)
    return age(person, pen, said, ("{}", "{} лет"))


HOTLINE = Style(
    name="hotline",
    source="Hotline",
    columns={
        "name": "Кто",
        "aliases": "Прозвище",
        "birth": "Возраст",
        "place": "Район",
        "event": "Когда",
        "phone": "Телефон",
        "note": "Кем приходится",
    },
    write=write,
    reach=0.22,
    twice=0.05,
    by_status={"detained": 1.0, "injured": 0.8, "missing": 1.9, "killed": 1.3},
    reads_as={"birth": "age"},
)
