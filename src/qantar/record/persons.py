"""Who is who on the lists of people: rows to persons, lists, and how the lists overlap.

Which row is which person enters the record's digest. The interval and the patterns of the
draws do not: they follow from a hundred divisions drawn at random, in which the last bit of a
number decides, and another processor may round it otherwise.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, NamedTuple

from qantar.record.codec import plain
from qantar.record.database import Connection, opened

Values = tuple[object, ...]
Patterns = Mapping[str, int]
"""Persons by pattern: for each list in its order, 1 where it names them and 0 where not."""
_LINKAGE: Final = "linkage"


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleList:
    """One list of one source: its editions, or parts of one table, are accessions of one list."""

    name: str
    source: str
    accessions: tuple[str, ...]
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleCount:
    """How many persons the lists name, with an interval that holds at `level`."""

    point: int
    low: int
    high: int
    level: float

    def to_json(self) -> dict[str, object]:
        """As commands print it."""
        return {"point": self.point, "low": self.low, "high": self.high, "level": self.level}


class ListTold(NamedTuple):
    """A list and how many rows it has."""

    name: str
    source: str
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleTold:
    """What is told of lists and persons in short, and compared from build to build."""

    lists: tuple[ListTold, ...]
    count: PeopleCount

    def to_json(self) -> dict[str, object]:
        """As `status` prints it and a record keeps it."""
        return {"lists": [one._asdict() for one in self.lists], "persons": self.count.to_json()}


def told_people(said: Any) -> PeopleTold | None:
    """Read back what `PeopleTold.to_json` gave; None of None."""
    if said is None:
        return None
    lists = tuple(ListTold(**one) for one in said["lists"])
    return PeopleTold(lists=lists, count=PeopleCount(**said["persons"]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Linkage:
    """Who is who. `persons` leads from accession and row to the person's id.

    A person is called by the first of their rows, as `a1/17`. `patterns` are those of the
    division itself, `drawn` those of each draw; both count persons on `lists`, in this order.
    `compared_by` is one text for the tables by which names and places were compared.
    """

    lists: tuple[PeopleList, ...]
    persons: Mapping[tuple[str, int], str]
    count: PeopleCount
    seed: int
    patterns: Patterns
    drawn: tuple[Patterns, ...] = field(default=())
    compared_by: str = ""

    @property
    def told(self) -> PeopleTold:
        """What is told of it in short."""
        lists = tuple(ListTold(one.name, one.source, one.rows) for one in self.lists)
        return PeopleTold(lists=lists, count=self.count)


def linkage_tables(linkage: Linkage | None) -> Iterator[tuple[str, Iterator[Values]]]:
    """Give the rows of this family's tables; none without lists."""
    if linkage is None:
        return
    yield (
        "people_lists",
        (
            (n, one.name, one.source, plain(list(one.accessions)), one.rows)
            for n, one in enumerate(linkage.lists)
        ),
    )
    yield (
        "person_links",
        ((accession, row, person) for (accession, row), person in linkage.persons.items()),
    )
    count = linkage.count
    said = {**count.to_json(), "seed": linkage.seed, "draws": len(linkage.drawn)}
    said["compared_by"] = linkage.compared_by
    yield "linkage", iter([(_LINKAGE, json.dumps(said, sort_keys=True))])
    patterns = enumerate((linkage.patterns, *linkage.drawn))
    yield (
        "capture_patterns",
        ((draw, word, many) for draw, of in patterns for word, many in sorted(of.items())),
    )


def read_linkage(path: Path, key: bytes) -> Linkage | None:
    """Read who is who; None where no lists were linked.

    Raises:
        RecordMissingError, CaseKeyError, RecordFormatError: as `opened`.
    """
    with opened(path, key) as connection:
        found = connection.execute("SELECT body FROM linkage").fetchone()
        if found is None:
            return None
        said = json.loads(found[0])
        drawn: list[dict[str, int]] = [{} for _ in range(int(said["draws"]) + 1)]
        asked = "SELECT draw, pattern, persons FROM capture_patterns ORDER BY draw, pattern"
        for draw, word, many in connection.execute(asked):
            drawn[draw][word] = many
        links = "SELECT accession, row, person FROM person_links"
        return Linkage(
            lists=tuple(_lists(connection)),
            persons={(one, row): person for one, row, person in connection.execute(links)},
            count=PeopleCount(
                point=said["point"], low=said["low"], high=said["high"], level=said["level"]
            ),
            seed=said["seed"],
            patterns=drawn[0],
            drawn=tuple(drawn[1:]),
            compared_by=said["compared_by"],
        )


def _lists(connection: Connection) -> Iterator[PeopleList]:
    asked = "SELECT name, source, accessions, rows FROM people_lists ORDER BY ord"
    for name, source, accessions, rows in connection.execute(asked):
        yield PeopleList(
            name=name, source=source, accessions=tuple(json.loads(accessions)), rows=rows
        )
