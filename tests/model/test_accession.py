"""Records of a sheet: what they refuse, and that the journal gives back what it took."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qantar.model.accession import (
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
from qantar.model.relative import path_refusal
from qantar.model.vocabulary import NAMES

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
maybe = st.none() | texts
several = st.lists(texts, max_size=3).map(tuple)
zones = st.none() | st.sampled_from(["Asia/Almaty", "UTC"])
marks = st.none() | st.sampled_from(",.' _")
spans = st.none() | st.dates(max_value=date(9000, 1, 1)).map(
    lambda day: f"{day}/{day + timedelta(9)}"
)
days = st.none() | st.dates().map(str)
named = st.none() | texts.filter(bool)
said = texts.filter(str.strip)
paths = texts.filter(lambda text: path_refusal(text) is None)
columns = st.builds(
    Column,
    field=texts,
    header=st.just(None),
    constant=texts,
    values=st.dictionaries(texts, texts, max_size=3),
    as_=several,
    dates=st.none() | st.sampled_from(DateOrder),
    zone=zones,
    split=named,
    default=maybe,
    decimal=marks,
    thousands=marks,
    line=st.none() | st.integers(1, 10_000),
) | st.builds(Column, field=texts, header=texts)
acquired = st.builds(Acquired, by=maybe, on=days, how=maybe, from_=maybe)
accessions = st.builds(
    Accession,
    path=paths,
    source=texts,
    acquired=st.none() | acquired,
    consent=st.sampled_from(Consent),
    title=maybe,
    note=maybe,
    reader=maybe,
    encoding=named,
    delimiter=st.none() | st.sampled_from(",;\t"),
    worksheet=named,
    header_row=st.integers(1, 99),
    holds=st.sampled_from(Holds),
    list=maybe,
    edition=maybe,
    dates=st.sampled_from(DateOrder),
    zone=zones,
    name_order=st.sampled_from(NameOrder),
    language=maybe,
    duplicates=st.sampled_from(Duplicates),
    columns=st.lists(columns, max_size=3).map(tuple),
    line=st.integers(1, 10_000),
) | st.builds(Accession, path=paths)
degrees = st.decimals(-90, 90, places=4)
places = st.builds(
    DeclaredPlace,
    id=texts,
    name=texts,
    kind=maybe,
    kk=maybe,
    ru=maybe,
    latin=several,
    former=several,
    lat=degrees,
    lon=degrees,
    parent=maybe,
) | st.builds(DeclaredPlace, id=texts, name=texts)
sheets = st.builds(
    Sheet,
    name=texts,
    text=texts,
    case=st.builds(
        CaseSettings,
        title=maybe,
        languages=several,
        zone=zones,
        span=spans,
        boundaries=maybe,
        invented=st.none() | st.booleans(),
    ),
    sources=st.lists(
        st.builds(
            DeclaredSource,
            id=texts,
            name=texts,
            kind=st.sampled_from(SourceKind),
            protected=st.booleans(),
        ),
        max_size=2,
    ).map(tuple),
    accessions=st.lists(accessions, max_size=2).map(tuple),
    places=st.lists(places, max_size=2).map(tuple),
    vocabulary=st.lists(
        st.builds(
            DeclaredTerm,
            vocabulary=st.sampled_from(NAMES),
            id=st.from_regex(r"[a-z0-9]{1,5}(-[a-z0-9]{1,5})?", fullmatch=True),
            en=said,
            ru=st.none() | said,
            kk=st.none() | said,
            family=maybe,
            note=maybe,
        ),
        max_size=2,
    ).map(tuple),
)


@given(accessions)
def test_the_journal_gives_back_the_accession_it_took(accession: Accession) -> None:
    written = canonical(accession.to_record())  # type: ignore[arg-type]  # JSON by construction
    assert Accession.from_record(parse(written)) == accession  # type: ignore[arg-type]


@given(sheets)
def test_the_journal_gives_back_the_whole_sheet(sheet: Sheet) -> None:
    written = canonical(sheet.to_record())  # type: ignore[arg-type]  # JSON by construction
    again = Sheet.from_record(parse(written))  # type: ignore[arg-type]
    assert again == sheet
    assert canonical(again.to_record()) == written  # type: ignore[arg-type]


def test_words_come_back_as_words_and_not_as_text() -> None:
    record = Accession(path="a.csv", consent=Consent.GIVEN, holds=Holds.PERSONS).to_record()
    again = Accession.from_record(record)
    assert again.consent is Consent.GIVEN
    assert again.holds is Holds.PERSONS


def test_a_record_reads_as_the_sheet_writes_it() -> None:
    acquired_how = Acquired(by="A.", on="2022-01-20", from_="https://example.org")
    assert acquired_how.to_record() == {
        "by": "A.",
        "on": "2022-01-20",
        "how": None,
        "from": "https://example.org",
    }
    column = Column(field="sex", header="Пол", values={"м": "male"}, as_=("given",))
    record = column.to_record()
    assert record["values"] == [["м", "male"]]
    assert record["as"] == ["given"]


def test_coordinates_are_written_as_text_because_the_journal_takes_no_floats() -> None:
    place = DeclaredPlace(id="KZ", name="Kazakhstan", lat=Decimal("48.0"), lon=Decimal(68))
    assert place.to_record()["lat"] == "48.0"
    assert DeclaredPlace.from_record(place.to_record()).lat == Decimal("48.0")


def test_a_record_of_an_older_version_takes_defaults_for_what_it_lacks() -> None:
    assert Accession.from_record({"path": "a.csv"}) == Accession(path="a.csv")


@pytest.mark.parametrize(
    "record",
    [
        {"path": "a.csv", "colour": "red"},
        {},
        {"path": "a.csv", "consent": "publik"},
        {"path": "../../a.csv"},
        {"path": "a.csv", "columns": [{"field": "id"}]},
        {"path": "a.csv", "columns": [3]},
        {"path": "a.csv", "zone": "Mars/Phobos"},
        {"path": "a.csv", "delimiter": ",,"},
        {"path": "a.csv", "header_row": -5},
        {"path": "a.csv", "encoding": ""},
        {"path": "a.csv", "worksheet": ""},
        {"path": "a.csv", "acquired": {"on": "2030-13-01"}},
        *(
            {"path": "a.csv", "holds": "events", "columns": [{"field": "id", "header": "i"} | more]}
            for more in ({"zone": "x"}, {"split": ""}, {"decimal": "ab"}, {"thousands": "5"})
        ),
    ],
)
def test_a_record_that_no_version_writes_is_refused(record: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"."):
        Accession.from_record(record)


@pytest.mark.parametrize(
    "record",
    [
        {"zone": "asia/almaty"},
        {"span": "2030-01-05"},
        {"span": "2030-01-05/2030-01-01"},
        {"span": "0001-01-01/9999-12-31"},
    ],
)
def test_settings_with_which_nothing_can_be_worked_out_are_refused(record: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"."):
        CaseSettings.from_record(record)


@pytest.mark.parametrize("given_both", [True, False])
def test_a_column_comes_from_exactly_one_place(*, given_both: bool) -> None:
    header, constant = ("Date", "2022") if given_both else (None, None)
    with pytest.raises(ValueError, match="either a column, a template or a constant"):
        Column(field="when", header=header, constant=constant)


def test_columns_without_holds_are_refused() -> None:
    with pytest.raises(ValueError, match="does not say what its rows are"):
        Accession(path="a.csv", columns=(Column(field="id", header="id"),))


@pytest.mark.parametrize(
    ("path", "name"),
    [("lists/court.csv", "court"), ("court.2022.csv", "court.2022"), ("court", "court")],
)
def test_a_list_is_called_after_its_file(path: str, name: str) -> None:
    assert Accession(path=path).list_name == name


def test_a_list_is_called_what_the_sheet_calls_it() -> None:
    assert Accession(path="lists/court.csv", list="register").list_name == "register"


@pytest.mark.parametrize(
    "path",
    ["a.csv", "lists/court.csv", "..a/b..csv", "Списки/суд.csv", "a b.csv", "C.csv", ".hidden"],
)
def test_paths_beside_or_below_the_sheet_may_be_followed(path: str) -> None:
    assert path_refusal(path) is None


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("/etc/passwd", "absolute"),
        ("~/a.csv", "absolute"),
        ("C:/a.csv", "absolute"),
        ("c:a.csv", "absolute"),
        ("C:\\a.csv", "absolute"),
        ("\\\\server\\a.csv", "backslash"),
        ("lists\\court.csv", "backslash"),
        ("../a.csv", "above the sheet"),
        ("lists/../../a.csv", "above the sheet"),
        ("lists/..", "above the sheet"),
        ("https://example.org/a.csv", "address"),
        ("file:///etc/passwd", "address"),
        ("a\x00.csv", "control character"),
        ("a\n.csv", "control character"),
        ("", "no file"),
        ("./.", "no file"),
    ],
)
def test_paths_that_lead_elsewhere_are_refused(path: str, why: str) -> None:
    assert why in (path_refusal(path) or "")


def test_records_can_be_kept_in_sets() -> None:
    column = Column(field="sex", header="Пол", values={"м": "male"})
    assert len({Accession(path="a.csv", holds=Holds.PERSONS, columns=(column,))}) == 1
