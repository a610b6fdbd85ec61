"""No text whatever makes the sheet's parser do more than read it whole or refuse it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from qantar.errors import SheetError
from qantar.model.accession import Consent, Holds, Sheet
from qantar.model.canonical import canonical, parse
from qantar.model.date_order import DateOrder
from qantar.model.fields import FIELDS, Form
from qantar.model.person_row import NameOrder
from qantar.readers.sheet import read_sheet

KEYS = """
title languages zone span boundaries name kind protected path source acquired consent reader
encoding delimiter worksheet header_row holds list edition dates name_order language lat lon
duplicates columns latin former parent en family column constant values as split default
decimal thousands on by from id statement born given about_place figure nonsense
"""
HEADERS = """
[case] [sources.a] [[accession]] [accession.columns] [places.a] [[sources]] [accession]
[vocabulary.event-kind.a] [accession.columns.name] [vocabulary.x] ["\\u0000".b]
"""
PLAIN = "1 0 -1 true 2022-01-20 2022-01-20T10:00:00 12:00:00 nan inf 1.5 1e999999999999999999999"
QUOTED = """
public persons statements places a.csv ../a dmy ; , utf-8 rot13 undefined idna Asia/Almaty ./.
2022-01-20 2022-01-02/2022-01-31 date-or-age ru \\u0000 ФИО a/./b ~ rally
"""
SHARDS = """
[ ] [[ ]] { } = , . " ' # \\ “ ФИО 1 0 1.5 true 2022-01-20 2022-02 "a.csv" "" ''' \"\"\"
"""

keys = st.sampled_from(KEYS.split())
values = st.recursive(
    st.sampled_from(PLAIN.split()) | st.sampled_from([*QUOTED.split(), "", " "]).map('"{}"'.format),
    lambda inner: (
        st.lists(inner, max_size=2).map(lambda items: f"[{', '.join(items)}]")
        | st.dictionaries(keys, inner, max_size=3).map(
            lambda pairs: "{" + ", ".join(f"{key} = {value}" for key, value in pairs.items()) + "}"
        )
    ),
    max_leaves=4,
)
rows = st.sampled_from(HEADERS.split()) | st.tuples(keys, values).map(" = ".join)
nearly_sheets = st.lists(rows, max_size=8).map("\n".join)
shards = st.sampled_from([*SHARDS.split(), *KEYS.split(), *HEADERS.split(), "\n", "\r\n", "\x00"])
noise = st.lists(shards | st.text(max_size=3), max_size=30).map(" ".join)


def read_or_refused(text: str) -> Sheet | None:
    """Read the sheet, or check that its refusal is one a person can follow."""
    try:
        return read_sheet(text, name="sheet.toml")
    except SheetError as error:
        refusal = error
    last = text.count("\n") + 1
    assert refusal.faults
    assert all(1 <= fault.line <= last and fault.message for fault in refusal.faults)
    assert len(refusal.message.splitlines()) == len(refusal.faults), "one fault, one line"
    return None


@given(noise | st.text())
def test_noise_is_refused_or_read(text: str) -> None:
    read_or_refused(text)


@given(nearly_sheets)
def test_rows_in_any_order_are_refused_or_read(text: str) -> None:
    read_or_refused(text)


SETTINGS = {
    "acquired": ['{ by = "A.", on = 2022-01-20, how = "copy", from = "там" }', "{}"],
    "consent": [f'"{word}"' for word in Consent],
    "title": ['"Тізім"', "'a\\b'"],
    "encoding": ['"windows-1251"', '"UTF-8"'],
    "delimiter": ['";"', '"\\t"'],
    "worksheet": ['"Sheet1"'],
    "header_row": ["1", "3"],
    "list": ['"court"'],
    "edition": ['"2022-02"'],
    "dates": [f'"{word}"' for word in DateOrder],
    "zone": ['"Asia/Aqtau"', '"UTC"'],
    "name_order": [f'"{word}"' for word in NameOrder],
    "language": ['"kk"', '"ru-KZ"'],
    "duplicates": ['"none"'],
}
OF_FORM = {
    Form.DATE: [
        '"D"',
        '{ column = "D", dates = "dmy", zone = "Asia/Almaty" }',
        '{ constant = "2022" }',
    ],
    Form.NUMBER: ['"N"', '{ column = "N", decimal = ",", thousands = " ", default = "0" }'],
    Form.ID: ['"id"'],
    Form.TEXT: ['"Т"', '{ constant = "x" }'],
    Form.PLACE: ['"P"', '{ column = "P", values = { "Алматы" = "Almaty" } }'],
    Form.WORD: ['"W"', '{ column = "W", values = { "да" = "yes", "-" = "" } }'],
}


@st.composite
def accessions(draw: st.DrawFn, number: int) -> list[str]:
    chosen = draw(st.lists(st.sampled_from(list(SETTINGS)), unique=True, max_size=5))
    rows = ["[[accession]]", f'path = "lists/{number}.csv"']
    rows += [f"{key} = {draw(st.sampled_from(SETTINGS[key]))}" for key in chosen]
    holds = draw(st.none() | st.sampled_from(Holds))
    if holds is None:
        return rows
    known = FIELDS[holds].values()
    free = st.lists(st.sampled_from([f for f in known if not f.required]), unique=True, min_size=1)
    fields = [*(field for field in known if field.required), *draw(free)]
    columns = [f"{f.name} = {draw(st.sampled_from(OF_FORM[f.form]))}" for f in fields]
    if holds is Holds.PATTERNS:
        columns += ['in_press = "P"', 'by_sex = { column = "S", values = { "ж" = "f" } }']
    return [*rows, f'holds = "{holds}"', "[accession.columns]", *columns]


COUNTINGS = {
    "population": ['"persons killed"'],
    "where": ['"in Sayaqkent"'],
    "status": ['"killed"', '["killed", "missing"]'],
    "copied": ['[["a", "b"]]', "[]"],
    "methods": ['["latent_class", "chao"]'],
    "asked": ["true", "false"],
    "strata": ['"sex"', '["place", "status"]', '["period"]\ncuts = [2022-01-05, "2022-01-07"]'],
}


@st.composite
def countings(draw: st.DrawFn, number: int) -> list[str]:
    chosen = draw(st.lists(st.sampled_from(list(COUNTINGS)), unique=True, max_size=4))
    rows = [f"{key} = {draw(st.sampled_from(COUNTINGS[key]))}" for key in chosen]
    lists = draw(st.sampled_from(['["a", "b"]', '["a", "b", "Мəйіт"]']))
    return ["[[counting]]", f'id = "c-{number}"', f"lists = {lists}", *"\n".join(rows).split("\n")]


@st.composite
def good_sheets(draw: st.DrawFn) -> list[str]:
    count = draw(st.integers(1, 3))
    asked = draw(st.integers(0, 2))
    files = [row for number in range(count) for row in draw(accessions(number))]
    return [*files, *(row for number in range(asked) for row in draw(countings(number)))]


@given(good_sheets())
def test_a_good_sheet_is_read_and_every_record_knows_its_line(rows: list[str]) -> None:
    sheet = read_sheet("\n".join(rows), name="sheet.toml")
    assert len(sheet.accessions) == rows.count("[[accession]]")
    assert len(sheet.countings) == rows.count("[[counting]]")
    for accession in sheet.accessions:
        assert rows[accession.line - 1] == "[[accession]]"
        assert all(
            column.line and rows[column.line - 1].startswith(f"{column.field} = ")
            for column in accession.columns
        )
    written = canonical(sheet.to_record())  # type: ignore[arg-type]  # JSON by construction
    assert Sheet.from_record(parse(written)) == sheet  # type: ignore[arg-type]


@given(good_sheets(), st.data())
def test_a_good_sheet_spoilt_in_one_row_is_read_or_refused(
    rows: list[str], data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(rows) - 1))
    cut = data.draw(st.integers(0, len(rows[at])))
    spoilt = f"{rows[at][:cut]}{data.draw(shards)}{rows[at][cut + 1 :]}"
    read_or_refused("\n".join([*rows[:at], spoilt, *rows[at + 1 :]]))
