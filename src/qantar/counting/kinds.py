"""Whether kinds of persons fit what was observed better than lists that depend on each other do.

Two models may fit alike and say other numbers of those on no list; which is true cannot be
seen. But one may fit better than the other, and then it is the better guess. The fit is that of
maximum likelihood: of latent classes (kinds of persons, within which lists are independent),
found by the EM algorithm, against the log-linear model that is chosen, in which persons are alike.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from qantar.counting.loglinear import chosen_model
from qantar.counting.table import CaptureTable, Floats
from qantar.model.estimate import Refusal

_STARTS: Final = 20
_STEPS: Final = 5_000
_GAIN: Final = 1e-7  # of log likelihood in a step, below which no start goes on
_ALIKE: Final = 1e-3
"""Of AIC: independent lists are both one kind of persons and a log-linear model, fitted twice."""
_EDGE: Final = 1e-6  # a chance of being listed is at least this far from 0 and 1
_MOST_KINDS: Final = 10  # as many as the latent class model itself allows for


@dataclass(frozen=True, slots=True)
class KindsFit:
    """So many kinds of persons, fitted to the observed patterns.

    `likelihood`: the log-likelihood of who has which pattern, given that they were observed (no
    factorials). `parameters`: as many as can be told apart by the patterns of so many lists.
    """

    kinds: int
    likelihood: float
    parameters: int

    @property
    def aic(self) -> float:
        """Akaike's criterion."""
        return 2 * self.parameters - 2 * self.likelihood


def kinds_fit_better(table: CaptureTable) -> bool:
    """Whether kinds of persons fit better than lists that depend on each other, by AIC.

    Akaike's criterion, not Schwarz's (BIC): that one takes two kinds on four lists, with nine
    parameters, for worse than a pair of lists with five, where there are two kinds in truth, up to
    several thousand persons (benchmarks/counting, `disagreement`). Where no log-linear model
    determines a number, or there are more lists than it is made for, they cannot be compared, and
    neither is better.

    Args:
        table: at least three lists, each of which names somebody.
    """
    model = chosen_model(table)
    if isinstance(model, Refusal):
        return False
    expected, occurs = model.expected[1:], table.masks - 1
    likelihood = float(table.counts @ np.log(expected[occurs] / table.observed))
    # The constant makes the observed persons as many as they are, and is no parameter of this.
    criterion = 2 * (model.parameters - 1) - 2 * likelihood
    return best_kinds(table).aic < criterion - _ALIKE


def best_kinds(table: CaptureTable) -> KindsFit:
    """Fit one kind, two, and so on, as long as that betters Akaike's criterion."""
    best = fit_kinds(table, 1)
    for kinds in range(2, _MOST_KINDS + 1):
        found = fit_kinds(table, kinds)
        if found.aic >= best.aic:
            break
        best = found
    return best


def fit_kinds(table: CaptureTable, kinds: int) -> KindsFit:
    """Fit so many kinds of persons by the EM algorithm, from many starts at the same time.

    Persons of kind k, a share s_k of all, are on list j with chance h_jk, whatever other lists
    they are on. Who is on no list was not observed; their expected number given the rest is filled
    in (n p / (1 − p), with p the chance to be on none), as is the kind of each person.

    Args:
        table: every list names somebody.
        kinds: at least one.

    Source: Dempster, Laird and Rubin (1977); Goodman (1974) for latent classes.
    """
    lists = len(table.lists)
    rng = np.random.default_rng(kinds)
    share = rng.dirichlet(np.full(kinds, 3.0), size=_STARTS)
    hit = np.clip(rng.beta(1.5, 3.0, size=(_STARTS, lists, kinds)), 0.02, 0.9)
    marks, counts = table.marks.astype(np.float64), table.counts.astype(np.float64)
    before = np.full(_STARTS, -np.inf)
    for _ in range(_STEPS):
        within, none = _chances(marks, share, hit)
        each, missed = within.sum(axis=2), none.sum(axis=1)
        likelihood = np.log(each) @ counts - table.observed * np.log1p(-missed)
        if (likelihood - before).max() < _GAIN:
            break
        before = likelihood
        persons = within * (counts / each)[:, :, None]
        unseen = none * (table.observed / (1 - missed))[:, None]
        of_kind = persons.sum(axis=1) + unseen
        on_list = np.einsum("spk,pj->sjk", persons, marks)
        hit = np.clip(on_list / np.maximum(of_kind, _EDGE)[:, None, :], _EDGE, 1 - _EDGE)
        share = of_kind / of_kind.sum(axis=1, keepdims=True)
    free = kinds - 1 + kinds * lists
    return KindsFit(kinds, float(likelihood.max()), min(free, 2**lists - 2))


def _chances(marks: Floats, share: Floats, hit: Floats) -> tuple[Floats, Floats]:
    """Give the chances of each kind with each pattern, shape (S, C, K), and with none, (S, K)."""
    ratio = np.log(hit) - np.log1p(-hit)
    none = share * np.exp(np.log1p(-hit).sum(axis=1))
    within = none[:, None, :] * np.exp(np.einsum("pj,sjk->spk", marks, ratio))
    return within, none
