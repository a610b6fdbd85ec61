"""One table, in every format and encoding: the same header, the same raw values, its cells addressed."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from qantar.model.document import Document
from tests.readers.golden import expected, read_now, samples

from .table_samples import Grid, codes, csv_text, jsonl_text, ods, read, values, xls, xlsx

HEADER = ("Имя", "Дата", "Число", "Доля", "Код", "Признак", "Заметка")
TYPED: Grid = [
    list(HEADER),
    ["Айман Выдуманная", date(2022, 1, 5), 3, 12.5, "007", True, "на площади"],
    ["Ерлан Придуманный", date(2022, 1, 6), 0, -0.25, "A-1", False, 'сказал: "нет"; и, потом'],
    ["Вымышленная Жанна", date(2021, 12, 31), 1200, 0.1, "00", True, "две\nстроки"],
]
RAW = [
    ("Айман Выдуманная", "2022-01-05", "3", "12.5", "007", "true", "на площади"),
    ("Ерлан Придуманный", "2022-01-06", "0", "-0.25", "A-1", "false", 'сказал: "нет"; и, потом'),
    ("Вымышленная Жанна", "2021-12-31", "1200", "0.1", "00", "true", "две\nстроки"),
]
TEXT = csv_text([HEADER, *RAW])

FORMATS: dict[str, tuple[str, Callable[[], bytes]]] = {
    "utf-8": ("list.csv", TEXT.encode),
    "utf-8 with mark": ("list.csv", lambda: TEXT.encode("utf-8-sig")),
    "utf-16-le with mark": ("list.csv", lambda: b"\xff\xfe" + TEXT.encode("utf-16-le")),
    "utf-16-be with mark": ("list.csv", lambda: b"\xfe\xff" + TEXT.encode("utf-16-be")),
    "utf-16-le": ("list.csv", lambda: TEXT.encode("utf-16-le")),
    "utf-16-be": ("list.csv", lambda: TEXT.encode("utf-16-be")),
    "utf-32": ("list.csv", lambda: TEXT.encode("utf-32")),
    "windows-1251": ("list.csv", lambda: TEXT.encode("cp1251")),
    "koi8-r": ("list.csv", lambda: TEXT.encode("koi8-r")),
    "dos": ("list.csv", lambda: TEXT.encode("cp866")),
    "semicolon": ("list.csv", lambda: csv_text([HEADER, *RAW], delimiter=";").encode()),
    "bar": ("list.txt", lambda: csv_text([HEADER, *RAW], delimiter="|").encode()),
    "tab": ("list.tsv", lambda: csv_text([HEADER, *RAW], delimiter="\t").encode()),
    "all quoted": ("list.csv", lambda: csv_text([HEADER, *RAW], quoting=1).encode()),
    "unix lines": ("list.csv", lambda: csv_text([HEADER, *RAW], lineterminator="\n").encode()),
    "old mac lines": (
        "list.csv",
        lambda: csv_text([HEADER, *RAW], lineterminator="\r", quoting=1).encode(),
    ),
    "xlsx": ("list.xlsx", lambda: xlsx({"Лист1": TYPED})),
    "xls": ("list.xls", lambda: xls({"Лист1": TYPED})),
    "ods": ("list.ods", lambda: ods({"Лист1": TYPED})),
    "json lines": ("list.jsonl", lambda: jsonl_text(TYPED).encode()),
    "json lines in utf-16": ("list.jsonl", lambda: jsonl_text(TYPED).encode("utf-16")),
    "json array": (
        "list.json",
        lambda: json.dumps(
            [json.loads(line) for line in jsonl_text(TYPED).splitlines()], indent=2
        ).encode(),
    ),
}
QUIET = {"encoding-guessed"}


@pytest.fixture(params=FORMATS, name="document")
def _document(request: pytest.FixtureRequest) -> Document:
    name, made = FORMATS[request.param]
    return read(made(), name)


def test_the_same_table_gives_the_same_header_and_raw_values(document: Document) -> None:
    assert document.header == HEADER
    assert values(document) == RAW


def test_nothing_is_held_against_a_sound_table(document: Document) -> None:
    assert set(codes(document)) <= QUIET
    assert document.unreadable == 0


def test_rows_are_numbered_from_one(document: Document) -> None:
    assert [row.number for row in document.rows] == [1, 2, 3]


@pytest.mark.parametrize("kind", ["utf-8", "xlsx", "xls", "ods"])
def test_cells_are_addressed_as_a_spreadsheet_shows_them(kind: str) -> None:
    name, made = FORMATS[kind]
    document = read(made(), name)
    assert [row.cell(1) for row in document.rows] == ["B2", "B3", "B4"]
    where = document.rows[2].locator(document.header, "Заметка")
    assert where.cell == "G4"
    assert where.sheet == (None if kind == "utf-8" else "Лист1")


def test_a_row_of_text_knows_the_line_it_begins_on() -> None:
    text = 'a,b\n1,"two\nlines"\n2,x\n'
    assert [(row.line, row.at_row) for row in read(text.encode()).rows] == [(2, 2), (4, 3)]


@pytest.mark.parametrize(
    ("kind", "media_type"),
    [
        ("utf-8", "text/csv"),
        ("tab", "text/tab-separated-values"),
        ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ("xls", "application/vnd.ms-excel"),
        ("ods", "application/vnd.oasis.opendocument.spreadsheet"),
        ("json lines", "application/x-ndjson"),
        ("json array", "application/json"),
    ],
)
def test_the_content_decides_the_media_type_whatever_the_name(kind: str, media_type: str) -> None:
    name, made = FORMATS[kind]
    assert read(made(), name).media_type == media_type
    assert read(made(), "list").media_type == media_type
    misnamed = read(made(), "list.pdf")
    assert misnamed.media_type == media_type
    assert "extension-mismatch" in codes(misnamed)
    assert values(misnamed) == RAW


@pytest.mark.parametrize("sample", samples("table"), ids=lambda path: path.name)
def test_what_another_program_saved_is_read_as_its_golden_file_says(sample: Path) -> None:
    """LibreOffice wrote them: dates, formulas, a hidden row, a hidden worksheet, a comment."""
    assert read_now(sample) == expected(sample)


def test_a_workbook_that_another_program_saved_says_the_same_in_each_format() -> None:
    said = {str(read_now(sample)[0]["text"]) for sample in samples("table")}
    assert len(said) == 1
