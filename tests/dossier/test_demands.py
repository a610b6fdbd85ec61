from __future__ import annotations

import re
from pathlib import Path

from qantar.dossier.pages.demands import demand_rows, write_demands
from qantar.model.speaker import Speaker

from .editions import Desk, at, day, page, written


def bread(desk: Desk | None = None) -> Desk:
    desk = desk or Desk()
    for number, place in enumerate(("Sayaqkent", "Tuzkol", "Bread Square"), start=1):
        desk.demand(
            f"D{number}",
            "Halve the price of bread",
            "cheaper-bread",
            where=at(place),
            when=day(f"2030-01-0{number}"),
        )
    return desk


def test_two_answers_that_differ_stand_side_by_side_and_both_count(tmp_path: Path) -> None:
    desk = bread()
    desk.answer("D1/a", "D1", "met", said_by="The akim")
    desk.answer("D1/b", "D1", "refused", said_by="The bakers")
    row = demand_rows(desk.edition())["cheaper-bread"]
    assert (row.sourced, row.outcomes) == (3, {"met": 1, "refused": 1, "unknown": 2})
    text = page(written(desk.edition(), tmp_path, write_demands), "demands.html").text
    assert re.search(r"Met: D1/a answer: met The akim", text)
    assert re.search(r"Refused: D1/b answer: refused The bakers", text)
    assert "For 2 of them no answer was found." in text


def test_an_answer_without_a_source_is_shown_and_not_counted(tmp_path: Path) -> None:
    desk = bread()
    desk.answer("D1/a", "D1", "met", evidence="general_knowledge")
    assert demand_rows(desk.edition())["cheaper-bread"].outcomes == {"unknown": 3}
    text = page(written(desk.edition(), tmp_path, write_demands), "demands.html").text
    assert "answer: met" in text
    assert "No source: shown, and in no count." in text


def test_an_occasion_without_a_source_is_in_no_count() -> None:
    desk = bread()
    desk.demand("D9", "Bread for nothing", "cheaper-bread", evidence="not_found")
    row = demand_rows(desk.edition())["cheaper-bread"]
    assert (row.sourced, row.outcomes) == (3, {"unknown": 3})


def test_the_most_voiced_demand_comes_first() -> None:
    desk = Desk()
    desk.demand("D0", "Open the school", "open-the-school")
    rows = demand_rows(bread(desk).edition())
    assert [row.name for row in rows.values()] == ["Cheaper bread", "Open the school"]


def test_a_key_is_written_as_its_proper_names_are() -> None:
    desk = Desk()
    desk.demand("D1", "Uydirbayev must stop the MRAPs", "stop-uydirbayev-mraps")
    speakers = (Speaker(id="P1", name="Asan Uydirbayev"),)
    (row,) = demand_rows(desk.edition(speakers=speakers)).values()
    assert row.name == "Stop Uydirbayev MRAPs"
    (row,) = demand_rows(desk.edition()).values()
    assert row.name == "Stop uydirbayev MRAPs"


def test_a_long_list_goes_on_in_parts_and_the_summary_leads_there(tmp_path: Path) -> None:
    desk = Desk()
    for number in range(450):
        desk.demand(f"D{number}", "More salt", f"salt-{number % 3}")
    site = written(desk.edition(), tmp_path, write_demands)
    assert [name for name in site.pages if name.startswith("demands")] == [
        "demands.html",
        "demands--2.html",
        "demands--3.html",
    ]
    first = page(site, "demands.html")
    assert "demands--2.html#demand-salt-2" in first.links
    shown = [page(site, name) for name in site.pages]
    assert sum(len(one.claims) for one in shown) == 450
    assert "demand-salt-2" in shown[1].anchors
