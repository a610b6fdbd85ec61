"""Rows of people on Spark: taken in, put in an order, their names split, and counted together.

The order is that of `qantar link`: list after list, each by its numbers. How names are split is
learned from a sample of distinct names, on the driver, as everywhere; what the rows tell together
(`linking/whole.py`) is added up from their parts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from qantar.archive.disk import FILE_MODE
from qantar.errors import InputRefusedError, OutputExistsError
from qantar.linking.case_tables import Tables
from qantar.linking.name_roles import SplitName, Splitter, Words, step_among, words_of
from qantar.linking.other_names import Variant, variants_of
from qantar.linking.people_table import PeopleTable, table_of_names
from qantar.linking.result import ListRules
from qantar.linking.tally import NAMELESS, Tally, tally_of, whole_of
from qantar.linking.whole import Whole
from qantar.model.person_row import DaySpan, NameOrder, PersonRow, Sex
from qantar.workbench.spark_frames import Batches, held, looked_up, numbered

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

_EPOCH: Final = 719163
"""The ordinal of 1 January 1970."""
_YEARS: Final = ("0001-01-01", "9998-12-31")
"""The first and the last day that can be kept."""
_TEXTS: Final = (
    *("id", "name", "given", "surname", "patronymic", "place", "birth_place", "status"),
    *("document_number", "phone", "address", "postcode", "email", "occupation"),
)
_TYPES: Final[Mapping[str, pa.DataType]] = {
    "list": pa.string(),
    "row": pa.int64(),
    **dict.fromkeys(_TEXTS, pa.string()),
    "aliases": pa.list_(pa.string()),
    "name_order": pa.string(),
    "sex": pa.string(),
    **dict.fromkeys(("birth_first", "birth_last", "event_first", "event_last"), pa.date32()),
}
ROWS: Final = pa.schema([pa.field(name, kind) for name, kind in _TYPES.items()])
"""The columns of rows; all but `list` and `row` may be absent or empty."""
_SPARK_TYPES: Final = {
    pa.string(): "string",
    pa.int64(): "bigint",
    pa.date32(): "date",
    pa.list_(pa.string()): "array<string>",
}
_WHOLE_NUMBERS: Final = frozenset({"tinyint", "smallint", "int", "bigint"})
_SEAT: Final = "seat"
"""The place of a row while its own column `place` is there."""
_READY_NAMES: Final = ["place", "list_no", "list", "row", "id", "ready"]
_READY: Final = "place long, list_no int, list string, row long, id string, ready binary"
_MOST_NAMED: Final = 5


class Ready(NamedTuple):
    """A row whose name is split, and its name by each of its other names."""

    row: PersonRow
    name: SplitName
    others: tuple[SplitName, ...]


@dataclass(frozen=True, slots=True)
class ReadyRows:
    """All rows on Spark, `place long, list_no int, list, row, id, ready binary`, and the whole.

    `place` is that of a row among all, from 0, `ready` a `Ready`. `nameless` is how many
    rows have no name.
    """

    frame: DataFrame
    whole: Whole
    tables: Tables
    nameless: int


def write_rows(path: Path, rows: Iterable[PersonRow]) -> None:
    """Write rows as Parquet that `link_on_spark` takes; what became of people is left out.

    Only its owner may read the file.

    Raises:
        OutputExistsError: something is there.
    """
    table = table_of(rows)
    try:
        path.touch(mode=FILE_MODE, exist_ok=False)
    except FileExistsError as there:
        message = "something is there, and nothing was written over it."
        raise OutputExistsError(message, where=str(path), next="Choose another name.") from there
    pq.write_table(table, path, compression="zstd")


def table_of(rows: Iterable[PersonRow]) -> pa.Table:
    """Give rows as a table with the columns `ROWS`; what became of people is left out."""
    return pa.Table.from_pylist([_told(row) for row in rows], schema=ROWS)


def _told(row: PersonRow) -> dict[str, Any]:
    texts = {name: getattr(row, name) for name in ("list", "row", *_TEXTS)}
    days = {
        f"{name}_{edge}": None if span is None else getattr(span, edge) - _EPOCH
        for name, span in (("birth", row.birth), ("event", row.event))
        for edge in ("first", "last")
    }
    order = None if row.name_order is NameOrder.ANY else row.name_order.value
    sex = row.sex.value if row.sex else None
    return {**texts, **days, "aliases": list(row.aliases), "name_order": order, "sex": sex}


def person_rows(table: pa.Table | pa.RecordBatch) -> list[PersonRow]:
    """Make rows of a table with the columns `ROWS`."""
    days = [name for name, kind in _TYPES.items() if kind == pa.date32()]
    names = list(_TYPES)
    columns = (
        table.column(name).cast(pa.int32()) if name in days else table.column(name)
        for name in names
    )
    told = zip(*(column.to_pylist() for column in columns), strict=True)
    return [_row(dict(zip(names, one, strict=True))) for one in told]


def _row(told: dict[str, Any]) -> PersonRow:
    return PersonRow(
        list=told["list"],
        row=told["row"],
        aliases=tuple(one for one in told["aliases"] or () if one),
        name_order=NameOrder(told["name_order"] or NameOrder.ANY),
        sex=Sex(told["sex"]) if told["sex"] else None,
        birth=_span(told, "birth"),
        event=_span(told, "event"),
        **{name: told[name] for name in _TEXTS},
    )


def _span(told: Mapping[str, Any], name: str) -> DaySpan | None:
    first, last = told[f"{name}_first"], told[f"{name}_last"]
    return None if first is None else DaySpan(first + _EPOCH, last + _EPOCH)


def ready_rows(rows: DataFrame, *, lists: Mapping[str, ListRules], tables: Tables) -> ReadyRows:
    """Take rows in, and make them ready to be compared.

    Args:
        rows: with the columns `ROWS`, in any order and any parts.
        lists: their order is that of the lists; lists that it does not name stand behind, by name.
        tables: what names and places have in common.

    Raises:
        InputRefusedError: the columns are others, a row cannot be what it says, or two have one
            name.
    """
    from pyspark.sql import functions as f  # noqa: PLC0415

    typed = held(_typed(rows))
    _refuse_unsound(typed)
    counts = {one["list"]: one["count"] for one in typed.groupBy("list").count().collect()}
    if not counts:
        message = "there is no row."
        raise InputRefusedError(message, next="Give rows with a list and a number each.")
    order = [name for name in lists if name in counts]
    order += sorted(counts.keys() - set(order))
    rows_of = {name: counts[name] for name in order}
    number = looked_up({name: at for at, name in enumerate(order)}, f.col("list"))
    placed = numbered(typed.withColumn("list_no", number), ("list_no", "row"), _SEAT)
    split = partial(_made_ready, splitter=Splitter(_sample(placed)))
    frame = held(placed.mapInArrow(split, _READY))
    tally = _tally(frame, tables)
    return ReadyRows(frame, whole_of(rows_of, tally), tables, tally.get(NAMELESS, 0))


def _typed(rows: DataFrame) -> DataFrame:
    """Give the columns that count, in their types.

    Raises:
        InputRefusedError: one that must be there is not, or one has another type.
    """
    from pyspark.sql import functions as f  # noqa: PLC0415

    there = dict(rows.dtypes)
    _refuse_nearly(there)
    columns = []
    for name, kind in _TYPES.items():
        wanted = _SPARK_TYPES[kind]
        found = there.get(name)
        if found is None and name in ("list", "row"):
            message = f'the rows have no column "{name}".'
            raise InputRefusedError(message, next="Name each row by its list and its number in it.")
        fits = found in (None, "void", wanted) or {found, wanted} <= _WHOLE_NUMBERS
        if not fits:
            message = f'the column "{name}" holds {found}, and should hold {wanted}.'
            raise InputRefusedError(message, next="See docs/linking.md for the columns of rows.")
        columns.append((f.lit(None) if found is None else f.col(name)).cast(wanted).alias(name))
    return rows.select(*columns)


def _refuse_nearly(there: Iterable[str]) -> None:
    """Refuse a column that is surely meant, and would not be looked at.

    Raises:
        InputRefusedError: one differs from a known one by its letters' size or its spaces.
    """
    for name in there:
        meant = name.strip().lower()
        if meant in _TYPES and name != meant:
            message = f'the column "{name}" is not looked at by that name.'
            raise InputRefusedError(message, next=f'Call it "{meant}", or leave it out.')


def _refuse_unsound(rows: DataFrame) -> None:
    """Look at all rows once, before work begins.

    Raises:
        InputRefusedError: a row has no name of its own, or says what cannot be.
    """
    from pyspark.sql import functions as f  # noqa: PLC0415

    def spans_wrongly(name: str) -> Any:
        first, last = f.col(f"{name}_first"), f.col(f"{name}_last")
        return first.isNull() != last.isNull(), first > last

    def out_of_years(name: str) -> Any:
        first, last = f.col(f"{name}_first"), f.col(f"{name}_last")
        early, late = (f.lit(day).cast("date") for day in _YEARS)
        return (first < early) | (last > late)

    one_empty, turned = zip(*(spans_wrongly(name) for name in ("birth", "event")), strict=True)
    faults = {
        "has no list, or no number from 1": f.col("list").isNull()
        | (f.col("list") == "")
        | f.col("row").isNull()
        | (f.col("row") < 1),
        "has a sex that is not female or male": ~f.col("sex").isin(*Sex),
        "has a name_order that is none": ~f.col("name_order").isin(*NameOrder),
        "has a first day without a last one, or a last one without a first": one_empty[0]
        | one_empty[1],
        "has a last day before the first": turned[0] | turned[1],
        "has a day outside the years 1 to 9998": out_of_years("birth") | out_of_years("event"),
    }
    told = (f.when(wrong, f.lit(words)) for words, wrong in faults.items())
    unsound = rows.select("list", "row", f.coalesce(*told).alias("fault")).where(
        "fault is not null"
    )
    twice = rows.groupBy("list", "row").count().where("count > 1")
    both = unsound.union(twice.select("list", "row", f.lit("is there twice")))
    found = both.limit(_MOST_NAMED).collect()
    if found:
        named = "; ".join(f"{one['list']} {one['row']} {one['fault']}" for one in found)
        hint = "Mend or leave out such rows. Nothing was linked."
        message = f"of the rows {named}."
        raise InputRefusedError(message, next=hint)


def _sample(placed: DataFrame) -> list[Words]:
    """Collect the distinct names that teach how names are split, in the order of rows."""
    from pyspark.sql import functions as f  # noqa: PLC0415

    said = placed.mapInArrow(_words_said, "words binary, seat long")
    distinct = numbered(said.groupBy("words").agg(f.min(_SEAT).alias("first")), ("first",), "n")
    step = step_among(distinct.count())
    some = distinct.where(f.col("n") % step == 0).select("n", "words").toArrow().sort_by("n")
    read = msgspec.msgpack.Decoder(Words)
    return [read.decode(one) for one in some.column("words").to_pylist()]


def _words_said(batches: Batches) -> Batches:
    write = msgspec.msgpack.Encoder()
    for batch in batches:
        said = [write.encode(words_of(row)) for row in person_rows(batch)]
        columns = [pa.array(said, pa.binary()), batch.column(_SEAT)]
        yield pa.RecordBatch.from_arrays(columns, ["words", _SEAT])


def _made_ready(batches: Batches, splitter: Splitter) -> Batches:
    write = msgspec.msgpack.Encoder()
    kept = [_SEAT, "list_no", "list", "row", "id"]
    for batch in batches:
        rows = person_rows(batch)
        names = [splitter.split(words_of(row)) for row in rows]
        others: list[list[SplitName]] = [[] for _ in rows]
        for one in variants_of(rows, names, splitter):
            others[one.row].append(one.name)
        made = map(Ready, rows, names, map(tuple, others))
        ready = pa.array([write.encode(one) for one in made], pa.binary())
        yield pa.RecordBatch.from_arrays([*map(batch.column, kept), ready], _READY_NAMES)


def _tally(frame: DataFrame, tables: Tables) -> Tally:
    """Add up what all rows say, and collect it, but for what is said once."""
    from pyspark.sql import functions as f  # noqa: PLC0415

    count = partial(_counts, tables=tables)
    parts = frame.select("ready").mapInArrow(count, "what string, text string, n long")
    sums = parts.groupBy("what", "text").agg(f.sum("n").alias("n"))
    told = sums.where((f.col("n") != 1) | (f.col("text") == "")).toArrow()
    keys = zip(told.column("what").to_pylist(), told.column("text").to_pylist(), strict=True)
    return Counter(dict(zip(keys, told.column("n").to_pylist(), strict=True)))


def _counts(batches: Batches, tables: Tables) -> Batches:
    found: Tally = Counter()
    for batch in batches:
        rows, names, further = _parts(batch)
        found.update(tally_of(rows, names, further, tables))
    what, text = zip(*found, strict=True) if found else ((), ())
    columns = [pa.array(what, pa.string()), pa.array(text, pa.string())]
    columns.append(pa.array(list(found.values()), pa.int64()))
    yield pa.RecordBatch.from_arrays(columns, ["what", "text", "n"])


@cache
def _reader() -> msgspec.msgpack.Decoder[Ready]:
    return msgspec.msgpack.Decoder(Ready)


def _parts(
    batch: pa.Table | pa.RecordBatch,
) -> tuple[Sequence[PersonRow], Sequence[SplitName], Sequence[Variant]]:
    read = _reader()
    ready = [read.decode(one) for one in batch.column("ready").to_pylist()]
    further = [Variant(at, name) for at, one in enumerate(ready) for name in one.others]
    return [one.row for one in ready], [one.name for one in ready], further


def table_here(batch: pa.Table | pa.RecordBatch, whole: Whole, tables: Tables) -> PeopleTable:
    """Make columns of some rows that are ready, as a part of the whole."""
    rows, names, further = _parts(batch)
    return table_of_names(rows, names, further, tables, whole)


def places_of(frame: DataFrame, keys: Iterable[tuple[str, int]]) -> Iterator[tuple[Any, ...]]:
    """Give list, number, place and number of the list of those rows that are there."""
    wanted = sorted(set(keys))
    if not wanted:
        return
    asked = pa.table(
        {
            "list": pa.array([one for one, _ in wanted], pa.string()),
            "row": pa.array([row for _, row in wanted], pa.int64()),
        }
    )
    session = frame.sparkSession
    there = frame.join(session.createDataFrame(asked), ["list", "row"])
    for one in there.select("list", "row", "place", "list_no").collect():
        yield tuple(one)
