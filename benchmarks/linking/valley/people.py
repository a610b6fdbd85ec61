"""Who lives in the valley: households of five peoples, with names as they are written at home."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib.resources import files
from itertools import accumulate
from random import Random
from typing import Final, TypeVar

_T = TypeVar("_T")

FIRST_DAY, LAST_DAY = date(2013, 3, 18).toordinal(), date(2013, 4, 14).toordinal()
"""The days of the event."""
YEAR: Final = 365.25
STATUSES: Final = ("held", "hurt", "vanished", "dead")
VOWELS: Final = frozenset("аеёиоуыэюяәөүў")
_SLAVIC: Final = "slavic"
_OF_CUSTOM: Final = {"uzbek": 0.5, "kyrgyz": 0.25, "tatar": 0.2, "uyghur": 0.35, "slavic": 0.0}
"""How many families are called by their people's own custom."""
_FATHERS: Final = {"Павел": "Павло", "Пётр": "Петро", "Илья": "Ильи"}


@dataclass(frozen=True, slots=True)
class People:
    """One people: how many of a hundred they are, and what its names are made of."""

    key: str
    share: int
    male: tuple[str, ...]
    female: tuple[str, ...]
    stems: tuple[str, ...]
    towns: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Person:
    """One inhabitant; `surname` and `patronymic` as at home, the second empty where there is none.

    `born` and `event` are days as ordinals.
    """

    people: str
    female: bool
    given: str
    surname: str
    patronymic: str
    born: int
    event: int
    town: tuple[str, str]
    status: str


@lru_cache(maxsize=1)
def peoples() -> tuple[People, ...]:
    """Give all five, in the order of the file."""
    text = files(__package__).joinpath("names.toml").read_text(encoding="utf-8")
    told = tomllib.loads(text)
    towns = told.pop("towns")
    return tuple(
        People(
            key,
            said["share"],
            male=tuple(said["male"].split()),
            female=tuple(said["female"].split()),
            stems=tuple(said["stems"].split()),
            towns=tuple((name, other) for name, other in towns[key]),
        )
        for key, said in told.items()
    )


def inhabitants(count: int, chance: Random) -> Iterator[Person]:
    """Give so many people, one household after the other."""
    every = peoples()
    given = 0
    while given < count:
        people = chance.choices(every, [one.share for one in every])[0]
        size = min(chance.choices((1, 2, 3, 4), (74, 16, 7, 3))[0], count - given)
        yield from _household(people, size, chance)
        given += size


def happens(chance: Random, share: float) -> bool:
    """Whether something is so that is so in this share of cases."""
    return chance.random() < share


def _household(people: People, size: int, chance: Random) -> Iterator[Person]:
    """One of them, and brothers and sisters; of one in five of these the father is listed too."""
    father, stem = common(people.male, chance), _stem(people, chance)
    town = chance.choice(people.towns if happens(chance, 0.7) else _all_towns())
    custom = happens(chance, _OF_CUSTOM[people.key])
    born = _birth(chance)
    event = chance.randint(FIRST_DAY, LAST_DAY)
    for number in range(size):
        female = happens(chance, 0.28)
        is_father = number == 1 and happens(chance, 0.2)
        if is_father:
            female, given, of = False, father, common(people.male, chance)
            day = born - chance.randint(21 * 365, 35 * 365)
        else:
            given, of = common(people.female if female else people.male, chance), father
            day = born + (0 if happens(chance, 0.04) else chance.randint(-4000, 4000))
        surname, patronymic = names_after(people.key, stem, of, custom=custom, female=female)
        yield Person(
            people=people.key,
            female=female,
            given=given,
            surname=surname,
            patronymic=patronymic,
            born=max(day, date(1925, 1, 1).toordinal()),
            event=event if happens(chance, 0.6) else chance.randint(FIRST_DAY, LAST_DAY),
            town=town,
            status=chance.choices(STATUSES, (70, 16, 7, 7))[0],
        )


def common(names: Sequence[_T], chance: Random) -> _T:
    """Choose a name: the first of them are many times as common as the last."""
    return chance.choices(names, cum_weights=_by_rank(len(names)))[0]


@lru_cache(maxsize=64)
def _by_rank(count: int) -> tuple[float, ...]:
    return tuple(accumulate(1.0 / (rank + 4) for rank in range(count)))


@lru_cache(maxsize=1)
def _all_towns() -> tuple[tuple[str, str], ...]:
    return tuple(town for one in peoples() for town in one.towns)


def _stem(people: People, chance: Random) -> str:
    """Surnames are made of stems of their own, and of any name of a man."""
    if people.key == _SLAVIC:
        return chance.choice(people.stems)
    return chance.choice((*people.stems, *people.stems, *people.male))


def _birth(chance: Random) -> int:
    years = min(max(chance.gauss(31, 12), 15), 80)
    return int(FIRST_DAY - years * YEAR)


def names_after(
    people: str, stem: str, father: str, *, custom: bool, female: bool
) -> tuple[str, str]:
    """Give surname and patronymic.

    Args:
        people: which of the five.
        stem: of the surname.
        father: his given name.
        custom: whether the family is called as its people was before clerks wrote it down.
        female: whose.
    """
    if people == _SLAVIC:
        return _feminine(stem) if female else stem, patronymic_of(father, female=female)
    if people == "kyrgyz" and custom:
        return f"{father} {'кызы' if female else 'уулу'}", ""
    if people == "uyghur" and custom:
        return stem, ""
    surname = _with_ending(stem, "ин" if people == "tatar" and custom else "ов")
    if female:
        surname += "а"
    if people == "uzbek" and custom:
        return surname, f"{father} {'қизи' if female else 'ўғли'}"
    return surname, patronymic_of(father, female=female)


def _with_ending(stem: str, ending: str) -> str:
    if stem.endswith(("ов", "ев", "ин")):
        return stem
    if stem[-1] == "ь":
        return f"{stem[:-1]}{'ев' if ending == 'ов' else ending}"
    if stem[-1] in VOWELS or stem[-1] == "й":
        return f"{stem}ев" if stem[-1] != "й" else f"{stem[:-1]}ев"
    return stem + ending


def _feminine(surname: str) -> str:
    if surname.endswith("ский"):
        return f"{surname[:-2]}ая"
    return f"{surname}а" if surname.endswith(("ов", "ев", "ёв", "ин", "ын")) else surname


def patronymic_of(father: str, *, female: bool) -> str:
    """Make a patronymic as a Russian clerk does."""
    stem = _FATHERS.get(father, father)
    if stem.endswith("ий"):
        return f"{stem[:-2]}ь{'евна' if female else 'евич'}"
    if stem.endswith(("й", "ь")):
        return f"{stem[:-1]}{'евна' if female else 'евич'}"
    if stem in _FATHERS.values():
        return f"{stem}{_rest(stem, female=female)}"
    if stem[-1] in VOWELS:
        return f"{stem}{'евна' if female else 'евич'}"
    return f"{stem}{'овна' if female else 'ович'}"


def _rest(stem: str, *, female: bool) -> str:
    if stem.endswith("и"):
        return "нична" if female else "ч"
    return "вна" if female else "вич"
