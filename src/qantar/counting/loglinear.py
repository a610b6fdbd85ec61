"""How many there were, by Poisson log-linear models of the lists' dependence on each other.

Conditions: the persons and the lists are those of one closed population; every person could be on
each list, with a chance that is the same for all, or that differs only in ways that the
dependences in the model stand for; the records are linked rightly; and the dependences that are
left out of the model are none. The term of all lists at once is always left out: nothing that is
observed speaks for or against it. Where it is not zero the number is wrong, and no interval
shows by how much.

The model, its fit and the number of the persons on no list are in `poisson_models`,
`poisson_fit` and `poisson_faces`; whether there is a finite number at all in `existence`. For up
to 4 lists all hierarchical models are weighed, for 5 all that have terms of up to two lists, and
the one with the lowest BIC gives the number (`model_choice`); for more lists pairs are added step
by step (`stepwise`). Only models under which the counts determine N are chosen. The interval
comes from a bootstrap in which the choice is made anew every time (`bootstrap`).

Sources: Fienberg (1972), Biometrika 59:591-603; Cormack (1989), Biometrics 45:395-413; Baillargeon
and Rivest (2007), Journal of Statistical Software 19(5), for the fits and the standard error;
Chan, Silverman and Vincent (2021), JASA 116:1297-1306; Silverman, Chan and Vincent (2024),
Statistics and Computing 34:44.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.special import gammaln

from qantar.counting.bootstrap import Bootstrap, Chooser, bootstrap, quantiles
from qantar.counting.cautions import FEW_LISTS, NOT_ESTIMABLE
from qantar.counting.digits import persons
from qantar.counting.fit import Fit
from qantar.counting.model_choice import BestOfAll, Choice
from qantar.counting.poisson_faces import FaceFinder
from qantar.counting.poisson_models import Terms, all_models, members, terms_of
from qantar.counting.stepwise import StepByStep
from qantar.counting.table import Bools, CaptureTable, Floats
from qantar.model.estimate import Caution, Diagnostics, Estimate, Interval, Refusal

METHOD: Final = "loglinear"
FEWEST_LISTS: Final = 3
MOST_LISTS: Final = 12
"""Every pattern that could occur has a place: 4,095 of them."""
_ALL_ORDERS: Final = 4
"""Up to so many lists all hierarchical models are weighed, above only those of pairs."""
_ALL_MODELS: Final = 5
"""Up to so many lists all models are weighed, above pairs are added step by step."""
_REPLICATES: Final = 1000
_MANY_LISTS: Final = 8
_REPLICATES_OF_MANY: Final = 200


@dataclass(frozen=True, eq=False, kw_only=True)
class ModelFit:
    """One model, fitted.

    Attributes:
        name: its generators, lists counted from 1: `[123,14,34]`.
        generators: the same by the names of the lists.
        estimate: N, persons.
        unseen: persons on no list.
        stderr: of N, persons: the root of u + u**2 v, with u the unseen and v the variance of the
            constant.
        likelihood: the log-likelihood, with the logarithms of y!.
        parameters: how many terms, those at minus infinity too.
        expected: shape (2**J,), the expected persons of each pattern by mask, `unseen` at 0.
    """

    name: str
    generators: tuple[tuple[str, ...], ...]
    estimate: float
    unseen: float
    stderr: float
    likelihood: float
    parameters: int
    expected: Floats

    @property
    def bic(self) -> float:
        """Schwarz' criterion, with the observed persons as the sample."""
        return float(self.parameters * np.log(self.estimate - self.unseen)) - 2 * self.likelihood


def estimate(
    table: CaptureTable,
    *,
    level: float = 0.95,
    seed: int = 0,
    order: int | None = None,
    stepwise: bool | None = None,
    replicates: int | None = None,
) -> Fit | Refusal:
    """Estimate N by the log-linear model that is chosen, and bootstrap the choice with it.

    Args:
        table: at least three lists that name somebody; lists without persons are left out.
        level: of the interval.
        seed: of the bootstrap.
        order: most lists in one term; as the module says where it is not given.
        stepwise: whether pairs are added step by step, instead of weighing all models.
        replicates: of the bootstrap; 1,000, and 200 above 8 lists, where not given.

    Returns:
        The fit; infinity among the draws where replicates had no finite estimate, and no upper
        end where they reach into it. Or a refusal: too few lists, too many, or no model under
        which the counts determine N.
    """
    usable = _usable(table)
    refused = _refused(usable)
    if refused is not None:
        return refused
    search = _Search.of(usable, order=order, stepwise=stepwise)
    counts = usable.cells()[1:].astype(np.float64)
    drawn, rng = _replicates(usable, replicates), np.random.default_rng(seed)
    boot = bootstrap(counts, search.chooser, rng, replicates=drawn)
    if not np.isfinite(boot.estimate):
        return _not_determined(usable)
    return _fit(usable, search, boot, boot.sample(rng, drawn), level)


def fit_model(table: CaptureTable, generators: Sequence[Sequence[str]]) -> ModelFit | Refusal:
    """Fit one model.

    Args:
        table: at least two lists.
        generators: the largest terms, by the names of their lists; all within them come with them.

    Returns:
        The fit, or why there is none: the counts do not determine N under this model.

    Raises:
        ValueError: there is no such list, or a term has all the lists.
    """
    tops = [sum(1 << table.lists.index(name) for name in names) for names in generators]
    order = max([1, *(top.bit_count() for top in tops)])
    finder = FaceFinder(terms_of(len(table.lists), order))
    return _fit_columns(table, finder, finder.terms.columns(tops))


def chosen_model(table: CaptureTable) -> ModelFit | Refusal:
    """Fit the model that `estimate` chooses, without its bootstrap."""
    usable = _usable(table)
    refused = _refused(usable)
    if refused is not None:
        return refused
    search = _Search.of(usable, order=None, stepwise=None)
    columns = search.choose(usable).columns[0]
    if not columns.any():
        return _not_determined(usable)
    return _fit_columns(usable, search.finder, columns)


@dataclass(frozen=True, eq=False)
class _Search:
    """What fits, what chooses, and the models that are weighed, None for step by step."""

    finder: FaceFinder
    chooser: Chooser
    models: Bools | None

    @classmethod
    def of(cls, table: CaptureTable, *, order: int | None, stepwise: bool | None) -> _Search:
        lists = len(table.lists)
        step = lists > _ALL_MODELS if stepwise is None else stepwise
        highest = lists - 1 if lists <= _ALL_ORDERS and not step else 2
        finder = FaceFinder(terms_of(lists, highest if order is None else order))
        if step:
            return cls(finder, StepByStep(finder), None)
        models = all_models(lists, finder.terms.order)
        counts = table.cells()[1:].astype(np.float64)
        return cls(finder, BestOfAll(finder, models, counts), models)

    def choose(self, table: CaptureTable) -> Choice:
        return self.chooser.choose(table.cells()[1:].astype(np.float64)[None])


def _usable(table: CaptureTable) -> CaptureTable:
    """Leave out lists that name nobody."""
    names = [name for name, size in zip(table.lists, table.sizes, strict=True) if size]
    return table if len(names) == len(table.lists) else table.of_lists(names)


def _refused(table: CaptureTable) -> Refusal | None:
    lists = len(table.lists)
    if lists < FEWEST_LISTS:
        text = (
            f"{lists} lists name somebody, and a log-linear model needs {FEWEST_LISTS}: with "
            "fewer, nothing in the counts speaks of how lists depend on each other. Add a list."
        )
        return Refusal(code=FEW_LISTS, text=text)
    if lists > MOST_LISTS:
        text = (
            f"{lists} lists are more than the {MOST_LISTS} that log-linear models are made for "
            "here: join lists that share a source, or leave the smallest out."
        )
        return Refusal(code=NOT_ESTIMABLE, text=text)
    return None


def _not_determined(table: CaptureTable) -> Refusal:
    text = (
        f"the {table.observed} persons on these lists do not determine how many are on none: under "
        "every log-linear model, however many were missed fits them equally well. Too few "
        "persons are on more than one list. Add lists that overlap."
    )
    return Refusal(code=NOT_ESTIMABLE, text=text)


def _replicates(table: CaptureTable, wanted: int | None) -> int:
    if wanted is not None:
        return wanted
    return _REPLICATES if len(table.lists) <= _MANY_LISTS else _REPLICATES_OF_MANY


def _fit(
    table: CaptureTable, search: _Search, boot: Bootstrap, sample: Floats, level: float
) -> Fit:
    """Put the answer together."""
    columns = boot.columns
    tails = np.array([(1 - level) / 2, (1 + level) / 2])
    low, high = quantiles(np.sort(sample), tails).tolist()
    answer = Estimate(
        method=METHOD,
        estimate=persons(boot.estimate),
        low=persons(low) if np.isfinite(low) else None,
        high=persons(high) if np.isfinite(high) else None,
        level=level,
        interval=Interval.BOOTSTRAP,
        conditions=_conditions(table, search.finder.terms, columns),
        diagnostics=Diagnostics(
            draws=len(sample), models=None if search.models is None else len(search.models)
        ),
    )
    cautions = (*_of_fall_back(table, search, columns), *_of_infinities(boot))
    return Fit(estimate=answer, sample=sample, cautions=cautions)


def _conditions(table: CaptureTable, terms: Terms, columns: Bools) -> tuple[str, ...]:
    tops = [top for top in terms.generators(columns) if top.bit_count() > 1]
    named = ", ".join(" with ".join(table.lists[j] for j in members(top)) for top in tops)
    depend = f"Lists depend on each other in these ways only: {named}"
    alone = "Being on one list does not change the chance of being on another"
    return (
        f"{depend if tops else alone} (the log-linear model {terms.name(columns)}).",
        "No dependence binds all lists at once: nothing that is counted can show one.",
        "Everybody in the population could have been on each of the lists.",
        "The lists cover the same population, and records of one person were joined, no others.",
    )


def _of_fall_back(table: CaptureTable, search: _Search, columns: Bools) -> tuple[Caution, ...]:
    """Say when a model that fits better was passed over because it determines no number."""
    if search.models is None:
        return ()
    finder, counts = search.finder, table.cells()[1:].astype(np.float64)
    weight = np.log(table.observed)
    chosen = columns.sum() * weight - 2 * finder.greatest(counts, columns)
    fitted = finder.fit(np.tile(counts, (len(search.models), 1)), search.models)
    open_ones = search.models[np.isnan(fitted.unseen)]
    bic = [model.sum() * weight - 2 * finder.greatest(counts, model) for model in open_ones]
    if not bic or min(bic) >= chosen:
        return ()
    best = finder.terms.name(open_ones[int(np.argmin(bic))])
    text = (
        f"the model {best} fits the counts better than {finder.terms.name(columns)}, but under it "
        "any number of missed persons fits equally well. The estimate is of the best model that "
        "gives a number, and leaves out a dependence that the counts speak for."
    )
    return (Caution(code=NOT_ESTIMABLE, text=text, kind=f"{METHOD}: a better model"),)


def _of_infinities(boot: Bootstrap) -> tuple[Caution, ...]:
    """Say how often redrawn counts determined no number."""
    share = float(np.isinf(boot.replicates).mean())
    if not share:
        return ()
    text = (
        f"In {share:.1%} of the tables redrawn from these counts no log-linear model gives a "
        "finite number: few persons more or less on two lists, and there would be no estimate."
    )
    return (Caution(code=NOT_ESTIMABLE, text=text, kind=f"{METHOD}: redrawn"),)


def _fit_columns(table: CaptureTable, finder: FaceFinder, columns: Bools) -> ModelFit | Refusal:
    counts = table.cells()[1:].astype(np.float64)
    fitted = finder.fit(counts[None], columns[None])
    unseen = float(fitted.unseen[0])
    if not np.isfinite(unseen):
        return _not_determined_by(table, finder.terms.name(columns))
    tops = finder.terms.generators(columns)
    variance = _variance(finder.terms.design, fitted.coefficients[0], fitted.expected[0])
    return ModelFit(
        name=finder.terms.name(columns),
        generators=tuple(tuple(table.lists[j] for j in members(top)) for top in tops),
        estimate=table.observed + unseen,
        unseen=unseen,
        stderr=float(np.sqrt(unseen + unseen**2 * variance)),
        likelihood=float(fitted.likelihood[0] - gammaln(counts + 1).sum()),
        parameters=int(columns.sum()),
        expected=np.concatenate([[unseen], fitted.expected[0]]),
    )


def _variance(design: Floats, coefficients: Floats, expected: Floats) -> float:
    """Give the variance of the constant: the inverse of the information, at its first term."""
    free = np.isfinite(coefficients)
    used = design[:, free]
    return float(np.linalg.inv(used.T @ (expected[:, None] * used))[0, 0])


def _not_determined_by(table: CaptureTable, name: str) -> Refusal:
    text = (
        f"under the model {name} the {table.observed} persons on these lists do not determine how "
        "many are on none: any number fits equally well."
    )
    return Refusal(code=NOT_ESTIMABLE, text=text)
