"""Sheets that are as they must be, and what is read from them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from qantar.model.accession import (
    UNKNOWN_SOURCE,
    Accession,
    Acquired,
    CaseSettings,
    Consent,
    Duplicates,
    Holds,
    Sheet,
)
from qantar.model.canonical import canonical, parse
from qantar.model.column import Column
from qantar.model.date_order import DateOrder
from qantar.model.declared import DeclaredPlace, DeclaredSource, DeclaredTerm, SourceKind
from qantar.model.person_row import NameOrder
from qantar.readers.sheet import read_sheet

# The example of the contract between Qantar and other programs, word for word.
CONTRACT = """\
[case]                                  # optional; describes the case on first use
title = "January 2022"
languages = ["kk", "ru", "en"]
zone = "Asia/Almaty"                    # for clock times that carry none
span = "2022-01-02/2022-01-31"
boundaries = "oblasts.geojson"          # optional map layer

[sources.bureau]                        # id → who speaks
name = "Court register"
kind = "official"
protected = false                       # true: identity lives in the protected part

[[accession]]
path = "lists/court.csv"                # relative to the sheet
source = "bureau"
acquired = { by = "A.", on = 2022-01-20, how = "download", from = "https://example.org/list" }
consent = "public"                      # public given restricted unknown
reader = "table"
encoding = "windows-1251"
delimiter = ";"
worksheet = "Sheet1"
header_row = 1
holds = "persons"
list = "court"
edition = "2022-02"
dates = "dmy"
name_order = "surname-first"
language = "ru"
duplicates = "possible"

[accession.columns]                     # field = "Header", or a table
name = "ФИО"
sex = { column = "Пол", values = { "м" = "male", "ж" = "female" } }
born = { column = "Год/возраст", as = "date-or-age" }   # also "year-or-date"
given = { column = "Имя Отчество", as = ["given", "patronymic"] }
event_date = { column = "Дата", dates = "mdy" }
status = { constant = "detained" }
"""


@pytest.fixture(name="contract")
def read_contract() -> Sheet:
    return read_sheet(CONTRACT, name="sheet.toml")


def test_the_case_of_the_contract(contract: Sheet) -> None:
    assert contract.case == CaseSettings(
        title="January 2022",
        languages=("kk", "ru", "en"),
        zone="Asia/Almaty",
        span="2022-01-02/2022-01-31",
        boundaries="oblasts.geojson",
    )


def test_the_source_of_the_contract(contract: Sheet) -> None:
    assert contract.sources == (
        DeclaredSource(id="bureau", name="Court register", kind=SourceKind.OFFICIAL),
    )


def test_the_accession_of_the_contract(contract: Sheet) -> None:
    (accession,) = contract.accessions
    assert accession == Accession(
        path="lists/court.csv",
        source="bureau",
        acquired=Acquired(
            by="A.", on="2022-01-20", how="download", from_="https://example.org/list"
        ),
        consent=Consent.PUBLIC,
        reader="table",
        encoding="windows-1251",
        delimiter=";",
        worksheet="Sheet1",
        header_row=1,
        holds=Holds.PERSONS,
        list="court",
        edition="2022-02",
        dates=DateOrder.DMY,
        name_order=NameOrder.SURNAME_FIRST,
        language="ru",
        duplicates=Duplicates.POSSIBLE,
        columns=accession.columns,
        line=13,
    )


def test_the_columns_of_the_contract(contract: Sheet) -> None:
    assert contract.accessions[0].columns == (
        Column(field="name", header="ФИО", line=32),
        Column(field="sex", header="Пол", values={"м": "male", "ж": "female"}, line=33),
        Column(field="born", header="Год/возраст", as_=("date-or-age",), line=34),
        Column(field="given", header="Имя Отчество", as_=("given", "patronymic"), line=35),
        Column(field="event_date", header="Дата", dates=DateOrder.MDY, line=36),
        Column(field="status", constant="detained", line=37),
    )


def test_the_sheet_keeps_its_own_text(contract: Sheet) -> None:
    assert (contract.name, contract.text) == ("sheet.toml", CONTRACT)


def test_the_journal_gives_back_the_contract(contract: Sheet) -> None:
    written = canonical(contract.to_record())  # type: ignore[arg-type]  # JSON by construction
    assert Sheet.from_record(parse(written)) == contract  # type: ignore[arg-type]


def test_a_path_alone_is_a_sheet() -> None:
    (accession,) = read_sheet('[[accession]]\npath = "a.pdf"', name="s.toml").accessions
    assert accession == Accession(path="a.pdf")
    assert accession.source == UNKNOWN_SOURCE
    assert accession.consent is Consent.UNKNOWN
    assert accession.holds is None


def test_a_sheet_may_describe_only_the_case() -> None:
    sheet = read_sheet('[case]\ntitle = "Sayaqkent"', name="s.toml")
    assert sheet.case.title == "Sayaqkent"
    assert sheet.accessions == ()


def test_a_source_without_a_name_goes_by_its_id() -> None:
    sheet = read_sheet("[sources.witness-7]\nprotected = true", name="s.toml")
    assert sheet.sources == (DeclaredSource(id="witness-7", name="witness-7", protected=True),)


def test_the_unknown_source_needs_no_declaration() -> None:
    sheet = read_sheet('[[accession]]\npath = "a.pdf"\nsource = "unknown"', name="s.toml")
    assert sheet.accessions[0].source == "unknown"


def test_places_that_no_table_lists() -> None:
    text = """
[places.KZ]
name = "Kazakhstan"
kind = "country"
kk = "Қазақстан"
ru = "Казахстан"
latin = ["Qazaqstan"]
former = ["Kazakh SSR"]
lat = 48.0
lon = 68
[places.sayaqkent]
name = "Sayaqkent"
parent = "KZ"
"""
    assert read_sheet(text, name="s.toml").places == (
        DeclaredPlace(
            id="KZ",
            name="Kazakhstan",
            kind="country",
            kk="Қазақстан",
            ru="Казахстан",
            latin=("Qazaqstan",),
            former=("Kazakh SSR",),
            lat=Decimal("48.0"),
            lon=Decimal(68),
        ),
        DeclaredPlace(id="sayaqkent", name="Sayaqkent", parent="KZ"),
    )


def test_a_cases_own_words() -> None:
    text = '[vocabulary.event-kind.road-block]\nen = "Road block"\nfamily = "assembly"'
    assert read_sheet(text, name="s.toml").vocabulary == (
        DeclaredTerm(vocabulary="event-kind", id="road-block", en="Road block", family="assembly"),
    )


def test_a_workbook_may_be_named_once_per_worksheet() -> None:
    text = """
[[accession]]
path = "lists.xlsx"
worksheet = "May"
[[accession]]
path = "lists.xlsx"
worksheet = "June"
"""
    sheets = [accession.worksheet for accession in read_sheet(text, name="s.toml").accessions]
    assert sheets == ["May", "June"]


def columns_of(text: str, holds: str) -> tuple[Column, ...]:
    head = f'[[accession]]\npath = "a.csv"\nholds = "{holds}"\n[accession.columns]\n'
    return read_sheet(head + text, name="s.toml").accessions[0].columns


def test_a_column_may_be_a_table_of_its_own() -> None:
    text = 'name = "N"\n[accession.columns.sex]\ncolumn = "S"\n[accession.columns.sex.values]\n'
    columns = columns_of(text + '"m" = "male"\n', "persons")
    assert columns[1] == Column(field="sex", header="S", values={"m": "male"}, line=6)


def test_a_column_may_be_written_in_dotted_keys() -> None:
    columns = columns_of('sex.column = "S"\nsex.values."m" = "male"', "persons")
    assert columns == (Column(field="sex", header="S", values={"m": "male"}, line=5),)


def test_outer_space_of_mapped_texts_does_not_count() -> None:
    (column,) = columns_of('sex = { column = "S", values = { " м " = "male" } }', "persons")
    assert column.values == {"м": "male"}


def test_a_text_may_be_mapped_to_nothing() -> None:
    (column,) = columns_of('sex = { column = "S", values = { "н/д" = "" } }', "persons")
    assert column.values == {"н/д": ""}


def test_every_setting_of_a_column() -> None:
    columns = columns_of(
        'statement = "S"\n'
        'figure = { column = "F", decimal = ",", thousands = " " }\n'
        'when = { column = "D", dates = "dmy", zone = "Asia/Aqtau", default = "2022" }\n'
        'about_place = { column = "P", split = ";" }\n',
        "statements",
    )
    assert columns[1:] == (
        Column(field="figure", header="F", decimal=",", thousands=" ", line=6),
        Column(
            field="when",
            header="D",
            dates=DateOrder.DMY,
            zone="Asia/Aqtau",
            default="2022",
            line=7,
        ),
        Column(field="about_place", header="P", split=";", line=8),
    )


def test_needless_dots_are_taken_off_a_path() -> None:
    (accession,) = read_sheet('[[accession]]\npath = "./a/./b.csv"', name="s.toml").accessions
    assert accession.path == "a/b.csv"


def test_a_day_may_be_written_in_quotes() -> None:
    text = '[[accession]]\npath = "a.pdf"\nacquired = { on = "2022-01-20" }'
    (accession,) = read_sheet(text, name="s.toml").accessions
    assert accession.acquired == Acquired(on="2022-01-20")


def test_notepads_byte_order_mark_and_line_ends_are_passed_over() -> None:
    sheet = read_sheet("\ufeff" + CONTRACT.replace("\n", "\r\n"), name="sheet.toml")
    assert sheet.accessions == read_sheet(CONTRACT, name="sheet.toml").accessions
