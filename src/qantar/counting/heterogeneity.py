"""Whether persons seem to differ in how easily lists find them, all lists alike.

Where some are found easily and others hardly, lists overlap more than chance allows, all of them
together: who is on one list is on another more often than others are. Few observed persons stand
for many unseen ones then, and an estimate that does not know comes out too low. Models of
heterogeneity that fit what was observed equally well may differ widely in how many were
unseen: the test can say that there is something to be careful about, and no model can mend it.

Lists overlap beyond chance, too, where two of them share sources and persons are alike. Which of
the two explains the overlaps better can be asked (`pairs_explain_better`), never which is so.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import copysign, erfc, log, sqrt
from typing import Final

import numpy as np

from qantar.counting.table import CaptureTable, Floats
from qantar.model.estimate import Refusal

LEVEL: Final = 0.05
"""Chance of a false alarm where lists are independent and everybody is found alike.

Of 200 tables drawn afresh from each of the designs `indep3`, `indep5` and `sparse4` of
benchmarks/counting (`warned`), 2 to 5 in 100 were told, and 99 in 100 of `twoclass_mild4`."""

_LEAST_LISTS: Final = 3


@dataclass(frozen=True, slots=True)
class Shared:
    """How far lists overlap beyond chance, all pairs alike.

    `strength` is the natural logarithm of the odds ratio that every two lists have in common:
    above 0 where persons differ, 0 where lists are independent. `z` is the signed root of twice
    the gain in log likelihood, a standard normal deviate where the odds ratio is 1. `criterion` is
    BIC of the model in which all pairs have that odds ratio, of the patterns given their number,
    and `independence` that of independent lists.
    """

    strength: float
    z: float
    criterion: float
    independence: float

    @property
    def chance(self) -> float:
        """How often independent lists would overlap as much by chance."""
        return 0.5 * erfc(self.z / sqrt(2))

    @property
    def is_told(self) -> bool:
        """Whether it is worth a warning."""
        return self.chance < LEVEL


def shared_dependence(table: CaptureTable) -> Shared | None:
    """Test independence against one odds ratio common to all pairs of lists.

    The model gives a pattern x of a person observed at least once the probability
    exp(sum_j b_j x_j + g t (t - 1) / 2) / Z, t = sum_j x_j: Rasch's model of persons who differ,
    in Darroch's form, with g = 0 for independence. Z is a sum over t of elementary symmetric
    polynomials of exp(b), so that the cost grows with a power of the lists, not with 2**J.

    Returns:
        None where it cannot be told: fewer than three lists have anybody, or nobody is on two.

    Source: Darroch, Fienberg, Glonek & Junker (1993).
    """
    lists = [name for name, size in zip(table.lists, table.sizes.tolist(), strict=True) if size]
    table = table.of_lists(lists)
    shared = float(table.frequencies @ _pairs(len(lists))[1:])
    if len(lists) < _LEAST_LISTS or not shared:
        return None
    means = np.append(table.sizes, shared) / table.observed
    start = np.append(np.log(means[:-1]), 0.0)
    without, alone = _fit(means, start, common=False)
    full, best = _fit(means, alone, common=True)
    gain = max(0.0, table.observed * (full - without))
    term = log(table.observed)
    return Shared(
        strength=float(best[-1]),
        z=copysign(sqrt(2 * gain), best[-1]),
        criterion=len(best) * term - 2 * table.observed * full,
        independence=(len(best) - 1) * term - 2 * table.observed * without,
    )


def pairs_explain_better(table: CaptureTable, shared: Shared) -> bool:
    """Whether lists that depend on each other explain the overlaps better than persons who differ.

    The log-linear model that is chosen, in which persons are alike and some lists depend on each
    other, against the one odds ratio common to all pairs, by BIC; both of the patterns given
    how many were observed, so that the constant is no parameter of either. Where there is no such
    model (none determines how many were missed, or there are more lists than they are made for)
    independent lists stand for it, so that a false alarm of the test refuses nothing.

    Args:
        table: in which every list names somebody.
        shared: what `shared_dependence` gave for it.
    """
    from qantar.counting.loglinear import chosen_model  # noqa: PLC0415  # heavy

    model = chosen_model(table)
    if isinstance(model, Refusal):
        return shared.independence < shared.criterion
    counts, expected = table.cells()[1:], model.expected[1:]
    occurs = counts > 0
    likelihood = float(counts[occurs] @ np.log(expected[occurs] / table.observed))
    return (model.parameters - 1) * log(table.observed) - 2 * likelihood < shared.criterion


def _pairs(lists: int) -> Floats:
    """Pairs of lists among t of them, for t from 0."""
    times = np.arange(lists + 1, dtype=np.float64)
    pairs: Floats = times * (times - 1) / 2
    return pairs


def _fit(means: Floats, start: Floats, *, common: bool) -> tuple[float, Floats]:
    """Maximise the log likelihood for each person, which is concave; give it, and where.

    `means` are those of x_j and of t (t - 1) / 2. Without `common` the last parameter stays.
    """
    from scipy.optimize import minimize  # noqa: PLC0415  # loaded when it is used

    def loss(at: Floats) -> tuple[float, Floats]:
        log_sum, expected = _log_sum(at)
        slopes = expected - means
        slopes[-1] *= common
        return log_sum - float(means @ at), slopes

    found = minimize(loss, start, jac=True, method="BFGS")
    best: Floats = found.x
    return -float(found.fun), best


def _log_sum(at: Floats) -> tuple[float, Floats]:
    """Give log Z and the expected means of x_j and of t (t - 1) / 2."""
    weights = np.exp(at[:-1])
    pairs = _pairs(len(weights))
    common = np.exp(at[-1] * pairs)
    common[0] = 0.0  # nobody who is on no list was observed
    terms = _symmetric(weights) * common
    whole = terms.sum()
    on_list = [
        weight * (_symmetric(np.delete(weights, j)) @ common[1:])
        for j, weight in enumerate(weights)
    ]
    return float(np.log(whole)), np.append(on_list, terms @ pairs) / whole


def _symmetric(weights: Floats) -> Floats:
    """Give the elementary symmetric polynomials e_0, e_1, ..., of all weights."""
    sums = np.zeros(len(weights) + 1)
    sums[0] = 1.0
    for weight in weights:
        sums[1:] += weight * sums[:-1]
    return sums
