"""Whole names against each other; all of them are made up or ordinary."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qantar.linking.compare_names import compare_names


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Жұмабаев Серік Нұрланұлы", "Serik Zhumabayev"),
        ("Жұмабаев Серік Нұрланұлы", "Жумабаев Серик Нурланович"),
        ("Ахметова Айгүл", "AKHMETOVA, Aigul"),
        ("Александр Козлов", "Козлов Саша"),
        ("С. Жұмабаев", "Жұмабаев Серік"),
        ("Äliхan Ospanov", "Әлихан Оспанов"),
        ("أحمد حسن", "حسن أحمد"),
    ],
)
def test_one_name_in_two_spellings_is_alike(one: str, other: str) -> None:
    assert compare_names(one, other).alike > 0.75


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Жұмабаев Серік Нұрланұлы", "Жұмабаев Берік Нұрланұлы"),
        ("Serik Zhumabayev", "Serik Ospanov"),
        ("Ким Виктор", "Ким Олег"),
        ("أحمد حسن", "أحمد يوسف"),
        ("Иванов", ""),
    ],
)
def test_two_names_are_not(one: str, other: str) -> None:
    assert compare_names(one, other).alike < 0.65


def test_it_says_which_word_answers_which() -> None:
    found = compare_names("Жұмабаев С. Нұрланұлы", "Serik Zhumabayev")
    told = {pair.left: (pair.right, pair.words) for pair in found.pairs}
    assert told == {
        "Жұмабаев": ("Zhumabayev", "the same"),
        "С": ("Serik", "initial agrees"),
        "Нұрланұлы": (None, "only here"),
    }


@given(st.text(max_size=25), st.text(max_size=25))
def test_it_is_symmetric_and_within_bounds(one: str, other: str) -> None:
    there, back = compare_names(one, other), compare_names(other, one)
    assert 0.0 <= there.alike <= 1.0
    assert there.alike == pytest.approx(back.alike, abs=1e-3)


@given(
    st.lists(
        st.sampled_from(["Серік", "Нұрлан", "Ospanov", "Айгүл", "Kim"]), min_size=1, max_size=5
    )
)
def test_a_name_is_like_itself_in_any_order(words: list[str]) -> None:
    assert compare_names(" ".join(words), " ".join(reversed(words))).alike > 0.9
