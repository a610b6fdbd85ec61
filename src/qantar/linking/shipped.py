"""Weights that ship: what lists with known truth show, as a table with its origin."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Final

import numpy as np

from qantar.linking.evidence import Weights, related_from
from qantar.linking.fields import FIELDS

_FILE: Final = "weights.json"
_RELATED: Final = 2e-5
_DEPENDENCE: Final = 0.08
_BASE: Final = -0.04


@cache
def shipped_weights() -> Weights:
    """Give the weights that ship with the package."""
    text = files("qantar.linking").joinpath("tables", _FILE).read_text(encoding="utf-8")
    table = json.loads(text)["levels"]
    same = {name: np.array((1.0, *table[name]["same"])) for name in FIELDS}
    other = {name: np.array((1.0, *table[name]["others"])) for name in FIELDS}
    return Weights(
        same_levels=same,
        related_levels=related_from(same, other),
        other_levels=other,
        mean_share={},
        same=np.array([1e-4]),
        related=_RELATED,
        dependence=_DEPENDENCE,
        base=_BASE,
    )
