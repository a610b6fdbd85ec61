from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest

from qantar.archive.case import Case
from qantar.archive.originals import object_name, original_path
from qantar.errors import OriginalAlteredError
from qantar.model.accession import Accession, Holds
from qantar.model.document import Document
from qantar.model.read_document import Quoted
from qantar.workbench.add import add
from qantar.workbench.documents import ReadText, read_document, reading_key
from qantar.workbench.taken_in import Sealed


def sealed(case: Case, path: Path, now: datetime) -> Sealed:
    (one,) = add(case, paths=(path,), sheet_path=None, now=now, acknowledge=lambda _: None).sealed
    return one


def test_a_table_is_read_once_and_kept(case: Case, tmp_path: Path, now: datetime) -> None:
    path = tmp_path / "t.csv"
    path.write_text("id,name\n1,Нан\n")
    one, table = sealed(case, path, now), Accession(path="t.csv")
    first = read_document(case, original=one.original, size=one.size, accession=table)
    original_path(case, object_name(case, one.original)).unlink()
    assert read_document(case, original=one.original, size=one.size, accession=table) == first
    assert isinstance(first, Document)
    assert [row.values for row in first.rows] == [("1", "Нан")]


def test_an_original_that_is_gone_is_never_read_as_an_empty_table(
    case: Case, tmp_path: Path, now: datetime
) -> None:
    path = tmp_path / "t.csv"
    path.write_text("id\n1\n")
    one = sealed(case, path, now)
    original_path(case, object_name(case, one.original)).unlink()
    with pytest.raises(OriginalAlteredError):
        read_document(case, original=one.original, size=one.size, accession=Accession(path="t.csv"))


def test_every_setting_of_the_reader_names_another_reading() -> None:
    plain = Accession(path="t.csv")
    others = (
        replace(plain, encoding="koi8-r"),
        replace(plain, delimiter=";"),
        replace(plain, worksheet="Sheet1"),
        replace(plain, header_row=2),
        replace(plain, path="t.xlsx"),
    )
    keys = {reading_key("0" * 64, 9, one) for one in (plain, *others)}
    assert len(keys) == len(others) + 1
    assert reading_key("1" * 64, 9, plain) not in keys
    assert reading_key("0" * 64, 8, plain) not in keys
    assert reading_key("0" * 64, 9, replace(plain, path="other/T.CSV", title="x")) in keys


def test_a_worksheet_that_is_not_there_costs_that_file_only(
    case: Case, tmp_path: Path, now: datetime
) -> None:
    book = openpyxl.Workbook()
    book.worksheets[0].title = "Тізім"
    book.save(tmp_path / "book.xlsx")
    one = sealed(case, tmp_path / "book.xlsx", now)
    table = Accession(path="book.xlsx", worksheet="Тизим", holds=Holds.EVENTS)
    document = read_document(case, original=one.original, size=one.size, accession=table)
    assert isinstance(document, Document)
    assert (document.header, document.rows) == ((), ())
    (finding,) = document.findings
    assert finding.code == "unparsed"
    assert "Тізім" in finding.text


def test_another_reader_is_not_replaced_by_this_one(case: Case) -> None:
    chat = Accession(path="chat.txt", reader="crystal-ball")
    assert read_document(case, original="0" * 64, size=1, accession=chat) is None


@pytest.mark.parametrize(
    ("own", "at", "zone"),
    [(None, "2022-01-05T08:05+00:00", "Asia/Almaty"), ("UTC", "2022-01-05T14:05+00:00", "UTC")],
)
def test_clock_times_of_a_chat_are_those_of_the_case_unless_its_accession_says_otherwise(
    case: Case, tmp_path: Path, now: datetime, own: str | None, at: str, zone: str
) -> None:
    """The finding `no-zone` asks for `zone` in the sheet; there it stood, and nobody looked."""
    path = tmp_path / "chat.txt"
    path.write_text("05/01/2022, 14:05 - Dana: shots\n13/01/2022, 14:06 - Dana: more\n")
    one = sealed(case, path, now)
    chat = Accession(path="chat.txt", zone=own)
    read = read_document(
        case, original=one.original, size=one.size, accession=chat, zone="Asia/Almaty"
    )
    assert isinstance(read, ReadText)
    first = next(one.segment for one in read.records() if isinstance(one, Quoted))
    assert (first.at, first.at_zone) == (at, zone)
    assert "no-zone" not in {finding.code for finding in read.findings}
