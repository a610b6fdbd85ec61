"""Writing the files, so that the same people give the same bytes."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

import docx
import openpyxl

_WRITTEN: Final = datetime(2034, 3, 11, 12, 0)  # noqa: DTZ001  # the formats have no zone
_CHANGED: Final = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*")


def csv_text(rows: Iterable[Sequence[str]], delimiter: str = ",") -> str:
    """Rows as CSV, with line feeds."""
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator="\n").writerows(rows)
    return out.getvalue()


def workbook(title: str, rows: Iterable[Sequence[str]]) -> bytes:
    """A workbook of one worksheet; all cells are text, as they were typed."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = title
    for row in rows:
        sheet.append([cell or None for cell in row])
    for number in range(1, sheet.max_row + 1):
        sheet.row_dimensions[number].height = 15
    book.properties.creator, book.properties.created = "invented", _WRITTEN
    out = io.BytesIO()
    book.save(out)
    return _steady(out.getvalue())


def letter(paragraphs: Iterable[str]) -> bytes:
    """A text document."""
    document = docx.Document()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    properties = document.core_properties
    properties.author = properties.last_modified_by = "invented"
    properties.comments = "invented"
    properties.created = _WRITTEN
    out = io.BytesIO()
    document.save(out)
    return _steady(out.getvalue())


def _steady(data: bytes) -> bytes:
    """The same package without the clock of the machine that wrote it."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in sorted(old.namelist(), key=lambda name: (name != "[Content_Types].xml", name)):
            entry = zipfile.ZipInfo(name, date_time=_WRITTEN.timetuple()[:6])
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3
            new.writestr(entry, _CHANGED.sub(_now_to_then, old.read(name)))
    return out.getvalue()


def _now_to_then(found: re.Match[bytes]) -> bytes:
    return found[1] + _WRITTEN.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
