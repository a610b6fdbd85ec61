"""The chains of the latent class model: whether they agree, and what a second of them is worth.

LCMCR's figures are stored, not run. Its effective draws per second are those of log N in its four
stored chains, burn-in included, which flatters it where its R-hat is high: chains that do not
agree have fewer than is seen in them. Ours are those of the bulk, as theirs, warm-up included.
The first round is four times as long as what a user gets, so that figures are steady.
An iteration of ours is a sweep, which is what LCMCR's is, and in three of ten a glide of 24 leaps.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from time import process_time
from typing import Final

import numpy as np
from tests.counting.published import Published, published

from qantar.counting.latent_chains import Chains, Effort, run_chains
from qantar.counting.latent_kernel import Prior

_HEADER: Final = (
    "table",
    "lists",
    "median (95 %)",
    "R-hat",
    "effective draws, bulk/tails",
    "iteration",
    "effective draws/s",
    "LCMCR stored: median (95 %)",
    "its R-hat",
    "its draws/s",
    "ratio",
    "largest difference, in Monte Carlo errors of both",
)
_PRIOR: Final = Prior(1.0, 1.0, 0.25, 0.25)
_CLASSES: Final = 10
_CHAINS: Final = 4
_EFFORT: Final = Effort(iterations=20_000, kept=2_500)
_CHANCES: Final = np.array([0.025, 0.5, 0.975])


def lines(tables: Sequence[str], seed: int) -> Iterator[str]:
    """Give the rows of the table, as they come."""
    yield f"| {' | '.join(_HEADER)} |"
    yield f"|{'---|' * len(_HEADER)}"
    warm = next(iter(published().values()))
    _run(warm, Effort(warm_up=100, iterations=100, kept=100, most=100), seed)
    for name, one in published().items():
        if not tables or any(name.startswith(asked) for asked in tables):
            before = process_time()
            chains = _run(one, _EFFORT, seed)
            yield _line(one, chains, process_time() - before)


def _run(one: Published, effort: Effort, seed: int) -> Chains:
    return run_chains(one.table, classes=_CLASSES, prior=_PRIOR, effort=effort, seed=seed)


def _line(one: Published, chains: Chains, seconds: float) -> str:
    stored = one.reference["LCMCR_K10"]
    ours = np.quantile(chains.people, _CHANCES)
    theirs = np.array([stored["lo95"], stored["N_median"], stored["hi95"]])
    each = seconds / (chains.iterations * _CHAINS)
    # The last round alone gives the draws; what earlier ones cost is not its price.
    fewest = min(chains.ess_bulk, chains.ess_tail)
    per_second = chains.ess_bulk / (each * _CHAINS * (chains.last_round + _EFFORT.warm_up))
    lcmcr = stored["ess_total"] / (_CHAINS * stored["seconds_cpu_per_chain"])
    both = np.hypot(
        _errors(chains.people.ravel(), fewest), _errors(chains.people.ravel(), stored["ess_total"])
    )
    cells = (
        one.name,
        f"{one.lists}",
        _interval(ours),
        f"{chains.rhat:.4f}{'' if chains.has_converged else ' NOT converged'}",
        f"{chains.ess_bulk:,.0f} / {chains.ess_tail:,.0f}",
        f"{each * 1e6:.1f} µs",
        f"{per_second:,.0f}",
        _interval(theirs),
        f"{stored['split_rhat_logN']:.3f}",
        f"{lcmcr:,.0f}",
        f"{per_second / lcmcr:.1f}",
        f"{(np.abs(ours - theirs) / both).max():.1f}",
    )
    return f"| {' | '.join(cells)} |"


def _interval(of: np.ndarray) -> str:
    return f"{of[1]:,.0f} ({of[0]:,.0f} to {of[2]:,.0f})"


def _errors(sample: np.ndarray, effective: float) -> np.ndarray:
    """Give the Monte Carlo errors of the ends and the median, in persons."""
    doubt = np.sqrt(_CHANCES * (1 - _CHANCES) / effective)
    ends = np.quantile(sample, [np.maximum(_CHANCES - doubt, 0), np.minimum(_CHANCES + doubt, 1)])
    half: np.ndarray = (ends[1] - ends[0]) / 2 + 0.5  # a whole number is known to half of one
    return half
