"""What else somebody is called: it finds rows, it counts, at a price, and the reasons say so."""

from __future__ import annotations

import tracemalloc
from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qantar.linking import other_names
from qantar.linking.candidates import candidates
from qantar.linking.fields import Compared, compared
from qantar.linking.likeness import alike
from qantar.linking.link import Linker, link
from qantar.linking.people_table import people_table
from qantar.linking.result import Linked
from qantar.linking.word_levels import NAMES_DIFFER
from qantar.model.person_row import MOST_ALIASES, DaySpan, PersonRow

from .test_link import DAY, people

GIVEN = (
    "Айдар",
    "Ботагоз",
    "Дәулет",
    "Ерлан",
    "Гүлнар",
    "Ислам",
    "Қамила",
    "Марат",
    "Нұрлан",
    "Сәуле",
)
SURNAMES = (
    "Балапанов",
    "Досмұхамедов",
    "Есенов",
    "Ысқақов",
    "Кәрімов",
    "Мусин",
    "Оразов",
    "Сейтов",
)
FATHERS = ("Серікұлы", "Болатұлы", "Маратұлы", "Қанатұлы", "Асқарұлы")


def row(list_: str, number: int, name: str, birth: int, *aliases: str) -> PersonRow:
    return PersonRow(
        list=list_, row=number, name=name, birth=DaySpan(birth, birth), aliases=aliases
    )


def town() -> list[PersonRow]:
    """Two lists of other people, so that names are as rare as they are."""
    names = [
        f"{s} {g} {f}" for (s, g), f in zip(product(SURNAMES, GIVEN), FATHERS * 16, strict=True)
    ]
    made = [row("court", n, name, DAY - 9000 - 37 * n) for n, name in enumerate(names, 1)]
    made += [row("clinic", n, name, DAY - 9000 - 37 * n) for n, name in enumerate(names[::2], 1)]
    return [replace(one, birth=None) if one.row % 3 == 0 else one for one in made]


TOWN = town()
MOST_MEMORY = 50_000_000
"""Bytes for 780 pairs of rows; with all of 150 names it would be 1.3 GB."""
COURT = row("court", 500, "Жандосов Бауыржан", DAY - 7000, "Тимур")
CLINIC = row("clinic", 500, "Жандосов Тимур", DAY - 7000)


def linked(*rows: PersonRow) -> Linked:
    return link([*TOWN, *rows])


def are_one(found: Linked, one: PersonRow, two: PersonRow) -> bool:
    return any({one.key, two.key} <= person for person in people(found))


def levels(*rows: PersonRow) -> Compared:
    """Compare the last two rows of the town with these."""
    table = people_table([*TOWN, *rows])
    last = np.array([len(table) - 2]), np.array([len(table) - 1])
    return compared(table, *last, alike)


def test_two_rows_agree_by_what_one_of_them_is_also_called() -> None:
    assert are_one(linked(COURT, CLINIC), COURT, CLINIC)
    assert not are_one(
        linked(replace(COURT, aliases=()), CLINIC), replace(COURT, aliases=()), CLINIC
    )


def test_it_makes_no_difference_which_list_comes_first() -> None:
    assert are_one(linked(CLINIC, COURT), COURT, CLINIC)


@pytest.mark.parametrize(
    ("alias", "name", "field"),
    [
        ("Тимур", "Жандосов Тимур", "given"),
        ("Тима", "Жандосов Тима", "given"),
        ("Ахметова", "Ахметова Бауыржан", "surname"),
        ("Мәдина", "Жандосов Мәдина", "given"),  # ends as a surname does
        ("Балапанов", "Балапанов Бауыржан", "surname"),  # is one on these lists
        ("Ахметов Тимур", "Ахметов Тимур", "surname"),
        ("Ахметов Тимур", "Akhmetov Timur", "given"),
        ("(Тимур)", "Жандосов Тимур", "given"),
    ],
)
def test_another_name_stands_for_the_words_that_it_is_of(alias: str, name: str, field: str) -> None:
    court = replace(COURT, aliases=(alias,))
    clinic = replace(CLINIC, name=name)
    assert levels(court, clinic).levels[field][0] in (1, 2)
    assert levels(replace(court, aliases=()), clinic).levels[field][0] in NAMES_DIFFER


def test_the_best_of_several_names_counts() -> None:
    court = replace(COURT, aliases=("Рыжий", "Тимур", "Сапожник"))
    assert levels(court, CLINIC).levels["given"][0] == 1


def test_the_more_names_were_tried_the_less_an_agreement_says() -> None:
    """Each further name is a further chance to agree with a stranger."""
    tries = [
        replace(COURT, aliases=("Тимур", *more))
        for more in ((), ("Рыжий",), ("Рыжий", "Сапожник", "Моряк"))
    ]
    share = [float(levels(one, CLINIC).share["given"][0]) for one in tries]
    assert np.allclose(np.array(share[1:]) / share[0], [3 / 2, 5 / 2], rtol=0.2)
    own = replace(COURT, name="Жандосов Тимур", aliases=())
    assert float(levels(own, CLINIC).share["given"][0]) < share[0]


def test_a_familiar_form_of_another_name_counts_and_has_its_price_too() -> None:
    court = replace(COURT, aliases=("Саша",))
    clinic = replace(CLINIC, name="Жандосов Александр")
    found = levels(court, clinic)
    assert found.levels["given"][0] == 4
    assert found.share["given"][0] > 0
    own = levels(replace(COURT, name="Жандосов Саша", aliases=()), clinic)
    assert own.levels["given"][0] == 4
    assert np.isnan(own.share["given"][0])


def test_a_nickname_that_many_bear_says_little_when_two_have_it() -> None:
    many = [
        row("hotline", n, f"{s} Ержан", DAY - 5000 - 11 * n, "Рыжий")
        for n, s in enumerate(SURNAMES * 10, 1)
    ]
    one, two = COURT, replace(CLINIC, name="Жандосов Мұхтар")
    one, two = replace(one, aliases=("Рыжий",)), replace(two, aliases=("Рыжий",))
    alone = float(levels(one, two).share["given"][0])
    table = people_table([*TOWN, *many, one, two])
    last = np.array([len(table) - 2]), np.array([len(table) - 1])
    among = float(compared(table, *last, alike).share["given"][0])
    assert among > 4 * alone


def test_other_names_never_make_rows_less_alike() -> None:
    own = replace(CLINIC, name="Жандосов Бауыржан")
    plain, beside = levels(replace(COURT, aliases=()), own), levels(COURT, own)
    assert plain.levels["given"][0] == beside.levels["given"][0] == 1
    assert plain.share["given"][0] == beside.share["given"][0]


def test_rows_that_share_nothing_but_another_name_are_candidates() -> None:
    court = replace(COURT, birth=None, name="Жандосов Бауыржан", aliases=("Кривошеев Матвей",))
    clinic = replace(CLINIC, birth=None, name="Матвей Кривошеев")
    for aliases, expected in ((court.aliases, True), ((), False)):
        table = people_table([*TOWN, replace(court, aliases=aliases), clinic])
        found = candidates(table)
        pairs = set(zip(found.left.tolist(), found.right.tolist(), strict=True))
        assert ((len(table) - 2, len(table) - 1) in pairs) is expected
        assert (found.left < found.right).all()
        assert len(pairs) == len(found.left)


def test_the_reasons_say_that_it_is_another_name() -> None:
    found = linked(COURT, CLINIC)
    at = len(found.rows) - 2
    (place,) = np.flatnonzero((found.pairs.left == at) & (found.pairs.right == at + 1))
    reasons = {one.field: one for one in found.reasons(int(place))}
    assert reasons["given"].left == reasons["given"].right == "Тимур"
    assert reasons["given"].words == "same spelling, by another name"
    assert reasons["surname"].words == "same spelling"


def test_a_row_that_has_only_other_names_goes_by_the_first() -> None:
    court = replace(COURT, name=None, aliases=("Жандосов Тимур", "Тима"))
    found = linked(court, CLINIC)
    assert are_one(found, court, CLINIC)
    assert found.findings == ()


def many_names(count: int) -> tuple[str, ...]:
    return tuple(f"{a}{b}{c}" for a, b, c in product("БГДЗК", "аоуиэ", "лмнрст"))[:count]


def test_of_very_many_other_names_the_first_are_compared() -> None:
    first = replace(COURT, aliases=(*many_names(MOST_ALIASES - 1), "Тимур", "Моряк"))
    last = replace(COURT, aliases=(*many_names(MOST_ALIASES), "Тимур"))
    assert levels(first, CLINIC).levels["given"][0] == 1
    assert levels(last, CLINIC).levels["given"][0] in NAMES_DIFFER
    again = replace(COURT, aliases=("Моряк",) * MOST_ALIASES + ("Тимур",))
    assert levels(again, CLINIC).levels["given"][0] == 1


def test_rows_of_very_many_other_names_take_little_memory() -> None:
    """Forty rows of 150 names: all with all would be eighteen million pairs of names."""
    rows = [
        replace(one, birth=None, aliases=many_names(150)[n:]) for n, one in enumerate(TOWN[:40])
    ]
    table = people_table(rows)
    left, right = np.triu_indices(len(rows), 1)
    tracemalloc.start()
    try:
        compared(table, left, right, alike)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < MOST_MEMORY


def test_pairs_in_parts_agree_as_they_do_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [replace(one, aliases=(GIVEN[one.row % 10], "Рыжий")) for one in TOWN]
    table = people_table(rows)
    assert table.others is not None
    pairs = np.triu_indices(len(rows), 1)
    at_once = compared(table, *pairs, alike)
    entries, sizes = other_names._entries, []

    def counted(*asked: Any) -> Any:
        found = entries(*asked)
        sizes.append(len(found[0]))
        return found

    monkeypatch.setattr(other_names, "_AT_ONCE", 50)
    monkeypatch.setattr(other_names, "_entries", counted)
    in_parts = compared(table, *pairs, alike)
    assert len(sizes) > len(rows)
    assert max(sizes) <= 50 + max(1 + table.others.count) ** 2
    for field in ("given", "surname", "father"):
        assert np.array_equal(at_once.levels[field], in_parts.levels[field])
        assert np.array_equal(at_once.share[field], in_parts.share[field], equal_nan=True)


ALIASES = st.lists(
    st.sampled_from(
        ["", "-", "А.", "()", "Тимур", "Рыжий", "Ахметова", "Ahmet Sh. 7", "ұлы", *GIVEN]
    ),
    max_size=4,
)


@settings(max_examples=25, deadline=None)
@given(ALIASES, ALIASES)
def test_whatever_rows_are_also_called_each_is_in_one_person_and_the_answer_is_the_same(
    one: list[str], two: list[str]
) -> None:
    rows = [
        *TOWN[:20],
        replace(COURT, aliases=tuple(dict.fromkeys(filter(None, one)))),
        replace(CLINIC, aliases=tuple(dict.fromkeys(filter(None, two)))),
    ]
    first, again = Linker.of(rows).linked(), Linker.of(rows).linked()
    assert first.person.shape == (len(rows),)
    assert np.array_equal(first.person, again.person)
    for number in range(len(first.pairs)):
        first.reasons(number)


EVERYDAY = (
    "Тимур",
    "Бекзат",
    "Жанар",
    "Мәдина",
    "Олжас",
    "Рүстем",
    "Сабина",
    "Талғат",
    "Әлия",
    "Шолпан",
)


def test_more_is_found_where_lists_know_people_by_different_names() -> None:
    """Ten of a list's people go by a name on the other that only their aliases have."""
    court = [
        row("court", 600 + n, f"{SURNAMES[n % 8]} {GIVEN[n]}", DAY - 4000 - 911 * n, name)
        for n, name in enumerate(EVERYDAY)
    ]
    clinic = [
        row("clinic", 600 + n, f"{SURNAMES[n % 8]} {name}", DAY - 4000 - 911 * n)
        for n, name in enumerate(EVERYDAY)
    ]
    bare = [replace(one, aliases=()) for one in court]
    with_, without = linked(*court, *clinic), linked(*bare, *clinic)
    found, before = (
        sum(are_one(x, a, b) for a, b in zip(court, clinic, strict=True)) for x in (with_, without)
    )
    assert (found, before) == (10, 0)
