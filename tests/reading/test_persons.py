"""Lists of people: every row is kept and accounted for, whatever of it cannot be read."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qantar.model.accession import Accession, Holds
from qantar.model.column import Column
from qantar.model.date_order import DateOrder
from qantar.model.document import Document
from qantar.model.finding import Severity
from qantar.model.person_row import MOST_ALIASES, DaySpan, NameOrder, PersonRow, RowStatus, Sex
from qantar.model.place import Gazetteer
from qantar.model.speaker import Speakers
from qantar.readers.sheet import read_sheet, read_shipped
from qantar.reading.capped import MOST_OF_A_KIND
from qantar.reading.context import Context, RowsRead
from qantar.reading.identifiers import Identifiers
from qantar.reading.table import read_rows

from .tables import ORIGINAL, ZONE, Columns, codes, column, document

SPAN = (date(2022, 1, 2), date(2022, 1, 31))
DAY = DaySpan.of(date(2022, 1, 5))


def read_list(
    columns: Columns,
    table: Document,
    *,
    span: tuple[date, date] | None = SPAN,
    **settings: object,
) -> RowsRead:
    accession = Accession(
        path="lists/court.csv",
        holds=Holds.PERSONS,
        columns=tuple(
            Column(field=name, header=one) if isinstance(one, str) else replace(one, field=name)
            for name, one in columns.items()
        ),
        **{"dates": DateOrder.DMY} | settings,  # type: ignore[arg-type]  # as the sheet says
    )
    return read_rows(table, of(accession, span=span), Identifiers())


def of(accession: Accession, *, span: tuple[date, date] | None = SPAN) -> Context:
    return Context(
        accession=accession,
        accession_id="a1",
        original=ORIGINAL,
        zone=ZONE,
        gazetteer=Gazetteer.of(()),
        speakers=Speakers.of(()),
        span=span,
    )


def row(columns: Columns, *cells: str, **settings: object) -> PersonRow:
    """Read one row, cell by cell in the order of the columns, without a finding."""
    got = told(columns, *cells, **settings)
    assert got.findings == ()
    return got.persons[0]


def told(columns: Columns, *cells: str, **settings: object) -> RowsRead:
    header = [one if isinstance(one, str) else str(one.header) for one in columns.values()]
    got = read_list(columns, document(header, cells), **settings)  # type: ignore[arg-type]
    assert (got.rows_in, got.rows_read, got.rows_unreadable, len(got.persons)) == (1, 1, 0, 1)
    return got


def test_of_very_many_other_names_all_are_kept_and_it_is_told_how_many_are_compared() -> None:
    columns: Columns = {"name": "N", "alias": column("Aka", split=";")}
    names = [f"Айка{chr(ord('а') + n)}" for n in range(MOST_ALIASES + 1)]
    got = told(columns, "Саяқов Айдар", ";".join(names))
    assert got.persons[0].aliases == tuple(names)
    assert codes(got.findings) == ["many-aliases"]
    assert got.findings[0].severity is Severity.LOSS
    assert "13 other names" in got.findings[0].text
    few = row(columns, "Саяқов Айдар", ";".join(names[:-1]))
    assert len(few.aliases) == MOST_ALIASES


def test_a_row_keeps_every_text_as_found_under_its_list_and_number() -> None:
    columns: Columns = {
        "id": "No", "name": "ФИО", "alias": column("Aka", split=";"), "place": "Town", "birth_place": "From",
        "status": "State", "note": "Note", "document_number": "IIN", "phone": column("Tel", split=";"),
        "address": "Street", "postcode": "Post", "email": "Mail", "occupation": "Work",
    }  # fmt: skip
    cells = ["7", " САЯҚОВ  Айдар ", "Айдос; Aika", "Саяқкент", "Аул", "detained", "x", "000000000000", "1;2", "1 Street", "000000", "a@example.org", "baker"]  # fmt: skip
    assert row(columns, *cells) == PersonRow(
        list="court", row=1, id="7", name="САЯҚОВ  Айдар", aliases=("Айдос", "Aika"), place="Саяқкент",
        birth_place="Аул", status="detained", note="x", document_number="000000000000", phone="1; 2",
        address="1 Street", postcode="000000", email="a@example.org", occupation="baker",
        statuses=(RowStatus(words="detained", term="detained"),),
    )  # fmt: skip


def test_the_sheet_names_the_list_its_order_of_names_and_constants() -> None:
    columns: Columns = {"name": "N", "status": column(None, constant="killed")}
    got = row(columns, "Ай Бек", list="morgue", name_order=NameOrder.SURNAME_FIRST)
    assert (got.list, got.name_order, got.status) == ("morgue", NameOrder.SURNAME_FIRST, "killed")


@pytest.mark.parametrize(
    ("cell", "given", "patronymic"),
    [
        ("Айдар Серікұлы", "Айдар", "Серікұлы"),
        ("Айдар Серік ұлы", "Айдар", "Серік ұлы"),
        ("А.С.", "А.", "С."),
        ("А. С.", "А.", "С."),
        ("Айдар", "Айдар", None),
        ("Айдар,  Серікұлы ", "Айдар", "Серікұлы"),
    ],
)
def test_a_cell_is_parted_into_the_fields_that_its_column_names(
    cell: str, given: str, patronymic: str | None
) -> None:
    columns: Columns = {"surname": "F", "given": column("IO", as_=("given", "patronymic"))}
    got = row(columns, "Саяқов", cell)
    assert (got.surname, got.given, got.patronymic) == ("Саяқов", given, patronymic)


def test_a_column_of_its_own_goes_before_a_part_of_another() -> None:
    columns: Columns = {"given": column("IO", as_=("given", "patronymic")), "patronymic": "O"}
    assert row(columns, "Айдар Серіков", "Серікұлы").patronymic == "Серікұлы"
    assert row(columns, "Айдар Серіков", "").patronymic == "Серіков"


@pytest.mark.parametrize(
    ("cell", "sex"),
    [
        *((word, Sex.MALE) for word in ("м", "М", "муж.", "мужской", "male", "M", "ер", "е", "Ер")),
        *(
            (word, Sex.FEMALE)
            for word in ("ж", "Жен", "женский", "F", "female", "әйел", "ә", "қыз")
        ),
        *((word, None) for word in ("", "-", "?", "неизвестно", "белгісіз", "other")),
    ],
)
def test_common_words_for_a_sex_are_known(cell: str, sex: Sex | None) -> None:
    assert row({"name": "N", "sex": "S"}, "Ай Бек", cell).sex is sex


def test_the_sheet_may_say_what_a_word_for_a_sex_means() -> None:
    mapped: Columns = {"name": "N", "sex": column("S", values={"1": "male", "2": "female"})}
    assert [row(mapped, "Ай Бек", cell).sex for cell in "12"] == [Sex.MALE, Sex.FEMALE]
    got = told({"name": "N", "sex": "S"}, "Ай Бек", "3")
    assert codes(got.findings) == ["unknown-word"]
    assert got.persons[0].sex is None


@pytest.mark.parametrize(
    ("cell", "days"),
    [
        ("05.01.2022", DAY),
        ("05.01.22", DAY),
        ("2022-01-05", DAY),
        ("около 5 января", DAY._replace(about=True)),
        ("2022 ж. 5 қаңтар", DAY),
        ("5-6 January 2022", DaySpan(DAY.first, DAY.last + 1)),
        ("қаңтардың басы", DaySpan.of(date(2022, 1, 1), date(2022, 1, 10), about=True)),
        ("2022-01", DaySpan.of(date(2022, 1, 1), date(2022, 1, 31))),
        ("до 5 января 2022", DaySpan.of(date(2022, 1, 2), date(2022, 1, 5))),
        ("after 5 January 2022", DaySpan.of(date(2022, 1, 6), date(2022, 1, 31))),
        ("05.01.2022 23:30", DAY),
        ("неизвестно", None),
        ("", None),
    ],
)
def test_the_day_of_the_event_is_as_vague_as_its_cell(cell: str, days: DaySpan | None) -> None:
    got = told({"name": "N", "event_date": "D"}, "Ай Бек", cell)
    assert got.persons[0].event == days
    assert set(codes(got.findings)) <= {"two-digit-year"}


AGED: Columns = {"name": "N", "age": "A", "event_date": "D"}


def test_an_age_is_had_on_the_day_of_the_event_else_within_the_span_else_at_the_edition() -> None:
    on_the_day = DaySpan.of(date(1986, 1, 6), date(1987, 1, 5))
    assert row(AGED, "Ай Бек", "35", "05.01.2022").birth == on_the_day
    within = DaySpan.of(date(1986, 1, 3), date(1987, 1, 31))
    assert row(AGED, "Ай Бек", "35", "").birth == within
    assert row(AGED, "Ай Бек", "35", "", edition="2023-02").birth == within
    edition = DaySpan.of(date(1986, 2, 2), date(1987, 2, 28))
    assert row(AGED, "Ай Бек", "35", "", span=None, edition="2022-02").birth == edition


@pytest.mark.parametrize("edition", [None, "second"])
def test_an_age_without_any_day_is_left_out_and_told_not_guessed(edition: str | None) -> None:
    got = told(AGED, "Ай Бек", "35", "", span=None, edition=edition)
    (finding,) = got.findings
    assert codes(got.findings) == ["undated-age"]
    assert (finding.file, finding.severity) == ("lists/court.csv", Severity.LOSS)
    assert finding.where is not None
    assert (finding.where.row, finding.where.column, finding.where.cell) == (1, "A", "B2")
    assert got.persons[0].birth is None


@pytest.mark.parametrize(
    ("as_", "cell", "days"),
    [
        ("date-or-age", "35", DaySpan.of(date(1986, 1, 6), date(1987, 1, 5))),
        ("date-or-age", "~35", DaySpan.of(date(1986, 1, 6), date(1987, 1, 5), about=True)),
        ("date-or-age", "1990", DaySpan.of(date(1990, 1, 1), date(1990, 12, 31))),
        ("date-or-age", "12.03.1990", DaySpan.of(date(1990, 3, 12))),
        ("year-or-date", "86", DaySpan.of(date(1986, 1, 1), date(1986, 12, 31))),
        ("year-or-date", "12/03/86", DaySpan.of(date(1986, 3, 12))),
        ("year-or-date", "35 лет", DaySpan.of(date(1986, 1, 6), date(1987, 1, 5))),
    ],
)
def test_births_in_mixed_forms_are_read_as_the_column_says(
    as_: str, cell: str, days: DaySpan
) -> None:
    columns: Columns = {"name": "N", "born": column("B", as_=(as_,)), "event_date": "D"}
    got = told(columns, "Ай Бек", cell, "05.01.2022")
    assert got.persons[0].birth == days
    assert set(codes(got.findings)) <= {"two-digit-year"}


def test_days_of_birth_go_before_an_age_and_the_sharper_field_first() -> None:
    columns: Columns = {"name": "N", "age": "A", "birth_year": "Y", "birth_date": "B"}
    year = DaySpan.of(date(1986, 1, 1), date(1986, 12, 31))
    assert row(columns, "Ай Бек", "35", "1986", "12.03.1986").birth == DaySpan.of(date(1986, 3, 12))
    assert row(columns, "Ай Бек", "35", "1986", "").birth == year
    assert (
        row(columns, "Ай Бек", "35", "-", "неизвестно").birth == row(AGED, "Ай Бек", "35", "").birth
    )


@pytest.mark.parametrize(
    ("field", "cell", "code"),
    [
        ("birth_date", "38.01.1990", "impossible-date"),
        ("birth_date", "86", "unparsed-date"),
        ("birth_date", "06.02.2022", "impossible-birth"),
        ("birth_date", "1850", "impossible-birth"),
        ("birth_year", "2025", "impossible-birth"),
        ("age", "400", "impossible-age"),
        ("age", "abc", "unparsed-date"),
        ("age", "-5", "unparsed-date"),
        ("event_date", "38.01.2022", "impossible-date"),
        ("event_date", "вчера", "unparsed-date"),
        ("sex", "x" * 100_000, "unknown-word"),
    ],
)
def test_an_impossible_value_is_told_with_its_cell_and_the_row_stays_without_it(
    field: str, cell: str, code: str
) -> None:
    got = told({"name": "N", field: "V"}, "Саяқов Айдар", cell)
    (finding,) = got.findings
    assert codes(got.findings) == [code]
    assert finding.where is not None
    assert (finding.file, finding.where.row, finding.where.column) == ("lists/court.csv", 1, "V")
    assert len(finding.text) < 1000
    assert got.persons == (PersonRow(list="court", row=1, name="Саяқов Айдар"),)


def test_rows_without_a_name_stay_and_are_told() -> None:
    said = ["", "-", "Саяқов", "(неизвестен)", "[имя не указано]", "Саяқов (отец)"]
    got = read_list({"name": "N"}, document(["N"], *[[name] for name in said]))
    assert [person.row for person in got.persons] == [1, 2, 3, 4, 5, 6]
    assert codes(got.findings) == ["no-name"] * 4
    assert [f.where.row for f in got.findings if f.where] == [1, 2, 4, 5]


def test_a_name_of_initials_alone_is_told() -> None:
    said = ["Б", "Ж. К.", "Ж.К. (отец)", "Қ Ә", "Ж. Кожаев", "李", "Ли"]
    got = read_list({"name": "N"}, document(["N"], *[[name] for name in said]))
    found = [f for f in got.findings if f.code == "only-initials"]
    assert [f.where.row for f in found if f.where] == [1, 2, 3, 4]
    table = document(["N", "A"], ["Ж. К.", "Кожаев"], ["Ж. К.", "К."])
    got = read_list({"name": "N", "alias": "A"}, table)
    assert [f.where.row for f in got.findings if f.where] == [2]


def test_names_in_letters_that_no_other_list_is_held_against_are_told_once_a_table() -> None:
    said = ["Сая Тоқберген", "سايات توقبەرگەن", "ილია", "Oʻktam Gʻulom", "Ḩusayn", "Áıgerim", "李"]
    got = read_list({"name": "N"}, document(["N"], *[[name] for name in said]))
    (finding,) = got.findings
    assert (finding.code, finding.where) == ("other-alphabet", None)
    assert "3 rows have their names" in finding.text
    assert "first in row 2;" in finding.text
    assert len(got.persons) == len(said)


def test_a_list_without_a_column_of_names_is_told_once() -> None:
    table = document(["N", "P"], *[["x", "Саяқкент"] for _ in range(50)])
    got = read_list({"name": "Nmae", "place": "P"}, table)
    assert len(got.persons) == 50
    assert codes(got.findings) == ["unknown-column", "no-name"]


def test_an_id_that_stands_twice_stays_and_is_told() -> None:
    got = read_list(
        {"id": "I", "name": "N"}, document(["I", "N"], ["1", "Ай Бек"], ["1", "Ва Гул"])
    )
    assert [person.id for person in got.persons] == ["1", "1"]
    assert codes(got.findings) == ["duplicate-id"]


def test_ten_thousand_rows_of_one_name_and_findings_beyond_the_cap_are_counted() -> None:
    table = document(["N", "A"], *[["Саяқов Айдар", "400"] for _ in range(10_000)], unreadable=3)
    got = read_list({"name": "N", "age": "A"}, table)
    assert (got.rows_in, got.rows_read, got.rows_unreadable) == (10_003, 10_000, 3)
    assert len(got.persons) == 10_000
    assert len(got.findings) == MOST_OF_A_KIND + 1
    assert got.findings[-1].text.startswith(
        "9,000 more findings of this kind, the last in row 10000"
    )


def test_a_list_of_fifty_columns_of_which_most_mean_nothing() -> None:
    header = [f"c{n}" for n in range(50)]
    got = read_list({"name": "c49"}, document(header, [f"vow{n}" for n in range(50)]))
    assert got.persons == (PersonRow(list="court", row=1, name="vow49"),)
    assert got.findings == ()


def test_each_table_tells_once_how_many_years_had_two_digits() -> None:
    table = document(
        ["N", "B"], ["Ай Бек", "12/03/86"], ["Ва Гул", "13/03/86"], ["Де Ел", "1986-03-12"]
    )
    (finding,) = read_list({"name": "N", "birth_date": "B"}, table).findings
    assert (finding.code, finding.text[:11]) == ("two-digit-year", "2 dates hav")


@pytest.mark.parametrize(
    ("sheet", "header", "cells", "expected"),
    [
        ("uwazi-persons", ["Title"], ["Айдар Саяқов"], PersonRow(list="library", row=1, name="Айдар Саяқов")),
        (
            "ftm",
            ["id", "schema", "caption", "alias", "birthDate", "gender"],
            ["p-1", "Person", "Айдар Саяқов", "Айдос\nAika", "1986-03", "male"],
            PersonRow(
                list="library", row=1, id="p-1", name="Айдар Саяқов", aliases=("Айдос", "Aika"),
                birth=DaySpan.of(date(1986, 3, 1), date(1986, 3, 31)), sex=Sex.MALE,
            ),
        ),
    ],
)  # fmt: skip
def test_persons_of_the_shipped_sheets_are_rows_of_persons(
    sheet: str, header: list[str], cells: list[str], expected: PersonRow
) -> None:
    (shipped,) = [one for one in read_shipped(sheet).accessions if one.holds is Holds.PERSONS]
    accession = replace(shipped, path="library.csv")
    got = read_rows(document(header, cells), of(accession), Identifiers())
    assert got.persons == (expected,)
    assert got.findings == ()


cells = st.one_of(
    st.sampled_from(["", " ", "-", "35", "~35", "38.01.1990", "12/03/86", "1990 г.р.", "ж", "\x00", "\ud800"]),
    st.text(max_size=20),
)  # fmt: skip
WHOLE: Columns = {
    "id": "I", "name": "N", "given": column("IO", as_=("given", "patronymic")), "alias": column("K", split=";"),
    "born": column("B", as_=("date-or-age",)), "birth_date": "D", "age": "A", "sex": "S", "event_date": "E",
}  # fmt: skip


@given(
    st.lists(st.lists(cells, min_size=9, max_size=9), max_size=6),
    st.sampled_from(DateOrder),
    st.sampled_from([None, SPAN]),
)
def test_whatever_the_cells_hold_no_row_is_lost(
    rows: list[list[str]], order: DateOrder, span: tuple[date, date] | None
) -> None:
    header = [one if isinstance(one, str) else str(one.header) for one in WHOLE.values()]
    got = read_list(WHOLE, document(header, *rows), dates=order, span=span)
    assert [person.row for person in got.persons] == list(range(1, len(rows) + 1))
    assert (got.rows_in, got.rows_read, got.rows_unreadable) == (len(rows), len(rows), 0)
    codes(got.findings)


def test_the_sheet_of_the_generated_lists_is_sound() -> None:

    path = Path(__file__).parents[2] / "benchmarks" / "linking" / "sheets" / "linkgen.toml"
    sheet = read_sheet(path.read_text(encoding="utf-8"), name=path.name)
    assert [one.list_name for one in sheet.accessions] == [f"list_{n}" for n in range(1, 6)]
