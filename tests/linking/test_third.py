"""The third generator: the same arguments give the same rows, and the truth is the truth."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import defaultdict
from itertools import combinations
from pathlib import Path
from random import Random

import pytest
from benchmarks.linking import third
from benchmarks.linking.third import generate
from benchmarks.linking.valley import mistakes
from benchmarks.linking.valley.lists import COURT, LISTS, MERGED, SCANS
from benchmarks.linking.valley.people import inhabitants, names_after, patronymic_of, peoples
from benchmarks.linking.valley.spellings import in_latin

from qantar.model.person_row import DaySpan, PersonRow

ROOT = Path(__file__).parents[2]


def seeded(seed: int) -> Random:
    return Random(seed)  # noqa: S311  # invented people


def test_the_same_arguments_give_the_same_rows_in_any_process() -> None:
    made = [
        subprocess.run(  # noqa: S603  # our own command
            [sys.executable, "-m", third.__name__, "--people", "200", "--seed", "7"],
            check=True,
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": order},
            capture_output=True,
        ).stdout
        for order in ("1", "2")
    ]
    assert made[0] == made[1]
    assert made[0].count(b"\n") == 1 + len(generate(people=200, seed=7).rows)


def meet(one: DaySpan | None, other: DaySpan | None) -> bool:
    return one is None or other is None or (one.first <= other.last and other.first <= one.last)


def contradicting(difficulty: float) -> list[tuple[PersonRow, PersonRow]]:
    """Pairs of rows of one person of which births or sexes cannot both be right."""
    data = generate(people=5000, seed=5, difficulty=difficulty)
    rows = defaultdict(list)
    for row, person in zip(data.rows, data.person, strict=True):
        rows[person].append(row)
    pairs = [two for of in rows.values() for two in combinations(of, 2)]
    assert len(pairs) > 500
    return [
        (one, other)
        for one, other in pairs
        if not (one.birth and one.birth.about) and not (other.birth and other.birth.about)
        if not meet(one.birth, other.birth) or {one.sex, other.sex} == {"male", "female"}
    ]


def test_without_difficulty_nothing_that_is_said_of_one_person_contradicts() -> None:
    assert contradicting(0) == []


def test_the_harder_the_lists_the_more_of_it_contradicts() -> None:
    wrong = [len(contradicting(hard)) for hard in (0.5, 1, 2)]
    assert 0 < wrong[0] < wrong[1] < wrong[2]


def test_the_merged_list_copies_names_with_their_mistakes_and_has_people_twice() -> None:
    data = generate(people=4000, seed=8)
    assert [name for name in LISTS if any(row.list == name for row in data.rows)] == list(LISTS)
    scanned = {row.name for row in data.rows if row.list == SCANS}
    of_merged = [
        (row, person)
        for row, person in zip(data.rows, data.person, strict=True)
        if row.list == MERGED
    ]
    assert sum(row.name in scanned for row, _ in of_merged) > 100
    assert len(of_merged) - len({person for _, person in of_merged}) > 30
    assert {row.surname for row in data.rows if row.list != COURT} == {None}


def test_all_peoples_live_in_the_valley_and_hardly_two_have_one_name() -> None:
    people = list(inhabitants(5000, seeded(4)))
    assert {one.people for one in people} == {one.key for one in peoples()}
    names = {(one.surname, one.given, one.patronymic) for one in people}
    assert len(names) > 0.85 * len(people)


@pytest.mark.parametrize(
    ("father", "male", "female"),
    [
        ("Григорий", "Григорьевич", "Григорьевна"),
        ("Илья", "Ильич", "Ильинична"),
        ("Павел", "Павлович", "Павловна"),
        ("Алексей", "Алексеевич", "Алексеевна"),
        ("Игорь", "Игоревич", "Игоревна"),
        ("Рустам", "Рустамович", "Рустамовна"),
        ("Абдулла", "Абдуллаевич", "Абдуллаевна"),
    ],
)
def test_patronymics(father: str, male: str, female: str) -> None:
    assert patronymic_of(father, female=False) == male
    assert patronymic_of(father, female=True) == female


@pytest.mark.parametrize(
    ("people", "stem", "custom", "names"),
    [
        ("slavic", "Дёмин", False, ("Дёмина", "Рустамовна")),
        ("kyrgyz", "Асан", True, ("Рустам кызы", "")),
        ("kyrgyz", "Асан", False, ("Асанова", "Рустамовна")),
        ("uyghur", "Тохтахун", True, ("Тохтахун", "")),
        ("uzbek", "Тўхта", True, ("Тўхтаева", "Рустам қизи")),
        ("tatar", "Гали", True, ("Галиева", "Рустамовна")),
        ("tatar", "Сабир", True, ("Сабирина", "Рустамовна")),
    ],
)
def test_customs_of_names(people: str, stem: str, custom: bool, names: tuple[str, str]) -> None:  # noqa: FBT001  # a parameter
    assert names_after(people, stem, "Рустам", custom=custom, female=True) == names


def test_tables_of_letters_as_they_are_published() -> None:
    assert in_latin("Щукин", "iso9") == "Ŝukin"
    assert in_latin("Ярослав", "iso9") == "Âroslav"
    assert in_latin("Жуков", "duden") == "Schukow"
    assert in_latin("Джумабаев", "duden") == "Dschumabajew"
    assert in_latin("Чехов", "french") == "Tchekhov"
    assert in_latin("Ўктам Ғайратов", "uzbek") == "O‘ktam G‘ayratov"
    assert in_latin("Җәмилә", "tatar") == "Cämilä"
    assert in_latin("Шөһрәт", "uyghur") == "Shöhret"
    assert in_latin("Чыңгыз", "kyrgyz") == "Çıñgız"


@pytest.mark.parametrize("seed", range(20))
def test_each_mistake_is_one(seed: int) -> None:
    chance, word = seeded(seed), "Бактыгул"
    assert mistakes.mistyped(word, chance) != word or "тт" in mistakes.mistyped(word, chance)
    assert mistakes.misread(word, chance) != word
    assert mistakes.half_latin("Сардор", chance).isascii() is False
    assert mistakes.half_latin("Сардор", chance) != "Сардор"
    assert mistakes.other_layout("Быков") == ",srjd"
