"""What other names of rows are worth: `python -m benchmarks.linking.aliases`.

Lists of the second generator, whose rows are told other names of two kinds: how another list calls
the same person, and how some list calls a stranger. The first shall join more, the second shall
not join strangers easily. Everything else stays as it was.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from random import Random
from typing import NamedTuple

from benchmarks.linking.dataset import DataSet
from benchmarks.linking.generator import generate
from benchmarks.linking.measure import Score, pair_score
from qantar.linking.link import link
from qantar.model.person_row import PersonRow

KINDS: tuple[tuple[float, float], ...] = ((0.0, 0.0), (0.3, 0.0), (0.3, 0.1), (0.0, 0.1))
"""Shares of rows that are told a name of their own person, and one of a stranger."""


class Told(NamedTuple):
    """One set: shares of rows with names of their person and of strangers; what linking gave."""

    data: str
    own: float
    strange: float
    score: Score


def with_other_names(data: DataSet, own: float, strange: float, seed: int) -> list[PersonRow]:
    """Tell a share of the rows other names of their person, and a share those of strangers."""
    chance = Random(seed)  # noqa: S311  # invented lists, not keys
    names: dict[object, list[str]] = defaultdict(list)
    for row, person in zip(data.rows, data.person, strict=True):
        names[person].append(_name(row))
    everybody = [_name(row) for row in data.rows]
    told = []
    for row, person in zip(data.rows, data.person, strict=True):
        others = sorted(set(names[person]) - {_name(row)})
        given = [chance.choice(others)] if chance.random() < own and others else []
        given += [chance.choice(everybody)] if chance.random() < strange else []
        told.append(replace(row, aliases=tuple(filter(None, given))))
    return told


def _name(row: PersonRow) -> str:
    return row.name or " ".join(filter(None, (row.surname, row.given)))


def measured(people: int, seeds: Sequence[int]) -> Iterator[Told]:
    """Link the lists of each seed with each kind of other names."""
    for seed in seeds:
        data = generate(people=people, lists=4, seed=seed)
        for own, strange in KINDS:
            found = link(with_other_names(data, own, strange, seed))
            yield Told(data.name, own, strange, pair_score(found.person, data.person))


def main() -> None:
    """Print a line for each set and kind."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=4_000)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 11])
    asked = parser.parse_args()
    print("| data | told names of their own | of strangers | pair F1 | precision | recall |")
    print("|---|---|---|---|---|---|")
    for one in measured(asked.people, asked.seeds):
        score = f"{one.score.f1:.3f} | {one.score.precision:.3f} | {one.score.recall:.3f}"
        print(f"| {one.data} | {one.own:.0%} | {one.strange:.0%} | {score} |", flush=True)


if __name__ == "__main__":
    main()
