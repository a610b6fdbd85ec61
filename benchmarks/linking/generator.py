"""The second generator: person lists with known truth, unlike the first in names and errors.

    python -m benchmarks.linking.generator --people N --lists K --seed S --out DIR

It writes the first K of five lists (`lawyers.csv prison.csv diaspora.csv journal.csv
hotline.csv`), each with columns, alphabet and errors of its own, `truth.csv`
(`list,row,person`) and `sheet.toml`, by which Qantar takes the lists in. Everything is
invented: the land, its towns, the event and the people. The same arguments give the same
bytes. `--difficulty` multiplies how often anything goes wrong: 1 is usual, 0 is never.

Lists depend on one another, as real ones do: some people are easier to see than others,
places and days are covered well or badly by all lists at once or by one alone, and the
list from abroad copies rows, with their misspellings, from the lawyers.
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random

from benchmarks.linking.dataset import DataSet
from benchmarks.linking.invented.diaspora import DIASPORA
from benchmarks.linking.invented.hotline import HOTLINE
from benchmarks.linking.invented.journal import JOURNAL
from benchmarks.linking.invented.land import Person, inhabitants
from benchmarks.linking.invented.lawyers import LAWYERS
from benchmarks.linking.invented.pen import Entry, Pen, Words
from benchmarks.linking.invented.prison import PRISON
from benchmarks.linking.invented.sheet import sheet
from benchmarks.linking.invented.style import Style

STYLES = (LAWYERS, PRISON, DIASPORA, JOURNAL, HOTLINE)
COPIES = {DIASPORA.name: LAWYERS.name}
COPIED = 0.25
"""How often the list from abroad takes a name as the lawyers spelt it, if they have it."""
SURE = 0.97
Written = tuple[Entry, int]
Coverage = dict[tuple[str, str, int], float]


def generate(*, people: int, lists: int, seed: int, difficulty: float = 1.0) -> DataSet:
    """Give the rows of the lists, and for each the number of its person from 1."""
    rows, person = [], []
    for style, written in _lists(people, lists, seed, difficulty):
        for number, (entry, who) in enumerate(written, start=1):
            rows.append(style.row(number, entry))
            person.append(who)
    return DataSet(name=f"generator-{people}-seed{seed}", rows=rows, person=person)


def write(folder: Path, *, people: int, lists: int, seed: int, difficulty: float = 1.0) -> int:
    """Write the lists, their truth and their sheet into `folder`; give how many rows."""
    folder.mkdir(parents=True, exist_ok=True)
    every = _lists(people, lists, seed, difficulty)
    truth: list[tuple[str, int, int]] = []
    for style, written in every:
        cells = (style.cells(entry) for entry, _ in written)
        _csv(folder / f"{style.name}.csv", tuple(style.columns.values()), cells)
        truth += [(style.name, row, who) for row, (_, who) in enumerate(written, start=1)]
    _csv(folder / "truth.csv", ("list", "row", "person"), truth)
    (folder / "sheet.toml").write_text(sheet([style for style, _ in every]), encoding="utf-8")
    return len(truth)


def _lists(
    people: int, lists: int, seed: int, difficulty: float
) -> Sequence[tuple[Style, Sequence[Written]]]:
    # of its own numbers, so that how hard the lists are changes the rows and not the people
    who, chance = Random(f"people {seed}"), Random(f"lists {seed}")  # noqa: S311  # invented people
    pen = Pen(chance, difficulty)
    every: list[tuple[Style, list[Written]]] = [(style, []) for style in STYLES[:lists]]
    coverage: Coverage = {}
    for number, person in enumerate(inhabitants(people, who), start=1):
        seen = who.betavariate(4, 4) * 2
        spelt: dict[str, Words] = {}
        for style, written in every:
            copied = spelt.get(COPIES.get(style.name, ""))
            for entry, words in _rows(style, person, seen, pen, coverage, copied):
                written.append((entry, number))
                spelt[style.name] = words
    for _, written in every:
        chance.shuffle(written)
    return every


def _rows(
    style: Style, person: Person, seen: float, pen: Pen, coverage: Coverage, copied: Words | None
) -> Iterator[tuple[Entry, Words]]:
    """Give no row, one, or now and then two of a person."""
    reach = (
        style.reach * seen * style.by_status[person.status] * _covered(style, person, pen, coverage)
    )
    if pen.does(min(reach, SURE)):
        yield style.write(person, pen, copied if pen.does(COPIED) else None)
        if pen.does(style.twice):
            yield style.write(person, pen, None)


def _covered(style: Style, person: Person, pen: Pen, coverage: Coverage) -> float:
    """Give how well the town on that day is covered, by all lists and by this one."""
    place, share = (person.town.name[0], person.event), 1.0
    for key in (("", *place), (style.name, *place)):
        if key not in coverage:
            coverage[key] = pen.one_of((0.5, 0.8, 1.0, 1.2, 1.5))
        share *= coverage[key]
    return share


def _csv(
    path: Path, header: Sequence[str], rows: Iterator[list[str]] | list[tuple[str, int, int]]
) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        out = csv.writer(stream)
        out.writerow(header)
        out.writerows(rows)


def main() -> None:
    """Write what the arguments ask for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.linking.generator")
    parser.add_argument("--people", type=int, required=True)
    parser.add_argument("--lists", type=int, choices=range(1, len(STYLES) + 1), default=4)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--difficulty", type=float, default=1.0)
    parser.add_argument("--out", type=Path, required=True)
    asked = parser.parse_args()
    rows = write(
        asked.out,
        people=asked.people,
        lists=asked.lists,
        seed=asked.seed,
        difficulty=asked.difficulty,
    )
    print(f"{rows:,} rows of {asked.people:,} people in {asked.out}")


if __name__ == "__main__":
    main()
