"""A case's own boundaries: GeoJSON that nobody has checked, of which lines and names are kept."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from qantar.dossier.outline import FEWEST_POINTS, Point, Shape
from qantar.dossier.site import visible

MOST_BYTES = 1_000_000
MOST_TEXT = 50_000_000
MOST_NAME = 200
# Steps a degree: 100,000 is about a metre.
STEPS = (100_000, 10_000, 1_000, 100, 20, 5)
_AREAS = ("Polygon", "MultiPolygon")
# How many levels of lists lie around each line.
_DEPTH = {"LineString": 0, "MultiLineString": 1, "Polygon": 1, "MultiPolygon": 2}


class Fault(StrEnum):
    """Why boundaries cannot be drawn."""

    TOO_LONG = "too-long"
    NO_JSON = "no-json"
    NO_GEOJSON = "no-geojson"
    NO_DEGREES = "no-degrees"
    NOTHING = "nothing-to-draw"


class UnusableBoundariesError(ValueError):
    """The boundaries of a case cannot be drawn; the map is shown without them."""

    def __init__(self, fault: Fault) -> None:
        """Keep the fault for the page, which words it."""
        self.fault = fault
        super().__init__(f"the boundaries cannot be drawn: {fault}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Boundaries:
    """A case's own boundaries.

    `skipped` counts parts that are no line or area; `source` is as the file states it.
    """

    shapes: tuple[Shape, ...]
    skipped: int = 0
    source: str = ""


def boundaries(untrusted_text: str) -> Boundaries:
    """Read a case's boundaries: GeoJSON in WGS 84 degrees, of which only lines and names are kept.

    Raises:
        UnusableBoundariesError: it is too long, no JSON, no GeoJSON, holds no line
            or area, or has coordinates that are no degrees on Earth.
    """
    if len(untrusted_text) > MOST_TEXT:
        raise UnusableBoundariesError(Fault.TOO_LONG)
    try:
        untrusted = json.loads(untrusted_text, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise UnusableBoundariesError(Fault.NO_JSON) from error
    reader = _BoundaryReader()
    reader.read(untrusted)
    if not reader.shapes:
        raise UnusableBoundariesError(Fault.NOTHING)
    return Boundaries(
        shapes=tuple(reader.shapes), skipped=reader.skipped, source=_stated_source(untrusted)
    )


def _no_constant(name: str) -> None:
    message = f"{name} is no JSON"
    raise ValueError(message)


def _stated_source(untrusted: dict[str, Any]) -> str:
    return _text(untrusted.get("source")) or _text(untrusted.get("attribution"))


def _text(untrusted: object) -> str:
    """A text that can be shown and stored: short, hidden controls visible, sound Unicode."""
    if not isinstance(untrusted, str):
        return ""
    return visible(untrusted[:MOST_NAME]).encode("utf-8", "replace").decode("utf-8")


class _BoundaryReader:
    """Collects what can be drawn from parsed JSON that nobody has checked."""

    def __init__(self) -> None:
        self.shapes: list[Shape] = []
        self.skipped = 0

    def read(self, untrusted: object) -> None:
        """Take a FeatureCollection, a Feature or a bare geometry."""
        kind = untrusted.get("type") if isinstance(untrusted, dict) else None
        if not isinstance(untrusted, dict) or not isinstance(kind, str):
            raise UnusableBoundariesError(Fault.NO_GEOJSON)
        if kind == "FeatureCollection":
            features = untrusted.get("features")
            if not isinstance(features, list):
                raise UnusableBoundariesError(Fault.NO_GEOJSON)
            for feature in features:
                self._feature(feature)
        elif kind == "Feature":
            self._feature(untrusted)
        else:
            self._geometry(untrusted, "")

    def _feature(self, untrusted: object) -> None:
        if not isinstance(untrusted, dict):
            raise UnusableBoundariesError(Fault.NO_GEOJSON)
        properties = untrusted.get("properties")
        name = _text(properties.get("name")) if isinstance(properties, dict) else ""
        self._geometry(untrusted.get("geometry"), name)

    def _geometry(self, untrusted: object, name: str) -> None:
        kind = untrusted.get("type") if isinstance(untrusted, dict) else None
        if not isinstance(untrusted, dict) or not isinstance(kind, str) or kind not in _DEPTH:
            self.skipped += 1
            return
        lines = tuple(_lines(untrusted.get("coordinates"), _DEPTH[kind]))
        if lines:
            self.shapes.append(Shape(name=name, lines=lines, area=kind in _AREAS))


def _lines(untrusted: object, depth: int) -> Iterator[tuple[Point, ...]]:
    """Every line of nested coordinates; `depth` levels of lists lie around each."""
    if not isinstance(untrusted, list):
        raise UnusableBoundariesError(Fault.NO_GEOJSON)
    if depth:
        for part in untrusted:
            yield from _lines(part, depth - 1)
        return
    line = tuple(_point(position) for position in untrusted)
    if len(line) >= FEWEST_POINTS:
        yield line


def _point(untrusted: object) -> Point:
    if not isinstance(untrusted, list) or len(untrusted) < FEWEST_POINTS:
        raise UnusableBoundariesError(Fault.NO_GEOJSON)
    lon, lat = untrusted[0], untrusted[1]
    for degrees, most in ((lon, 180), (lat, 90)):
        if isinstance(degrees, bool) or not isinstance(degrees, int | float):
            raise UnusableBoundariesError(Fault.NO_GEOJSON)
        if not abs(degrees) <= most:
            raise UnusableBoundariesError(Fault.NO_DEGREES)
    return float(lon), float(lat)
