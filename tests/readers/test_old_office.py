"""Word's old format: told for what it is, with what to do."""

from __future__ import annotations

import pytest

from qantar.readers.ole import wrapped
from tests.readers.reading import ReadDocument, read_bytes
from tests.readers.suite import ReaderSuite, pytest_generate
from tests.readers.table_samples import xls


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    pytest_generate(metafunc)


class TestOldOffice(ReaderSuite):
    reader = "doc"


def read(data: bytes, name: str) -> ReadDocument:
    (found,) = read_bytes(data, name)
    return found


def test_a_document_is_told_to_be_saved_anew() -> None:
    found = read(wrapped("WordDocument", b"x" * 5000), "t.doc")
    assert found.codes() == {"unsupported"}
    assert "save it as DOCX" in found.findings[0].text


def test_a_locked_document_is_encrypted_old_and_new() -> None:
    flagged = b"\xec\xa5" + bytes(9) + b"\x01" + bytes(5000)
    assert read(wrapped("WordDocument", flagged), "t.doc").codes() == {"encrypted"}
    assert read(wrapped("EncryptedPackage", b"x" * 5000), "t.docx").codes() == {"encrypted"}


def test_a_broken_one_is_damaged() -> None:
    data = wrapped("WordDocument", b"x" * 5000)
    assert read(data[:4200], "t.doc").codes() == {"damaged"}


def test_workbooks_are_left_to_the_reader_of_tables() -> None:
    found = read(xls({"N": [["id", "name"], [1, "a"]]}), "t.doc")
    assert found.begin.reader == "table"


def test_another_ending_is_noted() -> None:
    assert "extension-mismatch" in read(wrapped("WordDocument", b"x" * 5000), "t.pdf").codes()
