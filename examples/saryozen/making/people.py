"""Everybody whom something happened to in Saryozen, named by a list or not."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random
from typing import Final

from examples.saryozen.making import names

PEOPLE: Final = 220
EVENING: Final = date(2034, 2, 11)
"""The day on which the square of the invented town was cleared."""

HAPPENED: Final = (("detained", 54), ("wounded", 34), ("killed", 12))
TOWN, OLD_TOWN, TOWN_IN_RUSSIAN = "Сарыөзен", "Желтореченск", "Сарыозен"
VILLAGES: Final = ("Көкмарал", "Теміртұз", "Аққайраң")
_STREETS: Final = ("Құдық", "Диірмен", "Тас көпір", "Ескі пошта", "Бидай", "Жетінші арық")
_RUSSIAN_SHARE: Final = 0.15
_WOMEN_SHARE: Final = 0.22


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One invented person, spelled as at home.

    `surname` is the form of a man; None where the patronymic stands for it. `seen` is how
    much more (or less) than others of the same fate this one gets onto lists. `hard` says
    what makes the person hard to tell from others, or to recognise.
    """

    number: int
    is_woman: bool
    is_russian: bool
    given: str
    surname: str | None
    father: str
    born: date
    happened: str
    day: date
    place: str
    street: str
    seen: float
    hard: str | None = None

    @property
    def id(self) -> str:
        """The number by which the truth names the person."""
        return f"P{self.number:03}"

    @property
    def own_surname(self) -> str:
        """The surname in the form of this person; the patronymic where there is none."""
        if self.surname is None:
            return names.kazakh_patronymic(self.father, woman=self.is_woman)
        return self.surname + ("а" if self.is_woman else "")

    @property
    def age(self) -> int:
        """Full years on the day of what happened."""
        had = (self.day.month, self.day.day) >= (self.born.month, self.born.day)
        return self.day.year - self.born.year - (not had)


def population(random: Random) -> tuple[Person, ...]:
    """Invent everybody: ordinary people first, then those who are hard to tell apart."""
    people = [_somebody(random, number) for number in range(1, PEOPLE - _hard_ones() + 1)]
    for make, times in _HARD:
        for _ in range(times):
            people += make(random, len(people) + 1)
    return tuple(_named_by_father(random, person) for person in people)


def _somebody(random: Random, number: int) -> Person:
    is_russian, is_woman = random.random() < _RUSSIAN_SHARE, random.random() < _WOMEN_SHARE
    men = names.RUSSIAN_MEN if is_russian else names.KAZAKH_MEN
    women = names.RUSSIAN_WOMEN if is_russian else names.KAZAKH_WOMEN
    surnames = names.RUSSIAN_SURNAMES if is_russian else names.KAZAKH_SURNAMES
    (happened,) = random.choices(
        [one for one, _ in HAPPENED], weights=[share for _, share in HAPPENED]
    )
    (day,) = random.choices(range(5), weights=(40, 30, 15, 10, 5))
    (place,) = random.choices((TOWN, *VILLAGES), weights=(76, 10, 8, 6))
    return Person(
        number=number,
        is_woman=is_woman,
        is_russian=is_russian,
        given=random.choice(women if is_woman else men),
        surname=random.choice(surnames),
        father=random.choice(men),
        born=EVENING - timedelta(days=int(random.triangular(15, 70, 26) * 365.25)),
        happened=happened,
        day=EVENING + timedelta(days=day),
        place=place,
        street=f"{random.choice(_STREETS)} {random.randint(1, 90)}",
        seen=random.gauss(0, 0.12),
    )


def _named_by_father(random: Random, person: Person) -> Person:
    """Some have no surname but their patronymic; brothers and their like keep theirs."""
    if person.hard or person.is_russian or random.random() > 0.05:
        return person
    return replace(person, surname=None, hard="patronymic as surname")


def _man(random: Random, number: int, hard: str) -> Person:
    while (found := _somebody(random, number)).is_woman:
        pass
    return replace(found, hard=hard, seen=abs(found.seen) + 0.15)


def _another_given(random: Random, person: Person) -> str:
    men = names.RUSSIAN_MEN if person.is_russian else names.KAZAKH_MEN
    return random.choice([one for one in men if one not in (person.given, person.father)])


def _brothers(random: Random, number: int) -> list[Person]:
    elder = _man(random, number, "brothers")
    born = elder.born + timedelta(days=random.randint(400, 1500))
    return [elder, _like(random, elder, number + 1, given=_another_given(random, elder), born=born)]


def _twins(random: Random, number: int) -> list[Person]:
    first = _man(random, number, "twins")
    other = _another_given(random, first)
    return [first, _like(random, first, number + 1, given=other, born=first.born)]


def _father_and_son(random: Random, number: int) -> list[Person]:
    son = _man(random, number, "father and son")
    born = son.born - timedelta(days=random.randint(8000, 11000))
    given = son.father
    father = _another_given(random, replace(son, given=given))
    return [son, _like(random, son, number + 1, given=given, father=father, born=born)]


def _namesakes(random: Random, number: int) -> list[Person]:
    first = _man(random, number, "namesakes")
    father = _another_given(random, first)
    born = first.born + timedelta(days=random.choice((-1, 1)) * random.randint(1500, 6000))
    return [first, _like(random, first, number + 1, father=father, born=born, street="")]


def _cousins(random: Random, number: int) -> list[Person]:
    """Two with the same three names; only their births tell them apart."""
    first = _man(random, number, "the same three names")
    born = first.born - timedelta(days=random.randint(4000, 7000))
    return [first, _like(random, first, number + 1, born=born, street="")]


def _like(random: Random, person: Person, number: int, **changed: object) -> Person:
    """Invent somebody of the same sex, names and address, but for what `changed` says."""
    other = _somebody(random, number)
    shared = replace(
        person,
        number=number,
        happened=other.happened,
        day=other.day,
        seen=abs(other.seen) + 0.15,
    )
    shared = replace(shared, **changed)  # type: ignore[arg-type]
    return shared if shared.street else replace(shared, street=other.street)


_HARD: Final = (
    (_brothers, 6),
    (_twins, 1),
    (_father_and_son, 4),
    (_namesakes, 4),
    (_cousins, 1),
)


def _hard_ones() -> int:
    return sum(2 * times for _, times in _HARD)
