"""`docs/sheet.md` says what the code does: sheets are read, faults found, lists are whole."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest

from qantar.errors import SheetError
from qantar.model.accession import Holds
from qantar.model.fields import FIELDS, Field
from qantar.readers.sheet import read_sheet
from qantar.readers.sheet_lines import KeyPath
from qantar.readers.sheet_schema import keys_of, table_at

DOCUMENT = (Path(__file__).parents[2] / "docs" / "sheet.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)(?: ([\w=]+))?\n(.*?)^```$", DOCUMENT, re.MULTILINE | re.DOTALL)
SHEETS = [text for language, about, text in BLOCKS if language == "toml" and not about]
COLUMNS = [
    (about.removeprefix("columns="), text)
    for language, about, text in BLOCKS
    if about.startswith("columns=")
]
FAULTS = [(text, said) for (_, about, text), (_, _, said) in pairwise(BLOCKS) if about == "wrong"]
TABLES: dict[str, KeyPath] = {
    "case": ("case",),
    "sources": ("sources", "bureau"),
    "accession": ("accession", 0),
    "acquired": ("accession", 0, "acquired"),
    "only": ("accession", 0, "only"),
    "column": ("accession", 0, "columns", "name"),
    "places": ("places", "KZ"),
    "vocabulary": ("vocabulary", "event-kind", "road-block"),
    "counting": ("counting", 0),
}


def marked(what: str) -> str:
    """The part of the document between a mark and the next `<!-- end -->`."""
    return DOCUMENT.partition(f"<!-- {what} -->\n")[2].partition("<!-- end -->")[0]


def row(field: Field) -> str:
    words = f"word of [{field.vocabulary}](vocabularies.md#{field.vocabulary})"
    takes = words if field.vocabulary else field.form
    notes = [*(["several"] if field.many else []), *(["**needed**"] if field.required else [])]
    return f"| `{field.name}` | {field.about} | {', '.join([takes, *notes])} |"


def test_the_document_has_what_these_tests_look_for() -> None:
    assert len(SHEETS) >= 3
    assert len(COLUMNS) >= 5
    assert len(FAULTS) >= 9


@pytest.mark.parametrize("text", SHEETS)
def test_its_sheets_are_read(text: str) -> None:
    assert read_sheet(text, name="sheet.toml").text == text


@pytest.mark.parametrize(("holds", "text"), COLUMNS)
def test_its_columns_are_read(holds: str, text: str) -> None:
    head = f'[[accession]]\npath = "a.csv"\nholds = "{holds}"\n[accession.columns]\n'
    (accession,) = read_sheet(head + text, name="sheet.toml").accessions
    assert len(accession.columns) == len(text.splitlines())


@pytest.mark.parametrize(("text", "said"), FAULTS)
def test_its_faulty_sheets_are_refused_in_its_words(text: str, said: str) -> None:
    with pytest.raises(SheetError) as caught:
        read_sheet(text, name="sheet.toml")
    assert caught.value.message == said.strip()


@pytest.mark.parametrize("holds", Holds)
def test_its_lists_of_fields_are_those_of_the_code(holds: Holds) -> None:
    rows = [row(field) for field in FIELDS[holds].values()]
    head = ["| field | what it holds | takes |", "|---|---|---|"]
    assert marked(f"fields: {holds}").splitlines() == [*head, *rows]


@pytest.mark.parametrize(("name", "path"), TABLES.items())
def test_its_lists_of_keys_are_those_of_the_code(name: str, path: KeyPath) -> None:
    table = table_at(path)
    assert table is not None
    assert re.findall(r"^\| `(\w+)` \|", marked(f"keys: {name}"), re.MULTILINE) == [*keys_of(table)]


def test_the_first_sheet_fits_the_table_beside_it() -> None:
    (table,) = (text for language, _, text in BLOCKS if language == "csv")
    headers = table.splitlines()[0].split(";")
    (accession,) = read_sheet(SHEETS[0], name="sheet.toml").accessions
    assert {column.header for column in accession.columns if column.header} <= set(headers)
