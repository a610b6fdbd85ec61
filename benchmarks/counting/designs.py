"""Populations that are known, and lists drawn from them.

Ten designs are those that R packages were measured on (`data/calibration.json`, which also holds
the very tables and what the packages made of them); four are our own. Each says how
likely a person has each pattern of lists, so that any number of fresh tables can be drawn.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from math import sqrt
from pathlib import Path
from typing import Any, Final

import numpy as np

from qantar.counting.table import CaptureTable, Floats

DATA: Final = Path(__file__).parent / "data" / "calibration.json"

Draw = Callable[[np.random.Generator], Floats]
"""Gives the probability of each pattern, by mask: shape (2**J,); it may differ each time."""

ALL_FAIL: Final = ("nooverlap3", "twoclass_mild4")
"""Designs in which no method can be right: the one asks for a refusal, the other for a warning."""


@dataclass(frozen=True, kw_only=True)
class Design:
    """One population and how it is listed.

    `peers`: by package, the coverage and the median width that were measured on the stored tables.
    """

    name: str
    says: str
    people: int
    lists: int
    draw: Draw
    keeps: Callable[[CaptureTable], bool] = lambda table: table.observed > 0
    peers: Mapping[str, Mapping[str, float]]

    @property
    def is_fair(self) -> bool:
        """Whether a method can be asked to be right."""
        return self.name not in ALL_FAIL


def fresh(design: Design, count: int, seed: int) -> Iterator[CaptureTable]:
    """Draw tables anew: the same ones for the same seed."""
    chance = np.random.default_rng(seed)
    while count:
        cells = chance.multinomial(design.people, design.draw(chance))
        table = _table(design.lists, enumerate(cells.tolist()))
        if design.keeps(table):
            count -= 1
            yield table


@cache
def stored(name: str) -> Sequence[tuple[CaptureTable, Mapping[str, Any]]]:
    """Give the stored tables of a design, each with the peers' intervals."""
    (one,) = (design for design in _data() if design["name"] == name)
    lists = one["design"]["J"]
    return [
        (_table(lists, _masks(lists, replicate["counts"])), replicate)
        for replicate in one["replicates"]
    ]


def designs() -> tuple[Design, ...]:
    """Give the ten designs that are stored, in their order, and our own four."""
    return (*(_of_data(one) for one in _data()), *_own())


# ---------------------------------------------------------------- the stored ones


@cache
def _data() -> Sequence[Mapping[str, Any]]:
    found: Sequence[Mapping[str, Any]] = json.loads(DATA.read_text(encoding="utf-8"))["designs"]
    return found


def _of_data(stored: Mapping[str, Any]) -> Design:
    design = stored["design"]
    peers = {
        peer: {"coverage": one["coverage95"], "width": one["median_width"]}
        for peer, one in stored["summary"].items()
        if one
    }
    kept = {"keeps": _no_overlap} if design.get("nooverlap") else {}
    return Design(
        name=stored["name"],
        says=design["desc"],
        people=design["N"],
        lists=design["J"],
        draw=_draw_of(design),
        peers=peers,
        **kept,
    )


def _draw_of(design: Mapping[str, Any]) -> Draw:
    if design.get("random"):
        return _of_random_classes
    if "pair" in design:
        pair = design["pair"]
        first_two = _dependent(pair["pA"], pair["pB"], pair["OR"])
        return _always(_beside(first_two, design["rest"]))
    classes = design["classes"]
    return _always(sum(one["w"] * independent(one["p"]) for one in classes))


def _always(cells: Floats) -> Draw:
    return lambda _: cells


def _of_random_classes(chance: np.random.Generator) -> Floats:
    """Draw two classes of any size, and each chance of capture by four lists from Beta(1, 4)."""
    share = chance.random()
    first, second = (independent(chance.beta(1, 4, size=4)) for _ in range(2))
    return share * first + (1 - share) * second


def independent(chances: Sequence[float] | Floats) -> Floats:
    """Give the probability of each pattern of independent lists, by mask."""
    cells = np.ones(1)
    for chance in chances:
        cells = np.kron(np.array([1 - chance, chance]), cells)
    return cells


def _beside(cells: Floats, chances: Sequence[float]) -> Floats:
    """Add independent lists, after those whose patterns are given."""
    found: Floats = np.kron(independent(chances), cells).astype(np.float64)
    return found


def _dependent(first: float, second: float, ratio: float) -> Floats:
    """Give the four patterns of two lists with these chances and this odds ratio."""
    lead = 1 + (first + second) * (ratio - 1)
    both = (lead - sqrt(lead**2 - 4 * ratio * (ratio - 1) * first * second)) / (2 * (ratio - 1))
    return np.array([1 - first - second + both, first - both, second - both, both])


def _no_overlap(table: CaptureTable) -> bool:
    return int(table.sizes.sum()) == table.observed


def _masks(lists: int, counts: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Turn the stored order, in which the first list is the highest bit, into masks."""
    for number, count in enumerate(counts, start=1):
        yield int(f"{number:0{lists}b}"[::-1], 2), count


def _table(lists: int, counts: Any) -> CaptureTable:
    return CaptureTable.of_masks([f"list {j + 1}" for j in range(lists)], counts)


# ---------------------------------------------------------------- our own


def _own() -> tuple[Design, ...]:
    return (
        Design(
            name="threeway4",
            says="lists 1 to 3 independent two by two, but not all three; list 4 independent",
            people=1500,
            lists=4,
            draw=_always(_beside(_three_way(0.3, 0.25, 0.2, 0.02), [0.25])),
            peers={},
        ),
        Design(
            name="copied4",
            says="list 4 takes half of its names from list 1, and finds a tenth of people itself",
            people=1500,
            lists=4,
            draw=_always(_copied([0.25, 0.2, 0.3], copies=0.5, own=0.1)),
            peers={},
        ),
        Design(
            name="thin5",
            says="a very small stratum with 5 independent lists",
            people=40,
            lists=5,
            draw=_always(independent([0.25, 0.2, 0.15, 0.2, 0.1])),
            peers={},
        ),
        Design(
            name="beta4",
            says="everybody differs: the chance of capture is Beta(2, 4) times 1, .8, .9, .7",
            people=2000,
            lists=4,
            draw=_always(_beta(2, 4, [1.0, 0.8, 0.9, 0.7])),
            peers={},
        ),
    )


def _three_way(first: float, second: float, third: float, more: float) -> Floats:
    """Move `more` to the patterns of one list or three, from those of two or none."""
    cells = independent([first, second, third])
    odd = np.array([mask.bit_count() % 2 for mask in range(8)])
    return cells + np.where(odd == 1, more, -more)


def _copied(chances: Sequence[float], *, copies: float, own: float) -> Floats:
    """Add a last list: by its own finding, or by copying who is on the first."""
    before = independent(chances)
    on_first = np.arange(len(before)) & 1 == 1
    last = np.where(on_first, 1 - (1 - own) * (1 - copies), own)
    return np.concatenate((before * (1 - last), before * last))


def _beta(first: float, second: float, sizes: Sequence[float]) -> Floats:
    """Mix independent lists over a chance of capture that is Beta, by its quantiles' midpoints."""
    points = 4000
    grid = (np.arange(points) + 0.5) / points
    heights = grid ** (first - 1) * (1 - grid) ** (second - 1)
    heights /= heights.sum()
    factors = np.ones((points, 1))
    for size in sizes:
        chance = (grid * size)[:, None]
        factors = np.concatenate((factors * (1 - chance), factors * chance), axis=1)
    return heights @ factors
