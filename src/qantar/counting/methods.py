"""The estimators by name; each is loaded when it is asked for."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
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

FOR_MORE_LISTS: Final = tuple(
    name for name in METHODS[:-1] if find_spec(f"qantar.counting.{name}") is not None
)
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
