"""What is measured: each estimator by its name, and the headline that a user gets."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final

from qantar.counting.asked import Asked
from qantar.counting.fit import Fit
from qantar.counting.methods import FOR_MORE_LISTS, fit
from qantar.counting.one_table import count
from qantar.counting.table import CaptureTable
from qantar.model.estimate import Refusal


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What one estimator made of one table: numbers, or the code of the refusal."""

    low: float | None = None
    point: float | None = None
    high: float | None = None
    refused: str | None = None
    cautions: tuple[str, ...] = ()
    rhat: float | None = None
    draws: float | None = None

    @property
    def is_usable(self) -> bool:
        """Whether there is an interval."""
        return self.low is not None and self.high is not None

    def holds(self, people: int) -> bool:
        """Whether the interval holds the truth; a refusal does not."""
        return self.low is not None and self.high is not None and self.low <= people <= self.high


Estimator = Callable[[CaptureTable, int], Answer]
"""A table and a seed in, an answer out."""

HEADLINE: Final = "headline"
DGA: Final = "decomposable_graphs (grid dga)"


def by_one(method: str, table: CaptureTable, seed: int, **options: object) -> Answer:
    """Run one estimator by itself."""
    got = fit(method, table, level=0.95, seed=seed, options=options)
    if isinstance(got, Refusal):
        return Answer(refused=got.code)
    return _answer(got)


def _answer(got: Fit) -> Answer:
    one = got.estimate
    codes = tuple(sorted({caution.code for caution in got.cautions}))
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
    got = count(table, asked=Asked(seed=seed, sensitivity=False))
    codes = tuple(sorted({caution.code for caution in got.cautions}))
    if got.headline is None:
        return Answer(refused=got.refused.code if got.refused else "none", cautions=codes)
    return Answer(
        low=got.headline.low,
        point=got.headline.estimate,
        high=got.headline.high,
        cautions=codes,
    )


ESTIMATORS: Final[Mapping[str, Estimator]] = {
    **{name: partial(by_one, name) for name in FOR_MORE_LISTS},
    DGA: partial(by_one, "decomposable_graphs", grid="dga"),
    HEADLINE: by_all,
}
"""All, by the name that `--method` takes."""
