"""The map in a real browser: zoomable from disk under the strictest policy, and complete without."""

from __future__ import annotations

import json
from pathlib import Path

from playwright.sync_api import Page

from qantar.dossier.dossier import write_dossier
from tests.dossier.landia import edition, moved
from tests.published import Published
from tests.weighing.claims import happened

from .support import OpenPage, run_axe

HOSTILE = "<img src=x onerror=document.title=1>"


def opened(
    january: Published, open_page: OpenPage, name: str = "map.html", width: int = 1440
) -> Page:
    page = open_page(width)
    path, _, state = name.partition("#")
    page.goto((january.out / path).as_uri() + (f"#{state}" if state else ""))
    page.locator("path.spot").first.wait_for()
    return page


def distance(page: Page) -> float:
    """Pixels between the first two circles: it doubles with each step of zoom."""
    first, second = (page.locator("path.spot").nth(at).bounding_box() for at in (0, 1))
    assert first
    assert second
    return abs(first["x"] - second["x"]) + abs(first["y"] - second["y"])


def test_every_drawn_place_is_a_circle_and_the_picture_gives_way(
    january: Published, open_page: OpenPage
) -> None:
    page = opened(january, open_page)
    spots = page.evaluate("window.QANTAR_MAP.spots.length")
    assert page.locator("path.spot").count() == spots > 20
    assert page.locator("#map").is_visible()
    assert not page.locator("#map-picture").is_visible()
    assert page.locator(".map-legend").is_visible()


def test_the_map_zooms_and_finds_its_way_back(january: Published, open_page: OpenPage) -> None:
    page = opened(january, open_page)
    before = distance(page)
    page.click(".leaflet-control-zoom-in")
    page.wait_for_timeout(500)
    assert distance(page) > before * 1.3
    page.click(".map-home")
    page.wait_for_timeout(500)
    assert abs(distance(page) - before) < 2


def test_the_map_is_used_from_the_keyboard(january: Published, open_page: OpenPage) -> None:
    page = opened(january, open_page)
    before = distance(page)
    page.focus("#map")
    page.keyboard.press("+")
    page.wait_for_timeout(500)
    assert distance(page) > before * 1.3
    circle = page.locator("path.spot[aria-label^='Almaty:']")
    circle.focus()
    page.keyboard.press("Enter")
    popup = page.locator(".leaflet-popup-content")
    assert popup.locator("strong").inner_text() == "Almaty"
    assert "with places that lie in it" in popup.inner_text()


def test_a_popup_leads_to_the_filtered_timeline_and_to_the_place(
    january: Published, open_page: OpenPage
) -> None:
    page = opened(january, open_page)
    place = page.evaluate("window.QANTAR_MAP.spots.find(s => s.name === 'Zhanaozen').key")
    page.evaluate(f"window.location.hash = 'place={place}'")
    popup = page.locator(".leaflet-popup-content")
    popup.wait_for()
    assert popup.get_by_role("link", name="About this place").get_attribute(
        "href"
    ) in page.evaluate("window.QANTAR_MAP.spots.map(s => s.page)")
    popup.get_by_role("link", name="On the timeline").click()
    page.wait_for_load_state()
    assert page.locator("#f-place").input_value() == place
    assert 0 < page.locator(".entry:visible").count() < page.locator(".entry").count()


def test_without_scripts_there_is_the_picture_and_the_table(
    january: Published, open_page: OpenPage
) -> None:
    page = open_page(1440, javascript=False)
    page.goto((january.out / "map.html").as_uri())
    picture = page.locator("#map-picture")
    assert picture.is_visible()
    box = picture.bounding_box()
    assert box
    assert box["height"] > 100
    assert not page.locator("#map").is_visible()
    assert page.locator(".map-places tbody tr").count() > 20


def test_on_a_phone_only_three_places_are_named_beside_their_circle(
    january: Published, open_page: OpenPage
) -> None:
    page = opened(january, open_page, width=390)
    named = page.locator(".spot-label").all_inner_texts()
    largest = page.evaluate("window.QANTAR_MAP.spots.map(s => s.name)")
    assert len(named) == 3
    assert named[0].startswith(largest[0])
    page.set_viewport_size({"width": 1440, "height": 900})
    page.wait_for_timeout(400)
    assert page.locator(".spot-label").count() > 3


def test_on_paper_the_picture_stands_for_the_map(january: Published, open_page: OpenPage) -> None:
    page = opened(january, open_page)
    page.emulate_media(media="print")
    assert page.locator("#map-picture").is_visible()
    assert not page.locator("#map").is_visible()


def test_the_open_map_is_accessible_on_a_phone(january: Published, open_page: OpenPage) -> None:
    page = opened(january, open_page, width=390)
    page.locator("path.spot").first.focus()
    page.keyboard.press("Enter")
    page.locator(".leaflet-popup-content").wait_for()
    page.wait_for_timeout(400)
    assert run_axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0


def test_names_from_evidence_are_text_on_the_map_and_never_markup(
    tmp_path: Path, open_page: OpenPage
) -> None:
    ring = [[76.0, 43.0], [78.0, 43.0], [78.0, 44.0], [76.0, 43.0]]
    own = {
        "type": "Feature",
        "properties": {"name": HOSTILE},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }
    claim = moved(happened("E1", HOSTILE, "2022-01-05T00:00"), "sayaqkent")
    write_dossier(edition(claim, boundaries=json.dumps(own)), tmp_path)
    page = open_page()
    page.goto((tmp_path / "map.html").as_uri())
    border = page.locator("path[stroke='#5b2a86']")
    border.wait_for()
    border.dispatch_event("mouseover", {"clientX": 400, "clientY": 400})
    page.locator("path.spot").focus()
    page.keyboard.press("Enter")
    page.locator(".leaflet-popup-content").wait_for()
    assert page.locator("#map img, #map script").count() == 0
    assert page.title().startswith("Map")
