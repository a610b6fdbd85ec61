"""How many there were, counted and uncounted: what one estimator answers, or why it does not."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

MOST_UNINFORMED: Final = 0.5
"""Share of a posterior with models that the counts do not inform, above which its median is theirs,
and so what was assumed beforehand."""


class Interval(StrEnum):
    """What kind of interval `low` and `high` of an estimate are the ends of."""

    EQUAL_TAILED = "equal-tailed"
    BOOTSTRAP = "bootstrap"
    LOG_NORMAL = "log-normal"


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnostics:
    """What tells whether an answer was computed well; None where it does not apply.

    `converged`: False means that the numbers are not to be used. `rhat`: the rank-normalised
    split R-hat of log N. `ess_bulk`, `ess_tail`: effective draws of log N. `mcse`: Monte Carlo
    standard error of the median, in persons. `grid_end_mass`: share of the posterior in the last
    point of a grid. `models`: how many models were weighed. `near_cap`: share of draws near an
    upper limit of N, where one was set. `uninformed`: share of the posterior that is with models
    under which the counts say nothing of how many were missed.
    """

    converged: bool | None = None
    rhat: float | None = None
    ess_bulk: float | None = None
    ess_tail: float | None = None
    chains: int | None = None
    draws: int | None = None
    mcse: float | None = None
    grid_end_mass: float | None = None
    models: int | None = None
    near_cap: float | None = None
    uninformed: float | None = None

    @property
    def is_assumed(self) -> bool:
        """Whether the middle of the answer is what was assumed beforehand."""
        return self.uninformed is not None and self.uninformed > MOST_UNINFORMED


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """One estimator's answer: how many there were, those on no list included.

    `estimate` is the point: the posterior median of a Bayesian method. `low` and `high` are the
    ends of the interval at `level`, None where there is no finite one. `conditions` say in plain
    sentences what must hold for the number to mean anything.
    """

    method: str
    estimate: float | None
    median: float | None = None
    mean: float | None = None
    low: float | None
    high: float | None
    level: float
    interval: Interval
    conditions: tuple[str, ...]
    diagnostics: Diagnostics = Diagnostics()

    @property
    def is_usable(self) -> bool:
        """Whether the numbers may be looked at: there are some, and they stand on the counts.

        They do not where something failed to converge, or where models under which any number of
        missed persons fits have most of the answer.
        """
        return (
            self.estimate is not None
            and self.diagnostics.converged is not False
            and not self.diagnostics.is_assumed
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Caution:
    """What a reader of an estimate must know: one of `counting.cautions`' codes, and a sentence.

    `kind` tells apart what one code says in several ways, or of several lists or methods: two
    of the same code and kind differ in figures alone, so that of many tables one may stand for all.
    """

    code: str
    text: str
    kind: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why there is no number. A refusal is a result, and is shown as one."""

    code: str
    text: str
