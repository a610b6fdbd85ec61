"""What would move the answer: one list less, other priors, lists that depend on each other.

An interval says how far chance may have moved an estimate, if its model holds. What is tried here
is how far the model may have: by taking away what it was given, by assuming something else, and
by counting with it what is known already.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, TypedDict

from qantar.counting.asked import Asked
from qantar.counting.cautions import DISAGREEMENT, PRIOR_SENSITIVE, WITHOUT
from qantar.counting.fit import Fit
from qantar.counting.methods import (
    CHAPMAN,
    DECOMPOSABLE_GRAPHS,
    INDEPENDENT,
    LATENT_CLASS,
    other_priors,
    quickly,
)
from qantar.counting.preconditions import LEAST_LISTS, usable
from qantar.counting.table import CaptureTable
from qantar.counting.verdict import Quoted
from qantar.model.counted import (
    Dependence,
    NotTried,
    Predicted,
    Sensitivity,
    UnderPrior,
    Without,
)
from qantar.model.estimate import Caution, Estimate, Refusal

MOVED: Final = 0.25
"""Share of itself by which an estimate may move under another prior without a warning."""

STEADY: Final = 1.05
"""R-hat of log N below which chains agree well enough for what is tried: its median is then within
a few hundredths. What is quoted is held to 1.01."""

_MOST_FOR_GRAPHS: Final = 6
"""Lists up to which all graphs are looked at, in a second or two."""

MOST_LEFT_OUT: Final = 8
"""Lists up to which each is left out once. Of more, what is quoted would be estimated so many times
from tables as large as the whole, which takes longer than everything else: with ten lists half a
minute, with twenty several."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """What was tried, and what a reader must know of it."""

    sensitivity: Sensitivity = field(default_factory=Sensitivity)
    cautions: tuple[Caution, ...] = ()


def tried(
    table: CaptureTable, quoted: Quoted, asked: Asked, *, is_of_likeliest: bool = False
) -> Tried:
    """Try what would move the answer.

    Args:
        table: what was estimated from, a usable one; where who is who is in doubt, that of the
            likeliest division, on which alone everything is tried.
        quoted: the answer.
        asked: level, seed and grid.
        is_of_likeliest: whether it is in doubt who is who.
    """
    priors, own = tuple(_priors(table, quoted, asked)), _own(table, quoted, asked)
    many = len(table.lists) > MOST_LEFT_OUT
    without = () if many else tuple(_without(table, quoted, asked))
    dependence = _dependence(table)
    return Tried(
        sensitivity=Sensitivity(
            without=without,
            priors=priors,
            dependence=() if isinstance(dependence, Refusal) else dependence,
            predicted=tuple(_predicted(table, asked)),
            is_of_likeliest=is_of_likeliest,
            not_tried=tuple(_not_tried(table, dependence)),
        ),
        cautions=(*_moved(own, priors), *_hanging(table, own, without)),
    )


def _not_tried(
    table: CaptureTable, dependence: tuple[Dependence, ...] | Refusal
) -> Iterator[NotTried]:
    lists = len(table.lists)
    if lists > MOST_LEFT_OUT:
        why = (
            f"With {lists} lists it takes too long to leave out each of them; it is done up to "
            f"{MOST_LEFT_OUT}. To see what hangs on one list, take its column out and count again."
        )
        yield NotTried(what="without", why=why)
    if isinstance(dependence, Refusal):
        why = f"It takes a log-linear model, and there is none: {dependence.text}"
        yield NotTried(what="dependence", why=why)


# ---------------------------------------------------------------- one list less


def _without(table: CaptureTable, quoted: Quoted, asked: Asked) -> Iterator[Without]:
    """Estimate again without each list, by what is quoted and by what assumes otherwise.

    Of three lists two are left, and Chapman's estimate of these.
    """
    for name in table.lists:
        rest = table.without(name)
        for method in _methods(rest, quoted):
            one = _estimate(method, rest, asked)
            yield Without(
                list=name,
                method=method,
                **_ends(one),
            )


def _hanging(
    table: CaptureTable, own: dict[str, Estimate], without: Sequence[Without]
) -> Iterator[Caution]:
    """Say which lists the answer hangs on: without one, the same method gives quite another.

    That is: the two intervals have nothing in common. Or what is left says that there were fewer
    than are named, so that it cannot see whom that list finds.
    """
    for one in without:
        if one.high is None or one.low is None:
            continue
        said = f"{one.estimate:,.0f} ({one.low:,.0f} to {one.high:,.0f})"
        whole = own.get(one.method)
        by = "" if whole and len(own) == 1 else f" by {one.method}"
        if one.high < table.observed:
            why = (
                f"fewer than the {table.observed:,} who are named: the others do not see whom it "
                "finds."
            )
        elif whole and _are_apart(one, whole):
            why = (
                f"wholly apart from the {whole.low:,.0f} to {whole.high:,.0f} with it: the answer "
                "hangs on that list."
            )
        else:
            continue
        text = f'Without the list "{one.list}" the estimate{by} would be {said}, {why}'
        yield Caution(code=DISAGREEMENT, text=text, kind=f"{WITHOUT}{one.list}: {one.method}")


def _are_apart(one: Without, whole: Estimate) -> bool:
    if one.low is None or one.high is None or whole.low is None or whole.high is None:
        return False
    return one.high < whole.low or whole.high < one.low


def _methods(table: CaptureTable, quoted: Quoted) -> tuple[str, ...]:
    if len(table.lists) < LEAST_LISTS:
        return (CHAPMAN,)
    beside = DECOMPOSABLE_GRAPHS if len(table.lists) <= _MOST_FOR_GRAPHS else INDEPENDENT
    return tuple(dict.fromkeys((*quoted.methods, beside)))


def _estimate(method: str, table: CaptureTable, asked: Asked) -> Estimate | None:
    """Give an estimate that may be looked at, or None."""
    if method != CHAPMAN and usable(table).refused:
        return None
    return _steady(quickly(method, table, level=asked.level, seed=asked.seed))


def _steady(found: Fit | Refusal) -> Estimate | None:
    """Give an estimate if its chains agree as far as a rough number needs, else None.

    None, too, where it is what was assumed beforehand.
    """
    if isinstance(found, Refusal) or found.estimate.estimate is None:
        return None
    seen = found.estimate.diagnostics
    if seen.is_assumed or not (seen.rhat is None or seen.rhat < STEADY):
        return None
    return found.estimate


class _Ends(TypedDict):
    estimate: float | None
    low: float | None
    high: float | None


def _ends(one: Estimate | None) -> _Ends:
    if one is None:
        return _Ends(estimate=None, low=None, high=None)
    return _Ends(estimate=one.estimate, low=one.low, high=one.high)


# ---------------------------------------------------------------- other priors


def _priors(table: CaptureTable, quoted: Quoted, asked: Asked) -> Iterator[UnderPrior]:
    for method in quoted.methods:
        if method not in (LATENT_CLASS, DECOMPOSABLE_GRAPHS):
            continue
        for words, options in other_priors(method, len(table.lists)).items():
            found = quickly(method, table, level=asked.level, seed=asked.seed, options=options)
            yield UnderPrior(prior=words, method=method, **_ends(_steady(found)))


def _own(table: CaptureTable, quoted: Quoted, asked: Asked) -> dict[str, Estimate]:
    """Give what each quoted method says of this table by itself, under its own prior.

    Not the mixture of several, and not what is pooled over draws of linking: another prior did not
    make the distance to these.
    """
    if len(quoted.answer.numbers) == 1:
        return dict(zip(quoted.methods, (one.estimate for one in quoted.each), strict=True))
    again = {method: _estimate(method, table, asked) for method in quoted.methods}
    return {method: one for method, one in again.items() if one is not None}


def _moved(own: dict[str, Estimate], priors: tuple[UnderPrior, ...]) -> Iterator[Caution]:
    for one in priors:
        before = own.get(one.method)
        if before is None or one.estimate is None:
            continue
        point, low, high = before.estimate, before.low, before.high
        if point is None or low is None or high is None:
            continue
        if not low <= one.estimate <= high or abs(one.estimate - point) > MOVED * point:
            text = (
                f"With another prior ({one.prior}) the estimate would be {one.estimate:,.0f} "
                f"instead of {point:,.0f}: the lists leave much to what is assumed beforehand."
            )
            yield Caution(code=PRIOR_SENSITIVE, text=text, kind=f"{one.method}: {one.prior}")


# ---------------------------------------------------------------- dependence


def _dependence(table: CaptureTable) -> tuple[Dependence, ...] | Refusal:
    """Say how strongly two lists would have to depend on each other to move N by half.

    It is told by the log-linear model that is chosen, whatever is quoted: dependence between two
    lists is a number of that model alone.
    """
    from qantar.counting.dependence import dependences  # noqa: PLC0415  # heavy
    from qantar.counting.loglinear import chosen_model  # noqa: PLC0415  # heavy

    model = chosen_model(table)
    return model if isinstance(model, Refusal) else dependences(table, model)


# ---------------------------------------------------------------- counting what is known


def _predicted(table: CaptureTable, asked: Asked) -> Iterator[Predicted]:
    """Estimate the size of each list, which is known, from how the others name its persons.

    Source: Binette and Steorts (2022), internal consistency.
    """
    for bit, name in enumerate(table.lists):
        others = [other for other in table.lists if other != name]
        kept = [
            (mask, count)
            for mask, count in zip(table.masks.tolist(), table.counts.tolist(), strict=True)
            if mask >> bit & 1
        ]
        known = CaptureTable.of_masks(table.lists, kept).of_lists(others)
        method = _of_rest(known)
        one = _estimate(method, known, asked)
        yield Predicted(
            list=name,
            size=sum(count for _, count in kept),
            seen=known.observed,
            method=method,
            **_ends(one),
        )


def _of_rest(table: CaptureTable) -> str:
    if len(table.lists) < LEAST_LISTS:
        return CHAPMAN
    return DECOMPOSABLE_GRAPHS if len(table.lists) <= _MOST_FOR_GRAPHS else INDEPENDENT
