"""The people of the land, drawn from a seed: alone, in families, and with namesakes.

What makes them hard to tell apart is meant: brothers and twins taken on one day, a father
and a son named alike, cousins who share given name and surname, namesakes of one town.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice
from random import Random

from benchmarks.linking.invented.kinship import Form, Surname
from benchmarks.linking.invented.pools import Given, People, nicknames, peoples
from benchmarks.linking.invented.towns import Town, towns
from qantar.model.person_row import DaySpan

FIRST_DAY = date(2018, 10, 9).toordinal()
WHEN = DaySpan(FIRST_DAY, date(2018, 10, 31).toordinal())
"""The days of the event that the lists are about."""
DAYS = ((0, 22), (1, 30), (2, 17), (3, 10), (4, 6), (5, 5), (7, 4), (9, 3), (12, 2), (16, 1))
AGES = ((15, 3), (18, 20), (22, 26), (27, 24), (33, 20), (40, 14), (48, 10), (57, 6), (66, 3))
STATUSES = (("detained", 64), ("injured", 22), ("missing", 8), ("killed", 6))
YEAR = 365.25
WOMEN = 0.2
YOUNG = 22


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One human being, as they are; `born` and `event` are days.

    `second_given` makes a double name ("Анна-Мария"), `other_surname` is the one before or
    after a marriage, or the second of a double one. `household` is shared by a family.
    """

    people: str
    household: int
    female: bool
    given: Given
    second_given: Given | None
    surname: Surname
    other_surname: Surname | None
    double_surname: bool
    father: Given
    born: int
    town: Town
    event: int
    status: str
    phone: str
    document: str
    nickname: str | None


def inhabitants(count: int, chance: Random) -> Iterator[Person]:
    """Give so many people, relatives and namesakes one after another."""
    return islice(_families(chance), count)


def _families(chance: Random) -> Iterator[Person]:
    every, weights = peoples(), [one.share for one in peoples()]
    places, sizes = towns(), [one.weight for one in towns()]
    household = 0
    while True:
        household += 1
        people = chance.choices(every, weights)[0]
        one = _somebody(people, household, chance.choices(places, sizes)[0], chance)
        yield one
        fate = chance.random()
        for share, relatives in KIN:
            if fate < share:
                yield from relatives(one, people, chance)
                break
            fate -= share


def _somebody(people: People, household: int, town: Town, chance: Random) -> Person:
    female = _happens(WOMEN, chance)
    married = female and _happens(0.14, chance)
    double = _happens(0.02, chance)
    surname, father = people.surnames.draw(chance), people.male.draw(chance)
    return Person(
        people=people.key,
        household=household,
        female=female,
        given=(people.female if female else people.male).draw(chance),
        second_given=_second(people, female=female, chance=chance),
        surname=_of(father) if surname.form is Form.UULU else surname,
        other_surname=_another(people, chance) if married or double else None,
        double_surname=double,
        father=father,
        born=FIRST_DAY - int(_age(chance) * YEAR),
        town=town,
        event=_day(chance),
        status=_status(chance),
        phone=_phone(chance),
        document=_document(chance),
        nickname=chance.choice(nicknames()) if _happens(0.15, chance) else None,
    )


def _brothers(one: Person, people: People, chance: Random) -> Iterator[Person]:
    """Give one to three brothers or sisters, a twin now and then, often named alike."""
    taken = [one.given]
    for _ in range(1 + _happens(0.25, chance) + _happens(0.05, chance)):
        female = _happens(WOMEN, chance)
        alike = female == one.female and _happens(0.4, chance)
        given = (
            _alike(one.given, people, chance)
            if alike
            else (people.female if female else people.male).draw(chance)
        )
        twin = _happens(0.12, chance)
        apart = 0 if twin else chance.choice((-1, 1)) * chance.randrange(300, 2800)
        if given not in taken:
            taken.append(given)
            yield _relative(one, people, chance, female=female, given=given, born=one.born + apart)


def _father_and_son(one: Person, people: People, chance: Random) -> Iterator[Person]:
    """Give the father; a son is now and then named as his father's father."""
    grandfather = one.given if _happens(0.2, chance) and not one.female else None
    yield _relative(
        one,
        people,
        chance,
        female=False,
        given=one.father,
        father=grandfather or people.male.draw(chance),
        born=one.born - int(YEAR * chance.uniform(19, 34)),
    )


def _couple(one: Person, people: People, chance: Random) -> Iterator[Person]:
    """Give the wife or husband."""
    female = not one.female
    yield _relative(
        one,
        people,
        chance,
        female=female,
        given=(people.female if female else people.male).draw(chance),
        father=people.male.draw(chance),
        born=one.born + chance.randrange(-2200, 2200),
    )


def _cousin(one: Person, people: People, chance: Random) -> Iterator[Person]:
    """Give a cousin with the same given name and surname, whose father is a brother."""
    cousin = _relative(
        one,
        people,
        chance,
        female=one.female,
        given=one.given,
        father=_alike(one.father, people, chance),
        born=one.born + chance.choice((-1, 1)) * chance.randrange(100, 2500),
    )
    yield replace(cousin, phone=_phone(chance))


def _namesake(one: Person, people: People, chance: Random) -> Iterator[Person]:
    """Give a stranger with the same given name and surname, of near age, often a neighbour."""
    near = _happens(0.55, chance)
    town = one.town if near else chance.choices(towns(), [place.weight for place in towns()])[0]
    other = _somebody(people, -one.household, town, chance)
    own = one.surname.form is Form.UULU or _happens(0.25, chance)
    father = one.father if own else other.father
    yield replace(
        other,
        female=one.female,
        given=one.given,
        second_given=one.second_given,
        surname=one.surname,
        father=father,
        born=one.born + chance.choice((-1, 1)) * chance.randrange(150, 3300),
    )


KIN = (
    (0.055, _brothers),
    (0.02, _father_and_son),
    (0.015, _couple),
    (0.012, _cousin),
    (0.02, _namesake),
)


def _relative(  # what differs between relatives
    one: Person,
    people: People,
    chance: Random,
    *,
    female: bool,
    given: Given,
    born: int,
    father: Given | None = None,
) -> Person:
    return replace(
        one,
        female=female,
        given=given,
        second_given=_second(people, female=female, chance=chance),
        other_surname=_another(people, chance) if female and _happens(0.14, chance) else None,
        double_surname=False,
        surname=one.surname if one.surname.form is not Form.UULU or not father else _of(father),
        father=father or one.father,
        born=born,
        event=one.event + (0 if _happens(0.7, chance) else 1),
        status=_status(chance),
        document=_document(chance),
        nickname=chance.choice(nicknames()) if _happens(0.15, chance) else None,
    )


def _another(people: People, chance: Random) -> Surname:
    """Give a surname that is not made of a father's name, as by marriage."""
    while (surname := people.surnames.draw(chance)).form is Form.UULU:
        pass
    return surname


def _of(father: Given) -> Surname:
    return Surname(father.russian, Form.UULU)


def _alike(name: Given, people: People, chance: Random) -> Given:
    """Give another name with the same beginning, as families like them; any where there is none."""
    pool = people.male if name in people.male.things else people.female
    alike = [one for one in pool.things if one.russian[:2] == name.russian[:2] and one != name]
    return chance.choice(alike) if alike else pool.draw(chance)


def _second(people: People, *, female: bool, chance: Random) -> Given | None:
    if not _happens(0.015, chance):
        return None
    return (people.female if female else people.male).draw(chance)


def _happens(share: float, chance: Random) -> bool:
    return chance.random() < share


def _age(chance: Random) -> float:
    lower = chance.choices([age for age, _ in AGES], [weight for _, weight in AGES])[0]
    return lower + chance.random() * (8 if lower > YOUNG else 4)


def _day(chance: Random) -> int:
    return FIRST_DAY + chance.choices([day for day, _ in DAYS], [share for _, share in DAYS])[0]


def _status(chance: Random) -> str:
    return chance.choices([name for name, _ in STATUSES], [share for _, share in STATUSES])[0]


def _phone(chance: Random) -> str:
    return f"+999 5{chance.randrange(100):02d} {chance.randrange(10**6):06d}"


def _document(chance: Random) -> str:
    return f"{chance.choice('ABKM')}{chance.choice('NTX')}{chance.randrange(10**7):07d}"
