"""What is too large is told, with the size, the cap and what to do; and it costs no memory."""

from __future__ import annotations

import io
import tracemalloc
from pathlib import Path

import pytest

from qantar.model.table_settings import TableSettings
from qantar.readers import caps, table_builder
from qantar.readers.encoding import Origin, TextEncoding
from qantar.readers.table import read_table
from qantar.readers.text_lines import TextLines

from .table_samples import codes, csv_text, losses, only, read, values


def test_a_file_of_300_mb_is_refused_without_reading_it(tmp_path: Path) -> None:
    path = tmp_path / "large.csv"
    with path.open("wb") as file:
        file.write(b"a,b\n1,2\n")
        file.truncate(300 * caps.MIB)
    tracemalloc.start()
    with path.open("rb") as source:
        document = read_table(source, name=path.name, sha256="0" * 64, settings=TableSettings())
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < caps.MIB
    assert document.rows == ()
    finding = only(document, "too-large")
    assert losses(document) == ["too-large"]
    assert "300 MiB" in finding.text
    assert "256 MiB" in finding.text
    assert "Split it" in finding.text


def test_a_line_beyond_the_cap_costs_its_row_and_little_memory() -> None:
    data = b'a,b\n1,2\n"' + b"x" * (3 * caps.MAX_LINE_BYTES) + b"\n3,4\n5,6\n"
    tracemalloc.start()
    document = read(data)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 4 * caps.MAX_LINE_BYTES
    assert values(document) == [("1", "2"), ("3", "4"), ("5", "6")]
    assert [row.line for row in document.rows] == [2, 4, 5]
    assert (document.unreadable, losses(document)) == (1, ["too-large"])
    assert f"{3 * caps.MAX_LINE_BYTES + 2:,} bytes" in document.findings[0].text


def test_rows_beyond_the_cap_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table_builder, "MAX_ROWS", 3)
    document = read(b"a,b\n" + b"1,2\n" * 10)
    assert len(document.rows) == 3
    assert document.unreadable == 7
    assert losses(document) == ["too-large"]
    assert "7 rows" in document.findings[0].text


def test_a_wide_header_does_not_pad_every_row_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table_builder, "MAX_CELLS", 100)
    document = read(b",".join(b"c%d" % n for n in range(40)) + b"\n" + b"1\n" * 5)
    assert len(document.rows) == 2
    assert document.unreadable == 3


def test_columns_beyond_the_cap_are_told() -> None:
    header = b",".join(b"c%d" % n for n in range(caps.MAX_COLUMNS + 5))
    document = read(header + b"\n1,2\n")
    assert len(document.header) == caps.MAX_COLUMNS
    assert "too-large" in losses(document)


def test_findings_of_one_kind_are_told_a_thousand_times_and_then_counted() -> None:
    document = read(b"a,b\n" + b"1,2,3\n" * 1_500)
    told = [each for each in document.findings if each.code == "too-many-cells"]
    assert len(told) == 1_001
    assert "500 more findings" in told[-1].text
    assert "row 1001" in told[-1].text
    assert "row 1500" in told[-1].text
    assert len(document.rows) == 1_500


def test_a_year_of_rows_reads_within_bounds() -> None:
    """33,600 rows of 27 columns; the time allowed is generous, memory is what a laptop feels."""
    row = [f"value {column}" for column in range(26)]
    data = csv_text([["id", *row], *([str(n), *row] for n in range(33_600))], quoting=1).encode()
    tracemalloc.start()
    document = read(data)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(document.rows) == 33_600
    assert peak < 60 * caps.MIB
    assert codes(document) == []


def _lines(data: bytes, codec: str = "utf-8", cap: int = caps.MAX_LINE_BYTES) -> TextLines:
    encoding = TextEncoding(codec=codec, origin=Origin.SHEET)
    return TextLines(io.BytesIO(data), encoding, max_line_bytes=cap)


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("codec", ["utf-8", "cp1251", "utf-16-le", "utf-16-be", "utf-32-le"])
def test_lines_come_out_whole_wherever_the_pieces_are_cut(ending: str, codec: str) -> None:
    text = "".join(f"строка {n} {'щ' * (n % 97)}{ending}" for n in range(40_000)) + "конец"
    lines = list(_lines(text.encode(codec), codec))
    assert lines == io.StringIO(text, newline="").readlines()


@pytest.mark.parametrize("ending", [b"\n", b"\r\n", b"\r"])
@pytest.mark.parametrize("extra", [0, 1, caps.MIB - 2, caps.MIB - 1, caps.MIB])
def test_an_overlong_line_ends_where_it_ends(ending: bytes, extra: int) -> None:
    data = b"a" + ending + b"x" * (2 * caps.MIB + extra) + ending + b"b" + ending + b"c"
    lines = _lines(data, cap=caps.MIB)
    got = list(lines)
    assert got[0] == f"a{ending.decode()}"
    assert got[2:] == [f"b{ending.decode()}", "c"]
    assert lines.overlong == {2: 2 * caps.MIB + extra + len(ending)}


def test_an_overlong_line_in_utf_16() -> None:
    data = ("a\n" + "щ" * caps.MIB + "\nb\n").encode("utf-16-le")
    lines = _lines(data, "utf-16-le", cap=caps.MIB)
    assert list(lines)[2:] == ["b\n"]
    assert lines.overlong == {2: 2 * caps.MIB + 2}
