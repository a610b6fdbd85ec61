"""The timeline in a real browser: filters that count aloud, keep their state, and need no script."""

from __future__ import annotations

import re

from playwright.sync_api import Page

from tests.published import Published

from .support import OpenPage, run_axe


def opened(january: Published, open_page: OpenPage, name: str, width: int = 1440) -> Page:
    page = open_page(width)
    path, _, state = name.partition("#")
    page.goto((january.out / path).as_uri() + (f"#{state}" if state else ""))
    return page


def shown(page: Page) -> int:
    return page.locator(".entry:visible").count()


def choose(page: Page, name: str, words: str) -> int:
    """Choose the option that begins with these words; give the number that stands behind it."""
    option = page.locator(f"#f-{name} option").filter(
        has_text=re.compile(f"^{re.escape(words)} \\(")
    )
    page.select_option(f"#f-{name}", value=option.get_attribute("value"))
    return int(re.findall(r"\((\d+)\)$", option.inner_text())[0])


def test_a_filter_shows_as_many_entries_as_it_promises_and_says_so(
    january: Published, open_page: OpenPage
) -> None:
    page = opened(january, open_page, "timeline.html")
    everything = shown(page)
    promised = choose(page, "kind", "framing")
    assert 0 < promised < everything
    assert shown(page) == promised
    assert f"{promised} of {everything} entries" in page.locator("#count").inner_text()
    assert page.locator("#count").get_attribute("aria-live") == "polite"
    kinds = page.locator(".entry:visible .kind").all_inner_texts()
    assert [words for words in kinds if not words.startswith("framing")] == []


def test_a_place_is_filtered_with_everything_that_lies_in_it(
    january: Published, open_page: OpenPage
) -> None:
    page = opened(january, open_page, "timeline.html")
    city = choose(page, "place", "Almaty")
    places = page.locator(".entry:visible .where").all_inner_texts()
    assert any("Republic Square" in place for place in places)
    choose(page, "place", "Republic Square (Almaty)")
    assert 0 < shown(page) < city


def test_filters_narrow_one_another_and_days_without_an_entry_are_hidden(
    january: Published, open_page: OpenPage
) -> None:
    page = opened(january, open_page, "timeline.html")
    choose(page, "kind", "demand")
    demands = shown(page)
    choose(page, "place", "Zhanaozen")
    assert 0 < shown(page) < demands
    for box in page.locator(".daybox:visible").all():
        assert box.locator(".entry:visible").count() > 0
    page.click("#f-clear")
    assert page.locator(".daybox[hidden]").count() == 0
    assert shown(page) == page.locator(".entry").count()


def test_the_state_stands_in_the_address_and_is_carried_to_other_parts(
    january: Published, open_page: OpenPage
) -> None:
    page = opened(january, open_page, "timeline.html")
    choose(page, "kind", "figure")
    voice = page.locator("#f-voice option").nth(5).get_attribute("value")
    page.select_option("#f-kind", "")
    page.select_option("#f-voice", voice)
    assert "voice=" in page.url
    page.reload()
    assert page.locator("#f-voice").input_value() == voice
    page.locator("a[data-part]").last.click()
    page.wait_for_load_state()
    assert "timeline-" in page.url
    assert page.locator("#f-voice").input_value() == voice
    assert "entries on this part are shown" in page.locator("#count").inner_text()


def test_an_address_that_asks_for_what_is_not_there_shows_everything(
    january: Published, open_page: OpenPage
) -> None:
    page = opened(january, open_page, "timeline.html#place=%3Cscript%3E&kind=none&voice=%22")
    assert shown(page) == page.locator(".entry").count()


def test_the_filters_work_from_the_keyboard(january: Published, open_page: OpenPage) -> None:
    page = opened(january, open_page, "timeline.html")
    page.focus("#f-kind")
    page.keyboard.press("d")
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    assert page.locator("#f-kind").input_value() == "demand"
    assert shown(page) < page.locator(".entry").count()


def test_without_scripts_there_is_no_filter_and_every_entry(
    january: Published, open_page: OpenPage
) -> None:
    page = open_page(1440, javascript=False)
    page.goto((january.out / "timeline.html").as_uri())
    assert not page.locator("#filters").is_visible()
    assert shown(page) == page.locator(".entry").count() > 100
    assert "entries stand on this part" in page.locator("#count").inner_text()


def test_a_filtered_timeline_is_accessible_on_a_phone(
    january: Published, open_page: OpenPage
) -> None:
    page = opened(january, open_page, "timeline.html#kind=outage", 390)
    assert run_axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
