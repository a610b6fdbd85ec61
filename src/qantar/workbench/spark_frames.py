"""What the stages of linking on Spark share: kept frames, numbers in an order, columns of Arrow.

A frame is kept (`held`) where it is read more than once or where chance decides its order: Spark
would make it anew each time. What is kept lies in the memory and on the scratch disks of the
executors until the session ends, encrypted only where the session encrypts (`spark_session.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa

from qantar.errors import MissingExtraError
from qantar.linking.result import Ints

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame, GroupedData

Batches = Iterator[pa.RecordBatch]

_AT: Final = "at"
_PARTITION_BITS: Final = 33


def require_spark() -> None:
    """Make sure that Spark is installed.

    Raises:
        MissingExtraError: it is not.
    """
    try:
        import pandas  # noqa: F401, PLC0415  # Spark hands Arrow batches to Python only beside it
        import pyspark  # noqa: F401, PLC0415
    except ImportError as missing:
        message = f"linking on Spark needs {missing.name}, which is not installed."
        hint = (
            "Install it: pip install 'qantar[linking,spark]'. Java 17 or newer must be there too."
        )
        raise MissingExtraError(message, next=hint) from missing


def held(frame: DataFrame) -> DataFrame:
    """Make a frame now, once, and keep it."""
    return frame.localCheckpoint(eager=True)


def numbered(frame: DataFrame, by: Iterable[str], name: str) -> DataFrame:
    """Number rows from 0 in an order, and keep them.

    Args:
        frame: the rows; no two may be alike in all columns of `by`.
        by: columns that make the order.
        name: of the column of numbers.
    """
    from pyspark.sql import functions as f  # noqa: PLC0415

    placed = held(frame.orderBy(*by).withColumn(_AT, f.monotonically_increasing_id()))
    part = f.shiftright(_AT, _PARTITION_BITS)
    sizes = {one[0]: one[1] for one in placed.groupBy(part).count().collect()}
    starts: dict[int, int] = {}
    before = 0
    for one in sorted(sizes):
        starts[one], before = before, before + sizes[one]
    within = f.col(_AT).bitwiseAND((1 << _PARTITION_BITS) - 1)
    if not starts:
        return placed.withColumn(name, within).drop(_AT)
    return placed.withColumn(name, looked_up(starts, part) + within).drop(_AT)


def looked_up(table: dict[int, int] | dict[str, int], key: Column) -> Column:
    """Give what a small table has for a key."""
    from pyspark.sql import functions as f  # noqa: PLC0415

    return f.element_at(f.create_map(*map(f.lit, chain.from_iterable(table.items()))), key)


def ints(table: pa.Table | pa.RecordBatch, name: str) -> Ints:
    """Give a column of whole numbers without gaps."""
    return np.asarray(_whole(table, name).to_numpy(zero_copy_only=False), dtype=np.int64)


def values(table: pa.Table | pa.RecordBatch, name: str) -> np.ndarray:
    """Give a column of numbers without gaps, of whatever type it is."""
    return np.asarray(_whole(table, name).to_numpy(zero_copy_only=False))


def _whole(table: pa.Table | pa.RecordBatch, name: str) -> pa.Array:
    column = table.column(name)
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


def of_groups(groups: GroupedData, do: Callable[[pa.Table], pa.Table], columns: str) -> DataFrame:
    """Make a table of each group; `columns` are those of these tables."""

    def here(table: pa.Table) -> pa.Table:  # Spark reads the types of what it is given
        return do(table)

    return groups.applyInArrow(here, columns)
