"""The shipped map and search work from disk under a policy that allows nothing from outside."""

import json
from pathlib import Path

import pytest

from .support import OpenPage

VENDOR = Path(__file__).parents[2] / "src/qantar/dossier/static/vendor"

PAGE = f"""<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Map</title>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'self';
  style-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'">
<link rel="stylesheet" href="{VENDOR.as_uri()}/leaflet.css"><link rel="stylesheet" href="own.css">
<script src="{VENDOR.as_uri()}/leaflet.js"></script>
<script src="{VENDOR.as_uri()}/minisearch.js"></script><script src="outline.js"></script>
</head><body><div id="map"></div><script src="own.js"></script></body></html>"""

OWN = """
const map = L.map('map').setView([48, 68], 4);
const lands = L.geoJSON(outline, {interactive: false}).addTo(map);
L.marker([43.25, 76.95], {alt: 'Almaty'}).addTo(map);
L.control.layers({}, {Lands: lands}).addTo(map);
const words = new MiniSearch({fields: ['text']});
words.addAll([{id: 1, text: 'Жаңаөзен'}, {id: 2, text: 'Almaty'}]);
"""


@pytest.mark.parametrize("width", [1440, 390])
def test_map_and_search_run_from_disk(open_page: OpenPage, tmp_path: Path, width: int) -> None:
    outline = (VENDOR / "outline.json").read_text(encoding="utf-8")
    (tmp_path / "outline.js").write_text(f"const outline = {outline};", encoding="utf-8")
    (tmp_path / "own.css").write_text("#map { height: 400px; }", encoding="utf-8")
    (tmp_path / "own.js").write_text(OWN, encoding="utf-8")
    (tmp_path / "page.html").write_text(PAGE, encoding="utf-8")
    page = open_page(width)
    page.goto((tmp_path / "page.html").as_uri())
    page.click(".leaflet-control-zoom-in")
    page.wait_for_function("map.getZoom() === 5")
    countries = len(json.loads(outline)["features"])
    assert page.evaluate("lands.getLayers().length") == countries
    assert page.evaluate("document.querySelector('img.leaflet-marker-icon').naturalWidth") == 25
    assert page.evaluate("words.search('жаңаө', {prefix: true}).map((hit) => hit.id)") == [1]
