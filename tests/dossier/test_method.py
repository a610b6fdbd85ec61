from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest

from qantar.dossier.pages.method import write_method
from qantar.model.vocabulary import NAMES, load
from qantar.weighing.fates import Fate
from qantar.weighing.figures import State
from qantar.weighing.outages import WINDOW_STATES
from qantar.weighing.same_happening import NEAR_IN_TIME, PART_OF_DAY, SHARED_WORDS

from .crawler import Page
from .editions import Desk, page, written

TEMPLATES = Path(__file__).parents[2] / "src/qantar/dossier/templates"


@pytest.fixture
def method(tmp_path: Path) -> Page:
    return page(written(Desk().edition(), tmp_path, write_method), "method.html")


def test_the_page_says_the_numbers_of_the_rules_as_they_are(method: Page) -> None:
    near, sharp = NEAR_IN_TIME // timedelta(hours=1), PART_OF_DAY // timedelta(hours=1)
    assert f"at most {near} h apart" in method.text
    assert f"windows of {sharp} h or less" in method.text
    assert pytest.approx(1 / 3) == SHARED_WORDS
    assert "At least a third of the words" in method.text
    assert {"down", "degraded"} == WINDOW_STATES


def test_every_state_is_explained(method: Page) -> None:
    for state in State:
        if state is not State.AGREED:
            assert load("figure-state").terms[state.value].label("en") in method.text, state


def test_every_fate_is_explained_in_the_order_in_which_it_is_decided(method: Page) -> None:
    terms = load("claim-fate").terms
    told = method.text.split("The first line that fits decides.")[1]
    at = [told.index(f"{terms[fate.value].label('en')}: ") for fate in Fate]
    order = ["no-value", "carried", "no-voice", "relayed", "withdrawn", "revised", "superseded"]
    by_place = [fate.value for _, fate in sorted(zip(at, Fate, strict=True))]
    assert by_place == [*order, "current"]


@pytest.mark.parametrize(
    "said",
    [
        "of a group held together by a decision or by repeats, one member that fits is enough",
        "a known voice that speaks for itself, and relays nobody, withdraws it",
        "the strictest of those stated holds",
        "of the places that it declares those that published claims name",
        "The list of places is not of that day",
    ],
)
def test_rules_stand_as_they_are_documented(method: Page, said: str) -> None:
    assert said in method.text


def test_running_totals_and_families_are_those_of_the_vocabularies(method: Page) -> None:
    totals = [t for t in load("measure").terms.values() if t.flags.get("cumulative")]
    assert totals
    listed = method.text.split("Running totals here are:")[1].split(".")[0]
    assert listed.strip() == ", ".join(term.label("en") for term in totals)
    assert "rally or protest, strike" in method.text


def test_words_and_versions_of_every_vocabulary_stand_there(method: Page) -> None:
    for name in NAMES:
        assert load(name).title in method.text
    for name in ("evidence-status", "basis"):
        for term in load(name).terms.values():
            assert term.note in method.text, term.id


def test_every_anchor_that_templates_point_to_is_there(method: Page) -> None:
    used = {
        anchor
        for path in TEMPLATES.glob("*.html")
        for anchor in re.findall(r"method\.html#([a-z-]+)", path.read_text(encoding="utf-8"))
    }
    assert {"figures", "events"} <= used
    assert used - method.anchors == set()
    assert {link[1:] for link in method.links if link.startswith("#")} - method.anchors == set()


def test_what_cannot_be_told_comes_first(method: Page) -> None:
    assert method.text.index("Whether a statement is true.") < method.text.index("A figure is one")
    assert "The absence of reports is not the absence of events." in method.text
