"""The content decides the format; the name only earns a note."""

from __future__ import annotations

import io

import pytest

from qantar.readers.media_type import (
    DELIMITED,
    HTML,
    JSON,
    JSON_LINES,
    XLSX,
    binary_format,
    extension,
    text_format,
)

from .reading import read_bytes
from .table_samples import codes, losses, only, read, xlsx


@pytest.mark.parametrize(
    ("data", "name", "media_type"),
    [
        (b"%PDF-1.7\n", "list.csv", "application/pdf"),
        (b"\x89PNG\r\n\x1a\n....", "list.csv", "image/png"),
        (b"\xff\xd8\xff\xe0....", "photo.csv", "image/jpeg"),
        (b"\x1f\x8b\x08....", "list.csv", "application/gzip"),
        (b"SQLite format 3\x00", "list.csv", "application/vnd.sqlite3"),
        (b"  <html><table><tr>", "list.xls", "text/html"),
        (b'<?xml version="1.0"?><Workbook>', "list.xls", "text/html"),
        (b"<!DOCTYPE html>", "list.csv", "text/html"),
    ],
)
def test_what_is_no_table_is_told_and_not_read(data: bytes, name: str, media_type: str) -> None:
    document = read(data, name)
    assert document.media_type == media_type
    assert document.rows == ()
    assert codes(document) == ["extension-mismatch", "unsupported"]
    assert losses(document) == ["unsupported"]


@pytest.mark.parametrize(
    ("start", "found"),
    [
        ("a,b\n", DELIMITED),
        ("", DELIMITED),
        ("<b>,x\n", DELIMITED),
        ("{", JSON_LINES),
        ('  {"a":1}', JSON_LINES),
        ("{}", JSON_LINES),
        ("{a},b", DELIMITED),
        ('\n[ {"a":1}]', JSON),
        ("[]", JSON),
        ("[", JSON),
        ("[a],b", DELIMITED),
        ("<HTML>", HTML),
    ],
)
def test_text_is_told_apart_by_how_it_begins(start: str, found: object) -> None:
    assert text_format(start) == found


@pytest.mark.parametrize(
    ("name", "said"),
    [("a.CSV", "csv"), ("a.b.Xlsx", "xlsx"), ("a", ""), (".csv", ""), ("/tmp/x.d/a", "")],  # noqa: S108  # never opened
)
def test_the_extension_of_a_name(name: str, said: str) -> None:
    assert extension(name) == said


def test_a_cut_package_is_what_its_name_promises() -> None:
    data = xlsx({"N": [["a"], [1]]})[:100]
    assert binary_format(io.BytesIO(data), "list.xlsx") == XLSX
    assert losses(read(data, "list.ods")) == ["damaged"]
    assert read(data, "list.ods").media_type.endswith("opendocument.spreadsheet")


@pytest.mark.parametrize("name", ["list", "list.dat", "list.csv.bak", "list.txt", "LIST.CSV"])
def test_an_unknown_or_fitting_extension_is_nothing_to_tell(name: str) -> None:
    assert codes(read(b"a,b\n1,2\n", name)) == []


def test_a_mismatch_quotes_the_name() -> None:
    finding = only(read(b"a,b\n1,2\n", "evil\x1b[2J.xlsx"), "extension-mismatch")
    assert finding.text.isprintable()
    assert ".xlsx" in finding.text
    assert "delimited text" in finding.text


def test_of_an_archive_of_another_kind_nobody_is_told_to_save_a_table() -> None:
    (found,) = read_bytes(b"7z\xbc\xaf\x27\x1c\x00\x04" + b"a" * 30, "export.7z")
    assert "Unpack it" in found.words("unsupported")
    assert "save the table" not in found.words("unsupported")
