"""What somebody who knows a person's name would write, before any slip."""

from __future__ import annotations

from benchmarks.linking.invented.kinship import Form, Surname, genitive, patronymic
from benchmarks.linking.invented.land import Person
from benchmarks.linking.invented.letters import HANDS, Hand, english, plain, turkish
from benchmarks.linking.invented.pen import Pen, Words
from benchmarks.linking.invented.pools import Given, short_names

OWN_PATRONYMIC = {
    "kg": ("{} уулу", "{} кызы"),
    "kz": ("{}улы", "{}кызы"),
    "uz": ("{} угли", "{} кизи"),
}
SOUTHERN = frozenset(("kg", "kz", "uz", "tj"))
OTHER_FORMS = {
    "tj": (Form.OV, Form.ZODA, Form.LONG_I),
    "kz": (Form.OV, Form.BARE),
    "kg": (Form.OV, Form.BARE),
}


def in_russian(person: Person, pen: Pen, *, own: float = 0.0) -> Words:
    """Write the name in Russian; `own` is how often the own language's given name stands."""
    return Words(
        _given(person, pen, own=own),
        _surname(person, pen),
        fathers_name(person, pen),
    )


def fathers_name(person: Person, pen: Pen) -> str:
    """Write the patronymic as the people of the person has it; "" where it has none."""
    father, female = person.father.russian, person.female
    if person.people == "tr":
        return father if pen.does(0.08) else ""
    if person.surname.form is Form.UULU and pen.does(0.8):
        return ""
    if person.people in OWN_PATRONYMIC and pen.does(0.25):
        return OWN_PATRONYMIC[person.people][female].format(father)
    if pen.slips(0.03):
        return father
    if pen.slips(0.012):
        return f"{'дочь' if female else 'сын'} {genitive(father)}"
    return patronymic(father, female=female)


def in_latin(person: Person, pen: Pen, *, ankara: bool, hand: Hand) -> Words:
    """Write the name in Latin: as Turkish does (`ankara`), in the own Latin, or by `hand`."""
    if person.surname.latin and pen.does(0.75):
        return _own_latin(person, pen, ankara=ankara)
    return spelt(in_russian(person, pen, own=0.4), ankara=ankara, hand=hand)


def spelt(words: Words, *, ankara: bool, hand: Hand) -> Words:
    """Write Cyrillic words in Latin."""
    return Words(*(_spelt(word, ankara=ankara, hand=hand) for word in words))


def a_hand(pen: Pen) -> Hand:
    """Give one of the ways of writing English."""
    return pen.one_of(HANDS)


def called(name: str, person: Person, pen: Pen) -> str:
    """Give what those near say for a given name."""
    known = short_names().get(name)
    if known:
        return pen.one_of(known)
    if person.people in SOUTHERN and len(name) > 6:  # noqa: PLR2004  # shorter ones stay whole
        return pen.one_of((name[:4] + "ик", name[:3] + "а", name[: len(name) - 3]))
    return name


def _given(person: Person, pen: Pen, *, own: float) -> str:
    first = _one(person.given, pen, own)
    if person.second_given:
        second = _one(person.second_given, pen, own)
        return pen.one_of((f"{first}-{second}", f"{first} {second}", f"{first}-{second}", first))
    if "-" in first and pen.slips(0.4):
        return pen.one_of((first.replace("-", " "), joined(first), first.split("-")[0]))
    return first


def _one(given: Given, pen: Pen, own: float) -> str:
    foreign = not given.own or given.own[0] < "А"
    return given.russian if foreign or not pen.does(own) else given.own


def joined(double: str) -> str:
    """Write a name of two parts as one word."""
    first, *rest = double.split("-")
    return first + "".join(part.lower() for part in rest)


def _surname(person: Person, pen: Pen) -> str:
    written = _formed(person, pen).written(female=person.female)
    if not person.other_surname:
        return written
    other = person.other_surname.written(female=person.female)
    if not person.double_surname:
        return other if pen.does(0.4) else written
    return pen.one_of((f"{written}-{other}", f"{written}-{other}", written, other))


def _formed(person: Person, pen: Pen) -> Surname:
    forms = OTHER_FORMS.get(person.people)
    if not forms or person.surname.form not in forms or not pen.slips(0.12):
        return person.surname
    return person.surname._replace(form=pen.one_of(forms))


def _own_latin(person: Person, pen: Pen, *, ankara: bool) -> Words:
    surname = person.surname
    if person.other_surname and person.other_surname.latin and pen.does(0.4):
        surname = person.other_surname
    father = person.father.own if person.people != "tr" else ""
    ending = " qizi" if person.female else " o‘g‘li"
    words = Words(
        person.given.own,
        surname.in_latin(female=person.female),
        f"{father}{ending}" if father else "",
    )
    if ankara and person.people == "tr":
        return words
    apostrophe = pen.one_of(("'", "", "ʻ", "`"))
    return Words(*(plain(word, apostrophe) for word in words))


def _spelt(word: str, *, ankara: bool, hand: Hand) -> str:
    return " ".join(turkish(part) if ankara else english(part, hand) for part in word.split())
