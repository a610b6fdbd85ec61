"""A table as an answer: its rows one below the other, their cells parted by tabs.

What a workbook hides stands in `hidden` segments: a whole row, or a cell, which names its column.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import BinaryIO, Final

from qantar.model.document import Document, Row, hidden_columns
from qantar.model.finding import Locator
from qantar.model.segment import Segment, SegmentKind
from qantar.model.table_settings import TableSettings
from qantar.readers.answer import Begin, DocumentWriter, End, Noted, Quoted, Sound
from qantar.readers.columns_apart import ColumnsApart
from qantar.readers.job import Job
from qantar.readers.table import READER, VERSION, read_table

__all__ = ["READER", "VERSION", "read", "table_of"]

_NO_HASH: Final = "0" * 64  # the reader is not told what the file is


def read(source: BinaryIO, job: Job, out: DocumentWriter) -> None:
    """Read a table of any format; see `registry.read`."""
    settings = TableSettings(
        encoding=job.encoding,
        delimiter=job.delimiter,
        worksheet=job.worksheet,
        header_row=job.header_row,
    )
    document = read_table(source, name=job.name, sha256=_NO_HASH, settings=settings, size=job.size)
    write_table(document, out)


def write_table(document: Document, out: DocumentWriter) -> None:
    """Write a table that was read; in another file, without what leads to people and devices."""
    apart = ColumnsApart(document.header if out.inside is not None else ())
    shown_columns, width = apart.others(document.header), len(document.header)
    out.begin(
        reader=document.reader,
        version=document.version,
        media_type=document.media_type,
        encoding=document.encoding,
        header=tuple(document.header[n] for n in shown_columns),
        meta=dict(document.meta),
    )
    hidden = hidden_columns(document.meta)
    for at, row in enumerate(document.rows):
        if at:
            out.text("\n")
        apart.take(row)
        columns = (*shown_columns, *range(width, width + len(row.extra)))
        _write_row(row, columns, hidden, document.header, out)
    for finding in document.findings:
        out.find(finding)
    if told := apart.told():
        out.note("private-section", told)
    out.end(meta=apart.facts, unreadable=document.unreadable)


def _write_row(
    row: Row,
    columns: tuple[int, ...],
    hidden: frozenset[int],
    header: tuple[str, ...],
    out: DocumentWriter,
) -> None:
    cells = (*row.values, *row.extra) if row.extra else row.values
    values = cells if len(columns) == len(cells) else tuple(cells[n] for n in columns)
    start, end = out.text("\t".join(values))
    place = Locator(sheet=row.sheet, row=row.number, line=row.line, at_row=row.at_row)
    out.segment(
        Segment(
            kind=SegmentKind.ROW,
            start=start,
            end=end,
            locator=place,
            raw=values,
        )
    )
    if row.hidden:
        out.segment(Segment(kind=SegmentKind.HIDDEN, start=start, end=end, locator=place))
    elif hidden:
        at = start
        for n, value in zip(columns, values, strict=True):
            if n in hidden and value:
                name = header[n] if n < len(header) else None
                cell = replace(place, column=name, cell=row.cell(n))
                end = at + len(value)
                out.segment(Segment(kind=SegmentKind.HIDDEN, start=at, end=end, locator=cell))
            at += len(value) + 1
    out.close_block()


def table_of(answer: Iterator[Sound], *, sha256: str) -> Document:
    """Put the table together again that an answer holds.

    Raises:
        ValueError: the answer is no table's.
    """
    begin: Begin | None = None
    end: End | None = None
    rows: list[Row] = []
    findings = []
    for record in answer:
        if isinstance(record, Begin):
            begin = begin or record
        elif isinstance(record, Quoted):
            if record.segment.kind is not SegmentKind.HIDDEN:
                rows.append(_row(record.segment, begin.header or () if begin else ()))
            elif rows and record.segment.locator.cell is None:
                rows[-1] = replace(rows[-1], hidden=True)
        elif isinstance(record, Noted):
            findings.append(record.finding)
        elif isinstance(record, End):
            end = end or record
    if begin is None or end is None:
        message = "no document was given"
        raise ValueError(message)
    return Document(
        reader=begin.reader,
        version=begin.version,
        sha256=sha256,
        media_type=begin.media_type,
        encoding=begin.encoding,
        header=begin.header or (),
        rows=tuple(rows),
        unreadable=end.unreadable,
        findings=tuple(findings),
        meta={name: str(value) for name, value in begin.meta.items()},
    )


def _row(segment: Segment, header: tuple[str, ...]) -> Row:
    where, values = segment.locator, segment.raw or ()
    if where.row is None or where.at_row is None or len(values) < len(header):
        message = "a row has no place"
        raise ValueError(message)
    return Row(
        number=where.row,
        line=where.line,
        at_row=where.at_row,
        sheet=where.sheet,
        values=values[: len(header)],
        extra=values[len(header) :],
    )
