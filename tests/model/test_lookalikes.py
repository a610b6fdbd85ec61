"""Names that deceive the eye are told, and none is ever taken for another."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qantar.model import lookalikes
from qantar.model.lookalikes import Lookalikes, likeness, mixed_word
from qantar.model.text import fold


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("Айгүл Ойдан-Шығарылған", None),
        ("Ivan Invented", None),
        ("Іngkar", "Іngkar"),  # a Ukrainian and Kazakh і before Latin letters
        ("Серiк", "Серiк"),  # a Latin i, as on a keyboard without Kazakh letters
        ("Ahmed Οmar", "Οmar"),  # a Greek Ο
        ("Tele2 Қазақстан", None),
        ("iPhone-дан", None),
        ("Жанна d'Арк", None),
        ("B2Б", None),
        ("", None),
    ],
)
def test_letters_of_two_scripts_in_one_word(name: str, word: str | None) -> None:
    assert mixed_word(name) == word


@pytest.mark.parametrize(
    "twin",
    ["Cepa", "С\u0435р\u0430", "Се\u200bра", "Сера\u202c", "C\u0435pa"],
)
def test_what_no_eye_tells_apart_has_one_likeness(twin: str) -> None:
    assert likeness(twin) == likeness("Сера")
    assert likeness("Сара") != likeness("Сера")


def test_a_twin_is_told_with_how_both_are_spelt_and_once() -> None:
    names = Lookalikes()
    assert names.look_at("Сера") is None
    said = names.look_at("Cepa")
    assert said is not None
    assert "looks the same" in said
    assert "'Сера' Cyrillic" in said
    assert names.look_at("Cepa") is None
    both = names.look_at("Cерa")
    assert both is not None
    assert "'C' Latin 'ер' Cyrillic 'a' Latin" in both


def test_they_are_not_merged_by_the_key_that_names_are_found_by() -> None:
    """Attack case 15: whoever searches for the one must not be shown the other's words."""
    assert fold("Cepa") != fold("Сера")
    assert fold("Серiк") != fold("Серік")


def test_a_file_of_names_without_end_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lookalikes, "MOST_NAMES", 3)
    names = Lookalikes()
    said = [names.look_at(f"Ив{n}aн") for n in range(5)]
    assert [one is not None for one in said] == [True, True, True, False, False]


@given(st.text(max_size=30), st.text(max_size=30))
def test_any_names_may_come(one: str, other: str) -> None:
    names = Lookalikes()
    names.look_at(one)
    said = names.look_at(other)
    assert said is None or one != other
    assert said is None or said.isprintable()
    assert likeness(likeness(one)) == likeness(one)
