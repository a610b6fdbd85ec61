"""The map as a picture, for paper and for browsers without scripts."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from qantar.dossier.charts import COLOURS, Spec, svg
from qantar.dossier.outline import Box, Point, Shape
from qantar.dossier.site import visible
from qantar.dossier.spots import Spot
from qantar.dossier.timeline_chart import SILENT

WIDTH, MOST_HEIGHT, LEAST_HEIGHT = 820, 640, 240
LARGEST, SMALLEST = 24.0, 2.5
MOST_LABELS = 14
# Room that a label takes, in pixels: letters of this width, lines of this height, moved by this.
_LETTER, _LINE, _STEP = 6.6, 13, 8
_WATER, _LAND, _SHORE, _BORDER = "#e9eff3", "#f7f6f0", "#a9a99f", "#5b2a86"


def radius(events: int, most: int) -> float:
    """Radius in pixels of a circle whose area grows with the events; small ones stay visible."""
    return max(SMALLEST, LARGEST * math.sqrt(events / most)) if most else SMALLEST


@dataclass(frozen=True, slots=True)
class Frame:
    """A view in pixels: equirectangular, true to shape along the middle latitude."""

    view: Box
    scale: float
    squeeze: float

    @classmethod
    def of(cls, view: Box) -> Frame:
        """Fit the view into the width, or into the greatest height."""
        squeeze = math.cos(math.radians((view.north + view.south) / 2))
        wide, high = (view.east - view.west) * squeeze, view.north - view.south
        return cls(view, min(WIDTH / wide, MOST_HEIGHT / high), squeeze)

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        x, y = self.place((self.view.east, self.view.south))
        return max(round(x), 1), max(round(y), 1)

    def place(self, point: Point) -> tuple[float, float]:
        """Pixels from the left and the top."""
        lon, lat = point
        return (
            round((lon - self.view.west) * self.squeeze * self.scale, 1),
            round((self.view.north - lat) * self.scale, 1),
        )


def map_picture(
    drawn: Sequence[Spot], view: Box, land: Iterable[Shape], borders: Iterable[Shape]
) -> str:
    """Draw the land, the case's boundaries above it, and a circle for each place in view."""
    frame = Frame.of(view)
    width, height = frame.size
    layers = [
        _shapes(land, frame, {"fill": _LAND, "stroke": _SHORE, "strokeWidth": 0.8}, area=True),
        _shapes(borders, frame, {"filled": False, "stroke": _BORDER, "strokeWidth": 1.4}),
        *_circles(drawn, frame),
    ]
    return svg(
        {
            "width": width,
            "height": height,
            "view": {"fill": _WATER, "stroke": "#888"},
            # Stated, or Vega would fit the picture to whatever the lines beyond the view reach.
            "projection": {"type": "identity", "scale": 1, "translate": [0, 0]},
            "layer": layers,
            "config": SILENT,
        }
    )


def _shapes(shapes: Iterable[Shape], frame: Frame, look: Spec, *, area: bool = False) -> Spec:
    lines = [
        [list(frame.place(point)) for point in kept]
        for shape in shapes
        for line in shape.lines
        if (kept := _without_far_points(line, frame.view))
    ]
    kind = "MultiPolygon" if area else "MultiLineString"
    coordinates = [[line] for line in lines] if area else lines
    feature = {"type": "Feature", "geometry": {"type": kind, "coordinates": coordinates}}
    return {
        "data": {"values": [feature]},
        "mark": {"type": "geoshape", "clip": True, **look},
    }


def _without_far_points(line: Sequence[Point], view: Box) -> list[Point]:
    """Leave out what lies beyond one side of the view together with both its neighbours.

    What is seen stays as it was: the way between the neighbours stays beyond that side.
    """
    sides = [_sides(point, view) for point in line]
    if all(sides) and not _may_cross(sides):
        return []
    kept: list[Point] = []
    last = 0
    for at, point in enumerate(line):
        following = sides[at + 1] if at + 1 < len(line) else 0
        # Measured against the last point kept: around a corner one point must stay.
        if not kept or not last & sides[at] & following:
            kept.append(point)
            last = sides[at]
    return kept


def _sides(point: Point, view: Box) -> int:
    lon, lat = point
    return (
        (lon < view.west)
        | (lon > view.east) << 1
        | (lat < view.south) << 2
        | (lat > view.north) << 3
    )


def _may_cross(sides: Sequence[int]) -> bool:
    """Whether a line that has no point in view may still run through it or around it."""
    common = 0b1111
    for side in sides:
        common &= side
    return not common


def _circles(drawn: Sequence[Spot], frame: Frame) -> list[Spec]:
    most = max((spot.events for spot in drawn), default=0)
    placed = [
        (spot, *frame.place((spot.lon, spot.lat)))
        for spot in drawn
        if spot.lon is not None and spot.lat is not None
        if not _sides((spot.lon, spot.lat), frame.view)
    ]
    rows = [
        {"x": x, "y": y, "size": round(math.pi * radius(spot.events, most) ** 2, 1)}
        for spot, x, y in placed
    ]
    labels = _labels([(spot, x, y, radius(spot.events, most)) for spot, x, y in placed], frame)
    place = {
        "longitude": {"field": "x", "type": "quantitative"},
        "latitude": {"field": "y", "type": "quantitative"},
    }
    circle = {"type": "circle", "color": COLOURS[0], "fillOpacity": 0.55, "stroke": "#fff"}
    text = {"type": "text", "align": "left", "baseline": "middle", "fontSize": 12}
    words = {**place, "text": {"field": "label", "type": "nominal"}}
    halo = {**text, "color": "#fff", "stroke": "#fff", "strokeWidth": 3, "strokeOpacity": 0.85}
    size = {"size": {"field": "size", "type": "quantitative", "scale": None}}
    return [
        {"data": {"values": rows}, "mark": circle, "encoding": {**place, **size}},
        {"data": {"values": labels}, "mark": halo, "encoding": words},
        {"data": {"values": labels}, "mark": {**text, "color": "#111"}, "encoding": words},
    ]


def _labels(placed: Iterable[tuple[Spot, float, float, float]], frame: Frame) -> list[Spec]:
    """Name the places with most events, where there is room beside their circles.

    What lies under a larger circle is not named: the name would be taken for the larger one's.
    """
    taken: list[tuple[float, float, float]] = []
    circles: list[tuple[float, float, float]] = []
    labels: list[Spec] = []
    width, _ = frame.size
    for spot, x, y, reach in placed:
        hidden = any(math.hypot(x - cx, y - cy) < cr for cx, cy, cr in circles)
        circles.append((x, y, reach))
        text = f"{visible(spot.name)} {spot.events}"
        room = None if hidden else _room(len(text) * _LETTER, x, y, reach, taken, width)
        if room:
            taken.append(room)
            labels.append({"x": round(room[0], 1), "y": round(room[2], 1), "label": text})
        if len(labels) == MOST_LABELS:
            break
    return labels


def _room(
    long: float,
    x: float,
    y: float,
    reach: float,
    taken: Sequence[tuple[float, float, float]],
    width: float,
) -> tuple[float, float, float] | None:
    """Left edge, right edge and height of a label beside a circle, the first place that is free."""
    right, left = x + reach + 3, x - reach - 3 - long
    for start, height in ((right, y), (right, y + _STEP), (right, y - _STEP), (left, y)):
        end = start + long
        free = all(abs(height - h) > _LINE or end < s or start > e for s, e, h in taken)
        if free and start > 0 and end < width:
            return start, end, height
    return None
