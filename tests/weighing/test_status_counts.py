"""Persons by status in a dossier: no small number, and none from which one would follow."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qantar.weighing.status_counts import LEAST, StatusCounts, counted, held_back


def people(**numbers: int) -> dict[str, list[str | None]]:
    """Persons by what is said of them; `x` for words that are none, `no` for nothing."""
    said = {"x": [None], "no": []}
    made = [said.get(term, [term]) for term, n in numbers.items() for _ in range(n)]
    return {f"p{n}": list(one) for n, one in enumerate(made)}


def test_large_numbers_are_shown() -> None:
    assert counted("court", people(detained=30, killed=5, x=6, no=9)) == StatusCounts(
        source="court", of_status={"detained": 30, "killed": 5}, otherwise=6, unsaid=9
    )


def test_a_small_number_takes_the_next_one_with_it() -> None:
    """Who knows how many persons a list names would subtract it otherwise."""
    found = counted("court", people(detained=30, killed=4, released=7))
    assert found is not None
    assert found.of_status == {"detained": 30, "killed": None, "released": None}
    assert (found.otherwise, found.unsaid) == (0, 0)


def test_two_that_are_one_each_are_not_hidden_by_one_another() -> None:
    found = counted("court", people(detained=30, killed=1, released=1, no=9))
    assert found is not None
    assert found.of_status == {"detained": 30, "killed": None, "released": None}
    assert found.unsaid is None


def test_nothing_is_told_where_nothing_hides_what_is_small() -> None:
    assert counted("court", people(killed=3)) is None
    assert counted("court", people(killed=1, detained=2)) is None


def test_a_person_of_whom_two_things_are_said_counts_under_each() -> None:
    stated: dict[str, list[str | None]] = {
        f"p{n}": ["detained", "released", "detained", None] for n in range(6)
    }
    assert counted("court", stated) == StatusCounts(
        source="court", of_status={"detained": 6, "released": 6}
    )


@given(
    st.dictionaries(
        st.sampled_from(["detained", "killed", "released", "x", "no"]),
        st.integers(1, 12),
        min_size=1,
    )
)
def test_what_is_held_back_follows_from_nothing_that_is_shown(numbers: dict[str, int]) -> None:
    found = counted("court", people(**numbers))
    if found is None:
        return
    shown = {**found.of_status, "x": found.otherwise, "no": found.unsaid}
    held = Counter({term: numbers[term] for term, n in shown.items() if n is None})
    assert all(n == numbers.get(term, 0) for term, n in shown.items() if n is not None)
    assert all(n is None or n == 0 or n >= LEAST for n in shown.values())
    assert not held or (len(held) >= 2 and held.total() >= LEAST)


Table = tuple[int, ...]
Names = tuple[str | None, ...]
TERMS: Names = ("detained", "killed", "released", "")
POSSIBLE = 4
"""So many values at least a small number may have, for all that a reader knows."""


def told_apart(tables: Iterable[tuple[int, Table]], names: Names) -> Iterator[tuple[int, Table]]:
    """Give tables of which a reader learns a small number, or one that is held back is shown small.

    The reader knows the rule, the number of persons, all that is shown, and the sum of what is not;
    with that, all tables (persons, and numbers in the order of `names`) that look the same.
    """
    looks: dict[tuple[int, tuple[int | None, ...]], list[tuple[int, Table]]] = defaultdict(list)
    for persons, table in tables:
        held = held_back(dict(zip(names, table, strict=True)), persons)
        seen: tuple[int | None, ...] = ()  # of a source that is left out, nothing
        if held is not None:
            seen = (
                sum(table),
                *(None if name in held else n for name, n in zip(names, table, strict=True)),
            )
        looks[persons, seen].append((persons, table))
    for (of, shown), same in looks.items():
        for at, column in enumerate(zip(*(table for _, table in same), strict=True)):
            if shown and shown[at + 1] is not None:
                assert set(column) == {shown[at + 1]}
                yield from same if 0 < column[0] < LEAST else ()
            elif min(column) < LEAST and len(set(column)) < min(POSSIBLE, of):
                yield from same


def shared(persons: int, parts: int) -> Iterator[Table]:
    """Give every way to share persons out among so many parts."""
    if parts == 1:
        yield (persons,)
        return
    for first in range(persons + 1):
        yield from ((first, *rest) for rest in shared(persons - first, parts - 1))


@pytest.mark.parametrize(("width", "most"), [(2, 200), (3, 90), (4, 48)])
def test_whoever_knows_the_rule_and_the_total_learns_no_small_number(width: int, most: int) -> None:
    """All tables of up to so many persons: among them all with up to twelve of each status."""
    tables = ((n, one) for n in range(1, most + 1) for one in shared(n, width))
    assert list(told_apart(tables, TERMS[-width:])) == []


def test_nor_where_persons_have_several_statuses() -> None:
    """Tables of three statuses, and of those of whom nothing is said: all that can be."""
    tables = (
        (persons, one)
        for persons in range(1, 22)
        for one in product(range(15), range(15), range(10), range(7))
        if max(one[:3]) <= persons - one[3] <= sum(one[:3])
    )
    assert list(told_apart(tables, TERMS)) == []


def test_a_rule_that_holds_back_the_next_smallest_would_be_seen_through() -> None:
    """What was once shown: "alive 5, two not shown" of 13 is 4 and 4, and nothing else."""
    assert counted("court", people(alive=5, detained=4, missing=4)) != StatusCounts(
        source="court", of_status={"alive": 5, "detained": None, "missing": None}
    )


def test_nobody_of_whom_nothing_is_said_is_told_by_those_with_several_statuses() -> None:
    """Of 21 persons 20 are detained: one at most is not, and of one nothing is said."""
    stated: dict[str, list[str | None]] = {f"p{n}": ["detained"] for n in range(20)}
    for n in range(7):
        stated[f"p{n}"].append("released")
    assert counted("court", {**stated, "p20": []}) is None
