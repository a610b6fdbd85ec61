"""What reviewed pairs are worth: the truth answers the questions that review would ask.

Each line is one set: pair F1 without answers and with them, how many pairs were said to be true
beside how many are, what pairs said to be .80 to .95 are, how many links of persons no rule
found, and how long one decision takes. Decisions of chance, half of them false, are then
laid on top: none may be violated. With `--wrong` a share of the answers is the opposite of the
truth, as of people who err.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from random import Random
from time import perf_counter

import numpy as np

from benchmarks.linking.dataset import DataSet
from benchmarks.linking.measure import Ints, pair_score
from benchmarks.linking.sets import Measured
from qantar.linking.decided import decided
from qantar.linking.link import Linker
from qantar.linking.questions import questions
from qantar.linking.result import PairDecision, Verdict
from qantar.linking.standing import Standing

SITTING = 25
"""Answers after which rows are linked again."""
LIKELY = (0.8, 0.95)
RANDOM_ROWS = 0.2
"""How many of the decisions of chance are about any two rows at all."""
HEADER = (
    "data",
    "answers",
    "pair F1 without",
    "with",
    "said / true pairs without",
    "with",
    "said .80-.95 without",
    "with",
    "interval of persons",
    "true",
    "one decision",
    "violated",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviewed:
    """One set before and after review."""

    name: str
    answers: int
    f1: tuple[float, float]
    said: tuple[float, float]
    likely: tuple[tuple[float, float, int], tuple[float, float, int]]
    persons: tuple[int, int]
    true_persons: int
    seconds: float
    violated: int


def reviewed(
    data: DataSet, *, answers: int, wrong: float = 0.0, decisions: int = 1000, draws: int = 100
) -> Reviewed:
    """Ask so many questions, answer them by the truth, and measure.

    Args:
        data: rows with their truth.
        answers: how many questions.
        wrong: which share of the answers is the opposite of the truth.
        decisions: how many decisions of chance are laid on top.
        draws: how many divisions are drawn for the interval.
    """
    linker = Linker.of(data.rows, lists=data.rules)
    truth = np.unique(np.array([str(one) for one in data.person]), return_inverse=True)[1]
    told = answered(linker, truth, answers, wrong=wrong)
    before, after = linker.standing(), linker.standing(told)
    interval = linker.linked(told, draw=draws).persons
    return Reviewed(
        name=data.name,
        answers=len(told),
        f1=(pair_score(before.person, truth).f1, pair_score(after.person, truth).f1),
        said=(_said(linker, before, truth), _said(linker, after, truth)),
        likely=(_likely(linker, before, truth), _likely(linker, after, truth)),
        persons=(interval.low, interval.high),
        true_persons=len(np.unique(truth)),
        seconds=_one_decision(linker, after, told),
        violated=_violated(linker, told, decisions),
    )


def answered(
    linker: Linker, truth: Ints, answers: int, *, wrong: float = 0.0
) -> list[PairDecision]:
    """Give the answers of somebody who knows the truth, and now and then errs."""
    keys = list(linker.table.places)
    chance = Random("errors")  # noqa: S311  # for repeatable rows
    told: list[PairDecision] = []
    while len(told) < answers:
        left = min(SITTING, answers - len(told))
        asked = list(islice(questions(linker, linker.standing(told)), left))
        if not asked:
            break
        for one in asked:
            is_one = (truth[one.left] == truth[one.right]) != (chance.random() < wrong)
            same = Verdict.SAME if is_one else Verdict.NOT_SAME
            told.append(PairDecision(keys[one.left], keys[one.right], same, one.origin))
    return told


def _said(linker: Linker, now: Standing, truth: Ints) -> float:
    """How many of the candidates were said to be true, for each that is."""
    found = linker.scores.found
    same = truth[found.left] == truth[found.right]
    return float(now.scores.probability[: len(same)].sum() / max(1, same.sum()))


def _likely(linker: Linker, now: Standing, truth: Ints) -> tuple[float, float, int]:
    """What was said of pairs from .80 to .95, how many are true, and how many there are."""
    found = linker.scores.found
    said = now.scores.probability[: len(found)]
    here = (said > LIKELY[0]) & (said <= LIKELY[1])
    same = truth[found.left] == truth[found.right]
    count = int(here.sum())
    return float(said[here].sum()) / max(1, count), int(same[here].sum()) / max(1, count), count


def _one_decision(linker: Linker, now: Standing, told: list[PairDecision]) -> float:
    """How many seconds until the persons stand again: the longest of twenty decisions."""
    keys = list(linker.table.places)
    took = []
    for one in islice(questions(linker, now), 20):
        begun = perf_counter()
        said = PairDecision(keys[one.left], keys[one.right], Verdict.SAME)
        now.after(decided([*told, said], linker.table.places))
        took.append(perf_counter() - begun)
    return max(took, default=0.0)


def _violated(linker: Linker, told: list[PairDecision], count: int) -> int:
    """Lay decisions of chance on top, one by one and in a new run; count those not obeyed.

    Of those that contradict others nothing is asked but that they are reported.
    """
    chance = Random("decisions")  # noqa: S311  # for repeatable rows
    keys = list(linker.table.places)
    found = linker.scores.found
    every = list(told)
    for _ in range(count):
        at = chance.randrange(len(found))
        a, b = int(found.left[at]), int(found.right[at])
        if chance.random() < RANDOM_ROWS:
            a, b = chance.sample(range(len(keys)), 2)
        verdict = chance.choice((Verdict.SAME, Verdict.NOT_SAME))
        every.append(PairDecision(keys[a], keys[b], verdict))
    now = decided(every, linker.table.places)
    stands = linker.standing(told).after(now), linker.standing(every)
    drawn = linker.linked(every, draw=3).draws
    divisions = (*(one.person for one in stands), *drawn)
    free = now.verdicts.keys() - now.contradicted
    return sum(
        (person[pair[0]] == person[pair[1]]) != (now.verdicts[pair].verdict is Verdict.SAME)
        for person in divisions
        for pair in free
    )


def line(got: Reviewed) -> str:
    """Word the row of the table."""
    cells = (
        got.name,
        str(got.answers),
        *(f"{one:.4f}" for one in got.f1),
        *(f"{one:.3f}" for one in got.said),
        *(f"{said:.3f}, true {true:.3f} of {count:,}" for said, true, count in got.likely),
        f"{got.persons[0]:,}-{got.persons[1]:,}",
        f"{got.true_persons:,}",
        f"{got.seconds:.2f} s",
        str(got.violated),
    )
    return f"| {' | '.join(cells)} |"


def main(sets: Iterable[Measured], answers: int, wrong: float = 0.0) -> None:
    """Print one line of the table a set."""
    print(f"| {' | '.join(HEADER)} |")
    print(f"|{'---|' * len(HEADER)}")
    for one in sets:
        print(line(reviewed(one.load(), answers=answers, wrong=wrong)), flush=True)
