"""Weights that ship: what lists with known truth show, as a table with its origin."""

from __future__ import annotations

import json
from functools import lru_cache
from importlib.resources import files
from typing import Final

import numpy as np

from qantar.linking.evidence import Weights, related_from
from qantar.linking.fields import FIELDS

_FILE: Final = "weights.json"
_RELATIVES: Final = 0.1
"""Pairs of relatives for each row: as many in long lists as in short ones."""
_FAMILIES: Final = {
    "surname": 1.0,
    "father": 0.9,
    "birth_place": 0.7,
    "address": 0.5,
    "postcode": 0.5,
    "phone": 0.3,
    "status": 0.3,
}
"""Which share of relatives shows a field as one person does: by judgement."""
_DEPENDENCE: Final = 0.08
_BASE: Final = -0.04


@lru_cache(maxsize=8)  # a long process links lists of many lengths
def shipped_weights(rows: int) -> Weights:
    """Give the weights that ship with the package, for so many rows.

    Pairs of rows grow with the square of the rows, pairs of relatives with the rows: of the pairs
    of a short list more are relatives than of those of a long one, as more are one person.
    """
    text = files("qantar.linking").joinpath("tables", _FILE).read_text(encoding="utf-8")
    read = json.loads(text)
    table, as_same = read["levels"], {**_FAMILIES, **read["relatives"]}
    same = {name: np.array((1.0, *table[name]["same"])) for name in FIELDS}
    other = {name: np.array((1.0, *table[name]["others"])) for name in FIELDS}
    return Weights(
        same_levels=same,
        related_levels=related_from(same, other, as_same),
        other_levels=other,
        mean_share={},
        same=np.array([1e-4]),
        related=_RELATIVES / max(2, rows),
        as_same=as_same,
        in_family=np.array((1.0, *read["in_family"])),
        known={name: np.array((1.0, *read["known"][name])) for name in read["known"]},
        dependence=_DEPENDENCE,
        base=_BASE,
    )
