"""No row of a list of people leaves by a dossier: not a name, a cell, a header, nor a part of one.

Names are planted in lists of each form, as tables, worksheets, members of archives and mails,
and in what findings quote; then every file of the dossier is looked through.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Sequence
from datetime import date
from email.message import EmailMessage
from pathlib import Path

import openpyxl
import pytest

from qantar.record.read import read_person_rows
from qantar.workbench.plan import plan
from qantar.workbench.stores import record_of
from tests.dossier.test_withheld import forms_of
from tests.published import PublishedFiles, build_case, files_in, publish_case, publish_files
from tests.readers.table_samples import saved

SHOWN = "The square of Sayakkent was full (invented)."
NAMES = '[accession.columns]\nname = "Name"\nbirth_date = "Born"\nstatus = "Status"\n'
PEOPLE = f'holds = "persons"\n{NAMES}'
STATEMENTS = 'holds = "statements"\n[accession.columns]\nid = "id"\nstatement = "said"\n'
HEADER = ("Name", "Born", "Status")


def canary(of: str, cell: str) -> str:
    """A word that no file has by chance."""
    return f"Zqk{of}{cell}ov"


def people(of: str, *header: str) -> Sequence[tuple[str, ...]]:
    """A header, somebody, and somebody with cells that findings quote."""
    return [
        header or HEADER,
        (f"{canary(of, 'name')} Aidar", "1990-02-03", canary(of, "status")),
        (f"Mukhtar {canary(of, 'other')}", f"38.01.{canary(of, 'born')}", "detained"),
    ]


def csv(rows: Sequence[tuple[str, ...]]) -> bytes:
    return "".join(",".join(row) + "\n" for row in rows).encode()


def torn(of: str) -> bytes:
    """With a row that has too few cells and one that has too many."""
    more = [(canary(of, "short"),), ("A", "", "", canary(of, "beyond"))]
    return csv([*people(of), *more])


def book(**sheets: Sequence[tuple[str, ...]]) -> bytes:
    made = openpyxl.Workbook()
    made.remove(made.worksheets[0])
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(row)
    return saved(made)


def packed(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in members.items():
            archive.writestr(name.replace("_", "."), data)
    return out.getvalue()


def mail(data: bytes) -> bytes:
    message = EmailMessage()
    message["Subject"] = "The list"
    message.set_content(f"{SHOWN} It is in the mail.\n")
    message.add_attachment(data, maintype="text", subtype="csv", filename="list.csv")
    return message.as_bytes()


SAID = [("id", "said"), ("s1", SHOWN)]
MIXED = [
    ("id", "what", "Name", "said"),
    ("1", "person", canary("mixed", "name"), ""),
    ("2", "event", "", f"{SHOWN} It is in the mixed table."),
]
LINES = "\n".join(
    json.dumps(dict(zip(HEADER, row, strict=True))) for row in people("lines")[1:]
).encode()
INNER = csv(people("member"))
FILES: dict[str, bytes] = {
    "plain.csv": csv(people("plain")),
    "torn.csv": torn("torn"),
    "headless.csv": csv(people("headless")[1:]),
    "lines.jsonl": LINES,
    "alone.xlsx": book(People=people("alone")),
    "member.csv": INNER,
    "archive.zip": packed(list_csv=INNER, note_txt=f"{SHOWN} It is in the archive.".encode()),
    "deep.zip": packed(inner_zip=packed(list_csv=INNER), note_txt=f"{SHOWN} Deep.".encode()),
    "letter.eml": mail(INNER),
    "lists.zip": packed(first_csv=csv(people("packed"))),
}
LISTS = (
    "plain.csv",
    "torn.csv",
    "headless.csv",
    "lines.jsonl",
    "alone.xlsx",
    "member.csv",
    "lists.zip",
)
CANARIES = [
    canary(of, cell)
    for of in ("plain", "torn", "headless", "lines", "alone", "member", "packed")
    for cell in ("name", "status", "other", "born")
] + [canary("torn", "short"), canary("torn", "beyond")]


def found(files: dict[str, bytes], words: list[str]) -> list[tuple[str, str]]:
    """The words that stand in a file or its name, in any spelling."""
    return [
        (path, word)
        for path, data in files.items()
        for word in words
        if any(form in data or form in path.encode() for form in forms_of(word))
    ]


SOURCE = '[case]\nzone = "Asia/Almaty"\n[sources.s]\nname = "S"\nkind = "ngo"\n'


def table(path: str, said: str, consent: str = "public") -> str:
    return f'[[accession]]\npath = "{path}"\nsource = "s"\nconsent = "{consent}"\n{said}'


def one_sheet(folder: Path, files: dict[str, bytes], sheet: str) -> dict[str, bytes]:
    """Publish a case of files that a sheet names; give the files of the dossier."""
    for name, data in files.items():
        (folder / name).write_bytes(data)
    (folder / "sheet.toml").write_text(sheet, encoding="utf-8")
    case, _ = build_case(folder / "case", folder / "sheet.toml")
    publish_case(case, folder / "out")
    return files_in(folder / "out")


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> PublishedFiles:
    folder = tmp_path_factory.mktemp("people")
    said = dict.fromkeys(LISTS, PEOPLE)
    return publish_files(folder, FILES, said)


def test_the_material_holds_the_names() -> None:
    """Else nothing here could fail."""
    unpacked = dict(FILES)
    for name in ("archive.zip", "lists.zip", "alone.xlsx"):
        with zipfile.ZipFile(io.BytesIO(FILES[name])) as archive:
            unpacked[name] = b"".join(archive.read(one) for one in archive.namelist())
    assert {word for _, word in found(unpacked, CANARIES)} == set(CANARIES)


def test_no_row_of_a_public_list_of_people_leaves(published: PublishedFiles) -> None:
    assert found(published.files, CANARIES) == []


def test_what_is_in_the_case_is_found_there(published: PublishedFiles) -> None:
    """The names are in the record of the case: it is the dossier that does not have them."""
    rows = [row for _, row in read_person_rows(*record_of(published.case))]
    assert canary("plain", "status") in {row.status for row in rows}


def test_lists_are_named_and_their_rows_counted_as_withheld(published: PublishedFiles) -> None:
    data = published.files["data/index.html"].decode()
    for name in LISTS:
        assert name in data
    assert "2, withheld" in data
    assert "4, withheld" in data
    said = " ".join(published.files["findings.html"].decode().split())
    assert f"{len(LISTS)} lists of people are public." in said
    assert not [path for path in published.files if path.startswith("passages/")]


def test_what_stands_beside_a_list_in_an_archive_or_a_mail_is_shown(
    published: PublishedFiles,
) -> None:
    pages = b"".join(data for path, data in published.files.items() if "documents/" in path)
    for words in ("It is in the archive.", "Deep.", "It is in the mail."):
        assert words.encode() in pages
    assert b"list.csv" not in pages


def test_findings_on_lists_are_told_without_what_they_quote(published: PublishedFiles) -> None:
    rows = json.loads(published.files["data/findings.json"])
    codes = {row["code"] for row in rows if row["locator"]["file"] == "torn.csv"}
    assert {"unparsed-date", "ragged-row", "too-many-cells"} <= codes | {"impossible-date"}
    assert {row["column"] for row in rows if row["locator"]["file"] in LISTS} == {None}


def test_nor_does_it_as_of_a_day(published: PublishedFiles, tmp_path: Path) -> None:
    publish_case(published.case, tmp_path / "then", as_of=date(2030, 1, 1))
    assert found(files_in(tmp_path / "then"), CANARIES) == []


def test_the_plan_says_that_only_the_list_is_named(published: PublishedFiles) -> None:
    said = "\n".join(plan(published.case, as_of=None).lines())
    assert "Of lists of people only file, name, source and number of rows; no row:" in said
    assert "  plain.csv (plain)" in said


LIST = 'worksheet = "People"\n' + PEOPLE
READINGS = {
    "as a document": "",
    "as statements": STATEMENTS.replace('"said"', '"Name"').replace('id = "id"\n', ""),
    "of a worksheet that only a workbook has": f'worksheet = "Other"\n{STATEMENTS}',
    "as places": 'worksheet = "Other"\nholds = "places"\n[accession.columns]\n'
    'id = "Status"\nname = "Name"\n',
    "of some of its rows": 'only = { column = "Status", values = ["detained"] }\n' + STATEMENTS,
}


@pytest.mark.parametrize("how", READINGS)
@pytest.mark.parametrize("first", ["list.csv", "z.csv"])
def test_another_reading_of_the_same_bytes_shows_none(how: str, first: str, tmp_path: Path) -> None:
    """Neither before the list was declared nor after it."""
    names = sorted(("list.csv", "z.csv"), key=lambda name: name != first)
    files = dict.fromkeys(names, csv(people("twice")))
    published = publish_files(tmp_path, files, {"list.csv": LIST, "z.csv": READINGS[how]})
    assert found(published.files, [canary("twice", c) for c in ("name", "status", "other")]) == []


def test_a_list_that_is_not_public_does_not_leave_by_a_public_archive(tmp_path: Path) -> None:
    files = {"list.csv": INNER, "archive.zip": FILES["archive.zip"]}
    sheet = f"{SOURCE}{table('list.csv', PEOPLE, consent='restricted')}{table('archive.zip', '')}"
    published = one_sheet(tmp_path, files, sheet)
    assert found(published, [canary("member", c) for c in ("name", "status", "other")]) == []
    assert b"It is in the archive." in b"".join(published.values())


WORKBOOK = {
    "by worksheet": (f'worksheet = "People"\n{PEOPLE}', f'worksheet = "Said"\n{STATEMENTS}', True),
    "all worksheets": (f'worksheet = "People"\n{PEOPLE}', "", False),
    "people on all": (PEOPLE, f'worksheet = "Said"\n{STATEMENTS}', False),
}


@pytest.mark.parametrize("how", WORKBOOK)
def test_of_a_workbook_only_worksheets_without_people_leave(how: str, tmp_path: Path) -> None:
    of_people, of_others, leaves = WORKBOOK[how]
    sheet = SOURCE + table("book.xlsx", of_people) + table("book.xlsx", of_others)
    files = one_sheet(tmp_path, {"book.xlsx": book(Said=SAID, People=people("book"))}, sheet)
    assert found(files, [canary("book", c) for c in ("name", "status", "other", "born")]) == []
    assert (SHOWN.encode() in files["data/claims.json"]) is leaves


def test_of_a_mixed_table_only_rows_that_are_no_people_leave(tmp_path: Path) -> None:
    chosen = 'only = {{ column = "what", values = ["{}"] }}\n'
    of_people = chosen.format("person") + 'holds = "persons"\n[accession.columns]\nname = "Name"\n'
    sheet = SOURCE + table("mixed.csv", of_people)
    sheet += table("mixed.csv", chosen.format("event") + STATEMENTS)
    files = one_sheet(tmp_path, {"mixed.csv": csv(MIXED)}, sheet)
    assert found(files, [canary("mixed", "name")]) == []
    assert b"It is in the mixed table." in files["data/claims.json"]
