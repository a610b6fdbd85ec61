"""How many persons whose lists say what became of them, so that no small number can be told.

A number below `LEAST` names few people to whoever knows the place, so it is not shown. Nor may it
follow from the others: how many persons a source names is known, so what is held back of one source
is at least two numbers, and together at least `LEAST` persons.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

LEAST: Final = 5
_TWO: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusCounts:
    """Persons of one source by what it says became of them.

    `of_status` leads from words of the vocabulary person-status to a number of persons, None where
    it is held back. `otherwise` are persons of whom it says something in words of its own alone,
    `unsaid` those of whom it says nothing; None where held back. A person of whom a source says
    several things counts under each.
    """

    source: str
    of_status: Mapping[str, int | None]
    otherwise: int | None = 0
    unsaid: int | None = 0


def counted(source: str, stated: Mapping[str, Iterable[str | None]]) -> StatusCounts | None:
    """Count the persons of one source; None where what is small could not be hidden.

    Args:
        source: its id.
        stated: for each person whom its lists name, what these say: words of the vocabulary, None
            for words that are none; nothing for persons of whom nothing is said.
    """
    numbers: dict[str | None, int] = {"": 0, None: 0}
    for said in stated.values():
        terms = set(said)
        for term in (terms - {None}) or terms or {""}:
            numbers[term] = numbers.get(term, 0) + 1
    held = _held_back({term: n for term, n in numbers.items() if n})
    if held and not _hides(held, numbers):
        return None
    shown = {term: None if term in held else n for term, n in numbers.items()}
    unsaid, otherwise = shown.pop(""), shown.pop(None)
    of_status = {term: shown[term] for term in sorted(filter(None, shown))}
    return StatusCounts(source=source, of_status=of_status, otherwise=otherwise, unsaid=unsaid)


def _held_back(numbers: Mapping[str | None, int]) -> set[str | None]:
    """The numbers that are too small, and as many of the next ones as it takes to hide these."""
    rising = sorted(numbers, key=lambda term: (numbers[term], term or ""))
    held = [term for term in rising if numbers[term] < LEAST]
    for term in rising[len(held) :]:
        if not held or _hides(held, numbers):
            break
        held.append(term)
    return set(held)


def _hides(held: Collection[str | None], numbers: Mapping[str | None, int]) -> bool:
    """Whether none of these numbers follows from all others and the number of persons."""
    return len(held) >= _TWO and sum(numbers[term] for term in held) >= LEAST
