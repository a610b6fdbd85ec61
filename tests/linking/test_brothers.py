"""Two brothers are two: one surname, one father and one day of birth are no proof against a name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from qantar.linking.fields import FIELDS, compared
from qantar.linking.likeness import alike
from qantar.linking.link import Linker
from qantar.linking.name_parts import Role
from qantar.linking.name_roles import parts_in
from qantar.linking.people_table import people_table
from qantar.linking.result import Linked, PairDecision, Verdict
from qantar.linking.shipped import shipped_weights
from qantar.model.person_row import DaySpan, PersonRow

BORN = 726000
TAKEN = 738000
SURNAMES = (
    *("Лепестков", "Ручьёв", "Тополев", "Гвоздиков", "Снегирёв", "Полевой", "Озерский", "Камнев"),
    *("Ветров", "Громов", "Дубинин", "Ельников", "Зорин", "Калинов", "Лугов", "Морозкин"),
)
GIVEN = ("Самат", "Виктор", "Тимур", "Олег", "Бауыржан", "Глеб", "Арман", "Денис", "Канат")
FATHERS = ("Иванович", "Асанович", "Сергеевич", "Олегович", "Дмитриевич")
BOTH = ("lawyers", "press")
SIZES = (4, 8, 24, 100)

LATIN = str.maketrans(
    dict(zip("абвгдеёзийклмнопрстуфыьъі", "abvgdeeziyklmnoprstufy  i", strict=True))
    | {"ж": "zh", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "э": "e", "ю": "yu", "я": "ya"}
    | {"қ": "q", "ғ": "gh", "ң": "n", "ө": "o", "ұ": "u", "ү": "u", "ә": "a"}
)


def latin(name: str) -> str:
    """Romanise a name."""
    return name.lower().translate(LATIN).replace(" ", "\0").title().replace("\0", " ")


def row(list_: str, number: int, name: str, born: int, taken: int = TAKEN) -> PersonRow:
    """Make one row."""
    return PersonRow(
        list=list_,
        row=number,
        name=name,
        birth=DaySpan(born, born),
        event=DaySpan(taken, taken),
    )


def others(count: int) -> list[PersonRow]:
    """Make rows of strangers; of seven every third is on both lists."""
    rows: list[PersonRow] = []
    people = product(FATHERS, GIVEN, SURNAMES)
    for number, (father, given, surname) in enumerate(people):
        lists = BOTH if number % 7 in (0, 3) else (BOTH[number % 2],)
        for one in lists:
            name = f"{surname} {given} {father}"
            born = BORN + (number * 577) % 9000 - 4500
            rows.append(row(one, 100 + number, name, born, TAKEN + number % 6))
        if len(rows) >= count:
            break
    return rows[:count]


def linked(rows: list[PersonRow], said: Sequence[PairDecision] = ()) -> Linked:
    """Link rows in one order of theirs, under decisions if there are any."""
    return Linker.of(rows).linked(said)


def probability(found: Linked, one: int, other: int) -> float:
    """Give how likely two rows are one person; 0 where that is not said."""
    at = np.flatnonzero((found.pairs.left == one) & (found.pairs.right == other))
    return float(found.pairs.probability[at[0]]) if len(at) else 0.0


BROTHERS = (
    ("Айдар", "Ерлан"),
    ("Нұрлан", "Ерлан"),
    ("Марат", "Айдос"),
    ("Сергей", "Алексей"),
    ("Айдос", "Айбек"),
    ("Төребай", "Жүнісбек"),
    ("Ораз", "Бердімұрат"),
)


@pytest.mark.parametrize("rows", SIZES)
@pytest.mark.parametrize("brothers", BROTHERS)
def test_two_brothers_of_one_birthday_are_two_however_short_the_lists(
    brothers: tuple[str, str], rows: int
) -> None:
    """In lists of 24 rows they were one person, at a probability of .995."""
    names = [f"Ахметов {one} Маратович" for one in brothers]
    spelt = (names, [latin(one) for one in names], [names[0], latin(names[1])])
    for (one, other), second in product(spelt, BOTH):
        found = linked(
            [row("lawyers", 1, one, BORN), row(second, 2, other, BORN), *others(rows - 2)]
        )
        assert found.person[0] != found.person[1]
        assert probability(found, 0, 1) < 0.5


@pytest.mark.parametrize("rows", SIZES)
def test_an_initial_that_contradicts_keeps_brothers_apart(rows: int) -> None:
    for one, other in (("Айдар", "Ерлан"), ("Төребай", "Жүнісбек"), ("Сергей", "Алексей")):
        whole = f"Ахметов {one} Маратович"
        for short in (f"Ахметов {other[0]}. М.", f"Ахметов {other[0]}. Маратович"):
            for told in (short, latin(short)):
                found = linked(
                    [row("lawyers", 1, whole, BORN), row("press", 2, told, BORN), *others(rows - 2)]
                )
                assert found.person[0] != found.person[1], told
                assert probability(found, 0, 1) < 0.5


@pytest.mark.parametrize("rows", SIZES)
def test_a_row_goes_to_the_brother_whose_name_it_has(rows: int) -> None:
    told = ("Ахметов Айдар Маратович", "Ахметов Ерлан Маратович")
    first = [row("lawyers", number, name, BORN) for number, name in enumerate(told, 1)]
    second = [row("press", number, latin(name), BORN) for number, name in enumerate(told, 1)]
    found = linked([*first, *second, *others(rows)])
    assert found.person[0] == found.person[2]
    assert found.person[1] == found.person[3]
    assert found.person[0] != found.person[1]
    assert probability(found, 0, 2) > 0.95


ONE_LETTER = (
    *(("Айдар", "Айбек"), ("Айдос", "Айбек"), ("Ерлан", "Ержан"), ("Нұрлан", "Нұржан")),
    *(("Бауыржан", "Бекжан"), ("Асан", "Асет"), ("Сергей", "Серик")),
)
"""Brothers whom an initial does not tell apart."""
WITHOUT = ("Ахметов {0}. М.", "Ахметов {0}. Маратович", "Ахметов", "Akhmetov {0}.")
"""Rows of one of them that have no whole given name."""


def three(brothers: tuple[str, str], third: str) -> list[PersonRow]:
    """Make rows of two brothers, and one that may be of either."""
    one, other = (f"Ахметов {name} Маратович" for name in brothers)
    short = third.format(one[len("Ахметов ")])
    return [
        row("lawyers", 1, one, BORN),
        row("press", 1, other, BORN),
        row("press", 2, short, BORN),
    ]


@pytest.mark.parametrize("third", WITHOUT)
@pytest.mark.parametrize("brothers", ONE_LETTER)
def test_a_row_with_only_an_initial_makes_no_one_person_of_two_brothers(
    brothers: tuple[str, str], third: str
) -> None:
    """It was as like one as the other (.996), and held them together though they were two (.2)."""
    for size in (4, 8, 24, 100):
        found = linked([*three(brothers, third), *others(size)])
        assert found.person[0] != found.person[1]
        assert probability(found, 0, 1) < 0.5
        near = probability(found, 0, 2), probability(found, 1, 2)
        if max(near) > 0.95:
            assert found.person[2] in (found.person[0], found.person[1])


@pytest.mark.parametrize("size", [4, 24, 100])
def test_several_rows_with_only_an_initial_make_no_one_person_of_two_brothers(size: int) -> None:
    short = [row(name, 3, "Ахметов А. М.", BORN) for name in BOTH]
    found = linked([*three(("Айдар", "Айбек"), "Ахметов А. М."), *short, *others(size)])
    assert found.person[0] != found.person[1]


@pytest.mark.parametrize("size", [4, 24, 100])
def test_draws_keep_brothers_apart_as_often_as_their_own_rows_say(size: int) -> None:
    """The third row stands on a list of its own, so that no brother is nearer: it goes to either."""
    one, other, short = three(("Айдар", "Айбек"), "Ахметов А. М.")
    alone = Linker.of([one, other, *others(size)]).linked([], draw=200).draws
    draws = Linker.of([one, other, replace(short, list="ward"), *others(size)]).linked([], draw=200)
    joined = np.mean(draws.draws[:, 0] == draws.draws[:, 1])
    assert abs(joined - np.mean(alone[:, 0] == alone[:, 1])) < 0.15
    with_first, with_other = (draws.draws[:, at] == draws.draws[:, 2] for at in (0, 1))
    assert with_first.mean() > 0.25
    assert with_other.mean() > 0.25


@pytest.mark.parametrize("third", WITHOUT)
def test_a_row_with_only_an_initial_is_one_with_two_rows_of_one_name(third: str) -> None:
    rows = three(("Айдар", "Айдар"), third)
    rows[1] = replace(rows[1], name=latin("Ахметов Айдар Маратович"))
    for size in (4, 24, 100):
        found = linked([*rows, *others(size)])
        assert found.person[0] == found.person[1] == found.person[2]


@pytest.mark.parametrize("size", [4, 24, 100])
def test_decisions_stand_above_what_a_row_with_only_an_initial_says(size: int) -> None:
    rows = [*three(("Айдар", "Айбек"), "Ахметов А. М."), *others(size)]
    first, second, third = (one.key for one in rows[:3])
    same, apart = Verdict.SAME, Verdict.NOT_SAME
    of_second = linked(rows, [PairDecision(second, third, same)])
    assert of_second.person[1] == of_second.person[2] != of_second.person[0]
    not_of_first = linked(rows, [PairDecision(first, third, apart)])
    assert not_of_first.person[0] != not_of_first.person[2] == not_of_first.person[1]
    one = linked(rows, [PairDecision(first, second, same)])
    assert one.person[0] == one.person[1] == one.person[2]
    both = [PairDecision(first, third, same), PairDecision(second, third, same)]
    all_three = linked(rows, both)
    assert all_three.person[0] == all_three.person[1] == all_three.person[2]


def test_a_row_has_a_whole_given_name_where_one_of_its_names_has() -> None:
    rows = [
        row("lawyers", 1, "Ахметов А. М.", BORN),
        replace(row("lawyers", 2, "Ахметов А. М.", BORN), aliases=("Айдар",)),
        row("lawyers", 3, "Ахметов Айдар", BORN),
        replace(row("lawyers", 4, "", BORN), name=None),
        *others(6),
    ]
    assert people_table(rows).short.tolist() == [True, False, False, True, *6 * [False]]


def test_relatives_are_no_rarer_beside_one_person_in_short_lists_than_in_long_ones() -> None:
    """Both grow with the rows: a share of pairs that stood for all sizes left short lists without."""
    by_rows = {rows: shipped_weights(rows).related * rows for rows in (24, 5_000, 1_000_000)}
    assert len({round(one, 6) for one in by_rows.values()}) == 1


def level(one: str, other: str) -> str:
    """Say how the given names of two rows compare."""
    rows = [row("lawyers", 1, one, BORN), row("press", 1, other, BORN), *others(6)]
    table = people_table(rows)
    found = compared(table, np.array([0]), np.array([1]), alike)
    return FIELDS["given"].levels[int(found.levels["given"][0]) - 1]


@pytest.mark.parametrize(
    ("whole", "initial"),
    [
        *(("Жанболат", "Z"), ("Юрий", "Y"), ("Ярослав", "I"), ("Ерлан", "Y"), ("Харитон", "K")),
        *(("Цезарь", "T"), ("Әлібек", "E"), ("Zhanbolat", "Ж"), ("Ералы", "E"), ("Шынар", "S")),
    ],
)
def test_an_initial_of_another_alphabet_may_be_half_of_a_letter(whole: str, initial: str) -> None:
    assert level(f"Ахметов {whole} Маратович", f"Ахметов {initial}. М.") == "initial agrees"


@pytest.mark.parametrize(
    ("whole", "initial"),
    [("Жанболат", "З"), ("Юрий", "И"), ("Ерлан", "A"), ("Айдар", "Y"), ("Zhanbolat", "Y")],
)
def test_another_sound_or_another_letter_of_one_alphabet_contradicts(
    whole: str, initial: str
) -> None:
    assert level(f"Ахметов {whole} Маратович", f"Ахметов {initial}. М.") == "initial differs"


def test_a_known_name_of_another_language_is_no_other_known_name() -> None:
    assert level("Ахметов Матвей Маратович", "Akhmetov Matthew") == "short or other form"
    assert level("Ахметов Матвей Маратович", "Akhmetov Martin") == "another known name"


@pytest.mark.parametrize("name", ["Ли Сын Ман", "Ким Сын Чжун", "Ли Сын Хи", "Kim Syn Ho"])
def test_a_korean_name_is_no_son_of_somebody(name: str) -> None:
    """ "Ман" was taken for the father, and nothing was left for a given name."""
    parts = parts_in(name)
    assert [one.text for one in parts] == name.split()
    assert not [one for one in parts if one.form is Role.PATRONYMIC]


@pytest.mark.parametrize(
    "told", ["Ахметов Айдар сын Марата", "Ахметов сын Марата Айдар", "Akhmetov Aidar syn Marata"]
)
def test_a_son_of_somebody_is_named_by_his_own_name(told: str) -> None:
    """ "Сын" was taken for a given name, and for another one than his."""
    rows = [row("lawyers", 1, "Ахметов Айдар Маратович", BORN), row("press", 1, told, BORN)]
    table = people_table([*rows, *others(12)])
    found = compared(table, np.array([0]), np.array([1]), alike)
    levels = {
        name: FIELDS[name].levels[int(found.levels[name][0]) - 1] for name in ("given", "father")
    }
    assert levels == {"given": "same spelling", "father": "same spelling"}
