from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from qantar.dossier.edition import Edition
from qantar.dossier.pages.covering import Coverage
from qantar.dossier.pages.events import differences, write_events
from qantar.model.quantity import Quantity
from qantar.weighing.events import Bonds, pair

from .editions import Desk, at, clock, day, page, written


def two_reports(**second: Any) -> Desk:
    desk = Desk()
    where = second.pop("where", at("Sayaqkent"))
    desk.event(
        "E1", "Bread thrown at the town hall", when=clock("2030-01-05T16:00"), where=at("Sayaqkent")
    )
    desk.event(
        "E2",
        "Bread thrown at windows of the town hall",
        when=clock("2030-01-05T16:40"),
        where=where,
        **second,
    )
    return desk


def test_reports_stand_side_by_side_with_what_they_differ_in(tmp_path: Path) -> None:
    edition = two_reports(kind="shooting", where=at("Bread Square")).edition()
    (event,) = edition.events
    said = {
        one.what: [(value, [c.id for c in claims]) for value, claims in one.values]
        for one in differences(event, edition)
    }
    assert said == {
        "time": [("2030-01-05 16:00 (UTC+5)", ["E1"]), ("2030-01-05 16:40 (UTC+5)", ["E2"])],
        "place": [("Sayaqkent", ["E1"]), ("Bread Square", ["E2"])],
        "kind": [("clash", ["E1"]), ("shooting", ["E2"])],
    }
    read = page(written(edition, tmp_path, write_events), "events/ev-e1.html")
    assert "2 reports, side by side." in read.text
    assert "that is a proposal, not a fact" in read.text
    assert "2030-01-05 11:00 UTC" in read.text
    assert "43.25, 76.5 (WGS 84; the thing may lie up to 5,000 metres away)" in read.text
    assert "qantar decide CASE split E1 E2" in read.text
    assert read.claims == {"E1", "E2"}


def test_numbers_that_differ_are_named(tmp_path: Path) -> None:
    desk = two_reports(quantity=Quantity(text="many"))
    assert desk.edition().events[0].disagreements == ("time",)


def test_a_decision_is_told_from_a_proposal(tmp_path: Path) -> None:
    held = Bonds(together=frozenset({pair("E1", "E2")}))
    site = written(two_reports().edition(bonds=held), tmp_path, write_events)
    text = page(site, "events/ev-e1.html").text
    assert "A person who works on the case decided" in text
    assert "proposal, not a fact" not in text


def test_a_single_report_is_called_one_report(tmp_path: Path) -> None:
    desk = Desk()
    desk.event("E1", "A queue", kind="rally", evidence="general_knowledge")
    site = written(desk.edition(), tmp_path, write_events)
    text = page(site, "events/ev-e1.html").text
    assert "One report." in text
    assert "No report of this event has a source" in text
    assert "not stated" in text
    index = page(site, "events/index.html").text
    assert index.startswith("Events – Winter in Sayaqkent")
    assert "0 events, by the day" in index
    assert "No time stated" in index


def covering(desk: Desk) -> list[str]:
    edition = desk.edition()
    return [w.claim.id for w in Coverage.of(edition).of_event(edition.events[0])]


@pytest.mark.parametrize(
    ("start", "end", "place", "found"),
    [
        ("2030-01-05T12:00", "2030-01-05T20:00", "Sayaqkent", True),
        ("2030-01-05T12:00", "2030-01-05T20:00", "Sayaq country", True),
        ("2030-01-05T12:00", "2030-01-05T20:00", "Tuzkol", False),
        ("2030-01-05T12:00", "2030-01-05T16:00", "Sayaqkent", False),
        ("2030-01-05T16:00", "2030-01-05T16:30", "Sayaqkent", True),
        ("2030-01-05T16:01", "2030-01-05T20:00", "Sayaqkent", False),
        ("2029-01-05T12:00", "2031-01-05T20:00", "Sayaqkent", True),
    ],
)
def test_outages_over_time_and_place(start: str, end: str, place: str, *, found: bool) -> None:
    desk = Desk()
    desk.event("E1", "A clash", when=clock("2030-01-05T16:00"), where=at("Sayaqkent"))
    desk.outage("N1", clock(start, end), place)
    assert covering(desk) == (["N1"] if found else [])


def test_an_outage_without_an_end_covers_the_local_day_on_which_it_began() -> None:
    desk = Desk()
    desk.event("E1", "A clash", when=clock("2030-01-05T23:30"), where=at("Bread Square"))
    desk.outage("N1", clock("2030-01-05T00:10"), "Sayaqkent", ended=False)
    desk.outage("N2", clock("2030-01-04T23:50"), "Sayaqkent", ended=False)
    assert covering(desk) == ["N1"]


def test_restored_networks_and_outages_without_a_source_cover_nothing() -> None:
    desk = Desk()
    when = clock("2030-01-05T12:00", "2030-01-05T20:00")
    desk.event("E1", "A clash", when=clock("2030-01-05T16:00"), where=at("Sayaqkent"))
    desk.outage("N1", when, "Sayaqkent", state="restored")
    desk.outage("N2", when, "Sayaqkent", evidence="general_knowledge")
    desk.outage("N3", when, "Nowhere known")
    assert covering(desk) == []


def test_an_event_of_a_year_still_meets_outages_filed_by_day() -> None:
    desk = Desk()
    desk.event("E1", "A clash", when=day("2030"), where=at("Sayaqkent"))
    desk.outage("N1", clock("2030-05-05T12:00", "2030-05-05T20:00"), "Sayaqkent")
    assert covering(desk) == ["N1"]


def test_without_time_or_place_it_cannot_be_told(tmp_path: Path) -> None:
    desk = Desk()
    desk.event("E1", "A clash", when=day("2030-01-05"))
    text = page(written(desk.edition(), tmp_path, write_events), "events/ev-e1.html").text
    assert "That cannot be told" in text


def many_events(count: int) -> Edition:
    desk = Desk()
    for number in range(count):
        desk.event(f"E{number}", f"Event{number} word{number}", when=day("2030-01-05"))
    return desk.edition()


def test_a_long_index_goes_on_in_parts(tmp_path: Path) -> None:
    site = written(many_events(401), tmp_path, write_events)
    first, second = page(site, "events/index.html"), page(site, "events/index--2.html")
    assert "(continued)" in second.text
    shown = [link for link in (*first.links, *second.links) if "/ev-" in link]
    assert len(shown) == len(set(shown)) == 401
