"""What changed between two editions of a list: rows added, changed, removed; every row counted."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from qantar.model.person_row import PersonRow
from qantar.weighing.editions import Changes, changes


def rows(*said: tuple[str | None, str], of: str = "e") -> list[PersonRow]:
    return [PersonRow(list=of, row=n, id=id_, name=name) for n, (id_, name) in enumerate(said, 1)]


def nobody(_row: PersonRow) -> None:
    return None


def by_first_word(row: PersonRow) -> str:
    return (row.name or "").split()[0]


def test_by_ids_a_row_is_the_same_whatever_it_says() -> None:
    before = rows(("A-7", "Aidar"), ("A-3", "Botagoz"), ("A-9", "Daulet"))
    after = rows(("A-9", "Daulet"), ("A-7", "Aidar B."), ("A-1", "Erlan"))
    found = changes(before, after, nobody)
    assert found == Changes(added=1, changed=1, removed=1, kept=1, by_id=True)


def test_running_numbers_are_no_ids() -> None:
    """A row put in at the top would make all others changed."""
    before = rows(("1", "Botagoz"), ("2", "Daulet"))
    after = rows(("1", "Aidar"), ("2", "Botagoz"), ("3", "Daulet"))
    found = changes(before, after, nobody)
    assert found == Changes(added=1, changed=0, removed=0, kept=2, by_id=False)


def test_without_ids_rows_of_one_person_are_one_row_that_changed() -> None:
    before = rows((None, "Aidar"), (None, "Botagoz"), (None, "Botagoz"))
    after = rows((None, "Aidar the baker"), (None, "Botagoz"), (None, "Erlan"))
    found = changes(before, after, by_first_word)
    assert found == Changes(added=1, changed=1, removed=1, kept=1, by_id=False)
    unknown = changes(before, after, nobody)
    assert (unknown.added, unknown.changed, unknown.removed) == (2, 0, 2)


ROWS = st.lists(
    st.tuples(st.none() | st.sampled_from("abcxyz"), st.sampled_from(["A", "A b", "C"]))
)


@given(ROWS, ROWS)
def test_every_row_of_both_editions_is_counted_once(
    earlier: list[tuple[str | None, str]], later: list[tuple[str | None, str]]
) -> None:
    before, after = rows(*earlier), rows(*later)
    found = changes(before, after, by_first_word)
    assert found.kept + found.changed + found.removed == len(before)
    assert found.kept + found.changed + found.added == len(after)
    assert min(found.added, found.changed, found.removed, found.kept) >= 0
    assert changes(before, before, by_first_word).kept == len(before)
