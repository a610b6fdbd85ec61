"""What a row of a table of places says, or the sheet itself, becomes an entry of the gazetteer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from qantar.model.declared import DeclaredPlace
from qantar.model.finding import Finding, Locator, Severity
from qantar.model.place import Gazetteer, Place
from qantar.reading.cells import Cells
from qantar.reading.wording import quoted


def place_entry(cells: Cells, place_id: str) -> Place | None:
    """Read the row as a place; None when it has no name. `parent` still holds the parent's name."""
    name = cells.text("name")
    if not name:
        return None
    lat, lon = cells.point("lat", "lon") or (None, None)
    return Place(
        id=place_id,
        name=name,
        kind=cells.word("kind", "place-kind", default="site") or "site",
        names=tuple((tongue, cells.text(tongue)) for tongue in ("kk", "ru") if cells.text(tongue)),
        variants=cells.many("latin"),
        former=cells.many("former"),
        parent=cells.optional("parent"),
        country=cells.optional("country"),
        lat=lat,
        lon=lon,
        code=cells.optional("code"),
        evidence=tuple(
            (about, cells.text(field))
            for about, field in (("coordinates", "coordinate_evidence"), ("names", "name_evidence"))
            if cells.text(field)
        ),
        original=cells.context.original,
        accession=cells.context.accession_id,
        row=cells.row.number,
    )


def declared_entry(place: DeclaredPlace) -> Place:
    """A place that the sheet itself declares. `parent` still holds the parent's name."""
    names = tuple((tongue, name) for tongue, name in (("kk", place.kk), ("ru", place.ru)) if name)
    return Place(
        id=place.id,
        name=place.name,
        kind=place.kind or "site",
        names=names,
        variants=place.latin,
        former=place.former,
        parent=place.parent,
        lat=place.lat,
        lon=place.lon,
    )


def with_parents(places: Iterable[Place]) -> tuple[tuple[Place, ...], tuple[Finding, ...]]:
    """Turn parents' names into ids, once all places are known.

    A place without a parent, or named as its own as an oblast is in a column of
    oblasts, hangs under its country. A parent that no place is called, or several
    are, is a finding, and the place has none.
    """
    listed = tuple(places)
    gazetteer = Gazetteer.of(listed)
    findings: list[Finding] = []
    done: list[Place] = []
    for place in listed:
        parent, problem = _parent(place, place.parent, gazetteer)
        if problem is None and parent in (None, place.id):
            parent, problem = _parent(place, place.country, gazetteer)
        if problem:
            findings.append(problem)
        done.append(replace(place, parent=None if parent == place.id else parent))
    return tuple(done), tuple(findings)


def _parent(
    place: Place, name: str | None, gazetteer: Gazetteer
) -> tuple[str | None, Finding | None]:
    if name is None:
        return None, None
    if name in gazetteer.places:
        return name, None
    ids = gazetteer.candidates(name)
    if len(ids) == 1:
        return ids[0], None
    what = f"may be any of {', '.join(ids)}" if ids else "is in no list of places"
    return None, Finding(
        code="ambiguous-place" if ids else "unresolved-place",
        text=f"{place.name} ({place.id}) is said to lie in {quoted(name)}, which {what}; "
        "left without a parent.",
        severity=Severity.NOTE,
        where=Locator(row=place.row) if place.row is not None else None,
        original=place.original,
        accession=place.accession,
    )
