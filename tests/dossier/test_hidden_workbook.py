"""What the maker of a workbook hid is in the case and said to be hidden; it is in no dossier.

Values are planted in hidden rows, columns and worksheets of each format, by itself, in an
archive, in a mail and in an export of submissions. The sheet of one says that they may leave.
"""

from __future__ import annotations

import io
import json
import zipfile
from email.message import EmailMessage
from pathlib import Path

import openpyxl
import pytest
import xlwt
from odf import opendocument, style, table

from qantar.cli.main import run
from qantar.workbench.plan import plan
from qantar.workbench.search import search
from tests.dossier.test_withheld import forms_of
from tests.published import PublishedFiles, publish_files
from tests.readers.table_samples import ods_bytes, ods_cell, saved

STANDS = "The square of Sayakkent was full (invented)."
HIDDEN = ("row", "cell", "header", "extra", "above", "sheet", "sheetcell")
FORMATS = ("xlsx", "xls", "ods")


def canary(of: str, name: str) -> str:
    """A value that no file has by chance."""
    return f"zqk{of}{name}9x"


def grid(of: str) -> list[list[str]]:
    """A line above the header, the header, a row that shows and one that does not."""
    return [
        [canary(of, "above")],
        ["id", "said", canary(of, "header"), "more"],
        [f"{of}-1", f"{STANDS} {of}", canary(of, "cell"), "kept"],
        [f"{of}-2", f"Said by {canary(of, 'row')}.", "", "", canary(of, "extra")],
        [f"{of}-3", f"Also said in {of}.", "", "kept"],
    ]


HIDDEN_ROWS = (0, 3)
HIDDEN_COLUMNS = (2, 4)


def xlsx(of: str) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in grid(of):
        sheet.append(row)
    for at in HIDDEN_ROWS:
        sheet.row_dimensions[at + 1].hidden = True
    for column in HIDDEN_COLUMNS:
        sheet.column_dimensions["ABCDE"[column]].hidden = True
    other = book.create_sheet(canary(of, "sheet"))
    other.append([canary(of, "sheetcell")])
    other.sheet_state = "hidden"
    return saved(book)


def xls(of: str) -> bytes:
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("list")
    for at, row in enumerate(grid(of)):
        for column, value in enumerate(row):
            sheet.write(at, column, value)
    for at in HIDDEN_ROWS:
        sheet.row(at).hidden = True
    for column in HIDDEN_COLUMNS:
        sheet.col(column).hidden = True
    other = book.add_sheet(canary(of, "sheet"))
    other.write(0, 0, canary(of, "sheetcell"))
    other.visibility = 1
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def ods(of: str) -> bytes:
    """As LibreOffice writes it: a row that a filter leaves out is hidden by another word."""
    document = opendocument.OpenDocumentSpreadsheet()
    unseen = style.Style(name="unseen", family="table")
    unseen.addElement(style.TableProperties(display="false"))
    document.automaticstyles.addElement(unseen)
    sheet = table.Table(name="list")
    for column in range(5):
        word = "collapse" if column in HIDDEN_COLUMNS else "visible"
        sheet.addElement(table.TableColumn(visibility=word))
    for at, row in enumerate(grid(of)):
        word = ("collapse" if at == 0 else "filter") if at in HIDDEN_ROWS else "visible"
        line = table.TableRow(visibility=word)
        for value in row:
            line.addElement(ods_cell(value or None))
        sheet.addElement(line)
    other = table.Table(name=canary(of, "sheet"), stylename="unseen")
    line = table.TableRow()
    line.addElement(ods_cell(canary(of, "sheetcell")))
    other.addElement(line)
    document.spreadsheet.addElement(sheet)
    document.spreadsheet.addElement(other)
    return ods_bytes(document)


MAKE = {"xlsx": xlsx, "xls": xls, "ods": ods}


def plain_xlsx(of: str) -> bytes:
    """The same without a line above the header: no sheet says of a member where that stands."""
    book = openpyxl.load_workbook(io.BytesIO(xlsx(of)))
    sheet = book.worksheets[0]
    for column in "ABCDE":
        sheet[f"{column}1"] = sheet[f"{column}2"].value
        sheet[f"{column}2"] = sheet[f"{column}3"].value
    sheet["A3"], sheet["B3"], sheet["C3"], sheet["D3"] = "", "", "", ""
    sheet.row_dimensions[1].hidden = False
    return saved(book)


def archive() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as into:
        into.writestr("list.xlsx", plain_xlsx("zip"))
    return out.getvalue()


def letter() -> bytes:
    mail = EmailMessage()
    mail["From"], mail["Subject"] = "a@example.org", "A list (invented)"
    mail.set_content("Here is the list.")
    mail.add_attachment(
        plain_xlsx("mail"), maintype="application", subtype="zip", filename="list.xlsx"
    )
    return mail.as_bytes()


def submissions() -> bytes:
    """An export of KoboToolbox in which a submission, a question and a repeat are hidden."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["what_happened", "who_told", "_uuid", "_submission_time", "_index"])
    for at, words in enumerate((f"{STANDS} kobo", canary("kobo", "row")), 1):
        id_ = f"{at}1111111-2222-4333-8444-555555555555"
        sheet.append([words, canary("kobo", f"cell{at}"), id_, "2022-01-06T08:00:00", at])
    sheet.row_dimensions[3].hidden = True
    sheet.column_dimensions["B"].hidden = True
    other = book.create_sheet("people")
    other.append(["seen", "_parent_index"])
    other.append([canary("kobo", "sheetcell"), 1])
    other.sheet_state = "veryHidden"
    return saved(book)


HOLDS = 'holds = "statements"\n'
READ = f"header_row = 2\n{HOLDS}"
COLUMNS = '[accession.columns]\nid = "id"\nstatement = "said"\n'
FILES = {
    **{f"list.{kind}": MAKE[kind](kind) for kind in FORMATS},
    "free.xlsx": xlsx("free"),
    "told.xlsx": xlsx("told"),
    "lists.zip": archive(),
    "letter.eml": letter(),
    "kobo.xlsx": submissions(),
}
SAID = {
    **{f"list.{kind}": READ + COLUMNS for kind in FORMATS},
    "free.xlsx": "header_row = 2\n",
    "told.xlsx": f'hidden_rows = "publish"\n{READ}{COLUMNS}said_by = "{canary("told", "header")}"\n',
}
KOBO = tuple(canary("kobo", name) for name in ("row", "cell1", "cell2", "sheetcell"))
IN_MEMBERS = tuple(canary(of, n) for of in ("zip", "mail") for n in ("row", "cell", "extra"))
STAY = (
    *(canary(of, name) for of in (*FORMATS, "free") for name in HIDDEN),
    *(canary(of, name) for of in ("zip", "mail") for name in HIDDEN if name != "above"),
    *KOBO,
    *(canary("told", name) for name in ("extra", "above", "sheet", "sheetcell")),
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> PublishedFiles:
    """A case in which all of it may be published, and its dossier."""
    return publish_files(tmp_path_factory.mktemp("workbooks"), FILES, SAID)


def test_nothing_hidden_is_in_any_file_of_the_dossier(made: PublishedFiles) -> None:
    hits = {
        (value, file)
        for value in STAY
        for form in forms_of(value)
        for file, data in made.files.items()
        if form in data or form in file.encode()
    }
    assert hits == set()


@pytest.mark.parametrize("of", [*FORMATS, "free", "told", "zip", "mail", "kobo"])
def test_what_shows_is_in_the_dossier(made: PublishedFiles, of: str) -> None:
    """The test above could pass on a dossier that says nothing."""
    words = STANDS if of in {"zip", "mail", "kobo"} else f"{STANDS} {of}"
    assert any(words.encode() in data for data in made.files.values())
    if of != "kobo":
        assert any(f"Also said in {of}.".encode() in data for data in made.files.values())


def test_what_the_sheet_lets_leave_leaves(made: PublishedFiles) -> None:
    """A hidden column that it names, and hidden rows where it says so."""
    said = b"".join(made.files.values())
    assert f"Said by {canary('told', 'row')}.".encode() in said
    assert canary("told", "cell").encode() in said


@pytest.mark.parametrize("of", FORMATS)
def test_a_claim_of_a_hidden_row_is_in_the_case(made: PublishedFiles, of: str) -> None:
    found = search(made.case, canary(of, "row"), limit=5)
    assert found.total == 1


@pytest.mark.parametrize("value", [*IN_MEMBERS, *KOBO])
def test_a_search_of_the_case_finds_what_is_hidden_in_a_document(
    made: PublishedFiles, value: str
) -> None:
    assert search(made.case, value, limit=5).passages_total == 1


def test_the_plan_says_what_stays_and_how_it_would_leave(made: PublishedFiles) -> None:
    lines = plan(made.case, as_of=None).lines()
    at = next(n for n, line in enumerate(lines) if "hid" in line)
    assert 'hidden_rows = "publish"' in lines[at]
    for kind in FORMATS:
        assert f"  list.{kind} (1 row with 1 claim, columns C, E)" in lines[at:]
    assert "  free.xlsx (1 row, columns C, E)" in lines[at:]
    assert any(line.startswith("  lists.zip") for line in lines[at:])
    assert "  told.xlsx (column E)" in lines[at:]  # beyond the header, so that no sheet can name it
    assert (
        "Ships 1 hidden row and the hidden column C of told.xlsx, because its sheet says so."
        in lines
    )


def test_the_dossier_counts_the_claims_that_stay(made: PublishedFiles) -> None:
    """None vanishes in silence: one of each list is withheld, and the others keep their ids."""
    said = " ".join(made.files["findings.html"].decode().split())
    assert f"{len(FORMATS)} claims stand in rows that workbooks hide." in said
    assert "Nothing is withheld" not in said


def one_column(*, hidden: bool) -> bytes:
    """A table of two columns, of which the second may be hidden."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (("id", "said"), ("1", STANDS)):
        sheet.append(row)
    sheet.column_dimensions["B"].hidden = hidden
    return saved(book)


@pytest.mark.parametrize(
    ("files", "said", "told"),
    [
        ({"a.xlsx": xlsx("free")}, {}, "One file is shown in part."),
        ({"a.xlsx": one_column(hidden=True)}, {}, "One file is shown in part."),
        ({"a.zip": archive(), "b.xls": xls("free")}, {}, "2 files are shown in part."),
        ({"a.xlsx": one_column(hidden=False)}, {}, None),
        ({"a.xlsx": one_column(hidden=True)}, {"a.xlsx": HOLDS + COLUMNS}, None),
    ],
)
def test_what_is_kept_back_without_a_claim_is_told(
    tmp_path: Path, files: dict[str, bytes], said: dict[str, str], told: str | None
) -> None:
    """And only then: what leaves because its sheet names it is not called withheld."""
    made = publish_files(tmp_path, files, said)
    found = " ".join(made.files["findings.html"].decode().split())
    assert ("Nothing is withheld" in found) is (told is None)
    assert ("shown in part" in found) is (told is not None)
    assert told is None or told in found
    start = " ".join(made.files["index.html"].decode().split())
    assert ("not shown." in start) is (told is not None)


def test_reading_shows_what_is_hidden(
    made: PublishedFiles, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("lists.zip", "kobo.xlsx"):
        assert run(["read", str(made.folder / name), "--json"]) in (0, 10)
    shown = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    hidden = [
        one["segment"]["text"] for one in shown if one.get("segment", {}).get("kind") == "hidden"
    ]
    for value in (*KOBO, canary("zip", "row"), canary("zip", "cell")):
        assert any(value in text for text in hidden)
    assert not any(STANDS in text for text in hidden)
