"""The published example in a real browser, from disk: it renders, it is accessible, it asks nobody."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from tests.published import EXAMPLE, Published

from .support import OpenPage, run_axe

PAGES = (
    "index.html",
    "timeline.html",
    "map.html",
    "figures/index.html",
    "figures/killed-all-kazakhstan-january-2022.html",
    "demands.html",
    "framings.html",
    "outages.html",
    "events/index.html",
    "events/ev-e095.html",
    "sources/index.html",
    "sources/prosecutor-general-s-office.html",
    "places/index.html",
    "findings.html",
    "method.html",
    "search.html",
    "data/index.html",
)
DESKTOP, PHONE = 1440, 390
# Larger pages hold the same elements many times over; axe needs minutes for them.
MOST_ELEMENTS = 12_000


def address(january: Published, name: str) -> str:
    """The address of a page on disk; a name ending in `*` stands for the first such file."""
    return (january.out / name).as_uri()


@pytest.mark.parametrize("width", [DESKTOP, PHONE])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_renders_without_sideways_scrolling(
    january: Published, open_page: OpenPage, name: str, width: int
) -> None:
    page = open_page(width)
    page.goto(address(january, name))
    assert page.locator("h1").count() == 1
    assert page.locator("main").inner_text().strip()
    wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert wide <= 0, f"{wide} px too wide"


@pytest.mark.parametrize("name", PAGES)
def test_a_page_has_no_serious_accessibility_fault(
    january: Published, open_page: OpenPage, name: str
) -> None:
    page = open_page(DESKTOP)
    page.goto(address(january, name))
    if page.evaluate("document.querySelectorAll('*').length") > MOST_ELEMENTS:
        page.evaluate(
            "document.querySelectorAll('main section:nth-of-type(n+8)').forEach(e => e.remove())"
        )
    assert run_axe(page) == []


def test_a_passage_page_renders_and_is_accessible(january: Published, open_page: OpenPage) -> None:
    name = min(path.name for path in (january.out / "passages").iterdir())
    page = open_page(PHONE)
    page.goto(address(january, f"passages/{name}"))
    page.evaluate(
        "document.querySelectorAll('article.row:nth-of-type(n+15)').forEach(e => e.remove())"
    )
    assert run_axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0


def test_with_scripts_off_the_text_holds_every_claim(
    january: Published, open_page: OpenPage
) -> None:
    page = open_page(DESKTOP, javascript=False)
    text = ""
    for path in sorted((january.out / "passages").glob("*.html")):
        page.goto(path.as_uri())
        text += page.locator("main").inner_text()
    in_one_line = " ".join(text.split())
    for table, column in (
        ("claims", "statement"),
        ("events", "description"),
        ("demands", "demand"),
    ):
        for row in _rows(EXAMPLE / f"{table}.csv"):
            assert row["id"] in text
            assert " ".join(row[column].split()) in in_one_line or row[column] in text


def test_one_click_leads_from_a_sentence_to_its_row(
    january: Published, open_page: OpenPage
) -> None:
    page = open_page(DESKTOP)
    page.goto(address(january, "figures/killed-all-kazakhstan-january-2022.html"))
    page.locator("a.id", has_text="C022").first.click()
    page.wait_for_load_state()
    shown = page.locator("#C022")
    assert "164 dead nationwide" in shown.inner_text()
    cells = page.locator("article.row", has=shown).locator("table.cells").inner_text()
    assert "Health Ministry, via state Telegram channel" in cells
    assert "figure" in cells


def test_on_paper_what_is_folded_on_the_screen_is_printed(
    january: Published, open_page: OpenPage
) -> None:
    page = open_page(DESKTOP)
    page.goto(address(january, "figures/killed-all-kazakhstan-january-2022.html"))
    line = page.locator("details [data-claim=C032]").first
    assert not line.is_visible()
    page.emulate_media(media="print")
    assert line.is_visible()
    assert "OHCHR / UNOG" in line.inner_text()
    box = line.bounding_box()
    assert box
    assert box["height"] > 10


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))
