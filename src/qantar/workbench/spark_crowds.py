"""Rows on Spark that so many are like that they were compared with nobody.

The rule is that of `linking/candidates.py` (`not_compared`): rows that share their whole name with
others, and of which no rule gave a pair.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa

from qantar.linking.case_tables import Tables
from qantar.linking.people_table import NONE
from qantar.linking.whole import Whole
from qantar.workbench.spark_frames import Batches, ints
from qantar.workbench.spark_pairs import hashed
from qantar.workbench.spark_rows import ReadyRows, table_here

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

_NAMES: Final = "name long, place long, list string, row long"


def not_compared_on(rows: ReadyRows, pairs: DataFrame) -> DataFrame:
    """Find rows that share their whole name with others and were compared with nobody.

    Args:
        rows: all rows.
        pairs: the candidates of all rules, before any is dropped; kept, as it is read twice.

    Returns:
        `list string, row long, others long, place long`: the first row of each name and how many
        others of that name were compared with nobody.
    """
    from pyspark.sql import functions as f  # noqa: PLC0415

    read = partial(_names_of, rows=rows.whole, tables=rows.tables)
    named = rows.frame.select("place", "list", "row", "ready").mapInArrow(read, _NAMES)
    there = pairs.select(f.explode(f.array("left", "right")).alias("place")).distinct()
    # Of each name those who are compared count too: who shares a name with them is one of many.
    bearers = named.join(there.withColumn("met", f.lit(1)), "place", "left")
    alone = f.col("met").isNull()
    first = f.min(f.when(alone, f.struct("place", "list", "row"))).alias("first")
    sums = (f.count("*").alias("all"), f.count_if(alone).alias("alone"), first)
    crowds = bearers.groupBy("name").agg(*sums).where((f.col("all") > 1) & (f.col("alone") > 0))
    others = (f.col("alone") - 1).alias("others")
    return crowds.select("first.list", "first.row", others, "first.place")


def _names_of(batches: Batches, rows: Whole, tables: Tables) -> Batches:
    """Give a number for the whole name of each row that has one: of its words, in any order."""
    for batch in batches:
        table = table_here(batch, rows, tables)
        keys = np.stack((table.given.key, table.surname.key, table.father.key)).T
        named = np.flatnonzero(keys.max(axis=1, initial=NONE) != NONE)
        words = [
            "\n".join(sorted(table.skeletons[key] for key in one if key != NONE))
            for one in keys[named].tolist()
        ]
        columns = [
            pa.array(hashed(words)),
            pa.array(ints(batch, "place")[named]),
            batch.column("list").take(pa.array(named)),
            batch.column("row").take(pa.array(named)),
        ]
        yield pa.RecordBatch.from_arrays(columns, ["name", "place", "list", "row"])
