"""Places and speakers: what a row becomes, and how places find what they lie in."""

from __future__ import annotations

from decimal import Decimal

import pytest

from qantar.model.accession import Holds
from qantar.model.finding import Locator, Severity
from qantar.model.place import Gazetteer, Place
from qantar.model.speaker import Speaker
from qantar.reading.identifiers import Identifiers
from qantar.reading.places import with_parents

from .tables import ORIGINAL, Columns, codes, column, read

PLACE: Columns = {
    "id": "Id",
    "name": "Name",
    "kind": "Kind",
    "parent": "In",
    "country": column(constant="Kazakhstan"),
    "kk": "Kazakh",
    "ru": "Russian",
    "latin": column("Latin", split=";"),
    "former": column("Former", split=";"),
    "lat": "Lat",
    "lon": "Lon",
    "code": "Code",
    "coordinate_evidence": "Seen",
}
ROW = {
    "Id": "L1",
    "Name": "Sayaqkent",
    "Kind": "town",
    "In": "Sayaq oblast",
    "Kazakh": "Саяқкент",
    "Russian": "Саяккент",
    "Latin": "Saiaqkent; Sayakkent",
    "Former": "Sayaq-7",
    "Lat": "51.50",
    "Lon": "64",
    "Code": "631",
    "Seen": "approximate",
}


def place(**changed: str) -> tuple[Place, list[str]]:
    got = read(Holds.PLACES, PLACE, ROW | changed)
    (made,) = got.places
    return made, codes(got.findings)


def test_a_row_is_a_place_with_all_its_names() -> None:
    made, told = place()
    assert told == []
    assert made == Place(
        id="L1",
        name="Sayaqkent",
        kind="town",
        names=(("kk", "Саяқкент"), ("ru", "Саяккент")),
        variants=("Saiaqkent", "Sayakkent"),
        former=("Sayaq-7",),
        parent="Sayaq oblast",
        country="Kazakhstan",
        lat=Decimal("51.50"),
        lon=Decimal(64),
        code="631",
        evidence=(("coordinates", "approximate"),),
        original=ORIGINAL,
        accession="a1",
        row=1,
    )


def test_the_digits_of_a_point_are_kept_as_written() -> None:
    assert str(place()[0].lat) == "51.50"


def test_an_unknown_kind_is_a_site_and_told() -> None:
    made, told = place(Kind="hamlet of sorts")
    assert (made.kind, told) == ("site", ["unknown-word"])


@pytest.mark.parametrize(("lat", "lon"), [("91", "64"), ("51.5", ""), ("", "64")])
def test_a_point_that_is_none_is_left_out_whole(lat: str, lon: str) -> None:
    made, told = place(Lat=lat, Lon=lon)
    assert (made.lat, made.lon, told) == (None, None, ["impossible-place"])


def test_a_place_without_a_name_is_left_out_and_its_id_stays_free() -> None:
    got = read(Holds.PLACES, PLACE, ROW | {"Name": ""}, ROW)
    assert [(made.id, made.row) for made in got.places] == [("L1", 2)]
    assert codes(got.findings) == ["missing-name"]
    assert (got.rows_read, got.rows_unreadable) == (1, 1)


def test_ids_of_places_are_unique_in_the_case_and_apart_from_those_of_claims() -> None:
    taken = Identifiers(["L1"], places=["L9"])
    first = read(Holds.PLACES, PLACE, ROW, ROW, identifiers=taken)
    assert [made.id for made in first.places] == ["L1", "L1#2"]
    second = read(Holds.PLACES, PLACE, ROW, ROW | {"Id": "L9"}, identifiers=taken)
    assert [made.id for made in second.places] == ["L1#3", "L9#2"]
    assert codes(second.findings) == ["duplicate-id", "duplicate-id"]


# --- parents --------------------------------------------------------------------------------------

COUNTRY = Place(id="KZ", name="Kazakhstan", kind="country", names=(("ru", "Казахстан"),))
OBLAST = Place(id="L2", name="Sayaq oblast", kind="oblast", country="Kazakhstan")


def parents(*places: Place) -> dict[str, str | None]:
    done, told = with_parents(places)
    assert told == ()
    return {made.id: made.parent for made in done}


@pytest.mark.parametrize("named", ["L2", "Sayaq oblast", "sayaq  OBLAST"])
def test_a_parent_is_found_by_id_or_by_name(named: str) -> None:
    town = Place(id="L1", name="Sayaqkent", kind="town", parent=named)
    assert parents(COUNTRY, OBLAST, town) == {"KZ": None, "L2": "KZ", "L1": "L2"}


def test_a_place_without_a_parent_or_named_as_its_own_hangs_under_its_country() -> None:
    lonely = Place(id="L3", name="Almaty", kind="city", country="Казахстан")
    own = Place(id="L4", name="Shymkent", kind="city", parent="Shymkent", country="Kazakhstan")
    assert parents(COUNTRY, lonely, own) == {"KZ": None, "L3": "KZ", "L4": "KZ"}


def test_a_country_is_not_its_own_parent() -> None:
    country = Place(id="KZ", name="Kazakhstan", kind="country", country="Kazakhstan")
    assert parents(country) == {"KZ": None}


def test_a_parent_that_comes_later_in_the_list_is_found_too() -> None:
    town = Place(id="L1", name="Sayaqkent", kind="town", parent="Sayaq oblast")
    assert parents(town, OBLAST, COUNTRY)["L1"] == "L2"


def test_a_parent_nobody_knows_is_told_with_its_row_and_the_place_has_none() -> None:
    town = Place(id="L1", name="Sayaqkent", kind="town", parent="Atlantis", row=7, accession="a2")
    (made,), (told,) = with_parents([town])
    assert made.parent is None
    assert (told.code, told.severity, told.where, told.accession) == (
        "unresolved-place",
        Severity.NOTE,
        Locator(row=7),
        "a2",
    )
    assert told.text == (
        'Sayaqkent (L1) is said to lie in "Atlantis", which is in no list of places; '
        "left without a parent."
    )


def test_a_parent_that_may_be_two_places_is_told_and_none_is_chosen() -> None:
    twin = Place(id="L5", name="Sayaq oblast", kind="oblast")
    town = Place(
        id="L1", name="Sayaqkent", kind="town", parent="Sayaq oblast", country="Kazakhstan"
    )
    done, told = with_parents([COUNTRY, OBLAST, twin, town])
    assert [(f.code, f.where) for f in told] == [("ambiguous-place", None)]
    assert "may be any of L2, L5" in told[0].text
    assert {made.id: made.parent for made in done}["L1"] is None


def test_what_was_settled_holds_in_a_gazetteer() -> None:
    town = Place(id="L1", name="Sayaqkent", kind="town", parent="Sayaq oblast")
    done, _ = with_parents([COUNTRY, OBLAST, town])
    assert Gazetteer.of(done).ancestors("L1") == ("L2", "KZ")


# --- speakers ----------------------------------------------------------------------------------------

SPEAKER: Columns = {
    "id": "Id",
    "name": "Name",
    "role": "Office",
    "kk": "Kazakh",
    "ru": "Russian",
    "latin": column("Latin", split=";"),
    "spellings": column("Seen", split=";"),
    "evidence_status": "Evidence",
}


def test_a_row_is_a_speaker_with_every_spelling_once() -> None:
    row = {
        "Id": "O1",
        "Name": "Aidar Sayaqov",
        "Office": "Akim",
        "Kazakh": "Айдар Саяқов",
        "Russian": "Айдар Саяков",
        "Latin": "A. Sayaqov; Aydar Sayakov",
        "Seen": "Aydar Sayakov",
        "Evidence": "found_page",
    }
    got = read(Holds.SPEAKERS, SPEAKER, row)
    assert got.findings == ()
    assert got.speakers == (
        Speaker(
            id="O1",
            name="Aidar Sayaqov",
            role="Akim",
            forms=("Айдар Саяқов", "Айдар Саяков", "A. Sayaqov", "Aydar Sayakov"),
            evidence="found_page",
            original=ORIGINAL,
            accession="a1",
            row=1,
        ),
    )


def test_a_speaker_without_an_id_column_goes_by_file_and_row() -> None:
    got = read(Holds.SPEAKERS, {"name": "Name"}, {"Name": "A"}, {"Name": ""})
    assert [speaker.id for speaker in got.speakers] == ["said-1"]
    assert codes(got.findings) == ["missing-name"]
