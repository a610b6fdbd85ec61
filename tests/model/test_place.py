"""Places: a name resolves by any recorded form, or it does not; nothing is guessed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qantar.model.place import Gazetteer, Place

OILTOWN = Place(
    id="L1",
    name="Zhanaozen",
    kind="town",
    names=(("kk", "Жаңаөзен"), ("ru", "Жанаозен")),
    variants=("Janaozen", "Zhañaözen"),
    former=("Novy Uzen", "Новый Узень"),
    parent="L3",
)
CITY = Place(id="L2", name="Almaty", kind="city", names=(("kk", "Алматы"),), former=("Alma-Ata",))
OBLAST = Place(id="L3", name="Mangystau oblast", kind="oblast", parent="KZ")
COUNTRY = Place(id="KZ", name="Kazakhstan", kind="country")
SQUARE = Place(id="L4", name="Republic Square (Almaty)", kind="square", parent="L2")
LISTED = (OILTOWN, CITY, OBLAST, COUNTRY, SQUARE)


@pytest.mark.parametrize(
    "form",
    [
        "Жаңаөзен",
        "Жанаозен",
        "ЖАНАОЗЕН",
        "Zhanaozen",
        "zhañaözen",
        "Janaozen",
        "Novy  Uzen",
        "Новый Узень",
        "Новыи\u0306 Узень",
    ],
)
def test_every_recorded_form_leads_to_the_place(form: str) -> None:
    assert Gazetteer.of(LISTED).candidates(form) == ("L1",)


@pytest.mark.parametrize("form", ["Жанаозе", "Zhanaozen town", "", "Новыи Узень"])
def test_an_unrecorded_form_leads_nowhere(form: str) -> None:
    assert Gazetteer.of(LISTED).candidates(form) == ()


def test_a_name_that_two_places_are_shown_under_is_ambiguous() -> None:
    other = Place(id="L9", name="Almaty", kind="station")
    assert Gazetteer.of((*LISTED, other)).candidates("алматы") == ("L2",)
    assert Gazetteer.of((*LISTED, other)).candidates("Almaty") == ("L2", "L9")


def test_a_name_that_one_place_is_shown_under_wins_over_other_places_former_names() -> None:
    village = Place(id="L9", name="Sayaq", kind="village", former=("Almaty",))
    both = Gazetteer.of((*LISTED, village))
    assert both.candidates("Almaty") == ("L2",)
    assert both.forms_of("Almaty") == ("Almaty", "Алматы", "Alma-Ata", "Sayaq")


def test_two_places_with_one_former_name_are_ambiguous_under_it() -> None:
    village = Place(id="L9", name="Sayaq", kind="village", former=("Alma-Ata",))
    assert Gazetteer.of((*LISTED, village)).candidates("alma–ata") == ("L2", "L9")


def test_forms_are_listed_once_the_shown_name_first() -> None:
    assert OILTOWN.forms[:2] == ("Zhanaozen", "Жаңаөзен")
    assert len(OILTOWN.forms) == 7
    assert Place(id="x", name="A", kind="site", variants=("A", "", "B")).forms == ("A", "B")


def test_a_place_lies_in_its_parents_parents() -> None:
    places = Gazetteer.of(LISTED)
    assert places.ancestors("L1") == ("L3", "KZ")
    assert places.within("L1", "KZ")
    assert places.within("L1", "L1")
    assert not places.within("KZ", "L1")
    assert not places.within("L2", "KZ")
    assert places.ancestors("no such place") == ()


@given(
    st.dictionaries(st.sampled_from("abcdef"), st.none() | st.sampled_from("abcdefz"), min_size=1)
)
def test_a_circle_of_parents_ends(parents: dict[str, str | None]) -> None:
    made = (Place(id=i, name=i, kind="site", parent=parent) for i, parent in parents.items())
    places = Gazetteer.of(made)
    for name in parents:
        found = places.ancestors(name)
        assert len(found) == len(set(found))
        assert name not in found
        assert all(places.within(name, outer) for outer in found)


def test_a_point_is_as_coarse_as_its_kind() -> None:
    assert COUNTRY.reach_m > OBLAST.reach_m > CITY.reach_m > OILTOWN.reach_m > SQUARE.reach_m > 0
