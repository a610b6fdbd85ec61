"""Lines on a map, and the outline of countries that ships with Qantar.

Coordinates are WGS 84 degrees, longitude first. Lines are snapped to a grid of
whole steps, which moves the shared border of two countries in both alike, and
written as the first point and then the way from each point to the next: small
whole numbers make small files.

Source of the outline: Natural Earth 1:50m, in the public domain, by way of
world-atlas.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any

from qantar.dossier.site import static

OUTLINE = "vendor/outline.json"
MOST_OUTLINE_BYTES = 300_000
# Steps a degree, from fine to coarse; 100 a degree is about 1 km, as fine as the outline is.
OUTLINE_STEPS = (100, 50, 20, 10, 5, 2, 1)
FEWEST_POINTS = 2

Point = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A box of degrees; `west` is never greater than `east`."""

    west: float
    south: float
    east: float
    north: float

    @classmethod
    def around(cls, points: Iterable[Point]) -> Box:
        """The smallest box that holds the points.

        Raises:
            ValueError: there are none.
        """
        listed = list(points)
        lons, lats = [p[0] for p in listed], [p[1] for p in listed]
        return cls(west=min(lons), south=min(lats), east=max(lons), north=max(lats))

    def padded(self, share: float, least: float) -> Box:
        """The box with a margin: a share of each side's length, at least `least` degrees."""
        wide = max((self.east - self.west) * share, least)
        high = max((self.north - self.south) * share, least)
        return Box(
            west=max(self.west - wide, -180),
            south=max(self.south - high, -85),
            east=min(self.east + wide, 180),
            north=min(self.north + high, 85),
        )

    def touches(self, other: Box) -> bool:
        """Whether the two have a point in common."""
        beside = self.west > other.east or other.west > self.east
        return not (beside or self.south > other.north or other.south > self.north)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """A country or a boundary: its name, and its lines. `area`: each line closes on itself."""

    name: str
    lines: tuple[tuple[Point, ...], ...]
    area: bool = True

    def snapped(self, steps: int) -> Shape:
        """The same on a coarser grid; a line of which nothing is left is dropped."""
        kept = (_snapped(line, steps, area=self.area) for line in self.lines)
        lines = (tuple((lon / steps, lat / steps) for lon, lat in line) for line in kept if line)
        return Shape(name=self.name, lines=tuple(lines), area=self.area)


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """Shapes as page data: whole numbers, `steps` of them to a degree."""

    steps: int
    shapes: tuple[tuple[str, bool, tuple[tuple[int, ...], ...]], ...]

    def to_json(self) -> dict[str, Any]:
        """The layer as the map's script reads it."""
        return {"steps": self.steps, "shapes": self.shapes}


def countries(view: Box) -> list[Shape]:
    """The parts of countries that touch the view."""
    found: list[Shape] = []
    for name, rings in _world():
        near = tuple(ring for ring, box in rings if box.touches(view))
        if near:
            found.append(Shape(name=name, lines=near))
    return found


@cache
def _world() -> tuple[tuple[str, tuple[tuple[tuple[Point, ...], Box], ...]], ...]:
    """Every country's name and rings, each with the box around it.

    Read once: page and picture of one map ask for different views, and reading takes longer than
    all the rest of both.
    """
    features = json.loads(static(OUTLINE))["features"]
    return tuple(
        (
            feature["properties"]["name"] or "",
            tuple((ring, Box.around(ring)) for ring in _rings(feature["geometry"])),
        )
        for feature in features
    )


def _rings(geometry: dict[str, Any]) -> Iterator[tuple[Point, ...]]:
    coordinates = geometry["coordinates"]
    parts = [coordinates] if geometry["type"] == "Polygon" else coordinates
    for part in parts:
        for ring in part:
            yield tuple((float(lon), float(lat)) for lon, lat in ring)


def fitted(shapes: Sequence[Shape], steps: Sequence[int], most: int) -> Layer:
    """Encode the shapes as finely as `most` bytes allow; the coarsest steps if none do."""
    for number in steps:
        layer = encoded(shapes, number)
        if len(json.dumps(layer.to_json(), separators=(",", ":"))) <= most:
            break
    return layer


def encoded(shapes: Iterable[Shape], steps: int) -> Layer:
    """Snap the lines to the grid and write each point as the way from the one before."""
    made = []
    for shape in shapes:
        snapped = [s for line in shape.lines if (s := _snapped(line, steps, area=shape.area))]
        if snapped:
            made.append((shape.name, shape.area, tuple(_ways(line) for line in snapped)))
    return Layer(steps=steps, shapes=tuple(made))


def _snapped(line: Sequence[Point], steps: int, *, area: bool) -> list[tuple[int, int]]:
    """The line on the grid; empty when nothing is left of it."""
    points: list[tuple[int, int]] = []
    for lon, lat in line:
        point = (round(lon * steps), round(lat * steps))
        if not points or points[-1] != point:
            points.append(point)
    fewest = FEWEST_POINTS + 2 if area else FEWEST_POINTS
    return points if len(points) >= fewest else []


def _ways(points: Sequence[tuple[int, int]]) -> tuple[int, ...]:
    flat = [*points[0]]
    for (lon, lat), (next_lon, next_lat) in pairwise(points):
        flat += [next_lon - lon, next_lat - lat]
    return tuple(flat)
