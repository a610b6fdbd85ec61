"""What linking on Spark writes: persons and pairs as Parquet, with the columns of `qantar link`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa

from qantar.linking.case_tables import Tables
from qantar.linking.decided import Decided, Pair
from qantar.linking.fields import Compared
from qantar.linking.link import LEAST_SHOWN
from qantar.linking.person_numbers import kept_numbers
from qantar.linking.reasons import reasons_of
from qantar.linking.scoring import parts_as_taught
from qantar.linking.whole import Whole
from qantar.workbench.link_result import DIGITS, PROPOSED, told_reasons
from qantar.workbench.spark_frames import Batches, held, ints, numbered, values
from qantar.workbench.spark_learned import Taught
from qantar.workbench.spark_pairs import PairColumns, on_grid
from qantar.workbench.spark_rows import ReadyRows, table_here
from qantar.workbench.spark_scale import Scale, kind_in
from qantar.workbench.spark_scores import SparkPairs

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

_PAIRS: Final = (
    "left long, right long, left_list string, left_row long, right_list string, right_row long, "
    "probability double, linked int, state string, reasons string"
)


def with_numbers(rows: ReadyRows, persons: DataFrame, previous: DataFrame | None) -> DataFrame:
    """Give all rows with the numbers of their persons: `place, list, row, id, person`.

    Args:
        rows: all rows.
        persons: of rows that are in a knot, `place` and `person`.
        previous: `list`, `row`, `person` of an earlier run; persons keep its numbers.
    """
    from pyspark.sql import functions as f  # noqa: PLC0415

    every = rows.frame.select("place", "list", "row", "id").join(persons, "place", "left")
    marked = held(every.withColumn("mark", f.coalesce("person", "place")).drop("person"))
    kept, used = _kept(marked, previous)
    numbers = rows.frame.sparkSession.createDataFrame(kept, "mark long, person long")
    fresh = marked.where("mark = place").select("mark").join(numbers, "mark", "left_anti")
    new = numbered(fresh, ("mark",), "n").select("mark", (f.col("n") + used + 1).alias("person"))
    return held(marked.join(numbers.union(new), "mark").drop("mark"))


def _kept(marked: DataFrame, previous: DataFrame | None) -> tuple[list[tuple[int, int]], int]:
    """Give the persons who keep a number, and the last number that was ever used."""
    from pyspark.sql import functions as f  # noqa: PLC0415

    if previous is None:
        return [], 0
    earlier = previous.select("list", "row", f.col("person").cast("long").alias("old"))
    shared = marked.join(earlier, ["list", "row"]).groupBy("mark", "old").count().toArrow()
    pairs = zip(ints(shared, "mark").tolist(), ints(shared, "old").tolist(), strict=True)
    counts = dict(zip(pairs, ints(shared, "count").tolist(), strict=True))
    used = earlier.agg(f.max("old")).first()
    return sorted(kept_numbers(counts).items()), (used[0] if used else None) or 0


def told_pairs(
    rows: ReadyRows,
    pairs: SparkPairs,
    learned: Taught,
    told: Decided,
    persons: DataFrame,
    *,
    at_once: int,
) -> DataFrame:
    """Give the pairs that are told, with their reasons, in the columns of pairs.csv.

    Args:
        rows: all rows.
        pairs: the candidates.
        learned: what decisions taught.
        told: the decisions.
        persons: all rows with the numbers of their persons.
        at_once: how many pairs are looked at at once, about.
    """
    from pyspark.sql import functions as f  # noqa: PLC0415

    columns = pairs.columns
    said = {pair: one.verdict.value for pair, one in told.verdicts.items()}
    show = partial(_shown, columns=columns, scale=learned.scale, said=said)
    types = f"{columns.types}, probability double, state string"
    shown = pairs.kept.mapInArrow(show, types)
    if learned.further is not None:
        further = rows.frame.sparkSession.createDataFrame(learned.further)
        shown = shown.union(further.mapInArrow(show, types))
    for side in ("left", "right"):
        person = persons.select(f.col("place").alias(side), f.col("person").alias(f"{side}_person"))
        shown = shown.join(person, side)
    shown = held(shown)
    tell = partial(
        _told_here, whole=rows.whole, tables=rows.tables, columns=columns, scale=learned.scale
    )
    grid = on_grid(rows, shown, shown.count(), at_once)
    return grid.applyInArrow(tell, _PAIRS).orderBy("left", "right").drop("left", "right")


def _shown(
    batches: Batches, *, columns: PairColumns, scale: Scale, said: Mapping[Pair, str]
) -> Batches:
    names = [*columns.names, "probability", "state"]
    for batch in batches:
        found = columns.read(batch)
        odds = scale.said(found, kind_in(batch, scale.lists))
        probability = 1.0 / (1.0 + np.exp(-odds))
        sides = zip(found.left.tolist(), found.right.tolist(), strict=True)
        state = np.array([said.get(pair, PROPOSED) for pair in sides], dtype=object)
        use = np.flatnonzero((probability >= LEAST_SHOWN) | (state != PROPOSED))
        beside = (values(batch, name)[use] for name in ("left_list", "right_list", "short"))
        yield pa.RecordBatch.from_arrays(
            [
                *columns.written(found.of(use), *beside),
                pa.array(probability[use]),
                pa.array(state[use].tolist(), pa.string()),
            ],
            names,
        )


def _told_here(
    rows: pa.Table,
    pairs: pa.Table,
    *,
    whole: Whole,
    tables: Tables,
    columns: PairColumns,
    scale: Scale,
) -> pa.Table:
    """Give the reasons of the pairs of one part of the grid."""
    found = columns.read(pairs)
    needed = np.isin(ints(rows, "place"), np.concatenate((found.left, found.right)))
    rows = rows.filter(pa.array(needed)).sort_by("place")
    place, table = ints(rows, "place"), table_here(rows, whole, tables)
    left, right = (np.searchsorted(place, side) for side in (found.left, found.right))
    here = Compared(left, right, found.levels, found.share)
    parts = parts_as_taught(here, scale.weights, scale.corrected)
    odds = scale.said(here, kind_in(pairs, scale.lists))
    reasons = [
        told_reasons(reasons_of(table, here, parts.of(at, odds[at]), at)) for at in range(len(here))
    ]
    one, two = ([table.rows[at] for at in side.tolist()] for side in (left, right))
    linked = ints(pairs, "left_person") == ints(pairs, "right_person")
    told: dict[str, Any] = {
        "left": pa.array(found.left),
        "right": pa.array(found.right),
        "left_list": pa.array([row.list for row in one], pa.string()),
        "left_row": pa.array([row.row for row in one], pa.int64()),
        "right_list": pa.array([row.list for row in two], pa.string()),
        "right_row": pa.array([row.row for row in two], pa.int64()),
        "probability": pa.array(np.round(values(pairs, "probability"), DIGITS)),
        "linked": pa.array(linked.astype(np.int32)),
        "state": pairs.column("state"),
        "reasons": pa.array(reasons, pa.string()),
    }
    return pa.table(told)
