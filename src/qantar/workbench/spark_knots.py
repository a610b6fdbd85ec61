"""Persons on Spark: knots of rows are found, and each is divided by itself, many in one part.

A knot is what pairs that pull connect, or people decided: no person reaches beyond it, so that all
of one knot in one place give the persons that all rows in one place would. Where the pairs fit the
driver, it labels the knots; else they are labelled on Spark, by stars.

Source: Kiveris et al. (2014) for connecting by large and small stars.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import pyarrow as pa

from qantar.linking.clusters import Dropped, Ties, labels_of, persons_of
from qantar.linking.result import Floats, Ints
from qantar.linking.scoring import names_of
from qantar.workbench.spark_frames import Batches, held, ints, of_groups, values
from qantar.workbench.spark_pairs import PairColumns
from qantar.workbench.spark_scale import Counts, Scale, kind_in

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, GroupedData

ON_DRIVER: Final = 20_000_000
"""Pairs up to which the driver labels knots: 16 bytes each, for a moment."""
ROWS_AT_ONCE: Final = 50_000
"""Rows of knots that are divided at once, about."""
_KEPT, _DROPPED, _DECIDED = 0, 1, 2
_EDGES: Final = "left long, right long, sums array<double>"
_FLOATS: Final = pa.list_(pa.float64())


class Bound(NamedTuple):
    """What people decided, by places: groups that are one, pairs that are two.

    `list_of` has the number of the list of each row in a group.
    """

    together: tuple[tuple[int, ...], ...] = ()
    apart: frozenset[tuple[int, int]] = frozenset()
    list_of: Mapping[int, int] = MappingProxyType({})


@dataclass(frozen=True)
class Division:
    """Pairs, a scale and decisions: what divides rows into persons.

    `count` is how many pairs are kept; `twice` has by list what two of its rows in one person
    weigh. `on_driver` are the pairs up to which the driver labels knots.
    """

    kept: DataFrame
    dropped: DataFrame | None
    count: int
    columns: PairColumns
    scale: Scale
    twice: Floats
    bound: Bound
    on_driver: int = ON_DRIVER

    def persons(self) -> DataFrame:
        """Give the rows that are in a knot, `place long, person long`: the first row's place."""
        divide = partial(_persons_here, division=self._alone())
        _, within = self._within(counting=False)
        return held(of_groups(within, divide, "place long, person long"))

    def counts(self) -> tuple[Counts, Counts]:
        """Give what all pairs count as if none were joined, and what those joined count beside."""
        divide = partial(_counts_here, division=self._alone())
        flats, within = self._within(counting=True)
        told = of_groups(within, divide, "sums array<double>").toArrow()
        lists = self.scale.lists
        joined = Counts.sum_of(told.column("sums").to_pylist(), lists)
        return Counts.sum_of(flats, lists), joined

    def _alone(self) -> Alone:
        return Alone(self.columns, self.scale, self.twice, self.bound)

    def _within(self, *, counting: bool) -> tuple[list[list[float]], GroupedData]:
        """Give the counts of all pairs, and by parts those within knots, each knot in one part."""
        from pyspark.sql import functions as f  # noqa: PLC0415

        look = partial(_pulling, division=self._alone(), counting=counting)
        told = self.kept.mapInArrow(look, _EDGES)
        few = self.count <= self.on_driver
        if few:
            table = told.toArrow()
            sums = table.column("sums").drop_null().to_pylist()
            labels, rows = self._labelled_here(table.filter(table.column("sums").is_null()))
        else:
            told = held(told)
            sums = told.where("sums is not null").select("sums").toArrow()
            sums = sums.column("sums").to_pylist()
            labels = labelled(
                self._with_decided(told.where("sums is null").select("left", "right"))
            )
            rows = labels.count()
        parts = max(1, rows // ROWS_AT_ONCE)
        pairs = self._pairs_within(labels)
        part = f.pmod(f.hash("label"), f.lit(parts))
        return sums, pairs.withColumn("part", part).groupBy("part")

    def _labelled_here(self, edges: pa.Table) -> tuple[DataFrame, int]:
        """Label the rows of knots on the driver."""
        links = np.array(_links(self.bound), dtype=np.int64).reshape(-1, 2)
        left = np.concatenate((ints(edges, "left"), links[:, 0]))
        right = np.concatenate((ints(edges, "right"), links[:, 1]))
        rows, at = np.unique(np.concatenate((left, right)), return_inverse=True)
        label = rows[labels_of(len(rows), at[: len(left)], at[len(left) :])] if len(rows) else rows
        table = pa.table({"place": pa.array(rows), "label": pa.array(label)})
        return self.kept.sparkSession.createDataFrame(table), len(rows)

    def _with_decided(self, edges: DataFrame) -> DataFrame:
        links = _links(self.bound)
        if not links:
            return edges
        more = self.kept.sparkSession.createDataFrame(links, "left long, right long")
        return edges.union(more)

    def _pairs_within(self, labels: DataFrame) -> DataFrame:
        """Give the pairs whose rows are in one knot, those dropped and decided among them."""
        from pyspark.sql import functions as f  # noqa: PLC0415

        names = [*self.columns.names, "first"]
        pairs = self.kept.select(*names, f.lit(_KEPT).alias("what"))
        if self.dropped is not None:
            pairs = pairs.union(self.dropped.select(*names, f.lit(_DROPPED).alias("what")))
        if self.bound.together:
            pairs = pairs.unionByName(self._decided(), allowMissingColumns=True)
        for side in ("left", "right"):
            known = labels.select(f.col("place").alias(side), f.col("label").alias(f"{side}_label"))
            pairs = pairs.join(known, side)
        same = f.col("left_label") == f.col("right_label")
        return pairs.where(same).withColumnRenamed("left_label", "label").drop("right_label")

    def _decided(self) -> DataFrame:
        """Give the groups that are one as pairs, so that their rows are there."""
        lists = self.bound.list_of
        links = [(a, b, lists[a], lists[b], _DECIDED) for a, b in _links(self.bound)]
        types = "left long, right long, left_list int, right_list int, what int"
        return self.kept.sparkSession.createDataFrame(links, types)


class Alone(NamedTuple):
    """What a part needs to divide its knots by itself."""

    columns: PairColumns
    scale: Scale
    twice: Floats
    bound: Bound


def _links(bound: Bound) -> list[tuple[int, int]]:
    return [(group[0], one) for group in bound.together for one in group[1:]]


def _pulling(batches: Batches, *, division: Alone, counting: bool) -> Batches:
    """Give the pairs that pull, and behind them what all pairs count."""
    scale, columns = division.scale, division.columns
    apart = np.array(sorted(division.bound.apart), dtype=np.int64).reshape(-1, 2)
    for batch in batches:
        found, kind = columns.read(batch), kind_in(batch, scale.lists)
        odds = scale.tied(found, kind)
        list_of = ints(batch, "left_list")
        same = list_of == ints(batch, "right_list")
        use = np.flatnonzero((odds > 0) & (odds + np.where(same, division.twice[list_of], 0.0) > 0))
        if len(apart):
            two = set(map(tuple, apart.tolist()))
            sides = zip(found.left[use].tolist(), found.right[use].tolist(), strict=True)
            use = use[[pair not in two for pair in sides]]
        left, right = pa.array(found.left[use]), pa.array(found.right[use])
        yield _edges(left, right, pa.nulls(len(use), _FLOATS))
        if counting and len(found):
            sums = Counts.unjoined(found, kind, scale).flat()
            nobody = pa.nulls(1, pa.int64())
            yield _edges(nobody, nobody, pa.array([sums], _FLOATS))


def _edges(left: pa.Array, right: pa.Array, sums: pa.Array) -> pa.RecordBatch:
    return pa.RecordBatch.from_arrays([left, right, sums], ["left", "right", "sums"])


def _persons_here(table: pa.Table, *, division: Alone) -> pa.Table:
    rows, person, _, _ = _divided(table, division)
    return pa.table({"place": pa.array(rows), "person": pa.array(person)})


def _counts_here(table: pa.Table, *, division: Alone) -> pa.Table:
    rows, person, kept, _ = _divided(table, division)
    found, lists = division.columns.read(kept), division.scale.lists
    one, two = (person[np.searchsorted(rows, side)] for side in (found.left, found.right))
    at = np.flatnonzero(one == two)
    counts = Counts.joined(found.of(at), kind_in(kept, lists)[at], division.scale)
    return pa.table({"sums": pa.array([counts.flat()], _FLOATS)})


def _divided(table: pa.Table, division: Alone) -> tuple[Ints, Ints, pa.Table, Ties]:
    """Divide the knots of one part: rows by their places, and of each its person's first."""
    table = table.sort_by([("left", "ascending"), ("right", "ascending")])
    what = ints(table, "what")
    kept, gone = (table.filter(pa.array(what == one)) for one in (_KEPT, _DROPPED))
    left, right = ints(table, "left"), ints(table, "right")
    rows, first = np.unique(np.concatenate((left, right)), return_index=True)
    lists = np.concatenate((ints(table, "left_list"), ints(table, "right_list")))
    found = division.columns.read(kept)
    odds = division.scale.tied(found, kind_in(kept, division.scale.lists))
    ties = Ties(
        np.searchsorted(rows, found.left),
        np.searchsorted(rows, found.right),
        odds,
        lists[first],
        division.twice,
        together=_groups_here(division.bound, rows),
        apart=_apart_here(division.bound, rows),
        dropped=_dropped_here(gone, rows),
        names=names_of(found, values(kept, "short")),
    )
    return rows, rows[persons_of(ties)], kept, ties


def _groups_here(bound: Bound, rows: Ints) -> tuple[tuple[int, ...], ...]:
    groups = (np.array(group, dtype=np.int64) for group in bound.together)
    return tuple(
        tuple(np.searchsorted(rows, group).tolist()) for group in groups if np.isin(group[0], rows)
    )


def _apart_here(bound: Bound, rows: Ints) -> frozenset[tuple[int, int]]:
    pairs = np.array(sorted(bound.apart), dtype=np.int64).reshape(-1, 2)
    here = np.searchsorted(rows, pairs[np.isin(pairs, rows).all(axis=1)])
    return frozenset((int(a), int(b)) for a, b in here)


def _dropped_here(gone: pa.Table, rows: Ints) -> Dropped | None:
    if not len(gone):
        return None
    left, right = (np.searchsorted(rows, ints(gone, side)) for side in ("left", "right"))
    return Dropped(left, right, values(gone, "first").astype(np.float32))


def labelled(edges: DataFrame) -> DataFrame:
    """Label rows that pairs connect with the first of them, on Spark: `place long, label long`.

    Args:
        edges: `left long, right long`, in any order.
    """
    from pyspark.sql import functions as f  # noqa: PLC0415

    links = held(edges.where("left <> right").distinct())
    while not _are_stars(links):
        links = held(_small_star(_large_star(links)))
    stars = links.select(f.col("right").alias("place"), f.col("left").alias("label"))
    heads = links.select(f.col("left").alias("place"), f.col("left").alias("label")).distinct()
    return held(stars.union(heads))


def _are_stars(links: DataFrame) -> bool:
    """Whether each row is led to one head, and no head is led on."""
    from pyspark.sql import functions as f  # noqa: PLC0415

    led = links.select(f.col("right").alias("row"), f.lit(1).alias("led"), f.lit(0).alias("head"))
    heads = links.select(f.col("left").alias("row"), f.lit(0).alias("led"), f.lit(1).alias("head"))
    sums = led.union(heads.distinct()).groupBy("row").agg(f.sum("led"), f.sum("head"))
    return sums.where("`sum(led)` > 1 or (`sum(led)` > 0 and `sum(head)` > 0)").isEmpty()


def _both_ways(links: DataFrame) -> DataFrame:
    from pyspark.sql import functions as f  # noqa: PLC0415

    one = links.select(f.col("left").alias("row"), f.col("right").alias("other"))
    two = links.select(f.col("right").alias("row"), f.col("left").alias("other"))
    return one.union(two)


def _large_star(links: DataFrame) -> DataFrame:
    """Lead the later neighbours of each row to the earliest of its neighbours and itself."""
    from pyspark.sql import functions as f  # noqa: PLC0415

    near = _both_ways(links)
    least = near.groupBy("row").agg(f.least(f.min("other"), f.first("row")).alias("head"))
    later = near.join(least, "row").where(f.col("other") > f.col("row"))
    return later.select(f.col("head").alias("left"), f.col("other").alias("right")).distinct()


def _small_star(links: DataFrame) -> DataFrame:
    """Lead the earlier neighbours of each row, and the row, to the earliest of them."""
    from pyspark.sql import functions as f  # noqa: PLC0415

    near = links.select(f.col("right").alias("row"), f.col("left").alias("other"))
    least = near.groupBy("row").agg(f.min("other").alias("head"))
    others = near.join(least, "row").select("head", f.col("other").alias("right"))
    own = least.select("head", f.col("row").alias("right"))
    led = others.union(own).select(f.col("head").alias("left"), "right")
    return led.where("left <> right").distinct()
