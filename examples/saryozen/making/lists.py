"""Four lists of people in four styles; one of them in two editions."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from random import Random
from typing import Final

from examples.saryozen.making import names
from examples.saryozen.making.people import OLD_TOWN, TOWN, TOWN_IN_RUSSIAN, Person

Cells = tuple[str, ...]
Known = tuple[Person, Cells]
MARK_RU: Final = "ВЫДУМАНО: города, людей и событий этого списка не было"
MARK_KK: Final = "ОЙДАН ШЫҒАРЫЛҒАН: мұндай қала, мұндай адамдар мен оқиғалар болған емес"
MARK_EN: Final = "INVENTED: there is no such town, and there were no such people or events"

# How likely each list names somebody, by what happened to them.
_REACH: Final = {
    "lawyers": {"detained": 0.52, "wounded": 0.22, "killed": 0.18},
    "akimat": {"detained": 0.55, "wounded": 0.12, "killed": 0.38},
    "press": {"detained": 0.24, "wounded": 0.34, "killed": 0.72},
    "hospital": {"detained": 0.12, "wounded": 0.72, "killed": 0.40},
}
_MONTHS_EN: Final = {2: "February", 3: "March"}
_MONTHS_RU: Final = {2: "февраля", 3: "марта"}
_IN_RUSSIAN: Final = {
    "detained": "задержан",
    "wounded": "ранен",
    "killed": "погиб",
}
# What a program that reads pictures makes of letters; the third column is Latin.
_SLIPS: Final = dict(zip("оозиншпеаср", "0oЗнпщпcacp", strict=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleList:
    """One list as it is written: its name (with its edition), and who stands on each row."""

    name: str
    mark: str
    header: Cells
    rows: tuple[Known, ...]


def all_lists(random: Random, people: Iterable[Person]) -> tuple[PeopleList, ...]:
    """Write the four lists; of the lawyers' both editions."""
    people = tuple(people)
    return (
        *_lawyers(random, _on("lawyers", random, people)),
        _akimat(random, _on("akimat", random, people)),
        _press(random, _on("press", random, people)),
        _hospital(random, _on("hospital", random, people)),
    )


def _on(name: str, random: Random, people: Iterable[Person]) -> list[Person]:
    reach = _REACH[name]
    return [one for one in people if random.random() < reach[one.happened] + one.seen]


def _lawyers(random: Random, people: list[Person]) -> tuple[PeopleList, PeopleList]:
    """In Russian letters, surname first; a later edition adds, corrects and leaves out."""
    people.sort(key=lambda one: (one.day, one.own_surname))
    header = ("№", "Ф.И.О.", "Год рождения / возраст", "Дата", "Где", "Что известно")
    early = [(one, _lawyers_row(random, one)) for one in people if random.random() < 0.72]
    gone, corrected = random.sample(range(len(early)), 3), random.sample(range(len(early)), 7)
    late = []
    for index, (one, cells) in enumerate(early):
        if index not in gone:
            late.append((one, _lawyers_row(random, one) if index in corrected else cells))
    known = {one.number for one, _ in early}
    late += [(one, _lawyers_row(random, one)) for one in people if one.number not in known]
    # Two were taken from the police to a remand prison, and written down again.
    late += [(one, _lawyers_row(random, one, later=3)) for one, _ in random.sample(late, 2)]
    rows = {"2034-02-25": early, "2034-03-10": late}
    first, second = (
        PeopleList(
            name=f"lawyers ({edition})",
            mark=f"{MARK_RU}. Список адвокатов",
            header=header,
            rows=tuple(_numbered(known)),
        )
        for edition, known in rows.items()
    )
    return first, second


def _lawyers_row(random: Random, one: Person, *, later: int = 0) -> Cells:
    name = f"{names.plain(one.own_surname)} {names.in_russian(one.given)}"
    if one.surname is not None and random.random() < 0.75:
        name += f" {_patronymic_in_russian(random, one)}"
    day = one.day + timedelta(days=later)
    place = names.plain(one.place)
    if one.place == TOWN:
        place = OLD_TOWN if random.random() < 0.2 else TOWN_IN_RUSSIAN
    when = f"{day:%d.%m.%Y}"
    if random.random() < 0.15:
        when = f"около {day.day} {_MONTHS_RU[day.month]}"
    return (name, _birth_or_age(random, one), when, place, _fate(one))


def _fate(one: Person) -> str:
    return _IN_RUSSIAN[one.happened] + (
        {"погиб": "ла"}.get(_IN_RUSSIAN[one.happened], "а") if one.is_woman else ""
    )


def _birth_or_age(random: Random, one: Person) -> str:
    kinds: tuple[Callable[[], str], ...] = (
        lambda: f"{one.born:%d.%m.%Y}",
        lambda: f"{one.born.year} г.р.",
        lambda: f"{one.age} лет",
        lambda: f"около {round(one.age / 5) * 5}",
        lambda: "",
    )
    (kind,) = random.choices(kinds, weights=(45, 25, 15, 5, 10))
    return kind()


def _patronymic_in_russian(random: Random, one: Person) -> str:
    if one.is_russian or random.random() < 0.6:
        return names.russian_patronymic(one.father, woman=one.is_woman)
    ending = "кызы" if one.is_woman else "улы"
    return names.in_russian(one.father).rstrip("ь") + ending


def _akimat(random: Random, people: list[Person]) -> PeopleList:
    """In Kazakh, in split columns, by surname; some rows typed on a Russian keyboard."""
    people.sort(key=lambda one: (one.own_surname, one.given))
    rows = [(one, _akimat_row(random, one)) for one in people]
    return PeopleList(
        name="akimat",
        mark=f"{MARK_KK}. Әкімдіктің тізімі",
        header=(
            "Р/с", "Тегі", "Аты", "Әкесінің аты", "Туған күні", "Жынысы", "Мекенжайы", "Күні",
            "Жағдайы",
        ),
        rows=tuple(_numbered(rows)),
    )  # fmt: skip


def _akimat_row(random: Random, one: Person) -> Cells:
    father = names.kazakh_patronymic(one.father, woman=one.is_woman)
    if one.is_russian:
        father = names.russian_patronymic(one.father, woman=one.is_woman)
    parts: Cells = (one.own_surname, one.given, "" if one.surname is None else father)
    if random.random() < 0.2:
        parts = tuple(names.plain(part) for part in parts)
    born = f"{one.born:%d.%m.%Y}" if random.random() < 0.93 else f"{one.born:01.01.%Y}"
    status = {"detained": "ұсталған", "wounded": "жараланған", "killed": "қаза тапқан"}
    sex = "әйел" if one.is_woman else "ер"
    where = f"{one.place}, {one.street}"
    return (*parts, born, sex, where, f"{one.day:%d.%m.%Y}", status[one.happened])


def _press(random: Random, people: list[Person]) -> PeopleList:
    """In English, given name first, with ages and vague days, as each reporter spells."""
    random.shuffle(people)
    rows = [(one, _press_row(random, one)) for one in people]
    return PeopleList(
        name="press",
        mark=f"{MARK_EN}. Compiled from newspapers",
        header=("Name", "Age", "Town", "When", "What happened", "Read in"),
        rows=tuple(rows),
    )


def _press_row(random: Random, one: Person) -> Cells:
    habit = random.randrange(len(names.HABITS))
    in_kazakh = habit == 1 and not one.is_russian
    given, surname = one.given, one.own_surname
    if given in names.FAMILIAR and random.random() < 0.3:
        given = names.FAMILIAR[given]
    if not in_kazakh:
        given, surname = names.in_russian(given), names.plain(surname)
    name = f"{names.in_latin(given, habit)} {names.in_latin(surname, habit)}"
    age = "" if random.random() < 0.25 else str(one.age + random.choice((0, 0, 0, 0, -1, 1)))
    day = f"{one.day.day} {_MONTHS_EN[one.day.month]}"
    when = random.choice((day, day, f"about {day}", f"{_MONTHS_EN[one.day.month]} 2034", ""))
    town = names.in_latin(names.plain(one.place), 0)
    if one.place == TOWN and random.random() < 0.15:
        town = names.in_latin(OLD_TOWN, 0)
    paper = ("Saryozen Evening Post", "The Steppe Weekly", "Kokmaral Telegraph")[habit]
    return (name, age, town, when, one.happened, paper)


def _hospital(random: Random, people: list[Person]) -> PeopleList:
    """Surnames with initials, years of birth, short dates; read from pictures by a program."""
    admitted = [(one, one.day + timedelta(days=random.choice((0, 0, 0, 1)))) for one in people]
    again = random.sample(people, 4)
    admitted += [(replace(one, hard=None), one.day + timedelta(days=6)) for one in again]
    admitted.sort(key=lambda known: (known[1], known[0].number))
    rows = [(one, _hospital_row(random, one, f"{day:%d.%m.%y}")) for one, day in admitted]
    return PeopleList(
        name="hospital",
        mark=f"{MARK_RU}. Журнал приёмного покоя",
        header=("№", "Фамилия, инициалы", "Г.р.", "Поступил", "Исход"),
        rows=tuple(_numbered(rows)),
    )


def _hospital_row(random: Random, one: Person, day: str) -> Cells:
    surname = names.plain(one.own_surname)
    initials = f"{names.in_russian(one.given)[0]}."
    if one.surname is not None and random.random() < 0.8:
        initials += f"{names.in_russian(one.father)[0]}."
    if random.random() < 0.3:
        surname = _slip(random, surname)
    born = str(one.born.year) if random.random() < 0.9 else ""
    fate = {"killed": "умер", "detained": "передан полиции"}.get(one.happened, "выписан")
    return (f"{surname} {initials}", born, day, fate)


def _slip(random: Random, word: str) -> str:
    """Read one letter of a word wrongly."""
    places = [place for place, letter in enumerate(word) if letter in _SLIPS]
    if not places:
        return word
    place = random.choice(places)
    return word[:place] + _SLIPS[word[place]] + word[place + 1 :]


def _numbered(rows: Iterable[Known]) -> list[Known]:
    return [(one, (str(number), *cells)) for number, (one, cells) in enumerate(rows, start=1)]
