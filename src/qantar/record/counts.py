"""What countings came to, in the record: the patterns they stand on, and the estimates.

None of it enters the record's digest: patterns of a case's own lists follow from divisions drawn
at random, and estimates from further draws; in both the last bit of a number decides, and another
processor may round it otherwise (`docs/design/0012-counts.md`).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final, NamedTuple, TypeAlias

from pydantic import TypeAdapter

from qantar.model.counted import Counted, CountedStrata
from qantar.model.counting_asked import Counting
from qantar.record.codec import plain
from qantar.record.database import Connection, opened

Values = tuple[object, ...]
Patterns: TypeAlias = Mapping[str, int]
"""Persons by pattern: for each list in its order, 1 where it names them and 0 where not."""
Strata: TypeAlias = tuple[tuple[str, str], ...]
"""The value of each stratum, "" where nobody says."""

_FOUND: Final[TypeAdapter[Counted | CountedStrata | None]] = TypeAdapter(
    Counted | CountedStrata | None
)


@dataclass(frozen=True, slots=True, kw_only=True)
class StratumPatterns:
    """The patterns of one stratum: those of the division itself, and those of each draw.

    `uncountable` are the persons of rows that say that no list names them, and `repeated` says how
    many rows come again and were added up: both of a table that others counted.
    """

    stratum: Strata = ()
    patterns: Patterns
    drawn: tuple[Patterns, ...] = ()
    uncountable: int = 0
    repeated: int = 0

    @property
    def observed(self) -> int:
        """How many persons are on at least one list."""
        return sum(self.patterns.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class CountTable:
    """What one counting stands on.

    `lists` are the names of the lists, in the order of the patterns; `strata` has one member
    without a stratum where none are asked for. `accessions` are the files that the persons are
    from. `rest` are the patterns of persons who are on these lists and are not counted, because
    no list states a status that was asked for. `mark` is one text for what each row says of its
    person: another where a row says something else. `is_own` is true where the lists are those
    of the case itself, false where they are patterns that others counted.
    """

    counting: Counting
    lists: tuple[str, ...]
    strata: tuple[StratumPatterns, ...]
    accessions: tuple[str, ...]
    rest: Patterns = field(default_factory=dict)
    mark: str = ""
    is_own: bool = True

    @property
    def observed(self) -> int:
        """How many persons are on at least one of these lists."""
        return sum(one.observed for one in self.strata)


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """One counting, and what it came to.

    `table` is None where there was nothing to count, and `found` where nothing was worked out;
    `problem` then says why.
    """

    counting: Counting
    table: CountTable | None = None
    found: Counted | CountedStrata | None = None
    problem: str | None = None


class CountTold(NamedTuple):
    """What is told of a counting in short: an interval, or the code or words of why there is none.

    `observed` are the persons on at least one list, None where nothing was counted.
    """

    id: str
    observed: int | None = None
    estimate: float | None = None
    low: float | None = None
    high: float | None = None
    level: float | None = None
    refused: str | None = None
    problem: str | None = None


def told_of(one: Counts) -> CountTold:
    """Tell of a counting in short; of one with strata, the whole."""
    found = one.found.total if isinstance(one.found, CountedStrata) else one.found
    if found is None:
        return CountTold(one.counting.id, problem=one.problem)
    said = found.headline
    if said is None:
        refused = found.refused.code if found.refused else None
        return CountTold(one.counting.id, found.observed, refused=refused)
    return CountTold(
        one.counting.id, found.observed, said.estimate, said.low, said.high, said.level
    )


def read_told(connection: Connection) -> Iterator[CountTold]:
    """Tell of all countings in short, in their order."""
    for (body,) in connection.execute("SELECT body FROM counts ORDER BY ord").fetchall():
        yield told_of(_found(json.loads(body)))


def found_to_json(found: Counted | CountedStrata | None) -> str:
    """Write what a counting came to, the same text for the same values."""
    return _FOUND.dump_json(found).decode()


def found_from_json(text: str) -> Counted | CountedStrata | None:
    """Read it back, equal.

    Raises:
        ValueError: it is none.
    """
    return _FOUND.validate_json(text)


def count_tables(counts: Iterable[Counts]) -> Iterator[tuple[str, Iterable[Values]]]:
    """Give the rows of this family's tables."""
    listed = tuple(counts)
    yield "counts", [(one.counting.id, n, plain(_body(one))) for n, one in enumerate(listed)]
    yield "count_patterns", (row for one in listed if one.table for row in _patterns(one.table))


def _body(one: Counts) -> dict[str, Any]:
    table = one.table
    said = None
    if table is not None:
        said = {
            "lists": list(table.lists),
            "strata": [
                {
                    "stratum": [list(pair) for pair in each.stratum],
                    "draws": len(each.drawn),
                    "uncountable": each.uncountable,
                    "repeated": each.repeated,
                }
                for each in table.strata
            ],
            "accessions": list(table.accessions),
            "rest": dict(table.rest),
            "mark": table.mark,
            "is_own": table.is_own,
        }
    return {
        "counting": one.counting.to_record(),
        "table": said,
        "found": found_to_json(one.found),
        "problem": one.problem,
    }


def _patterns(table: CountTable) -> Iterator[Values]:
    for number, stratum in enumerate(table.strata):
        for draw, of in enumerate((stratum.patterns, *stratum.drawn)):
            for word, persons in sorted(of.items()):
                yield table.counting.id, number, draw, word, persons


def read_counts(path: Path, key: bytes) -> tuple[Counts, ...]:
    """Read all countings, in the order in which the case asks for them.

    Raises:
        RecordMissingError, CaseKeyError, RecordFormatError: as `opened`.
    """
    with opened(path, key) as connection:
        bodies = connection.execute("SELECT body FROM counts ORDER BY ord").fetchall()
        return tuple(_counts(connection, json.loads(body)) for (body,) in bodies)


def _counts(connection: Connection, said: Mapping[str, Any]) -> Counts:
    one = _found(said)
    if said["table"] is None:
        return one
    return replace(one, table=_table(connection, one.counting, said))


def _found(said: Mapping[str, Any]) -> Counts:
    return Counts(
        counting=Counting.from_record(said["counting"]),
        found=found_from_json(said["found"]),
        problem=said["problem"],
    )


def _table(connection: Connection, counting: Counting, said: Mapping[str, Any]) -> CountTable:
    told = said["table"]
    return CountTable(
        counting=counting,
        lists=tuple(told["lists"]),
        strata=tuple(
            _stratum(connection, counting.id, number, one)
            for number, one in enumerate(told["strata"])
        ),
        accessions=tuple(told["accessions"]),
        rest=told["rest"],
        mark=told["mark"],
        is_own=told["is_own"],
    )


def _stratum(
    connection: Connection, counting: str, number: int, told: Mapping[str, Any]
) -> StratumPatterns:
    drawn: list[dict[str, int]] = [{} for _ in range(told["draws"] + 1)]
    asked = """SELECT draw, pattern, persons FROM count_patterns
        WHERE counting = ? AND stratum = ? ORDER BY draw, pattern"""
    for draw, word, persons in connection.execute(asked, (counting, number)):
        drawn[draw][word] = persons
    return StratumPatterns(
        stratum=tuple((name, value) for name, value in told["stratum"]),
        patterns=drawn[0],
        drawn=tuple(drawn[1:]),
        # A record that was made before these were kept by stratum has them no more: build again.
        uncountable=told.get("uncountable", 0),
        repeated=told.get("repeated", 0),
    )
