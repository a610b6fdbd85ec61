"""The second generator: the same arguments give the same lists, and the truth is the truth."""

from __future__ import annotations

import csv
import os
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from itertools import combinations, pairwise
from pathlib import Path
from random import Random

import pytest
from benchmarks.linking import generator
from benchmarks.linking.dataset import DataSet
from benchmarks.linking.generator import STYLES, generate
from benchmarks.linking.invented import kinship, letters, slips
from benchmarks.linking.invented.days import after, two_days, week_of
from benchmarks.linking.invented.land import WHEN, Person, inhabitants
from benchmarks.linking.invented.pools import peoples
from benchmarks.linking.invented.towns import towns

from qantar.model.person_row import DaySpan, PersonRow

AFTER = re.compile(r"\d\d\.\d\d\.20(2|[3-9])\d*")
"""A birth that a program put after the event, in another century."""
ROOT = Path(__file__).parents[2]


def seeded(seed: int) -> Random:
    return Random(seed)  # noqa: S311  # invented people


@pytest.fixture(scope="module")
def people() -> list[Person]:
    return list(inhabitants(6000, seeded(4)))


def pairs(data: DataSet) -> Iterator[tuple[PersonRow, PersonRow]]:
    """Every two rows of one person."""
    rows = defaultdict(list)
    for row, person in zip(data.rows, data.person, strict=True):
        rows[person].append(row)
    for one in rows.values():
        yield from combinations(one, 2)


def meet(one: DaySpan | None, other: DaySpan | None) -> bool:
    """Two spans share a day, or one of them is not known."""
    return one is None or other is None or (one.first <= other.last and other.first <= one.last)


def test_the_same_arguments_give_the_same_bytes_in_any_process(tmp_path: Path) -> None:
    arguments = ["--people", "300", "--lists", "5", "--seed", "7"]
    for order in ("1", "2"):
        subprocess.run(  # noqa: S603  # our own command
            [sys.executable, "-m", generator.__name__, *arguments, "--out", str(tmp_path / order)],
            check=True,
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": order},
            capture_output=True,
        )
    files = sorted(path.name for path in (tmp_path / "1").iterdir())
    assert files == sorted([*(f"{style.name}.csv" for style in STYLES), "sheet.toml", "truth.csv"])
    for name in files:
        assert (tmp_path / "1" / name).read_bytes() == (tmp_path / "2" / name).read_bytes()


def test_the_files_hold_the_rows_that_are_given_in_memory(tmp_path: Path) -> None:
    asked = {"people": 400, "lists": 5, "seed": 3}
    assert generator.write(tmp_path, **asked) == len(generate(**asked).rows)
    data = generate(**asked)
    rows = {row.key: row for row in data.rows}
    truth = {
        (row["list"], int(row["row"])): int(row["person"]) for row in read(tmp_path / "truth.csv")
    }
    assert truth == dict(zip(rows, data.person, strict=True))
    for style in STYLES:
        for number, cells in enumerate(read(tmp_path / f"{style.name}.csv"), start=1):
            row = rows[style.name, number]
            for field in set(style.columns) - {"birth", "event", "sex", "aliases"}:
                assert cells[style.columns[field]] == (getattr(row, field) or "")
            born, when = cells[style.columns["birth"]], cells[style.columns["event"]]
            assert bool(born and not AFTER.fullmatch(born)) == bool(row.birth)
            assert bool(when) == bool(row.event)


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_without_difficulty_nothing_that_is_said_of_one_person_contradicts() -> None:
    easy = list(pairs(generate(people=1500, lists=5, seed=5, difficulty=0)))
    assert len(easy) > 800
    assert all(meet(one.event, other.event) for one, other in easy)
    assert all(meet(one.birth, other.birth) for one, other in easy)
    assert all(row.event and row.birth and row.place for one in easy for row in one)


def test_the_harder_the_lists_the_more_of_it_contradicts() -> None:
    wrong = [
        sum(
            not meet(one.birth, other.birth)
            for one, other in pairs(generate(people=1500, lists=5, seed=5, difficulty=hard))
        )
        for hard in (0.5, 1, 2)
    ]
    assert 0 < wrong[0] < wrong[1] < wrong[2]


def test_lists_that_name_a_person_are_not_independent() -> None:
    data = generate(people=6000, lists=5, seed=6)
    on = defaultdict(set)
    for row, person in zip(data.rows, data.person, strict=True):
        on[row.list].add(person)
    expected = len(on["lawyers"]) * len(on["diaspora"]) / 6000
    assert len(on["lawyers"] & on["diaspora"]) > 1.1 * expected


def test_some_people_are_twice_on_one_list_and_spelt_otherwise() -> None:
    same = [
        (one, other)
        for one, other in pairs(generate(people=4000, lists=5, seed=8))
        if one.list == other.list
    ]
    assert len(same) > 40
    assert sum((one.name, one.surname) != (other.name, other.surname) for one, other in same) > 20


def test_there_are_twins_fathers_and_sons_and_cousins_with_one_name(people: list[Person]) -> None:
    kin = [(one, other) for one, other in pairwise(people) if one.household == other.household]
    twins = [
        (a, b) for a, b in kin if a.born == b.born and a.given != b.given and a.father == b.father
    ]
    sons = [
        (a, b)
        for a, b in kin
        if a.father == b.given and not b.female and b.born < a.born - 19 * 365
    ]
    cousins = [
        (a, b)
        for a, b in kin
        if a.given == b.given and a.surname == b.surname and abs(a.born - b.born) < 3000
    ]
    assert min(len(twins), len(sons), len(cousins)) > 10
    assert all(a.phone != b.phone and a.father != b.father for a, b in cousins)


def test_people_of_every_kind_live_in_towns_of_every_region(people: list[Person]) -> None:
    assert {one.people for one in people} == {one.key for one in peoples()}
    assert len({one.town.region for one in people}) == 6
    assert len(towns()) >= 30
    assert len({name for town in towns() for name in (*town.name, *town.old)}) > 3 * len(towns())


@pytest.mark.parametrize(
    ("father", "male", "female"),
    [
        ("Андрей", "Андреевич", "Андреевна"),
        ("Дмитрий", "Дмитриевич", "Дмитриевна"),
        ("Григорий", "Григорьевич", "Григорьевна"),
        ("Игорь", "Игоревич", "Игоревна"),
        ("Илья", "Ильич", "Ильинична"),
        ("Никита", "Никитич", "Никитична"),
        ("Павел", "Павлович", "Павловна"),
        ("Муса", "Мусаевич", "Мусаевна"),
        ("Бакыт", "Бакытович", "Бакытовна"),
    ],
)
def test_patronymics_are_made_as_in_russian(father: str, male: str, female: str) -> None:
    assert kinship.patronymic(father, female=False) == male
    assert kinship.patronymic(father, female=True) == female


@pytest.mark.parametrize(
    ("stem", "form", "male", "female"),
    [
        ("Асанбек", kinship.Form.OV, "Асанбеков", "Асанбекова"),
        ("Муса", kinship.Form.OV, "Мусаев", "Мусаева"),
        ("Адиль", kinship.Form.OV, "Адилев", "Адилева"),
        ("Асан", kinship.Form.UULU, "Асан уулу", "Асан кызы"),
        ("Рахим", kinship.Form.ZODA, "Рахимзода", "Рахимзода"),
        ("Рахим", kinship.Form.LONG_I, "Рахими", "Рахими"),
        ("Галка", kinship.Form.NOUN, "Галкин", "Галкина"),
        ("Голубь", kinship.Form.NOUN, "Голубев", "Голубева"),
        ("Сверчок", kinship.Form.NOUN, "Сверчков", "Сверчкова"),
        ("Мельничук", kinship.Form.FIXED, "Мельничук", "Мельничук"),
        ("Дубский", kinship.Form.FIXED, "Дубский", "Дубская"),
    ],
)
def test_surnames_are_made_from_stems(
    stem: str, form: kinship.Form, male: str, female: str
) -> None:
    surname = kinship.Surname(stem, form)
    assert surname.written(female=False) == male
    assert surname.written(female=True) == female


def test_what_people_say_of_fathers() -> None:
    assert [kinship.spoken(one) for one in ("Иванович", "Сергеевич", "Игоревич", "Ивановна")] == [
        "Иваныч",
        "Сергеич",
        "Игорич",
        "Иванна",
    ]
    assert [kinship.genitive(one) for one in ("Асан", "Андрей", "Муса", "Али")] == [
        "Асана",
        "Андрея",
        "Мусы",
        "Али",
    ]


def test_names_go_from_alphabet_to_alphabet() -> None:
    assert letters.russian("Jo‘rabek", "uzbek") == "Журабек"
    assert letters.russian("Çiğdem", "turkish") == "Чигдем"
    assert letters.russian("Yaşar", "turkish") == "Яшар"
    assert letters.russian("Eshonbek", "uzbek") == "Эшонбек"
    assert [letters.english("Хунжаева", hand) for hand in letters.HANDS[:2]] == [
        "Khunzhaeva",
        "Khunzhaeva",
    ]
    assert letters.english("Анатолий", letters.HANDS[1]) == "Anatoliy"
    assert letters.turkish(["Исмаил", "Джамшед"][0]) == "İsmail"
    assert letters.turkish("Джамшед") == "Camşed"
    assert letters.wrong_layout("Быков") == "<srjd"


@pytest.mark.parametrize("seed", range(20))
def test_each_slip_is_one(seed: int) -> None:
    chance, word = seeded(seed), "Бактыгул"
    assert sorted(slips.neighbours_swapped(word, chance)) == sorted(word)
    assert len(slips.letter_twice(word, chance)) == len(word) + 1
    assert len(slips.letter_lost(word, chance)) == len(word) - 1
    assert sum(a != b for a, b in zip(slips.key_beside(word, chance), word, strict=True)) == 1
    assert (
        sum(a != b for a, b in zip(slips.misread("AN0123456", chance), "AN0123456", strict=True))
        == 1
    )
    assert slips.heard(word, chance) != word
    assert slips.heard_in_latin("Zhaksybek", chance) != "Zhaksybek"


def test_a_short_word_is_left_alone() -> None:
    assert {
        slip("Али", seeded(1))
        for slip in (slips.neighbours_swapped, slips.letter_lost, slips.key_beside)
    } == {"Али"}


def test_vague_days_leave_open_the_day_that_it_was() -> None:
    for at in range(200):
        person = next(inhabitants(1, seeded(at)))
        day = person.event
        for way in (week_of("{d}"), after("{d}"), two_days("{d}-{last}")):
            written = way(date.fromordinal(day), seeded(at))
            assert written.span is not None
            assert written.span.first <= day <= written.span.last
    assert (WHEN.first, WHEN.last) == (
        date(2018, 10, 9).toordinal(),
        date(2018, 10, 31).toordinal(),
    )
