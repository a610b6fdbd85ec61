"""Search runs in the browser alone, folds as the case does, and finds every spelling of a name."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from playwright.sync_api import Dialog, Page

from qantar.dossier.dossier import write_dossier
from qantar.model.text import fold
from tests.dossier.editions import Desk
from tests.published import Published

from .support import OpenPage, run_axe

SCRIPT = Path(__file__).parents[2] / "src/qantar/dossier/static/search.js"
SPELLINGS = ("Жаңаөзен", "Жанаозен", "Zhanaozen", "Janaozen", "жаңаөзен", "Zhanaözen")
TEXTS = (
    "Жаңаөзен", "Жанаозен", "Zhañaözen", "ЁЛКА", "объезд", "Қасым-Жомарт Тоқаев", "Łódź", "Straße",
    "ﬁnal", "ΣΊΣΥΦΟΣ", "İstanbul", "ısı", "Алма́-Ата", "й", "\u0438\u0306", "а\u0306", "Ꭰ", "soft\u00adhyphen",
    "a\u202eb", "½ кг", "№ 5", "e\u0301\u0302", "Ǆ", "",
)  # fmt: skip


def found(page: Page, words: str, kind: str = "") -> list[tuple[str, str]]:
    """What the page finds: texts and addresses of its links, after all parts were read."""
    page.locator("#search[data-read]").wait_for()
    page.select_option("#kind", kind)
    page.fill("#q", "")
    page.locator("#hits li").first.wait_for(state="detached")
    page.fill("#q", words)
    page.locator("#status", has_text="Found:").wait_for()
    if page.locator("#more").is_visible():
        page.click("#more")
    links = page.locator("#hits a").all()
    return [(link.inner_text(), link.get_attribute("href") or "") for link in links]


def test_every_letter_folds_as_in_the_case(open_page: OpenPage) -> None:
    page = open_page()
    page.add_script_tag(content=SCRIPT.read_text(encoding="utf-8"))
    letters = [chr(code) for code in range(0x110000)]
    listed = [c for c in letters if unicodedata.category(c) not in ("Cn", "Cs")]
    folded = page.evaluate("texts => texts.map(qantarText.fold)", [*listed, *TEXTS])
    wanted = [fold(text) for text in (*listed, *TEXTS)]
    differ = [
        (text, here, there)
        for text, here, there in zip((*listed, *TEXTS), wanted, folded, strict=True)
        if here != there
    ]
    assert differ == []


def test_all_spellings_of_one_town_find_the_same(january: Published, open_page: OpenPage) -> None:
    page = open_page()
    page.goto((january.out / "search.html").as_uri())
    hits = {words: found(page, words) for words in SPELLINGS}
    first = hits["Жаңаөзен"]
    assert len(first) > 20
    assert first[0][0] == "Zhanaozen"
    assert all(one == first for one in hits.values())


def test_a_speaker_is_found_by_every_spelling_and_by_surname(
    january: Published, open_page: OpenPage
) -> None:
    page = open_page()
    page.goto((january.out / "search.html").as_uri())
    by_name = found(page, "Касым-Жомарт Токаев", "figure")
    assert by_name
    assert found(page, "Qasym-Jomart Toqaev", "figure") == by_name


def test_every_word_must_be_found_and_a_beginning_is_enough(
    january: Published, open_page: OpenPage
) -> None:
    page = open_page()
    page.goto((january.out / "search.html").as_uri())
    titles = [title for title, _ in found(page, "164 nationw", "figure")]
    assert "164 dead nationwide" in " ".join(titles)
    assert found(page, "164 xyzzy") == []


def test_a_result_leads_to_the_passage(january: Published, open_page: OpenPage) -> None:
    page = open_page()
    page.goto((january.out / "search.html").as_uri())
    ((_, href),) = [hit for hit in found(page, "C022", "figure") if hit[1].endswith("#C022")]
    page.click(f'#hits a[href="{href}"]')
    assert "164" in page.locator("#C022").inner_text()


def test_the_address_keeps_what_was_asked(january: Published, open_page: OpenPage) -> None:
    page = open_page(390)
    address = (january.out / "search.html").as_uri()
    page.goto(f"{address}#q=Janaozen&kind=place-page")
    page.locator("#hits li").first.wait_for()
    assert page.input_value("#q") == "Janaozen"
    assert page.locator("#hits .kind").all_inner_texts() == ["places"] * 2
    page.fill("#q", "Жаңаөзен алаңы")
    page.locator("#hits li").first.wait_for()
    page.wait_for_url(lambda url: "kind=place-page" in url and "%" in url)
    assert run_axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_with_scripts_off_the_lists_are_named(january: Published, open_page: OpenPage) -> None:
    page = open_page(javascript=False)
    page.goto((january.out / "search.html").as_uri())
    assert page.locator("#no-scripts").is_visible()
    assert not page.locator("#search").is_visible()
    page.click("text=All voices, each with all that it said")
    assert page.locator("h1").inner_text() == "Sources"


@pytest.mark.parametrize("name", ["<img src=x onerror=alert(1)>", "</script><script>alert(1)//"])
def test_evidence_that_is_markup_stays_text(tmp_path: Path, open_page: OpenPage, name: str) -> None:
    desk = Desk()
    desk.claim("C1", "assertion", f"bread {name}", said_by=name, outlet=name)
    write_dossier(desk.edition(), tmp_path)
    page = open_page()
    alerts: list[str] = []

    def note(dialog: Dialog) -> None:
        alerts.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", note)
    page.goto((tmp_path / "search.html").as_uri())
    assert f"bread {name}" in [title for title, _ in found(page, "bread")]
    assert page.locator("#hits img, #hits script").count() == 0
    assert alerts == []
