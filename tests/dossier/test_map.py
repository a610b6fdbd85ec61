"""The map: circles where events are told of a point, words where they are not, lines kept honest."""

from __future__ import annotations

import json
import math
import re
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qantar.dossier.boundaries import Fault, UnusableBoundariesError, boundaries
from qantar.dossier.map_chart import LARGEST, _without_far_points, radius
from qantar.dossier.outline import (
    MOST_OUTLINE_BYTES,
    OUTLINE_STEPS,
    Box,
    Layer,
    Point,
    Shape,
    countries,
    encoded,
    fitted,
)
from qantar.dossier.pages.map import write_map
from qantar.dossier.site import Site
from qantar.dossier.spots import spots
from tests.published import Published
from tests.weighing.claims import happened

from .landia import edition, moved, page, site

HOSTILE = "<img src=x onerror=alert(1)>"
SQUARE = [[76.0, 43.0], [77.0, 43.0], [77.0, 44.0], [76.0, 43.0]]


def features(*geometries: object, **more: object) -> str:
    made = [
        {"type": "Feature", "properties": {"name": HOSTILE}, "geometry": geometry}
        for geometry in geometries
    ]
    return json.dumps({"type": "FeatureCollection", "features": made, **more})


def polygon(ring: object = SQUARE) -> dict[str, object]:
    return {"type": "Polygon", "coordinates": [ring]}


def map_data(made: Site) -> dict[str, Any]:
    text = page(made, "data/map.js")
    return json.loads(text.removeprefix("window.QANTAR_MAP = ").rstrip(";\n"))  # type: ignore[no-any-return]


def decoded(layer: Layer) -> list[list[list[Point]]]:
    """What the map's script makes of a layer."""
    shapes = []
    for _, _, lines in layer.shapes:
        made = []
        for flat in lines:
            lon = lat = 0
            points = []
            for at in range(0, len(flat), 2):
                lon, lat = lon + flat[at], lat + flat[at + 1]
                points.append((lon / layer.steps, lat / layer.steps))
            made.append(points)
        shapes.append(made)
    return shapes


def test_events_count_at_their_place_and_in_all_that_it_lies_in() -> None:
    found = spots(
        edition(
            moved(happened("E1", "Crowd sings", "2022-01-05T00:00"), "square"),
            moved(happened("E2", "Queue waits", "2022-01-06T00:00"), "square", "sayaqkent"),
            moved(happened("E3", "Train stops", "2022-01-07T00:00"), "land"),
        )
    )
    counts = {spot.key: (spot.events, spot.within) for spot in found.listed}
    assert counts == {"square": (2, 2), "sayaqkent": (1, 2), "obl": (0, 2), "land": (1, 3)}
    assert found.counted == 3


def test_a_country_and_a_place_without_coordinates_are_listed_and_not_drawn() -> None:
    found = spots(
        edition(
            moved(happened("E1", "Crowd sings", "2022-01-05T00:00"), "land"),
            moved(happened("E2", "Mill burns", "2022-01-05T00:00"), "nowhere"),
            moved(happened("E3", "Fog falls", "2022-01-05T00:00")),
            moved(happened("E4", "Bell rings", "2022-01-05T00:00"), "sayaqkent"),
            moved(happened("E5", "Hill shakes", "2022-01-05T00:00"), "Hill of nobody"),
        )
    )
    assert [spot.key for spot in found.drawn] == ["sayaqkent"]
    assert [spot.key for spot in found.wide] == ["land"]
    assert {spot.key for spot in found.pointless} == {"nowhere", "?Hill of nobody"}
    assert found.without_place == 1


def test_events_without_a_source_are_in_no_count(tmp_path: Path) -> None:
    claim = replace(happened("E1", "Crowd", "2022-01-05T00:00"), evidence="general_knowledge")
    made = site(tmp_path, moved(claim, "sayaqkent"))
    assert (spots(made.edition).counted, spots(made.edition).unsourced) == (0, 1)
    write_map(made)
    assert "One event has no source" in page(made, "map.html")


def test_the_first_view_is_where_most_events_lie_not_where_one_lies_far_away() -> None:
    far = moved(happened("E9", "Talks far away", "2022-01-05T00:00"), "sayaqkent")
    listed = [
        moved(happened(f"E{n}", f"Event {n}", f"2022-01-{n:02}T00:00"), "square")
        for n in range(1, 5)
    ]
    view = spots(edition(*listed, far)).view()
    assert view is not None
    assert view.west < 76.9 < view.east
    assert view.south < 43.25 < view.north
    assert view.east - view.west < 2


def test_the_area_of_a_circle_grows_with_the_number_of_events() -> None:
    assert radius(100, 100) == LARGEST
    assert radius(25, 100) == pytest.approx(LARGEST / 2)
    assert 0 < radius(1, 1_000_000) < radius(500_000, 1_000_000)


def test_the_page_has_a_picture_a_table_and_links_to_the_filtered_timeline(tmp_path: Path) -> None:
    made = site(
        tmp_path,
        moved(happened("E1", "Crowd sings", "2022-01-05T00:00"), "sayaqkent"),
        moved(happened("E2", "Queue waits", "2022-01-06T00:00"), "square"),
        moved(happened("E3", "Hill shakes", "2022-01-06T00:00"), "Hill & more"),
    )
    write_map(made)
    text = page(made, "map.html")
    rows = re.findall(r'<tr><th scope="row">.*?</tr>', text, re.DOTALL)
    assert len(rows) == 5
    assert 'href="timeline.html#place=sayaqkent"' in text
    assert 'href="timeline.html#place=%3FHill+%26+more"' in text
    assert "GeoNames (CC BY 4.0) for one place" in text
    assert "Natural Earth" in text
    assert "Sayaqkent 1" in page(made, "map.svg")
    names = [spot["name"] for spot in map_data(made)["spots"]]
    assert sorted(names) == ["Bread Square", "Sayaqkent"]


def test_an_edition_without_any_point_has_a_page_without_a_map(tmp_path: Path) -> None:
    made = site(tmp_path, moved(happened("E1", "Crowd sings", "2022-01-05T00:00"), "land"))
    write_map(made)
    assert "there is no map" in page(made, "map.html")
    assert not (tmp_path / "data/map.js").exists()


def test_own_boundaries_are_drawn_with_their_source_and_their_names_stay_inert(
    tmp_path: Path,
) -> None:
    made = site(
        tmp_path,
        moved(happened("E1", "Crowd", "2022-01-05T00:00"), "sayaqkent"),
        boundaries=features(polygon(), {"type": "Point", "coordinates": [1, 2]}, source=HOSTILE),
    )
    write_map(made)
    text = page(made, "map.html")
    assert HOSTILE not in text
    assert "their source, as the file states it: &lt;img" in text
    assert "One part of the boundaries is no line or area" in text
    layer = map_data(made)["boundaries"]
    assert layer["shapes"][0][0] == HOSTILE
    assert HOSTILE not in page(made, "map.svg")


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", Fault.NO_JSON),
        ("{", Fault.NO_JSON),
        ("[" * 100_000, Fault.NO_JSON),
        ('{"type": "Polygon", "coordinates": [[[NaN, 1], [2, 3]]]}', Fault.NO_JSON),
        ("[1, 2]", Fault.NO_GEOJSON),
        ('{"type": ["Polygon"]}', Fault.NO_GEOJSON),
        ('{"type": "FeatureCollection"}', Fault.NO_GEOJSON),
        ('{"type": "FeatureCollection", "features": [7]}', Fault.NO_GEOJSON),
        (features({"type": "Polygon", "coordinates": "far"}), Fault.NO_GEOJSON),
        (features(polygon([[1], [2]])), Fault.NO_GEOJSON),
        (features(polygon([["1", "2"], ["3", "4"]])), Fault.NO_GEOJSON),
        (features(polygon([[True, False], [True, True]])), Fault.NO_GEOJSON),
        (features(polygon([[4_000_000, 5_000_000], [1, 2]])), Fault.NO_DEGREES),
        (features(polygon([[10**400, 5], [1, 2]])), Fault.NO_DEGREES),
        ('{"type": "LineString", "coordinates": [[1e999, 5], [1, 2]]}', Fault.NO_DEGREES),
        (features(), Fault.NOTHING),
        (features({"type": "Point", "coordinates": [1, 2]}, None), Fault.NOTHING),
        (features({"type": ["x"], "coordinates": []}), Fault.NOTHING),
        ('{"type": "Topology", "objects": {}}', Fault.NOTHING),
    ],
)
def test_boundaries_that_cannot_be_drawn_say_why_and_the_page_goes_on(
    tmp_path: Path, text: str, fault: Fault
) -> None:
    with pytest.raises(UnusableBoundariesError) as caught:
        boundaries(text)
    assert caught.value.fault is fault
    made = site(
        tmp_path,
        moved(happened("E1", "Crowd", "2022-01-05T00:00"), "sayaqkent"),
        boundaries=text,
    )
    write_map(made)
    assert "The boundaries of the case are not drawn:" in page(made, "map.html")
    assert map_data(made)["boundaries"] is None


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: (
            st.lists(inner)
            | st.dictionaries(
                st.sampled_from(["type", "features", "geometry", "coordinates", "properties"]),
                inner,
            )
        ),
    )
)
def test_no_parsed_json_breaks_the_reader_of_boundaries(anything: object) -> None:
    for text in (json.dumps(anything), json.dumps({"type": "Feature", "geometry": anything})):
        try:
            found = boundaries(text)
        except UnusableBoundariesError:
            continue
        assert found.shapes


def test_a_name_that_is_no_sound_unicode_can_be_written() -> None:
    text = '{"type":"LineString","coordinates":[[1,2],[3,4]],"source":"\\ud800 \\u202e"}'
    assert boundaries(text).source == "? [U+202E]"


def test_a_border_that_two_countries_share_is_moved_in_both_alike() -> None:
    border = [(60.004, 50.006), (61.017, 50.512), (62.031, 50.009)]
    left = Shape(name="A", lines=((*border, (61.0, 40.0), border[0]),))
    right = Shape(name="B", lines=((*reversed(border), (61.0, 60.0), border[-1]),))
    first, second = (lines[0] for lines in decoded(encoded([left, right], 10)))
    assert first[:3] == list(reversed(second[:3]))


@given(
    st.lists(
        st.tuples(st.floats(min_value=-180, max_value=180), st.floats(min_value=-90, max_value=90)),
        min_size=2,
        max_size=30,
    ),
    st.sampled_from((100_000, 1_000, 100)),
)
def test_lines_come_back_within_half_a_step(points: list[Point], steps: int) -> None:
    layer = encoded([Shape(name="A", lines=(tuple(points),), area=False)], steps)
    for shape in decoded(layer):
        for point in shape[0]:
            assert min(math.dist(point, other) for other in points) <= 1 / steps


def test_the_outline_fits_its_budget_however_much_of_the_world_is_asked_for() -> None:
    world = countries(Box(west=-180, south=-85, east=180, north=85))
    layer = fitted(world, OUTLINE_STEPS, MOST_OUTLINE_BYTES)
    assert len(json.dumps(layer.to_json(), separators=(",", ":"))) <= MOST_OUTLINE_BYTES
    assert len(layer.shapes) > 150
    near = countries(Box(west=46, south=40, east=88, north=56))
    assert {"Kazakhstan", "Kyrgyzstan", "Uzbekistan"} <= {shape.name for shape in near}
    assert "Brazil" not in {shape.name for shape in near}
    assert fitted(near, OUTLINE_STEPS, MOST_OUTLINE_BYTES).steps == OUTLINE_STEPS[0]


def crossings(line: list[Point], at: float) -> list[float]:
    """Where a closed line crosses the meridian `at`, from south to north."""
    found = []
    for (x1, y1), (x2, y2) in pairwise(line):
        if (x1 < at) != (x2 < at):
            found.append(y1 + (at - x1) / (x2 - x1) * (y2 - y1))
    return sorted(found)


@given(
    st.lists(st.tuples(st.integers(-30, 30), st.integers(-30, 30)), min_size=3, max_size=40),
    st.floats(min_value=-4.9, max_value=4.9),
)
def test_what_is_left_out_of_the_picture_changes_nothing_in_view(
    corners: list[tuple[int, int]], meridian: float
) -> None:
    """A corner that was cut off once filled the sea as land."""
    view = Box(west=-5, south=-5, east=5, north=5)
    ring = [(float(x), float(y)) for x, y in (*corners, corners[0])]
    kept = _without_far_points(ring, view)
    seen = [y for y in crossings(ring, meridian) if -5 <= y <= 5]
    assert [y for y in crossings(kept, meridian) if -5 <= y <= 5] == pytest.approx(seen)
    below = sum(y < -5 for y in crossings(ring, meridian))
    assert sum(y < -5 for y in crossings(kept, meridian)) % 2 == below % 2


def test_the_map_of_the_example_starts_in_kazakhstan_and_tells_of_the_rest(
    january: Published,
) -> None:
    text = (january.out / "map.html").read_text(encoding="utf-8")
    data = (january.out / "data/map.js").read_text(encoding="utf-8")
    made = json.loads(data.removeprefix("window.QANTAR_MAP = ").rstrip(";\n"))
    (south, west), (north, east) = made["view"]
    assert 38 < south < 44
    assert 44 < west < 52
    assert 52 < north < 58
    assert 80 < east < 90
    assert "places lie beyond the picture" in text
    assert "Paris" in text
    assert {"Almaty", "Aktau", "Paris"} <= {spot["name"] for spot in made["spots"]}
    assert "Kazakhstan" not in {spot["name"] for spot in made["spots"]}
    assert len(data) < 400_000
