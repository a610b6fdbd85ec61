"""Who is who, on rows whose truth is plain to see. All people here are invented."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qantar.linking.decided import UnknownRowError
from qantar.linking.link import Linker, link
from qantar.linking.result import Linked, ListRules, PairDecision, Verdict
from qantar.linking.word_levels import NAME_LEVELS
from qantar.model.person_row import DaySpan, PersonRow

DAY = 738000


def row(list_: str, number: int, name: str, birth: int | None = None, **more: str) -> PersonRow:
    """Make a row."""
    span = None if birth is None else DaySpan(birth, birth)
    return PersonRow(list=list_, row=number, name=name, birth=span, **more)  # type: ignore[arg-type]


LAWYERS = (
    row("lawyers", 1, "Жұмабаев Серік Нұрланұлы", DAY - 12000),
    row("lawyers", 2, "Ахметова Айгүл Маратқызы", DAY - 9000),
    row("lawyers", 3, "Жұмабаев Берік Нұрланұлы", DAY - 11000),
    row("lawyers", 4, "Ким Виктор Олегович", DAY - 15000),
)
PRESS = (
    row("press", 1, "Serik Zhumabayev", DAY - 12000),
    row("press", 2, "Aigul Akhmetova", DAY - 9000),
    row("press", 3, "Viktor Kim", DAY - 15000),
    row("press", 4, "Timur Ospanov", DAY - 8000),
)
ROWS = (*LAWYERS, *PRESS)


def people(linked: Linked) -> set[frozenset[tuple[str, int]]]:
    """Give the persons by their rows."""
    return {frozenset(linked.rows[at].key for at in rows) for _, rows in linked.members()}


def test_one_name_in_two_alphabets_is_one_person_and_a_brother_another() -> None:
    assert people(link(ROWS)) == {
        frozenset({("lawyers", 1), ("press", 1)}),
        frozenset({("lawyers", 2), ("press", 2)}),
        frozenset({("lawyers", 3)}),
        frozenset({("lawyers", 4), ("press", 3)}),
        frozenset({("press", 4)}),
    }


def test_every_row_is_in_one_person_and_the_same_run_gives_the_same_answer() -> None:
    one, two = link(ROWS, draws=5), link(ROWS, draws=5)
    assert one.person.shape == (len(ROWS),)
    assert (one.person > 0).all()
    assert np.array_equal(one.person, two.person)
    assert np.array_equal(one.draws, two.draws)
    assert one.draws.shape == (5, len(ROWS))


def test_a_pair_says_why() -> None:
    linked = link(ROWS)
    place = [
        at
        for at in range(len(linked.pairs))
        if (linked.pairs.left[at], linked.pairs.right[at]) == (0, 4)
    ]
    reasons = {one.field: one for one in linked.reasons(place[0])}
    assert reasons["given"].left == "Серік"
    assert reasons["given"].right == "Serik"
    assert reasons["birth"].weight > 5
    assert reasons["birth"].words == "same day"


def test_the_reasons_of_a_score_add_up_to_it() -> None:
    """What is not said in cells is said as well: how few pairs are one, and that kin look alike."""
    decisions = [
        PairDecision(("lawyers", 1), ("press", 1), Verdict.SAME),
        PairDecision(("lawyers", 3), ("press", 1), Verdict.NOT_SAME),
    ]
    for linked in (link(ROWS), link(ROWS, decisions=decisions)):
        assert len(linked.pairs) > 2
        for at, probability in enumerate(linked.pairs.probability.tolist()):
            reasons = linked.reasons(at)
            said = math.log2(probability / (1 - probability))
            assert sum(one.weight for one in reasons) == pytest.approx(said, abs=0.01)
            assert reasons[-1].field == "start"
            assert reasons[-1].weight < 0
            lists = (linked.pairs.left[at], linked.pairs.right[at])
            assert reasons[-1][1:3] == tuple(linked.rows[one].list for one in lists)


def test_what_people_decided_stands_above_the_scores() -> None:
    apart = PairDecision(("lawyers", 1), ("press", 1), Verdict.NOT_SAME)
    same = PairDecision(("lawyers", 3), ("press", 4), Verdict.SAME)
    linked = link(ROWS, decisions=[apart, same], draws=20)
    person = dict(zip([one.key for one in linked.rows], linked.person, strict=True))
    assert person["lawyers", 1] != person["press", 1]
    assert person["lawyers", 3] == person["press", 4]
    assert (linked.draws[:, 0] != linked.draws[:, 4]).all()
    assert (linked.draws[:, 2] == linked.draws[:, 7]).all()


def test_the_newest_decision_about_a_pair_holds() -> None:
    keys = ("lawyers", 3), ("press", 4)
    decisions = [PairDecision(*keys, Verdict.SAME), PairDecision(*keys[::-1], Verdict.UNSURE)]
    linked = link(ROWS, decisions=decisions)
    assert frozenset(keys) not in people(linked)
    assert Verdict.UNSURE in linked.pairs.verdict


def test_contradictions_are_told_and_decide_nothing() -> None:
    a, b, c = ("lawyers", 1), ("press", 1), ("press", 4)
    decisions = [
        PairDecision(a, b, Verdict.SAME),
        PairDecision(b, c, Verdict.SAME),
        PairDecision(a, c, Verdict.NOT_SAME),
    ]
    linked = link(ROWS, decisions=decisions)
    assert {one.decision for one in linked.contradictions} == set(decisions)
    assert all(len(one.conflicts_with) == 2 for one in linked.contradictions)
    assert people(linked) == people(link(ROWS))


def test_two_names_that_many_bear_are_no_slip_of_the_hand() -> None:
    """One letter apart, and two names; a word that nobody else bears is a slip."""
    surnames = ("Ахметов", "Оспанов", "Ибраев", "Нуртаев", "Касымов", "Жаксыбеков")
    one = [row("a", n, f"{s} {g}") for n, (s, g) in enumerate(_each(surnames, "Ержан", "Ерлан"), 1)]
    two = [row("b", 1, "Сарсенов Ержан"), row("b", 2, "Байтурсын Ержан")]
    three = [row("c", 1, "Сарсенов Ерлан"), row("c", 2, "Байтурсын Ержаан")]
    linker = Linker.of([*one, *two, *three])
    pairs = linker.linked(
        decisions=[PairDecision(("b", n), ("c", n), Verdict.UNSURE) for n in (1, 2)]
    ).pairs
    odds = dict(zip(zip(pairs.left, pairs.right, strict=True), pairs.probability, strict=True))
    usual, slip = (odds[len(one) + n, len(one) + 2 + n] for n in (0, 1))
    assert usual < 0.05
    assert slip > 5 * usual


def _each(surnames: tuple[str, ...], *given: str) -> list[tuple[str, str]]:
    return [(surname, name) for surname in surnames for name in given]


SHORT_LISTS = (
    "Лепестков",
    "Ручьёв",
    "Тополев",
    "Гвоздиков",
    "Снегирёв",
    "Ким",
    "Полевой",
    "Озерский",
)


def given_level(one: str, other: str) -> str:
    """Say how two given names compare that stand in two short lists."""
    rows = [
        PersonRow(list=list_, row=at, given=given, surname=name, birth=DaySpan(day, day))
        for list_, first in (("lawyers", one), ("press", other))
        for at, name in enumerate(SHORT_LISTS, 1)
        for day in (DAY - 700 * at,)
        for given in (first if at == 1 else "Самат",)
    ]
    found = Linker.of(rows).scores.found
    (at,) = np.flatnonzero((found.left == 0) & (found.right == len(SHORT_LISTS)))
    return NAME_LEVELS[found.levels["given"][at] - 1]


@pytest.mark.parametrize(
    ("one", "other"),
    [("Мария", "Марина"), ("Дарья", "Дарина"), ("Нурлан", "Ерлан"), ("Руслан", "Рустам")],
)
def test_two_names_that_everybody_knows_are_two_in_short_lists_too(one: str, other: str) -> None:
    """Марина and Мария were one root with two ends, and said to be "same spelling"."""
    assert given_level(one, other) == "another known name"


@pytest.mark.parametrize(
    ("one", "other"),
    [("Марина", "Marina"), ("Нурлан", "Нұрлан"), ("Валентина", "Valentina"), ("Айгүл", "Aigul")],
)
def test_one_name_that_ends_as_surnames_do_is_one_in_two_alphabets(one: str, other: str) -> None:
    assert given_level(one, other) == "same spelling"


def test_a_list_that_has_each_person_once_keeps_its_rows_apart() -> None:
    twice = (*ROWS, row("press", 5, "Serik Zhumabaev", DAY - 12000))
    free, bound = (
        people(link(twice, lists={"press": ListRules(one_row_a_person=once)}))
        for once in (False, True)
    )
    assert any({("press", 1), ("press", 5)} <= one for one in free)
    assert not any({("press", 1), ("press", 5)} <= one for one in bound)


def test_persons_keep_their_numbers_when_rows_come_and_decisions_are_made() -> None:
    first = link(ROWS)
    known = {one.key: int(number) for one, number in zip(first.rows, first.person, strict=True)}
    later = (row("court", 1, "Ахметова А. М.", DAY - 9000), *reversed(ROWS))
    second = link(later, previous=known)
    for one, number in zip(second.rows, second.person, strict=True):
        assert one.key not in known or known[one.key] == number


def test_a_decision_about_no_row_is_refused() -> None:
    with pytest.raises(UnknownRowError, match="no list has the row 9 of 'press'"):
        link(ROWS, decisions=[PairDecision(("press", 9), ("press", 1), Verdict.SAME)])


def test_two_rows_of_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match="same list and number"):
        link([ROWS[0], ROWS[0]])


def test_rows_without_a_name_are_persons_by_themselves_and_told() -> None:
    nameless = [PersonRow(list="morgue", row=n) for n in (1, 2)]
    linked = link([*ROWS, *nameless])
    assert [one.code for one in linked.findings] == ["no-name", "no-name"]
    assert {frozenset({("morgue", 1)}), frozenset({("morgue", 2)})} <= people(linked)


def test_rows_of_a_name_that_too_many_bear_are_told_and_so_is_nobody_else() -> None:
    many = [row("court", number, "Ким Виктор") for number in range(1, 101)]
    known = row("court", 101, "Ким Виктор", DAY - 15000)
    again = row("press", 1, "Viktor Kim", DAY - 15000)
    alone = row("press", 2, "Timur Ospanov")
    linked = link([*many, known, again, alone])
    told = [one for one in linked.findings if one.code == "not-compared"]
    assert [one.row for one in told] == [("court", 1)]
    assert "99 others" in told[0].text
    few = link([*many[:5], known, again, alone])
    assert not [one for one in few.findings if one.code == "not-compared"]


def test_no_rows_are_no_persons() -> None:
    assert link([]).persons.point == 0


ANY = st.text(max_size=12)
MAYBE = st.none() | ANY


@given(
    st.lists(
        st.builds(
            PersonRow,
            list=st.sampled_from("ab"),
            row=st.integers(1, 10**6),
            name=MAYBE,
            given=MAYBE,
            surname=MAYBE,
            patronymic=MAYBE,
            place=MAYBE,
            phone=MAYBE,
            birth=st.none() | st.builds(DaySpan, st.just(DAY), st.integers(DAY, DAY + 800)),
        ),
        max_size=12,
        unique_by=lambda one: one.key,
    )
)
@settings(max_examples=60, deadline=None)
def test_no_row_is_lost_whatever_stands_in_it(rows: list[PersonRow]) -> None:
    linked = Linker.of(rows).linked(draw=2)
    assert sorted(at for _, group in linked.members() for at in group) == list(range(len(rows)))
    assert linked.draws.shape == (2, len(rows))


@pytest.mark.parametrize(
    ("said", "in_short"),
    [
        ("Сарышымбаев Серик Жандосулы", "Сарышымбаcв С.Ж."),  # a letter misread, initials, a year
        ("Муратулы Жасулан", "Муратулы Ж."),  # a surname in the form of a patronymic
        ("Evgeniy Kamyshedolov", "Камышедолов Е."),  # one initial, and no birth on one side
    ],
)
def test_rows_that_say_little_are_compared(said: str, in_short: str) -> None:
    """Each was once left apart: no rule found the pair, whatever its score would have been."""
    year = DaySpan(731581, 731946)
    full = PersonRow(list="lawyers", row=9, name=said, birth=None if said[0] == "E" else year)
    short = PersonRow(list="hospital", row=9, name=in_short, birth=year)
    linker = Linker.of((*ROWS, full, short))
    first, second = sorted(linker.table.places[one.key] for one in (full, short))
    assert (first, second) in linker.scored_pairs
