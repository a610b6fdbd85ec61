"""Candidates on Spark: blocks found by joins on keys, and pairs compared part by part.

The rules and their budget are those of `linking/candidates.py`; keys are hashes of texts, so that
the rows of all parts fit each other. To be compared, pairs lie on a grid: rows are cut into ranges
by their places, a part of the grid has the pairs of two ranges, and the rows of both once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from hashlib import blake2b
from math import ceil, sqrt
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa

from qantar.linking.candidates import MOST_IN_BLOCK, blocks_within, most_pairs, rules_of
from qantar.linking.case_tables import Tables
from qantar.linking.evidence import Weights, log_ratios, odds_of
from qantar.linking.fields import FIELDS, Compared, Comparing
from qantar.linking.likeness import alike
from qantar.linking.people_table import TEXT_FIELDS
from qantar.linking.relatives import cells_of
from qantar.linking.result import Ints
from qantar.linking.whole import Whole
from qantar.workbench.spark_frames import Batches, ints, values
from qantar.workbench.spark_rows import ReadyRows, table_here

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame
    from pyspark.sql.pandas.group_ops import PandasCogroupedOps

AT_ONCE: Final = 500_000
"""Pairs that one part of the grid holds, about."""
_KEYS: Final = "rule int, key long, place long"
_ROLES: Final = ("given", "surname", "father")


def hashed(texts: Sequence[str]) -> Ints:
    """Number texts by a hash: the same everywhere, and no two alike but by a chance in 2^63."""
    return np.array(
        [
            int.from_bytes(blake2b(one.encode(), digest_size=8).digest()) >> 1
            for one in texts
        ],
        dtype=np.int64,
    )  # fmt: skip


def candidates_of(rows: ReadyRows) -> DataFrame:
    """Find pairs worth comparing: `left long, right long`, each once, `left < right`."""
    from pyspark.sql import functions as f  # noqa: PLC0415

    found = partial(_keys_of, rows=rows.whole, tables=rows.tables)
    keys = rows.frame.select("place", "ready").mapInArrow(found, _KEYS)
    sizes = keys.groupBy("rule", "key").agg(f.count("*").alias("size"))
    sizes = sizes.where(f.col("size").between(2, MOST_IN_BLOCK))
    told = sizes.groupBy("rule", "size").agg(f.count("*").alias("blocks")).toArrow()
    largest = _largest(told, most_pairs(rows.whole.rows))
    if not largest:
        return rows.frame.sparkSession.createDataFrame([], "left long, right long")
    allowed = rows.frame.sparkSession.createDataFrame(largest, "rule int, largest long")
    blocks = sizes.join(f.broadcast(allowed), "rule").where(f.col("size") <= f.col("largest"))
    within = keys.join(blocks.select("rule", "key"), ["rule", "key"])
    one, two = (within.withColumnRenamed("place", side) for side in ("left", "right"))
    pairs = one.join(two, ["rule", "key"]).where(f.col("left") < f.col("right"))
    return pairs.select("left", "right").distinct()


def _keys_of(batches: Batches, rows: Whole, tables: Tables) -> Batches:
    for batch in batches:
        table = table_here(batch, rows, tables)
        place = ints(batch, "place")
        for number, rule in enumerate(rules_of(table, hashed)):
            columns = [
                pa.array(np.full(len(rule.rows), number, dtype=np.int32)),
                pa.array(rule.keys.astype(np.int64)),
                pa.array(place[rule.rows]),
            ]
            yield pa.RecordBatch.from_arrays(columns, ["rule", "key", "place"])


def _largest(told: pa.Table, budget: int) -> list[tuple[int, int]]:
    """Give by rule the size of the largest block that it may use."""
    rule, size, blocks = (ints(told, name) for name in ("rule", "size", "blocks"))
    largest = []
    for one in np.unique(rule).tolist():
        at = np.flatnonzero(rule == one)
        at = at[np.argsort(size[at])]
        use = list(blocks_within(size[at], blocks[at], MOST_IN_BLOCK, budget))
        if use:
            largest.append((one, use[-1]))
    return largest


@dataclass(frozen=True, slots=True)
class PairColumns:
    """Compared pairs as columns: which fields there are in this case.

    `short` says whether one of the two rows has no whole given name (`PeopleTable.short`).
    """

    fields: tuple[str, ...]

    @classmethod
    def of(cls, whole: Whole) -> PairColumns:
        """Give the columns for rows that say something of some fields."""
        texts = (name for name in TEXT_FIELDS if whole.texts[name].total)
        return cls((*_ROLES, "birth", "event", "sex", *texts))

    @property
    def shared(self) -> tuple[str, ...]:
        """The fields of which it is known how common a value is."""
        return tuple(name for name in self.fields if name in _ROLES or FIELDS[name].rare)

    @property
    def names(self) -> tuple[str, ...]:
        """All columns of a pair."""
        levels = (f"level_{name}" for name in self.fields)
        shares = (f"share_{name}" for name in self.shared)
        return ("left", "right", "left_list", "right_list", "short", *levels, *shares)

    @property
    def types(self) -> str:
        """The columns with their types, as Spark has them."""
        levels = (f"level_{name} byte" for name in self.fields)
        shares = (f"share_{name} float" for name in self.shared)
        sides = ("left long", "right long", "left_list int", "right_list int", "short boolean")
        return ", ".join((*sides, *levels, *shares))

    def written(
        self, found: Compared, left_list: Ints, right_list: Ints, short: np.ndarray
    ) -> list[pa.Array]:
        """Put pairs into columns."""
        sides = (found.left, found.right)
        return [
            *(pa.array(one.astype(np.int64)) for one in sides),
            *(pa.array(one.astype(np.int32)) for one in (left_list, right_list)),
            pa.array(short.astype(bool)),
            *(pa.array(found.levels[name].astype(np.int8)) for name in self.fields),
            *(pa.array(found.share[name].astype(np.float32)) for name in self.shared),
        ]

    def read(self, table: pa.Table | pa.RecordBatch) -> Compared:
        """Give the pairs of a table or batch."""
        return Compared(
            ints(table, "left"),
            ints(table, "right"),
            {name: values(table, f"level_{name}").astype(np.int8) for name in self.fields},
            {name: values(table, f"share_{name}").astype(np.float32) for name in self.shared},
        )


def on_grid(rows: ReadyRows, pairs: DataFrame, count: int, at_once: int) -> PandasCogroupedOps:
    """Lay pairs and rows on a grid.

    Args:
        rows: all rows.
        pairs: with `left` and `right`.
        count: how many there are, about.
        at_once: how many one part of the grid may hold, about.
    """
    from pyspark.sql import functions as f  # noqa: PLC0415

    cuts = max(1, ceil(sqrt(2 * count / at_once)))
    every = max(1, rows.whole.rows)

    def range_of(place: str) -> Column:
        return f.floor(f.col(place) * cuts / every).cast("int")

    one, two = range_of("left"), range_of("right")
    laid = pairs.withColumn("part", one * cuts + two)
    here = range_of("place")
    others = f.transform(
        f.sequence(f.lit(0), f.lit(cuts - 1)),
        lambda other: f.least(here, other) * cuts + f.greatest(here, other),
    )
    spread = rows.frame.select("place", "list_no", "ready", f.explode(others).alias("part"))
    return spread.groupBy("part").cogroup(laid.groupBy("part"))


def compared_on(
    rows: ReadyRows, pairs: DataFrame, count: int, *, first: Weights | None, at_once: int
) -> DataFrame:
    """Compare pairs field by field: the columns of `PairColumns`, and what they come to at first.

    Args:
        rows: all rows.
        pairs: `left long, right long`.
        count: how many there are, about.
        first: the weights to begin with; None where the odds by these do not matter.
        at_once: how many pairs are compared at once, about.

    Returns:
        With `first double`, the natural log odds at first sight, and `cell int` (`relatives.py`).
    """
    columns = PairColumns.of(rows.whole)
    compare = partial(
        _compared_here, whole=rows.whole, tables=rows.tables, columns=columns, first=first
    )
    grid = on_grid(rows, pairs, count, at_once)
    return grid.applyInArrow(compare, f"{columns.types}, first double, cell int")


def _compared_here(
    rows: pa.Table,
    pairs: pa.Table,
    *,
    whole: Whole,
    tables: Tables,
    columns: PairColumns,
    first: Weights | None,
) -> pa.Table:
    """Compare the pairs of one part of the grid."""
    rows = rows.sort_by("place")
    place, list_of = ints(rows, "place"), ints(rows, "list_no")
    one, two = (np.searchsorted(place, ints(pairs, side)) for side in ("left", "right"))
    table = table_here(rows, whole, tables)
    short = table.short[one] | table.short[two]
    here = Comparing(table, alike).of(one, two)
    found = Compared(place[one], place[two], here.levels, here.share)
    odds, cell = np.zeros(len(one)), np.zeros(len(one), dtype=np.int64)
    if first is not None:
        sums = log_ratios(found, first)
        odds, cell = odds_of(sums, first, first.same[0]), cells_of(sums)
    return pa.Table.from_arrays(
        [
            *columns.written(found, list_of[one], list_of[two], short),
            pa.array(odds),
            pa.array(cell.astype(np.int32)),
        ],
        [*columns.names, "first", "cell"],
    )
