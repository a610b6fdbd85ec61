"""One set of lists linked and held against its truth, with what that cost."""

from __future__ import annotations

import resource
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from benchmarks.linking.dataset import DataSet
from benchmarks.linking.measure import (
    Bin,
    Floats,
    Ints,
    ListRecall,
    Score,
    b_cubed,
    calibration,
    candidate_recall,
    pair_score,
    recall_by_lists,
    true_pairs,
)

KIBIBYTE, MEGABYTE = 1 << 10, 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Who is who, said by a linker: a person for each row, and the pairs it compared.

    `left` and `right` are places in the rows; `probability` is what was said of each pair.
    """

    person: Ints
    left: Ints
    right: Ints
    probability: Floats


Linker: TypeAlias = Callable[[DataSet], Answer]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What was found, beside what is true.

    Seconds are of processors. `megabytes` is the peak of the whole process, and
    `megabytes_before` what that was before linking: reading the rows may take more than it.
    """

    rows: int
    true_pairs: int
    candidates: float
    pairs: Score
    b_cubed: Score
    persons: int
    true_persons: int
    said: float
    truly: int
    by_lists: tuple[ListRecall, ...]
    calibration: tuple[Bin, ...]
    seconds: float
    megabytes: float
    megabytes_before: float


def outcome(data: DataSet, linker: Linker) -> Outcome:
    """Link the rows and measure; memory is the largest resident set of this process so far."""
    before, began = _peak(), _busy()
    answer = linker(data)
    seconds, megabytes = _busy() - began, _peak()
    true = np.unique(np.asarray(data.person), return_inverse=True)[1]
    same = true[answer.left] == true[answer.right]
    return Outcome(
        rows=len(data.rows),
        true_pairs=true_pairs(true),
        candidates=candidate_recall(answer.left, answer.right, true),
        pairs=pair_score(answer.person, true),
        b_cubed=b_cubed(answer.person, true),
        persons=len(np.unique(answer.person)),
        true_persons=len(np.unique(true)),
        said=float(answer.probability.sum()),
        truly=int(same.sum()),
        by_lists=tuple(recall_by_lists([row.list for row in data.rows], answer.person, true)),
        calibration=tuple(calibration(answer.probability, same)),
        seconds=seconds,
        megabytes=megabytes,
        megabytes_before=before,
    )


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * KIBIBYTE / MEGABYTE


def _busy() -> float:
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime
