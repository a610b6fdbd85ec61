"""Persons by status in a dossier: no small number, and none from which one would follow."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from qantar.weighing.status_counts import LEAST, StatusCounts, counted


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
