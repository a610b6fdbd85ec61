"""No bytes whatever make the table reader raise, and what it reads is what was written."""

from __future__ import annotations

import csv
import io
import random

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from qantar.model.document import Document
from qantar.model.finding import Severity
from qantar.readers.table_builder import header_names

from .table_samples import csv_text, jsonl_text, ods, read, xls, xlsx

TABLE = [
    ["id", "имя", "заметка"],
    ["1", "Айман", 'сказала "нет",\nпотом ушла'],
    ["2", "Ерлан", ""],
    ["3", "Жанна", "a; b, c"],
]
TEXT = csv_text(TABLE, lineterminator="\n")
SAMPLES = {
    "utf-8.csv": TEXT.encode(),
    "utf-16.csv": TEXT.encode("utf-16"),
    "cp1251.csv": TEXT.encode("cp1251"),
    "koi8-r.csv": TEXT.encode("koi8-r"),
    "tab.tsv": csv_text(TABLE, delimiter="\t").encode(),
    "lines.jsonl": jsonl_text(TABLE).encode(),
    "array.json": b"[" + b",\n".join(jsonl_text(TABLE).encode().splitlines()) + b"]",
    "book.xlsx": xlsx({"N": TABLE, "S": TABLE, "H": TABLE}, hidden=["H"]),
    "book.xls": xls({"N": TABLE, "S": TABLE}),
    "book.ods": ods({"N": TABLE, "S": TABLE}),
}


@pytest.fixture(params=SAMPLES, name="name")
def _name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def _offsets(data: bytes) -> range:
    return range(0, len(data), max(1, len(data) // 150))


def _sound(document: Document) -> None:
    """What holds of every document: rows fit the header, numbers rise, every loss is told."""
    assert all(len(row.values) == len(document.header) for row in document.rows)
    numbers = [row.number for row in document.rows]
    assert numbers == sorted(set(numbers))
    assert not numbers or numbers[-1] <= len(numbers) + document.unreadable
    if document.unreadable or not document.header:
        assert any(each.severity is Severity.LOSS for each in document.findings)
    "".join(text for row in document.rows for text in (*row.values, *row.extra)).encode()
    "".join(each.text for each in document.findings).encode()


def test_a_cut_file_gives_findings_and_never_raises(name: str) -> None:
    data = SAMPLES[name]
    for offset in _offsets(data):
        _sound(read(data[:offset], name))


@pytest.mark.parametrize("name", [name for name in SAMPLES if not name.startswith("book")])
def test_a_cut_text_keeps_the_rows_before_the_cut(name: str) -> None:
    data = SAMPLES[name]
    whole, cut = read(data, name), read(data[:-3], name)
    assert len(whole.rows) == 3
    assert cut.rows[:2] == whole.rows[:2]


def test_flipped_and_foreign_bytes_never_raise(name: str) -> None:
    data, chance = SAMPLES[name], random.Random(name)  # noqa: S311  # seeded, for a test
    for offset in _offsets(data):
        flipped = bytes([data[offset] ^ chance.randrange(1, 256)])
        _sound(read(data[:offset] + flipped + data[offset + 1 :], name))
        _sound(read(data[:offset] + chance.randbytes(4) + data[offset:], name))


@pytest.mark.parametrize(
    "intruder", [b'"', b"\x00", b"\r", b"\n", b",", b"{", b"\xff", b"\xef\xbb\xbf"]
)
def test_one_intruding_byte_never_raises(intruder: bytes) -> None:
    for name in ("utf-8.csv", "cp1251.csv", "utf-16.csv", "lines.jsonl", "array.json"):
        data = SAMPLES[name]
        for offset in range(len(data)):
            _sound(read(data[:offset] + intruder + data[offset:], name))


@given(st.binary(max_size=200))
@example(b"PK\x03\x04")
@example(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
@example(b"\xff\xfe\x00")
@example(b'"')
@example(b"sep=")
@example(b"[{")
def test_no_bytes_make_it_raise(data: bytes) -> None:
    _sound(read(data))


@given(st.text(alphabet=',;"\t|\n\r ab{}[]:1\x00é', max_size=120))
def test_no_text_makes_it_raise(text: str) -> None:
    _sound(read(text.encode()))


CELL = st.text(
    alphabet=st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from('",;\n\t|'),
    max_size=12,
)


@st.composite
def tables(draw: st.DrawFn) -> list[list[str]]:
    """A header and rows of its width; no row wholly blank, since the reader leaves those out."""
    width = draw(st.integers(2, 5))
    row = st.lists(CELL, min_size=width, max_size=width)
    filled = row.filter(lambda cells: any(map(str.strip, cells)))
    return [draw(filled), *draw(st.lists(filled, max_size=6))]


@given(
    table=tables(),
    delimiter=st.sampled_from(",;\t|"),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    ending=st.sampled_from(["\n", "\r\n"]),
    codec=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_what_was_written_is_read_back(
    table: list[list[str]], delimiter: str, quoting: int, ending: str, codec: str
) -> None:
    """Apart from what is documented: header names are trimmed and made unique."""
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter, quoting=quoting, lineterminator=ending).writerows(table)  # type: ignore[arg-type]  # the constants of csv
    text = out.getvalue()
    if text.startswith(("\ufeff", "sep=")):
        return
    named = "utf-8" if codec == "utf-8-sig" else codec
    document = read(text.encode(codec), delimiter=delimiter, encoding=named)
    names = header_names(table[0])
    width = len(document.header)
    assert document.header == names[:width]
    assert all(not row[width:] or not any(map(str.strip, row[width:])) for row in table)
    assert [row.values for row in document.rows] == [tuple(row[:width]) for row in table[1:]]
    assert document.unreadable == 0


@given(st.lists(st.text(max_size=6), min_size=1, max_size=8))
def test_header_names_are_unique_and_none_is_empty(cells: list[str]) -> None:
    names = header_names(cells)
    assert len(set(names)) == len(cells)
    assert all(name.strip() for name in names)
    assert header_names(names) == names
