"""How lists name a town: as it is, as it was, by its region or by a village of its district."""

from __future__ import annotations

from benchmarks.linking.invented.land import Person
from benchmarks.linking.invented.letters import HANDS, english, turkish
from benchmarks.linking.invented.pen import Pen
from benchmarks.linking.invented.slips import ABROAD, TOLD
from benchmarks.linking.invented.towns import ENGLISH, RUSSIAN, Town, towns


def place(
    person: Person, pen: Pen, language: int, *, silent: float, region: float = 0.08
) -> str | None:
    """Write where somebody is from; `region` is how often no more than that is told."""
    if pen.slips(silent):
        return None
    town = _elsewhere(pen) if pen.slips(0.04) else person.town
    if pen.does(region):
        return town.region[language]
    name = _name(town, pen, language)
    if pen.slips(0.03):
        return pen.one_of(TOLD if language == RUSSIAN else ABROAD)(name, pen.chance)
    return name


def _name(town: Town, pen: Pen, language: int) -> str:
    if pen.does(0.10):
        return town.old[language]
    if pen.does(0.08):
        return _village(town, pen, language)
    name = town.name[language]
    if pen.does(0.10):
        return f"{name}, {town.region[language]}"
    return f"г. {name}" if language == RUSSIAN and pen.does(0.15) else name


def _village(town: Town, pen: Pen, language: int) -> str:
    village = pen.one_of(town.villages)
    if language == RUSSIAN:
        return f"с. {village}"
    return " ".join(
        english(part, HANDS[0]) if language == ENGLISH else turkish(part)
        for part in village.split()
    )


def _elsewhere(pen: Pen) -> Town:
    return pen.chance.choices(towns(), [town.weight for town in towns()])[0]
