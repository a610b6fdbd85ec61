"""Linked on Spark as anywhere: the same persons by the same numbers, whatever the parts.

All people here are invented.
"""

from __future__ import annotations

import os
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow.parquet as pq
import pytest
from benchmarks.linking.generator import generate

from qantar.linking.link import link
from qantar.linking.result import Linked, ListRules, RowKey
from qantar.model.person_row import PersonRow
from qantar.workbench.spark_link import SparkJob, link_on_spark
from qantar.workbench.spark_rows import write_rows
from qantar.workbench.spark_session import has_java, spark_here

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

REQUIRED = "QANTAR_REQUIRE_TOOLS"


@pytest.fixture(scope="module")
def session() -> Iterator[SparkSession]:
    """One session for all: it takes longer to begin than most of its work."""
    if not has_java():
        if os.environ.get(REQUIRED) == "1":
            pytest.fail(f"{REQUIRED}=1, but there is no Java", pytrace=False)
        pytest.skip("there is no Java here: apt-get install openjdk-17-jre-headless")
    few = {"spark.sql.shuffle.partitions": "2", "spark.default.parallelism": "2"}
    with spark_here(cores=2, memory="1g", more=few) as found:
        yield found


def rules_of(rows: Sequence[PersonRow]) -> dict[str, ListRules]:
    """The lists of rows in their order."""
    return {row.list: ListRules() for row in rows}


def persons_in(out: Path) -> dict[RowKey, int]:
    """Which row is which person, as the result has it."""
    told = pq.read_table(out / "persons.parquet").to_pylist()
    assert len(told) == len({(one["list"], one["row"]) for one in told})
    return {(one["list"], one["row"]): one["person"] for one in told}


def persons_of(linked: Linked) -> Mapping[RowKey, int]:
    """The same of a run in memory."""
    return {
        row.key: person for row, person in zip(linked.rows, linked.person.tolist(), strict=True)
    }


def test_the_rows_of_lists_are_the_same_persons_whatever_order_and_parts_they_come_in(
    session: SparkSession, tmp_path: Path
) -> None:
    rows = generate(people=300, lists=4, seed=5).rows
    rows = [
        replace(row, aliases=("Айдос",)) if at % 40 == 0 else row for at, row in enumerate(rows)
    ]
    mixed = random.Random(1).sample(rows, len(rows))  # noqa: S311  # an order, no secret
    write_rows(tmp_path / "rows.parquet", mixed)
    job = SparkJob(rows=tmp_path / "rows.parquet", out=tmp_path / "out", lists=rules_of(rows))
    report = link_on_spark(session, replace(job, at_once=20_000))
    linked = link(rows)
    assert persons_in(tmp_path / "out") == persons_of(linked)
    assert (report.persons, report.pairs) == (linked.persons.point, len(linked.pairs))
