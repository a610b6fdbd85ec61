"""The public sets read from their files: made-up rows in the same columns."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest
from benchmarks.linking.dataset import DataSet
from benchmarks.linking.public import PUBLIC
from pyarrow import parquet

from qantar.model.person_row import DaySpan, PersonRow, Sex

FEBRL = (
    "rec_id, given_name, surname, street_number, address_1, address_2, suburb, postcode, state, "
    "date_of_birth, soc_sec_id\n"
)


def test_rldata_joins_its_name_columns_and_keeps_the_year_of_an_impossible_day(
    tmp_path: Path,
) -> None:
    (tmp_path / "RLdata500.csv").write_text(
        "fname_c1,fname_c2,lname_c1,lname_c2,by,bm,bd,rec_id,cluster\n"
        "ANNA,LENA,OST,,1967,9,27,1,36\nANNA,,OST,,1967,19,27,2,36\n",
        encoding="utf-8",
    )
    read = PUBLIC["RLdata500"](tmp_path)
    assert list(read.person) == ["36", "36"]
    assert list(read.rows) == [
        PersonRow(
            list="RLdata500",
            row=1,
            given="ANNA LENA",
            surname="OST",
            birth=DaySpan.of(date(1967, 9, 27)),
        ),
        PersonRow(
            list="RLdata500",
            row=2,
            given="ANNA",
            surname="OST",
            birth=DaySpan.of(date(1967, 1, 1), date(1967, 12, 31), about=True),
        ),
    ]


def test_febrl_4_is_two_lists_and_nothing_in_its_rows_numbers_a_person(tmp_path: Path) -> None:
    (tmp_path / "febrl_dataset4a.csv").write_text(
        FEBRL + "rec-70-org, ada, ost, 5, low road, , bay, 4223, nsw, 19151111, 530\n",
        encoding="utf-8",
    )
    (tmp_path / "febrl_dataset4b.csv").write_text(
        FEBRL + "rec-70-dup-0, , ots, , , , bay, 4223, nsw, , 530\n", encoding="utf-8"
    )
    read = PUBLIC["febrl4"](tmp_path)
    assert list(read.person) == ["70", "70"]
    assert list(read.rows) == [
        PersonRow(
            list="dataset4a",
            row=1,
            given="ada",
            surname="ost",
            birth=DaySpan.of(date(1915, 11, 11)),
            place="bay",
            postcode="4223",
            address="5 low road",
        ),
        PersonRow(list="dataset4b", row=1, surname="ots", place="bay", postcode="4223"),
    ]


def test_fake_1000_has_mail_addresses(tmp_path: Path) -> None:
    (tmp_path / "fake_1000.csv").write_text(
        "unique_id,first_name,surname,dob,city,email,cluster\n0,Ada,,1971-06-24,,ada@example.org,4\n",
        encoding="utf-8",
    )
    read = PUBLIC["fake_1000"](tmp_path)
    assert list(read.person) == ["4"]
    assert read.rows[0] == PersonRow(
        list="fake_1000",
        row=1,
        given="Ada",
        birth=DaySpan.of(date(1971, 6, 24)),
        email="ada@example.org",
    )


def test_historical_50k_is_read_from_parquet(tmp_path: Path) -> None:
    row = {
        "unique_id": "Q1-1",
        "cluster": "Q1",
        "full_name": "ada of ost",
        "first_name": "ada",
        "surname": None,
        "dob": "1630-08-01",
        "birth_place": "ost",
        "postcode_fake": None,
        "gender": "female",
        "occupation": "miller",
    }
    path = tmp_path / "historical_figures_with_errors_50k.parquet"
    parquet.write_table(pa.Table.from_pylist([row]), path)
    read = PUBLIC["historical_50k"](tmp_path)
    assert (list(read.person), list(read.rows)) == (
        ["Q1"],
        [
            PersonRow(
                list="historical_50k",
                row=1,
                name="ada of ost",
                given="ada",
                birth=DaySpan.of(date(1630, 8, 1)),
                sex=Sex.FEMALE,
                birth_place="ost",
                occupation="miller",
            )
        ],
    )


def test_truth_about_other_rows_is_refused() -> None:
    with pytest.raises(ValueError, match="odd: 1 rows, but 2 true persons"):
        DataSet(name="odd", rows=[PersonRow(list="a", row=1)], person=[1, 2])
