"""What is measured: each estimator by its name, and the headline that a user gets."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Final

from benchmarks.counting import lcmcr
from benchmarks.counting.answer import Answer
from qantar.counting.asked import Asked
from qantar.counting.methods import FOR_MORE_LISTS, LOGLINEAR, fit
from qantar.counting.one_table import Result, result
from qantar.counting.table import CaptureTable
from qantar.model.counted import Counted
from qantar.model.estimate import Caution, Estimate, Refusal

Estimator = Callable[[CaptureTable, int], Answer]
"""A table and a seed in, an answer out."""

HEADLINE: Final = "headline"
DGA: Final = "decomposable_graphs (grid dga)"
LCMCR: Final = "LCMCR"

REPLICATES: Final = 100
"""Of the bootstrap beside the headline, a tenth of what a user gets: it takes most of the time, and
its interval is not quoted beside other estimators."""


def by_one(method: str, table: CaptureTable, seed: int, **options: object) -> Answer:
    """Run one estimator by itself."""
    got = fit(method, table, level=0.95, seed=seed, options=options)
    if isinstance(got, Refusal):
        return Answer(refused=got.code)
    return _answer(got.estimate, got.cautions)


def _answer(one: Estimate, cautions: Sequence[Caution]) -> Answer:
    codes = _codes(cautions)
    if one.diagnostics.converged is False:
        return Answer(refused="not-converged", cautions=codes, rhat=one.diagnostics.rhat)
    return Answer(
        low=one.low,
        point=one.estimate,
        high=one.high,
        cautions=codes,
        rhat=one.diagnostics.rhat,
        draws=one.diagnostics.ess_bulk,
    )


def by_all(table: CaptureTable, seed: int) -> Answer:
    """Run all, and give what may be quoted, with every caution; without the sensitivity."""
    return told(_whole(table, seed).counted)


def together(methods: Sequence[str], table: CaptureTable, seed: int) -> tuple[Answer, ...]:
    """Run several on one table, in their order; what the headline is made of is not run twice.

    Where lists were left out or joined before the headline's, the others run by themselves, on
    the table as it is; `loglinear` always, for its bootstrap is shorter beside the headline.
    """
    made: dict[str, Answer] = {}
    if HEADLINE in methods:
        whole = _whole(table, seed)
        made[HEADLINE] = told(whole.counted)
        if len(whole.groups) == len(table.lists):
            made |= {m: _answer(one.estimate, one.cautions) for m, one in whole.answers.items()}
            made.pop(LOGLINEAR, None)
    return tuple(made[m] if m in made else ESTIMATORS[m](table, seed) for m in methods)


def _whole(table: CaptureTable, seed: int) -> Result:
    return result(table, asked=Asked(seed=seed, sensitivity=False, replicates=REPLICATES))


def told(got: Counted) -> Answer:
    """Give what may be quoted of what a table came to, with every caution."""
    codes = _codes(got.cautions)
    if got.headline is None:
        return Answer(refused=got.refused.code if got.refused else "none", cautions=codes)
    return Answer(
        low=got.headline.low,
        point=got.headline.estimate,
        high=got.headline.high,
        cautions=codes,
    )


def _codes(cautions: Sequence[Caution]) -> tuple[str, ...]:
    return tuple(sorted({caution.code for caution in cautions}))


ESTIMATORS: Final[Mapping[str, Estimator]] = {
    **{name: partial(by_one, name) for name in FOR_MORE_LISTS},
    DGA: partial(by_one, "decomposable_graphs", grid="dga"),
    HEADLINE: by_all,
    LCMCR: lcmcr.lcmcr,
}
"""All, by the name that `--method` takes."""


def by_default() -> tuple[str, ...]:
    """Give the names of all that can be run here: of programs in R those that R has."""
    return tuple(name for name in ESTIMATORS if name != LCMCR or lcmcr.program())
