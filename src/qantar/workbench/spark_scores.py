"""Scores on Spark: what is kept of the candidates, and the weights moved towards the lists at hand.

The steps are those of `linking/sieve.py` and `linking/scoring.py`. Each round goes over the pairs
part by part; what is counted adds up, and the driver moves the weights.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from qantar.linking.fields import Compared
from qantar.linking.relatives import CELLS, Kin, nobody
from qantar.linking.result import Floats, Ints
from qantar.linking.scoring import (
    ROUNDS,
    moved,
    pairs_at_random,
    pairs_of_kinds,
    twice_in,
    weights_at_first,
    with_others,
)
from qantar.linking.shipped import shipped_weights
from qantar.linking.sieve import MARKS, floor_of, marks_of, room_for
from qantar.workbench.spark_crowds import not_compared_on
from qantar.workbench.spark_frames import held, ints
from qantar.workbench.spark_knots import Bound, Division
from qantar.workbench.spark_pairs import PairColumns, candidates_of, compared_on
from qantar.workbench.spark_rows import ReadyRows
from qantar.workbench.spark_scale import Scale, kind_in

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


@dataclass(frozen=True, slots=True)
class SparkPairs:
    """Candidates that were kept and compared, those dropped (None where none was), and the scale.

    `count` is how many were kept, `crowds` who was compared with nobody (`not_compared_on`).
    """

    kept: DataFrame
    dropped: DataFrame | None
    count: int
    columns: PairColumns
    scale: Scale
    crowds: DataFrame


def scored_on(rows: ReadyRows, *, seed: int, at_once: int, on_driver: int) -> SparkPairs:
    """Find, compare and score the candidates, without labels.

    Args:
        rows: all rows.
        seed: of the pairs at random.
        at_once: how many pairs are compared at once, about.
        on_driver: how many pairs the driver may hold to label knots of rows.
    """
    whole = rows.whole
    columns, lists = PairColumns.of(whole), len(whole.lists)
    strangers, strange = _strangers(rows, columns, seed, at_once)
    first = weights_at_first(whole.rows, lists, shipped_weights(whole.rows), strangers)
    pairs = held(candidates_of(rows))
    found = held(compared_on(rows, pairs, pairs.count(), first=first, at_once=at_once))
    kept, dropped, kin_dropped = _sifted(found, room_for(whole.rows))
    count = kept.count()
    sizes = pairs_of_kinds(np.array(list(whole.rows_of.values()), dtype=float))
    scale = Scale(first, lists)
    for _ in range(ROUNDS):
        division = Division(
            kept, dropped, count, columns, scale, twice_in(lists), Bound(), on_driver
        )
        every, joined = division.counts()
        start = with_others(shipped_weights(whole.rows), strangers, strange, scale.weights)
        kin = every.kin + kin_dropped.expected(scale.weights)
        weights = moved(start, every.said.plus(joined.said), sizes, kin)
        scale = Scale(weights, lists)
    return SparkPairs(kept, dropped, count, columns, scale, not_compared_on(rows, pairs))


def _strangers(
    rows: ReadyRows, columns: PairColumns, seed: int, at_once: int
) -> tuple[Compared, Ints]:
    """Compare pairs at random, the same as anywhere; the driver keeps them."""
    left, right = pairs_at_random(rows.whole.rows, np.random.default_rng(seed))
    numbers = pa.array(np.arange(len(left)))
    asked = pa.table({"left": pa.array(left), "right": pa.array(right), "number": numbers})
    if not len(left):
        nothing = np.empty(0, dtype=np.int64)
        empty = {name: np.empty(0, dtype=np.int8) for name in columns.fields}
        shares = {name: np.empty(0, dtype=np.float32) for name in columns.shared}
        return Compared(nothing, nothing, empty, shares), nothing
    session = rows.frame.sparkSession
    pairs = session.createDataFrame(asked.select(["left", "right"])).distinct()
    told = compared_on(rows, pairs, len(left), first=None, at_once=at_once).toArrow()
    told = told.combine_chunks()
    # One pair may come twice; each time it counts, in the order of the draw.
    codes = ints(told, "left") * rows.whole.rows + ints(told, "right")
    order = np.argsort(codes, kind="stable")
    at = order[np.searchsorted(codes[order], left * rows.whole.rows + right)]
    return columns.read(told).of(at), kind_in(told, len(rows.whole.lists))[at]


def _sifted(found: DataFrame, room: int) -> tuple[DataFrame, DataFrame | None, Kin]:
    """Keep those that can matter; count the relatives among the others."""
    from pyspark.sql import functions as f  # noqa: PLC0415

    rounded = found.groupBy("first").count().toArrow()
    odds = np.asarray(rounded.column("first").to_numpy(), dtype=float)
    marks = np.bincount(marks_of(odds), weights=ints(rounded, "count"), minlength=MARKS)
    least = _least(odds, floor_of(marks.astype(np.int64), room))
    if least <= odds.min(initial=np.inf):
        return found, None, nobody()
    dropped = found.where(f.col("first") < least)
    cells = dropped.groupBy("cell").count().toArrow()
    kin = np.bincount(ints(cells, "cell"), weights=ints(cells, "count"), minlength=CELLS)
    return held(found.where(f.col("first") >= least)), held(dropped), Kin(kin.astype(float))


def _least(odds: Floats, floor: int) -> float:
    """Give the least odds whose mark reaches the floor."""
    return float(odds[marks_of(odds) >= floor].min(initial=np.inf))
