"""Small tables in every format the table reader takes, made here so that each byte is accounted for."""

from __future__ import annotations

import csv
import io
import json
import warnings
import zipfile
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

import openpyxl
import xlwt
from odf import (
    office,
    opendocument,
    style,
    table,
    text,
)

from qantar.model.document import Document
from qantar.model.finding import Finding, Severity
from qantar.model.table_settings import TableSettings
from qantar.readers.table import read_table

Cell = str | int | float | bool | date | datetime | None
Grid = Sequence[Sequence[Cell]]


def read(data: bytes, name: str = "list.csv", **settings: Any) -> Document:
    """Read bytes as the table reader would read an original."""
    source = io.BytesIO(data)
    return read_table(source, name=name, sha256="0" * 64, settings=TableSettings(**settings))


def codes(document: Document) -> list[str]:
    return [finding.code for finding in document.findings]


def losses(document: Document) -> list[str]:
    return [each.code for each in document.findings if each.severity is Severity.LOSS]


def only(document: Document, code: str) -> Finding:
    """The one finding of a code."""
    (found,) = [finding for finding in document.findings if finding.code == code]
    return found


def values(document: Document) -> list[tuple[str, ...]]:
    return [row.values for row in document.rows]


def csv_text(rows: Iterable[Sequence[str]], **dialect: Any) -> str:
    out = io.StringIO(newline="")
    csv.writer(out, **dialect).writerows(rows)
    return out.getvalue()


def jsonl_text(rows: Sequence[Sequence[Cell]]) -> str:
    header, *data = rows
    objects = [
        {str(key): _plain(value) for key, value in zip(header, row, strict=True)} for row in data
    ]
    return "".join(json.dumps(each, ensure_ascii=False) + "\n" for each in objects)


def _plain(value: Cell) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def xlsx(sheets: dict[str, Grid], *, hidden: Sequence[str] = (), very: Sequence[str] = ()) -> bytes:
    """A workbook as openpyxl writes it; a text that begins with `=` is a formula without result."""
    book = openpyxl.Workbook()
    assert book.active is not None
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
        if name in hidden:
            sheet.sheet_state = "hidden"
        if name in very:
            sheet.sheet_state = "veryHidden"
    return saved(book)


def saved(book: openpyxl.Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def xls(sheets: dict[str, Grid], *, hidden: Sequence[str] = ()) -> bytes:
    book = xlwt.Workbook(encoding="utf-8")
    day = xlwt.easyxf(num_format_str="YYYY-MM-DD")
    for name, rows in sheets.items():
        sheet = book.add_sheet(name)
        sheet.visibility = 1 if name in hidden else 0
        for at, row in enumerate(rows):
            for column, value in enumerate(row):
                if value is None:
                    continue
                if isinstance(value, date):
                    sheet.write(at, column, value, day)
                else:
                    sheet.write(at, column, value)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def ods(sheets: dict[str, Grid], *, hidden: Sequence[str] = ()) -> bytes:
    document = opendocument.OpenDocumentSpreadsheet()
    unseen = style.Style(name="unseen", family="table")
    unseen.addElement(style.TableProperties(display="false"))
    document.automaticstyles.addElement(unseen)
    for name, rows in sheets.items():
        styled = {"stylename": "unseen"} if name in hidden else {}
        sheet = table.Table(name=name, **styled)
        for row in rows:
            line = table.TableRow()
            for value in row:
                line.addElement(ods_cell(value))
            sheet.addElement(line)
        document.spreadsheet.addElement(sheet)
    return ods_bytes(document)


def ods_cell(value: Cell, formula: str | None = None) -> Any:
    extra = {"formula": formula} if formula else {}
    if value is None:
        return table.TableCell(**extra)
    if isinstance(value, bool):
        cell = table.TableCell(valuetype="boolean", booleanvalue=str(value).lower(), **extra)
    elif isinstance(value, int | float):
        cell = table.TableCell(valuetype="float", value=str(value), **extra)
    elif isinstance(value, date):
        cell = table.TableCell(valuetype="date", datevalue=value.isoformat(), **extra)
    else:
        cell = table.TableCell(valuetype="string", **extra)
    for line in str(value).split("\n"):
        cell.addElement(text.P(text=line))
    return cell


def ods_comment(words: str) -> Any:
    note = office.Annotation()
    note.addElement(text.P(text=words))
    return note


def ods_bytes(document: Any) -> bytes:
    out = io.BytesIO()
    document.write(out)
    return out.getvalue()


def with_part(package: bytes, name: str, data: bytes) -> bytes:
    """A ZIP package with one part replaced or added."""
    out = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        with zipfile.ZipFile(io.BytesIO(package)) as source:
            for part in source.infolist():
                if part.filename != name:
                    target.writestr(part.filename, source.read(part))
        target.writestr(name, data)
    return out.getvalue()


def part_of(package: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(package)) as source:
        return source.read(name)
