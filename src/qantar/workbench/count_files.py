"""What `qantar count` is given: a table, the JSON form, or a result of linking."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from qantar.counting.cautions import COPIED_LIST
from qantar.counting.linked import lists_of_editions, patterns_of_persons
from qantar.counting.pattern_json import JSON_HINT, of_json
from qantar.counting.pattern_rows import PatternRow, of_rows
from qantar.counting.patterns import Patterns, StratumTable
from qantar.counting.strata import Stratum
from qantar.counting.table import MOST_LISTS, Ints
from qantar.errors import InputRefusedError, MissingPathError
from qantar.model.document import Document
from qantar.model.estimate import Caution
from qantar.model.finding import Finding, Severity
from qantar.readers.caps import MAX_FILE_BYTES
from qantar.readers.job import Job
from qantar.readers.table_answer import table_of
from qantar.workbench.csv_lines import csv_lines
from qantar.workbench.lending import readers_here
from qantar.workbench.link_files import PERSONS

if TYPE_CHECKING:
    import pyarrow as pa

DRAWS: Final = "draws.parquet"
_NO_HASH: Final = "0" * 64
_MARKS: Final = frozenset(("0", "1", "0.0", "1.0"))
_REFUSED_NOTES: Final = frozenset({"too-many-cells", "stray-quote", "duplicate-header"})
"""Of what a reader merely notes, what may have moved a mark or a count into another column, or made
two lists of one."""

_SEVERAL: Final = 5
"""Persons on a list, of whom some should be on no other."""

_LINK_HINT: Final = "Give the folder of a result, as `qantar link` wrote it."


@dataclass(frozen=True, eq=False, kw_only=True)
class Material:
    """What is to be counted: strata (one, without a name, for the whole), and what was noticed.

    `taken` are the columns of a table that were taken for lists, because they hold 0 and 1;
    `never_alone` those of them that no row names without another, as a mark of persons would be
    that is no list. `by_marks` are the columns of `by` that hold nothing but 0 and 1 and would be
    lists if they did not make strata.
    """

    strata: tuple[Stratum, ...]
    taken: tuple[str, ...] = ()
    never_alone: tuple[str, ...] = ()
    by: tuple[str, ...] = ()
    by_marks: tuple[str, ...] = ()
    pooled: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    draws: int = 0


def read_patterns(path: Path, *, by: Sequence[str] | None = None) -> Material:
    """Read a table of patterns or persons, or the JSON form.

    Raises:
        MissingPathError: there is no such file.
        InputRefusedError: something in it is wrong: what, and where.
    """
    try:
        found = _json_form(path)
        if found is not None:
            return _material(of_json(found, by=by))
        document = _document(path)
        rows = [
            PatternRow(where=row.locator(document.header).words(), cells=row.values)
            for row in document.rows
        ]
        read = _material(of_rows(document.header, rows, by=by or ()))
    except InputRefusedError as error:
        where = ", ".join(part for part in (str(path), error.where or "") if part)
        raise InputRefusedError(error.message, where=where, next=error.next) from error
    except OSError as error:
        message = f"cannot be opened: {error.strerror}."
        raise MissingPathError(message, where=str(path), next="Check the path.") from error
    lists = read.strata[0].table.lists
    alone = tuple(name for name in lists if _is_never_alone(name, read.strata))
    return replace(
        read,
        findings=document.findings,
        taken=lists,
        never_alone=alone,
        by_marks=tuple(name for name, values in _values(read).items() if values <= _MARKS),
    )


def read_linked(folder: Path, *, most: int) -> Material:
    """Read who is who, and how else it may be by the first `most` draws, from a result of linking.

    Raises:
        MissingPathError: the folder is no result of linking.
        InputRefusedError: its files do not fit together.
    """
    names, list_of, row, person = _persons(folder / PERSONS)
    lists = lists_of_editions(names)
    kept = tuple(dict.fromkeys(lists))
    if len(kept) > MOST_LISTS:
        message = f"it has {len(kept)} lists; {MOST_LISTS} are the most that can be counted."
        hint = "Link fewer lists, or give several files one list's name."
        raise InputRefusedError(message, where=str(folder), next=hint)
    place = np.array([kept.index(one) for one in lists], dtype=np.int64)
    table = patterns_of_persons(kept, place[list_of], person)
    draws = tuple(
        patterns_of_persons(kept, place[list_of], drawn)
        for drawn in _draws(folder / DRAWS, names, list_of, row, most)
    )
    editions = [one for one in kept if lists.count(one) > 1]
    cautions = tuple(
        Caution(
            code=COPIED_LIST, text=f'The editions of "{one}" were counted as one list.', kind=one
        )
        for one in editions
    )
    one = Stratum(stratum=(), table=table, draws=draws, cautions=cautions)
    return Material(strata=(one,), draws=len(draws))


# ---------------------------------------------------------------- files of patterns


def _material(read: Patterns) -> Material:
    return Material(
        strata=tuple(_stratum(one) for one in read.strata), by=read.by, pooled=read.pooled
    )


def _stratum(one: StratumTable) -> Stratum:
    return Stratum(stratum=one.stratum, table=one.table, cautions=one.cautions)


def _values(read: Material) -> dict[str, set[str]]:
    """Give the values of each column that makes strata."""
    found: dict[str, set[str]] = {}
    for one in read.strata:
        for name, value in one.stratum:
            found.setdefault(name, set()).add(value)
    return found


def _is_never_alone(name: str, strata: Sequence[Stratum]) -> bool:
    """Whether a list names several persons, and nobody by itself, where others do."""
    bit = 1 << strata[0].table.lists.index(name)
    cells = [
        (mask, count)
        for one in strata
        for mask, count in zip(one.table.masks.tolist(), one.table.counts.tolist(), strict=True)
    ]
    size = sum(count for mask, count in cells if mask & bit)
    single = {mask for mask, count in cells if count and mask.bit_count() == 1}
    return size >= _SEVERAL and bit not in single and len(single) > 1


def _json_form(path: Path) -> dict[str, object] | None:
    """Read the JSON form; None where the file is none, and may be a table of some kind.

    Raises:
        InputRefusedError: it begins like the JSON form and is not, or is JSON that holds nothing.
    """
    with path.open("rb") as file:
        start = file.read(1 << 16).lstrip(b"\xef\xbb\xbf \t\r\n")
        _holds_something(path, start)
        if not start.startswith(b"{"):
            return None
        if path.stat().st_size > MAX_FILE_BYTES:
            message = f"it is larger than {MAX_FILE_BYTES >> 20} MB."
            raise InputRefusedError(message, next="Give patterns with their counts.")
        file.seek(0)
        data = file.read()
    try:
        found = json.loads(data.decode("utf-8-sig"))
    except (UnicodeDecodeError, RecursionError) as error:
        message = f"it is no JSON in UTF-8 ({type(error).__name__})."
        raise InputRefusedError(message, next="Write it in UTF-8.") from error
    except json.JSONDecodeError as error:
        if b'"patterns"' not in start and b'"strata"' not in start:
            return None
        where = f"line {error.lineno}, column {error.colno}"
        message = f"it is no JSON: {error.msg}."
        raise InputRefusedError(message, where=where, next="Correct it there.") from error
    except ValueError as error:  # what is left: Python makes no number of thousands of digits
        message = "a number in it has thousands of digits: more persons than ever lived."
        raise InputRefusedError(message, next="Correct it.") from error
    if isinstance(found, dict) and {"lists", "patterns", "strata"} & found.keys():
        return found
    return None


def _holds_something(path: Path, start: bytes) -> None:
    """Refuse JSON in which no table can be, in words of its own: a table reader finds no rows."""
    bare = b"".join(start.split())
    if bare in (b"{}", b"[]"):
        what = "object" if bare == b"{}" else "list"
        message = f"it is an empty JSON {what}: it names no lists and no patterns."
        raise InputRefusedError(message, next=JSON_HINT)
    if start and path.suffix.casefold() == ".json" and not start.startswith((b"{", b"[")):
        message = "it is neither a JSON object nor a list of them, and names no lists."
        raise InputRefusedError(message, next=JSON_HINT)


def _document(path: Path) -> Document:
    """Read a table in a process that can reach nothing else.

    Raises:
        InputRefusedError: a part of it could not be read, or was read otherwise than meant.
    """
    with path.open("rb") as source:
        size = os.fstat(source.fileno()).st_size
        job = Job(name=path.name, size=min(size, MAX_FILE_BYTES + 1), reader="table")
        answer = readers_here(tables=True).read(source.fileno(), job)
        document = table_of(answer, sha256=_NO_HASH)
    bad = [
        one
        for one in document.findings
        if one.severity is Severity.LOSS or one.code in _REFUSED_NOTES
    ]
    if bad or not document.header:
        said = bad[0].text if bad else "it holds no table."
        where = bad[0].where.words() if bad and bad[0].where else None
        hint = "Mend it: a row that is lost would be a wrong number of persons."
        raise InputRefusedError(said, where=where, next=hint)
    return document


# ---------------------------------------------------------------- results of linking


def _persons(path: Path) -> tuple[list[str], Ints, Ints, Ints]:
    """Read `persons.csv`: names of lists, and of each row its list, its number and its person."""
    names: dict[str, int] = {}
    lists, rows, persons = [], [], []
    for line, cells in csv_lines(path, ("list", "row", "person")):
        try:
            rows.append(int(cells["row"]))
            persons.append(int(cells["person"]))
        except ValueError as error:
            message = f"line {line}: a row or a person is no number."
            raise InputRefusedError(message, where=str(path), next=_LINK_HINT) from error
        lists.append(names.setdefault(cells["list"], len(names)))
    if not rows:
        message = "it names nobody."
        raise InputRefusedError(message, where=str(path), next=_LINK_HINT)
    list_of, row, person = (np.array(one, dtype=np.int64) for one in (lists, rows, persons))
    return list(names), list_of, row, person


def _draws(path: Path, names: Sequence[str], list_of: Ints, row: Ints, most: int) -> Iterator[Ints]:
    """Give of each draw the person of every row, in the order of `persons.csv`.

    Raises:
        MissingPathError: there are none.
        InputRefusedError: it has other rows than `persons.csv`, or is no Parquet of draws.
    """
    if not path.exists():
        message = "it is not there: how else the lists may be linked is not known."
        raise MissingPathError(message, where=str(path), next=_LINK_HINT)
    order = np.lexsort((row, list_of))
    for number, drawn_list, drawn_row, drawn_person in islice(_each_draw(path, names), most):
        same = np.lexsort((drawn_row, drawn_list))
        rows_fit = len(same) == len(order) and (
            np.array_equal(drawn_list[same], list_of[order])
            and np.array_equal(drawn_row[same], row[order])
        )
        if not rows_fit:
            message = f"draw {number} has other rows than {PERSONS}."
            raise InputRefusedError(message, where=str(path), next=_LINK_HINT)
        person = np.empty(len(row), dtype=np.int64)
        person[order] = drawn_person[same]
        yield person


def _each_draw(path: Path, names: Sequence[str]) -> Iterator[tuple[int, Ints, Ints, Ints]]:
    """Give each draw's number, lists by number (-1 for a strange one), rows and persons.

    The rows of a draw stand together; a group of rows of the file is one draw or a part of one,
    so that never more than one draw is held with the group that follows.
    """
    import pyarrow as pa  # noqa: PLC0415  # an extra, for results of linking only
    import pyarrow.compute as pc  # noqa: PLC0415
    import pyarrow.parquet as pq  # noqa: PLC0415

    held: pa.Table | None = None
    try:
        with pq.ParquetFile(path) as file:
            for group in range(file.num_row_groups):
                read = file.read_row_group(group, columns=["draw", "list", "row", "person"])
                held = read if held is None else pa.concat_tables([held, read])
                numbers = pc.unique(held["draw"]).to_pylist()
                for number in numbers[:-1]:
                    yield _numbered(number, held.filter(pc.equal(held["draw"], number)), names)
                held = held.filter(pc.equal(held["draw"], numbers[-1])) if numbers else None
        if held is not None:
            yield _numbered(int(held["draw"][0].as_py()), held, names)
    except (pa.ArrowException, KeyError, TypeError) as error:
        message = f"it holds no draws that can be read ({error})."
        raise InputRefusedError(message, where=str(path), next=_LINK_HINT) from error


def _numbered(number: int, draw: pa.Table, names: Sequence[str]) -> tuple[int, Ints, Ints, Ints]:
    import pyarrow as pa  # noqa: PLC0415
    import pyarrow.compute as pc  # noqa: PLC0415

    at = pc.index_in(draw["list"], value_set=pa.array(names, pa.string()))
    lists = np.asarray(pc.fill_null(at, -1), dtype=np.int64)
    rows, persons = (np.asarray(draw[name], dtype=np.int64) for name in ("row", "person"))
    return number, lists, rows, persons
