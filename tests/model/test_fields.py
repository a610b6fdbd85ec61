"""The fields of a sheet, as data."""

from __future__ import annotations

from enum import StrEnum

import pytest

from qantar.model.accession import Consent, Holds
from qantar.model.declared import SourceKind
from qantar.model.fields import FIELDS, VOCABULARIES, Field, Form
from qantar.model.vocabulary import NAMES, load

EVERY = [
    pytest.param(field, id=f"{holds}-{field.name}")
    for holds, fields in FIELDS.items()
    for field in fields.values()
]


def test_every_kind_of_table_has_fields() -> None:
    assert list(FIELDS) == list(Holds)


def test_fields_of_persons_are_those_of_the_contract() -> None:
    contract = (
        "id name given surname patronymic alias birth_date birth_year age born sex place "
        "birth_place event_date status note document_number phone address postcode email occupation"
    )
    # What became of them, with days and speakers, came later: docs/design/0010.
    added = (
        "status_date detained_on released_on charged_on sentenced_on missing_since admitted_on "
        "died_on said_by body published"
    )
    assert list(FIELDS[Holds.PERSONS]) == [*contract.split(), *added.split()]


@pytest.mark.parametrize("holds", Holds)
def test_every_table_can_name_its_rows(holds: Holds) -> None:
    assert FIELDS[holds]["id"].form is Form.ID


def test_a_table_of_places_needs_ids_and_names() -> None:
    required = [field.name for field in FIELDS[Holds.PLACES].values() if field.required]
    assert required == ["id", "name"]


@pytest.mark.parametrize("field", EVERY)
def test_a_field_says_in_one_line_what_it_holds(field: Field) -> None:
    assert field.about[0].isupper()
    assert "\n" not in field.about
    assert "|" not in field.about, "it would break the tables of docs/sheet.md"
    assert not field.about.endswith(".")


def test_words_come_from_vocabularies_that_ship() -> None:
    assert set(NAMES) >= VOCABULARIES


@pytest.mark.parametrize("field", EVERY)
def test_only_words_have_a_vocabulary(field: Field) -> None:
    assert field.vocabulary is None or field.form is Form.WORD


@pytest.mark.parametrize(
    ("words", "vocabulary"), [(SourceKind, "source-kind"), (Consent, "consent")]
)
def test_the_sheets_own_words_are_those_of_the_vocabulary(
    words: type[StrEnum], vocabulary: str
) -> None:
    assert list(words) == list(load(vocabulary).terms)
