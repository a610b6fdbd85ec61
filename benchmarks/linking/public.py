"""The public sets of labelled people, as rows: RLdata, Febrl, fake_1000, historical_50k.

They are read from a folder that the user has (licences differ, so none is shipped); its
README says where each comes from. What would give the answer away is left out: the
identifiers of the rows, which are numbered by person, and Febrl's social security number.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path

from benchmarks.linking.dataset import DataSet
from benchmarks.linking.spans import day_or_year
from qantar.model.person_row import DaySpan, PersonRow, Sex

Cells = Mapping[str, str | None]


def rldata(folder: Path, name: str) -> DataSet:
    """Give RLdata500 or RLdata10000: German names, birth dates in three columns."""
    rows, person = [], []
    for number, cells in enumerate(_csv(folder / f"{name}.csv"), start=1):
        rows.append(
            PersonRow(
                list=name,
                row=number,
                given=_joined(cells, "fname_c1", "fname_c2"),
                surname=_joined(cells, "lname_c1", "lname_c2"),
                birth=day_or_year(*(int(cells[part] or 0) for part in ("by", "bm", "bd"))),
            )
        )
        person.append(str(cells["cluster"]))
    return DataSet(name=name, rows=rows, person=person)


def febrl(folder: Path, name: str, files: tuple[str, ...]) -> DataSet:
    """Give a set of Febrl: Australian people, with addresses; a file is a list."""
    rows, person = [], []
    for file in files:
        for number, cells in enumerate(_csv(folder / f"febrl_{file}.csv"), start=1):
            rows.append(
                PersonRow(
                    list=file,
                    row=number,
                    given=_text(cells, "given_name"),
                    surname=_text(cells, "surname"),
                    birth=_compact_day(cells["date_of_birth"] or ""),
                    place=_text(cells, "suburb"),
                    postcode=_text(cells, "postcode"),
                    address=_joined(cells, "street_number", "address_1", "address_2"),
                )
            )
            person.append(str(cells["rec_id"]).split("-")[1])
    return DataSet(name=name, rows=rows, person=person)


def fake_1000(folder: Path) -> DataSet:
    """Give 1,000 invented British rows of 251 people."""
    rows, person = [], []
    for number, cells in enumerate(_csv(folder / "fake_1000.csv"), start=1):
        rows.append(
            PersonRow(
                list="fake_1000",
                row=number,
                given=_text(cells, "first_name"),
                surname=_text(cells, "surname"),
                birth=_dashed_day(cells["dob"] or ""),
                place=_text(cells, "city"),
                email=_text(cells, "email"),
            )
        )
        person.append(str(cells["cluster"]))
    return DataSet(name="fake_1000", rows=rows, person=person)


def historical_50k(folder: Path) -> DataSet:
    """Give 50,578 rows of 5,156 people of the past, with errors put in."""
    rows, person = [], []
    path = folder / "historical_figures_with_errors_50k.parquet"
    for number, cells in enumerate(_parquet(path), start=1):
        rows.append(
            PersonRow(
                list="historical_50k",
                row=number,
                name=_text(cells, "full_name"),
                given=_text(cells, "first_name"),
                surname=_text(cells, "surname"),
                birth=_dashed_day(cells["dob"] or ""),
                sex=SEXES.get(cells["gender"] or ""),
                birth_place=_text(cells, "birth_place"),
                postcode=_text(cells, "postcode_fake"),
                occupation=_text(cells, "occupation"),
            )
        )
        person.append(str(cells["cluster"]))
    return DataSet(name="historical_50k", rows=rows, person=person)


SEXES = {"male": Sex.MALE, "female": Sex.FEMALE}
PUBLIC: Mapping[str, Callable[[Path], DataSet]] = {
    "RLdata500": partial(rldata, name="RLdata500"),
    "RLdata10000": partial(rldata, name="RLdata10000"),
    "febrl1": partial(febrl, name="febrl1", files=("dataset1",)),
    "febrl3": partial(febrl, name="febrl3", files=("dataset3",)),
    "febrl4": partial(febrl, name="febrl4", files=("dataset4a", "dataset4b")),
    "fake_1000": fake_1000,
    "historical_50k": historical_50k,
}
"""Each set by its name, from the folder that holds the files."""


def _csv(path: Path) -> Iterator[Cells]:
    with path.open(encoding="utf-8", newline="") as stream:
        yield from csv.DictReader(stream, skipinitialspace=True)


def _parquet(path: Path) -> Iterator[Cells]:
    from pyarrow import parquet  # noqa: PLC0415  # an extra, and only one set needs it

    yield from parquet.read_table(path).to_pylist()


def _text(cells: Cells, column: str) -> str | None:
    return (cells[column] or "").strip() or None


def _joined(cells: Cells, *columns: str) -> str | None:
    return " ".join(filter(None, (_text(cells, column) for column in columns))) or None


def _compact_day(text: str) -> DaySpan | None:
    found = re.fullmatch(r"(\d{4})(\d\d)(\d\d)", text)
    return day_or_year(*map(int, found.groups())) if found else None


def _dashed_day(text: str) -> DaySpan | None:
    found = re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)", text)
    return day_or_year(*map(int, found.groups())) if found else None
