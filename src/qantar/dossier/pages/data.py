"""The data behind the pages, as JSON and CSV, with a page that says what each column holds."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from qantar.dossier.count_rows import answer_json, wide_columns, wide_rows
from qantar.dossier.counts import ShownCounting
from qantar.dossier.exports import EXPORTS, Export
from qantar.dossier.pages.counts import answer_path, table_path
from qantar.dossier.pages.files import published_files
from qantar.dossier.site import Site
from qantar.dossier.tables import Row, flat

# A spreadsheet program takes a cell that begins so for a formula and would run it.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_PLAIN_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """One table as written: how many rows, how many bytes in each form."""

    export: Export
    rows: int
    json_bytes: int
    csv_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenCounting:
    """The files of one counting, by their paths; `table` is None where all cells are held back."""

    counting: ShownCounting
    answer: str
    json_bytes: int
    table: str | None = None
    csv_bytes: int = 0


def write_data(site: Site) -> None:
    """Write the tables and their page."""
    written = [_write(site, export) for export in EXPORTS]
    wide = [_write_counting(site, one) for one in site.edition.counts.countings]
    site.page(
        "data/index.html",
        "data.html",
        title=site.text("The data behind these pages"),
        written=written,
        wide=wide,
        files=published_files(site),
    )


def _write(site: Site, export: Export) -> Written:
    rows = 0

    def counted() -> Iterator[Row]:
        nonlocal rows
        for row in export.rows(site):
            rows += 1
            yield row

    json_bytes = _stream(site, f"data/{export.name}.json", json_lines(counted()))
    table = (export.flat_rows or export.rows)(site)
    csv_bytes = _stream(site, f"data/{export.name}.csv", csv_lines(export.headers, table))
    return Written(export=export, rows=rows, json_bytes=json_bytes, csv_bytes=csv_bytes)


def _write_counting(site: Site, one: ShownCounting) -> WrittenCounting:
    """Write all that a counting came to, and its patterns as programs for estimating read them."""
    answer = json.dumps(answer_json(site, one), ensure_ascii=False, indent=1)
    bytes_ = _stream(site, answer_path(one), [f"{answer}\n"])
    if all(part.overlaps is None for part in (one.whole, *one.parts)):
        return WrittenCounting(counting=one, answer=answer_path(one), json_bytes=bytes_)
    table = csv_lines(wide_columns(one), wide_rows(one))
    return WrittenCounting(
        counting=one,
        answer=answer_path(one),
        json_bytes=bytes_,
        table=table_path(one),
        csv_bytes=_stream(site, table_path(one), table),
    )


def _stream(site: Site, path: str, lines: Iterable[str]) -> int:
    """Write a file piece by piece: a table may be larger than what memory should hold."""
    target = site.out / path
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("wb", buffering=_CHUNK) as stream:
        for line in lines:
            stream.write(line.encode("utf-8"))
        size = stream.tell()
    site.size += size
    return size


def json_lines(rows: Iterable[Row]) -> Iterator[str]:
    """Write one array, a row a line."""
    yield "["
    for count, row in enumerate(rows):
        yield ",\n" if count else "\n"
        yield json.dumps(row, ensure_ascii=False, separators=(",", ":"))
    yield "\n]\n"


def csv_lines(header: tuple[str, ...], rows: Iterable[Row]) -> Iterator[str]:
    """Write a table that spreadsheet programs read as what it is: UTF-8 with its mark, no formulas.

    Raises:
        ValueError: a row has a column that is not in the header.
    """
    held = io.StringIO()
    writer = csv.DictWriter(held, header)
    held.write("\ufeff")
    writer.writeheader()
    for row in rows:
        yield _emptied(held)
        writer.writerow({name: inert(value) for name, value in flat(row).items()})
    yield _emptied(held)


def _emptied(held: io.StringIO) -> str:
    text = held.getvalue()
    held.seek(0)
    held.truncate()
    return text


def inert(value: Any) -> Any:
    """Put an apostrophe before a text that a spreadsheet program would take for a formula."""
    if not isinstance(value, str) or not value.startswith(_FORMULA):
        return value
    return value if _PLAIN_NUMBER.fullmatch(value) else f"'{value}"
