"""How many there were, if the lists were independent and everybody as easy to list as the next.

One class of persons, each on list j with the same unknown chance, whatever other lists name
them. Nearly no real lists are like that: those that share sources, or people who are hard to find
for every list, give too low a number, and an interval that is far too short. What it is for is to
stand beside the others: it is exact, and where they differ from it, dependence is what they saw.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from qantar.counting.cautions import GRID_END, NO_OVERLAP
from qantar.counting.digits import figure
from qantar.counting.fit import Fit
from qantar.counting.log_gamma import rising
from qantar.counting.posterior import LogMass, adapted
from qantar.counting.posterior_fit import blank, posterior_fit
from qantar.counting.table import CaptureTable, Floats, Ints
from qantar.counting.usable import too_little, without_empty_lists
from qantar.model.estimate import Caution, Diagnostics, Refusal

METHOD: Final = "independent"

CONDITIONS: Final = (
    "All lists cover the same place, time and kind of person.",
    "Being on one list changes nothing about the chance of being on another.",
    "On each list, everybody had the same chance of being named.",
    "Nobody is counted twice, and no two records of one person were left apart.",
)

_BEYOND: Final = 1e-10
_TOLERANCE: Final = 1e-9


def estimate(table: CaptureTable, *, level: float = 0.95, seed: int = 0) -> Fit | Refusal:
    """Give the exact posterior of all persons under one class.

    With n persons observed and n_j on list j, chances of capture λ_j ~ Beta(1, 1) integrated
    out, and a prior of 1/N:

        p(N) ∝ (1/N) · N! / (N − n)! · ∏_j B(1 + n_j, 1 + N − n_j),    N ≥ n

    It is summed over all whole numbers: without an upper limit, until less than 1e-10 lies
    beyond, and with whole numbers left out only where that moves less than 1e-9 of it.

    Args:
        table: the capture patterns; lists that name nobody are left out.
        level: of the interval.
        seed: of the sample.

    Returns:
        Persons. Where no two lists share anybody, the answer is still a proper one, but stands on
        the prior alone, which the caution `no-overlap` says. Refused with `few-lists` or
        `not-estimable` where there is one list or nobody.

    Source: the latent class model of Manrique-Vallier (2016) with one class; Castledine (1981)
    has the same posterior for other priors.
    """
    used, cautions = without_empty_lists(table)
    refused = too_little(used, METHOD)
    if refused:
        return refused
    posterior = adapted(log_mass(used), scale=used.observed, beyond=_BEYOND, tolerance=_TOLERANCE)
    if posterior.beyond > _BEYOND:
        text = f"A share of {posterior.beyond:.1g} lies beyond any number that was looked at."
        cautions += (Caution(code=GRID_END, text=text, kind=METHOD),)
    if int(used.sizes.sum()) == used.observed:
        text = "No two lists share anybody: the number is what the prior says, not the lists."
        cautions += (Caution(code=NO_OVERLAP, text=text, kind=METHOD),)
    found = Diagnostics(converged=True, grid_end_mass=figure(posterior.beyond), models=1)
    return posterior_fit(
        posterior,
        observed=used.observed,
        about=blank(METHOD, level, CONDITIONS, found),
        cautions=cautions,
        seed=seed,
    )


def log_mass(table: CaptureTable) -> LogMass:
    """Give the log of the posterior, up to a constant, by how many are on no list."""
    observed = table.observed

    def of(unseen: Ints) -> Floats:
        missing = unseen.astype(np.float64)
        everybody = missing + observed
        logs = rising(missing + 1, observed) - np.log(everybody)
        for size in table.sizes.tolist():
            logs -= rising(everybody - size + 1, size + 1)
        return logs

    return of
