"""Places: a gazetteer is data in the case; a name resolves by any recorded form, or not at all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from qantar.model.text import name_key

# How far from the stated point the thing may lie, in metres, by kind of place: a
# convention for showing how coarse a dot on a map is, not a measurement.
_REACH = {
    "country": 1_000_000,
    "oblast": 200_000,
    "oblast-since-2022": 200_000,
    "district": 10_000,
    "capital": 10_000,
    "city": 10_000,
    "town": 5_000,
    "village": 2_000,
    "settlement": 2_000,
}
_REACH_OF_A_SITE = 500
ABOVE_TOWN = frozenset({"country", "oblast", "oblast-since-2022"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One entry of the gazetteer.

    `name` is the name it is shown under; `names` are forms by language ("kk",
    "ru", "en"); `variants` other recorded spellings, `former` earlier names.
    `parent` is the id of the place it lies in, `country` the country's name as
    found. Coordinates are WGS 84 degrees.
    """

    id: str
    name: str
    kind: str
    names: tuple[tuple[str, str], ...] = ()
    variants: tuple[str, ...] = ()
    former: tuple[str, ...] = ()
    parent: str | None = None
    country: str | None = None
    lat: Decimal | None = None
    lon: Decimal | None = None
    code: str | None = None
    evidence: tuple[tuple[str, str], ...] = ()
    original: str | None = None
    accession: str | None = None
    row: int | None = None

    @property
    def forms(self) -> tuple[str, ...]:
        """Every recorded form, the shown name first, none twice."""
        every = (self.name, *(form for _, form in self.names), *self.variants, *self.former)
        return tuple(dict.fromkeys(form for form in every if form))

    @property
    def reach_m(self) -> int:
        """How coarse the point is, in metres."""
        return _REACH.get(self.kind, _REACH_OF_A_SITE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """A place as a claim names it: the text, the entry it resolves to, a point if one is known.

    `place` is a gazetteer id or None when no entry, or more than one, has that
    form. `lat`/`lon` are the claim's own if it gives them, else the entry's;
    `reach_m` is how coarse they are, in metres.
    """

    text: str
    place: str | None = None
    lat: Decimal | None = None
    lon: Decimal | None = None
    reach_m: int | None = None


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """All places of a case, found by any recorded form.

    A name first looks among the shown names; only if none has it, among the
    other recorded forms. Two entries with the form: ambiguous, never guessed.
    """

    places: Mapping[str, Place]
    _shown: dict[str, tuple[str, ...]] = field(default_factory=dict, repr=False)
    _other: dict[str, tuple[str, ...]] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, places: Iterable[Place]) -> Gazetteer:
        """Index the places; ids must be unique (later ones are dropped by the reader, not here)."""
        by_id = {place.id: place for place in places}
        shown: dict[str, list[str]] = {}
        other: dict[str, list[str]] = {}
        for place in by_id.values():
            shown.setdefault(name_key(place.name), []).append(place.id)
            for key in {name_key(form) for form in place.forms[1:]}:
                other.setdefault(key, []).append(place.id)
        return cls(by_id, _tuples(shown), _tuples(other))

    def candidates(self, text: str) -> tuple[str, ...]:
        """Ids of the places the text may name: one when it is clear, none or several when not."""
        key = name_key(text)
        return self._shown.get(key) or self._other.get(key, ())

    def ancestors(self, place: str) -> tuple[str, ...]:
        """Ids of the places it lies in, nearest first; a circle of parents ends where it closes."""
        seen: list[str] = []
        entry = self.places.get(place)
        while entry is not None and entry.parent and entry.parent not in (place, *seen):
            seen.append(entry.parent)
            entry = self.places.get(entry.parent)
        return tuple(seen)

    def within(self, inner: str, outer: str) -> bool:
        """Whether `inner` is `outer` or lies in it."""
        return inner == outer or outer in self.ancestors(inner)

    def forms_of(self, text: str) -> tuple[str, ...]:
        """Every recorded form of every place that has this one: what a search looks for too."""
        key = name_key(text)
        ids = dict.fromkeys((*self._shown.get(key, ()), *self._other.get(key, ())))
        return tuple(dict.fromkeys(form for place in ids for form in self.places[place].forms))


def _tuples(index: dict[str, list[str]]) -> dict[str, tuple[str, ...]]:
    return {key: tuple(ids) for key, ids in index.items()}
