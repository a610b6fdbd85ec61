"""A counting that a case asks for: which persons, by which lists, in which strata.

What a sheet says under `[[counting]]`. Like all that a sheet says it is written to the journal,
as an entry of its own kind, which versions that do not know it keep and pass on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import pairwise
from typing import ClassVar, Final

from qantar.model.recorded import Recorded
from qantar.model.relative import path_refusal


class Method(StrEnum):
    """The estimators, by the names under which they are asked for and shown."""

    LATENT_CLASS = "latent_class"
    DECOMPOSABLE_GRAPHS = "decomposable_graphs"
    LOGLINEAR = "loglinear"
    INDEPENDENT = "independent"
    CHAO = "chao"
    CHAPMAN = "chapman"


class Stratum(StrEnum):
    """By what the persons of a case's own lists may be parted.

    `REGION` is the uppermost declared place around a person's own that is no country.
    """

    PERIOD = "period"
    PLACE = "place"
    REGION = "region"
    STATUS = "status"
    SEX = "sex"


LEAST_LISTS: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Counting(Recorded):
    """One counting.

    `id` names it; a later sheet that uses the same id replaces it, and takes it back with
    `asked` false. `population`, `where` and `when` are words for readers: who was counted, in
    which place, in which time. `lists` are names of lists of persons, or `SOURCE/NAME` where two
    sources have lists of one name; with `table`, the path of a table of patterns, they are names
    of its lists. `status` keeps the persons of whom some list states one of these words. `strata`
    are `Stratum`s, or strata of the table; `cuts` are the first days (ISO) of all periods but the
    first, ascending. `copied` are pairs of lists of which one is known to have copied from the
    other. `methods` are `Method`s, all where none is named.

    Raises:
        ValueError: there are too few lists, one stands twice, a copied list is none of them, or
            periods have no days or days no periods.
    """

    id: str
    population: str = "persons"
    lists: tuple[str, ...]
    where: str | None = None
    when: str | None = None
    table: str | None = None
    status: tuple[str, ...] = ()
    strata: tuple[str, ...] = ()
    cuts: tuple[str, ...] = ()
    copied: tuple[tuple[str, str], ...] = ()
    methods: tuple[Method, ...] = ()
    asked: bool = True

    decoders: ClassVar = {
        "lists": tuple,
        "status": tuple,
        "strata": tuple,
        "cuts": tuple,
        "copied": lambda pairs: tuple(tuple(pair) for pair in pairs),
        "methods": lambda words: tuple(Method(word) for word in words),
    }

    def __post_init__(self) -> None:
        """Refuse what no sheet that was accepted can say."""
        fault = next(iter(_faults(self)), None)
        if fault is not None:
            message = f"counting {self.id!r}: {fault}"
            raise ValueError(message)


def is_copied_pair(pair: Sequence[str], lists: Sequence[str]) -> bool:
    """Whether a pair names two different lists of these."""
    return len(pair) == LEAST_LISTS and pair[0] != pair[1] and set(pair) <= set(lists)


def _faults(one: Counting) -> list[str]:
    found = []
    if one.table is not None and (refusal := path_refusal(one.table)):
        found.append(f"the table {refusal}")
    if len(one.lists) < LEAST_LISTS or len(set(one.lists)) < len(one.lists):
        found.append("it names too few lists, or one twice")
    if not all(is_copied_pair(pair, one.lists) for pair in one.copied):
        found.append("what was copied is no pair of its lists")
    if one.table is None and not set(one.strata) <= set(Stratum):
        found.append("persons are not parted by that")
    if bool(one.cuts) != (one.table is None and Stratum.PERIOD in one.strata):
        found.append("days part periods, and nothing else")
    if any(date.fromisoformat(day).isoformat() != day for day in one.cuts):
        found.append("a day is written year, month, day")
    if any(first >= second for first, second in pairwise(one.cuts)):
        found.append("days of periods ascend")
    return found
