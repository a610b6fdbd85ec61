"""Where events lie: how many at each place and within it, and which places are drawn as points."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from qantar.dossier.edition import Edition
from qantar.dossier.outline import Box
from qantar.model.place import ABOVE_TOWN, Gazetteer, Where
from qantar.weighing.events import Happening


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A place with its events.

    `place` is the gazetteer id, or None for a name that no entry has; `key` names the
    spot in either case. `events` counts events of which a report names this very place,
    `within` these and all in places that lie in it, each once. A point (`lat`, `lon` in
    WGS 84 degrees) is the gazetteer's, else the one its first report gives. `root` is
    the outermost place it lies in.
    """

    key: str
    place: str | None
    name: str
    kind: str
    events: int
    within: int
    root: str
    lat: float | None = None
    lon: float | None = None

    @property
    def is_wide(self) -> bool:
        """Whether it is a country or a region: a point in its middle would mislead."""
        return self.kind in ABOVE_TOWN

    @property
    def is_drawn(self) -> bool:
        """Whether it stands on the map: something lies there, and a point says where."""
        return bool(self.events) and not self.is_wide and self.lat is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Spots:
    """All places with events, most events first. The counts leave out events without a source."""

    listed: tuple[Spot, ...]
    counted: int
    without_place: int
    unsourced: int

    @property
    def drawn(self) -> tuple[Spot, ...]:
        """Those on the map, the largest first, so that small circles lie above large ones."""
        return tuple(spot for spot in self.listed if spot.is_drawn)

    @property
    def wide(self) -> tuple[Spot, ...]:
        """Countries and regions of which events are told without a nearer place."""
        return tuple(spot for spot in self.listed if spot.events and spot.is_wide)

    @property
    def pointless(self) -> tuple[Spot, ...]:
        """Places of which nobody says where they lie."""
        return tuple(
            spot for spot in self.listed if spot.events and not spot.is_wide and not spot.is_drawn
        )

    def view(self) -> Box | None:
        """The box around the drawn places of the root that holds most events."""
        held: Counter[str] = Counter()
        for spot in self.drawn:
            held[spot.root] += spot.events
        if not held:
            return None
        most = min(held, key=lambda root: (-held[root], root))
        return Box.around(points(s for s in self.drawn if s.root == most)).padded(0.08, 0.25)


def points(spots: Iterable[Spot]) -> list[tuple[float, float]]:
    """Longitude and latitude of the spots that have them."""
    return [(s.lon, s.lat) for s in spots if s.lon is not None and s.lat is not None]


def spots(edition: Edition) -> Spots:
    """Count the events of the edition by place."""
    sourced = [event for event in edition.events if event.is_sourced]
    here: Counter[str] = Counter()
    within: Counter[str] = Counter()
    first: dict[str, Where] = {}
    placed = 0
    for event in sourced:
        named = _named(event)
        placed += bool(named)
        for key, where in named.items():
            if key not in first or first[key].lat is None:
                first[key] = where
        here.update(named.keys())
        within.update(_with_ancestors(named, edition.gazetteer))
    listed = [_spot(key, here[key], within[key], first.get(key), edition) for key in within]
    return Spots(
        listed=tuple(sorted(listed, key=lambda s: (-s.events, -s.within, s.name, s.key))),
        counted=len(sourced),
        without_place=len(sourced) - placed,
        unsourced=len(edition.events) - len(sourced),
    )


def key_of(where: Where) -> str:
    """Name a place in addresses: the gazetteer id, else the text behind a question mark."""
    return where.place or f"?{where.text}"


def _named(event: Happening) -> dict[str, Where]:
    return {key_of(where): where for claim in event.claims for where in claim.where}


def _with_ancestors(keys: Iterable[str], gazetteer: Gazetteer) -> set[str]:
    return {name for key in keys for name in (key, *gazetteer.ancestors(key))}


def _spot(key: str, here: int, within: int, where: Where | None, edition: Edition) -> Spot:
    entry = edition.gazetteer.places.get(key)
    lat, lon = (entry.lat, entry.lon) if entry else (None, None)
    if (lat is None or lon is None) and where is not None:
        lat, lon = where.lat, where.lon
    if lat is None or lon is None:
        lat = lon = None
    ancestors = edition.gazetteer.ancestors(key) if entry else ()
    return Spot(
        key=key,
        place=entry.id if entry else None,
        name=entry.name if entry else where.text if where else key,
        kind=entry.kind if entry else "",
        events=here,
        within=within,
        root=ancestors[-1] if ancestors else key,
        lat=None if lat is None else float(lat),
        lon=None if lon is None else float(lon),
    )
