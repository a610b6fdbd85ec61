"""Several strata, and the whole: by joint draws, never by adding the ends of intervals.

Strata are estimated apart from each other, so that each may have its own chances of being listed.
The total adds their draws one by one; the ends of its interval are those of the sums. Where a
stratum is refused there is no total, because an unknown part has no size.

Where it is in doubt who is who, a stratum may have persons in some draws of linking only, and
nobody in the division that is counted. It cannot be estimated, and is refused; but it is no part of
what is counted, and takes nobody's total away. In those draws its persons are added to the total
as they are.

What a stratum came to is added as it comes, and then only what is told of it is kept: a thousand
strata need little more memory than one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Final, TypeAlias

import numpy as np

from qantar.counting.asked import About, Asked
from qantar.counting.cautions import NOT_ESTIMABLE
from qantar.counting.one_table import Result, result
from qantar.counting.patterns import Words
from qantar.counting.pooled import Answer
from qantar.counting.preconditions import Groups
from qantar.counting.sentence import refusal_sentence
from qantar.counting.table import CaptureTable, Ints
from qantar.counting.whole import Whole
from qantar.model.counted import (
    Comparison,
    Counted,
    CountedStrata,
    CountedStratum,
    stratum_name,
)
from qantar.model.estimate import Caution, Refusal

MOST_COMPARED: Final = 12
"""Strata that are compared each with each; of more, nobody would read the table."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Stratum:
    """One stratum to be counted, as `one_table.count` takes it; `draws` may be empty."""

    stratum: Words
    table: CaptureTable
    draws: tuple[CaptureTable, ...] = ()
    cautions: tuple[Caution, ...] = ()

    @property
    def name(self) -> str:
        """Its columns and values in words."""
        return stratum_name(self.stratum)

    @property
    def drawn(self) -> Ints:
        """How many persons each of the draws has in it."""
        return np.array([one.observed for one in self.draws], dtype=np.int64)

    @property
    def is_only_drawn(self) -> bool:
        """Whether nobody is in it but in some of the draws."""
        return not self.table.observed and bool(self.drawn.any())


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
            asked=replace(
                asked.with_seed_of_words(*(word for pair in one.stratum for word in pair)),
                covered=None,
            ),
            about=replace(about, what=f"{about.what} ({one.name})"),
        )
        for one in strata
        if not one.is_only_drawn
    ]
    came = iter(run(do, jobs))
    is_sure = not any(one.draws for one in strata)
    counted, compared = [], _Compared()
    whole = Whole(asked=asked, about=about, is_sure=is_sure)
    for one in strata:
        if one.is_only_drawn:
            got = _only_drawn(one, asked)
            whole.add_drawn(one.name, one.drawn)
        else:
            found = next(came)
            got = found.counted
            whole.add(one.name, one.table, found)
            compared.add(one, found)
        counted.append(CountedStratum(stratum=one.stratum, counted=got))
    return CountedStrata(
        strata=tuple(counted),
        total=whole.total(),
        partial=whole.partial(),
        comparisons=tuple(compared.told()),
    )


def _only_drawn(one: Stratum, asked: Asked) -> Counted:
    """Refuse a stratum that has nobody but in some draws of linking."""
    persons = one.drawn
    text = (
        "Not estimable: nobody is in this stratum as persons are counted. In "
        f"{int((persons > 0).sum())} of {len(persons)} draws of linking there are, "
        f"{int(persons.max())} at the most."
    )
    refused = Refusal(code=NOT_ESTIMABLE, text=text)
    return Counted(
        observed=0,
        lists=one.table.lists,
        patterns=(),
        estimates=(),
        headline=None,
        cautions=one.cautions,
        refused=refused,
        seed=asked.seed,
        sentence=refusal_sentence(one.table, refused, about=About()),
    )


# ---------------------------------------------------------------- side by side


class _Compared:
    """The strata that have an answer, as long as they are not too many to be compared."""

    def __init__(self) -> None:
        self._known: list[tuple[Words, Answer, Groups]] = []
        self._is_too_many = False

    def add(self, one: Stratum, got: Result) -> None:
        """Keep what a stratum came to."""
        if got.quoted and not self._is_too_many:
            self._known.append((one.stratum, got.quoted, got.groups))
            self._is_too_many = len(self._known) > MOST_COMPARED
            if self._is_too_many:
                self._known.clear()

    def told(self) -> Iterator[Comparison]:
        """Compare those that were counted from the same lists, each with each."""
        for (one, first, its), (other, second, others) in combinations(self._known, 2):
            if its == others:
                above = _chance_of_more(first, second)
                more, fewer = (one, other) if above >= 0.5 else (other, one)  # noqa: PLR2004  # even
                yield Comparison(more=more, fewer=fewer, probability=max(above, 1 - above))


def _chance_of_more(one: Answer, other: Answer) -> float:
    """How often the one is above the other, draw by draw; a draw in which they are even is half."""
    numbers = np.intersect1d(one.numbers, other.numbers)
    width = min(one.sample.shape[1], other.sample.shape[1])
    a = one.sample[np.searchsorted(one.numbers, numbers), :width]
    b = other.sample[np.searchsorted(other.numbers, numbers), :width]
    return float((a > b).mean() + (a == b).mean() / 2)
