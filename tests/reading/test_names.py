"""Tables of names: what a row says of a name, and what of it cannot be used."""

from __future__ import annotations

from dataclasses import replace

import pytest

from qantar.model.accession import Accession, Holds
from qantar.model.column import Column
from qantar.model.name_table import NameForms, NameKind
from qantar.reading.context import RowsRead
from qantar.reading.identifiers import Identifiers
from qantar.reading.names import MOST_FORMS
from qantar.reading.table import read_rows

from .tables import codes, column, document
from .test_persons import of

COLUMNS = (
    Column(field="kind", header="Kind"),
    Column(field="name", header="Name"),
    replace(column("Forms", split=";"), field="forms"),
)


def read(*rows: tuple[str, str, str]) -> RowsRead:
    accession = Accession(path="names.csv", holds=Holds.NAMES, columns=COLUMNS)
    got = read_rows(document(["Kind", "Name", "Forms"], *rows), of(accession), Identifiers())
    assert got.rows_in == len(rows)
    return got


def test_a_row_says_which_forms_are_one_name() -> None:
    got = read(("given", "Айдар", "Айка; Aidarkhan ;Айдос"), ("surname", "Ким", "Gim"))
    assert got.findings == ()
    assert got.names == (
        NameForms(
            kind=NameKind.GIVEN,
            name="Айдар",
            forms=("Айка", "Aidarkhan", "Айдос"),
            accession="a1",
            row=1,
        ),
        NameForms(kind=NameKind.SURNAME, name="Ким", forms=("Gim",), accession="a1", row=2),
    )
    assert [one.origin for one in got.names] == ["a1/1", "a1/2"]


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (("", "Айдар", "Айка"), ["unknown-word"]),
        (("nickname", "Айдар", "Айка"), ["unknown-word"]),
        (("given", "", "Айка"), ["missing-name"]),
        (("given", "Айдар", ""), ["unusable-form"]),
        (("given", "Айдар", "айдар"), ["unusable-form"]),
        (("given", "Айдар Саяқов", "Айка"), ["unusable-form"]),
        (("given", "Айдар", "Айка большой"), ["unusable-form", "unusable-form"]),
        (("given", "Айдар", "7"), ["unusable-form", "unusable-form"]),
        (("given", "Айдар", "А."), ["unusable-form", "unusable-form"]),
    ],
)
def test_a_row_that_cannot_be_used_is_told_and_the_others_stay(
    row: tuple[str, str, str], told: list[str]
) -> None:
    got = read(row, ("given", "Ерлан", "Ерке"))
    assert codes(got.findings) == told
    assert [one.name for one in got.names] == ["Ерлан"]
    assert (got.rows_read, got.rows_unreadable) == (1, 1)


def test_a_form_that_cannot_be_used_leaves_the_others_of_its_row() -> None:
    got = read(("given", "Айдар", "Айка;два слова;Айдос"))
    assert [one.forms for one in got.names] == [("Айка", "Айдос")]
    assert codes(got.findings) == ["unusable-form"]


def test_no_row_makes_one_name_of_all() -> None:
    many = ";".join(f"Им{chr(1072 + n % 32)}{chr(1072 + n // 32)}" for n in range(MOST_FORMS + 9))
    got = read(("given", "Айдар", many))
    assert len(got.names[0].forms) == MOST_FORMS
    assert codes(got.findings) == ["unusable-form"]
