"""What became of a person stands statement beside statement; what cannot be is marked, not solved."""

from __future__ import annotations

from datetime import date
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qantar.model.person_row import DaySpan
from qantar.model.vocabulary import load
from qantar.weighing.status_histories import StatusStatement, history_of

WORDS = load("person-status")


def days(text: str | None, *, about: bool = False) -> DaySpan | None:
    if text is None:
        return None
    first, _, last = text.partition("/")
    return DaySpan.of(
        date.fromisoformat(first), date.fromisoformat(last) if last else None, about=about
    )


def said(
    status: str | None,
    at: str | None,
    *,
    row: int = 1,
    about: bool = False,
    published: str | None = None,
) -> StatusStatement:
    return StatusStatement(
        accession="a1",
        row=row,
        number=1,
        source="bureau",
        words=status or "as found",
        status=status,
        days=days(at, about=about),
        published=days(published),
    )


def against(*statements: StatusStatement) -> dict[int, tuple[int, ...]]:
    found = history_of(statements, WORDS)
    assert found.statements == statements, "they were given in order"
    return dict(found.against)


def test_statements_stand_in_the_order_of_their_days_the_undated_last() -> None:
    undated = said("released", None)
    late, early = said("released", "2022-01-12"), said("detained", "2022-01-05")
    vague = said("detained", "2022-01-05/2022-01-20")
    found = history_of([undated, late, vague, early], WORDS)
    assert found.statements == (early, vague, late, undated)


def test_of_one_day_what_was_published_first_stands_first() -> None:
    first = said("detained", "2022-01-05", published="2022-01-06")
    later = said("killed", "2022-01-05", published="2022-02-01")
    assert history_of([later, first], WORDS).statements == (first, later)


def test_whoever_was_dead_was_not_released_later() -> None:
    assert against(said("killed", "2022-01-06"), said("released", "2022-01-08")) == {
        0: (1,),
        1: (0,),
    }


@pytest.mark.parametrize(
    ("dead", "other"),
    [
        # On one day both can be true.
        (said("killed", "2022-01-06"), said("detained", "2022-01-06")),
        # Days that overlap leave it open.
        (said("killed", "2022-01-05/2022-01-10"), said("detained", "2022-01-08")),
        # Nobody was sure of the day.
        (said("killed", "2022-01-06", about=True), said("released", "2022-01-08")),
        (said("killed", "2022-01-06"), said("released", "2022-01-08", about=True)),
        # Whoever was hurt on the day of the death was alive for a part of it.
        (said("killed", "2022-01-06"), said("injured", "2022-01-06")),
        (said("killed", "2022-01-05/2022-01-07"), said("injured", "2022-01-06/2022-01-09")),
        # Marks of torture are seen on the dead too.
        (said("died", "2022-01-06"), said("tortured", "2022-01-09")),
        # The dead have been charged and looked for.
        (said("killed", "2022-01-06"), said("charged", "2022-02-01")),
        (said("died", "2022-01-06"), said("missing", "2022-02-01")),
        (said("killed", "2022-01-06"), said(None, "2022-02-01")),
        (said("killed", "2022-01-06"), said("killed", "2022-02-01")),
    ],
)
def test_what_can_be_true_together_is_not_marked(
    dead: StatusStatement, other: StatusStatement
) -> None:
    assert against(dead, other) == {}


@pytest.mark.parametrize("dead", ["killed", "died"])
def test_nobody_is_hurt_who_was_dead_the_day_before(dead: str) -> None:
    assert against(said(dead, "2022-01-06"), said("injured", "2022-01-07")) == {0: (1,), 1: (0,)}


def test_an_undated_death_was_before_it_was_published() -> None:
    death = said("killed", None, published="2022-01-20")
    alive = said("in-custody", "2022-02-01")
    found = history_of([death, alive], WORDS)
    assert found.statements == (alive, death)
    assert found.against == {0: (1,), 1: (0,)}
    earlier = said("in-custody", "2022-01-15")
    assert history_of([death, earlier], WORDS).against == {}


DAYS = st.none() | st.dates(date(2022, 1, 1), date(2022, 1, 20)).map(date.isoformat)
STATEMENTS = st.lists(
    st.builds(
        said,
        st.none() | st.sampled_from(sorted(WORDS.terms)),
        DAYS,
        row=st.integers(1, 5),
        about=st.booleans(),
        published=DAYS,
    ),
    max_size=8,
)


@given(STATEMENTS)
def test_no_statement_is_lost_and_marks_go_both_ways(made: list[StatusStatement]) -> None:
    found = history_of(made, WORDS)
    assert sorted(map(repr, found.statements)) == sorted(map(repr, made))
    for at, others in found.against.items():
        for other in others:
            assert at in found.against[other]
            two = {found.statements[at].status, found.statements[other].status}
            assert two & {"killed", "died"}


@given(STATEMENTS, st.randoms(use_true_random=False))
def test_the_order_in_which_lists_came_changes_nothing_but_equals(
    made: list[StatusStatement], chance: Random
) -> None:
    turned = list(made)
    chance.shuffle(turned)
    one, two = history_of(made, WORDS), history_of(turned, WORDS)
    assert [x.days for x in one.statements] == [x.days for x in two.statements]
    assert sum(map(len, one.against.values())) == sum(map(len, two.against.values()))
