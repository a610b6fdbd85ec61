"""The five lists of the first generator, read into rows; all names here are invented."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from benchmarks.linking.linkgen_lists import linkgen, read_lists

from qantar.model.person_row import DaySpan, PersonRow, Sex

FILES = {
    "list_1.csv": "id,ФИО,Дата рождения,Место жительства,Дата события,Статус\n"
    "1,Сарыбаев Байтас Серикович,,Алматы,05.01.2022,задержан\n",
    "list_2.csv": "реттік_нөмір,тегі,аты,әкесінің_аты,туған_күні,жынысы,облыс,оқиға_күні\n"
    "000001,Хасенова,Айгүл,Әбдірахман қызы,1995-01-01,ә,Шығыс Қазақстан облысы,\n",
    "list_3.csv": "ref,name,age,city,date_of_incident,category\n"
    'E-1,"SARYBAYEV, Baitas",62,Almaty,,detained\n',
    "list_4.csv": "ROW,FAM,IM_OT,BIRTH,SEX,CITY,ADMITTED,DIAG\n"
    "H1,САРЫБАЕВ,Б.С.,04/05/54,М,,2022-01-05,\n"
    "H2,Сарыбаев,Байтас Серикович,1954,М,,,\n"
    "H3,Сарыбаев,Б.,,,,,\n",
    "list_5.csv": "key,who,about_age,where,when,comment\nu1,сарыбаев байтас,~60,,2022-01,\n",
    "truth.csv": "list,rec_id,person_id\n1,1,7\n2,000001,8\n3,E-1,7\n4,H1,7\n4,H2,7\n4,H3,9\n5,u1,7\n",
}


@pytest.fixture
def rows(tmp_path: Path) -> dict[str, PersonRow]:
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    read = read_lists(tmp_path, name="by hand")
    assert list(read.person) == ["7", "8", "7", "7", "7", "9", "7"]
    return {str(row.id): row for row in read.rows}


def test_every_list_gives_rows_with_what_stands_in_it(rows: dict[str, PersonRow]) -> None:
    day = DaySpan.of(date(2022, 1, 5))
    assert rows["1"] == PersonRow(
        list="list_1",
        row=1,
        id="1",
        name="Сарыбаев Байтас Серикович",
        place="Алматы",
        event=day,
        status="задержан",
    )
    assert rows["000001"] == PersonRow(
        list="list_2",
        row=1,
        id="000001",
        surname="Хасенова",
        given="Айгүл",
        patronymic="Әбдірахман қызы",
        birth=DaySpan.of(date(1995, 1, 1)),
        sex=Sex.FEMALE,
        place="Шығыс Қазақстан облысы",
    )
    assert (rows["H1"].birth, rows["H1"].sex) == (DaySpan.of(date(1954, 5, 4)), Sex.MALE)


def test_an_age_without_a_day_is_of_the_days_of_the_event(rows: dict[str, PersonRow]) -> None:
    assert rows["E-1"].birth == DaySpan.of(date(1959, 1, 3), date(1960, 1, 31))
    assert rows["u1"].birth == DaySpan.of(date(1961, 1, 2), date(1962, 1, 31), about=True)


@pytest.mark.parametrize(
    ("row", "given", "patronymic"),
    [("H1", "Б.", "С."), ("H2", "Байтас", "Серикович"), ("H3", "Б.", None)],
)
def test_a_cell_with_given_name_and_patronymic_is_parted(
    rows: dict[str, PersonRow], row: str, given: str, patronymic: str | None
) -> None:
    assert (rows[row].given, rows[row].patronymic) == (given, patronymic)


def test_a_generator_is_run_with_its_arguments(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    lines = [
        "import pathlib, sys",
        "at = dict(zip(sys.argv[1::2], sys.argv[2::2]))",
        "out = pathlib.Path(at['--out'])",
        "head = 'id,ФИО,Дата рождения,Место жительства,Дата события,Статус'",
        "row = f\"1,{at['--people']} {at['--seed']} {at['--lists']} {at['--difficulty']},,,,\"",
        "(out / 'list_1.csv').write_text(head + chr(10) + row + chr(10), encoding='utf-8')",
        "(out / 'truth.csv').write_text('list,rec_id,person_id' + chr(10) + '1,1,5' + chr(10))",
    ]
    program.write_text("\n".join(lines), encoding="utf-8")
    read = linkgen(program, people=12, seed=3, lists=2, difficulty=1.5)
    assert (read.name, [row.name for row in read.rows]) == ("linkgen-12-seed3", ["12 3 2 1.5"])
