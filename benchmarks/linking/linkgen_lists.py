"""Lists of the first generator, a program of its own given by its path, as rows.

It runs with the arguments given, in a folder that goes away; its five lists each have
their own columns, alphabets and ways with dates.
"""

from __future__ import annotations

import csv
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from benchmarks.linking.dataset import DataSet
from benchmarks.linking.spans import read_birth, read_event
from qantar.model.person_row import DaySpan, PersonRow, Sex

YEAR = 2022
WHEN_LISTED = DaySpan.of(date(2022, 1, 2), date(2022, 1, 31))
"""The span of its event: the days of an age in a row that names none."""
SEXES = {"ә": Sex.FEMALE, "е": Sex.MALE, "Ж": Sex.FEMALE, "М": Sex.MALE}
Cells = Mapping[str, str]


def linkgen(
    path: Path, *, people: int, seed: int, lists: int = 4, difficulty: float = 1.0
) -> DataSet:
    """Run the generator at `path` and read what it wrote.

    Raises:
        subprocess.CalledProcessError: it failed.
    """
    with tempfile.TemporaryDirectory(prefix="qantar-linkgen-") as folder:
        settings = {
            "people": people,
            "lists": lists,
            "seed": seed,
            "difficulty": difficulty,
            "out": folder,
        }
        arguments = [part for name, value in settings.items() for part in (f"--{name}", str(value))]
        subprocess.run([sys.executable, str(path), *arguments], check=True, capture_output=True)
        return read_lists(Path(folder), name=f"linkgen-{people}-seed{seed}")


def read_lists(folder: Path, *, name: str) -> DataSet:
    """Read the lists in a folder that the generator wrote, with the truth beside them."""
    truth = {(cells["list"], cells["rec_id"]): cells["person_id"] for cells in _truth(folder)}
    rows, person = [], []
    for number, reader in READERS.items():
        path = folder / f"list_{number}.csv"
        if not path.exists():
            continue
        for place, cells in enumerate(_cells(path), start=1):
            row = reader(Found(f"list_{number}", place, cells))
            rows.append(row)
            person.append(truth[number, str(row.id)])
    return DataSet(name=name, rows=rows, person=person)


@dataclass(frozen=True, slots=True)
class Found:
    """One row of a list before it is read."""

    list: str
    row: int
    cells: Cells

    def text(self, column: str) -> str | None:
        """Give a cell; None where it is empty."""
        return self.cells[column] or None

    def event(self, column: str) -> DaySpan | None:
        """Give the day of the event."""
        return read_event(self.cells[column], YEAR)

    def birth(self, column: str, event: DaySpan | None) -> DaySpan | None:
        """Give the birth, an age being of the day of the event."""
        return read_birth(self.cells[column], event or WHEN_LISTED)


def _ngo(found: Found) -> PersonRow:
    event = found.event("Дата события")
    return PersonRow(
        list=found.list,
        row=found.row,
        id=found.text("id"),
        name=found.text("ФИО"),
        birth=found.birth("Дата рождения", event),
        place=found.text("Место жительства"),
        event=event,
        status=found.text("Статус"),
    )


def _official(found: Found) -> PersonRow:
    event = found.event("оқиға_күні")
    return PersonRow(
        list=found.list,
        row=found.row,
        id=found.text("реттік_нөмір"),
        surname=found.text("тегі"),
        given=found.text("аты"),
        patronymic=found.text("әкесінің_аты"),
        birth=found.birth("туған_күні", event),
        sex=SEXES.get(found.cells["жынысы"]),
        place=found.text("облыс"),
        event=event,
    )


def _press(found: Found) -> PersonRow:
    event = found.event("date_of_incident")
    return PersonRow(
        list=found.list,
        row=found.row,
        id=found.text("ref"),
        name=found.text("name"),
        birth=found.birth("age", event),
        place=found.text("city"),
        event=event,
        status=found.text("category"),
    )


def _hospital(found: Found) -> PersonRow:
    event = found.event("ADMITTED")
    given, patronymic = given_and_patronymic(found.cells["IM_OT"])
    return PersonRow(
        list=found.list,
        row=found.row,
        id=found.text("ROW"),
        surname=found.text("FAM"),
        given=given,
        patronymic=patronymic,
        birth=found.birth("BIRTH", event),
        sex=SEXES.get(found.cells["SEX"]),
        place=found.text("CITY"),
        event=event,
        status=found.text("DIAG"),
    )


def _crowd(found: Found) -> PersonRow:
    event = found.event("when")
    return PersonRow(
        list=found.list,
        row=found.row,
        id=found.text("key"),
        name=found.text("who"),
        birth=found.birth("about_age", event),
        place=found.text("where"),
        event=event,
        status=found.text("comment"),
    )


READERS: Mapping[str, Callable[[Found], PersonRow]] = {
    "1": _ngo,
    "2": _official,
    "3": _press,
    "4": _hospital,
    "5": _crowd,
}


def given_and_patronymic(text: str) -> tuple[str | None, str | None]:
    """Part a cell that holds both, written out or as initials ("М.Е.")."""
    initials = re.fullmatch(r"(\w\.)(\w\.)", text)
    given, _, patronymic = (
        (initials[1], "", initials[2]) if initials else text.strip().partition(" ")
    )
    return given or None, patronymic or None


def _truth(folder: Path) -> Iterator[Cells]:
    yield from _cells(folder / "truth.csv")


def _cells(path: Path) -> Iterator[Cells]:
    with path.open(encoding="utf-8", newline="") as stream:
        yield from csv.DictReader(stream)
