"""Whether two name tokens are one name spelled twice, in any of the alphabets.

Evidence is in bits: 0 says nothing, 10 that the two spellings are about a thousand times
as likely for one name as for two names that begin alike. It holds for single tokens of
Latin, Russian and Kazakh letters; a name that half the country bears weighs no less
than a rare one here, its frequency is counted elsewhere. Letter groups and their weights
are learned (`tools/train_spelling.py`); they come with the package.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib import resources

import numpy as np
import numpy.typing as npt

from qantar.linking.letter_groups import (
    ALONE,
    MATCHES,
    SWAP,
    Encoder,
    Indices,
    Lattice,
    totals,
)
from qantar.linking.letters import letters_of
from qantar.linking.spelling_weights import UNIT, SpellingWeights

Floats = npt.NDArray[np.float64]

BATCH = 2048
"""Pairs at once: more would leave the cache of one core, fewer would wait for the interpreter."""
PLACES_KEPT = 3
"""Places after the point that a score keeps, in bits: the same on every machine."""


class SpellingModel:
    """Scores pairs of tokens by all the ways to cut them into matching letter groups."""

    def __init__(self, weights: SpellingWeights) -> None:
        """Make the factors of `weights` ready."""
        self._weights = weights
        self._factors = weights.factors()

    @classmethod
    def shipped(cls) -> SpellingModel:
        """Give the model that comes with the package; read once."""
        return _shipped()

    def score(self, left: str, right: str) -> float:
        """Give the evidence, in bits, that two tokens spell one name; 0 if one has no letters."""
        return float(self.score_many([left], [right])[0])

    def score_many(self, left: Sequence[str], right: Sequence[str]) -> Floats:
        """Give the evidence for each pair of `left` and `right`, which are of one length.

        The same as `score` for each, to the last digit; symmetric.
        """
        if len(left) != len(right):
            message = f"{len(left)} tokens on the left, {len(right)} on the right"
            raise ValueError(message)
        words = list(dict.fromkeys((*left, *right)))
        number = {word: at for at, word in enumerate(words)}
        one, two = (np.fromiter(map(number.__getitem__, x), np.intp) for x in (left, right))
        return self.score_numbered(words, one, two)

    def score_numbered(self, words: Sequence[str], left: Indices, right: Indices) -> Floats:
        """Give the same for words that go by their numbers in `words`."""
        tokens: dict[str, int] = {}
        place = np.zeros(len(words), dtype=np.intp)
        used = np.zeros(len(words), dtype=bool)
        used[left] = used[right] = True
        for number in np.flatnonzero(used).tolist():
            place[number] = tokens.setdefault(letters_of(words[number]), len(tokens))
        return self._score(list(tokens), place[left], place[right])

    def similarity(self, left: str, right: str) -> float:
        """Give how near two spellings are, whatever their length: 1 for the same letters."""
        return float(self.similarity_many([left], [right])[0])

    def similarity_many(self, left: Sequence[str], right: Sequence[str]) -> Floats:
        """Give, for each pair, how near its spellings are.

        What a pair lacks of the evidence that its tokens have for themselves, a letter: one
        bit a letter halves it. Tokens without letters are near nothing, and so 0.
        """
        own = np.minimum(self.score_many(left, left), self.score_many(right, right))
        letters = np.array(
            [
                (len(a) + len(b)) / 2 if a and b else 0.0
                for a, b in zip(map(letters_of, left), map(letters_of, right), strict=True)
            ]
        )
        lacking = np.maximum(own - self.score_many(left, right), 0.0) / np.maximum(letters, 1.0)
        return np.where(letters > 0, np.exp2(-lacking), 0.0)

    def aligned(self, left: str, right: str) -> list[tuple[str, str]]:
        """Give the most likely way to cut two tokens into groups that stand for each other.

        A letter without a counterpart stands beside an empty text.
        """
        first, second = letters_of(left), letters_of(right)
        return _best_cut(self._weights, first, second)

    def _score(self, tokens: list[str], left: Indices, right: Indices) -> Floats:
        encoder = Encoder(self._weights.numbers, tokens)
        order = np.empty(len(tokens), dtype=np.intp)
        order[sorted(range(len(tokens)), key=lambda n: (len(tokens[n]), tokens[n]))] = np.arange(
            len(tokens)
        )
        turned = order[left] < order[right]  # the longer one first, so that sides do not matter
        left, right = np.where(turned, right, left), np.where(turned, left, right)
        lengths = encoder.lengths
        scores = np.zeros(len(left))
        pairs = np.flatnonzero((lengths[left] > 0) & (lengths[right] > 0))
        pairs = pairs[np.lexsort((lengths[right[pairs]], lengths[left[pairs]]))]
        for start in range(0, len(pairs), BATCH):
            some = pairs[start : start + BATCH]
            one, other = left[some], right[some]
            same = encoder.cyrillic[one] == encoder.cyrillic[other]
            lattice = Lattice(encoder.side(one), encoder.side(other), same, self._factors)
            scores[some] = np.log2(totals(lattice)) + self._weights.bias / UNIT
        return np.round(scores, PLACES_KEPT)


@cache
def _shipped() -> SpellingModel:
    text = resources.files("qantar.linking").joinpath("tables", "spelling.json").read_text("utf-8")
    return SpellingModel(SpellingWeights.from_text(text))


def _best_cut(weights: SpellingWeights, left: str, right: str) -> list[tuple[str, str]]:
    """Find the way to cut two tokens that is worth most, by dynamic programming."""
    best: dict[tuple[int, int], tuple[float, int, int]] = {(0, 0): (0.0, 0, 0)}
    value = _UnitValue(weights, left, right)
    for i in range(len(left) + 1):
        for j in range(len(right) + 1):
            ways = [
                (best[i - k, j - m][0] + value(i, j, k, m), -k, -m)
                for k, m in (*MATCHES, ALONE, ALONE[::-1], SWAP)
                if k <= i and m <= j
            ]
            if ways:
                worth, k, m = max(ways)
                best[i, j] = (worth, -k, -m)
    units, i, j = [], len(left), len(right)
    while i or j:
        _, k, m = best[i, j]
        units.append((left[i - k : i], right[j - m : j]))
        i, j = i - k, j - m
    return units[::-1]


class _UnitValue:
    """The weight of the unit that ends at two places of two tokens."""

    def __init__(self, weights: SpellingWeights, left: str, right: str) -> None:
        self._left, self._right = left, right
        encoder = Encoder(weights.numbers, [left, right])
        here = [np.array([side], dtype=np.intp) for side in (0, 1)]
        same = encoder.cyrillic[:1] == encoder.cyrillic[1:]
        self._lattice = Lattice(
            encoder.side(here[0]), encoder.side(here[1]), same, dict(weights.tables)
        )

    def __call__(self, i: int, j: int, k: int, m: int) -> float:
        lattice = self._lattice
        if (k, m) == ALONE:
            return float(lattice.left_skips(i)[0])
        if (m, k) == ALONE:
            return float(lattice.right_skips[j - 1][0])
        if (k, m) == SWAP:
            swapped = self._left[i - 2 : i] == self._right[j - 2 : j][::-1]
            return float(lattice.factors[SWAP][0, 0]) if swapped else -np.inf
        numbers = (lattice.left.groups[k - 1][i - 1][0], lattice.right.groups[m - 1][j - 1][0])
        return float(lattice.factors[k, m][numbers])
