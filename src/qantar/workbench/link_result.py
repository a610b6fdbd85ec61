"""What `qantar link` writes: who is who, why, and how sure that is."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final, TextIO

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from qantar.linking.result import Contradiction, Linked, PairDecision, Reason, RowKey
from qantar.model.finding import Finding
from qantar.model.person_row import PersonRow
from qantar.workbench.link_files import PERSONS
from qantar.workbench.outputs import Kind

RESULT: Final = Kind(
    name="result of linking",
    command="qantar link",
    mark="qantar-link.txt",
    then="persons.csv says which row is which person.",
)
_PAIR: Final = ("left_list", "left_row", "right_list", "right_row")
PROPOSED: Final = "proposed"
"""The state of a pair that nobody decided about."""
DIGITS: Final = 6
"""Decimals of a probability and of a weight."""
_ROW_END: Final = "\r\n"
_DRAWS: Final = pa.schema(
    [
        pa.field("draw", pa.int32(), nullable=False),
        pa.field("list", pa.string(), nullable=False),
        pa.field("row", pa.int32(), nullable=False),
        pa.field("person", pa.int64(), nullable=False),
    ]
)

_Line = Sequence[object]


def write_result(folder: Path, linked: Linked, findings: Iterable[Finding]) -> None:
    """Write all files into an empty folder; the draws one after the other, never as one table."""
    write_csv(folder / PERSONS, ("list", "row", "id", "person"), _persons(linked))
    pairs = (*_PAIR, "probability", "linked", "state", "reasons")
    write_csv(folder / "pairs.csv", pairs, _pairs(linked))
    _draws(folder / "draws.parquet", linked)
    against = (*_PAIR, "decision", "conflicts_with")
    write_csv(folder / "contradictions.csv", against, map(_contradiction, linked.contradictions))
    told = ("code", "severity", "file", "row", "line", "column", "text")
    write_csv(folder / "findings.csv", told, map(_finding, findings))


class _UnixLines:
    """A file whose rows end in a line feed alone.

    The csv module quotes a carriage return within a cell only where rows end in one.
    """

    def __init__(self, file: TextIO) -> None:
        self._file = file

    def write(self, row: str) -> None:
        """Write a row, which comes with its ending."""
        self._file.write(f"{row.removesuffix(_ROW_END)}\n")


def write_csv(path: Path, header: Sequence[str], lines: Iterable[Sequence[object]]) -> None:
    """Write a table; its rows end in a line feed, and what is None is empty."""
    # Lone surrogates, which a text may hold, have no form in UTF-8.
    with path.open("w", encoding="utf-8", errors="backslashreplace", newline="") as file:
        writer = csv.writer(_UnixLines(file))
        writer.writerow(header)
        writer.writerows(lines)


def _persons(linked: Linked) -> Iterator[_Line]:
    for row, person in zip(linked.rows, linked.person.tolist(), strict=True):
        yield row.list, row.row, row.id, person


def _pairs(linked: Linked) -> Iterator[_Line]:
    pairs, rows, person = linked.pairs, linked.rows, linked.person
    together = person[pairs.left] == person[pairs.right]
    listed = zip(
        pairs.left.tolist(),
        pairs.right.tolist(),
        pairs.probability.tolist(),
        together.tolist(),
        pairs.verdict,
        strict=True,
    )
    for number, (left, right, probability, is_one, verdict) in enumerate(listed):
        yield (
            *_key(rows[left]),
            *_key(rows[right]),
            round(probability, DIGITS),
            int(is_one),
            PROPOSED if verdict is None else verdict.value,
            told_reasons(linked.reasons(number)),
        )


def _key(row: PersonRow) -> RowKey:
    return row.list, row.row


def told_reasons(reasons: Iterable[Reason]) -> str:
    """Write reasons as JSON."""
    told = [_reason(one) for one in reasons]
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))


def _reason(one: Reason) -> dict[str, object]:
    return {
        "field": one.field,
        "left": one.left,
        "right": one.right,
        "weight": round(float(one.weight), DIGITS),
        **({"by": one.by} if one.by else {}),
    }


def _contradiction(one: Contradiction) -> _Line:
    others = [_decided(other) for other in one.conflicts_with]
    decision = one.decision
    return (
        *decision.left,
        *decision.right,
        decision.verdict.value,
        json.dumps(others, ensure_ascii=False, separators=(",", ":")),
    )


def _decided(one: PairDecision) -> dict[str, object]:
    sides = dict(zip(_PAIR, (*one.left, *one.right), strict=True))
    return sides | {"decision": one.verdict.value}


def _finding(one: Finding) -> _Line:
    where = one.where
    return (
        one.code,
        one.severity.value,
        one.file,
        where and where.row,
        where and where.line,
        where and where.column,
        one.text,
    )


def _draws(path: Path, linked: Linked) -> None:
    """Write each draw as a row group of its own."""
    lists = pa.array([row.list for row in linked.rows], pa.string())
    rows = pa.array([row.row for row in linked.rows], pa.int32())
    with pq.ParquetWriter(path, _DRAWS, compression="zstd", use_dictionary=["list"]) as writer:
        for number, persons in enumerate(linked.draws):
            draw = pa.array(np.full(len(rows), number, dtype=np.int32))
            columns = [draw, lists, rows, pa.array(np.asarray(persons, dtype=np.int64))]
            table = pa.Table.from_arrays(columns, schema=_DRAWS)
            writer.write_table(table, row_group_size=max(len(rows), 1))
