"""Link on Spark: rows that no one machine holds into persons, the same as `qantar link` gives.

There is no second engine here. Spark carries rows and pairs from one place to another; what is read
out of names, compared, scored and joined is `qantar.linking`, part by part. Only Python calls it:
no command does, because Spark opens sockets among its own processes, and commands open none.

    from pathlib import Path
    from qantar.workbench.spark_link import SparkJob, link_on_spark
    from qantar.workbench.spark_rows import write_rows
    from qantar.workbench.spark_session import spark_here

    write_rows(Path("rows.parquet"), rows)
    with spark_here() as session:
        job = SparkJob(rows=Path("rows.parquet"), out=Path("persons"))
        report = link_on_spark(session, job)
    print(report.persons, "persons")
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from qantar.errors import (
    DecisionRefusedError,
    InputRefusedError,
    MissingPathError,
    OutputExistsError,
)
from qantar.linking.case_tables import Tables, shipped_tables
from qantar.linking.decided import Decided, UnknownRowError, decided
from qantar.linking.result import Contradiction, Floats, ListRules, PairDecision, RowKey
from qantar.linking.scoring import twice_in
from qantar.workbench.spark_frames import held, require_spark
from qantar.workbench.spark_knots import ON_DRIVER, Bound, Division
from qantar.workbench.spark_learned import taught
from qantar.workbench.spark_pairs import AT_ONCE
from qantar.workbench.spark_result import told_pairs, with_numbers
from qantar.workbench.spark_rows import ReadyRows, places_of, ready_rows
from qantar.workbench.spark_scores import scored_on

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

_WHOLE: Final = ("tinyint", "smallint", "int", "bigint")
_EARLIER: Final = {"list": ("string",), "row": _WHOLE, "person": _WHOLE}


@dataclass(frozen=True, slots=True, kw_only=True)
class SparkJob:
    """What is asked.

    `rows` are a frame, or where Parquet with the columns of `spark_rows.ROWS` is; `out` is a folder
    for the result: a `Path` on a disk that all machines share, or an address that Spark knows
    (`hdfs://…`). `lists` says what is guaranteed of
    lists, in the order that they have among themselves, `tables` what names and places have
    in common where a case adds to what ships. `decisions` are in the order in which they were
    made; no score overrides them. `previous` is the folder of an earlier result, whose numbers
    persons keep. `seed` is that of all that is drawn. `at_once` is how many pairs are compared
    at once, about, a kilobyte each; `on_driver` how many pairs the driver may hold to label
    knots of rows.
    """

    rows: DataFrame | str | Path
    out: str | Path
    lists: Mapping[str, ListRules] = field(default_factory=dict)
    tables: Tables = field(default_factory=shipped_tables)
    decisions: Sequence[PairDecision] = ()
    previous: str | Path | None = None
    seed: int = 0
    at_once: int = AT_ONCE
    on_driver: int = ON_DRIVER


@dataclass(frozen=True, slots=True, kw_only=True)
class SparkReport:
    """What linking on Spark gave.

    `out` has `persons.parquet`, `pairs.parquet` and `not-compared.parquet`. `lists` is how many
    rows each list has, in their order, `nameless` how many rows have no name: each is a person by
    itself. So are `not_compared` rows of names that many bear, and of whom nothing else is said
    that few rows have in common.
    """

    out: str
    lists: Mapping[str, int]
    persons: int
    pairs: int
    contradictions: tuple[Contradiction, ...]
    nameless: int
    not_compared: int
    seed: int


def link_on_spark(session: SparkSession, job: SparkJob) -> SparkReport:
    """Say which rows are one person, and write it as Parquet.

    Args:
        session: of Spark; its Python must have Qantar.
        job: what is asked.

    Raises:
        MissingExtraError: Spark is not installed.
        OutputExistsError: a result is there.
        MissingPathError: rows, or an earlier result, are not there.
        InputRefusedError: rows are not as they must be, or two have one name.
        DecisionRefusedError: a decision names no row.
    """
    require_spark()
    out = _where(job.out)
    _refuse_old(session, out)
    before = _earlier(session, job.previous) if job.previous else None
    ready = ready_rows(_given(session, job), lists=job.lists, tables=job.tables)
    told, bound = _told(ready, job.decisions)
    pairs = scored_on(ready, seed=job.seed, at_once=job.at_once, on_driver=job.on_driver)
    twice = _twice(ready, job.lists)
    learned = taught(ready, pairs, told, twice, at_once=job.at_once)
    division = Division(
        kept=pairs.kept,
        dropped=pairs.dropped,
        count=pairs.count,
        columns=pairs.columns,
        scale=learned.scale,
        twice=twice,
        bound=bound,
        on_driver=job.on_driver,
    )
    persons = with_numbers(ready, division.persons(), before)
    shown = held(told_pairs(ready, pairs, learned, told, persons, at_once=job.at_once))
    shown.write.parquet(f"{out}/pairs.parquet")
    crowds = held(pairs.crowds)
    crowds.orderBy("place").drop("place").write.parquet(f"{out}/not-compared.parquet")
    # Last, so that who finds the persons finds all.
    ordered = persons.orderBy("place").select("list", "row", "id", "person")
    ordered.write.parquet(f"{out}/persons.parquet")
    return SparkReport(
        out=out,
        lists=ready.whole.rows_of,
        persons=persons.select("person").distinct().count(),
        pairs=shown.count(),
        contradictions=told.contradictions,
        nameless=ready.nameless,
        not_compared=_rows_in(crowds),
        seed=job.seed,
    )


def _rows_in(crowds: DataFrame) -> int:
    """Count the rows that were compared with nobody: of each name the first, and the others."""
    from pyspark.sql import functions as f  # noqa: PLC0415

    told = crowds.agg(f.count("*") + f.sum("others")).first()
    return (told[0] if told else None) or 0


def _given(session: SparkSession, job: SparkJob) -> DataFrame:
    rows = job.rows
    return _parquet(session, _where(rows)) if isinstance(rows, str | Path) else rows


def _earlier(session: SparkSession, folder: str | Path) -> DataFrame:
    """Give the persons of an earlier result; found out before hours of work.

    Raises:
        MissingPathError: there is none.
        InputRefusedError: it is none.
    """
    where = f"{_where(folder)}/persons.parquet"
    found = _parquet(session, where)
    for name, kinds in _EARLIER.items():
        if dict(found.dtypes).get(name) not in kinds:
            message = f'no earlier result is there: it has no column "{name}" of that kind.'
            hint = "Name the folder of a result of linking on Spark."
            raise InputRefusedError(message, where=where, next=hint)
    return found


def _parquet(session: SparkSession, where: str) -> DataFrame:
    """Open Parquet.

    Raises:
        MissingPathError: nothing is there.
        InputRefusedError: what is there is no Parquet.
    """
    from py4j.protocol import Py4JJavaError  # noqa: PLC0415
    from pyspark.errors import PySparkException  # noqa: PLC0415

    try:
        return session.read.parquet(where)
    except (PySparkException, Py4JJavaError) as error:  # the second for files that are torn
        if isinstance(error, PySparkException) and error.getCondition() == "PATH_NOT_FOUND":
            message = "nothing is there."
            raise MissingPathError(message, where=where, next="Check the path.") from error
        message = "this cannot be read as Parquet."
        hint = "Write it with `write_rows`, or see docs/linking.md for the columns of rows."
        raise InputRefusedError(message, where=where, next=hint) from error


def _where(place: str | Path) -> str:
    """Give an address as Spark takes it; Java may have begun in another folder."""
    return str(place.resolve()) if isinstance(place, Path) else place


def _refuse_old(session: SparkSession, out: str) -> None:
    """Never write over an earlier result; found out before hours of work."""
    from pyspark.errors import AnalysisException  # noqa: PLC0415

    for name in ("persons.parquet", "pairs.parquet"):
        try:
            session.read.text(f"{out}/{name}")
        except AnalysisException:
            continue
        message = "an earlier result, or a part of one, is there."
        raise OutputExistsError(message, where=out, next="Choose another folder.")


def _told(rows: ReadyRows, decisions: Sequence[PairDecision]) -> tuple[Decided, Bound]:
    """Make decisions into constraints on places."""
    keys = {key for one in decisions for key in (one.left, one.right)}
    places: dict[RowKey, int] = {}
    lists: dict[int, int] = {}
    for name, row, place, number in places_of(rows.frame, keys):
        places[name, row] = place
        lists[place] = number
    try:
        told = decided(decisions, places)
    except UnknownRowError as error:
        hint = "Name rows as the lists do. Nothing was linked."
        message = f"{error}."
        raise DecisionRefusedError(message, next=hint) from error
    return told, Bound(told.together, told.apart, lists)


def _twice(rows: ReadyRows, rules: Mapping[str, ListRules]) -> Floats:
    names = rows.whole.lists
    one_row = [rules.get(name, ListRules()).one_row_a_person for name in names]
    return twice_in(len(names), np.array(one_row, dtype=bool))
