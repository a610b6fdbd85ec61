"""How many persons whose lists say what became of them, so that no small number can be told.

A number below `LEAST` names few people to whoever knows the place, so it is not shown. Nor may it
follow from what is shown, from how many persons the source names, or from this very rule, all of
which everybody may know. So what is held back is not chosen by how the small numbers compare with
others: where one number is small, all below one bound are held back, and the bound follows from the
number of persons alone. What a reader can still think possible is then every way to share out what
is held back, with each part below the bound and one of them small. Where that leaves some
number from 1 to `LEAST` impossible, nothing of the source is shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

LEAST: Final = 5
_LEAST_BOUND: Final = 2 * LEAST
_SHARE: Final = 3
_TWO: Final = 2
_NO_TERM: Final = frozenset({"", None})


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
    held = held_back(numbers, len(stated))
    if held is None:
        return None
    shown = {term: None if term in held else n for term, n in numbers.items()}
    unsaid, otherwise = shown.pop(""), shown.pop(None)
    of_status = {term: shown[term] for term in sorted(filter(None, shown))}
    return StatusCounts(source=source, of_status=of_status, otherwise=otherwise, unsaid=unsaid)


def held_back(numbers: Mapping[str | None, int], persons: int) -> frozenset[str | None] | None:
    """Say which numbers of a source are not shown; None where none of them can be.

    Args:
        numbers: persons by status, "" for those of whom nothing is said and None for those of whom
            only words are that are no status. These two are apart from all others.
        persons: how many there are; less than all numbers together where somebody has several.
    """
    if not any(0 < n < LEAST for n in numbers.values()):
        return frozenset()
    bound = max(_LEAST_BOUND, persons // _SHARE)
    held = frozenset(term for term, n in numbers.items() if 0 < n < bound)
    most = bound - 1
    if sum(numbers.values()) > persons:
        if held & _NO_TERM:
            # Who has a status is not among these: a large number that is shown would bound them.
            return None
        most = min(most, persons - sum(numbers.get(term, 0) for term in _NO_TERM))
    total = sum(numbers[term] for term in held)
    return held if _leaves_open(len(held), total, most) else None


def _leaves_open(parts: int, total: int, most: int) -> bool:
    """Whether any of so many parts of `total`, each from 1 to `most`, may be 1, 2, 3, 4 and more.

    One of the parts is below `LEAST`. All of 1 to 4 are possible where the others can make up the
    rest: for 1 they must not be too few, for 4 not too many. One person more than that, and a part
    may also be larger, with 1 in the place of another.
    """
    return parts >= _TWO and parts + LEAST - 1 <= total <= (parts - 1) * most + 1
