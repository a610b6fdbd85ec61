"""How many there were, if there were kinds of persons that differ in who lists them.

Lists miss the same persons, and for reasons: the poor, those of a village without telephone, women.
Here every person belongs to one of several classes that nobody has seen; within a class, lists
are independent, so all dependence between lists comes from the classes. How many classes there are
is not chosen: a prior lets as many be occupied as the lists show. The number holds if

* all lists cover the same place, time and kind of person,
* persons are counted once: record linkage is done, and right,
* every class had some chance of being listed; who could be on no list is not in the number,
* lists depend on each other through such classes only. One that was copied from another, or one
  that leaves out whom another has, is not of that kind.

What cannot be seen in the lists, a class that they all miss alike, comes from the prior, whose
weight on the answer is shown by estimating again with another one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from qantar.counting.cautions import FEW_LISTS, GRID_END, NO_OVERLAP, NOT_CONVERGED, NOT_ESTIMABLE
from qantar.counting.digits import figure
from qantar.counting.fit import Fit
from qantar.counting.latent_chains import STATISTICS, Chains, Effort, run_chains
from qantar.counting.latent_kernel import Prior as KernelPrior
from qantar.counting.table import CaptureTable, Floats
from qantar.counting.usable import too_little, without_empty_lists
from qantar.model.estimate import Caution, Diagnostics, Estimate, Interval, Refusal

METHOD: Final = "latent_class"

CONDITIONS: Final = (
    "All lists cover the same place, time and kind of person.",
    "Nobody is counted twice, and no two records of one person were left apart.",
    "Everybody had some chance of being on a list: who could be on none is not in the number.",
    "Lists depend on each other only because some kinds of persons are easier to list than others.",
)

_FEWEST_LISTS: Final = 3
_NEAR: Final = 0.95  # of the cap
_MUCH: Final = 0.01


@dataclass(frozen=True, slots=True, kw_only=True)
class Prior:
    """What is assumed before looking at the lists; the defaults are those of LCMCR.

    Attributes:
        classes: the most classes there may be, at least 1.
        capture: a and b of λ_jk ~ Beta(a, b), the chance of a person of class k to be on list j.
        concentration: shape and rate of α ~ Gamma; the larger α, the more classes are occupied.
    """

    classes: int = 10
    capture: tuple[float, float] = (1.0, 1.0)
    concentration: tuple[float, float] = (0.25, 0.25)

    def __post_init__(self) -> None:
        """Refuse what is no distribution, or so extreme that a chain cannot be run."""
        numbers = (*self.capture, *self.concentration)
        if self.classes < 1 or not all(0.05 <= number < np.inf for number in numbers):  # noqa: PLR2004
            message = f"not a prior: {self}; all its numbers must be at least 0.05"
            raise ValueError(message)


@dataclass(frozen=True, eq=False, kw_only=True)
class LatentClassFit(Fit):
    """The answer, and what the classes looked like.

    Attributes:
        occupied: the mean number of classes that hold anybody.
        several: share of the posterior with more than one class: near 0, the lists look
            independent.
        chain_medians: the median of N in each chain, to be looked at where they do not agree.
        iterations: of each chain, warm-up and all rounds included.
    """

    occupied: float
    several: float
    chain_medians: tuple[float, ...]
    iterations: int


def estimate(
    table: CaptureTable,
    *,
    level: float = 0.95,
    seed: int = 0,
    prior: Prior | None = None,
    effort: Effort | None = None,
    cap: int | None = None,
) -> LatentClassFit | Refusal:
    """Give the posterior of all persons under a mixture of classes.

    A person is in class k with chance ν_k, and then on list j with chance λ_jk, whatever the
    others:

        P(x) = Σ_k ν_k ∏_j λ_jk^x_j (1 − λ_jk)^(1 − x_j),    p(N) ∝ 1/N,
        ν_k = V_k ∏_{h<k} (1 − V_h),   V_k ~ Beta(1, α),   V_K = 1,
        λ_jk ~ Beta(a, b),   α ~ Gamma(c, rate d)

    Chains start far apart and run on until the rank-normalised split R-hat of log N is below 1.01
    with 400 effective draws in the bulk and in both tails, or until the limit of `effort`:
    then `converged` is False, and the numbers are not to be used.

    Args:
        table: the capture patterns; lists that name nobody are left out.
        level: of the interval, equal-tailed.
        seed: the same gives the same numbers, on any processor.
        prior: see there.
        effort: how long to try.
        cap: an upper limit of N, if something is known that sets one; there is none by default. The
            posterior is then that given N ≤ `cap`, and `near_cap` the share of it in the last
            5 %.

    Returns:
        Persons. Refused with `few-lists` below three lists, `no-overlap` where no person is on two,
        `not-estimable` where there is nobody or all of the posterior is above `cap`.

    Source: Manrique-Vallier (2016), "Bayesian population size estimation using Dirichlet process
    mixtures", Biometrics 72; R-hat and effective draws: Vehtari et al. (2021).
    """
    used, cautions = without_empty_lists(table)
    refused = too_little(used, METHOD) or _too_little_overlap(used)
    if refused:
        return refused
    prior, effort = prior or Prior(), effort or Effort()
    chains = run_chains(
        used,
        classes=prior.classes,
        prior=KernelPrior(*map(float, (*prior.capture, *prior.concentration))),
        effort=effort,
        seed=seed,
        tail=min(0.025, (1 - level) / 2),
    )
    draws = chains.people.ravel()
    kept = draws if cap is None else draws[draws <= cap]
    if not len(kept):
        text = f"{METHOD}: the lists speak for more than {cap:,} persons, the limit that was set."
        return Refusal(code=NOT_ESTIMABLE, text=text)
    near = None if cap is None else float((kept >= _NEAR * cap).mean())
    return LatentClassFit(
        estimate=_read(kept, level, _diagnosed(chains, near)),
        sample=np.random.default_rng([seed, 1]).permutation(kept),
        cautions=cautions + _cautions(chains, near, cap),
        occupied=float(chains.occupied.mean()),
        several=float((chains.occupied > 1).mean()),
        chain_medians=tuple(np.median(chains.people, axis=1).tolist()),
        iterations=chains.iterations,
    )


def _too_little_overlap(table: CaptureTable) -> Refusal | None:
    """Refuse two lists, which cannot show any dependence, and lists that share nobody."""
    if len(table.lists) < _FEWEST_LISTS:
        text = (
            f"{METHOD}: only two lists name anybody. Whether one made the other more or less "
            "likely cannot be seen in two; it takes a third, made by others."
        )
        return Refusal(code=FEW_LISTS, text=text)
    if int(table.sizes.sum()) == table.observed:
        text = (
            f"{METHOD}: nobody is on two lists, so nothing in them says how many are on none. "
            "If lists should overlap, look at the linkage; else count what is named, and say so."
        )
        return Refusal(code=NO_OVERLAP, text=text)
    return None


def _read(draws: Floats, level: float, diagnostics: Diagnostics) -> Estimate:
    tail = (1 - level) / 2
    low, median, high = np.quantile(draws, [tail, 0.5, 1 - tail], method="inverted_cdf").tolist()
    return Estimate(
        method=METHOD,
        estimate=median,
        median=median,
        mean=float(draws.mean()),
        low=low,
        high=high,
        level=level,
        interval=Interval.EQUAL_TAILED,
        conditions=CONDITIONS,
        diagnostics=diagnostics,
    )


def _diagnosed(chains: Chains, near: float | None) -> Diagnostics:
    people = chains.people
    return Diagnostics(
        converged=chains.has_converged,
        rhat=chains.rhat,
        ess_bulk=chains.ess_bulk,
        ess_tail=chains.ess_tail,
        chains=people.shape[0],
        draws=people.size,
        mcse=figure(float(STATISTICS.mcse(people, method="median"))) if np.ptp(people) else 0.0,
        near_cap=near,
    )


def _cautions(chains: Chains, near: float | None, cap: int | None) -> tuple[Caution, ...]:
    found = []
    if not chains.has_converged:
        medians = np.median(chains.people, axis=1)
        text = (
            f"The computation did not settle: after {chains.iterations:,} iterations, chains from "
            f"{len(medians)} starts still differ (medians {medians.min():,.0f} to "
            f"{medians.max():,.0f}; R-hat {chains.rhat:.3f}, effective draws "
            f"{min(chains.ess_bulk, chains.ess_tail):,.0f} of the 400 that are needed). Do not use "
            "this number. Run it longer, or look at strata in which lists overlap more."
        )
        found.append(Caution(code=NOT_CONVERGED, text=text, kind=METHOD))
    if near is not None and near > _MUCH:
        text = (
            f"{near:.0%} of the answer lies within 5 % of the limit of {cap:,} persons that was "
            "set: the limit makes the number, not the lists."
        )
        found.append(Caution(code=GRID_END, text=text, kind=METHOD))
    return tuple(found)
