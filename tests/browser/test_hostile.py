"""Evidence that is HTML, script or a dangerous link is inert on every page, scripts included."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.published import build_case, publish_case

from .support import OpenPage

MARK = "hostile7"
SCRIPT = f"<script>document.title='{MARK}'</script>"
IMAGE = f"<img src=x onerror=document.title='{MARK}'>"
HREF = f"javascript:document.title='{MARK}'"
BREAK = f"</script><svg onload=document.title='{MARK}'>"
CELLS = {
    "id": f"H1{IMAGE}",
    "statement": f"{SCRIPT} {IMAGE} {BREAK} said",
    "said_by": f"Baker {IMAGE}",
    "body": f"Bakery {SCRIPT}",
    "outlet": f"Paper {BREAK}",
    "place": f"Town {IMAGE}",
    "url": HREF,
    "published": "2030-01-05",
    "figure": "12",
    "measure": "killed",
    "figure_key": f"killed-{SCRIPT}",
    "kind": "rally",
    "start": "2030-01-05T10:00",
    "precision": "hour",
}


CHAT = {
    "name": f"Chat {SCRIPT}",
    "type": "public_supergroup",
    "id": 1,
    "messages": [
        {
            "id": 1,
            "type": "message",
            "date_unixtime": "1893837600",
            "from": f"Author {IMAGE} {BREAK}",
            "from_id": "user1",
            "forwarded_from": f"Channel {SCRIPT}",
            "file": f"files/{IMAGE}.pdf",
            "file_name": f"{IMAGE}.pdf",
            "text": [
                f"Caption said {SCRIPT} {IMAGE} {BREAK} ",
                {"type": "text_link", "text": "link", "href": HREF},
                "<style>body{display:none}</style>",
            ],
        }
    ],
}
PAGE = f"""<!doctype html><title>Page {IMAGE}</title><style>body{{background:url(http://x)}}</style>
<h1>Heading said {BREAK.replace("<", "&lt;")}</h1><p onclick="document.title='{MARK}'">Said. {SCRIPT}{IMAGE}
<a href="{HREF}">here</a></p><svg onload="document.title='{MARK}'"></svg>"""


def quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hostile")
    table = ",".join(CELLS) + "\n" + ",".join(quoted(value) for value in CELLS.values()) + "\n"
    for name in ("claims.csv", "events.csv"):
        (folder / name).write_text(table, encoding="utf-8")
    chat_name = "chat <img src=x onerror=alert(1)>.json"
    (folder / chat_name).write_text(json.dumps(CHAT), encoding="utf-8")
    (folder / "page.html").write_text(PAGE, encoding="utf-8")
    places = f"id,name,kind,lat,lon\nL1,{quoted(CELLS['place'])},town,43.2,76.9\n"
    (folder / "places.csv").write_text(places, encoding="utf-8")
    common = 'id = "id"\nstatement = "statement"\nsaid_by = "said_by"\nbody = "body"\noutlet = "outlet"\nurl = "url"\npublished = "published"\n'
    sheet = f"""
[case]
title = {quoted(f"Case {IMAGE}").replace('""', chr(92) + '"')}
zone = "Asia/Almaty"
[sources.s]
name = "Source {SCRIPT}"
kind = "ngo"
[[accession]]
path = "places.csv"
title = "{SCRIPT}"
source = "s"
consent = "public"
holds = "places"
[accession.columns]
id = "id"
name = "name"
kind = "kind"
lat = "lat"
lon = "lon"
[[accession]]
path = "claims.csv"
source = "s"
consent = "public"
holds = "statements"
[accession.columns]
{common}about_place = "place"
figure = "figure"
measure = "measure"
figure_key = "figure_key"
[[accession]]
path = "events.csv"
source = "s"
consent = "public"
holds = "events"
[accession.columns]
{common}place = "place"
event_kind = "kind"
start = "start"
precision = "precision"
[[accession]]
path = "{chat_name}"
source = "s"
consent = "public"
[[accession]]
path = "page.html"
source = "s"
consent = "public"
"""
    (folder / "sheet.toml").write_text(sheet, encoding="utf-8")
    case, report = build_case(folder / "case", folder / "sheet.toml")
    assert sum(report.claims.values()) == 2
    publish_case(case, folder / "out")
    return folder / "out"


def test_what_people_wrote_in_chats_and_pages_is_shown_as_they_wrote_it(
    hostile: Path, open_page: OpenPage
) -> None:
    """Attack case 10: author, caption, name of the file; a style that would hide the page."""
    page = open_page(1440)
    shown = ""
    for path in sorted((hostile / "documents").rglob("*.html")):
        page.goto(path.as_uri())
        shown += page.inner_text("main")
        assert page.title() != MARK
        assert page.is_visible("main")
        assert page.locator("main style, main svg, main [onclick]").count() == 0
    for said in (SCRIPT, IMAGE, BREAK, "<style>body{display:none}</style>", "Heading said"):
        assert said in shown, said


def test_hostile_evidence_is_inert_on_every_page(hostile: Path, open_page: OpenPage) -> None:
    page = open_page(1440)
    for path in sorted(hostile.rglob("*.html")):
        page.goto(path.as_uri())
        page.wait_for_load_state()
        assert page.title() != MARK, path
        assert page.locator("img[onerror], svg[onload], script:not([src])").count() == 0, path
        assert page.locator('a[href^="javascript:"]').count() == 0, path


def test_hostile_evidence_is_inert_in_search_results_and_on_the_map(
    hostile: Path, open_page: OpenPage
) -> None:
    page = open_page(1440)
    page.goto((hostile / "search.html").as_uri() + "#q=said")
    page.wait_for_function("document.body.innerText.includes('said')")
    page.goto((hostile / "map.html").as_uri())
    page.wait_for_load_state()
    for circle in page.locator("path.leaflet-interactive").all()[:3]:
        circle.click(force=True)
    assert page.title() != MARK
    assert page.locator("img[onerror], svg[onload]").count() == 0
