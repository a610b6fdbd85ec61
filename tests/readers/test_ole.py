"""The inner file system of XLS: streams in and out, chains that lie, what encryption looks like."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qantar.readers.ole import CompoundFile, wrapped
from qantar.readers.workbook_scan import UnreadableWorkbookError

from .table_samples import losses, read, values, xls

BOOK = xls({"N": [["id", "name"], [1, "a"], [2, "b"]]})
BOF = struct.pack("<HHHH4x", 0x0809, 8, 0x0600, 0x0005)
EOF = struct.pack("<HH", 0x000A, 0)


@given(st.binary(max_size=20_000))
def test_what_is_wrapped_comes_out_again_padded(stream: bytes) -> None:
    found = CompoundFile(wrapped("Workbook", stream))
    assert found.names == {"Workbook"}
    assert found.stream("Workbook") == stream.ljust(4096, b"\x00")


def test_a_stream_of_many_sectors_comes_out_again() -> None:
    stream = bytes(range(256)) * 40_000
    assert CompoundFile(wrapped("Workbook", stream)).stream("Workbook") == stream


def test_the_workbook_of_an_xls_is_found() -> None:
    assert "Workbook" in CompoundFile(BOOK).names


def test_an_encrypted_package_is_told() -> None:
    document = read(wrapped("EncryptedPackage", b"x" * 5000), "list.xlsx")
    assert (document.rows, losses(document)) == ((), ["encrypted"])


def test_a_password_record_is_told() -> None:
    book = BOF + struct.pack("<HHH", 0x002F, 2, 1) + EOF
    document = read(wrapped("Workbook", book), "list.xls")
    assert (document.rows, losses(document)) == ((), ["encrypted"])


def test_another_office_file_is_unsupported() -> None:
    assert losses(read(wrapped("WordDocument", b"x" * 5000), "list.xls")) == ["unsupported"]


def test_a_chain_that_runs_in_a_circle_is_damage() -> None:
    data = bytearray(wrapped("Workbook", bytes(9000)))
    at = data.index(struct.pack("<III", 1, 2, 0xFFFFFFFE))
    data[at + 8 : at + 12] = struct.pack("<I", 0)
    with pytest.raises(UnreadableWorkbookError, match="circle"):
        CompoundFile(bytes(data)).stream("Workbook")


@pytest.mark.parametrize(("rows", "columns"), [((5, 1), 3), ((0, 0xFFFFFFFF), 0xFFFF)])
def test_a_used_area_that_cannot_be_is_damage(rows: tuple[int, int], columns: int) -> None:
    """The workbook library reserves memory by it, and stops the program when there is too little."""
    record = struct.pack("<HHIIHHH", 0x0200, 14, *rows, 0, columns, 0)
    names_sheet = struct.Struct("<HHIBBBB1s")
    start = len(BOF) + names_sheet.size + len(EOF)
    book = BOF + names_sheet.pack(0x0085, 9, start, 0, 0, 1, 0, b"N") + EOF
    document = read(wrapped("Workbook", book + BOF + record + EOF), "list.xls")
    assert losses(document) == ["damaged"]
    assert "used area" in document.findings[-1].text


def test_the_missing_end_of_the_last_sector_costs_nothing() -> None:
    data = wrapped("Workbook", CompoundFile(BOOK).stream("Workbook")).rstrip(b"\x00")
    assert values(read(data, "list.xls")) == [("1", "a"), ("2", "b")]
