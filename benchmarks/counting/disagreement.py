"""Whether a disagreement of two models should widen what is quoted, or only be told.

Where the latent class model and the average over dependence graphs leave out each other's
estimate, what is quoted could be the first alone, or both mixed half and half, always or only where
kinds of persons fit what was observed no better (`qantar.counting.kinds`). Which is better
hangs on what the world is like, so tables are drawn from six worlds, of which neither model
knows, in equal numbers: persons alike or of two kinds, lists independent, one pair of them
dependent, or several.

The measure was fixed before anything was run: the interval score of Gneiting and Raftery (2007) of
log N, (high - low) + 2 / a * (how far the truth lies outside), a = 0.05, in the mean over all
tables, worlds weighed alike; the lower the better. It rewards narrow intervals and punishes those
that do not hold the truth, and nothing else that an interval says could make it lower than saying
what one believes. Beside it how often each holds the truth.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from math import log
from typing import Final

import numpy as np

from benchmarks.counting.designs import independent
from benchmarks.counting.mapping import mapping
from qantar.counting.asked import Asked
from qantar.counting.heterogeneity import shared_dependence
from qantar.counting.kinds import kinds_fit_better
from qantar.counting.methods import DECOMPOSABLE_GRAPHS, LATENT_CLASS
from qantar.counting.one_table import result
from qantar.counting.preconditions import usable
from qantar.counting.table import CaptureTable, Floats

MISSED: Final = 0.05
"""One minus the level of the intervals: `a` of the score."""

ALONE: Final = "latent class"
MIXED: Final = "mixed"
CHOSEN: Final = "mixed where kinds fit no better"
RULES: Final = (ALONE, MIXED, CHOSEN)
GRAPHS: Final = "graphs"

_HEADER: Final = (
    "world",
    "tables",
    "both answered",
    "disagree, no heterogeneity told",
    "of these hold: graphs, latent class, mixed, mixed where kinds fit no better",
    "latent class below / above",
    "score of these: latent class, mixed, mixed where kinds fit no better",
    "score of all: latent class, mixed, mixed where kinds fit no better",
    "cover of all: latent class, mixed, mixed where kinds fit no better",
)

Chance = np.random.Generator


@dataclass(frozen=True, kw_only=True)
class World:
    """One way how persons may come to be listed; a table of it has a truth of its own."""

    name: str
    draw: Callable[[Chance, int], Floats]


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What one table came to.

    `ends` has the interval by the graphs, by the latent class model, and by the rules that mix
    them where they disagree; empty where not both models gave an answer.
    """

    people: int
    mixed: bool
    ends: Mapping[str, tuple[float, float]]


def worlds() -> tuple[World, ...]:
    """Give the six worlds, half of them with persons who are all alike."""
    return (
        World(name="alike, independent", draw=lambda c, n: independent(_chances(c, n))),
        World(name="alike, one pair", draw=lambda c, n: _one_pair(c, independent(_chances(c, n)))),
        World(name="alike, some pairs", draw=lambda c, n: _pairs(c, independent(_chances(c, n)))),
        World(name="two kinds", draw=_kinds),
        World(name="two kinds, easy and hard", draw=_easy_and_hard),
        World(name="two kinds, one pair", draw=lambda c, n: _one_pair(c, _kinds(c, n))),
    )


def tables(world: World, count: int, seed: int) -> Iterator[tuple[int, CaptureTable]]:
    """Draw tables that can be estimated from: 3 to 5 lists, 200 to 10,000 people."""
    chance = np.random.default_rng([seed, *world.name.encode()])
    while count:
        lists = int(chance.integers(3, 6))
        people = int(np.exp(chance.uniform(log(200), log(10_000))))
        cells = chance.multinomial(people, world.draw(chance, lists))
        named = [f"list {j + 1}" for j in range(lists)]
        table = CaptureTable.of_masks(named, enumerate(cells.tolist()))
        if table.observed and not usable(table).refused:
            count -= 1
            yield people, table


def lines(names: Sequence[str], *, seed: int, count: int, workers: int) -> Iterator[str]:
    """Give a row for each world, and one for all.

    Args:
        names: beginnings of names of worlds; all where there are none.
        seed: of the tables.
        count: tables of each world.
        workers: processes.
    """
    yield f"| {' | '.join(_HEADER)} |"
    yield f"|{'---|' * len(_HEADER)}"
    everything: list[Sequence[Seen]] = []
    with mapping(workers) as mapped:
        for world in worlds():
            if names and not any(world.name.startswith(asked) for asked in names):
                continue
            seen = list(mapped(partial(_seen, seed), enumerate(tables(world, count, seed))))
            everything.append(seen)
            yield _line(world.name, [seen])
    yield _line("all", everything)


# ---------------------------------------------------------------- the worlds


def _chances(chance: Chance, lists: int) -> Floats:
    """Draw how likely each list is to have somebody, between 3 and 60 in 100."""
    drawn: Floats = np.clip(chance.beta(1.5, 5, size=lists), 0.03, 0.6)
    return drawn


def _kinds(chance: Chance, lists: int) -> Floats:
    """Mix two kinds of persons, each with chances of its own."""
    share = chance.uniform(0.1, 0.9)
    first, second = (independent(_chances(chance, lists)) for _ in range(2))
    return share * first + (1 - share) * second


def _easy_and_hard(chance: Chance, lists: int) -> Floats:
    """Mix two kinds of persons, the one harder to find than the other for all lists alike."""
    share, factor = chance.uniform(0.1, 0.9), chance.uniform(0.1, 0.9)
    easy = _chances(chance, lists)
    return share * independent(easy) + (1 - share) * independent(easy * factor)


def _one_pair(chance: Chance, cells: Floats) -> Floats:
    """Let two lists depend on each other, for better or worse, by a factor of 1.5 to 6."""
    lists = len(cells).bit_length() - 1
    pair = chance.choice(lists, size=2, replace=False)
    size = np.exp(chance.uniform(log(1.5), log(6))) ** chance.choice([-1, 1])
    return depend(cells, [(int(pair[0]), int(pair[1]), float(size))])


def _pairs(chance: Chance, cells: Floats) -> Floats:
    """Let each pair depend by chance 1 in 3, by a factor whose logarithm is normal."""
    lists = len(cells).bit_length() - 1
    return depend(
        cells,
        [
            (one, other, float(np.exp(chance.normal())))
            for one in range(lists)
            for other in range(one)
            if chance.random() < 1 / 3
        ],
    )


def depend(cells: Floats, pairs: Sequence[tuple[int, int, float]]) -> Floats:
    """Multiply the odds ratio of each pair of lists by its factor; lists keep their sizes.

    Sizes are fitted again by proportion, which leaves every odds ratio as it is.

    Args:
        cells: shape (2**J,), the probability of each pattern, by mask.
        pairs: two lists, counted from 0, and the factor.
    """
    masks = np.arange(len(cells))
    lists = len(cells).bit_length() - 1
    sizes = [cells[masks >> j & 1 == 1].sum() for j in range(lists)]
    found = cells.copy()
    for one, other, factor in pairs:
        found[(masks >> one & 1) & (masks >> other & 1) == 1] *= factor
    found /= found.sum()
    for _ in range(200):
        for j, size in enumerate(sizes):
            on = masks >> j & 1 == 1
            share = found[on].sum()
            found[on] *= size / share
            found[~on] *= (1 - size) / (1 - share)
    whole: Floats = found / found.sum()
    return whole


# ---------------------------------------------------------------- what each rule says


def _seen(seed: int, numbered: tuple[int, tuple[int, CaptureTable]]) -> Seen:
    number, (people, table) = numbered
    asked = Asked(
        methods=(LATENT_CLASS, DECOMPOSABLE_GRAPHS), seed=seed + number, sensitivity=False
    )
    answers = result(table, asked=asked).answers
    samples, ends, points = {}, {}, {}
    for method in (LATENT_CLASS, DECOMPOSABLE_GRAPHS):
        one = answers[method].estimate if method in answers else None
        if one is None or not one.is_usable or one.low is None or one.high is None:
            return Seen(people=people, mixed=False, ends={})
        samples[method] = answers[method].sample.ravel()
        ends[method], points[method] = (one.low, one.high), one.estimate or 0.0
    first, second = ends[LATENT_CLASS], ends[DECOMPOSABLE_GRAPHS]
    disagree = not (
        first[0] <= points[DECOMPOSABLE_GRAPHS] <= first[1]
        or second[0] <= points[LATENT_CLASS] <= second[1]
    )
    looked = usable(table).table
    shared = shared_dependence(looked)
    mixed = disagree and not (shared and shared.is_told)
    both = _ends_of_both(*samples.values()) if mixed else first
    chosen = first if mixed and kinds_fit_better(looked) else both
    said = {GRAPHS: second, ALONE: first, MIXED: both, CHOSEN: chosen}
    return Seen(people=people, mixed=mixed, ends=said)


def _ends_of_both(one: Floats, other: Floats) -> tuple[float, float]:
    size = min(len(one), len(other))
    both = np.concatenate((one[:size], other[:size]))
    low, high = np.quantile(both, [MISSED / 2, 1 - MISSED / 2], method="inverted_cdf").tolist()
    return low, high


def score(people: int, ends: tuple[float, float]) -> float:
    """Give the interval score of log N, the lower the better."""
    low, high, truth = log(ends[0]), log(ends[1]), log(people)
    return high - low + 2 / MISSED * (max(low - truth, 0) + max(truth - high, 0))


def _line(name: str, by_world: Sequence[Sequence[Seen]]) -> str:
    """Word one row; means over all tables are those of worlds, each weighed alike."""
    seen = [one for world in by_world for one in world]
    answered = [[one for one in world if one.ends] for world in by_world]
    quoted = [one for world in answered for one in world]
    apart = [one for one in quoted if one.mixed]
    below = sum(one.ends[ALONE][1] < one.people for one in apart)
    above = sum(one.ends[ALONE][0] > one.people for one in apart)
    cells = (
        name,
        f"{len(seen):,}",
        f"{len(quoted):,}",
        f"{len(apart)}",
        ", ".join(f"{sum(_holds(apart, by)):.0f}" for by in (GRAPHS, *RULES)),
        f"{below} / {above}",
        ", ".join(_mean([_scores(apart, by)], digits=4) for by in RULES),
        ", ".join(_mean([_scores(w, by) for w in answered], digits=4) for by in RULES),
        ", ".join(_mean([_holds(w, by) for w in answered], digits=3) for by in RULES),
    )
    return f"| {' | '.join(cells)} |"


def _holds(seen: Sequence[Seen], by: str) -> list[float]:
    return [float(one.ends[by][0] <= one.people <= one.ends[by][1]) for one in seen]


def _scores(seen: Sequence[Seen], by: str) -> list[float]:
    return [score(one.people, one.ends[by]) for one in seen]


def _mean(by_world: Sequence[Sequence[float]], *, digits: int) -> str:
    means = [float(np.mean(values)) for values in by_world if values]
    return f"{np.mean(means):.{digits}f}" if means else "–"
