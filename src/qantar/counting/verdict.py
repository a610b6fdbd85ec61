"""From several answers to one that may be quoted, by a rule that is written down.

The rule is in docs/counting.md with its reasons. In short: the latent class model is quoted
where it converged, because it assumes least of how lists depend on each other. Where the average
over dependence graphs disagrees with it beyond both intervals, and kinds of persons fit what was
observed no better than lists that depend on each other do, neither is quoted alone, but their
mixture; unless persons are seen to differ, which graphs take them not to. Where the latent class
model gave nothing, the average over dependence graphs is quoted, unless differences between persons
explain the overlaps better. One model out of many is quoted only where nothing else was asked for.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import floor, log10
from typing import Final

import numpy as np

from qantar.counting.cautions import (
    DEPENDENCE_ASSUMED,
    DISAGREEMENT,
    HETEROGENEITY,
    LARGE_EXPANSION,
    LISTS,
    NOT_CONVERGED,
    NOT_ESTIMABLE,
    PERSONS,
)
from qantar.counting.heterogeneity import Shared, pairs_explain_better, shared_dependence
from qantar.counting.methods import (
    CHAO,
    CHAPMAN,
    DECOMPOSABLE_GRAPHS,
    INDEPENDENT,
    LATENT_CLASS,
    LOGLINEAR,
    METHODS,
)
from qantar.counting.pooled import Answer, summed_up
from qantar.counting.table import CaptureTable
from qantar.model.estimate import Caution, Estimate, Interval, Refusal

QUOTABLE: Final = (LATENT_CLASS, DECOMPOSABLE_GRAPHS, LOGLINEAR)
"""Methods that see dependence between lists, in the order in which one is quoted."""

BAYESIAN: Final = (LATENT_CLASS, DECOMPOSABLE_GRAPHS)
"""Those that weigh many models; their samples are posteriors, which a mixture may be made of."""

ONE_MODEL: Final = (LOGLINEAR, INDEPENDENT)
"""Those that stand on one model, and are quoted only where what assumes less was not asked for."""

LARGE: Final = 10
"""Times as many persons as were observed: beyond it the unseen are nearly all of the answer."""

_NAMES: Final = {
    LATENT_CLASS: "the latent class model",
    DECOMPOSABLE_GRAPHS: "the average over dependence graphs",
    LOGLINEAR: "the log-linear model",
    INDEPENDENT: "the model of independent lists",
    CHAO: "Chao's lower bound",
    CHAPMAN: "Chapman's estimate from two lists",
}


@dataclass(frozen=True, eq=False, kw_only=True)
class Quoted:
    """The answer that may be quoted: by which methods, and by which part of the rule.

    `each` has the answer of each of these methods by itself.
    """

    answer: Answer
    methods: tuple[str, ...]
    rule: str
    each: tuple[Answer, ...]


@dataclass(frozen=True, eq=False, kw_only=True)
class Verdict:
    """Either something to quote or why there is nothing, with what a reader must know."""

    quoted: Quoted | None
    refused: Refusal | None
    cautions: tuple[Caution, ...]


def verdict(
    table: CaptureTable,
    answers: Mapping[str, Answer],
    *,
    level: float,
    seed: int,
    refused: Collection[str] = (),
) -> Verdict:
    """Set answers side by side, and choose what may be quoted.

    Args:
        table: what was estimated from, a usable one.
        answers: by method, of those that gave one.
        level: of the interval.
        seed: of the draws that make a mixture.
        refused: methods that were asked for and gave none.
    """
    usable = {name: one for name, one in answers.items() if _is_whole(one.estimate)}
    overlap = _Overlap.of(table)
    ran = frozenset((*answers, *refused))
    quoted = _quoted(table, usable, ran, overlap, level=level, seed=seed)
    cautions = [*_not_converged(answers.values()), *_differences(overlap)]
    cautions += [*_disagreements(usable), *(_below_bound(usable) if overlap.is_more else ())]
    if quoted is None:
        nothing = _nothing(answers, usable, [name for name in METHODS if name in refused], overlap)
        return Verdict(quoted=None, refused=nothing, cautions=tuple(cautions))
    cautions += _one_model(quoted)
    cautions += _large(quoted.answer.estimate, table.observed)
    return Verdict(quoted=quoted, refused=None, cautions=tuple(cautions))


@dataclass(frozen=True, slots=True)
class _Overlap:
    """How lists overlap: beyond chance or not, and what explains it better where they do.

    `persons_differ`: differences between persons do, not dependence between some lists.
    """

    shared: Shared | None
    is_more: bool
    persons_differ: bool

    @classmethod
    def of(cls, table: CaptureTable) -> _Overlap:
        shared = shared_dependence(table)
        if shared is None or not shared.is_told:
            return cls(shared, is_more=False, persons_differ=False)
        differ = not pairs_explain_better(table, shared)
        return cls(shared, is_more=True, persons_differ=differ)

    def allows(self, method: str) -> bool:
        """Whether a method may be quoted: one that takes persons to be alike only if they may be.

        Independence may only where the lists do not show that they depend on each other.
        """
        if method == LATENT_CLASS:
            return True
        return not (self.is_more if method == INDEPENDENT else self.persons_differ)


def _is_whole(estimate: Estimate) -> bool:
    return estimate.is_usable and estimate.low is not None and estimate.high is not None


# ---------------------------------------------------------------- what is quoted


def _quoted(
    table: CaptureTable,
    usable: Mapping[str, Answer],
    ran: frozenset[str],
    overlap: _Overlap,
    *,
    level: float,
    seed: int,
) -> Quoted | None:
    able = (name for name in (*QUOTABLE, INDEPENDENT) if name in usable and overlap.allows(name))
    first = next((name for name in able if name in BAYESIAN or _is_only(name, ran)), None)
    if first is None:
        return None
    if first == INDEPENDENT:
        rule = "no method that sees dependence between lists was asked for"
        alone = usable[INDEPENDENT]
        return Quoted(answer=alone, methods=(INDEPENDENT,), rule=rule, each=(alone,))
    others = [
        name
        for name in BAYESIAN
        if first in BAYESIAN and name != first and name in usable
        if _disagree(usable[first], usable[name])
    ]
    if others and not overlap.is_more and not _kinds_fit_better(table):
        names = (first, *others)
        each = tuple(usable[name] for name in names)
        answer = _mixture(each, level=level, seed=seed)
        rule = (
            f"{_listed(names)} disagree beyond their intervals, and kinds of persons fit what was "
            "observed no better than lists that depend on each other do, so that neither is quoted "
            "alone: the interval is that of both together, weighed alike"
        )
        return Quoted(answer=answer, methods=names, rule=rule, each=each)
    rule = _why(first, usable, ran, overlap)
    if others and not overlap.is_more:
        rule += (
            "; kinds of persons fit what was observed better than lists that depend on each other "
            "do, so that the two are not mixed"
        )
    return Quoted(answer=usable[first], methods=(first,), rule=rule, each=(usable[first],))


def _kinds_fit_better(table: CaptureTable) -> bool:
    from qantar.counting.kinds import kinds_fit_better  # noqa: PLC0415  # seldom needed, and heavy

    return kinds_fit_better(table)


def _is_only(name: str, ran: frozenset[str]) -> bool:
    """Whether nothing that assumes less than a method was run beside it."""
    before = QUOTABLE if name == INDEPENDENT else QUOTABLE[: QUOTABLE.index(name)]
    return not ran.intersection(before)


def _why(first: str, usable: Mapping[str, Answer], ran: frozenset[str], overlap: _Overlap) -> str:
    said = f"{_NAMES[first]} is quoted: {_why_first(first, ran)}"
    if overlap.is_more and first != LATENT_CLASS:
        said += (
            "; that some lists depend on each other explains their overlaps better than that some "
            "persons are easier to find"
        )
    others = [name for name in QUOTABLE if name in usable and name != first]
    against = [name for name in others if _disagree(usable[first], usable[name])]
    alike = [name for name in others if _agree(usable[first], usable[name])]
    said += f"; {_listed(against)} {_verb(against, 'disagree')} with it" if against else ""
    said += f"; {_listed(alike)} {_verb(alike, 'agree')} with it" if alike else ""
    for name in others:
        if name not in (*against, *alike):
            said += f"; {_partly(usable[first], usable[name])}"
    return said


def _partly(first: Answer, other: Answer) -> str:
    """Say of an answer that neither agrees nor disagrees on which side it does not."""
    name, point = _NAMES[other.estimate.method], other.estimate.estimate
    if _holds(first.estimate, other.estimate):
        return f"the interval of {name} leaves it out, though its estimate lies within this one"
    return f"{name} says {point:,.0f}, outside of it, with an interval that is wide enough for both"


def _why_first(first: str, ran: frozenset[str]) -> str:
    before = QUOTABLE[: QUOTABLE.index(first)]
    if not before:
        return "it assumes least of how lists depend on each other, and it converged"
    failed = [name for name in before if name in ran]
    left_out = [name for name in before if name not in ran]
    parts = [f"{_listed(failed)} gave no usable answer"] if failed else []
    were = "was" if len(left_out) == 1 else "were"
    parts += [f"{_listed(left_out)} {were} not asked for"] if left_out else []
    return f"of what assumes less, {' and '.join(parts)}"


def _has(subjects: Sequence[str]) -> str:
    return "has" if len(subjects) == 1 else "have"


def _verb(subjects: Sequence[str], verb: str) -> str:
    return f"{verb}s" if len(subjects) == 1 else verb


def _mixture(answers: Sequence[Answer], *, level: float, seed: int) -> Answer:
    """Weigh several answers alike, draw of linking by draw of linking."""
    numbers = answers[0].numbers
    for other in answers[1:]:
        numbers = np.intersect1d(numbers, other.numbers)
    share = min(one.sample.shape[1] for one in answers) // len(answers)
    rows = [np.searchsorted(one.numbers, numbers) for one in answers]
    parts = [one.sample[at, :share] for one, at in zip(answers, rows, strict=True)]
    rng = np.random.default_rng(seed)
    sample = rng.permuted(np.concatenate(parts, axis=1), axis=1)
    blank = Estimate(
        method="+".join(one.estimate.method for one in answers),
        estimate=None,
        low=None,
        high=None,
        level=level,
        interval=Interval.EQUAL_TAILED,
        conditions=tuple(dict.fromkeys(c for one in answers for c in one.estimate.conditions)),
    )
    return Answer(estimate=summed_up(blank, sample, level=level), numbers=numbers, sample=sample)


def _nothing(
    answers: Mapping[str, Answer],
    usable: Mapping[str, Answer],
    refused: Sequence[str],
    overlap: _Overlap,
) -> Refusal:
    """Say why nothing is quoted: what failed, and why what did not fail is not quoted either."""
    failed = [name for name, one in answers.items() if one.estimate.diagnostics.converged is False]
    open_ended = [
        name
        for name, one in answers.items()
        if name in QUOTABLE and name not in failed and one.estimate.high is None
    ]
    reasons = []
    blind = [
        name
        for name, one in answers.items()
        if one.estimate.diagnostics.is_assumed and name not in failed
    ]
    if blind:
        reasons.append(f"{_listed(blind)} {_has(blind)} what was assumed beforehand for an answer")
    if failed:
        reasons.append(f"{_listed(failed)} did not converge")
    if open_ended:
        reasons.append(f"{_listed(open_ended)} {_has(open_ended)} no finite upper end")
    if refused:
        reasons.append(f"{_listed(refused)} gave no number")
    reasons += _passed_over(
        usable, overlap, weighed=any(x in BAYESIAN for x in (*answers, *refused))
    )
    if not reasons:
        reasons.append("no method gave an estimate; a lower bound alone is none")
    if overlap.persons_differ and LATENT_CLASS not in {*answers, *refused}:
        reasons.append(
            f"{_NAMES[LATENT_CLASS]}, which allows for persons who differ, was not asked for"
        )
    text = f"Not estimable: {'; '.join(reasons)}.{_floor(usable) if overlap.is_more else ''}"
    if LATENT_CLASS not in {*answers, *refused}:
        text += " Ask for latent_class, which assumes least of how lists depend on each other."
    return Refusal(code=NOT_ESTIMABLE, text=text)


def _passed_over(
    usable: Mapping[str, Answer], overlap: _Overlap, *, weighed: bool
) -> Iterator[str]:
    """Say why each answer that could be used is not quoted.

    `weighed`: whether a method that weighs many models was asked for.
    """
    there = [name for name in (*QUOTABLE, INDEPENDENT) if name in usable]
    against = [name for name in there if not overlap.allows(name)]
    one_model = [name for name in there if name in ONE_MODEL and name not in against]
    if against and overlap.persons_differ:
        verbs = "takes" if len(against) == 1 else "take"
        yield (
            "the lists overlap as lists do that find some persons more easily than others, and "
            f"{_listed(against)} {verbs} persons to be alike, which then tends to give too low a "
            "number"
        )
    elif against:
        yield (
            f"the lists overlap more than independent lists do, so that {_listed(against)} tends "
            "to give too low a number"
        )
    if one_model:
        is_or_are = "is one model" if len(one_model) == 1 else "are single models"
        where = (
            "the methods that weigh many have none"
            if weighed
            else "what assumes less was asked for and has none"
        )
        yield (
            f"{_listed(one_model)} {is_or_are} out of many that may fit as well, and no answer "
            f"where {where}"
        )


def _floor(usable: Mapping[str, Answer]) -> str:
    """Give the lower bound that allows for persons who differ, where it was worked out."""
    bound = usable.get(CHAO)
    if bound is None or bound.estimate.low is None:
        return ""
    return (
        f" What can be given is a floor: Chao's lower bound allows for persons who differ, and its "
        f"interval begins at {bound.estimate.low:,.0f}. It may lie too high where lists shut each "
        "other out, or differ much in size."
    )


# ---------------------------------------------------------------- cautions


def _not_converged(answers: Iterable[Answer]) -> Iterator[Caution]:
    for one in answers:
        codes = {caution.code for caution in one.cautions}
        if one.estimate.diagnostics.converged is False and NOT_CONVERGED not in codes:
            said = _NAMES[one.estimate.method]
            text = f"{said[0].upper()}{said[1:]} did not converge; its numbers are not used."
            yield Caution(code=NOT_CONVERGED, text=text, kind=one.estimate.method)


def _differences(overlap: _Overlap) -> Iterator[Caution]:
    if not overlap.shared or not overlap.is_more:
        return
    more = f"Lists overlap more than by chance ({_chance(overlap.shared.chance)})"
    text = (
        f"{more}, as they do where some persons are found more easily than others. How many are "
        "hardly ever found cannot be seen in the lists: estimates then come out too low more often "
        "than too high, and the truth may lie above the interval."
        if overlap.persons_differ
        else f"{more}. That some of them share sources or lead to one another explains it better "
        "than that some persons are found more easily than others. Both may be so; as far as "
        "persons differ, an estimate that takes them to be alike is too low."
    )
    yield Caution(code=HETEROGENEITY, text=text, kind=PERSONS if overlap.persons_differ else LISTS)


def _one_model(quoted: Quoted) -> Iterator[Caution]:
    if quoted.methods == (INDEPENDENT,):
        text = (
            "Only the model of independent lists was asked for: if being on one list makes being "
            "on another likelier, the number is too low."
        )
        yield Caution(code=DEPENDENCE_ASSUMED, text=text, kind=INDEPENDENT)
    if quoted.methods == (LOGLINEAR,):
        text = (
            "No method that weighs many models was asked for: that lists depend on each other as "
            "the one log-linear model has it is assumed. Models that fit about as well may give "
            "other numbers; the methods that weigh many are latent_class and decomposable_graphs."
        )
        yield Caution(code=DEPENDENCE_ASSUMED, text=text, kind=LOGLINEAR)


def _chance(value: float) -> str:
    least = 1e-4
    often = "fewer than 1 of 10,000" if value < least else f"about {_in_tables(value)}"
    return f"independent ones would so much in {often} tables"


def _in_tables(share: float) -> str:
    """Say a share of tables in whole ones: 13 of 1,000."""
    of = 10 ** max(2, 1 - floor(log10(share)))
    return f"{share * of:.0f} of {of:,}"


def _disagreements(usable: Mapping[str, Answer]) -> Iterator[Caution]:
    quotable = [name for name in QUOTABLE if name in usable]
    for one, other in combinations(quotable, 2):
        if _disagree(usable[one], usable[other]):
            text = (
                f"{_said(usable[one].estimate)} and {_said(usable[other].estimate)} exclude each "
                "other's estimate: the answer depends on the model."
            )
            text = text[0].upper() + text[1:]
            yield Caution(code=DISAGREEMENT, text=text, kind=f"{one}, {other}")


def _below_bound(usable: Mapping[str, Answer]) -> Iterator[Caution]:
    """Say where what is quoted lies below Chao's bound.

    Only where persons are seen to differ: where they do not, lists of different sizes alone lift
    the bound above the truth.
    """
    quotable = [name for name in QUOTABLE if name in usable]
    bound = usable.get(CHAO)
    if bound and quotable:
        highest = usable[quotable[0]].estimate
        floor, high = bound.estimate.low, highest.high
        if floor is not None and high is not None and floor > high:
            text = (
                f"{_said(highest)} lies below the lower bound of Chao ({floor:,.0f} at the least), "
                "which allows for persons who differ: it is probably too low."
            )
            text = text[0].upper() + text[1:]
            yield Caution(code=DISAGREEMENT, text=text, kind=f"{quotable[0]}, {CHAO}")


def _disagree(one: Answer, other: Answer) -> bool:
    """Whether each interval leaves out the other's point."""
    return not _holds(one.estimate, other.estimate) and not _holds(other.estimate, one.estimate)


def _agree(one: Answer, other: Answer) -> bool:
    """Whether each interval holds the other's point."""
    return _holds(one.estimate, other.estimate) and _holds(other.estimate, one.estimate)


def _holds(one: Estimate, other: Estimate) -> bool:
    if one.low is None or one.high is None or other.estimate is None:
        return True
    return one.low <= other.estimate <= one.high


def _large(estimate: Estimate, observed: int) -> Iterator[Caution]:
    if estimate.estimate is not None and estimate.estimate > LARGE * observed:
        text = (
            f"The estimate is {estimate.estimate / observed:.0f} times what was observed: nearly "
            "all of it is what the model says of persons whom nobody named."
        )
        yield Caution(code=LARGE_EXPANSION, text=text)


def _said(estimate: Estimate) -> str:
    return (
        f"{_NAMES[estimate.method]} ({estimate.estimate:,.0f}; {estimate.low:,.0f} to "
        f"{estimate.high:,.0f})"
    )


def _listed(names: Sequence[str]) -> str:
    said = [_NAMES[name] for name in names]
    return " and ".join(part for part in (", ".join(said[:-1]), said[-1]) if part)
