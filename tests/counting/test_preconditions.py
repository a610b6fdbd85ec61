"""What can be estimated from, what cannot, and which lists count as one."""

from __future__ import annotations

import re

import numpy as np
import pytest

from qantar.counting.preconditions import Usable, joined, usable
from qantar.counting.table import CaptureTable

ABC = ("a", "b", "c")


def table(lists: str, **counts: int) -> CaptureTable:
    """Make a table of patterns named by the lists on them: `ab=3`."""
    patterns = [([int(one in name) for one in lists], count) for name, count in counts.items()]
    return CaptureTable.of(list(lists), patterns)


def codes(looked: Usable) -> list[str]:
    return [one.code for one in looked.cautions]


FULL = {"a": 50, "b": 40, "c": 30, "ab": 12, "ac": 9, "bc": 8, "abc": 3}


def test_a_sound_table_passes_as_it_is() -> None:
    looked = usable(table("abc", **FULL))
    assert (looked.refused, looked.cautions) == (None, ())
    assert looked.groups == (("a",), ("b",), ("c",))
    assert looked.table.cells().tolist() == table("abc", **FULL).cells().tolist()


@pytest.mark.parametrize(
    ("given", "code", "said"),
    [
        (table("a", a=40), "few-lists", "there is 1"),
        (table("ab", a=40, b=30, ab=9), "few-lists", "there are 2"),
        (table("abc", a=40, b=30, ab=9), "few-lists", "there are 2"),
        (table("abc", a=50, b=40, c=30), "no-overlap", "nobody is on two lists"),
        (table("abc", a=1, b=1, c=1), "no-overlap", "nobody"),
        (table("abc", a=50, b=40, c=30, ab=9), "no-overlap", '"c" shares nobody'),
        (table("abc", a=100, b=100, c=100, ab=1, ac=1, bc=1), "tiny-overlap", "only 3 of 303"),
        (table("abc", a=30, ab=25, ac=20, abc=10), "contained-list", '"a" names every person'),
    ],
)
def test_a_table_that_carries_no_estimate_is_refused_with_its_reason(
    given: CaptureTable, code: str, said: str
) -> None:
    looked = usable(given)
    assert looked.refused
    assert looked.refused.code == code
    assert looked.refused.text.startswith("Not estimable")
    assert said in looked.refused.text
    assert "missing" not in looked.refused.text  # readers take it for disappeared
    *_, last = re.split(r"(?<=\.) ", looked.refused.text)
    assert last.split()[0] in {"Add", "Ask", "Check", "Count"}  # what to do next


def test_an_empty_list_is_left_out_and_told() -> None:
    looked = usable(table("abcd", **FULL))
    assert codes(looked) == ["empty-list"]
    assert looked.table.lists == ABC
    assert looked.refused is None


def test_lists_that_name_the_same_persons_are_one_list() -> None:
    looked = usable(table("abc", abc=40))
    assert codes(looked) == ["copied-list", "copied-list"]
    assert looked.refused
    assert looked.refused.code == "few-lists"
    assert looked.table.lists == ("a + b + c",)
    assert looked.table.observed == 40


def test_a_copy_with_a_few_slips_is_found_and_nobody_is_lost() -> None:
    given = table("abcd", **FULL, ad=1, d=2, acd=9, abd=12, abcd=3)
    copied = table("abcd", **{f"{k}d" if "a" in k else k: v for k, v in FULL.items()}, d=2, a=1)
    looked = usable(copied)
    assert codes(looked) == ["copied-list"]
    assert looked.table.lists == ("a + d", "b", "c")
    assert looked.table.observed == copied.observed
    assert usable(given).groups == (("a",), ("b",), ("c",), ("d",))


def test_lists_that_cover_nearly_everybody_are_no_copies() -> None:
    # Each of three independent lists names 97 of 100: two share 94 % by chance.
    counts = {"abc": 913, "ab": 28, "ac": 28, "bc": 28, "a": 1, "b": 1, "c": 1}
    looked = usable(table("abc", **counts))
    assert looked.refused is None
    assert "copied-list" not in codes(looked)


def test_what_is_known_to_be_copied_counts_as_one_list() -> None:
    given = table("abcd", **FULL, ad=9, bd=7, cd=8, d=20)
    looked = usable(given, copied=[("d", "a"), ("nobody", "a"), ("d", "a")])
    assert codes(looked) == ["copied-list"]
    assert looked.groups == (("a", "d"), ("b",), ("c",))
    assert looked.table.observed == given.observed
    # On the joint list: all who are on a or on d.
    assert looked.table.sizes.tolist()[0] == 50 + 12 + 9 + 3 + 9 + 7 + 8 + 20


def test_joined_lists_have_a_name_that_no_list_has() -> None:
    """It once was taken for a fault of the program."""
    for other, name in (("c", "a + b (joined)"), ("a + b (joined)", "a + b (joined) (joined)")):
        names = ["a", "b", "a + b", other]
        given = CaptureTable.of_masks(names, [(mask, 40 - mask) for mask in range(1, 15)])
        looked = usable(given, copied=[("b", "a")])
        assert looked.table.lists == (name, "a + b", other)
        assert looked.table.observed == given.observed


def test_a_part_of_a_joined_list_is_told_with_the_name_of_a_list_that_was_given() -> None:
    """What is advised must work: `--copied "d=a + b"` names no list."""
    counts = {"a": 90, "b": 80, "ac": 30, "bc": 30, "c": 100, "abd": 20, "acd": 10, "abcd": 5}
    looked = usable(table("abcde", **counts, e=60, ae=9, ce=8), copied=[("b", "a")])
    (said,) = (one.text for one in looked.cautions if one.code == "contained-list")
    assert '(--copied "d=a")' in said


def test_a_part_of_a_list_is_told_where_chance_does_not_explain_it() -> None:
    looked = usable(table("abcd", **FULL, ad=12, abd=3))
    assert looked.refused is None
    assert "contained-list" in codes(looked)
    assert looked.table.lists == ("a", "b", "c", "d")
    few = table("abcd", **FULL, ad=3)
    assert codes(usable(few)) == ["sparse-list", "no-overlap"]


def test_a_part_of_a_list_is_no_third_list() -> None:
    looked = usable(table("abd", a=50, b=40, ab=12, ad=12, abd=3))
    assert looked.refused
    assert looked.refused.code == "contained-list"
    assert '"d" lies wholly within "a"' in looked.refused.text


def test_few_on_several_lists_and_lists_apart_are_told() -> None:
    looked = usable(table("abcd", a=50, b=40, c=30, d=20, ab=4, bc=4, cd=5))
    assert looked.refused is None
    assert codes(looked) == ["tiny-overlap", "no-overlap"]
    assert "13 of 153" in looked.cautions[0].text
    assert '"a" and "c"; nor on "a" and "d"; nor on "b" and "d"' in looked.cautions[1].text


def test_draws_of_linking_are_joined_as_the_table_was() -> None:
    rng = np.random.default_rng(3)
    other = CaptureTable.of_masks(
        "abcd", [(mask, int(rng.integers(1, 9))) for mask in range(1, 16)]
    )
    got = joined(other, (("a", "d"), ("c",)))
    assert got.lists == ("a + d", "c")
    on_first = sum(int(n) for m, n in zip(other.masks, other.counts, strict=True) if m & 0b1001)
    assert got.sizes.tolist() == [on_first, int(other.sizes[2])]


def test_lists_that_by_chance_share_nobody_are_refused_every_time() -> None:
    """Three small lists of many people, as they come: whenever nobody is on two, none is said."""
    rng = np.random.default_rng(11)
    refused = 0
    while refused < 100:
        masks = (rng.random((2000, 3)) < (0.015, 0.012, 0.01)) @ (1, 2, 4)
        found, counts = np.unique(masks, return_counts=True)
        if set(found.tolist()) <= {0, 1, 2, 4}:
            drawn = CaptureTable.of_masks(ABC, zip(found.tolist(), counts.tolist(), strict=True))
            looked = usable(drawn)
            assert looked.refused
            assert looked.refused.code == "no-overlap"
            refused += 1
