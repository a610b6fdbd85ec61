"""The estimators by name; each is loaded when it is asked for."""

from __future__ import annotations

from importlib import import_module
from typing import Final

from qantar.counting.fit import Fit
from qantar.counting.table import CaptureTable
from qantar.model.estimate import Refusal

LATENT_CLASS: Final = "latent_class"
DECOMPOSABLE_GRAPHS: Final = "decomposable_graphs"
LOGLINEAR: Final = "loglinear"
INDEPENDENT: Final = "independent"
CHAO: Final = "chao"
CHAPMAN: Final = "chapman"

METHODS: Final = (LATENT_CLASS, DECOMPOSABLE_GRAPHS, LOGLINEAR, INDEPENDENT, CHAO, CHAPMAN)
"""All, in the order in which they are shown."""

_FEW_PATTERNS: Final = 31
_PATTERNS: Final = 250
"""Patterns up to which chains may run as long as they do by themselves."""

FOR_MORE_LISTS: Final = METHODS[:-1]
"""Those that apply to three lists or more."""


def fit(
    method: str, table: CaptureTable, *, level: float, seed: int, options: dict[str, object]
) -> Fit | Refusal:
    """Run one estimator.

    Args:
        method: one of `METHODS`.
        table: as `usable` left it.
        level: of the interval, between 0 and 1.
        seed: of all chance.
        options: the estimator's own, by name.
    """
    estimate = import_module(f"qantar.counting.{method}").estimate
    found: Fit | Refusal = estimate(table, level=level, seed=seed, **options)
    return found


def quickly(
    method: str,
    table: CaptureTable,
    *,
    level: float,
    seed: int,
    options: dict[str, object] | None = None,
) -> Fit | Refusal:
    """Run one estimator with less effort: good to a few hundredths, for what is tried."""
    given = {**_quick(method), **(options or {})}
    return fit(method, table, level=level, seed=seed, options=given)


def bounded(method: str, table: CaptureTable, *, tables: int = 1) -> dict[str, object]:
    """Give the options that keep a method's time within minutes; most need none.

    What a chain of `latent_class` does in an iteration grows with the patterns. Up to 250 of them
    it may take 160,000 iterations in its last round, up to 31 (five lists), where that is a few
    seconds, twice as many; of twice as many patterns, half as many iterations. With
    2,000 patterns on 20 lists chains that never agree are given up after two minutes, not fifteen.
    There, and where the table is one of many draws of linking that are pooled, the first round is
    half as long as it is by itself: many short ones together err as little as one that is long.
    """
    if method != LATENT_CLASS:
        return {}
    from qantar.counting.latent_chains import Effort  # noqa: PLC0415  # heavy

    by_itself = Effort()
    if len(table.masks) <= _PATTERNS and tables == 1:
        small = len(table.masks) <= _FEW_PATTERNS
        return {"effort": Effort(most=2 * by_itself.most)} if small else {}
    first, kept = by_itself.iterations // 2, by_itself.kept // 2
    most = min(by_itself.most, by_itself.most * _PATTERNS // len(table.masks))
    return {"effort": Effort(iterations=first, kept=kept, most=max(first, most))}


def _quick(method: str) -> dict[str, object]:
    if method == LATENT_CLASS:
        from qantar.counting.latent_chains import Effort  # noqa: PLC0415  # heavy

        return {"effort": Effort(warm_up=2_000, iterations=4_000, most=8_000, kept=1_000)}
    return {"replicates": 200} if method == LOGLINEAR else {}


def other_priors(method: str, lists: int) -> dict[str, dict[str, object]]:
    """Give two other priors of a Bayesian method, in words, as its options.

    Args:
        method: `latent_class` or `decomposable_graphs`.
        lists: how many there are.
    """
    if method == LATENT_CLASS:
        from qantar.counting.latent_class import Prior  # noqa: PLC0415  # heavy

        return {
            "chances of being listed near none or all are likelier": {
                "prior": Prior(capture=(0.5, 0.5))
            },
            "more kinds of persons are expected": {"prior": Prior(concentration=(1.0, 1.0))},
        }
    return {
        f"worth {words} as much data": {"delta": times * 2.0**-lists}
        for words, times in (("a quarter", 0.25), ("four times", 4.0))
    }
