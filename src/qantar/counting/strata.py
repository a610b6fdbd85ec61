"""Several strata, and the whole: by joint draws, never by adding the ends of intervals.

Strata are estimated apart from each other, so that each may have its own chances of being listed.
The total adds their draws one by one; the ends of its interval are those of the sums. Where a
stratum is refused there is no total, because an unknown part has no size.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Final, TypeAlias

import numpy as np

from qantar.counting.asked import About, Asked
from qantar.counting.cautions import STRATUM_REFUSED
from qantar.counting.density import density
from qantar.counting.methods import METHODS
from qantar.counting.one_table import Result, result
from qantar.counting.patterns import Words
from qantar.counting.pooled import Answer, summed_up
from qantar.counting.sentence import refusal_sentence, sentence
from qantar.counting.table import CaptureTable, Floats
from qantar.model.counted import (
    Comparison,
    Counted,
    CountedStrata,
    CountedStratum,
    Density,
    Headline,
)
from qantar.model.estimate import Caution, Estimate, Refusal

MOST_COMPARED: Final = 12
"""Strata that are compared each with each; of more, nobody would read the table."""

_TOLD: Final = 5


@dataclass(frozen=True, eq=False, kw_only=True)
class Stratum:
    """One stratum to be counted, as `one_table.count` takes it; `draws` may be empty."""

    stratum: Words
    table: CaptureTable
    draws: tuple[CaptureTable, ...] = ()
    cautions: tuple[Caution, ...] = ()

    @property
    def name(self) -> str:
        """Its values in words."""
        return ", ".join(value or "(none)" for _, value in self.stratum)


@dataclass(frozen=True, eq=False, kw_only=True)
class Job:
    """One stratum with all that is asked of it: what one process is given to do."""

    stratum: Stratum
    asked: Asked
    about: About


Run: TypeAlias = Callable[[Callable[[Job], Result], Sequence[Job]], Iterable[Result]]
"""Does jobs, in their order: `map`, or that of several processes."""


def do(job: Job) -> Result:
    """Count one stratum."""
    one = job.stratum
    return result(
        one.table, asked=job.asked, about=job.about, draws=one.draws, cautions=one.cautions
    )


def count_strata(
    strata: Sequence[Stratum],
    *,
    asked: Asked | None = None,
    about: About | None = None,
    run: Run = map,
) -> CountedStrata:
    """Count each stratum, and the whole.

    Args:
        strata: at least one; all have the same lists, and as many draws of linking.
        asked: as of one table; each stratum has a seed of its own that follows from it.
        about: what the lists are about.
        run: does the strata one after the other, or side by side. The numbers are the same.

    Raises:
        ValueError: there are no strata, or their lists differ.
    """
    asked, about = asked or Asked(), about or About()
    if len({one.table.lists for one in strata}) != 1:
        message = "strata are at least one, and have the same lists"
        raise ValueError(message)
    jobs = [
        Job(
            stratum=one,
            asked=asked.with_seed_of(number),
            about=replace(about, what=f"{about.what} ({one.name})"),
        )
        for number, one in enumerate(strata)
    ]
    results = list(run(do, jobs))
    counted = tuple(
        CountedStratum(stratum=one.stratum, counted=got.counted)
        for one, got in zip(strata, results, strict=True)
    )
    pairs = list(zip(strata, results, strict=True))
    known = [(one, got) for one, got in pairs if got.quoted]
    if len(known) == len(pairs):
        total, partial = _total(pairs, asked, about), None
    else:
        total = _refused(pairs, asked, about)
        partial = _total(known, asked, about) if known else None
    return CountedStrata(
        strata=counted, total=total, partial=partial, comparisons=tuple(_comparisons(known))
    )


# ---------------------------------------------------------------- the whole

_Pairs: TypeAlias = Sequence[tuple[Stratum, Result]]


def summed(answers: Sequence[Answer]) -> Answer:
    """Add answers draw by draw, within the draws of linking that all of them have."""
    numbers = answers[0].numbers
    for one in answers[1:]:
        numbers = np.intersect1d(numbers, one.numbers)
    width = min(one.sample.shape[1] for one in answers)
    sums: Floats = np.zeros((len(numbers), width))
    for one in answers:
        sums += one.sample[np.searchsorted(one.numbers, numbers), :width]
    first = answers[0].estimate
    methods = dict.fromkeys(answer.estimate.method for answer in answers)
    blank = Estimate(
        method="+".join(methods),
        estimate=None,
        mean=0.0 if all(one.estimate.mean is not None for one in answers) else None,
        low=None,
        high=None,
        level=first.level,
        interval=first.interval,
        conditions=tuple(dict.fromkeys(c for one in answers for c in one.estimate.conditions)),
    )
    return Answer(estimate=summed_up(blank, sums, level=first.level), numbers=numbers, sample=sums)


def _total(pairs: _Pairs, asked: Asked, about: About) -> Counted:
    table = _added([one.table for one, _ in pairs])
    whole = summed([got.quoted for _, got in pairs if got.quoted])
    cautions = _cautions(pairs)
    methods = {name: _by_method(name, pairs) for name in METHODS}
    headline = _headline(table, whole, pairs, about=about)
    curves = (density(name, one.sample.ravel()) for name, one in methods.items() if one)
    return _counted(
        table,
        asked,
        estimates=tuple(one.estimate for one in methods.values() if one),
        headline=headline,
        cautions=cautions,
        densities=tuple(curve for curve in curves if curve),
        sentence=headline.sentence if headline else "",
    )


def _by_method(name: str, pairs: _Pairs) -> Answer | None:
    """Add one method's answers, where it has a usable one in every stratum."""
    found = [got.answers[name] for _, got in pairs if name in got.answers]
    usable = [one for one in found if one.estimate.is_usable and one.sample.size]
    return summed(usable) if len(usable) == len(pairs) else None


def _headline(
    table: CaptureTable,
    whole: Answer,
    pairs: _Pairs,
    *,
    about: About,
) -> Headline | None:
    estimate, share = whole.estimate, whole.linkage_share
    if estimate.estimate is None or estimate.low is None or estimate.high is None:
        return None
    rule = (
        f"the sum of what is quoted in each of {len(pairs)} strata, drawn jointly: the ends are "
        "those of the sums"
    )
    methods = dict.fromkeys(
        name
        for _, got in pairs
        if got.counted.headline
        for name in got.counted.headline.method.split("+")
    )
    return Headline(
        estimate=estimate.estimate,
        low=estimate.low,
        high=estimate.high,
        level=estimate.level,
        method="+".join(methods),
        rule=rule,
        linkage_share=share,
        sentence=sentence(
            table,
            estimate,
            about=about,
            cautions=[caution for _, got in pairs for caution in got.weak],
            linkage_share=share,
            methods=tuple(methods),
            of_strata=True,
        ),
    )


def _cautions(pairs: _Pairs) -> tuple[Caution, ...]:
    """Give each code of the strata once, and where it was said."""
    where: dict[str, list[str]] = {}
    words: dict[str, str] = {}
    for one, got in pairs:
        for caution in got.counted.cautions:
            names = where.setdefault(caution.code, [])
            words.setdefault(caution.code, caution.text)
            if one.name not in names:
                names.append(one.name)
    return tuple(
        Caution(code=code, text=f"In {_some(names)}: {words[code]}")
        for code, names in where.items()
    )


def _some(names: Sequence[str]) -> str:
    more = len(names) - _TOLD
    return "; ".join(names[:_TOLD]) + (f" and {more:,} more strata" if more > 0 else "")


def _refused(pairs: _Pairs, asked: Asked, about: About) -> Counted:
    table = _added([one.table for one, _ in pairs])
    lacking = [one.name for one, got in pairs if not got.quoted]
    text = (
        f"Not estimable: there is no estimate for {_some(lacking)}, and a sum without a part is no "
        "total. The sum of the other strata is given apart, as what it is."
    )
    refused = Refusal(code=STRATUM_REFUSED, text=text)
    return _counted(
        table,
        asked,
        refused=refused,
        cautions=_cautions(pairs),
        sentence=refusal_sentence(table, refused, about=about),
    )


def _counted(  # noqa: PLR0913  # one for each part of the whole
    table: CaptureTable,
    asked: Asked,
    *,
    cautions: tuple[Caution, ...],
    sentence: str,
    estimates: tuple[Estimate, ...] = (),
    headline: Headline | None = None,
    refused: Refusal | None = None,
    densities: tuple[Density, ...] = (),
) -> Counted:
    return Counted(
        observed=table.observed,
        lists=table.lists,
        patterns=tuple(zip(table.masks.tolist(), table.counts.tolist(), strict=True)),
        estimates=estimates,
        headline=headline,
        cautions=cautions,
        refused=refused,
        seed=asked.seed,
        densities=densities,
        sentence=sentence,
    )


def _added(tables: Sequence[CaptureTable]) -> CaptureTable:
    sums: dict[int, int] = {}
    for table in tables:
        for mask, count in zip(table.masks.tolist(), table.counts.tolist(), strict=True):
            sums[mask] = sums.get(mask, 0) + count
    return CaptureTable.of_masks(tables[0].lists, sums.items())


# ---------------------------------------------------------------- side by side


def _comparisons(known: _Pairs) -> list[Comparison]:
    """Compare strata that were counted from the same lists, where there are not too many."""
    if len(known) > MOST_COMPARED:
        return []
    found = []
    for (one, first), (other, second) in combinations(known, 2):
        if first.quoted and second.quoted and first.groups == second.groups:
            above = _chance_of_more(first.quoted, second.quoted)
            more, fewer = (one, other) if above >= 0.5 else (other, one)  # noqa: PLR2004  # even
            found.append(
                Comparison(
                    more=more.stratum, fewer=fewer.stratum, probability=max(above, 1 - above)
                )
            )
    return found


def _chance_of_more(one: Answer, other: Answer) -> float:
    """How often the one is above the other, draw by draw; a draw in which they are even is half."""
    numbers = np.intersect1d(one.numbers, other.numbers)
    width = min(one.sample.shape[1], other.sample.shape[1])
    a = one.sample[np.searchsorted(one.numbers, numbers), :width]
    b = other.sample[np.searchsorted(other.numbers, numbers), :width]
    return float((a > b).mean() + (a == b).mean() / 2)
