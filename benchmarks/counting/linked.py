"""Whether doubt about who is who reaches the interval: counting through linking, truth known.

Lists of people are made by a generator that knows everybody, those on no list too. They are linked,
written as `qantar link` writes them, and counted as `qantar count --link` counts them. Beside that
stand the same lists counted with their true persons, which is the best that linking could do, and
counted by the one division that linking holds for the likeliest, as if nothing were in doubt.

The generator's lists find some persons more easily than others, all of them, and take account of
what happened to somebody: no model of counting is right for them, so that misses are not all of
linking. With `alike`, lists are drawn anew for which all models are right: of many more people,
those on every list are all that there are, and each list keeps each of them by a chance of its own.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from statistics import mean, median
from time import process_time
from typing import Final

import numpy as np

from benchmarks.counting.answer import Answer
from benchmarks.counting.estimators import told
from benchmarks.linking.dataset import DataSet
from benchmarks.linking.linkgen_lists import linkgen
from qantar.counting.asked import Asked
from qantar.counting.linked import patterns_of_persons
from qantar.counting.one_table import count
from qantar.counting.table import CaptureTable
from qantar.linking.link import link
from qantar.model.counted import Counted
from qantar.workbench.count import CountJob, count_file
from qantar.workbench.count_files import read_linked
from qantar.workbench.environment import ONE_THREAD, with_environment
from qantar.workbench.link_result import write_result

PEOPLE: Final = 2_000
LISTS: Final = 4
SEEDS: Final = tuple(range(41, 61))
"""Seeds that no constant of linking was chosen by, those of `python -m benchmarks.linking`."""

DRAWS: Final = 100
"""Divisions that are drawn, as `qantar link` draws them by default."""

LEAST_COVER: Final = 0.8
MOST_WIDTH: Final = 2.0
"""The bars: through linking the truth is held so often at least, and intervals are so wide at most,
each as times what they are with the true persons."""

CHANCES: Final = {"list_1": 0.42, "list_2": 0.38, "list_3": 0.30, "list_4": 0.24}
"""How likely a list keeps somebody, where lists are alike for all: the generator's own averages."""

_ON_ALL: Final = 0.0136
"""Which share of the generator's people is on all four lists."""

_MET: Final = {True: "held", False: "NOT"}
_HEADER: Final = (
    "seed",
    "truth",
    "named: truly, as linked",
    "with the true persons",
    "through draws",
    "by the point alone",
    "share of linking",
    "CPU: linking, draws",
)


@dataclass(frozen=True, kw_only=True)
class Seed:
    """One seed: what each way of counting gave.

    `named` are persons on at least one list, truly and as linked; `share` that of the variance of
    log N that comes from linking, None where nothing is quoted; `seconds` of this process, for
    linking and for counting through draws.
    """

    seed: int
    people: int
    named: tuple[int, int]
    truly: Answer
    drawn: Answer
    point: Answer
    share: float | None
    seconds: tuple[float, float]


@dataclass(frozen=True, kw_only=True)
class Lists:
    """How lists are made.

    Attributes:
        path: the generator, a program of its own.
        people: how many there are, those on no list included.
        difficulty: how much is wrong or lacking in the lists, 1 as the generator has it.
        alike: whether lists are drawn anew, so that they find all alike and apart from each other;
            there are about as many people then.
    """

    path: Path
    people: int = PEOPLE
    difficulty: float = 1.0
    alike: bool = False

    def made(self, seed: int) -> tuple[DataSet, int]:
        """Give the rows with their true persons, and how many people there are in all."""
        many = round(self.people / _ON_ALL) if self.alike else self.people
        data = linkgen(self.path, people=many, seed=seed, lists=LISTS, difficulty=self.difficulty)
        return listed_alike(data, seed) if self.alike else (data, many)


def lines(
    lists: Lists,
    seeds: Sequence[int],
    methods: Sequence[str],
    *,
    draws: int | None,
    workers: int,
) -> Iterator[str]:
    """Give the rows of the table as they come, and what they come to.

    Args:
        lists: how they are made.
        seeds: of the generator.
        methods: names of estimators; all where there are none. One is quoted, by the rule.
        draws: of linking, how many are counted; as many as `qantar count` takes where None.
        workers: processes.
    """
    yield f"| {' | '.join(_HEADER)} |"
    yield f"|{'---|' * len(_HEADER)}"
    taken = Asked().draws if draws is None else draws
    asked = Asked(methods=tuple(methods) or None, sensitivity=False, draws=taken)
    found = []
    with (
        with_environment(**ONE_THREAD),
        ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as processes,
    ):
        for one in processes.map(partial(counted, lists, asked), seeds):
            found.append(one)
            yield line(one)
    yield from summary(found)


def counted(lists: Lists, asked: Asked, seed: int) -> Seed:
    """Make lists, link them, and count in all three ways."""
    data, people = lists.made(seed)
    return count_data(data, seed, people=people, asked=asked)


def listed_alike(data: DataSet, seed: int) -> tuple[DataSet, int]:
    """Draw lists anew of those who are on all of them; give the rows, and how many these are.

    A list keeps all rows of a person or none, by its chance of `CHANCES`.
    """
    on: dict[str, set[str]] = {}
    for row, person in zip(data.rows, data.person, strict=True):
        on.setdefault(str(person), set()).add(row.list)
    people = sorted(person for person, lists in on.items() if len(lists) == len(CHANCES))
    rng = np.random.default_rng(seed)
    kept = {
        (name, person)
        for name, chance in CHANCES.items()
        for person, is_kept in zip(people, rng.random(len(people)) < chance, strict=True)
        if is_kept
    }
    pairs = zip(data.rows, data.person, strict=True)
    chosen = [(row, person) for row, person in pairs if (row.list, str(person)) in kept]
    rows, persons = zip(*chosen, strict=True)
    drawn = DataSet(name=f"{data.name}-alike", rows=rows, person=persons, rules=data.rules)
    return drawn, len(people)


def count_data(data: DataSet, seed: int, *, people: int, asked: Asked) -> Seed:
    """Link rows of whom it is known who is who, and count in all three ways."""
    start = process_time()
    linked = link(data.rows, lists=data.rules, draws=max(DRAWS, asked.draws))
    between = process_time()
    with tempfile.TemporaryDirectory(prefix="qantar-linked-") as folder:
        write_result(Path(folder), linked, ())
        through = count_file(CountJob(linked=Path(folder), asked=asked)).counted
        seconds = process_time() - between
        point = read_linked(Path(folder), most=0).strata[0].table
    if not isinstance(through, Counted):
        message = "a result of linking has no strata"
        raise TypeError(message)
    truth = true_table(data)
    return Seed(
        seed=seed,
        people=people,
        named=(truth.observed, point.observed),
        truly=told(count(truth, asked=asked)),
        drawn=told(through),
        point=told(count(point, asked=asked)),
        share=through.headline.linkage_share if through.headline else None,
        seconds=(between - start, seconds),
    )


def true_table(data: DataSet) -> CaptureTable:
    """Count the true persons by the lists that name them."""
    lists = sorted({row.list for row in data.rows})
    place = np.array([lists.index(row.list) for row in data.rows])
    person = np.unique(np.array([str(one) for one in data.person]), return_inverse=True)[1]
    return patterns_of_persons(lists, place, person)


def line(one: Seed) -> str:
    """Word one row."""
    cells = (
        f"{one.seed}",
        f"{one.people:,}",
        f"{one.named[0]:,}, {one.named[1]:,}",
        *(_interval(answer, one.people) for answer in (one.truly, one.drawn, one.point)),
        "" if one.share is None else f"{one.share:.2f}",
        f"{one.seconds[0]:.0f} s, {one.seconds[1]:.0f} s",
    )
    return f"| {' | '.join(cells)} |"


def _interval(answer: Answer, people: int) -> str:
    if answer.low is None or answer.high is None:
        return f"refused ({answer.refused})"
    said = f"{answer.point:,.0f} ({answer.low:,.0f} to {answer.high:,.0f})"
    return said if answer.holds(people) else f"{said} misses"


def summary(found: Sequence[Seed]) -> Iterator[str]:
    """Say how often each way holds the truth, how wide it is, and whether the bars are met."""
    ways = {
        "with the true persons": [(one.people, one.truly) for one in found],
        "through draws": [(one.people, one.drawn) for one in found],
        "by the point alone": [(one.people, one.point) for one in found],
    }
    held = {name: sum(a.holds(n) for n, a in of) for name, of in ways.items()}
    wide = {name: _width([a for _, a in of]) for name, of in ways.items()}
    for name, of in ways.items():
        points = [a.point / n for n, a in of if a.point is not None]
        yield (
            f"{name}: holds {held[name]} of {len(found)}, median width {wide[name]:,.0f}, "
            f"points {mean(points):.3f} of the truth on average"
        )
    truly, drawn, point = ways
    cover = held[drawn] >= LEAST_COVER * held[truly]
    width = wide[drawn] <= MOST_WIDTH * wide[truly]
    fails = held[point] < LEAST_COVER * held[truly]
    yield (
        f"through draws at least {LEAST_COVER} times as often as with the true persons: "
        f"{_MET[cover]}; at most {MOST_WIDTH:g} times as wide: {_MET[width]} "
        f"({wide[drawn] / wide[truly]:.2f}); the point alone fails the first: "
        f"{'yes' if fails else 'no'}"
    )


def _width(answers: Sequence[Answer]) -> float:
    pairs = ((one.low, one.high) for one in answers)
    return median(
        [high - low for low, high in pairs if low is not None and high is not None]
        or [float("nan")]
    )
