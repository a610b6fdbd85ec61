"""`docs/weighing.md` is what the code does: its examples are worked, its lists compared."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from qantar.archive.journal import read
from qantar.model.claim import Claim
from qantar.model.vocabulary import load
from qantar.record.contents import Contents
from qantar.weighing.demands import demands
from qantar.weighing.fates import Fate
from qantar.weighing.figures import Figure, State, Why, figures
from qantar.weighing.framings import framings
from qantar.weighing.said import known_by
from qantar.weighing.same_happening import STOPWORDS
from qantar.workbench.add import add
from qantar.workbench.build import derive
from qantar.workbench.create import create
from qantar.workbench.fold import fold

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "weighing.md").read_text(encoding="utf-8")
STATES_PAGE = (ROOT / "docs/design/0001-states-beyond-the-six.md").read_text(encoding="utf-8")
ZONE = "Asia/Almaty"
MEASURES = load("measure").terms


def part(name: str) -> str:
    """The part of the page between a mark and the next `<!-- end -->`."""
    found = PAGE.partition(f"<!-- {name} -->")[2].partition("<!-- end -->")[0].strip()
    assert found, name
    return found


def rows(name: str) -> list[list[str]]:
    """The data rows of a worked table, cell by cell, without code marks."""
    lines = part(f"worked: {name}").splitlines()[2:]
    return [[cell.strip().replace("`", "") for cell in line.split("|")[1:-1]] for line in lines]


def is_running_total(measure: str) -> bool:
    return bool(MEASURES[measure].flags["cumulative"])


def weighed(claims: Iterable[Claim]) -> dict[str, Figure]:
    return {figure.key: figure for figure in figures(claims, is_cumulative=is_running_total)}


@pytest.fixture(scope="module")
def january(tmp_path_factory: pytest.TempPathFactory) -> Contents:
    """What the shipped example comes to."""
    now = datetime(2026, 11, 23, tzinfo=UTC)
    case = create(tmp_path_factory.mktemp("january") / "case", title=None, now=now)
    sheet = ROOT / "examples" / "january-2022" / "sheet.toml"
    add(case, paths=(), sheet_path=sheet, now=now, acknowledge=lambda _: None).raise_if_refused()
    return derive(case, fold(read(case))).contents


def test_the_page_names_every_fate_state_and_reason() -> None:
    section = PAGE.partition("\n## Figures\n")[2].partition("\n## ")[0]
    first_cells = set(re.findall(r"^\| `([\w-]+)` \|", section, re.MULTILINE))
    assert {fate.value for fate in Fate} | {state.value for state in State} <= first_cells
    assert set(re.findall(r"^\* `([\w-]+)`: they", section, re.MULTILINE)) == {*Why}


def test_the_running_totals_are_those_of_the_vocabulary() -> None:
    named = re.findall(r"`([\w-]+)`", part("running totals"))
    assert named == [word for word in MEASURES if is_running_total(word)]


def test_the_families_of_events_are_those_of_the_vocabulary() -> None:
    families: dict[str, list[str]] = {}
    for word, term in load("event-kind").terms.items():
        families.setdefault(term.family or word, []).append(word)
    named = [re.findall(r"`([\w-]+)`", family) for family in part("families").split(";")]
    assert named == [words for words in families.values() if len(words) > 1]


def test_the_words_that_do_not_count_are_those_of_the_rule() -> None:
    assert set(part("stopwords").split()) == STOPWORDS


def test_the_states_are_as_worked(january: Contents) -> None:
    worked = rows("states")
    assert {row[2] for row in worked} == {state.value for state in State}
    for key, as_of, *expected in worked:
        claims = january.claims
        if as_of:
            claims = known_by(claims, date.fromisoformat(as_of), ZONE).claims
        figure = weighed(claims)[key]
        found = (figure.state, figure.claims, figure.voices, figure.standing)
        assert [str(value) for value in found] == expected, key


def test_the_killed_are_as_worked(january: Contents) -> None:
    key = "killed-all-kazakhstan-january-2022"
    found = [
        [
            point.utterance.shown.id,
            point.quantity.words() if point.quantity else "",
            point.utterance.voice,
            point.fate.value,
            " ".join(claim.id for claim in point.utterance.carried_by),
            " ".join(mark.id for mark in point.marks),
        ]
        for point in weighed(january.claims)[key].points
    ]
    assert rows(f"points of {key}") == found


def test_the_joins_are_as_worked(january: Contents) -> None:
    event_of = {claim.id: event.id for event in january.events for claim in event.claims}
    worked = rows("joins")
    assert {row[1] for row in worked} == {"yes", "no"}
    for reports, joined, _ in worked:
        events = {event_of[name] for name in reports.split()}
        assert (len(events) == 1) == (joined == "yes"), reports


def test_the_demands_are_as_worked(january: Contents) -> None:
    found = {demand.key: demand for demand in demands(january.claims)}
    for key, occasions, answers in rows("demands"):
        assert len(found[key].voiced) == int(occasions)
        said = {word: int(n) for n, word in (one.split() for one in answers.split(", "))}
        assert found[key].outcomes == said


def test_the_changes_of_words_are_as_worked(january: Contents) -> None:
    changed = [one.claim.id for one in framings(january.claims) if one.contradicts]
    assert sorted(changed) == part("worked: changes").split()


def test_the_page_on_added_states_counts_right(january: Contents) -> None:
    states = [figure.state for figure in january.figures]
    assert f"the {len(states)} figures of the shipped data" in STATES_PAGE
    for number, state in (
        ("Eleven", State.SUCCESSIVE),
        ("Twenty-nine", State.NO_VOICE),
        ("Five", State.NO_VALUE),
    ):
        assert f"{number} figures" in STATES_PAGE
        assert states.count(state) == {"Eleven": 11, "Twenty-nine": 29, "Five": 5}[number]
