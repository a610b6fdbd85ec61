"""The map: places sized by the events that lie there, as a picture, as data and as a table."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from qantar.dossier.boundaries import (
    MOST_BYTES,
    STEPS,
    Boundaries,
    Fault,
    UnusableBoundariesError,
    boundaries,
)
from qantar.dossier.map_chart import map_picture, radius
from qantar.dossier.outline import (
    MOST_OUTLINE_BYTES,
    OUTLINE_STEPS,
    Box,
    Shape,
    countries,
    fitted,
)
from qantar.dossier.site import Site, visible
from qantar.dossier.spots import Spot, Spots, points, spots

PICTURE = "map.svg"
DATA = "data/map.js"
# Steps a degree in the picture: about 2 km, less than a pixel wherever a country fills it.
PICTURE_STEPS = 50


def write_map(site: Site) -> None:
    """Write the page, its picture and its data."""
    found = spots(site.edition)
    own, fault = _boundaries(site)
    view = found.view()
    if view:
        _write_picture(site, found, view, own)
        _write_data(site, found, view, own)
    site.page(
        "map.html",
        "map.html",
        title=site.text("Map"),
        found=found,
        picture=PICTURE if view else None,
        beyond=[spot for spot in found.drawn if view and not _in_view(spot, view)],
        timeline=timeline_of,
        coordinates=_coordinate_sources(site, found),
        own=own,
        fault=_fault_words(site)[fault] if fault else None,
    )


def timeline_of(key: str) -> str:
    """The timeline, filtered to a place."""
    return f"timeline.html#{urlencode({'place': key})}"


def _boundaries(site: Site) -> tuple[Boundaries | None, Fault | None]:
    if site.edition.boundaries is None:
        return None, None
    try:
        return boundaries(site.edition.boundaries), None
    except UnusableBoundariesError as unusable:
        return None, unusable.fault


def _fault_words(site: Site) -> dict[Fault, str]:
    """Why boundaries are not drawn, for the reader."""
    return {
        Fault.TOO_LONG: site.text("the file is too long."),
        Fault.NO_JSON: site.text("the file is no JSON."),
        Fault.NO_GEOJSON: site.text("the file is no GeoJSON."),
        Fault.NO_DEGREES: site.text("its coordinates are no degrees on Earth (WGS 84)."),
        Fault.NOTHING: site.text("it holds no line and no area."),
    }


def _in_view(spot: Spot, view: Box) -> bool:
    return Box.around(points([spot])).touches(view)


def _write_picture(site: Site, found: Spots, view: Box, own: Boundaries | None) -> None:
    land = _coarser(countries(view), PICTURE_STEPS)
    site.write(PICTURE, map_picture(found.drawn, view, land, own.shapes if own else ()))


def _coarser(shapes: Iterable[Shape], steps: int) -> list[Shape]:
    return [shape.snapped(steps) for shape in shapes]


def _write_data(site: Site, found: Spots, view: Box, own: Boundaries | None) -> None:
    everything = Box.around(points(found.drawn)).padded(0.1, 3)
    land = fitted(countries(everything), OUTLINE_STEPS, MOST_OUTLINE_BYTES)
    data: dict[str, Any] = {
        "view": [[view.south, view.west], [view.north, view.east]],
        "outline": land.to_json(),
        "boundaries": fitted(own.shapes, STEPS, MOST_BYTES).to_json() if own else None,
        "spots": [_spot_data(site, spot, found.drawn[0].events) for spot in found.drawn],
        "legend": [[n, round(radius(n, found.drawn[0].events), 1)] for n in _legend(found)],
    }
    site.write(DATA, f"window.QANTAR_MAP = {json.dumps(data, separators=(',', ':'))};\n")


def _spot_data(site: Site, spot: Spot, most: int) -> dict[str, Any]:
    return {
        "key": spot.key,
        "name": visible(spot.name),
        "kind": site.edition.label("place-kind", spot.kind),
        "lat": spot.lat,
        "lon": spot.lon,
        "events": spot.events,
        "within": spot.within,
        "radius": round(radius(spot.events, most), 1),
        "page": site.links.places.get(spot.place or "", ""),
        "timeline": timeline_of(spot.key),
    }


def _legend(found: Spots) -> list[int]:
    """Three numbers of events to show the circles of: one, the most, and one between."""
    most = found.drawn[0].events
    return sorted({1, max(1, round(math.sqrt(most))), most})


def _coordinate_sources(site: Site, found: Spots) -> list[tuple[str, int]]:
    """Where the coordinates on the map come from, as found, with the number of places."""
    places = site.edition.gazetteer.places
    said: Counter[str] = Counter()
    for spot in found.drawn:
        entry = places.get(spot.key)
        own = entry is not None and entry.lat is not None
        said[dict(entry.evidence).get("coordinates", "") if entry and own else ""] += 1
    return sorted(said.items(), key=lambda pair: (pair[0] == "", -pair[1], pair[0]))
