"""How the spelling model learns: first what letters stand for, then what tells names apart.

First, units are learned from pairs that are one name (`spelling_units`). Then their
factors are moved, by gradient, so that pairs of one name score above pairs of two names
that begin alike. Positive pairs from the web are not all right (some are two names), so
the loss stops pulling at a pair that everything else speaks against.

Weights come out in hundredths of a bit, as whole numbers: a score is the same wherever
it is computed, and a file of weights can be read and compared by eye.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict

import numpy as np

from qantar.linking.letter_counts import TINY, Examples, Tables, add_expected, both_ways
from qantar.linking.letter_groups import TABLES, GroupNumbers, Indices, Reals, Shape
from qantar.linking.spelling_pairs import Pair, material
from qantar.linking.spelling_units import (
    Settings,
    frequent_groups,
    kept,
    learn_units,
)
from qantar.linking.spelling_weights import SpellingWeights

PROVENANCE = {
    "what": "factors of letter groups in two spellings of one name, in hundredths of a bit",
    "data": "Wikidata name tokens, English and Russian, of Merhav & Ash (2018), COLING 2018",
    "licence": "CC0 1.0",
    "also": "names made of the tables beside this file, spelled by them, and slips; Apache-2.0",
    "repository": "github.com/steveash/NETransliteration-COLING2018 at 5d5f59e5",
    "made_by": "tools/train_spelling.py",
    "recipe_of": "2026-11-29",
}


class Discerning:
    """Moves factors so that pairs of one name and pairs of two come apart."""

    def __init__(self, factors: Tables, settings: Settings) -> None:
        """Start from `factors`; units that have none never get one."""
        self.settings = settings
        self.live = {shape: factors[shape] > 0 for shape in TABLES}
        self.start = {
            shape: np.log(np.where(self.live[shape], factors[shape], 1.0)) for shape in TABLES
        }
        self.weights = {shape: table.copy() for shape, table in self.start.items()}
        self.bias = -2.0
        self._mean = {shape: np.zeros_like(table) for shape, table in self.start.items()}
        self._square = {shape: np.zeros_like(table) for shape, table in self.start.items()}
        self._step = 0

    def factors(self) -> Tables:
        """Give the factors as they are now."""
        return {
            shape: np.where(self.live[shape], np.exp(self.weights[shape]), 0.0) for shape in TABLES
        }

    def move(self, examples: Examples, batch: Indices, same: Reals, rate: float) -> float:
        """Take one step on one batch; give its mean loss in nats."""
        seen: list[Reals] = []

        def pull(total: Reals) -> Reals:
            gradient, loss = self._loss(np.log(np.maximum(total, TINY)) + self.bias, same)
            seen.extend((gradient, loss))
            return gradient / len(batch)

        counts = {shape: np.zeros_like(table) for shape, table in self.start.items()}
        add_expected(examples.lattice(batch, self.factors()), pull, counts)
        self._step += 1
        for shape, gradient in both_ways(counts).items():
            self._adam(shape, gradient, rate)
        self.bias -= 0.02 * float(seen[0].mean())
        return float(seen[1].mean())

    def _loss(self, score: Reals, same: Reals) -> tuple[Reals, Reals]:
        right = 1.0 / (1.0 + np.exp(-np.clip(score * np.where(same > 0, 1.0, -1.0), -50.0, 50.0)))
        wrong = np.where(same > 0, self.settings.wrong_same, self.settings.wrong_different)
        likely = wrong + (1.0 - wrong) * right
        gradient = -np.where(same > 0, 1.0, -1.0) * (1.0 - wrong) * right * (1.0 - right) / likely
        return gradient, -np.log(likely)

    def _adam(self, shape: Shape, gradient: Reals, rate: float) -> None:
        """One step of Adam (Kingma & Ba 2015), pulled towards where the factors began."""
        weights = self.weights[shape]
        gradient = gradient + self.settings.pull * (weights - self.start[shape])
        gradient = np.where(self.live[shape], gradient, 0.0)
        mean, square = self._mean[shape], self._square[shape]
        mean += 0.1 * (gradient - mean)
        square += 0.005 * (gradient * gradient - square)
        size = np.sqrt(square / (1.0 - 0.995**self._step)) + 1e-4
        weights -= rate * mean / (1.0 - 0.9**self._step) / size


def learn_to_discern(
    numbers: GroupNumbers,
    factors: Tables,
    pairs: tuple[Sequence[Pair], Sequence[Pair]],
    settings: Settings,
    report: Callable[[str], None],
) -> Discerning:
    """Move `factors` by pairs of one name and pairs of two names."""
    same = np.repeat([1.0, 0.0], [len(pairs[0]), len(pairs[1])])
    examples = Examples(numbers, [*pairs[0], *pairs[1]], settings.batch)
    learner = Discerning(factors, settings)
    for turn in range(settings.passes):
        batches = list(examples.batches(np.random.default_rng(settings.seed + turn)))
        loss = 0.0
        for number, batch in enumerate(batches):
            done = (turn + number / len(batches)) / settings.passes
            rate = settings.rate * 0.5 * (1.0 + np.cos(np.pi * done)) + settings.rate / 100
            loss += learner.move(examples, batch, same[batch], float(rate)) * len(batch)
        report(f"pass {turn + 1}: loss {loss / len(same):.4f} nats, bias {learner.bias:.3f}")
    return learner


def train(
    table: Sequence[Pair], settings: Settings, report: Callable[[str], None], *, source: str
) -> str:
    """Learn from a table of English and Russian spellings; give the text of the weights."""
    pairs = material(table, settings.seed)
    some = pairs.same[:: max(1, len(pairs.same) // settings.units_from)]
    numbers = GroupNumbers(frequent_groups(some, settings.least_group))
    report(f"{len(pairs.same)} pairs of one name, {len(pairs.different)} of two")
    numbers, factors = kept(numbers, learn_units(numbers, some, settings, report))
    learner = learn_to_discern(numbers, factors, (pairs.same, pairs.different), settings, report)
    odds = float(np.log(len(pairs.same) / len(pairs.different)))
    weights = SpellingWeights.rounded(numbers, learner.factors(), learner.bias - odds)
    return weights.to_text({"trained_on": source, **PROVENANCE, "settings": asdict(settings)})
