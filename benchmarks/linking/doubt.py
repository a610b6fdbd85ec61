"""How honest the doubt is: over many seeds, how often what was drawn holds the truth.

For each seed persons are linked and other divisions drawn. Told of each generator: in how many
seeds the 95 % interval of the number of persons holds the true number, how wide it is,
and the same of capture patterns (on which lists somebody stands): in how many
seeds the interval of the number of people with one pattern holds theirs. Patterns are what
estimates of the uncounted are made of.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from benchmarks.linking.dataset import DataSet
from benchmarks.linking.measure import Floats, Ints
from benchmarks.linking.review import answered
from benchmarks.linking.sets import Measured
from qantar.linking.doubt import interval
from qantar.linking.link import Linker

DRAWS = 100
HEADER = (
    "data",
    "answers",
    "seeds",
    "persons held",
    "width, of the persons",
    "true persons, as drawn",
    "patterns held",
    "the pattern held least",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubted:
    """One seed: the interval of persons, and by pattern where the truth lies in its draws.

    `low`, `high` and `true` have an entry for each pattern, by its bits: bit n for list n.
    `place` is the share of draws with fewer persons than there are.
    """

    people: str
    persons: tuple[int, int]
    true_persons: int
    place: float
    low: Ints
    high: Ints
    true: Ints

    @property
    def holds(self) -> bool:
        """Whether the interval of persons holds their number."""
        return self.persons[0] <= self.true_persons <= self.persons[1]

    @property
    def width(self) -> float:
        """The width of the interval, of the true persons."""
        return (self.persons[1] - self.persons[0]) / self.true_persons

    @property
    def patterns_held(self) -> np.ndarray:
        """By pattern, whether its interval holds the truth."""
        return np.asarray((self.low <= self.true) & (self.true <= self.high))


def doubted(data: DataSet, *, answers: int = 0, draws: int = DRAWS) -> Doubted:
    """Link, draw and compare with the truth.

    Args:
        data: rows with their truth.
        answers: how many questions the truth answers first.
        draws: how many divisions are drawn.
    """
    linker = Linker.of(data.rows, lists=data.rules)
    truth = np.unique(np.array([str(one) for one in data.person]), return_inverse=True)[1]
    told = answered(linker, truth, answers)
    linked = linker.linked(told, draw=draws)
    lists = linker.table.list_of
    counts = np.array([patterns(one, lists) for one in linked.draws])
    found = patterns(linked.person, lists)
    spans = [interval(int(found[at]), counts[:, at]) for at in range(1, counts.shape[1])]
    drawn = counts.sum(axis=1)
    true = patterns(truth, lists)
    return Doubted(
        people=data.name.rpartition("-")[0],
        persons=(linked.persons.low, linked.persons.high),
        true_persons=int(true.sum()),
        place=float((drawn < true.sum()).mean()),
        low=np.array([one.low for one in spans]),
        high=np.array([one.high for one in spans]),
        true=true[1:],
    )


def patterns(person: Ints, list_of: Ints) -> Ints:
    """Count persons by the lists they stand on: bit n of the place is list n.

    Args:
        person: the mark of its person for each row.
        list_of: the number of its list for each row.
    """
    place = np.unique(person, return_inverse=True)[1]
    on = np.zeros(int(place.max(initial=-1)) + 1, dtype=np.int64)
    np.bitwise_or.at(on, place, np.int64(1) << list_of)
    return np.bincount(on, minlength=1 << (int(list_of.max(initial=0)) + 1))


def line(seeds: Sequence[Doubted], answers: int) -> str:
    """Word the row of the table of all seeds of one kind."""
    held = np.array([one.patterns_held for one in seeds])
    by_pattern: Floats = held.mean(axis=0)
    least = int(by_pattern.argmin())
    name = format(least + 1, f"0{len(by_pattern).bit_length()}b")[::-1]
    cells = (
        seeds[0].people,
        str(answers),
        str(len(seeds)),
        f"{sum(one.holds for one in seeds)}",
        f"{np.mean([one.width for one in seeds]):.3f} (to {max(one.width for one in seeds):.3f})",
        " ".join(f"{one.place:.2f}" for one in seeds),
        f"{held.mean():.3f}",
        f"{name}: {by_pattern[least]:.2f}",
    )
    return f"| {' | '.join(cells)} |"


def main(sets: Iterable[Measured], answers: int) -> None:
    """Print one line of the table for each generator and size."""
    print(f"| {' | '.join(HEADER)} |")
    print(f"|{'---|' * len(HEADER)}")
    got = (doubted(one.load(), answers=answers) for one in sets)
    for _, seeds in groupby(got, key=lambda one: one.people):
        print(line(list(seeds), answers), flush=True)
