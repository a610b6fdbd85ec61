"""The list of a committee abroad: English or Turkish, given name first, ages, rows copied."""

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
from benchmarks.linking.invented.land import Person
from benchmarks.linking.invented.naming import a_hand, called, in_latin, in_russian, spelt
from benchmarks.linking.invented.pen import Dated, Entry, Pen, Words
from benchmarks.linking.invented.places import place
from benchmarks.linking.invented.slips import ABROAD
from benchmarks.linking.invented.style import Style
from benchmarks.linking.invented.towns import ENGLISH, TURKISH
from qantar.model.person_row import NameOrder

IN_ENGLISH = (
    *(exact("{d} October 2018"),) * 4,
    *(exact("October {d}, 2018"),) * 3,
    around("around {d} October 2018"),
    two_days("{d}-{last} October 2018"),
    week_of("week of {d} October 2018"),
    after("after {d} October 2018"),
    month("October 2018"),
)
IN_TURKISH = (
    *(exact("{d} Ekim 2018"),) * 6,
    two_days("{d}-{last} Ekim 2018"),
    month("Ekim 2018"),
)
STATUS = {
    "detained": ("detained", "gözaltında"),
    "injured": ("injured", "yaralı"),
    "missing": ("missing", "kayıp"),
    "killed": ("killed", "öldürüldü"),
}


def write(person: Person, pen: Pen, copied: Words | None) -> tuple[Entry, Words]:
    """Write a row in one of the two languages; a copied name keeps the slips it had."""
    ankara = pen.does(0.7 if person.people == "tr" else 0.25)
    hand = a_hand(pen)
    if copied:
        words = spelt(copied, ankara=ankara, hand=hand)
    elif pen.slips(0.04):
        told = in_russian(person, pen)
        words = spelt(
            told._replace(given=called(told.given, person, pen)), ankara=ankara, hand=hand
        )
    else:
        words = in_latin(person, pen, ankara=ankara, hand=hand)
    words = pen.write(words, ABROAD, 0.03)
    said = event(person, pen, IN_TURKISH if ankara else IN_ENGLISH, silent=0.12)
    entry: Entry = {
        "name": _name(words, pen, "daughter" if person.female else "son"),
        "birth": _age(person, pen, said),
        "place": place(person, pen, TURKISH if ankara else ENGLISH, silent=0.10),
        "event": said,
        "status": STATUS[person.status][ankara],
    }
    return entry, words


def _name(words: Words, pen: Pen, whose: str) -> str:
    given, surname, patronymic = words
    if pen.slips(0.015):
        given = f"{given[0]}."
    if not pen.does(0.15):
        patronymic = ""
    parts = [given, patronymic, surname] if not pen.slips(0.04) else [surname, given, patronymic]
    name = " ".join(part for part in parts if part)
    if pen.slips(0.03):
        return name.upper()
    return f"{name} ({whose})" if pen.slips(0.01) else name


def _age(person: Person, pen: Pen, said: Dated | None) -> Dated | None:
    if pen.slips(0.20):
        return None
    if pen.slips(0.06):
        return guessed_age(person, pen, said, ("about {}", "~{}"), 5)
    return age(person, pen, said, ("{}",))


DIASPORA = Style(
    name="diaspora",
    source="A committee abroad",
    columns={
        "name": "Name",
        "birth": "Age",
        "place": "From",
        "event": "Date",
        "status": "What happened",
    },
    write=write,
    reach=0.29,
    twice=0.02,
    by_status={"detained": 0.85, "injured": 0.9, "missing": 1.3, "killed": 2.2},
    order=NameOrder.GIVEN_FIRST,
    reads_as={"birth": "age"},
)
