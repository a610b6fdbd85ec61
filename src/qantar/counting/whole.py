"""The whole of several strata: their draws added one by one, as they come."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from qantar.counting.asked import About, Asked
from qantar.counting.cautions import NOT_ESTIMABLE, STRATUM_REFUSED
from qantar.counting.covered import beyond, reaching
from qantar.counting.density import density
from qantar.counting.methods import METHODS
from qantar.counting.one_table import Result
from qantar.counting.pooled import Answer, summed_up
from qantar.counting.sentence import refusal_sentence, sentence
from qantar.counting.table import CaptureTable, Floats, Ints
from qantar.model.counted import Counted, Density, Headline
from qantar.model.estimate import Caution, Estimate, Interval, Refusal

_TOLD: Final = 5
_APART: Final = " The sum of the other strata is given apart, as what it is."


def summed(answers: Iterable[Answer]) -> Answer:
    """Add answers draw by draw, within the draws of linking that all of them have; at least one."""
    total = _Sum()
    for one in answers:
        total.add(one)
    return total.answer()


class _Sum:
    """Answers that are added as they come.

    Only the sum is kept: shape (D, S), for the draws of linking that all of them have had so far.
    """

    def __init__(self) -> None:
        self.count = 0
        self._numbers: Ints = np.empty(0, dtype=np.int64)
        self._sums: Floats = np.empty((0, 0))
        self._methods: dict[str, None] = {}
        self._conditions: dict[str, list[str]] = {}
        self._names: list[str] = []
        self._has_mean = True
        self._level, self._interval = 0.0, Interval.EQUAL_TAILED

    def add(self, one: Answer, *, name: str = "") -> None:
        """Add an answer with a finite sample, that of the stratum of this name."""
        estimate = one.estimate
        if self.count:
            numbers = np.intersect1d(self._numbers, one.numbers)
            width = min(self._sums.shape[1], one.sample.shape[1])
            own = self._sums[np.searchsorted(self._numbers, numbers), :width]
            self._sums = own + one.sample[np.searchsorted(one.numbers, numbers), :width]
            self._numbers = numbers
        else:
            self._numbers, self._sums = one.numbers, one.sample
            self._level, self._interval = estimate.level, estimate.interval
        self.count += 1
        self._methods[estimate.method] = None
        self._names.append(name)
        for said in estimate.conditions:
            self._conditions.setdefault(said, []).append(name)
        self._has_mean &= estimate.mean is not None

    def answer(self, beside: Ints | None = None) -> Answer:
        """Give the sum, with so many persons more in each draw of linking, shape (draws,)."""
        sample = self._sums
        if beside is not None and len(beside):
            sample = sample + beside[self._numbers][:, None]
        blank = Estimate(
            method="+".join(self._methods),
            estimate=None,
            mean=0.0 if self._has_mean else None,
            low=None,
            high=None,
            level=self._level,
            interval=self._interval,
            conditions=tuple(self._told_conditions()),
        )
        return Answer(
            estimate=summed_up(blank, sample, level=self._level),
            numbers=self._numbers,
            sample=sample,
        )

    def _told_conditions(self) -> Iterator[str]:
        """Give what all strata assume, and with its strata what some do: models may differ."""
        for said, names in self._conditions.items():
            yield said if len(names) == self.count else f"In {_some(names)}: {said}"


class _Cautions:
    """What strata were warned of: what differs in figures alone once, and where."""

    def __init__(self) -> None:
        self._where: dict[tuple[str, str], list[str]] = {}
        self._first: dict[tuple[str, str], Caution] = {}

    def add(self, name: str, cautions: Iterable[Caution]) -> None:
        """Add those of one stratum."""
        for caution in cautions:
            kind = caution.code, caution.kind
            names = self._where.setdefault(kind, [])
            self._first.setdefault(kind, caution)
            if name not in names:
                names.append(name)

    def told(self) -> tuple[Caution, ...]:
        """Give them, in the words of the first stratum; the figures in these are its own."""
        return tuple(self._of(kind, *names) for kind, names in self._where.items())

    def _of(self, kind: tuple[str, str], first: str, *others: str) -> Caution:
        said = self._first[kind]
        text = f"In {first}: {said.text}"
        text += f" Likewise in {_some(others)}." if others else ""
        return Caution(code=said.code, text=text, kind=said.kind)


class Whole:
    """What strata came to, added up; and those that came to nothing."""

    def __init__(self, *, asked: Asked, about: About, is_sure: bool = True) -> None:
        """Begin with no stratum.

        Args:
            asked: of the whole.
            about: what the lists are about.
            is_sure: whether who is who is; the persons who are named are about so many else.
        """
        self._asked, self._about, self._is_sure = asked, about, is_sure
        self._lists: tuple[str, ...] = ()
        self._all: dict[int, int] = {}
        self._known: dict[int, int] = {}
        self._in: list[str] = []
        self._lacking: list[str] = []
        self._cautions, self._known_cautions = _Cautions(), _Cautions()
        self._quoted = _Sum()
        self._methods = {name: _Sum() for name in METHODS}
        self._quoted_methods: dict[str, None] = {}
        self._weak: dict[Caution, None] = {}
        self._drawn_names: list[str] = []
        self._drawn: Ints = np.empty(0, dtype=np.int64)

    def add(self, name: str, table: CaptureTable, got: Result) -> None:
        """Add a stratum and what it came to."""
        self._lists = table.lists
        _add(self._all, table)
        self._cautions.add(name, got.counted.cautions)
        if got.quoted is None:
            self._lacking.append(name)
            return
        self._in.append(name)
        _add(self._known, table)
        self._known_cautions.add(name, got.counted.cautions)
        self._weak.update(dict.fromkeys(got.weak))
        self._quoted.add(got.quoted, name=name)
        if got.counted.headline:
            methods = got.counted.headline.method.split("+")
            self._quoted_methods.update(dict.fromkeys(methods))
        for method, one in got.answers.items():
            if one.estimate.is_usable and one.sample.size:
                self._methods[method].add(one, name=name)

    def add_drawn(self, name: str, persons: Ints) -> None:
        """Add a stratum that some draws of linking alone have: its persons in each, shape (D,)."""
        self._drawn_names.append(name)
        self._drawn = persons + self._drawn if len(self._drawn) else persons

    def total(self) -> Counted:
        """Give the whole; a refusal where a stratum has no answer."""
        if not self._lacking and self._quoted.count:
            return self._summed(self._cautions, about=self._about)
        text = (
            f"Not estimable: there is no estimate for {_some(self._lacking)}, and a sum without a "
            f"part is no total.{_APART if self._quoted.count else ''} Count by something coarser."
        )
        refused = Refusal(code=STRATUM_REFUSED, text=text)
        table = self._table(self._all)
        return self._counted(
            table,
            refused=refused,
            cautions=self._cautions.told(),
            sentence=refusal_sentence(table, refused, about=self._about, is_sure=self._is_sure),
        )

    def partial(self) -> Counted | None:
        """Give the sum of those that have an answer, where others have none.

        Its paragraph begins with what is in it and what is not: its numbers would else be quoted
        as those of the whole.
        """
        if not self._lacking or not self._quoted.count:
            return None
        known = _some(self._in)
        about = replace(self._about, what=f"{self._about.what} ({known})")
        return self._summed(self._known_cautions, about=about, first=f"{self._left_out()} ")

    def _left_out(self) -> str:
        named = self._table(self._all).observed - self._table(self._known).observed
        about = "" if self._is_sure else "about "
        persons = f"{about}{named:,} {'person is' if named == 1 else 'persons are'} named"
        return (
            f"This is a part and not the whole. In it: {_some(self._in)}. Not in it: "
            f"{_some(self._lacking)}, where {persons} and how many more there were "
            "is not estimated."
        )

    def _summed(self, said: _Cautions, *, about: About, first: str = "") -> Counted:
        table = self._table(self._known)
        cautions = (*said.told(), *self._of_drawn())
        found = {
            name: one.answer(self._drawn)
            for name, one in self._methods.items()
            if one.count and one.count == self._quoted.count
        }
        whole = self._quoted.answer(self._drawn)
        refused = beyond(whole.estimate, self._asked.covered)
        further = reaching(whole.estimate, self._asked.covered)
        cautions, weak = (*cautions, *further), (*self._weak, *further)
        headline = None if refused else self._headline(table, whole, about, first, weak)
        curves = (density(name, one.sample.ravel()) for name, one in found.items())
        return self._counted(
            table,
            estimates=tuple(one.estimate for one in found.values()),
            headline=headline,
            refused=refused,
            cautions=cautions,
            densities=tuple(curve for curve in curves if curve),
            sentence=headline.sentence
            if headline
            else first + refusal_sentence(table, refused, about=about, is_sure=self._is_sure)
            if refused
            else "",
        )

    def _of_drawn(self) -> tuple[Caution, ...]:
        if not self._drawn_names:
            return ()
        text = (
            f"In {int((self._drawn > 0).sum())} of {len(self._drawn)} draws of linking there are "
            f"persons in {_some(self._drawn_names)}, {int(self._drawn.max())} at the most, and "
            "nobody as persons are counted. Nothing can be estimated there: in those draws they "
            "are in the sum as they are."
        )
        return (Caution(code=NOT_ESTIMABLE, text=text, kind="draws"),)

    def _headline(
        self,
        table: CaptureTable,
        whole: Answer,
        about: About,
        first: str,
        weak: tuple[Caution, ...],
    ) -> Headline | None:
        estimate, share = whole.estimate, whole.linkage_share
        if estimate.estimate is None or estimate.low is None or estimate.high is None:
            return None
        many = self._quoted.count
        rule = (
            f"the sum of what is quoted in each of {many} strata, drawn jointly: the ends are "
            "those of the sums"
            if many > 1
            else "what is quoted in the one stratum that has an estimate"
        )
        said = first + sentence(
            table,
            estimate,
            about=about,
            cautions=weak,
            linkage_share=share,
            methods=tuple(self._quoted_methods),
            of_strata=True,
        )
        return Headline(
            estimate=estimate.estimate,
            low=estimate.low,
            high=estimate.high,
            level=estimate.level,
            method="+".join(self._quoted_methods),
            rule=rule,
            linkage_share=share,
            sentence=said,
        )

    def _table(self, sums: dict[int, int]) -> CaptureTable:
        return CaptureTable.of_masks(self._lists, sums.items())

    def _counted(
        self,
        table: CaptureTable,
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
            seed=self._asked.seed,
            densities=densities,
            sentence=sentence,
        )


def _add(sums: dict[int, int], table: CaptureTable) -> None:
    for mask, count in zip(table.masks.tolist(), table.counts.tolist(), strict=True):
        sums[mask] = sums.get(mask, 0) + count


def _some(names: Sequence[str]) -> str:
    more = len(names) - _TOLD
    return "; ".join(names[:_TOLD]) + (f" and {more:,} more strata" if more > 0 else "")
