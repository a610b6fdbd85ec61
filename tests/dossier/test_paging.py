from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from qantar.dossier.pages.paging import in_parts, part_paths
from qantar.model.text import unique_slugs

SECTIONS = st.lists(st.tuples(st.text(max_size=3), st.lists(st.integers(), max_size=12)))


@given(SECTIONS, st.integers(1, 5))
def test_parts_hold_every_item_once_in_order_and_none_too_many(
    sections: list[tuple[str, list[int]]], size: int
) -> None:
    parts = in_parts(sections, size)
    assert [item for part in parts for s in part for item in s.items] == [
        item for _, items in sections for item in items
    ]
    assert [s.head for part in parts for s in part if not s.continued] == [
        head for head, _ in sections
    ]
    assert all(sum(len(s.items) for s in part) <= size for part in parts)


def test_a_long_section_goes_on_under_the_same_heading() -> None:
    parts = in_parts([("a", [1]), ("b", [2, 3, 4])], 2)
    shown = [[(s.head, s.items, s.continued) for s in part] for part in parts]
    assert shown == [[("a", (1,), False), ("b", (2,), False)], [("b", (3, 4), True)]]


def test_nothing_still_gives_one_part() -> None:
    assert in_parts([], 5) == [[]]
    assert part_paths("demands.html", 1) == ("demands.html",)


def test_no_part_takes_the_name_of_another_page() -> None:
    """`x-2` is what a second name with the slug `x` gets."""
    slugs = unique_slugs(["A voice", "a voice", "A  voice!", "a--voice 2"])
    names = [path for slug in slugs.values() for path in part_paths(f"sources/{slug}.html", 3)]
    assert len(set(names)) == len(names)
