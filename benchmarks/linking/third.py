"""The third generator: nothing that links was trained, tuned or chosen by what it makes.

    python -m benchmarks.linking.third --people N --seed S [--difficulty 1]

prints the rows of four lists with the number of each one's person, as CSV. Peoples, names, tables
of letters and habits of lists are others than those of the first and of the second: the lists are
a court's, a monitor's abroad, a scanned one, and one merged from the court's and the scanned
one, with their mistakes and with people twice. Everything is invented.

The same arguments give the same rows.
"""

from __future__ import annotations

import argparse
import csv
import sys
from dataclasses import replace
from datetime import date
from random import Random

from benchmarks.linking.dataset import DataSet
from benchmarks.linking.valley.lists import (
    COPIED,
    COURT,
    LISTS,
    MERGED,
    REACH,
    SCANS,
    TWICE,
    WRITERS,
    Hand,
    copied,
)
from benchmarks.linking.valley.people import inhabitants
from qantar.model.person_row import DaySpan, PersonRow

_SURE = 0.97
_COLUMNS = (
    "list", "row", "person", "name", "surname", "given", "patronymic",
    "birth", "sex", "place", "event", "status",
)  # fmt: skip
Written = tuple[PersonRow, int]


def generate(*, people: int, seed: int, difficulty: float = 1.0) -> DataSet:
    """Give the rows of the four lists, and for each the number of its person from 1."""
    who, chance = Random(f"valley {seed}"), Random(f"its lists {seed}")  # noqa: S311  # invented
    hand = Hand(chance, difficulty)
    every: dict[str, list[Written]] = {name: [] for name in LISTS}
    for number, person in enumerate(inhabitants(people, who), start=1):
        # Who is easily found by one list is by others too.
        seen = who.uniform(0.4, 1.6)
        for name, write in WRITERS.items():
            times = int(hand.does(min(_SURE, seen * REACH[name][person.status])))
            times += int(times and hand.does(TWICE[name]))
            every[name] += [(write(person, hand), number) for _ in range(times)]
    for name in (COURT, SCANS):
        taken = [one for one in every[name] if hand.does(COPIED)]
        every[MERGED] += [(copied(row, hand), number) for row, number in taken]
    rows, truth = [], []
    for written in every.values():
        chance.shuffle(written)
        rows += [replace(row, row=at) for at, (row, _) in enumerate(written, start=1)]
        truth += [number for _, number in written]
    return DataSet(name=f"third-{people}-seed{seed}", rows=rows, person=truth)


def _span(days: DaySpan | None) -> str:
    if days is None:
        return ""
    first, last = (date.fromordinal(day).isoformat() for day in (days.first, days.last))
    return f"{'~' if days.about else ''}{first}/{last}"


def main() -> None:
    """Print the rows."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.linking.third")
    parser.add_argument("--people", type=int, required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--difficulty", type=float, default=1.0)
    asked = parser.parse_args()
    made = generate(people=asked.people, seed=asked.seed, difficulty=asked.difficulty)
    out = csv.writer(sys.stdout)
    out.writerow(_COLUMNS)
    for row, person in zip(made.rows, made.person, strict=True):
        names = (row.name, row.surname, row.given, row.patronymic)
        days = _span(row.birth), row.sex, row.place, _span(row.event), row.status
        out.writerow((*row.key, person, *names, *days))


if __name__ == "__main__":
    main()
