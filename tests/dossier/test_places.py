from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from qantar.dossier.pages.places import write_places

from .editions import PLACES, Desk, at, day, page, spaced, written


def desk() -> Desk:
    made = Desk()
    made.event("E1", "Bread thrown", when=day("2030-01-05"), where=at("Bread Square"))
    made.event("E2", "A queue", kind="rally", when=day("2030-01-06"), where=at("Sayaqkent"))
    made.demand("D1", "Cheaper bread", "cheaper-bread", where=at("Sayaqkent"))
    made.figure("C1", 2, "killed-sayaqkent", said_by="The akim", where=at("Sayaqkent", "Atlantis"))
    made.claim("C2", "assertion", "unfounded", where=at("Sayaqkent"), evidence="not_found")
    return made


def test_a_place_shows_its_names_its_point_and_how_coarse_it_is(tmp_path: Path) -> None:
    listed = replace(
        PLACES[1],
        accession="a1",
        row=1,
        evidence=(("coordinates", "GeoNames"), ("names", "found_page")),
    )
    edition = desk().edition(places=(PLACES[0], listed, *PLACES[2:]))
    site = written(edition, tmp_path, write_places)
    read = page(site, "places/sayaqkent-l1.html")
    for said in ("Саяққент", "Саяккент", "Sajakkent", "Novy Sayak", "43.25, 76.5", "5,000 metres"):
        assert said in read.text
    text = spaced(site, "places/sayaqkent-l1.html")
    assert "Where the point comes from GeoNames" in text
    assert "Where the names come from Read on the page" in text
    assert "../passages/table-csv-a1-1.html#a1-1" in read.links
    assert {"../places/sayaq-country-sq.html", "../places/bread-square-l2.html"} <= set(read.links)


def test_events_here_and_within_stand_apart(tmp_path: Path) -> None:
    site = written(desk().edition(), tmp_path, write_places)
    text = page(site, "places/sayaqkent-l1.html").text
    here, within = text.split("Events reported here")[1].split(
        "Events reported in places within it"
    )
    assert ("A queue" in here, "Bread thrown" in here) == (True, False)
    assert "Bread thrown" in within
    country = page(site, "places/sayaq-country-sq.html").text
    assert "0 claims name it. 0 events are reported here. 2 more are reported" in country


def test_claims_are_counted_with_a_source_and_shown_without(tmp_path: Path) -> None:
    site = written(desk().edition(), tmp_path, write_places)
    read = page(site, "places/sayaqkent-l1.html")
    assert "3 claims name it." in read.text
    assert "One more claim has no source" in read.text
    assert read.claims == {"D1", "C1", "C2"}
    assert "Demand D1 Cheaper bread" in spaced(site, "places/sayaqkent-l1.html")


def test_the_index_lists_places_that_claims_name_first(tmp_path: Path) -> None:
    site = written(desk().edition(), tmp_path, write_places)
    text = page(site, "places/index.html").text
    assert "4 places are on record. 2 of them are named by claims." in text
    assert "One claim names a place that is open." in text
    named, others = text.split("Places on record that no claim names")
    assert named.index("Sayaqkent") < named.index("Bread Square")
    assert "Tuzkol" in others
    assert "2 events within" in others


def test_a_place_that_nobody_names_says_so(tmp_path: Path) -> None:
    site = written(desk().edition(), tmp_path, write_places)
    read = page(site, "places/tuzkol-l3.html")
    assert "No claim names this place." in read.text
    assert "the accession sheet, or a table that is not published" in read.text


def test_many_claims_go_on_in_parts(tmp_path: Path) -> None:
    made = Desk()
    for number in range(650):
        made.claim(f"C{number}", "assertion", f"said {number}", where=at("Tuzkol"))
    site = written(made.edition(), tmp_path, write_places)
    counts = [len(page(site, f"places/tuzkol-l3{end}.html").claims) for end in ("", "--2", "--3")]
    assert counts == [300, 300, 50]
