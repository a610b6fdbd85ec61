"""The sets of lists that linking is measured on, and the bar that each must reach."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from benchmarks.linking.dataset import DataSet
from benchmarks.linking.generator import generate
from benchmarks.linking.linkgen_lists import linkgen
from benchmarks.linking.public import PUBLIC
from benchmarks.linking.third import generate as valley

BARS = {
    "RLdata10000": 0.95,
    "febrl3": 0.990,
    "febrl4": 0.996,
    "fake_1000": 0.83,
    "historical_50k": 0.72,
}
BAR_AT = {4_000: 0.94, 38_000: 0.93, 150_000: 0.90, 760_000: 0.85}
OWN_MAY_LACK = 0.02
GENERATED = ((4_000, 1), (4_000, 11), (4_000, 12), (4_000, 13), (4_000, 14), (4_000, 15))
LARGE = (38_000, 2)
ASKED_ONLY = ((150_000, 3), (760_000, 3))
MANY_SEEDS = tuple((4_000, seed) for seed in range(41, 61))
"""Seeds that no constant was chosen by."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One set by its name: how to get it, and the pair F1 that is asked of it, if any.

    `asked_only` sets take long and are measured only where they are named.
    """

    name: str
    load: Callable[[], DataSet]
    bar: float | None = None
    asked_only: bool = False


def chosen(
    only: Sequence[str], *, linkgen_path: Path | None, folder: Path | None, difficulty: float
) -> list[Measured]:
    """Give the sets that can be had, or those of them whose names begin as one of `only`."""
    sets = [
        *(_linkgen(linkgen_path, difficulty) if linkgen_path else ()),
        *_own(difficulty),
        *_third(difficulty),
        *(_public(folder) if folder else ()),
    ]
    if only:
        return [one for one in sets if one.name.startswith(tuple(only))]
    return [one for one in sets if not one.asked_only]


def of_many_seeds(
    only: Sequence[str], *, linkgen_path: Path | None, difficulty: float
) -> list[Measured]:
    """Give the generated sets of twenty seeds, or those whose names begin as one of `only`."""
    sets = [
        *(_linkgen(linkgen_path, difficulty, MANY_SEEDS) if linkgen_path else ()),
        *_own(difficulty, MANY_SEEDS),
        *_third(difficulty, MANY_SEEDS),
    ]
    return [one for one in sets if not only or one.name.startswith(tuple(only))]


def _linkgen(
    path: Path,
    difficulty: float,
    made: Sequence[tuple[int, int]] = (*GENERATED, LARGE, *ASKED_ONLY),
) -> Iterator[Measured]:
    for people, seed in made:
        yield Measured(
            name=f"linkgen-{people}-seed{seed}",
            load=partial(linkgen, path, people=people, seed=seed, difficulty=difficulty),
            bar=BAR_AT[people],
            asked_only=(people, seed) in ASKED_ONLY,
        )


def _own(
    difficulty: float, made: Sequence[tuple[int, int]] = (*GENERATED, LARGE, *ASKED_ONLY)
) -> Iterator[Measured]:
    for people, seed in made:
        yield Measured(
            name=f"generator-{people}-seed{seed}",
            load=partial(generate, people=people, lists=4, seed=seed, difficulty=difficulty),
            bar=BAR_AT[people] - OWN_MAY_LACK,
            asked_only=(people, seed) in ASKED_ONLY,
        )


def _third(
    difficulty: float, made: Sequence[tuple[int, int]] = (*GENERATED, LARGE)
) -> Iterator[Measured]:
    """The sets that nothing was trained or chosen by; they have no bar to aim at."""
    for people, seed in made:
        yield Measured(
            name=f"third-{people}-seed{seed}",
            load=partial(valley, people=people, seed=seed, difficulty=difficulty),
        )


def _public(folder: Path) -> Iterator[Measured]:
    for name, load in PUBLIC.items():
        yield Measured(name=name, load=partial(load, folder), bar=BARS.get(name))
