"""What has no source is listed apart, under its own heading, and is in no count."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from qantar.dossier.pages.events import write_events
from qantar.dossier.pages.figures import write_figures
from qantar.dossier.pages.framings import write_framings
from qantar.dossier.pages.places import write_places
from qantar.dossier.pages.sources import write_sources
from qantar.dossier.site import Site
from tests.published import Published

from .crawler import read_page
from .editions import Desk, at, clock, day, page, spaced, written


def desk() -> Desk:
    made = Desk()
    akim = {"said_by": "The akim", "outlet": "Sayaq News"}
    made.figure("C1", 2, "killed-sayaqkent", where=at("Sayaqkent"), **akim)
    made.framing("R1", "guests", "strangers", "The akim", outlet="Sayaq News")
    ghost = {"said_by": "A ghost", "outlet": "Ghost News", "evidence": "not_found"}
    made.figure("C2", 9, "killed-tuzkol", where=at("Tuzkol"), **ghost)
    made.claim("C3", "assertion", "heard", voice=None, **(akim | {"said_by": "Officials"}))
    made.framing("R2", "ghosts", "nobody", **ghost)
    return made


@pytest.mark.parametrize(
    ("write", "name", "counted", "listed", "apart"),
    [
        (write_figures, "figures/index.html", "One question", "ayaqkent", "uzkol"),
        (write_framings, "framings.html", "One way of saying", "guests", "ghosts"),
        (write_sources, "outlets/index.html", "One outlet in which", "Sayaq News", "Ghost News"),
        (write_sources, "sources/index.html", "One voice,", "The akim", "A ghost"),
        (write_places, "places/index.html", "One of them is named", "Sayaqkent", "Tuzkol"),
    ],
)
def test_what_has_no_source_stands_apart_and_the_rest_is_counted(
    tmp_path: Path, write: Callable[[Site], None], name: str, counted: str, listed: str, apart: str
) -> None:
    text = page(written(desk().edition(), tmp_path, write), name).text
    assert counted in text
    before, after = text.split("Without a source", 1)
    assert listed in before
    assert apart not in before
    assert apart.lower() in after.lower()


def test_names_without_a_body_stand_between_the_voices_and_what_has_no_source(
    tmp_path: Path,
) -> None:
    text = page(written(desk().edition(), tmp_path, write_sources), "sources/index.html").text
    order = ["The akim", "Without a known body", "Officials", "Without a source", "A ghost"]
    at_place = [text.index(said) for said in order]
    assert at_place == sorted(at_place)


def test_who_is_heard_and_who_spoke_count_claims_with_a_source(tmp_path: Path) -> None:
    made = Desk()
    said = {"said_by": "The akim", "voice": "Akimat", "outlet": "Sayaq News"}
    made.claim("C1", "assertion", "one", **said)
    made.claim("C2", "assertion", "two", **said, evidence="not_found")
    made.claim("C3", "assertion", "three", **(said | {"said_by": "B"}), evidence="not_found")
    site = written(made.edition(), tmp_path, write_sources)
    assert "Akimat 1 " in spaced(site, "outlets/sayaq-news.html")
    assert "The akim 1 ; B without a source" in spaced(site, "sources/akimat.html")


def test_framings_without_a_source_are_in_no_number_of_the_page(tmp_path: Path) -> None:
    made = Desk()
    made.framing("R1", "guests", "strangers", "The akim", made_at=day("2030-01-02"))
    made.framing(
        "R2", "bandits", "strangers", "The akim",
        made_at=day("2030-01-03"), targets=("R1",), evidence="not_found",
    )  # fmt: skip
    made.framing("R3", "ghosts", "nobody", "A ghost", evidence="general_knowledge")
    text = page(written(made.edition(), tmp_path, write_framings), "framings.html").text
    assert "Sources show one use. One known voice is among" in text
    assert "Changes: the same voice, another word" not in text
    assert "By speaker and day" not in text
    assert text.count("Without a source: in no count.") == 2


def test_reports_without_a_source_are_counted_apart(tmp_path: Path) -> None:
    made = Desk()
    noon = clock("2030-01-05T12:00")
    for name, evidence in (("E1", "found_page"), ("E2", "found_page"), ("E3", "not_found")):
        made.event(name, f"Bread thrown {name}", when=noon, where=at("Tuzkol"), evidence=evidence)
    edition = made.edition()
    said = "2 reports, and 1 without a source"
    assert said in page(written(edition, tmp_path / "a", write_events), "events/index.html").text
    assert (
        said in page(written(edition, tmp_path / "b", write_places), "places/tuzkol-l3.html").text
    )


@pytest.mark.parametrize(
    ("write", "name"),
    [(write_events, "events/index.html"), (write_places, "places/tuzkol-l3.html")],
)
def test_a_sentence_says_how_its_source_was_seen_and_whose_words_it_is(
    tmp_path: Path, write: Callable[[Site], None], name: str
) -> None:
    made = Desk()
    made.event("E1", "Bread thrown", when=day("2030-01-05"), where=at("Tuzkol"))
    text = page(written(made.edition(), tmp_path, write), name).text
    assert "· Read on the page · collector's wording" in text.split("Bread thrown")[1]


def test_words_by_day_say_whose_wording_they_are(tmp_path: Path) -> None:
    made = Desk()
    for number in (2, 3):
        made.framing(f"R{number}", "guests", "A", "The akim", made_at=day(f"2030-01-0{number}"))
    text = page(written(made.edition(), tmp_path, write_framings), "framings.html").text
    assert "The words are the collectors' wording." in text.split("By speaker and day")[1]


def test_the_index_of_figures_counts_what_the_first_page_counts(
    january: Published, tmp_path: Path
) -> None:
    index = read_page(january.out / "figures/index.html").text
    start = read_page(january.out / "index.html").text
    assert "158 questions answered with numbers" in start
    assert "158 questions, those with most answers first" in index
    assert "2 more are listed that stand only on claims without a source" in index
