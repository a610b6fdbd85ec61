"""How many there were, when two lists each name some of them.

Counts are persons, not records: link first, then estimate. The estimate holds when both lists
cover the same place and dates, at least one reaches everyone with the same chance, and being
on one does not change the chance of being on the other. With two lists nothing in the data
can tell whether that is so. Lists that share sources give too low a number; lists that shut
each other out (a morgue and a hospital) too high a one. So it is never more than a rough check.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import Final

from qantar.counting.cautions import DEPENDENCE_ASSUMED, NO_OVERLAP, NOT_ESTIMABLE, TINY_OVERLAP
from qantar.counting.fit import Fit
from qantar.counting.log_normal import blank, log_normal_fit
from qantar.counting.table import CaptureTable
from qantar.counting.usable import too_little, without_empty_lists
from qantar.model.estimate import Caution, Refusal

METHOD: Final = "chapman"

CONDITIONS: Final = (
    "Both lists cover the same place, time and kind of person.",
    "Being on one list changes nothing about the chance of being on the other. Two lists alone "
    "cannot show whether that is so: if they share sources, the number is too low.",
    "On at least one list everybody had the same chance of being named.",
    "Nobody is counted twice, and no two records of one person were left apart.",
)

_TWO: Final = 2
_FEW: Final = 7
"""From 7 on both lists on, the estimate is nearly unbiased (Robson and Regier 1964)."""


@dataclass(frozen=True, eq=False, kw_only=True)
class PairEstimate:
    """What two lists alone say: their names, the persons on both, and the answer."""

    lists: tuple[str, str]
    both: int
    answer: Fit | Refusal


def estimate(table: CaptureTable, *, level: float = 0.95, seed: int = 0) -> Fit | Refusal:
    """Estimate all persons from two lists of n₁ and n₂ with m on both.

        N = (n₁ + 1)(n₂ + 1) / (m + 1) − 1
        var N = (n₁ + 1)(n₂ + 1)(n₁ − m)(n₂ − m) / ((m + 1)² (m + 2))

    Args:
        table: the capture patterns of two lists.
        level: of the interval, which is log-normal in the persons unseen.
        seed: of the sample.

    Returns:
        Persons, always with the caution `dependence-assumed`. Refused with `no-overlap` where
        nobody is on both: the formula then gives a number that stands on nothing. Refused with
        `not-estimable` where there are more than two lists: `pairs` looks at them two by two.

    Source: Chapman (1951) for the estimate, Seber (1982, ch. 3) for its variance.
    """
    used, cautions = without_empty_lists(table)
    refused = too_little(used, METHOD) or _unfit(used)
    if refused:
        return refused
    first, second = (int(size) for size in used.sizes)
    both = int(used.overlaps[0, 1])
    product = (first + 1) * (second + 1)
    variance = product * (first - both) * (second - both) / ((both + 1) ** 2 * (both + 2))
    return log_normal_fit(
        (first - both) * (second - both) / (both + 1),  # N less the observed ones
        variance,
        observed=used.observed,
        about=blank(METHOD, CONDITIONS, level),
        cautions=(*cautions, *_said(both)),
        seed=seed,
    )


def pairs(table: CaptureTable, *, level: float = 0.95, seed: int = 0) -> tuple[PairEstimate, ...]:
    """Estimate from every two lists of a table, as if there were no others.

    Pairs whose estimates lie far below those of others are of lists that depend on each other.
    """
    found = []
    for number, (first, second) in enumerate(combinations(range(len(table.lists)), 2)):
        names = table.lists[first], table.lists[second]
        answer = estimate(table.of_lists(names), level=level, seed=seed + number)
        both = int(table.overlaps[first, second])
        found.append(PairEstimate(lists=names, both=both, answer=answer))
    return tuple(found)


def _unfit(table: CaptureTable) -> Refusal | None:
    if len(table.lists) != _TWO:
        text = (
            f"{METHOD}: this is for two lists, and {len(table.lists)} name somebody. Use a method "
            "for more lists, or count two of them by themselves."
        )
        return Refusal(code=NOT_ESTIMABLE, text=text)
    if not table.overlaps[0, 1]:
        text = (
            f"{METHOD}: “{table.lists[0]}” and “{table.lists[1]}” have nobody in common, so "
            "nothing tells how many are on neither. Check how the two were linked, and whether "
            "they cover the same people."
        )
        return Refusal(code=NO_OVERLAP, text=text)
    return None


def _said(both: int) -> tuple[Caution, ...]:
    assumed = Caution(
        code=DEPENDENCE_ASSUMED,
        text="Two lists cannot show whether they depend on each other: independence is assumed.",
        kind=METHOD,
    )
    if both >= _FEW:
        return (assumed,)
    text = f"Only {both} on both lists: one match missed or made wrongly moves the number much."
    return assumed, Caution(code=TINY_OVERLAP, text=text, kind=METHOD)
