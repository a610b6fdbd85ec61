"""What counting found in one table of capture patterns: estimates side by side, and a verdict."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from qantar.model.estimate import Caution, Estimate, Refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class Headline:
    """The one interval that may be quoted, and the sentence that says what it means.

    `method` names the estimator, or the estimators joined by "+". `rule` says in plain words why
    this one. `linkage_share`: the share of the interval, from 0 to 1, that comes from doubt about
    who is who; None where there is none of it. `sentence` is a paragraph in plain language.
    """

    estimate: float
    low: float
    high: float
    level: float
    method: str
    rule: str
    linkage_share: float | None
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Density:
    """How likely each N is by one method, for a chart: `points` ascend, `heights` are per person.

    Made for the eye (a smoothed sample, thinned); no number is read from it.
    """

    method: str
    points: tuple[float, ...]
    heights: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Without:
    """The answer when one list is left out; None where it then is refused or has no finite end."""

    list: str
    method: str
    estimate: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class UnderPrior:
    """The answer of a Bayesian method under another prior, which `prior` names in plain words."""

    prior: str
    method: str
    estimate: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Dependence:
    """How strongly two lists would have to depend on each other to move one model's N by half.

    `method` is that of the model, and `estimate` its N, which need not be what is quoted. `now` is
    the conditional odds ratio of being on one list given the other as the model has it, 1 where it
    has none; None where that is without bound. `down` and `up` are those at which its N is half
    less and half more; None where no odds ratio does that.
    """

    lists: tuple[str, str]
    down: float | None
    up: float | None
    now: float | None = None
    method: str = "loglinear"
    estimate: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Predicted:
    """What the other lists alone say of the persons on one list, whose number is known.

    Of the persons on `list`, `seen` are on others too. The others, estimated from within the
    list, say that it names `estimate` persons, `low` to `high`; it names `size`.
    """

    list: str
    size: int
    seen: int
    method: str
    estimate: float | None
    low: float | None
    high: float | None

    @property
    def misses(self) -> bool:
        """Whether there is an interval, and the known size lies outside of it."""
        if self.low is None or self.high is None:
            return False
        return not self.low <= self.size <= self.high


@dataclass(frozen=True, slots=True, kw_only=True)
class NotTried:
    """What would have been tried, and why it was not: `what` is the name of a part of it."""

    what: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sensitivity:
    """What would move the answer: lists left out, other priors, dependence between two lists.

    `predicted`: how well a quick method counts what is known: each list from the others.
    `is_of_likeliest`: all of it was tried on the likeliest division of rows into persons alone,
    while the answer is of all draws of linking. `not_tried`: what was left out as too long.
    """

    without: tuple[Without, ...] = ()
    priors: tuple[UnderPrior, ...] = ()
    dependence: tuple[Dependence, ...] = ()
    predicted: tuple[Predicted, ...] = ()
    is_of_likeliest: bool = False
    not_tried: tuple[NotTried, ...] = ()

    @property
    def missed(self) -> tuple[str, ...]:
        """The lists whose known size the others do not predict."""
        return tuple(one.list for one in self.predicted if one.misses)


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """One table, counted: the object that `qantar count --json` prints, and that a case keeps.

    `observed` counts the persons on at least one list. `patterns` are masks (bit j for
    `lists[j]`) with their counts. Either `headline` or `refused` is given, or neither where no
    method's answer may be used. `sentence` is the paragraph in plain language, of the headline or
    of the refusal. `software` is not part of it: the same table, options and seed give the
    same values.
    """

    observed: int
    lists: tuple[str, ...]
    patterns: tuple[tuple[int, int], ...]
    estimates: tuple[Estimate, ...]
    headline: Headline | None
    cautions: tuple[Caution, ...]
    refused: Refusal | None
    seed: int
    sensitivity: Sensitivity = Sensitivity()
    densities: tuple[Density, ...] = ()
    sentence: str = ""


def stratum_name(stratum: Iterable[tuple[str, str]]) -> str:
    """Name a stratum by its columns and values: "armed 1, sex f".

    A value alone would name no stratum: "1, f". Where there is none it is "(none)".
    """
    return ", ".join(f"{column} {value or '(none)'}" for column, value in stratum)


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedStratum:
    """One stratum: the value of each column that makes it, and what was found in it."""

    stratum: tuple[tuple[str, str], ...]
    counted: Counted


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """How probable it is that more persons were in the stratum `more` than in `fewer`."""

    more: tuple[tuple[str, str], ...]
    fewer: tuple[tuple[str, str], ...]
    probability: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedStrata:
    """All strata, and the whole from joint draws.

    Where a stratum is refused, `total` is refused too, and `partial` holds the sum of the others.
    """

    strata: tuple[CountedStratum, ...]
    total: Counted
    partial: Counted | None = None
    comparisons: tuple[Comparison, ...] = ()
