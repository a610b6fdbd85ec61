"""Each estimator on each published table, beside what other programs made of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from time import process_time
from typing import Any, Final

from tests.counting.published import Published, published

from benchmarks.counting.answer import Answer
from benchmarks.counting.estimators import DGA, ESTIMATORS

_HEADER: Final = ("table", "lists", "named", "estimator", "answer", "cautions", "CPU", "stored")
_NO_REFERENCE: Final = 1.01  # LCMCR's split R-hat from which its figures show a fault

_STORED: Final[Mapping[str, Sequence[tuple[str, str, str]]]] = {
    "latent_class": (("LCMCR", "LCMCR_K10", "N_median"),),
    "decomposable_graphs": (("dga", "dga", "N_median"),),
    DGA: (("dga", "dga", "N_median"),),
    "loglinear": (
        ("MSE 1.2.0", "MultipleSystemsEstimation_auto", "N"),
        ("SparseMSE", "SparseMSE_stepwise", "N"),
    ),
    "independent": (("exact", "exact_independence_K1", "N_median"),),
}
"""Of each estimator the peers: what they are called, their entry, and the name of their point."""


def lines(tables: Sequence[str], methods: Sequence[str], seed: int) -> Iterator[str]:
    """Give the rows of the table, as they come."""
    yield f"| {' | '.join(_HEADER)} |"
    yield f"|{'---|' * len(_HEADER)}"
    for name, one in published().items():
        if not tables or any(name.startswith(asked) for asked in tables):
            for method in methods:
                before = process_time()
                got = ESTIMATORS[method](one.table, seed)
                yield _line(one, method, got, process_time() - before)


def _line(one: Published, method: str, got: Answer, seconds: float) -> str:
    cells = (
        one.name,
        f"{one.lists}",
        f"{one.table.observed:,}",
        method,
        said(got),
        ", ".join(got.cautions),
        f"{seconds:.2f} s",
        stored(one.reference, method),
    )
    return f"| {' | '.join(cells)} |"


def said(got: Answer) -> str:
    """Word an answer: the point and the ends, or why there is none."""
    if got.refused:
        return f"refused: {got.refused}"
    return _interval(got.point, got.low, got.high)


def stored(reference: Mapping[str, Any], method: str) -> str:
    """Word what the peers of an estimator made of the same table; as stored, not run here."""
    found = []
    for name, entry, point in _STORED.get(method, ()):
        figures = reference.get(entry, {})
        if point in figures:
            rhat = figures.get("split_rhat_logN", 1.0)
            doubt = f", R-hat {rhat:.2f}: no reference" if rhat >= _NO_REFERENCE else ""
            text = _interval(figures[point], figures.get("lo95"), figures.get("hi95"))
            found.append(f"{name} {text}{doubt}")
    if method == "chao":
        found.append(f"{reference['simple']['chao_lower_bound']['N']:,.0f}")
    return "; ".join(found)


def _interval(point: float | None, low: float | None, high: float | None) -> str:
    ends = " to ".join("–" if end is None else f"{end:,.0f}" for end in (low, high))
    return f"{'–' if point is None else f'{point:,.0f}'} ({ends})"
