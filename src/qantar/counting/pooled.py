"""One answer from many: the same estimator on every draw of linking.

Who is who is in doubt; each draw of linking is one way it may be, and gives a table of its own. An
estimator's answers to them are pooled as what they are, equally likely: the pooled sample is their
mixture. Its interval holds both doubts, that of the estimate and that of linking.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from qantar.counting.digits import figure
from qantar.counting.fit import Fit
from qantar.counting.table import Floats, Ints
from qantar.model.estimate import Caution, Diagnostics, Estimate

SAMPLE: Final = 20_000
"""Draws of N of an answer, those of all draws of linking together."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Answer:
    """One estimator's answer, over all draws of linking where there are any.

    Attributes:
        estimate: what is shown.
        numbers: shape (D,), the numbers of the draws of linking; (1,) where there is only one
            table.
        sample: shape (D, S), equally weighted draws of N, those of each draw of linking in
            random order; (D, 0) where there is no finite answer.
        cautions: what the estimator noticed.
    """

    estimate: Estimate
    numbers: Ints
    sample: Floats
    cautions: tuple[Caution, ...] = ()

    @property
    def linkage_share(self) -> float | None:
        """Share of the interval that comes from doubt about who is who; None without draws.

        By the law of total variance, on the scale of log N:

            share = var_d(mean(log N | d)) / (mean_d(var(log N | d)) + var_d(mean(log N | d)))

        where d is a draw of linking. It is a share of variance, not of width.
        """
        if len(self.numbers) < 2 or not self.sample.size:  # noqa: PLR2004  # a variance needs two
            return None
        if not np.isfinite(self.sample).all():
            return None
        logs = np.log(self.sample)
        between = float(logs.mean(axis=1).var(ddof=1))
        within = float(logs.var(axis=1, ddof=1).mean())
        return figure(between / (between + within)) if between + within else 0.0

    def with_caution(self, caution: Caution) -> Answer:
        """Add something that a reader must know."""
        return replace(self, cautions=(*self.cautions, caution))


def alone(fit: Fit, *, seed: int) -> Answer:
    """Take the answer to the one table that there is, as it is."""
    return Answer(
        estimate=fit.estimate,
        numbers=np.zeros(1, dtype=np.int64),
        sample=_thinned(fit.sample, SAMPLE, seed)[None, :],
        cautions=fit.cautions,
    )


def pooled(fits: Sequence[tuple[int, Fit]], *, level: float, seed: int) -> Answer:
    """Pool the answers to several draws of linking, by the draws' numbers.

    The point is the median of the mixture, the interval its equal tails. A method whose answer
    has no finite sample in some draw has none here. It has converged where it has in all.
    """
    each = max(1, SAMPLE // len(fits))
    first = fits[0][1]
    numbers = np.array([number for number, _ in fits], dtype=np.int64)
    cautions = _cautions([fit for _, fit in fits])
    estimate = replace(first.estimate, diagnostics=_worst([f.estimate for _, f in fits]))
    if any(not len(fit.sample) for _, fit in fits):
        nothing = replace(estimate, estimate=None, median=None, mean=None, low=None, high=None)
        return Answer(
            estimate=nothing, numbers=numbers, sample=np.empty((len(fits), 0)), cautions=cautions
        )
    sample = np.stack([_thinned(fit.sample, each, seed + number) for number, fit in fits])
    return Answer(
        estimate=summed_up(estimate, sample, level=level),
        numbers=numbers,
        sample=sample,
        cautions=cautions,
    )


def summed_up(estimate: Estimate, sample: Floats, *, level: float) -> Estimate:
    """Put the median, mean and equal-tailed interval of a sample into an estimate.

    An end that lies among draws without a finite N is None.
    """
    tail = (1 - level) / 2
    low, middle, high = (
        _finite(end)
        for end in np.quantile(sample, [tail, 0.5, 1 - tail], method="inverted_cdf").tolist()
    )
    mean = _finite(float(sample.mean())) if estimate.mean is not None else None
    return replace(
        estimate, estimate=middle, median=middle, mean=mean, low=low, high=high, level=level
    )


def _finite(value: float) -> float | None:
    return value if np.isfinite(value) else None


def _thinned(sample: Floats, count: int, seed: int) -> Floats:
    """Give so many draws of a sample, in random order; with repetition where it has fewer."""
    if not len(sample):
        return sample
    rng = np.random.default_rng([seed, len(sample)])
    rounds = -(-count // len(sample))
    drawn: Floats = np.concatenate([rng.permutation(sample) for _ in range(rounds)])[:count]
    return drawn


def _cautions(fits: Sequence[Fit]) -> tuple[Caution, ...]:
    """Give each kind once, in the words of the first draw that has it, and how many have."""
    by_kind: dict[tuple[str, str], list[Caution]] = {}
    for fit in fits:
        for kind, words in {(one.code, one.kind): one for one in fit.cautions}.items():
            by_kind.setdefault(kind, []).append(words)
    return tuple(
        said[0]
        if len(said) == len(fits)
        else Caution(
            code=code,
            text=f"In {len(said)} of {len(fits)} draws of linking: {said[0].text}",
            kind=kind,
        )
        for (code, kind), said in by_kind.items()
    )


def _worst(estimates: Sequence[Estimate]) -> Diagnostics:
    """Give for each diagnostic the one of the draw in which it is worst.

    What is a share of the posterior is that of the mixture.
    """
    found = [one.diagnostics for one in estimates]
    first = found[0]
    verdicts = [one.converged for one in found if one.converged is not None]
    return replace(
        first,
        converged=all(verdicts) if verdicts else None,
        rhat=_most([one.rhat for one in found]),
        ess_bulk=_least([one.ess_bulk for one in found]),
        ess_tail=_least([one.ess_tail for one in found]),
        mcse=_most([one.mcse for one in found]),
        grid_end_mass=_most([one.grid_end_mass for one in found]),
        near_cap=_most([one.near_cap for one in found]),
        uninformed=_mean([one.uninformed for one in found]),
    )


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None


def _most(values: Sequence[float | None]) -> float | None:
    return max((value for value in values if value is not None), default=None)


def _least(values: Sequence[float | None]) -> float | None:
    return min((value for value in values if value is not None), default=None)
